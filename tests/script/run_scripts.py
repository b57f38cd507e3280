"""Runs scripts: one behaviour of the command a file, in the manner of Go's testscript.

A script is a txtar archive: commands, a line each, then files, each under a line `-- NAME --`. It runs in a folder of its own
that holds its files, $WORK. A command that fails, or with `!` before it one that does not, fails the script. README.md lists
the commands. With --go the command `gannet` is another program: how the scripts are held against Go's own.

usage: run_scripts.py --sdk DIR [--go PROGRAM] SCRIPT...
"""
import argparse
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

import module_proxy

TIMEOUT_S = 300


class Failure(Exception):
    """Why a script does not hold."""


class Skip(Exception):
    """Why a script cannot run here."""


def read_txtar(text):
    """(commands, [(name, content)])"""
    parts = re.split(r"^-- (.+) --\n", text, flags=re.M)
    return parts[0], list(zip(parts[1::2], parts[2::2]))


class Script:
    def __init__(self, path, sdk, go, cache):
        self.path, self.sdk, self.go = path, sdk, go
        self.work = tempfile.mkdtemp()
        self.cwd = self.work
        self.stdout = self.stderr = ""
        self.status = 0
        self.background, self.servers = [], []
        self.file_limit = None
        self.env = dict(os.environ, WORK=self.work, SDK=sdk, GANNET_ROOT=sdk, GANNET_CACHE=cache, GOENV="off", GOFLAGS="",
                        GOPROXY="off", GOTOOLCHAIN="local", HOME=self.work, LC_ALL="C")

    def run(self):
        with open(self.path, encoding="utf-8") as f:
            commands, files = read_txtar(f.read())
        for name, content in files:
            path = os.path.join(self.work, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(content)
        try:
            for number, line in enumerate(commands.split("\n"), 1):
                words = shlex.split(line, comments=True)
                if words:
                    self.line(number, words)
        finally:
            for child in self.background:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            for server in self.servers:
                server.close()
            self.remove_tree(self.work)

    @staticmethod
    def remove_tree(path):
        for folder, _, _ in os.walk(path):  # module caches are read-only
            os.chmod(folder, 0o755)
        shutil.rmtree(path, ignore_errors=True)

    def line(self, number, words):
        negated = words[0] == "!"
        words = [self.expand(w) for w in words[negated:]]
        method = getattr(self, "do_" + words[0].replace("-", "_"), None)
        try:
            if method is None:
                raise Failure("no such command: " + words[0])
            method(negated, *words[1:])
        except (Failure, OSError) as f:
            raise Failure("%s:%d: %s: %s\n--- stdout\n%s--- stderr\n%s" % (
                os.path.basename(self.path), number, " ".join(words), f, self.stdout[:2000], self.stderr[:3000])) from None

    def expand(self, word):
        return re.sub(r"\$(\w+)", lambda m: self.env.get(m.group(1), m.group(0)), word)

    def place(self, name):
        return os.path.join(self.cwd, name)

    # ---- programs

    def limits(self):
        if self.file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_limit, self.file_limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def start(self, words):
        return subprocess.Popen(words, cwd=self.cwd, env=dict(self.env, PWD=self.cwd), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                start_new_session=True, preexec_fn=self.limits)

    def finish(self, child, negated):
        try:
            self.stdout, self.stderr = child.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            self.stdout, self.stderr = child.communicate()
            raise Failure("timed out") from None
        self.status = child.returncode
        if negated != (self.status != 0):
            raise Failure("exit status %d" % self.status)

    def gannet_words(self, words):
        return [self.go or os.path.join(self.sdk, "bin/gannet")] + list(words)

    def do_gannet(self, negated, *words):
        self.finish(self.start(self.gannet_words(words)), negated)

    def do_exec(self, negated, *words):
        self.finish(self.start(list(words)), negated)

    def do_start(self, _, *words):
        """Runs gannet in the background."""
        self.background.append(self.start(self.gannet_words(words)))

    def do_wait(self, negated):
        self.finish(self.background.pop(), negated)

    def do_wait_for(self, _, name):
        end = time.monotonic() + TIMEOUT_S
        while not os.path.exists(self.place(name)):
            if time.monotonic() > end:
                raise Failure("does not appear")
            time.sleep(0.01)

    def do_kill(self, _, pid_file):
        """Kills the process whose id the file holds."""
        with open(self.place(pid_file), encoding="utf-8") as f:
            os.kill(int(f.read()), signal.SIGKILL)

    def do_interrupt(self, _, whom=""):
        """Interrupts what was started last: it alone, or with the word "group" its children too, as the key does."""
        pid = self.background[-1].pid
        if whom == "group":
            os.killpg(pid, signal.SIGINT)
        else:
            os.kill(pid, signal.SIGINT)

    # ---- what they said

    def match(self, negated, name, text, pattern):
        if (re.search(pattern, text, re.M) is not None) == negated:
            raise Failure("%s %s" % (name, "matches" if negated else "does not match"))

    def do_stdout(self, negated, pattern):
        self.match(negated, "stdout", self.stdout, pattern)

    def do_stderr(self, negated, pattern):
        self.match(negated, "stderr", self.stderr, pattern)

    def do_status(self, _, number):
        if self.status != int(number):
            raise Failure("exit status %d" % self.status)

    # ---- files

    def content(self, name):
        if name in ("stdout", "stderr"):
            return getattr(self, name).encode()
        with open(self.place(name), "rb") as f:
            return f.read()

    def do_cmp(self, negated, a, b):
        if (self.content(a) != self.content(b)) != negated:
            raise Failure("the same" if negated else "they differ")

    def do_grep(self, negated, pattern, name):
        self.match(negated, name, self.content(name).decode(errors="replace"), pattern)

    def do_exists(self, negated, *names):
        for name in names:
            if os.path.lexists(self.place(name)) == negated:
                raise Failure("%s is%s there" % (name, "" if negated else " not"))

    def do_empty(self, _, folder):
        left = os.listdir(self.place(folder))
        if left:
            raise Failure("holds " + " ".join(sorted(left)))

    def do_cd(self, _, name):
        self.cwd = os.path.normpath(self.place(name))

    def do_mkdir(self, _, *names):
        for name in names:
            os.makedirs(self.place(name), exist_ok=True)

    def do_rm(self, _, *names):
        for name in names:
            path = self.place(name)
            if os.path.isdir(path) and not os.path.islink(path):
                self.remove_tree(path)
            elif os.path.lexists(path):
                os.remove(path)

    def do_cp(self, _, a, b):
        if a in ("stdout", "stderr"):
            with open(self.place(b), "wb") as f:
                f.write(self.content(a))
        else:
            shutil.copy(self.place(a), self.place(b))

    def do_chmod(self, _, mode, name):
        os.chmod(self.place(name), int(mode, 8))

    def do_truncate(self, _, name, size):
        """Cuts the file; a negative size takes that much off its end."""
        path, n = self.place(name), int(size)
        os.truncate(path, n if n >= 0 else os.path.getsize(path) + n)

    def do_corrupt(self, _, folder):
        """Overwrites the middle of each file below the folder."""
        for place, _, names in os.walk(self.place(folder)):
            for name in names:
                path = os.path.join(place, name)
                size = os.path.getsize(path)
                os.chmod(path, 0o644)
                with open(path, "r+b") as f:
                    f.seek(size // 2)
                    f.write(b"\xa5" * min(64, size - size // 2))

    # ---- module proxies

    def do_make_proxy(self, _, source, proxy):
        """Makes a proxy of the module versions in a folder."""
        module_proxy.make_proxy(self.place(source), self.place(proxy))

    def do_serve(self, _, name, folder):
        """Serves a folder by HTTP; the variable `name` gets the address."""
        self.servers.append(module_proxy.Server(folder=self.place(folder)))
        self.env[name] = self.servers[-1].url

    def do_serve_nothing(self, _, name, asked):
        """A server that never answers, and makes the file `asked` when it has been asked something."""
        self.servers.append(module_proxy.Server(asked=self.place(asked)))
        self.env[name] = self.servers[-1].url

    def do_zip_add(self, _, archive, name, content):
        """Adds an entry to a zip file, whatever its name."""
        with zipfile.ZipFile(self.place(archive), "a") as z:
            z.writestr(name, content)

    # ---- surroundings

    def do_env(self, _, *pairs):
        for pair in pairs:
            name, _, value = pair.partition("=")
            self.env[name] = value

    def do_file_limit(self, _, size):
        """No program may write a file longer than this many bytes; "none" lifts it."""
        self.file_limit = None if size == "none" else int(size)

    def do_unless_root(self, _):
        if os.geteuid() == 0:
            raise Skip("root may read everything")

    def do_needs(self, _, program):
        if shutil.which(program) is None:
            raise Skip("no " + program)

    def do_gannet_only(self, _):
        """What follows is not asked of Go's command."""
        if self.go:
            raise Skip("not for Go's command")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", required=True)
    parser.add_argument("--go", help="the program that `gannet` stands for")
    parser.add_argument("scripts", nargs="+")
    args = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as cache:
        for path in args.scripts:
            name = os.path.basename(path)
            try:
                Script(os.path.abspath(path), os.path.abspath(args.sdk), args.go, cache).run()
                print("ok   " + name)
            except Skip as s:
                print("skip %s: %s" % (name, s))
            except Failure as f:
                failed += 1
                print("FAIL %s" % f)
    print("%d scripts, %d failed" % (len(args.scripts), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
