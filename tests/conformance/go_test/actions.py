"""What each kind of test does: a method of Runner a kind. A test that does not hold raises Failure."""
import json
import os
import re
import shutil
import subprocess
import tempfile

import expected_errors

TIMEOUT_S = 90


class Failure(Exception):
    """Why a test does not pass."""


def text(data, limit=800):
    s = data.decode("utf-8", errors="replace")
    return s if limit is None else s[:limit]


# What no program for the target imports: no code of the target's, or only with cgo or an experiment.
NOT_IMPORTED = {"arena", "builtin", "cmd", "runtime/cgo", "runtime/race", "simd/archsimd", "syscall/js", "testdata", "unsafe"}


def imported_packages(root, library):
    """The library packages that some file under root imports: what is compiled with the tool alone needs them."""
    out = set()
    for folder, _, files in os.walk(root):
        for name in files:
            if name.endswith(".go"):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                    out.update(re.findall(r'^\s*(?:import\s+)?(?:[\w.]+\s+)?"(\w+(?:/\w+)*)"', f.read(20000), re.M))

    def is_package(path):
        place = os.path.join(library, path)
        return os.path.isdir(place) and any(f.endswith(".go") and not f.endswith("_test.go") for f in os.listdir(place))
    return sorted(p for p in out - NOT_IMPORTED if not p.startswith("cmd/") and is_package(p))


