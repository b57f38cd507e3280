"""The Go 1.26 library as a repository: one go_library for each package, in one BUILD file made from the sources.

Package runtime is not taken from there: it is //runtime/go:runtime of the main repository.
"""

_GO_MINOR = 26

_KNOWN_OS = {os: None for os in "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos".split(" ")}
_KNOWN_ARCH = {a: None for a in "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm".split(" ")}
_TAGS = {t: None for t in ["linux", "amd64", "unix", "gc", "amd64.v1", "goexperiment.regabiwrappers", "goexperiment.regabiargs", "goexperiment.dwarf5", "goexperiment.greenteagc", "goexperiment.randomizedheapbase64"] +
                          ["go1.%d" % i for i in range(1, _GO_MINOR + 1)]}

# Not built: replaced with package runtime, or private to the one that is replaced, or programs.
_LEFT_OUT = ["runtime", "unsafe", "internal/runtime/gc", "internal/runtime/gc/scan", "builtin", "cmd", "runtime/cgo", "runtime/msan", "runtime/asan"]

# Programs of Go's that rules use; others are built by the command (toolchain/command/go_program.h).
_PROGRAMS = ["cmd/cover"]

# Packages that may have functions without a body although they have no assembly: the runtime pushes those.
_INCOMPLETE = ["bytes", "internal/poll", "net", "os", "runtime/metrics", "runtime/pprof", "runtime/trace", "sync", "syscall", "time"]

def _name_fits(name):
    parts = name.rsplit(".", 1)[0].split("_")
    if len(parts) >= 3 and parts[-2] in _KNOWN_OS and parts[-1] in _KNOWN_ARCH:
        return parts[-2] == "linux" and parts[-1] == "amd64"
    if len(parts) >= 2 and parts[-1] in _KNOWN_OS:
        return parts[-1] == "linux"
    if len(parts) >= 2 and parts[-1] in _KNOWN_ARCH:
        return parts[-1] == "amd64"
    return True

def _tokens(text):
    for symbol in ["(", ")", "!", "&&", "||"]:
        text = text.replace(symbol, " " + symbol + " ")
    return [t for t in text.split(" ") if t]

def _apply(operator, values):
    if operator == "!":
        values.append(not values.pop())
    else:
        y = values.pop()
        x = values.pop()
        values.append((x and y) if operator == "&&" else (x or y))

_RANK = {"||": 1, "&&": 2, "!": 3}

def _holds(expression):
    """Evaluates the text of a //go:build line by operator precedence with two stacks."""
    values = []
    operators = []
    for t in _tokens(expression):
        if t == "(" or t == "!":
            operators.append(t)
        elif t == ")":
            for _ in range(len(operators)):
                if operators[-1] == "(":
                    break
                _apply(operators.pop(), values)
            operators.pop()
        elif t in _RANK:
            for _ in range(len(operators)):
                if not operators or operators[-1] == "(" or _RANK[operators[-1]] < _RANK[t]:
                    break
                _apply(operators.pop(), values)
            operators.append(t)
        else:
            values.append(t in _TAGS)
    for _ in range(len(operators)):
        _apply(operators.pop(), values)
    return values[0]

def _header(text):
    """The build expression ("" if none) and the imports of a Go file; imports None if the build leaves it out."""
    imports = []
    in_block = False
    in_comment = False
    for line in text.split("\n"):
        line = line.strip()
        if in_comment:
            if "*/" in line:
                in_comment = False
            continue
        if line.startswith("/*"):
            in_comment = "*/" not in line
            continue
        if line.startswith("//go:build "):
            if not _holds(line[len("//go:build "):].split("//")[0]):
                return None
            continue
        if not line or line.startswith("//") or line.startswith("package "):
            continue
        if in_block:
            if line.startswith(")"):
                in_block = False
            elif "\"" in line:
                imports.append(line.split("\"")[1])
            continue
        if line.startswith("import ("):
            in_block = not line.endswith(")")
        elif line.startswith("import "):
            imports.append(line.split("\"")[1])
        else:
            break
    return imports

