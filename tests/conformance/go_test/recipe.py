"""Which tests Go's test/ folder holds and what each asks for: the first line of a file that is no build constraint is its
recipe, `// KIND [flags] [arguments]`."""
import os
import re

# The folders that hold tests, as Go's own runner (cmd/internal/testdir) has them.
FOLDERS = [".", "ken", "chan", "interface", "internal/runtime/sys", "syntax", "dwarf", "fixedbugs", "codegen", "abi",
           "typeparam", "typeparam/mdempsky", "arenas", "simd"]

# What build constraints hold: the target, the language versions, the experiments that are on for the target.
TAGS = {"linux", "amd64", "amd64.v1", "unix", "gc", "test_run", "goexperiment.regabiwrappers", "goexperiment.regabiargs",
        "goexperiment.dwarf5", "goexperiment.greenteagc", "goexperiment.randomizedheapbase64"}
TAGS |= {"go1.%d" % i for i in range(1, 27)}

ALWAYS_ON = {"regabi", "regabiwrappers", "regabiargs"}  # experiments of the past

# What a test asks of the compiler besides the language's diagnostics: (flag, the class it is counted in). First match.
DEBUG_CLASSES = [
    (r"-live$", "liveness"),
    (r"-d=nil\b", "nil checks"),
    (r"-d=ssa/(prove|check_bce)", "bounds checks, prove"),
    (r"-m(=\d+)?$", "escape analysis, inlining"),
    (r"-d=(escape\w*)", "escape analysis, inlining"),
    (r"-d=(wb|\w*,wb)\b", "write barriers"),
    (r"-d=(?!panic$)", "other passes"),
]


class Test:
    """One file: its name from the root of the tests, kind, flags, arguments, and what the flags mean for the run."""

    def __init__(self, name, path, words):
        self.name, self.path, self.kind = name, path, words[0]
        self.want_error = self.kind in ("errorcheck", "errorcheckdir", "errorcheckoutput", "errorcheckwithauto")
        self.with_auto = self.kind == "errorcheckwithauto"
        self.single_file_packages = False
        self.timeout_s = None
        self.module_version = "1.14"
        self.experiment = None
        self.environment = {}
        self.flags = []
        words = words[1:]
        while words and words[0].startswith("-"):
            words = words[self.take_flag(words):]
        self.args = words

    def take_flag(self, words):
        """Takes the flag at the front; returns the number of words it had."""
        flag = words[0]
        if flag in ("-0", "-1"):
            self.want_error = flag == "-1"
        elif flag == "-s":
            self.single_file_packages = True
        elif flag == "-t":
            self.timeout_s = int(words[1])
            return 2
        elif flag == "-goexperiment":
            self.experiment = ",".join(x for x in words[1].split(",") if x not in ALWAYS_ON) or None
            return 2
        elif flag == "-godebug":
            self.environment["GODEBUG"] = words[1]
            return 2
        elif flag == "-gomodversion":
            self.module_version = words[1]
            return 2
        else:
            self.flags.append(flag)
        return 1

    def debug_class(self):
        """The class of a test that reads what the optimizer says of its work; None for the others."""
        if not self.kind.startswith("errorcheck"):
            return None
        for pattern, name in DEBUG_CLASSES:
            if any(re.match(pattern, flag) for flag in self.flags):
                return name
        return None

    def counted_as(self):
        return "debug: " + self.debug_class() if self.debug_class() else self.kind


def split_quoted(line):
    """Words of a line; quotes and backslashes hold blanks together."""
    words, word, quote, started, escaped = [], "", None, False, False
    for c in line:
        if escaped:
            word, escaped, started = word + c, False, True
        elif c == "\\":
            escaped = True
        elif quote:
            if c == quote:
                quote = None
            else:
                word += c
        elif c in "\"'":
            quote, started = c, True
        elif c.isspace():
            if started:
                words.append(word)
            word, started = "", False
        else:
            word, started = word + c, True
    return words + [word] if started else words


def build_line_holds(expression):
    words = re.findall(r"[\w.]+|&&|\|\||!|\(|\)", expression)
    spelled = {"&&": " and ", "||": " or ", "!": " not ", "(": "(", ")": ")"}
    return bool(eval("".join(spelled.get(w, " %s " % (w in TAGS)) for w in words), {"__builtins__": {}}))


def read_recipe(path):
    """The words of the recipe, or None if the file's build constraints rule it out."""
    with open(path, encoding="utf-8", errors="replace", newline="\n") as f:
        text = f.read()
    recipe = ""
    for line in text.split("\n"):
        if line.startswith("//go:build") or line.startswith("// +build"):
            continue
        recipe = line[2:].strip() if line.startswith("//") else line.strip()
        if recipe:
            break
    head, found, _ = text.partition("\npackage")
    for line in (head if found else "").split("\n"):
        if line.startswith("//go:build") and not build_line_holds(line[len("//go:build"):]):
            return None
    return split_quoted(recipe)


def find_tests(root, only=None):
    """The tests of the folder, in order of their names, and the names of those whose build constraints do not hold."""
    tests, unfit = [], []
    for folder in FOLDERS:
        full = os.path.join(root, folder)
        for file in sorted(os.listdir(full)) if os.path.isdir(full) else []:
            name = os.path.normpath(os.path.join(folder, file))
            if file.startswith(".") or not file.endswith(".go") or (only and not only.search(name)):
                continue
            words = read_recipe(os.path.join(root, name))
            if words:
                tests.append(Test(name, os.path.join(root, name), words))
            else:
                unfit.append(name)
    return tests, unfit