class Runner:
    """Runs tests with one SDK. `go` on the path of what runs is the SDK's gannet."""

    def __init__(self, sdk, tests, work, stress=(), timeout_s=TIMEOUT_S):
        self.sdk, self.tests, self.work = sdk, tests, work
        self.stress, self.timeout_s = stress, timeout_s
        self.gannet = os.path.join(sdk, "bin/gannet")
        programs = os.path.join(work, "bin")
        os.makedirs(programs)
        with open(os.path.join(programs, "go"), "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\nexec "%s" "$@"\n' % self.gannet)
        os.chmod(os.path.join(programs, "go"), 0o755)
        cache = os.environ.get("GANNET_CACHE") or os.path.join(work, "cache")
        self.env = dict(os.environ, GANNET_ROOT=sdk, GANNET_CACHE=cache, GOROOT=sdk, GOENV="off", GOFLAGS="",
                        PATH=programs + ":" + os.environ.get("PATH", "/usr/bin:/bin"))
        self.env.pop("GOPATH", None)
        self.packages = None  # of the library: [{"ImportPath", "Export"}]

    def prepare(self):
        """Compiles the library packages that tests import, for those who compile and link with the tools themselves."""
        names = imported_packages(self.tests, os.path.join(self.sdk, "src"))
        got = self.call([self.gannet, "list", "-deps", "-export", "-json"] + names, self.work, 3600)
        if got.returncode:
            raise Failure("library: " + text(got.stdout, limit=3000))
        decoder, rest = json.JSONDecoder(), text(got.stdout, limit=None).lstrip()
        self.packages = []
        while rest:
            package, end = decoder.raw_decode(rest)
            self.packages.append(package)
            rest = rest[end:].lstrip()
        self.std_config = "".join("packagefile %s=%s\n" % (p["ImportPath"], p["Export"])
                                      for p in self.packages if p.get("Export"))
        self.env["STDLIB_IMPORTCFG"] = self.write("importcfg", self.std_config)

    # ---- steps

    def write(self, name, content, folder=None):
        path = os.path.join(folder or self.work, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)
        return path

    def call(self, words, cwd, timeout_s=None, env=None):
        # A child that hangs may have children of its own: the whole group is stopped.
        child = subprocess.Popen(words, cwd=cwd, env=dict(self.env, PWD=cwd, **(env or {})), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = child.communicate(timeout=timeout_s or self.timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.communicate()
            raise Failure("timed out: " + " ".join(words[:3])) from None
        return subprocess.CompletedProcess(words, child.returncode, output)

    def good(self, step, words, cwd, **options):
        """The output of a call that must succeed."""
        got = self.call(words, cwd, **options)
        if got.returncode:
            raise Failure("%s: exit status %d: %s" % (step, got.returncode, text(got.stdout)))
        return got.stdout

    def tool(self, name):
        return os.path.join(self.sdk, "pkg/tool/linux_amd64", name)

    def compile_words(self, out, config):
        return [self.tool("compile"), "-o", out + ".o", "-export", out + ".x", "-importcfg", config]

    def link(self, objects, config, cwd, flags=()):
        self.good("link", [self.tool("link"), "-s", "-w", "-buildid=test", "-o", "a.exe", "-importcfg", config, "-runtime",
                           os.path.join(self.sdk, "pkg/runtime/core.a")] + list(flags) + objects, cwd)

    def std_link_config(self, cwd):
        return self.write("importcfg.link", self.std_config, cwd)

    def check_output(self, test, output):
        expected = test.path[:-len(".go")] + ".out"
        want = b""
        if os.path.exists(expected):
            with open(expected, "rb") as f:
                want = f.read()
        if output.replace(b"\r\n", b"\n") != want:
            raise Failure("output differs: " + text(output))

    def check_errors(self, test, output, files):
        found = expected_errors.problems(text(output, limit=None), files, test.with_auto)
        if found:
            raise Failure("; ".join(found[:6]))

    def check_status(self, test, got):
        """Errors or none, as the test wants; an internal error is neither."""
        if got.returncode not in (0, 1, 2):
            raise Failure("exit status %d: %s" % (got.returncode, text(got.stdout)))
        if test.want_error and got.returncode == 0:
            raise Failure("compiles, but errors are expected: " + text(got.stdout))
        if not test.want_error and got.returncode:
            raise Failure("errors: " + text(got.stdout))

    # ---- kinds of one file

    def run(self, test, cwd):
        if not test.flags and not test.args:
            self.good("compile", self.compile_words(os.path.join(cwd, "p"), self.env["STDLIB_IMPORTCFG"]) +
                      ["-p=main", test.name], self.tests)
            self.link(["p.o"], self.std_link_config(cwd), cwd)
            words = [os.path.join(cwd, "a.exe")]
        else:
            words = [self.gannet, "run"] + test.flags + [test.name] + test.args
        self.execute(test, words, "run", {})
        for mode in self.stress:
            self.execute(test, words, "run with GODEBUG=" + mode, {"GODEBUG": mode})

    def execute(self, test, words, step, env):
        self.check_output(test, self.good(step, words, self.tests, env=dict(test.environment or {}, **env),
                                          timeout_s=test.timeout_s))

    def compile(self, test, cwd):
        self.good("compile", self.compile_words("a", self.env["STDLIB_IMPORTCFG"]) + ["-e", "-p=p"] + test.flags +
                  [test.path], cwd, env=test.environment)

    def build(self, test, cwd):
        self.good("build", [self.gannet, "build"] + test.flags + ["-o", "a.exe", test.path], cwd)

    def buildrun(self, test, cwd):
        self.build(test, cwd)
        self.check_output(test, self.good("run", ["./a.exe"] + test.args, cwd, timeout_s=test.timeout_s))

    def errorcheck(self, test, cwd):
        flags = list(test.flags)
        debug = [i for i, f in enumerate(flags) if f.startswith("-d=")]
        if debug:
            flags[debug[0]] += ",ssa/check/on"
        else:
            flags.append("-d=ssa/check/on")
        got = self.call(self.compile_words("a", self.env["STDLIB_IMPORTCFG"]) + ["-p=p", "-d=panic", "-e"] + flags +
                        [test.path], cwd, timeout_s=test.timeout_s)
        self.check_status(test, got)
        self.check_errors(test, got.stdout, [test.path])

    errorcheckwithauto = errorcheck

    def made_by(self, test, cwd):
        """The file that the test, run as a program, prints."""
        output = self.good("run", [self.gannet, "run", test.name] + test.args, self.tests)
        path = os.path.join(cwd, "tmp__.go")
        with open(path, "wb") as f:  # not always UTF-8
            f.write(output)
        return path

    def runoutput(self, test, cwd):
        # rangegen.go makes a program of 240,000 lines.
        self.check_output(test, self.good("run what it made", [self.gannet, "run", self.made_by(test, cwd)], self.tests,
                                          timeout_s=10 * TIMEOUT_S))

    def errorcheckoutput(self, test, cwd):
        made = self.made_by(test, cwd)
        got = self.call(self.compile_words("a", self.env["STDLIB_IMPORTCFG"]) + ["-p=p", "-d=panic", "-e"] + test.flags +
                        [made], cwd)
        self.check_status(test, got)
        self.check_errors(test, got.stdout, [made])

    # ---- kinds of a folder

    def folder(self, test):
        return test.path[:-len(".go")] + ".dir"

    def folder_packages(self, test):
        """[(name, files)] of the folder's packages, in order of their first files."""
        folder, out, known = self.folder(test), [], {}
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".go"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                found = re.search(r"^package (\w+)", f.read(), re.M)
            if not found:
                raise Failure("no package clause in " + name)
            package = found.group(1)
            if test.single_file_packages or package not in known:
                known[package] = []
                out.append((package, known[package]))
            known[package].append(os.path.join(folder, name))
        return out

    def compile_folder(self, test, cwd, flags):
        """Compiles the packages in turn; yields (result, files, stem of the output). Each may import those before it."""
        config = self.std_config
        for package, files in self.folder_packages(test):
            path = "test/" + os.path.basename(files[0])[:-len(".go")]
            stem = os.path.join(cwd, path)
            os.makedirs(os.path.dirname(stem), exist_ok=True)
            got = self.call(self.compile_words(stem, self.write("importcfg", config, cwd)) +
                            ["-e", "-D", "test", "-p", "main" if package == "main" else path] + flags + files, cwd,
                            env=test.environment)
            config += "packagefile %s=%s.x\n" % (path, stem)
            yield got, files, stem

    def compiledir(self, test, cwd):
        for got, _, _ in self.compile_folder(test, cwd, test.flags):
            if got.returncode:
                raise Failure("compile: " + text(got.stdout))

    def errorcheckdir(self, test, cwd, faulty=-1):
        """Only the package at index `faulty` may have errors, and must if the test wants them."""
        results = list(self.compile_folder(test, cwd, test.flags + ["-d=panic"]))
        for index, (got, files, _) in enumerate(results):
            if index == (faulty + len(results)) % len(results):
                self.check_status(test, got)
            elif got.returncode:
                raise Failure("errors: " + text(got.stdout))
            self.check_errors(test, got.stdout, files)

    def errorcheckandrundir(self, test, cwd):
        self.errorcheckdir(test, cwd, -2 if test.want_error else -1)
        self.rundir(test, cwd, -2 if test.want_error else None)

    def rundir(self, test, cwd, faulty=None):
        flags, link_flags = test.flags, []
        if "-ldflags" in flags:
            at = flags.index("-ldflags")
            flags, link_flags = flags[:at], flags[at + 1:] + test.args
        config, results = self.std_config, list(self.compile_folder(test, cwd, flags))
        for index, (got, _, stem) in enumerate(results):
            if got.returncode and (faulty is None or index != len(results) + faulty):
                raise Failure("compile: " + text(got.stdout))
            config += "packagefile test/%s=%s.o\n" % (os.path.basename(stem), stem)
        self.link([results[-1][2] + ".o"], self.write("importcfg.link", config, cwd), cwd, link_flags)
        self.check_output(test, self.good("run", ["./a.exe"] + ([] if link_flags else test.args), cwd))

    def runindir(self, test, cwd):
        name = os.path.basename(self.folder(test))
        place = os.path.join(cwd, "src", name)
        shutil.copytree(self.folder(test), place, symlinks=True)
        self.write("go.mod", "module %s\ngo %s\n" % (name, test.module_version), place)
        self.check_output(test, self.good("run", [self.gannet, "run"] + test.flags + ["."], place, env={"GOPATH": cwd}))

    def builddir(self, test, cwd):
        folder = self.folder(test)
        names = sorted(os.listdir(folder))
        sources = [os.path.join(folder, n) for n in names if n.endswith(".go")]
        assembly = [os.path.join(folder, n) for n in names if n.endswith(".s")]
        words = self.compile_words("go", self.env["STDLIB_IMPORTCFG"]) + ["-p=main", "-e", "-D", "."]
        if assembly:
            self.write("go_asm.h", "", cwd)
            self.good("asm", [self.tool("asm"), "-p=main", "-gensymabis", "-o", "symabis"] + assembly, cwd)
            words += ["-asmhdr", "go_asm.h", "-symabis", "symabis"]
        self.good("compile", words + sources, cwd)
        objects = ["go.o"]
        for number, source in enumerate(assembly):
            objects.append("asm%d.o" % number)
            self.good("asm", [self.tool("asm"), "-p=main", "-I", ".", "-o", objects[-1], source], cwd)
        self.link(objects, self.std_link_config(cwd), cwd)

    def buildrundir(self, test, cwd):
        self.builddir(test, cwd)
        self.check_output(test, self.good("run", ["./a.exe"], cwd))

    # ----

    def one(self, test):
        if test.experiment:
            raise Failure("asks for GOEXPERIMENT=" + test.experiment)
        cwd = tempfile.mkdtemp(dir=self.work)
        try:
            getattr(self, test.kind)(test, cwd)
        finally:
            shutil.rmtree(cwd, ignore_errors=True)