def _asm_fits(text):
    for line in text.split("\n"):
        line = line.strip()
        if line.startswith("//go:build "):
            return _holds(line[len("//go:build "):])
        if line and not line.startswith("//"):
            break
    return True

def _list_folders(rctx, src):
    """All folders below src that may be packages, as paths relative to it, each with its source files."""
    found = rctx.execute(["find", src + "/", "(", "-name", "testdata", "-o", "-path", src + "/cmd", "-o", "-name", "_*", ")", "-prune", "-o", "-type", "f", "(", "-name", "*.go", "-o", "-name", "*.s", "-o", "-name", "*.h", ")", "-print"])
    if found.return_code:
        fail("find: " + found.stderr)
    folders = {}
    for path in found.stdout.split("\n"):
        rel = path[len(src) + 1:].lstrip("/")
        if "/" in rel:
            folder, name = rel.rsplit("/", 1)
            folders.setdefault(folder, []).append(name)
    return [(folder, sorted(folders[folder])) for folder in sorted(folders)]

# Files that generated_go_files.sh writes.
_GENERATED = {
    "cmd/internal/objabi": ["zbootstrap.go"],
    "internal/buildcfg": ["zbootstrap.go"],
    "internal/runtime/sys": ["zversion.go"],
    "time/tzdata": ["zzipdata.go"],
}

def _from_outside(label):
    """The label as another repository writes it: Bazel 4 writes those of the main repository without its sign."""
    return ("@" if str(label).startswith("//") else "") + str(label)

_RUNTIME = _from_outside(Label("//runtime/go:runtime"))

def _read_package(rctx, folder, names):
    """The files and imports of the package in a folder, or None if the build leaves it out."""
    go, asm, headers, imports = [], [], [], {}
    for name in names:
        if name.endswith(".h"):
            headers.append(name)
            continue
        if name.endswith("_test.go") or name.startswith("_") or not _name_fits(name):
            continue
        if name in ["zversion.go", "zbootstrap.go"]:
            continue
        text = rctx.read(folder + "/" + name)
        if name.endswith(".s"):
            if _asm_fits(text):
                asm.append(name)
            continue
        found = _header(text)
        if found == None:
            continue
        go.append(name)
        for path in found:
            imports[path] = None
    return struct(go = go, asm = asm, headers = headers, imports = imports) if go and "C" not in imports else None

def _resolved(path, importer, packages):
    """The package that an import means: folders named vendor come first. None if there is none."""
    for prefix in ["cmd/vendor/", ""] if importer.startswith("cmd/") else ["vendor/", ""]:
        if prefix + path in packages:
            return prefix + path
    return None

def _add_programs(rctx, src, packages):
    """Adds the packages of Go's own programs that rules use, and all that they import."""
    pending = list(_PROGRAMS)
    for _ in range(1 << 30):  # Starlark has no while
        if not pending:
            break
        rel = pending.pop()
        if rel in packages:
            continue
        if not rctx.path(src + rel).exists:
            fail("the library sources have no " + rel)
        package = _read_package(rctx, src + rel, sorted([f.basename for f in rctx.path(src + rel).readdir() if "." in f.basename]))
        if not package:
            fail("all files of %s are left out" % rel)
        packages[rel] = package
        for path in package.imports:
            if path.startswith("cmd/"):
                pending.append(path)
            elif "." in path.split("/")[0]:
                pending.append("cmd/vendor/" + path)

