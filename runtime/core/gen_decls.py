"""Prints runtime/go/core.go from entries.def; with --check FILE compares instead."""
import re
import sys


def declarations(def_path):
    out = ["// Functions in C++ (runtime/core/entries.def; printed by runtime/core/gen_decls.py).", "",
           "package runtime", "", 'import "unsafe"', ""]
    for line in open(def_path, encoding="utf-8"):
        m = re.match(r'GN_ENTRY\((\w+), (\w+), "(.*)"\)', line)
        if m:
            if "unsafe.Pointer" in m.group(3) or "*" in m.group(3):
                out += ["//go:noescape"] if m.group(1) not in ESCAPES else []
            out += ["func " + m.group(1) + m.group(3), ""]
    return "\n".join(out)


# Functions that keep a pointer argument after they return.
ESCAPES = {"newproc", "newsystemproc", "newcoroG", "chansend1", "chansend", "selectnbsend", "addFinalizer",
           "addCleanupSpecial", "newTimer", "registerWeakPointer", "goready0"}

if __name__ == "__main__":
    text = declarations(sys.argv[1])
    if len(sys.argv) > 3 and sys.argv[2] == "--check":
        sys.exit(0 if open(sys.argv[3], encoding="utf-8").read() == text else "core.go is not what entries.def says")
    sys.stdout.write(text)
