"""Runs the standard library's own tests with `gannet test -short` and compares with the table of what passes.

The table has a line for each package of the library that has tests:

    pass PACKAGE
    fail PACKAGE TEST,TEST... # why

A package that is said to pass must pass; of one that is said to fail no test may fail but those named ("build" stands for a
program that is not there, "-" for a failure outside a test: what runs after it is not looked at). With --update the table is
written anew, the reasons kept. The packages named in a file given with --packages are run, all without it.

usage: std_test_suite.py --sdk DIR --table FILE [--packages FILE] [--update] [--only REGEX] [--jobs N] [--report FILE]
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

TIMEOUT = "300s"  # of one package, far more than any takes


class Result:
    """How one package's tests went."""

    def __init__(self):
        self.status = None     # "pass", "fail" or "skip" (no tests)
        self.failed = set()    # top-level tests
        self.finished = set()  # tests that came to an end
        self.built = True
        self.output = []

    def add(self, event):
        action, test = event["Action"], event.get("Test", "").split("/")[0]
        if action == "output":
            self.output.append(event["Output"])
        elif action == "run" and "/" not in event["Test"]:
            self.finished.discard(test)
        elif test and action in ("pass", "fail", "skip") and "/" not in event["Test"]:
            self.finished.add(test)
            if action == "fail":
                self.failed.add(test)
        elif not test and action in ("pass", "fail", "skip"):
            self.status = action
            self.built = "FailedBuild" not in event

    def failures(self):
        """The names for the table."""
        if self.status != "fail":
            return set()
        if not self.built:
            return {"build"}
        return self.failed or {"-"}


def run_tests(gannet, sdk, packages, jobs):
    """{package: Result}. What is said outside the stream of events goes to standard error."""
    words = [gannet, "test", "-short", "-json", "-count=1", "-timeout", TIMEOUT, "-p", str(jobs)] + packages
    results = {}
    with subprocess.Popen(words, cwd=os.path.join(sdk, "src"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        for line in child.stdout:
            event = json.loads(line)
            if "Package" in event:
                results.setdefault(event["Package"], Result()).add(event)
            elif event["Action"] == "build-output":
                sys.stderr.write(event["Output"])
    return results


class Table:
    def __init__(self, path):
        self.path = path
        self.passing = set()
        self.failing = {}  # package: (tests, reason)
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as f:
            for line in f:
                entry, _, reason = line.strip().partition(" # ")
                words = entry.split()
                if words and words[0] == "pass":
                    self.passing.add(words[1])
                elif words and words[0] == "fail":
                    self.failing[words[1]] = (set(words[2].split(",")), reason)

    def new_failures(self, package, result):
        """What fails that should not."""
        known = self.failing.get(package, (set(), ""))[0]
        if package not in self.passing and package not in self.failing:
            return set()
        if known & {"-", "build"}:
            return set()
        return result.failures() - known

    def update(self, results):
        for package, result in results.items():
            reason = self.failing.pop(package, (None, ""))[1]
            self.passing.discard(package)
            if result.status == "pass":
                self.passing.add(package)
            elif result.status == "fail":
                self.failing[package] = (result.failures(), reason or "not looked into")

    def write(self):
        lines = {package: "pass %s\n" % package for package in self.passing}
        for package, (tests, reason) in self.failing.items():
            lines[package] = "fail %s %s # %s\n" % (package, ",".join(sorted(tests)), reason)
        with open(self.path, "w", encoding="utf-8") as f:
            f.write("# The library's packages with tests, made by std_test_suite.py --update; a pass may go only with a reason.\n")
            for package in sorted(lines):
                f.write(lines[package])


def read_packages(path):
    with open(path, encoding="utf-8") as f:
        return [line.strip() for line in f if line.strip() and not line.startswith("#")]


def report(path, results):
    with open(path, "w", encoding="utf-8") as f:
        for package, result in sorted(results.items()):
            if result.status == "fail":
                f.write("%s: %s\n\t%s\n" % (package, ",".join(sorted(result.failures())),
                                            "".join(result.output).replace("\n", "\n\t")))


def main():
    parser = argparse.ArgumentParser()
    for name in ("sdk", "table"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--packages", help="file with the packages to run")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", type=re.compile)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--report", help="file for the output of what fails")
    args = parser.parse_args()
    sdk = os.path.abspath(args.sdk)
    gannet = os.path.join(sdk, "bin/gannet")
    os.environ["GANNET_ROOT"] = sdk
    if "GANNET_CACHE" not in os.environ:
        os.environ["GANNET_CACHE"] = tempfile.mkdtemp()
    packages = read_packages(args.packages) if args.packages else ["std"]
    if args.only:
        listed = subprocess.run([gannet, "list"] + packages, cwd=os.path.join(sdk, "src"), stdout=subprocess.PIPE, check=True)
        packages = [p for p in listed.stdout.decode().split() if args.only.search(p)]
    table = Table(args.table)
    results = run_tests(gannet, sdk, packages, args.jobs)
    # A test that failed beside others is given a second chance alone: many watch the clock.
    again = [p for p, r in sorted(results.items()) if table.new_failures(p, r)]
    if again:
        print("run again: " + " ".join(again))
        results.update(run_tests(gannet, sdk, again, 1))
    if args.report:
        report(args.report, results)
    tested = [r for r in results.values() if r.status in ("pass", "fail")]
    good = sum(1 for r in tested if r.status == "pass")
    print("%d of %d packages with tests pass (%.1f%%)" % (good, len(tested), 100.0 * good / max(len(tested), 1)))
    if args.update:
        table.update(results)
        table.write()
        return 0
    lost = {p: table.new_failures(p, r) for p, r in sorted(results.items())}
    for package, tests in lost.items():
        if tests:
            print("FAILED: %s: %s\n%s" % (package, ",".join(sorted(tests)), "".join(results[package].output)[-3000:]))
    new = [p for p, r in sorted(results.items()) if r.status == "pass" and p not in table.passing]
    if new:
        print("these pass now, run with --update: " + " ".join(new))
    if not tested:
        print("no package was tested")
    return 1 if any(lost.values()) or not tested else 0


if __name__ == "__main__":
    sys.exit(main())
