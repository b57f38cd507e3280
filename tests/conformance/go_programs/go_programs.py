"""Builds Go's own tools with Gannet in two ways and compares what they write.

usage: go_programs.py --sdk DIR --library DIR --work DIR [--packages PATTERN] [--reference GOROOT]

--sdk is Gannet's SDK; --library a GOROOT whose src holds Go's own sources, package runtime included.
"""
import argparse
import filecmp
import json
import os
import subprocess
import sys
import time

TOOLS = ["gofmt", "compile", "asm", "link", "pack"]
# The parts of the library that gofmt formats.
FORMATTED = ["fmt", "go", "encoding", "net/http", "strconv", "cmd/compile/internal/ssagen", "cmd/gofmt"]
PROGRAM = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("linked by", []string{"a", "b"}, map[int]string{1: "x"}) }\n'
# Compiled as part of the runtime. Source: Go's cmd/internal/objabi, "LookupPkgSpecial".
RUNTIME = {"runtime", "internal/abi", "internal/bytealg", "internal/byteorder", "internal/chacha8rand",
           "internal/coverage/rtcov", "internal/cpu", "internal/goarch", "internal/godebugs", "internal/goexperiment",
           "internal/goos", "internal/profilerecord", "internal/strconv", "internal/stringslite",
           "internal/runtime/atomic", "internal/runtime/cgroup", "internal/runtime/exithook", "internal/runtime/gc",
           "internal/runtime/gc/scan", "internal/runtime/maps", "internal/runtime/math", "internal/runtime/pprof/label",
           "internal/runtime/sys", "internal/runtime/syscall/linux"}
INCOMPLETE = {"bytes", "internal/poll", "net", "os", "runtime/metrics", "runtime/pprof", "runtime/trace", "sync", "syscall",
              "time"}


class ToolSet:
    """Tools of one making, and the time that they took."""

    def __init__(self, name, paths):
        self.name, self.paths, self.seconds = name, paths, 0.0

    def run(self, tool, words, cwd, check=True):
        before = os.times()
        done = subprocess.run([self.paths[tool]] + words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=900,
                              env=dict(os.environ, GOROOT="/nonexistent", GOMAXPROCS="2"))
        after = os.times()
        self.seconds += after.children_user - before.children_user
        if check and done.returncode:
            raise SystemExit(f"{self.name} {tool} failed in {cwd}: {' '.join(words)}\n{done.stdout.decode(errors='replace')}")
        return done.stdout


def build(sdk, work, name, flags):
    """Go's tools built by Gannet with further flags."""
    folder = os.path.join(work, "tools_" + name)
    os.makedirs(folder, exist_ok=True)
    env = dict(os.environ, GANNET_ROOT=sdk, GANNET_CACHE=os.path.join(work, "cache"), GOFLAGS="", GOWORK="off")
    subprocess.run([os.path.join(sdk, "bin/gannet"), "build", "-trimpath", "-o", folder + "/"] + flags +
                   ["cmd/" + tool for tool in TOOLS], cwd=work, env=env, check=True)
    return ToolSet(name, {tool: os.path.join(folder, tool) for tool in TOOLS})


def reference_tools(goroot, pack):
    """Those of a Go distribution, which has no archiver: `pack` stands in."""
    tools = os.path.join(goroot, "pkg/tool/linux_amd64")
    paths = {tool: os.path.join(tools, tool) for tool in TOOLS}
    paths["gofmt"], paths["pack"] = os.path.join(goroot, "bin/gofmt"), pack
    return ToolSet("reference", paths)


def list_packages(sdk, library, work, patterns):
    """The packages in dependency order, as Gannet lists them from the library with Go's own runtime."""
    env = dict(os.environ, GANNET_ROOT=library, GANNET_CACHE=os.path.join(work, "cache"), GOFLAGS="", GOWORK="off")
    done = subprocess.run([os.path.join(sdk, "bin/gannet"), "list", "-json", "-deps"] + patterns, cwd=library, env=env,
                          stdout=subprocess.PIPE, check=True)
    text, at, out = done.stdout.decode(), 0, []
    decoder = json.JSONDecoder()
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        package, at = decoder.raw_decode(text, at)
        if package["ImportPath"] != "unsafe" and package.get("GoFiles"):
            out.append(package)
    return out


