"""Runs the language tests of Go's test/ folder with Gannet and compares with the table of those that pass.

Each file says by its first line what it is: `// run`, `// compile`, `// errorcheck` and so on, maybe with flags. Kinds
that are run here: run, compile, build, errorcheck, rundir, compiledir, builddir, buildrun, errorcheckdir. A test counts as
passed only if all it asks for holds. The table names those that pass; with --update it is written anew, otherwise a test of
the table that fails is a failure.

usage: go_test_suite.py --sdk DIR --tests DIR --table FILE [--update] [--only REGEX] [--kinds K,K] [--jobs N]
"""
import argparse
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

KINDS = ["run", "compile", "build", "errorcheck", "rundir", "compiledir", "builddir", "buildrun", "errorcheckdir"]
TIMEOUT_S = 60

# What tests that are compiled with the tool itself may import.
LIBRARY = ["runtime", "fmt", "os", "strings", "strconv", "errors", "reflect", "sync", "sync/atomic", "time", "math",
           "math/bits", "math/rand", "sort", "slices", "maps", "cmp", "iter", "bytes", "bufio", "io", "unicode",
           "unicode/utf8", "runtime/debug", "context", "regexp", "go/ast", "go/parser", "go/token", "encoding/json",
           "text/tabwriter", "container/list", "container/ring", "hash/crc32", "log", "net/http", "path/filepath",
           "internal/abi", "crypto/sha256", "encoding/binary", "encoding/base64", "io/fs", "math/big", "math/cmplx",
           "os/exec", "testing", "text/template", "html/template", "database/sql", "embed"]


class Failure(Exception):
    """Why a test does not pass."""