def _impl(rctx):
    script = rctx.path(Label("//third_party:fetch_go_sources.sh"))
    home = rctx.os.environ.get("HOME", "")
    cache = rctx.os.environ.get("XDG_CACHE_HOME", home + "/.cache") + "/gannet/go-sources"
    got = rctx.execute(["bash", str(script), cache], quiet = True, timeout = 600)
    if got.return_code:
        fail("no Go 1.26 library sources: " + got.stderr)
    goroot = got.stdout.strip()
    version = rctx.read(goroot + "/VERSION").split("\n")[0].strip()
    rctx.symlink(goroot + "/src", "src")
    rctx.symlink(goroot + "/test", "test")
    rctx.file("VERSION", version + "\n", executable = False)
    rctx.file("version.bzl", "GO_VERSION = %r\n" % version, executable = False)
    generate = rctx.path(Label("//third_party:generated_go_files.sh"))
    got = rctx.execute(["bash", str(generate), version, goroot, "generated"], quiet = True)
    if got.return_code:
        fail("cannot write the generated files: " + got.stderr)

    packages = {}
    for rel, names in _list_folders(rctx, goroot + "/src"):
        if rel in _LEFT_OUT:
            continue
        if rel == "time/tzdata" and "zzipdata.go" not in names and not rctx.path("generated/time/tzdata/zzipdata.go").exists:
            continue  # Debian's package of the sources is without the data
        package = _read_package(rctx, goroot + "/src/" + rel, names)
        if package:
            packages[rel] = package
    _add_programs(rctx, goroot + "/src/", packages)

    out = ["load(%r, \"std_package\", \"std_program\", \"std_set\")" % _from_outside(Label("//toolchain:std_package.bzl")), "package(default_visibility = [\"//visibility:public\"])", "exports_files([\"VERSION\"])", ""]
    out.append("filegroup(name = \"root\", srcs = [\"VERSION\"])")
    for rel in sorted(packages.keys()):
        p = packages[rel]
        deps = []
        importmap = {}
        for path in sorted(p.imports.keys()):
            if path == "unsafe":
                continue
            meant = _resolved(path, rel, packages)
            if path == "runtime":
                deps.append(_RUNTIME)
            elif meant:
                deps.append(":" + (meant + "_package" if meant in _PROGRAMS else meant))
                if meant != path:
                    importmap[path] = meant
        srcs = ["src/%s/%s" % (rel, n) for n in p.go]
        srcs += ["generated/%s/%s" % (rel, n) for n in _GENERATED.get(rel, []) if rctx.path("generated/%s/%s" % (rel, n)).exists]
        if rel == "internal/buildcfg":
            deps.append(_RUNTIME)
            deps = sorted({d: None for d in deps}.keys())
        embeds = []
        if rel == "internal/trace/traceviewer":
            embeds = ["src/%s/static/%s" % (rel, n.basename) for n in rctx.path(goroot + "/src/" + rel + "/static").readdir()]
        out.append("std_package(")
        out.append("    name = %r," % (rel + "_package" if rel in _PROGRAMS else rel))
        if rel in _PROGRAMS:
            out.append("    importpath = \"main\",")
        out.append("    srcs = %r," % srcs)
        if p.asm:
            out.append("    asm_srcs = %r," % ["src/%s/%s" % (rel, n) for n in p.asm])
        if p.headers:
            out.append("    asm_hdrs = %r," % ["src/%s/%s" % (rel, n) for n in p.headers])
        if deps:
            out.append("    deps = %r," % deps)
        if importmap:
            out.append("    importmap = %r," % importmap)
        if embeds:
            out.append("    embedsrcs = %r," % embeds)
        if rel in _INCOMPLETE or p.asm:
            out.append("    complete = False,")
        out.append("    lang = %r," % ("go1.24" if "vendor" in rel.split("/") else "go1.26"))
        out.append(")")
    for rel in _PROGRAMS:
        out.append("std_program(name = %r, main = %r)" % (rel, ":" + rel + "_package"))
    public = [rel for rel in sorted(packages.keys()) if rel.split("/")[0] not in ["cmd", "vendor"] and "internal" not in rel.split("/")]
    out.append("std_set(name = \"std\", deps = %r)" % ([_RUNTIME] + [":" + rel for rel in public]))
    rctx.file("BUILD.bazel", "\n".join(out) + "\n", executable = False)
    rctx.file("WORKSPACE", "workspace(name = %r)\n" % rctx.name, executable = False)

go_std_repository = repository_rule(
    implementation = _impl,
    local = False,
    environ = ["GANNET_GOROOT", "GANNET_GO_ARCHIVE", "GANNET_GO_ARCHIVE_SHA256", "HOME", "XDG_CACHE_HOME"],
    doc = "Adopts the library sources that fetch_go_sources.sh finds.",
)