class Work:
    """One tool set's outputs."""

    def __init__(self, tools, folder, include):
        self.tools, self.folder, self.include = tools, folder, include
        self.archives = {}
        os.makedirs(folder, exist_ok=True)

    def out(self, package, suffix):
        return os.path.join(self.folder, package["ImportPath"].replace("/", "_") + suffix)

    def compile(self, package):
        """Compiles and assembles a package; the files written."""
        path, folder = package["ImportPath"], package["Dir"]
        config = self.out(package, ".cfg")
        with open(config, "w", encoding="utf-8") as f:
            for written, meant in package.get("ImportMap", {}).items():
                f.write(f"importmap {written}={meant}\n")
            for dep in package.get("Deps", []):
                if dep in self.archives:
                    f.write(f"packagefile {dep}={self.archives[dep]}\n")
        archive = self.out(package, ".a")
        words = ["-o", archive, "-trimpath", folder + "=>" + path, "-p", path, "-std", "-buildid", "", "-importcfg", config,
                 "-pack", "-c=2"]
        assembly, header_dir = package.get("SFiles", []), self.out(package, "_h")
        assemble = ["-p", path, "-trimpath", folder + "=>" + path, "-I", header_dir, "-I", self.include, "-D", "GOOS_linux",
                    "-D", "GOARCH_amd64", "-D", "GOAMD64_v1"]
        written = [archive]
        if path in RUNTIME:
            words.append("-+")
        if assembly:
            os.makedirs(header_dir, exist_ok=True)
            open(os.path.join(header_dir, "go_asm.h"), "w", encoding="utf-8").close()
            abis = self.out(package, ".symabis")
            self.tools.run("asm", assemble + ["-gensymabis", "-o", abis] + assembly, folder)
            words += ["-symabis", abis, "-asmhdr", os.path.join(header_dir, "go_asm.h")]
        elif path not in INCOMPLETE:
            words.append("-complete")
        if package.get("EmbedPatterns"):
            words += ["-embedcfg", self.embeds(package)]
        self.tools.run("compile", words + ["./" + name for name in package["GoFiles"]], folder)
        objects = []
        for i, name in enumerate(assembly):
            objects.append(self.out(package, f".{i}.o"))
            self.tools.run("asm", assemble + ["-o", objects[-1], name], folder)
        written += objects
        if objects:
            self.tools.run("pack", ["r", archive] + objects, folder)
        self.archives[path] = archive
        return written

    def embeds(self, package):
        """An embed configuration by whole names and folders, which is all that the library uses."""
        files = package.get("EmbedFiles", [])
        patterns = {}
        for pattern in package["EmbedPatterns"]:
            name = pattern.removeprefix("all:")
            if "*" in name:
                start, end = name.split("*", 1)
                patterns[pattern] = [f for f in files if f.startswith(start) and f.endswith(end)]
            else:
                patterns[pattern] = [f for f in files if f == name or f.startswith(name + "/")]
        path = self.out(package, ".embed")
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"Patterns": patterns, "Files": {n: os.path.join(package["Dir"], n) for n in files}}, f)
        return path

    def link(self):
        source = os.path.join(self.folder, "main.go")
        with open(source, "w", encoding="utf-8") as f:
            f.write(PROGRAM)
        config = os.path.join(self.folder, "link.cfg")
        with open(config, "w", encoding="utf-8") as f:
            f.writelines(f"packagefile {path}={archive}\n" for path, archive in self.archives.items())
        main = os.path.join(self.folder, "main.a")
        self.tools.run("compile", ["-o", main, "-p", "main", "-trimpath", self.folder, "-importcfg", config, "-pack", "main.go"],
                       self.folder)
        outputs = [main]
        for name, flags in (("program", []), ("stripped", ["-s", "-w"])):
            outputs.append(os.path.join(self.folder, name))
            self.tools.run("link", ["-o", outputs[-1], "-importcfg", config, "-buildid", "x"] + flags + [main], self.folder)
        return outputs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--packages", default="fmt")
    parser.add_argument("--reference")
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    os.makedirs(options.work, exist_ok=True)
    began = time.monotonic()
    sets = [build(options.sdk, options.work, "optimized", []),
            build(options.sdk, options.work, "plain", ["-gcflags=all=-N -l"])]
    if options.reference:
        sets.append(reference_tools(options.reference, sets[0].paths["pack"]))
    print(f"built {len(TOOLS)} tools in two ways: {time.monotonic() - began:.0f} s", flush=True)
    faults = 0
    source = os.path.join(options.library, "src")
    formatted = [s.run("gofmt", ["-s", "-d"] + FORMATTED, source, check=False) for s in sets]
    if any(f != formatted[0] for f in formatted) or not formatted[0]:
        print("gofmt: the outputs differ")
        faults += 1
    packages = list_packages(options.sdk, options.library, options.work, options.packages.split(","))
    # Under the same names, for names go into outputs.
    works = [Work(s, os.path.join(options.work, s.name), os.path.join(options.work, "include")) for s in sets]
    os.makedirs(os.path.join(options.work, "include"), exist_ok=True)
    for name in ("textflag.h", "funcdata.h", "asm_amd64.h"):
        with open(os.path.join(source, "runtime", name), encoding="utf-8") as f, \
                open(os.path.join(options.work, "include", name), "w", encoding="utf-8") as g:
            g.write(f.read())
    compared = 0

    def compare(outputs):
        nonlocal faults, compared
        for files in zip(*outputs):
            compared += 1
            for other in files[1:]:
                if not filecmp.cmp(files[0], other, shallow=False):
                    print(f"{files[0]} and {other} differ", flush=True)
                    faults += 1

    for package in packages:
        compare([w.compile(package) for w in works])
    compare([w.link() for w in works])
    run = subprocess.run([os.path.join(works[0].folder, "program")], stdout=subprocess.PIPE, check=False)
    if run.stdout != b"linked by [a b] map[1:x]\n":
        print(f"the linked program says {run.stdout!r}")
        faults += 1
    times = ", ".join(f"{s.name} {s.seconds:.1f} s" for s in sets)
    print(f"{len(packages)} packages, {compared} files compared, {faults} faults; user time: {times}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