class Suite:
    def __init__(self, sdk, tests, work):
        self.sdk, self.tests, self.work = sdk, tests, work
        self.env = dict(os.environ, GANNET_ROOT=sdk, GANNET_CACHE=os.path.join(work, "cache"), GOMAXPROCS="2")
        self.gannet = os.path.join(sdk, "bin/gannet")
        self.exports = None

    def tool(self, name):
        return os.path.join(self.sdk, "pkg/tool/linux_amd64", name)

    def call(self, words, cwd, timeout_s=TIMEOUT_S):
        try:
            return subprocess.run(words, cwd=cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired:
            raise Failure("timed out: " + " ".join(words[:3])) from None

    def build(self, files, flags, out, cwd):
        words = [self.gannet, "build", "-o", out]
        for flag in [f for f in flags if f.startswith("-tags") or f.startswith("-ldflags") or f.startswith("-gcflags")]:
            words.append(flag)
        flags = [f for f in flags if f not in words]
        if flags:
            words += ["-gcflags", " ".join(flags)]
        return self.call(words + files, cwd)

    # ---- one test of each kind

    def run(self, path, flags, args, cwd):
        exe = os.path.join(cwd, "a.exe")
        got = self.build([path], flags, exe, cwd)
        if got.returncode:
            raise Failure("build: " + text(got.stdout))
        self.execute([exe] + args, path, cwd)

    def execute(self, words, path, cwd):
        got = self.call(words, cwd)
        if got.returncode:
            raise Failure("exit status %d: %s" % (got.returncode, text(got.stdout)))
        self.compare_output(path, got.stdout)

    def compare_output(self, path, output):
        want = b""
        expected = path[:-3] + ".out"
        if os.path.exists(expected):
            with open(expected, "rb") as f:
                want = f.read()
        if output.replace(b"\r\n", b"\n") != want:
            raise Failure("output differs: " + text(output))

    def compile(self, path, flags, args, cwd):
        got = self.build([path], flags, os.devnull, cwd)
        if got.returncode:
            raise Failure("compile: " + text(got.stdout))

    build_kind = compile

    def buildrun(self, path, flags, args, cwd):
        self.run(path, flags, args, cwd)

    def errorcheck(self, path, flags, args, cwd):
        want_error = True
        if "-0" in flags:
            flags = [f for f in flags if f != "-0"]
            want_error = False
        got = self.compile_alone([path], "p", flags + ["-e"] if want_error else flags, cwd)
        if want_error and got.returncode == 0:
            raise Failure("compiles, but errors are expected")
        if not want_error and got.returncode:
            raise Failure("errors: " + text(got.stdout))
        if got.returncode not in (0, 1, 2):
            raise Failure("exit status %d: %s" % (got.returncode, text(got.stdout)))
        check_errors(text(got.stdout, limit=None), [path])

    def compile_alone(self, files, package, flags, cwd, out="a.o", extra=""):
        """Compiles with the tool itself: no package of the main module is looked for."""
        config = os.path.join(cwd, "importcfg")
        with open(config, "w", encoding="utf-8") as f:
            f.write(self.library_exports() + extra)
        return self.call([self.tool("compile"), "-o", os.path.join(cwd, out), "-export", os.path.join(cwd, out[:-2] + ".x"),
                          "-p", package, "-importcfg", config, "-lang=go1.26"] + flags + files, cwd)

    def library(self):
        """The library packages, compiled once: [{"ImportPath", "Export", "Objects", ...}]."""
        if self.exports is None:
            got = self.call([self.gannet, "list", "-deps", "-export", "-json"] + LIBRARY, self.work, 1200)
            if got.returncode:
                raise Failure("library: " + text(got.stdout, limit=3000))
            decoder, rest = json.JSONDecoder(), text(got.stdout, limit=None)
            self.exports = []
            while rest.strip():
                rest = rest.lstrip()
                package, end = decoder.raw_decode(rest)
                self.exports.append(package)
                rest = rest[end:]
        return self.exports

    def library_exports(self):
        return "".join("packagefile %s=%s\n" % (p["ImportPath"], p["Export"]) for p in self.library())

    def library_objects(self):
        return "".join("packagefile %s=%s\n" % (p["ImportPath"], o) for p in self.library() for o in p["Objects"])

    def packages(self, path):
        """The files of path's .dir, a list for each package in order of their names; main last."""
        folder = path[:-3] + ".dir"
        groups, order = {}, []
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".go") or name.endswith("_test.go"):
                continue
            full = os.path.join(folder, name)
            with open(full, encoding="utf-8", errors="replace") as f:
                package = re.search(r"^package\s+(\w+)", f.read(), re.M)
            key = package.group(1) if package else name
            if key not in groups:
                order.append(key)
                groups[key] = []
            groups[key].append(full)
        return [(key, groups[key]) for key in order]

    def each_package(self, path, flags, cwd):
        """Compiles the packages of a .dir; yields (files, result). Each is imported as ./FILE by those after it."""
        extra = ""
        for key, files in self.packages(path):
            stem = os.path.basename(files[0])[:-3]
            package = "main" if key == "main" else "test/" + stem
            got = self.compile_alone(files, package, flags, cwd, stem + ".o", extra)
            yield key, stem, files, got
            if key != "main":
                extra += "importmap ./%s=%s\npackagefile %s=%s\n" % (stem, package, package, os.path.join(cwd, stem + ".x"))

    def compiledir(self, path, flags, args, cwd):
        for _, _, _, got in self.each_package(path, flags, cwd):
            if got.returncode:
                raise Failure("compile: " + text(got.stdout))

    builddir = compiledir

    def errorcheckdir(self, path, flags, args, cwd):
        results = list(self.each_package(path, flags + ["-e"], cwd))
        for index, (_, _, files, got) in enumerate(results):
            if index + 1 == len(results) and got.returncode == 0:
                raise Failure("compiles, but errors are expected")
            check_errors(text(got.stdout, limit=None), files)

    def rundir(self, path, flags, args, cwd):
        objects, main = "", None
        for key, stem, _, got in self.each_package(path, flags, cwd):
            if got.returncode:
                raise Failure("compile: " + text(got.stdout))
            if key == "main":
                main = os.path.join(cwd, stem + ".o")
            else:
                objects += "packagefile test/%s=%s\n" % (stem, os.path.join(cwd, stem + ".o"))
        if main is None:
            raise Failure("no package main")
        exe = os.path.join(cwd, "a.exe")
        config = os.path.join(cwd, "importcfg.link")
        with open(config, "w", encoding="utf-8") as f:
            f.write(self.library_objects() + objects)
        got = self.call([self.tool("link"), "-o", exe, "-importcfg", config, "-runtime",
                         os.path.join(self.sdk, "pkg/runtime/core.a"), main], cwd)
        if got.returncode:
            raise Failure("link: " + text(got.stdout))
        self.execute([exe] + args, path, cwd)

    def one(self, path, kind, words):
        flags, args = [], []
        taking = flags
        for w in words:
            if w.endswith(".go") or (taking is flags and not w.startswith("-")):
                taking = args
                if w.endswith(".go"):
                    continue
            taking.append(w)
        if flags and any(f.startswith("-goexperiment") or f.startswith("-race") for f in flags):
            raise Failure("needs an experiment or the race detector")
        cwd = tempfile.mkdtemp(dir=self.work)
        try:
            method = self.build_kind if kind == "build" else getattr(self, kind)
            method(path, flags, args, cwd)
        finally:
            shutil.rmtree(cwd, ignore_errors=True)


