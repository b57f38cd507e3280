"""Runs `gannet test` on the module of module.txt and compares what it says with expected.txt.

expected.txt has a block for each command: the line "$ test ARGUMENTS", what comes on standard output and error (the lines
of standard error behind "! "), and "exit STATUS". Times, addresses and the place of the library are made alike first. With
--update the blocks are written anew by the command given with --go, which may be Go's own.

usage: test_command_test.py --go COMMAND --module FILE --expected FILE [--update]
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

ALIKE = [
    (r"\b[0-9.]+s\b", "Ts"), (r"\(cached\)", "Ts"), (r" \+0x[0-9a-f]+$", ""), (r"0x[0-9a-f]+\??", "0x"),
    (r"goroutine \d+", "goroutine N"), (r'"Time":"[^"]*"', '"Time":"T"'), (r'"Elapsed":[0-9.e-]+', '"Elapsed":E'),
    (r"[0-9.]+ ns/op", "N ns/op"), (r"^(Benchmark\S*)\s+\d+\s+", r"\1 N "), (r"^(cpu|goos|goarch): .*", r"\1"),
    (r"^\t\S*/src/(runtime|testing)/\S*", r"\t\1"), (r"\([{}0-9a-fx?, .]*\)$", "(...)"), (r"^(usage: |Run ')(go|gannet) ", r"\1go "),
    (r"'(go|gannet) help testflag'", "'go help testflag'"), (r"\(\S*/src/nosuch\)", "(nosuch)"),
]


def alike(text, folder):
    text = text.replace(folder, "MODULE")
    for pattern, by in ALIKE:
        text = re.sub(pattern, by, text, flags=re.M)
    return text


def unpack(path, folder):
    with open(path, encoding="utf-8") as f:
        parts = re.split(r"^-- (\S+) --\n", f.read(), flags=re.M)[1:]
    for name, text in zip(parts[::2], parts[1::2]):
        full = os.path.join(folder, name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)


def run(go, line, folder):
    """The block of one command."""
    got = subprocess.run(go + shlex.split(line), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, check=False)
    out = "$ %s\n%s" % (line, alike(got.stdout.decode(), folder))
    for error in alike(got.stderr.decode(), folder).splitlines():
        out += "! %s\n" % error
    return out + "exit %d\n" % got.returncode


def main():
    parser = argparse.ArgumentParser()
    for name in ("go", "module", "expected"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    os.environ["GOFLAGS"] = ""
    go = [os.path.abspath(args.go) if "/" in args.go else args.go]
    with open(args.expected, encoding="utf-8") as f:
        blocks = re.findall(r"^\$ .*\n(?:(?!\$ ).*\n)*", f.read(), flags=re.M)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        unpack(args.module, folder)
        got = [run(go, block.split("\n")[0][2:], folder) for block in blocks]
    if args.update:
        with open(args.expected, "w", encoding="utf-8") as f:
            f.write("\n".join(got))
        return 0
    for want, have in zip(blocks, got):
        if want.strip() != have.strip():
            failed += 1
            print("--- expected\n%s--- got\n%s" % (want, have))
    print("%d of %d commands say what they should" % (len(blocks) - failed, len(blocks)))
    return 1 if failed or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
