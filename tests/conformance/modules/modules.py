"""Builds real modules with Gannet and runs their tests. The modules are Debian's golang-*-dev packages, fetched with apt-get.

They are laid out as the vendor folder of one module, whose modules.txt is made from their go.mod files. A package passes if
it builds and its own tests pass. With --go another go command does the same, for comparison.

usage: modules.py --gannet COMMAND [--go COMMAND] [--cache DIR] [--only REGEX] [--build-only] [--list FILE]
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

BUILD_TIMEOUT_S = 900
TEST_TIMEOUT_S = 300
SOURCES = "usr/share/gocode/src"


def read_list(path):
    with open(path, encoding="utf-8") as f:
        lines = [line.split() for line in f if line.strip() and not line.startswith("#")]
    return [(words[0], words[1]) for words in lines]


def dependencies(package):
    """The Go packages among a Debian package's recursive dependencies, itself included."""
    out = subprocess.run(["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                          "--no-breaks", "--no-replaces", "--no-enhances", package],
                         stdout=subprocess.PIPE, check=True, text=True).stdout
    return {line for line in out.splitlines() if re.fullmatch(r"golang-\S+-dev", line)}


def fetch(packages, cache):
    """Unpacks the packages into the cache, once each; the folder that holds their sources."""
    tree = os.path.join(cache, "tree")
    debs = os.path.join(cache, "debs")
    os.makedirs(tree, exist_ok=True)
    os.makedirs(debs, exist_ok=True)
    wanted = set()
    for package in packages:
        wanted |= dependencies(package)
    for package in sorted(wanted):
        mark = os.path.join(debs, package + ".unpacked")
        if os.path.exists(mark):
            continue
        subprocess.run(["apt-get", "-qq", "download", package], cwd=debs, check=True)
        for name in os.listdir(debs):
            if name.startswith(package + "_") and name.endswith(".deb"):
                subprocess.run(["dpkg", "-x", name, tree], cwd=debs, check=True)
                os.remove(os.path.join(debs, name))
        open(mark, "w", encoding="utf-8").close()
    return os.path.join(tree, SOURCES)


def module_of(go_mod):
    """The path and the language version that a go.mod file names."""
    path = version = ""
    with open(go_mod, encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if len(words) >= 2 and words[0] == "module":
                path = words[1].strip('"')
            if len(words) >= 2 and words[0] == "go":
                version = words[1]
    return path, version


def lay_out(sources, work):
    """Makes the module in `work`: vendor/ with everything, and its modules.txt."""
    shutil.rmtree(work, ignore_errors=True)
    vendor = os.path.join(work, "vendor")
    shutil.copytree(sources, vendor, symlinks=False, ignore_dangling_symlinks=True)
    modules, packages = {}, {}
    for folder, folders, files in os.walk(vendor):
        folders[:] = sorted(d for d in folders if d[0] not in "._" and d != "testdata")
        path = os.path.relpath(folder, vendor)
        if "go.mod" in files:
            declared, version = module_of(os.path.join(folder, "go.mod"))
            if declared == path:
                modules[path] = version
        if any(f.endswith(".go") for f in files):
            packages[path] = None
    for path in packages:
        owners = [m for m in modules if path == m or path.startswith(m + "/")]
        owner = max(owners, key=len) if owners else "/".join(path.split("/")[:3])
        modules.setdefault(owner, "")
        packages[path] = owner
    with open(os.path.join(vendor, "modules.txt"), "w", encoding="utf-8") as listing, \
            open(os.path.join(work, "go.mod"), "w", encoding="utf-8") as go_mod:
        go_mod.write("module conformance.test/modules\n\ngo 1.26\n\n")
        for module in sorted(modules):
            major = re.search(r"(?:/|\.)v([0-9]+)$", module)
            version = f"v{major.group(1)}.0.0" if major else "v0.0.0"
            go_mod.write(f"require {module} {version}\n")
            listing.write(f"# {module} {version}\n## explicit")
            listing.write(f"; go {modules[module]}\n" if modules[module] else "\n")
            for path in sorted(p for p in packages if packages[p] == module):
                listing.write(path + "\n")
    return sorted(packages)


def run(words, work, timeout_s):
    try:
        done = subprocess.run(words, cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout_s, check=False, text=True, errors="replace",
                              env=dict(os.environ, GOFLAGS="-mod=vendor", GOWORK="off", CGO_ENABLED="0", GOTOOLCHAIN="local",
                                       GOPROXY="off"))
    except subprocess.TimeoutExpired as e:
        return False, "timed out\n" + (e.stdout or b"").decode(errors="replace")[-2000:]
    return done.returncode == 0, done.stdout


def lacks_source(output):
    """Whether it fails for want of a package that Debian does not ship, or of cgo."""
    return any(text in output for text in ("cannot find module providing package", "is not in std", "cannot find package",
                                           "build constraints exclude all Go files", "no non-test Go files"))


def check(command, packages, work, build_only):
    counts = {"pass": 0, "build": 0, "test": 0, "skip": 0}
    failed = []
    for path in packages:
        good, output = run([command, "build", path], work, BUILD_TIMEOUT_S)
        if not good and lacks_source(output):
            counts["skip"] += 1
            continue
        if not good:
            counts["build"] += 1
            failed.append((path, "build", output))
            continue
        if not build_only:
            good, output = run([command, "test", "-short", path], work, TEST_TIMEOUT_S)
            if not good and lacks_source(output):
                counts["skip"] += 1
                continue
            if not good:
                counts["test"] += 1
                failed.append((path, "test", output))
                continue
        counts["pass"] += 1
    return counts, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gannet", required=True)
    parser.add_argument("--go")
    parser.add_argument("--cache", default=os.path.expanduser("~/.cache/gannet/modules"))
    parser.add_argument("--only", default="")
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--list", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages.txt"))
    options = parser.parse_args()
    chosen = [(deb, path) for deb, path in read_list(options.list) if re.search(options.only, path)]
    sources = fetch([deb for deb, _ in chosen], options.cache)
    work = os.path.join(options.cache, "module")
    packages = lay_out(sources, work)
    status = 0
    for _, root in chosen:
        below = [p for p in packages if (p + "/").startswith(root + "/") and "/vendor/" not in p]
        counts, failed = check(options.gannet, below, work, options.build_only)
        theirs = set()
        if options.go:
            suspects = [path for path, _, _ in failed]
            theirs = {path for path, _, _ in check(options.go, suspects, work, options.build_only)[1]}
        print(f"{root}: {len(below)} packages, {counts['pass']} pass, {counts['build']} do not build, "
              f"{counts['test']} fail their tests, {counts['skip']} lack sources", flush=True)
        for path, stage, output in failed:
            if path in theirs:
                print(f"  {path}: {stage} fails, as with {options.go}")
                continue
            status = 1
            print(f"  {path}: {stage} fails")
            print("\n".join("    " + line for line in output.splitlines()[-25:]))
    return status


if __name__ == "__main__":
    sys.exit(main())