def text(data, limit=600):
    s = data.decode("utf-8", errors="replace")
    return s if limit is None else s[:limit]


def expected_errors(files):
    """{(file name, line): [regex]} of the ERROR comments; LINE+N and LINE-N stand for other lines of the file."""
    out = {}
    for path in files:
        name = os.path.basename(path)
        with open(path, encoding="utf-8", errors="replace") as f:
            for number, line in enumerate(f, 1):
                if line.startswith("////"):
                    continue
                m = re.search(r"// (?:GC_)?ERROR (.*)$", line)
                if not m:
                    continue
                patterns = re.findall(r'"((?:[^"\\]|\\.)*)"', m.group(1))
                for p in patterns:
                    p = p.replace('\\"', '"')

                    def line_text(match, number=number, name=name):
                        shift = match.group(1)
                        return "%s:%d" % (name, number + int(shift) if shift else number)
                    p = re.sub(r"LINE([+-]\d+)?", line_text, p)
                    out.setdefault((name, number), []).append(p)
    return out


def check_errors(output, files):
    want = expected_errors(files)
    got = {}
    last = None
    for line in output.splitlines():
        if line.startswith("\t") and last is not None:
            got[last][-1] += "\n" + line
            continue
        m = re.match(r"(.*?\.go):(\d+)(?::\d+)?: (.*)$", line)
        if not m:
            if line.strip() and not line.startswith("#") and "too many errors" not in line:
                raise Failure("unexpected line: " + line)
            continue
        last = (os.path.basename(m.group(1)), int(m.group(2)))
        got.setdefault(last, []).append(line)
    problems = []
    for place, patterns in want.items():
        lines = got.pop(place, [])
        for p in patterns:
            try:
                rx = re.compile(p)
            except re.error:
                raise Failure("cannot read pattern " + p) from None
            matched = [l for l in lines if rx.search(l)]
            if not matched:
                problems.append("%s:%d: missing error %r, have %r" % (place + (p, lines[:2])))
            lines = [l for l in lines if l not in matched]
        problems += ["unmatched: " + l for l in lines]
    for lines in got.values():
        problems += ["unexpected: " + l for l in lines]
    if problems:
        raise Failure("; ".join(problems[:4]))


