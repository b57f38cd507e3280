"""Builds random programs (generate.py) optimized and with -N -l, runs them and compares what they print.

With --go, another Go command's program is compared too. The exit status is 1 if any differ; the seed gives the program again.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import generate

# Modes of the runtime in which programs run once more: a collection every so many allocations, stacks that move at every few calls.
STRESS = "gcstress=50,stackstress=5,gccheckmark=1,clobberfree=1"


def built(command, flags, source, program, environment):
    """The messages if the program cannot be built."""
    try:
        run = subprocess.run([command, "build", *flags, "-o", program, source], env=environment, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "not built after 120 s"
    return None if run.returncode == 0 else run.stdout + run.stderr


def printed(program, environment):
    """What the program prints and how it ends."""
    try:
        run = subprocess.run([program], env=environment, capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "no end after 120 s"
    return f"{run.stdout.decode(errors='replace')}{run.stderr.decode(errors='replace')}status {run.returncode}"


def first_difference(left, right):
    for number, (one, other) in enumerate(zip(left.splitlines(), right.splitlines()), 1):
        if one != other:
            return f"line {number}:\n    {one}\n    {other}"
    return "one ends before the other"


def outputs(seed, folder, arguments):
    """By name of the build: its output. A build that fails stands as its messages."""
    source = os.path.join(folder, f"random{seed}.go")
    with open(source, "w") as file:
        file.write(generate.Generator(seed).program())
    environment = {**os.environ, "GOFLAGS": "", "GO111MODULE": "on", "GOTOOLCHAIN": "local"}
    gannet = os.path.join(arguments.sdk, "bin", "gannet")
    ways = [("optimized", gannet, []), ("-N -l", gannet, ["-gcflags=-N -l"])]
    if arguments.go:
        ways.append(("other", arguments.go, []))
    results = {}
    for name, command, flags in ways:
        program = os.path.join(folder, "program")
        failure = built(command, flags, source, program, environment)
        results[name] = failure or printed(program, environment)
        if name == "optimized" and not failure:
            results["under stress"] = printed(program, {**environment, "GODEBUG": STRESS})
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", required=True)
    parser.add_argument("--go", help="another Go command to compare with")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=6, help="how many programs")
    arguments = parser.parse_args()
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.first, arguments.first + arguments.count):
            results = outputs(seed, folder, arguments)
            for name, text in results.items():
                if text != results["optimized"]:
                    differing += 1
                    print(f"seed {seed}: optimized and {name} differ in {first_difference(results['optimized'], text)}")
            if not results["optimized"].endswith("status 0"):
                differing += 1
                print(f"seed {seed}: {results['optimized'][-2000:]}")
    print(f"{arguments.count} programs, {differing} differences")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
