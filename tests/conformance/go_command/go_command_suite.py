"""Runs Go's own tests of its command, the scripts of cmd/go, with `gannet` in the place of `go`, and compares with the table of
what passes.

The scripts come with the library (src/cmd/go/testdata/script); cmd/go's test program runs them. Two lines of its sources are
overlaid when it is built: what it puts on PATH as `go` is the program under test, and counters of telemetry are not asked for.

The table has a line for each script that does not skip itself:

    pass NAME
    fail NAME # why
    long NAME # why

A script that is said to pass must pass, or skip itself. With --update the table is written anew, the reasons kept. With --slow
these are the scripts that leave themselves out of short runs, and none is short; those said to be long are only run with
--long.

usage: go_command_suite.py --sdk DIR --table FILE [--slow] [--long] [--update] [--only REGEX] [--report FILE]
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = "20m"

# (file, what stands there, what is to)
CHANGES = [
    ("go_test.go", "testExe, err := os.Executable()", 'testExe, err := os.Getenv("GO_COMMAND_UNDER_TEST"), error(nil)'),
    ("script_test.go", "checkCounters(t, telemetryDir)", "_ = telemetryDir"),
]


def build(sdk, gannet, work):
    """The test program of cmd/go."""
    folder = os.path.join(sdk, "src/cmd/go")
    replace = {}
    for name, old, new in CHANGES:
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if text.count(old) != 1:
            sys.exit("%s: %r is not there once" % (path, old))
        replace[path] = os.path.join(work, name)
        with open(replace[path], "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
    overlay, program = os.path.join(work, "overlay.json"), os.path.join(work, "go.test")
    with open(overlay, "w", encoding="utf-8") as f:
        json.dump({"Replace": replace}, f)
    subprocess.run([gannet, "test", "-c", "-overlay", overlay, "-o", program, "cmd/go"], cwd=folder, check=True)
    return program


def slow_scripts(sdk):
    """Names of the scripts that skip themselves in short runs."""
    folder = os.path.join(sdk, "src/cmd/go/testdata/script")
    names = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                if re.search(r"^(\[[^\]]*\] *)*\[short\] *skip", f.read(), flags=re.M):
                    names.append(name[:-len(".txt")])
    return names


def run(program, sdk, gannet, only, short):
    """({script: "PASS", "FAIL" or "SKIP"}, {script: output})"""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GO", "GANNET_"))}
    env.update(GO_COMMAND_UNDER_TEST=gannet, GOCACHE=os.environ["GANNET_CACHE"], PATH=os.path.join(sdk, "bin") + ":" + env["PATH"])
    words = [program, "-test.short=%s" % str(short).lower(), "-test.v", "-test.timeout", TIMEOUT, "-test.run", "TestScript/" + only]
    done = subprocess.run(words, cwd=os.path.join(sdk, "src/cmd/go"), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    states, outputs = {}, {}
    name = None
    for line in done.stdout.decode(errors="replace").split("\n"):
        said = re.match(r"\s*(?:=== (?:RUN|CONT|NAME|PAUSE)|--- (PASS|FAIL|SKIP):)\s+TestScript/(\S+)", line)
        if said:
            name = said.group(2)
            if said.group(1):
                states[name] = said.group(1)
        elif name:
            outputs.setdefault(name, []).append(line)
    states.pop("README", None)  # whether Go's own text is up to date
    return states, outputs


class Table:
    def __init__(self, path):
        self.path, self.passing, self.failing, self.long = path, set(), {}, {}
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as f:
            for line in f:
                entry, _, reason = line.strip().partition(" # ")
                words = entry.split()
                if words and words[0] == "pass":
                    self.passing.add(words[1])
                elif words and words[0] == "fail":
                    self.failing[words[1]] = reason
                elif words and words[0] == "long":
                    self.long[words[1]] = reason

    def update(self, states):
        for name, state in states.items():
            if name in self.long and state != "FAIL":
                continue
            self.long.pop(name, None)
            reason = self.failing.pop(name, "not looked into")
            self.passing.discard(name)
            if state == "PASS":
                self.passing.add(name)
            elif state == "FAIL":
                self.failing[name] = reason

    def write(self):
        lines = {name: "pass %s\n" % name for name in self.passing}
        lines.update({name: "fail %s # %s\n" % (name, reason) for name, reason in self.failing.items()})
        lines.update({name: "long %s # %s\n" % (name, reason) for name, reason in self.long.items()})
        with open(self.path, "w", encoding="utf-8") as f:
            f.write("# The scripts of cmd/go, made by go_command_suite.py --update; a pass may go only with a reason.\n")
            for name in sorted(lines):
                f.write(lines[name])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--slow", action="store_true", help="the scripts that leave themselves out of short runs")
    parser.add_argument("--long", action="store_true", help="also those that the table says to take long")
    parser.add_argument("--only", default="", help="scripts whose names match")
    parser.add_argument("--report", help="file for the output of what fails")
    args = parser.parse_args()
    sdk = os.path.abspath(args.sdk)
    gannet = os.path.join(sdk, "bin/gannet")
    os.environ["GANNET_ROOT"] = sdk
    if "GANNET_CACHE" not in os.environ:
        os.environ["GANNET_CACHE"] = tempfile.mkdtemp()
    work = tempfile.mkdtemp()
    table = Table(args.table)
    only = args.only
    if args.slow:
        names = [name for name in slow_scripts(sdk) if re.search(args.only, name) and (args.long or name not in table.long)]
        only = "^(%s)$" % "|".join(re.escape(name) for name in names)
    try:
        states, outputs = run(build(sdk, gannet, work), sdk, gannet, only, not args.slow)
    finally:
        shutil.rmtree(work)
    worse = sorted(name for name in table.passing | set(table.long) if states.get(name) == "FAIL")
    if not args.only:
        worse += sorted(name for name in table.passing if name not in states)
    failed = sorted(name for name, state in states.items() if state == "FAIL")
    if args.report:
        with open(args.report, "w", encoding="utf-8") as f:
            for name in failed:
                f.write("%s\n%s\n" % (name, "\n".join(outputs.get(name, []))))
    if args.update:
        table.update(states)
        table.write()
    counts = {state: list(states.values()).count(state) for state in ("PASS", "FAIL", "SKIP")}
    print("%(PASS)d scripts pass, %(FAIL)d fail, %(SKIP)d skip themselves" % counts)
    for name in worse if not args.update else []:
        print("WORSE %s\n%s" % (name, "\n".join(outputs.get(name, ["not run"]))))
    return 1 if not states or (worse and not args.update) else 0


if __name__ == "__main__":
    sys.exit(main())
