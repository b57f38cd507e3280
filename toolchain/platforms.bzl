"""The systems and architectures that Go knows, and the pairs that Gannet compiles for."""

load("//platforms:targets.bzl", _TARGET_TABLE = "TARGETS")

# Go's name -> constraint value of @platforms, or None where that has none.
SYSTEMS = {
    "aix": None,
    "android": "@platforms//os:android",
    "darwin": "@platforms//os:osx",
    "dragonfly": None,
    "freebsd": "@platforms//os:freebsd",
    "illumos": None,
    "ios": "@platforms//os:ios",
    "js": None,
    "linux": "@platforms//os:linux",
    "netbsd": None,
    "openbsd": "@platforms//os:openbsd",
    "plan9": None,
    "solaris": None,
    "wasip1": None,
    "windows": "@platforms//os:windows",
}

ARCHITECTURES = {
    "386": "@platforms//cpu:x86_32",
    "amd64": "@platforms//cpu:x86_64",
    "arm": "@platforms//cpu:arm",
    "arm64": "@platforms//cpu:aarch64",
    "loong64": None,
    "mips": None,
    "mips64": None,
    "mips64le": None,
    "mipsle": None,
    "ppc64": None,
    "ppc64le": "@platforms//cpu:ppc",
    "riscv64": None,
    "s390x": "@platforms//cpu:s390x",
    "wasm": None,
}

TARGETS = ["%s_%s" % (t.goos, t.goarch) for t in _TARGET_TABLE]
