#!/usr/bin/env python3
"""Compares Gannet with Go: run time and memory of the kernels, time of whole builds.

    compare.py --gannet SDK/bin/gannet [--go go] [--runs 5] [--only NAME,...] [--builds] [--text FILE]

Each kernel is built by both commands; then the programs are run in turn (gannet, go, gannet, go, ...), so that what
else the machine does hits both alike. Printed: the least and the median user+system time, median wall time, peak memory,
size of the file, and the ratio of Gannet's to Go's. Without a go command the columns of Go are left out.
The outputs of both programs must be equal; a difference ends the script with status 1.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


class Run:
    """One finished process: seconds, bytes, and what it printed."""

    def __init__(self, command, cwd, env):
        start = time.monotonic()
        with tempfile.TemporaryFile() as out:
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=cwd, env=env)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - start
            out.seek(0)
            self.output = out.read()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss * 1024
        if child.returncode != 0:
            sys.exit("%s: exit status %d\n%s" % (command, child.returncode, self.output.decode(errors="replace")))


class Tool:
    """A command that builds Go packages, with a cache of its own."""

    def __init__(self, name, command, cache_variable, work):
        self.name, self.command, self.cache_variable, self.work = name, command, cache_variable, work
        self.env = dict(os.environ, GOFLAGS="-mod=mod", GOTOOLCHAIN="local", GOPROXY="off", CGO_ENABLED="0")
        self.use_cache(work / (name + "-cache"))

    def use_cache(self, folder):
        self.env[self.cache_variable] = str(folder)

    def build(self, package, output, cwd=HERE):
        return Run([self.command, "build", "-o", str(output), package], cwd, self.env)


def write_text(path):
    """Some 12 MB of words with a skewed choice, the same each time."""
    state = 7
    with open(path, "w") as out:
        for line in range(340000):
            words = []
            for j in range(9):
                state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
                a, b, c = state >> 52, state >> 40 & 4095, state >> 28 & 4095
                n, word = a * b * c >> 24, ""
                while n > 0:
                    word += "etaoinshrdlu"[n % 12]
                    n //= 12
                words.append("The" if j % 4 == 1 else "x" + word if j % 4 == 3 else word)
            out.write(" ".join(words) + ".\n")


def row(name, runs):
    """Prints a line of the table; `runs` maps a tool's name to its Runs."""
    cells, summary = [], []
    for these in runs.values():
        cpu = [r.cpu for r in these]
        summary.append((min(cpu), statistics.median(cpu), statistics.median(r.wall for r in these),
                        max(r.peak for r in these)))
        cells.append("%7.3f %7.3f %7.3f %7.1f" % (summary[-1][:3] + (summary[-1][3] / 1e6,)))
    ratio = ""
    if len(summary) == 2:
        ratio = "   " + " ".join("%6.2f" % (a / max(b, 1e-3)) for a, b in zip(*summary))
    print("%-14s %s%s" % (name, "   ".join(cells), ratio), flush=True)


def header(tools):
    columns = "    min  median    wall      MB"
    print("%-14s %s%s" % ("", "   ".join("%-31s" % (t.name + ": cpu s, wall s, peak") for t in tools),
                          "   ratio" if len(tools) == 2 else ""))
    print("%-14s %s%s" % ("", "   ".join([columns] * len(tools)),
                          "      min median   wall memory" if len(tools) == 2 else ""))


def run_kernels(tools, names, runs, text, work):
    programs = {}
    for name in names:
        package = str(HERE.parent.parent / "examples" / "wordcount") if name == "wordcount" else "./kernels/" + name
        cwd = package if name == "wordcount" else HERE
        for tool in tools:
            program = work / ("%s-%s" % (name, tool.name))
            tool.build("." if name == "wordcount" else package, program, cwd)
            programs[name, tool.name] = program
    header(tools)
    for name in names:
        done = {t.name: [] for t in tools}
        for _ in range(runs):
            for tool in tools:
                args = [str(text)] if name == "wordcount" else []
                done[tool.name].append(Run([str(programs[name, tool.name])] + args, work, tool.env))
        outputs = {r.output for these in done.values() for r in these}
        if len(outputs) != 1:
            sys.exit("%s: outputs differ: %s" % (name, outputs))
        row(name, done)
    print("\nsize of the programs, bytes")
    for name in names:
        sizes = [programs[name, t.name].stat().st_size for t in tools]
        ratio = " %6.2f" % (sizes[0] / sizes[1]) if len(sizes) == 2 else ""
        print("%-14s %s%s" % (name, " ".join("%10d" % s for s in sizes), ratio))


def run_builds(tools, runs, work):
    """Cold builds (empty cache), a build after one edit, a build with nothing to do, a link alone, and the library."""
    sources = work / "sources"
    for example in ("hello", "wordcount"):
        (sources / example).mkdir(parents=True)
        shutil.copy(HERE.parent.parent / "examples" / example / "main.go", sources / example)
    (sources / "go.mod").write_text("module gannet.dev/benchmarks/builds\n\ngo 1.26\n")
    main = sources / "wordcount" / "main.go"
    original = main.read_text()
    header(tools)

    def measure(name, prepare, package, count):
        done = {t.name: [] for t in tools}
        for i in range(count):
            for tool in tools:
                prepare(tool, i)
                done[tool.name].append(tool.build(package, work / ("built-" + tool.name), sources))
        row(name, done)

    def cold(tool, i):
        folder = work / ("%s-cold" % tool.name)
        if folder.exists():
            subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
            shutil.rmtree(folder)
        tool.use_cache(folder)

    def edit(tool, i):
        main.write_text(original + "\nvar edit%s%d = %d\n" % (tool.name, i, i))

    def relink(tool, i):
        (work / ("built-" + tool.name)).unlink(missing_ok=True)

    measure("cold hello", cold, "./hello", runs)
    measure("cold wordcount", cold, "./wordcount", runs)
    measure("one edit", edit, "./wordcount", runs)
    main.write_text(original)
    measure("relink", relink, "./wordcount", runs)
    measure("nothing to do", lambda tool, i: None, "./wordcount", runs)
    done = {t.name: [] for t in tools}
    for tool in tools:
        cold(tool, 0)
        done[tool.name].append(Run([tool.command, "build", "std"], sources, tool.env))
    row("cold std", done)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gannet", default="gannet", help="the gannet command")
    parser.add_argument("--go", default="go", help="the go command; left out if it is not found")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="kernels to run, with commas")
    parser.add_argument("--builds", action="store_true", help="measure whole builds instead of kernels")
    parser.add_argument("--text", help="the text that wordcount reads; made if not given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gannet-benchmark-") as folder:
        work = pathlib.Path(folder)
        tools = [Tool("gannet", shutil.which(options.gannet) or sys.exit("no " + options.gannet), "GANNET_CACHE", work)]
        if shutil.which(options.go):
            tools.append(Tool("go", shutil.which(options.go), "GOCACHE", work))
        if options.builds:
            run_builds(tools, options.runs, work)
            return
        names = sorted(p.parent.name for p in (HERE / "kernels").glob("*/main.go")) + ["wordcount"]
        if options.only:
            names = [n for n in names if n in options.only.split(",")]
        text = pathlib.Path(options.text) if options.text else work / "text.txt"
        if "wordcount" in names and not options.text:
            write_text(text)
        run_kernels(tools, names, options.runs, text, work)


if __name__ == "__main__":
    main()
