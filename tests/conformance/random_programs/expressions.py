"""Types and expressions of random programs: what generate.Generator's statements are made of."""
import random

INTEGERS = {"int": (64, True), "int8": (8, True), "int16": (16, True), "int32": (32, True), "int64": (64, True),
            "uint": (64, False), "uint8": (8, False), "uint16": (16, False), "uint32": (32, False), "uint64": (64, False)}
FLOATS = ("float64", "float32")

# Calls that cost more (in executed statements, roughly) are not made.
MAX_COST = 20000


class Variable:
    def __init__(self, name, kind, assignable=True):
        self.name, self.kind, self.assignable = name, kind, assignable


class Expressions:
    """The state of a program that is written, and its expressions. A type is its Go name; `structs` has the fields of those declared."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.depth = 0
        self.names = 0
        self.scope = []
        self.structs = {}
        self.shapes = []
        self.pure = []       # (name, parameter types, result, cost)
        self.effects = []    # (name, parameter types, result, cost)
        self.loops = []      # labels of the loops around; None for one without
        self.cost = 0
        self.weight = 1      # how often the current statement is executed
        self.result = None   # the current function's result type
        self.nested = 0      # depth of operands inside of operands

    @staticmethod
    def variable(name, kind, assignable=True):
        return Variable(name, kind, assignable)

    # ---- writing

    def line(self, text):
        self.lines.append("\t" * self.depth + text)

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def pick(self, items):
        return items[self.random.randrange(len(items))]

    # ---- types

    def scalar(self):
        return self.pick(list(INTEGERS) + ["int", "int", "float64", "float32", "bool", "string", "string"])

    def element(self):
        return self.pick([self.scalar(), self.scalar(), self.scalar()] + list(self.structs)[:3])

    def any_type(self):
        roll = self.random.randrange(12)
        if roll < 6:
            return self.scalar()
        if roll < 8:
            return "[]" + self.element()
        if roll == 8:
            return f"[{self.pick([1, 2, 4, 8])}]" + self.element()
        if roll == 9:
            return f"map[{self.pick(['int', 'string', 'uint8', 'int64'])}]{self.scalar()}"
        if roll == 10 and self.structs:
            return self.pick(list(self.structs))
        return "*" + self.pick(["int", "uint32", "string", "float64"] + list(self.structs))

    @staticmethod
    def split_map(kind):
        key, value = kind[4:].split("]", 1)
        return key, value

    @staticmethod
    def array_length(kind):
        return int(kind[1:kind.index("]")])

    def printable(self, variable):
        """The variable as an operand of out: pointers by what they point to."""
        if variable.kind.startswith("*"):
            return f"*{variable.name}"
        return variable.name

    # ---- expressions: (text, whether it is constant)

    def literal(self, kind):
        if kind in INTEGERS:
            bits, signed = INTEGERS[kind]
            low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
            roll = self.random.randrange(6)
            if roll < 3:
                value = self.random.randrange(max(low, -20), min(high, 100))
            elif roll == 3:
                value = self.pick([low, high, low + 1, high - 1, 0, 1, max(low, -1)])
            elif roll == 4:
                value = min(high, max(low, (1 << self.random.randrange(bits)) + self.pick([-1, 0, 0, 1])))
            else:
                value = self.random.randint(low, high)
            return f"{kind}({value})"
        if kind in FLOATS:
            return f"{kind}({self.pick(['0', '1', '-1', '0.5', '3.25', '1e10', '-2.75', '1e-3', '100', '0.1'])})"
        if kind == "bool":
            return self.pick(["true", "false"])
        if kind == "string":
            return self.pick(['""', '"a"', '"go"', '"gannet"', '"héé"', '"\\x00\\xff"', '"longer than sixteen bytes"', '"日本"'])
        raise ValueError(kind)

    def readable(self, kind):
        """Expressions without a side effect that give a value of this type, of the variables in scope."""
        found = []
        for variable in self.scope:
            name, have = variable.name, variable.kind
            if have == kind:
                found.append(name)
            elif have == "*" + kind:
                found.append("*" + name)
            elif have == "[]" + kind:
                found.append((name, "slice"))
            elif have.startswith("[") and have.endswith("]" + kind) and have[1].isdigit():
                found.append(f"{name}[{self.mask(self.array_length(have))}]")
            elif have.startswith("map[") and self.split_map(have)[1] == kind:
                found.append((name, self.split_map(have)[0]))
            elif have.lstrip("*") in self.structs:
                for field, field_kind in self.structs[have.lstrip("*")]:
                    if field_kind == kind:
                        found.append(f"{name}.{field}")
        return found

    def mask(self, length):
        kind = self.pick(["int", "uint8", "uint32", "int64"])
        return f"({self.expression(kind, 1)} & {length - 1})"

    def leaf(self, kind):
        """A variable, a part of one or a literal. Operands inside of it (indexes, elements) get no deeper than two levels."""
        self.nested += 1
        text = self.shallow(kind) if self.nested > 2 else self.operand(kind)
        self.nested -= 1
        return text

    def shallow(self, kind):
        names = [v.name for v in self.scope if v.kind == kind]
        if names:
            return self.pick(names), False
        if kind in INTEGERS or kind in FLOATS or kind in ("bool", "string"):
            return self.literal(kind), True
        return (f"new({kind[1:]})" if kind.startswith("*") else
                f"make({kind}, 1)" if kind.startswith(("[]", "map[")) else f"{kind}{{}}"), False

    def operand(self, kind):
        found = self.readable(kind) if self.chance(85) else []
        if found:
            chosen = self.pick(found)
            if isinstance(chosen, str):
                return chosen, False
            name, how = chosen
            if how == "slice":
                if self.chance(8):
                    return f"{name}[{self.nonconstant('int', 1)}]", False
                return f"{name}[uint({self.nonconstant('int', 1)})%uint(len({name}))]", False
            return f"{name}[{self.expression(how, 1)}]", False
        if kind.startswith("*"):
            return f"new({kind[1:]})", False
        if kind.startswith("[]"):
            items = ", ".join(self.expression(kind[2:], 1) for _ in range(self.random.randrange(1, 5)))
            return f"{kind}{{{items}}}", False
        if kind.startswith("map["):
            key, _ = self.split_map(kind)
            if self.chance(30):
                return f"make({kind})", False
            return f"{kind}{{{self.literal(key)}: {self.expression(self.split_map(kind)[1], 1)}}}", False
        if kind.startswith("["):
            element = kind[kind.index("]") + 1:]
            items = ", ".join(self.expression(element, 1) for _ in range(self.random.randrange(0, self.array_length(kind) + 1)))
            return f"{kind}{{{items}}}", False
        if kind in self.structs:
            fields = [f"{field}: {self.expression(have, 1)}" for field, have in self.structs[kind] if self.chance(60)]
            return f"{kind}{{{', '.join(fields)}}}", False
        return self.literal(kind), True

    def nonconstant(self, kind, depth):
        text, constant = self.typed(kind, depth)
        return f"id({text})" if constant else text

    def expression(self, kind, depth=3):
        return self.typed(kind, depth)[0]

    def typed(self, kind, depth):
        if depth <= 0 or self.chance(15):
            return self.leaf(kind)
        if self.pure and self.chance(12):
            call = self.call(self.pure, kind, depth)
            if call:
                return call, False
        if kind in INTEGERS:
            return self.integer(kind, depth), False
        if kind in FLOATS:
            return self.floating(kind, depth), False
        if kind == "bool":
            return self.boolean(depth), False
        if kind == "string":
            return self.string(depth), False
        if kind.startswith("[]"):
            return self.slice(kind, depth), False
        return self.leaf(kind)

    def call(self, functions, kind, depth):
        fitting = [f for f in functions if f[2] == kind and self.cost + self.weight * f[3] < MAX_COST]
        if not fitting:
            return None
        name, parameters, _, cost = self.pick(fitting)
        self.cost += self.weight * cost
        return f"{name}({', '.join(self.expression(p, depth - 1) for p in parameters)})"

    def integer(self, kind, depth):
        left = self.nonconstant(kind, depth - 1)
        roll = self.random.randrange(22)
        if roll < 9:
            return f"({left} {self.pick(['+', '-', '*', '&', '|', '^', '&^', '+', '-', '*'])} {self.expression(kind, depth - 1)})"
        if roll < 11:
            operator = self.pick(["/", "%"])
            if self.chance(50):
                text = self.literal(kind)
                return f"({left} {operator} {text if not text.endswith('(0)') else kind + '(3)'})"
            divisor = self.nonconstant(kind, depth - 1)
            return f"({left} {operator} {divisor})" if self.chance(15) else f"({left} {operator} ({divisor} | 1))"
        if roll < 14:
            operator = self.pick(["<<", ">>"])
            if self.chance(50):
                return f"({left} {operator} {self.random.randrange(0, 70)})"
            count = self.nonconstant(self.pick(["uint", "uint8", "uint16", "uint64"]), depth - 1)
            return f"({left} {operator} {count})" if self.chance(50) else f"({left} {operator} ({count} & {self.pick([7, 31, 63])}))"
        if roll < 17:
            return f"{kind}({self.nonconstant(self.pick(list(INTEGERS)), depth - 1)})"
        if roll == 17:
            return f"({self.pick(['-', '^'])}({left}))"
        if roll == 18:
            return f"{self.pick(['min', 'max'])}({left}, {self.expression(kind, depth - 1)})"
        if roll == 19:
            return f"{kind}(toInt(float64({self.nonconstant(self.pick(FLOATS), depth - 1)})))"
        if roll == 20:
            return f"{kind}(len({self.nonconstant(self.pick(['string', '[]int', '[]uint8']), depth - 1)}))"
        found = [v.name for v in self.scope if v.kind == "[]" + kind]
        if found:
            return f"fold({self.pick(found)}, {left})"
        return f"pick({self.expression('bool', depth - 1)}, {left}, {self.expression(kind, depth - 1)})"

    def floating(self, kind, depth):
        left = self.nonconstant(kind, depth - 1)
        roll = self.random.randrange(8)
        if roll < 5:
            right = self.nonconstant(kind, depth - 1)
            return f"({left} {self.pick(['+', '-', '*', '/', '*', '+'])} {right})"
        if roll == 5:
            return f"{kind}({self.nonconstant(self.pick(list(INTEGERS) + list(FLOATS)), depth - 1)})"
        if roll == 6:
            return f"(-({left}))"
        return f"{self.pick(['min', 'max'])}({left}, {self.expression(kind, depth - 1)})"

    def boolean(self, depth):
        roll = self.random.randrange(10)
        if roll < 6:
            kind = self.scalar() if self.chance(85) or not self.structs else self.pick(list(self.structs))
            operators = ["==", "!="] if kind == "bool" or kind in self.structs else ["==", "!=", "<", "<=", ">", ">="]
            right = self.expression(kind, depth - 1)
            return f"({self.nonconstant(kind, depth - 1)} {self.pick(operators)} ({right}))"
        if roll < 9:
            return f"({self.nonconstant('bool', depth - 1)} {self.pick(['&&', '||'])} {self.expression('bool', depth - 1)})"
        return f"!{self.nonconstant('bool', depth - 1)}"

    def string(self, depth):
        left = self.nonconstant("string", depth - 1)
        roll = self.random.randrange(6)
        if roll < 2:
            return f"clip({left} + {self.expression('string', depth - 1)})"
        if roll == 2:
            return f"part({left}, {self.expression('int', depth - 1)}, {self.expression('int', depth - 1)})"
        if roll == 3:
            return f"string({self.nonconstant('[]uint8', depth - 1)})"
        if roll == 4:
            return f"string(rune({self.nonconstant('uint16', depth - 1)}))"
        return f"pick({self.expression('bool', depth - 1)}, {left}, {self.expression('string', depth - 1)})"

    def slice(self, kind, depth):
        left = self.expression(kind, depth - 1)
        roll = self.random.randrange(5)
        if roll == 0:
            return f"append({kind}(nil), {left}...)"
        if roll == 1:
            return f"append({left}[:1:1], {self.expression(kind[2:], depth - 1)})"
        if roll == 2 and kind == "[]uint8":
            return f"[]uint8(\"x\" + {self.expression('string', depth - 1)})"
        if roll == 3 and kind[2:] in INTEGERS:
            source = self.pick(list(INTEGERS))
            return (f"mapped({self.expression('[]' + source, depth - 1)}, func(x {source}) {kind[2:]} "
                    f"{{ return {kind[2:]}(x) {self.pick(['+', '*', '^'])} {self.expression(kind[2:], 1)} }})")
        return left
