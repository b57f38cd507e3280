"""Runs the language tests of Go's test/ folder with Gannet and compares with the table of those that pass.

A test passes only if all it asks for holds. Tests that ask for what the optimizer says of its work (-m, -d, -live) are
counted apart from the language's diagnostics. The table names the tests that pass: one of them that fails is a failure.
exceptions.txt beside this file names those that do not pass with the reason; they stay in every count.

usage: go_test_suite.py --sdk DIR --tests DIR --table FILE [--update] [--only REGEX] [--kinds K,K] [--jobs N] [--report FILE]
                        [--listed] [--stress GODEBUG]... [--timeout SECONDS]
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import sys
import tempfile

from actions import TIMEOUT_S, Failure, Runner
from recipe import find_tests

PROGRAM_KINDS = ["run", "runoutput", "rundir", "runindir", "compile", "compiledir", "build", "buildrun", "builddir",
                 "buildrundir"]
ERROR_KINDS = ["errorcheck", "errorcheckdir", "errorcheckoutput", "errorcheckwithauto", "errorcheckandrundir"]
NOT_RUN_KINDS = ["asmcheck", "skip"]  # patterns of Go's own code generator; marked by the tests' authors


def read_table(path):
    if not os.path.exists(path):
        return set()
    with open(path, encoding="utf-8") as f:
        return {line.split()[1] for line in f if line.startswith("pass ")}


def read_exceptions(path):
    """{test: reason}"""
    with open(path, encoding="utf-8") as f:
        lines = [line.strip().partition(" ") for line in f if line.strip() and not line.startswith("#")]
    return {name: reason.strip() for name, _, reason in lines}


def run_tests(runner, tests, table, jobs):
    """{name: why it fails, or None}"""
    def attempt(test):
        try:
            runner.one(test)
            return None
        except Failure as f:
            return str(f)
        except OSError as e:
            return "cannot be run: %s" % e
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = dict(zip([t.name for t in tests], pool.map(attempt, tests)))
    # A test of the table that failed beside others is run once more alone: some wait a fixed time for the collector or a
    # goroutine, which a busy machine does not keep. It is said, so that one which does so often is seen.
    for test in tests:
        if test.name in table and results[test.name]:
            first = results[test.name]
            results[test.name] = attempt(test)
            if not results[test.name]:
                print("passes only alone: %s: %s" % (test.name, first.split("\n")[0]))
    return results


def percent_line(name, tests, results, exceptions):
    good = sum(1 for t in tests if not results[t.name])
    listed = sum(1 for t in tests if results[t.name] and t.name in exceptions)
    return "%-34s %4d of %4d pass (%5.1f%%)%s" % (name, good, len(tests), 100.0 * good / len(tests),
                                                  ", %d exceptions" % listed if listed else "")


def print_counts(tests, results, exceptions, unfit):
    def count(name, chosen):
        if chosen:
            print(percent_line(name, chosen, results, exceptions))
    for kind in PROGRAM_KINDS:
        count(kind, [t for t in tests if t.kind == kind])
    count("= programs", [t for t in tests if t.kind in PROGRAM_KINDS])
    language = [t for t in tests if t.kind in ERROR_KINDS and not t.debug_class()]
    for kind in ERROR_KINDS:
        count(kind, [t for t in language if t.kind == kind])
    count("= language diagnostics", language)
    debug = [t for t in tests if t.debug_class()]
    for name in sorted({t.debug_class() for t in debug}):
        count("debug: " + name, [t for t in debug if t.debug_class() == name])
    count("= the optimizer's debug output", debug)
    print("not for this target by their build constraints: %d" % unfit)


def main():
    parser = argparse.ArgumentParser()
    for name in ("sdk", "tests", "table"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", type=re.compile)
    parser.add_argument("--kinds", default=",".join(PROGRAM_KINDS + ERROR_KINDS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--report", help="file for the reason of each failure")
    parser.add_argument("--listed", action="store_true", help="only the tests of the table")
    parser.add_argument("--stress", action="append", default=[], help="runs programs of kind run once more with this GODEBUG")
    parser.add_argument("--timeout", type=int, default=TIMEOUT_S, help="seconds for each step of a test")
    args = parser.parse_args()
    table = read_table(args.table)
    exceptions = read_exceptions(os.path.join(os.path.dirname(os.path.abspath(args.table)), "exceptions.txt"))
    found, unfit = find_tests(os.path.abspath(args.tests), args.only)
    known = PROGRAM_KINDS + ERROR_KINDS + NOT_RUN_KINDS
    strange = [t.name for t in found if t.kind not in known]
    tests = [t for t in found if t.kind in args.kinds.split(",") and (not args.listed or t.name in table)]
    work = tempfile.mkdtemp()
    try:
        runner = Runner(os.path.abspath(args.sdk), os.path.abspath(args.tests), work, args.stress, args.timeout)
        runner.prepare()
        results = run_tests(runner, tests, table, args.jobs)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if args.report:
        with open(args.report, "w", encoding="utf-8") as f:
            for test in tests:
                if results[test.name]:
                    f.write("%s %s: %s\n" % (test.counted_as(), test.name, results[test.name].replace("\n", "\n\t")))
    print_counts(tests, results, exceptions, len(unfit))
    for kind in NOT_RUN_KINDS:
        print("not run: %d of kind %s" % (sum(1 for t in found if t.kind == kind), kind))
    for name in strange:
        print("of no known kind: " + name)
    passing = {name for name, failure in results.items() if not failure}
    for name in sorted(passing & set(exceptions)):
        print("passes although it is an exception: " + name)
    if args.update:
        kept = {name for name in table if name not in results}
        with open(args.table, "w", encoding="utf-8") as f:
            f.write("# Tests of Go's test/ folder that pass. Made by go_test_suite.py --update; a line may go only with a reason.\n")
            for name in sorted(passing | kept):
                f.write("pass %s\n" % name)
        return 0
    lost = sorted(name for name in table if results.get(name))
    for name in lost:
        print("FAILED (passed before): %s: %s" % (name, results[name]))
    new = sorted(passing - table)
    if new:
        print("%d tests pass that are not in the table: run with --update" % len(new))
    return 1 if lost or strange else 0


if __name__ == "__main__":
    sys.exit(main())