def find_tests(root, kinds, only):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(d for d in folders if not d.endswith(".dir") and d not in ("testdata", "codegen", "bench"))
        for name in sorted(files):
            path = os.path.join(folder, name)
            rel = os.path.relpath(path, root)
            if not name.endswith(".go") or (only and not only.search(rel)):
                continue
            with open(path, encoding="utf-8", errors="replace") as f:
                head = f.read(4000)
            # The action stands in the first line, or after a build line.
            action = None
            fits = True
            for line in head.split("\n")[:12]:
                if line.startswith("//go:build"):
                    fits = build_line_holds(line[len("//go:build"):])
                    continue
                m = re.match(r"//\s*([a-z]+)\b(.*)$", line)
                if m and action is None and line.startswith("// "):
                    action = m
                if line.startswith("package "):
                    break
            if not action or action.group(1) not in kinds or not fits:
                continue
            try:
                words = shlex.split(action.group(2))
            except ValueError:
                words = action.group(2).split()
            yield rel, path, action.group(1), words


TAGS = {"linux", "amd64", "unix", "gc"} | {"go1.%d" % i for i in range(1, 27)}


def build_line_holds(expression):
    words = re.findall(r"[\w.]+|&&|\|\||!|\(|\)", expression)
    spelled = {"&&": " and ", "||": " or ", "!": " not ", "(": "(", ")": ")"}
    return bool(eval("".join(spelled.get(w, " %s " % (w in TAGS)) for w in words), {"__builtins__": {}}))


def main():
    parser = argparse.ArgumentParser()
    for name in ("sdk", "tests", "table"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", type=re.compile)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--report", help="file for the reason of each failure")
    args = parser.parse_args()
    kinds = args.kinds.split(",")
    table = set()
    if os.path.exists(args.table):
        with open(args.table, encoding="utf-8") as f:
            table = {line.split()[1] for line in f if line.startswith("pass ")}
    work = tempfile.mkdtemp()
    suite = Suite(os.path.abspath(args.sdk), os.path.abspath(args.tests), work)
    tests = list(find_tests(suite.tests, kinds, args.only))
    results = {}
    try:
        if any(kind not in ("run", "compile", "build", "buildrun") for _, _, kind, _ in tests):
            suite.library()
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            def attempt(test):
                rel, path, kind, words = test
                try:
                    suite.one(path, kind, words)
                    return rel, kind, None
                except Failure as f:
                    return rel, kind, str(f)
            for rel, kind, failure in pool.map(attempt, tests):
                results[rel] = (kind, failure)
        # A test of the table that failed beside others is run once more alone: many watch the clock or the collector.
        for test in tests:
            if test[0] in table and results[test[0]][1]:
                rel, kind, failure = attempt(test)
                results[rel] = (kind, failure)
                if not failure:
                    print("passes only alone: " + rel)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if args.report:
        with open(args.report, "w", encoding="utf-8") as f:
            for rel, (kind, failure) in sorted(results.items()):
                if failure:
                    f.write("%s %s: %s\n" % (kind, rel, failure.replace("\n", "\n\t")))
    for kind in kinds:
        of_kind = [failure for k, failure in results.values() if k == kind]
        if of_kind:
            good = sum(1 for f in of_kind if not f)
            print("%-14s %4d of %4d pass (%.1f%%)" % (kind, good, len(of_kind), 100.0 * good / len(of_kind)))
    passing = {rel for rel, (_, failure) in results.items() if not failure}
    if args.update:
        keep = {rel for rel in table if rel not in results}
        with open(args.table, "w", encoding="utf-8") as f:
            f.write("# Tests of Go's test/ folder that pass. Made by go_test_suite.py --update; a line may go only with a reason.\n")
            for rel in sorted(passing | keep):
                f.write("pass %s\n" % rel)
        return 0
    lost = sorted(rel for rel in table if rel in results and rel not in passing)
    for rel in lost:
        print("FAILED (passed before): %s: %s" % (rel, results[rel][1]))
    new = sorted(passing - table)
    if new:
        print("%d tests pass that are not in the table: run with --update" % len(new))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
