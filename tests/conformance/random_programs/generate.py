"""Writes a random Go program whose output the language defines.

Every program stops (calls go to functions declared before, loops have bounds), and nothing in it depends on what the language leaves
open: an expression has no side effects (so the order of its operands is of no matter), calls that have some stand alone, ranges over
maps only add up, and a panic is told as such, not by its text, as an expression may have several.

The same seed gives the same program.
"""
import argparse
import random

INTEGERS = {"int": (64, True), "int8": (8, True), "int16": (16, True), "int32": (32, True), "int64": (64, True),
            "uint": (64, False), "uint8": (8, False), "uint16": (16, False), "uint32": (32, False), "uint64": (64, False)}
FLOATS = ("float64", "float32")

# Calls that cost more (in executed statements, roughly) are not made.
MAX_COST = 20000

PRELUDE = """package main

import (
	"bufio"
	"fmt"
	"os"
)

var stdout = bufio.NewWriter(os.Stdout)

func out(values ...any) { fmt.Fprintln(stdout, values...) }

// guard tells of a panic in the place of its value.
func guard(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			if s, ok := r.(string); ok {
				out(name, "panic", s)
			} else {
				out(name, "runtime error")
			}
		}
	}()
	f()
}

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// toInt clamps: what a conversion gives of a number that is out of range is left open.
func toInt(f float64) int64 {
	if f > -1e15 && f < 1e15 {
		return int64(f)
	}
	return 7
}

type shape interface {
	area(k int) int
	grow(k int)
}

type sequence func(yield func(int, int) bool)

func count(n, step int) sequence {
	return func(yield func(int, int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i, i*step) {
				return
			}
		}
	}
}

func fold[T integer](list []T, start T) T {
	for i, v := range list {
		start = start*31 + v ^ T(i)
	}
	return start
}

func mapped[T, U any](list []T, f func(T) U) []U {
	var made []U
	for _, v := range list {
		made = append(made, f(v))
	}
	return made
}

type pair[A comparable, B any] struct {
	first  A
	second B
}

func (p *pair[A, B]) set(a A, b B) bool {
	same := p.first == a
	p.first, p.second = a, b
	return same
}

func (p pair[A, B]) swap(f func(A) A) pair[A, B] { return pair[A, B]{f(p.first), p.second} }
"""


class Variable:
    def __init__(self, name, kind, assignable=True):
        self.name, self.kind, self.assignable = name, kind, assignable


class Generator:
    """Writes one program. A type is its Go name; `structs` has the fields of those that are declared."""

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
        return f"fold({self.pick(found)}, {left})" if found else f"pick({self.expression('bool', depth - 1)}, {left}, {self.expression(kind, depth - 1)})"

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

    # ---- statements

    def declare(self, kind=None, depth=3):
        kind = kind or self.any_type()
        text = self.expression(kind, depth)
        name = self.name("v")
        if kind.startswith("*") and text.startswith("new("):
            self.line(f"{name} := {text}")
            if kind[1:] not in self.structs:
                self.line(f"*{name} = {self.expression(kind[1:], 2)}")
        elif self.chance(70):
            self.line(f"var {name} {kind} = {text}")
        else:
            self.line(f"{name} := {kind if not kind.startswith('*') else '(' + kind + ')'}({text})")
        self.line(f"_ = {name}")
        self.scope.append(Variable(name, kind))

    def target(self):
        """An assignable operand and its type. Indexes are in range."""
        choices = [v for v in self.scope if v.assignable]
        if not choices:
            return None
        variable = self.pick(choices)
        name, kind = variable.name, variable.kind
        if kind.startswith("[]") and self.chance(75):
            return f"{name}[uint({self.nonconstant('int', 1)})%uint(len({name}))]", kind[2:]
        if kind.startswith("map[") and self.chance(90):
            key, value = self.split_map(kind)
            return f"{name}[{self.expression(key, 1)}]", value
        if kind.startswith("[") and kind[1].isdigit() and self.chance(75):
            return f"{name}[{self.mask(self.array_length(kind))}]", kind[kind.index("]") + 1:]
        if kind.startswith("*"):
            if kind[1:] not in self.structs:
                return f"*{name}", kind[1:]
        if kind.lstrip("*") in self.structs and self.chance(80):
            field, field_kind = self.pick(self.structs[kind.lstrip("*")])
            return f"{name}.{field}", field_kind
        return name, kind

    def assign(self):
        target = self.target()
        if not target:
            return self.declare()
        text, kind = target
        if kind in INTEGERS and self.chance(45):
            operator = self.pick(["+", "-", "*", "|", "^", "&", "&^", "<<", ">>"])
            value = f"{self.nonconstant('uint8', 1)} & 15" if operator in ("<<", ">>") else self.expression(kind, 3)
            self.line(f"{text} {operator}= {value}")
        elif kind in INTEGERS and self.chance(15):
            self.line(f"{text}{self.pick(['++', '--'])}")
        elif kind.startswith("[]") and self.chance(40):
            self.line(f"if len({text}) < 40 {{ {text} = append({text}, {self.expression(kind[2:], 2)}) }}")
        else:
            self.line(f"{text} = {self.expression(kind, 3)}")

    def swap(self):
        kinds = {}
        for variable in self.scope:
            if variable.assignable:
                kinds.setdefault(variable.kind, []).append(variable.name)
        pairs = [names for names in kinds.values() if len(names) > 1]
        if not pairs:
            return self.assign()
        first, second = self.random.sample(self.pick(pairs), 2)
        self.line(f"{first}, {second} = {second}, {first}")

    def block(self, statements, weight=1):
        """Statements in a scope of their own, each executed `weight` times as often as what is around."""
        outer, self.weight = self.weight, self.weight * weight
        mark = len(self.scope)
        self.depth += 1
        for _ in range(statements):
            self.statement()
        self.depth -= 1
        del self.scope[mark:]
        self.weight = outer

    def conditional(self):
        self.line(f"if {self.expression('bool', 3)} {{")
        self.block(self.random.randrange(1, 3))
        if self.chance(50):
            self.line("} else {")
            self.block(self.random.randrange(1, 3))
        self.line("}")

    def loop(self):
        if self.weight > 200:
            return self.assign()
        label = self.name("loop") if self.chance(30) else None
        bound = self.random.randrange(1, 7)
        at, index = len(self.lines), self.name("i")
        roll = self.random.randrange(9)
        variables = [Variable(index, "int", False)]
        if roll < 2:
            head = f"for {index} := 0; {index} < {bound}; {index}++ {{"
        elif roll == 2:
            head = f"for {index} := {bound}; {index} > 0; {index} -= {self.pick([1, 2])} {{"
        elif roll == 3:
            head = f"for {index} := range {bound} {{"
        elif roll == 4:
            element = self.name("e")
            head = f"for {index}, {element} := range count({bound}, {self.random.randrange(-9, 9)}) {{"
            variables.append(Variable(element, "int", False))
        elif roll < 7:
            lists = [v for v in self.scope if v.kind.startswith("[") and not v.kind.startswith("[]*")]
            if not lists:
                return self.conditional()
            chosen = self.pick(lists)
            element = self.name("e")
            head = f"for {index}, {element} := range {chosen.name} {{"
            variables.append(Variable(element, chosen.kind[chosen.kind.index("]") + 1:], True))
            bound = 10 if chosen.kind.startswith("[]") else self.array_length(chosen.kind)
        elif roll == 7:
            element = self.name("e")
            head = f"for {index}, {element} := range {self.nonconstant('string', 2)} {{"
            variables.append(Variable(element, "int32", True))
            bound = 12
        else:
            return self.map_sum()
        self.line(head)
        for variable in variables:
            self.depth += 1
            self.line(f"_ = {variable.name}")
            self.depth -= 1
        self.scope.extend(variables)
        self.loops.append([label, False])
        self.block(self.random.randrange(1, 4), bound)
        used = self.loops.pop()[1]
        del self.scope[-len(variables):]
        self.line("}")
        if used:
            self.lines.insert(at, "\t" * max(0, self.depth - 1) + f"{label}:")

    def map_sum(self):
        maps = [v for v in self.scope if v.kind.startswith("map[") and self.split_map(v.kind)[1] in INTEGERS]
        sums = [v for v in self.scope if v.assignable and v.kind in INTEGERS]
        if not maps or not sums:
            return self.assign()
        chosen, total = self.pick(maps), self.pick(sums)
        self.line(f"for key, value := range {chosen.name} {{ {total.name} += {total.kind}(value) ^ {total.kind}(len(fmt.Sprint(key))) }}")

    def jump(self):
        if not self.loops or not self.chance(60):
            return self.assign()
        loop = self.pick(self.loops)
        word = self.pick(["break", "continue"])
        if loop[0]:
            loop[1] = True
            word += " " + loop[0]
        elif loop is not self.loops[-1]:
            return self.assign()
        self.line(f"if {self.expression('bool', 2)} {{ {word} }}")

    def switch(self):
        kind = self.pick(["int", "uint8", "string", "int32", "int64"])
        self.line(f"switch {self.nonconstant(kind, 2)} {{" if self.chance(60) or kind == "string"
                  else f"switch {self.nonconstant(kind, 2)} & {self.pick([3, 7, 15])} {{")
        seen = set()
        for number in range(self.random.randrange(1, 10)):
            value = self.literal(kind) if self.chance(25) or kind == "string" else f"{kind}({number})"
            if value in seen:
                continue
            seen.add(value)
            self.line(f"case {value}:")
            self.breakless(1)
            if self.chance(10):
                self.line("\tfallthrough")
                self.line("default:")
                self.breakless(1)
                self.line("}")
                return
        if self.chance(60):
            self.line("default:")
            self.breakless(1)
        self.line("}")

    def breakless(self, statements):
        """A block where an unlabelled break would leave something else than the loop."""
        saved, self.loops = self.loops, [loop for loop in self.loops if loop[0]]
        self.block(statements)
        self.loops = saved

    def closure(self):
        """A function literal that changes what is around it, called at once or more than once, or deferred."""
        kind = self.scalar()
        name, parameter = self.name("f"), self.name("p")
        self.line(f"{name} := func({parameter} {kind}) {kind} {{")
        saved = self.loops, self.result
        self.loops, self.result = [], kind
        self.scope.append(Variable(parameter, kind))
        self.block(self.random.randrange(1, 3), 3)
        self.line(f"\treturn {self.expression(kind, 2)}")
        self.scope.pop()
        self.loops, self.result = saved
        self.line("}")
        if self.weight < 4 and self.chance(20):
            self.line(f"defer {name}({self.expression(kind, 2)})")
            return
        for _ in range(self.random.randrange(1, 3)):
            made = self.name("v")
            self.line(f"{made} := {name}({self.expression(kind, 2)})")
            self.line(f"_ = {made}")
            self.scope.append(Variable(made, kind))

    def effect(self):
        kind = self.pick([f[2] for f in self.effects]) if self.effects else None
        call = self.call(self.effects, kind, 3) if kind else None
        if not call:
            return self.assign()
        made = self.name("v")
        self.line(f"{made} := {call}")
        self.line(f"_ = {made}")
        self.scope.append(Variable(made, kind))

    def dynamic(self):
        """Interfaces: a call of a method, a type switch, an assertion."""
        name = self.name("s")
        concrete = self.pick(self.shapes)
        self.line(f"var {name} shape = {concrete}")
        if self.chance(50):
            self.line(f"if {self.expression('bool', 2)} {{ {name} = {self.pick(self.shapes)} }}")
        self.line(f"{name}.grow({self.expression('int', 2)})")
        made = self.name("v")
        self.line(f"{made} := {name}.area({self.expression('int', 2)})")
        self.line(f"_ = {made}")
        self.scope.append(Variable(made, "int"))
        if self.chance(60):
            kinds = self.random.sample(["int", "string", "shape", "fmt.Stringer", "[]int", "error", "float64", "uint8"], 4)
            value = self.pick([name, f"any({self.nonconstant(self.scalar(), 2)})", "any(nil)"])
            self.line(f"switch x := any({value}).(type) {{")
            for kind in kinds:
                self.line(f"case {kind}:")
                self.line("\t_ = x")
                self.line(f"\t{made} = {made}*3 + {self.literal('int')}")
            self.line("default:")
            self.line(f"\t{made} ^= {self.expression('int', 2)}")
            self.line("}")

    def generic(self):
        first, second = self.pick(["int", "string", "uint8", "int16"]), self.scalar()
        name, made = self.name("g"), self.name("v")
        self.line(f"{name} := pair[{first}, {second}]{{{self.expression(first, 2)}, {self.expression(second, 2)}}}")
        self.line(f"{made} := {name}.set({self.expression(first, 2)}, {self.expression(second, 2)})")
        self.line(f"{name} = {name}.swap(func(a {first}) {first} {{ return {self.expression(first, 2)} }})")
        self.line(f"_, _ = {made}, {name}")
        self.scope.append(Variable(made, "bool"))
        self.scope.append(Variable(f"{name}.first", first))
        self.scope.append(Variable(f"{name}.second", second))

    def channel(self):
        kind, name, made = self.scalar(), self.name("c"), self.name("v")
        size = self.random.randrange(1, 4)
        self.line(f"{name} := make(chan {kind}, {size})")
        for _ in range(size):
            self.line(f"{name} <- {self.expression(kind, 2)}")
        if self.chance(50):
            self.line(f"close({name})")
        self.line(f"{made} := <-{name}")
        self.line(f"_ = {made}")
        self.scope.append(Variable(made, kind))
        if self.chance(50):
            self.line("select {")
            self.line(f"case {made} = <-{name}:")
            self.breakless(1)
            self.line("default:")
            self.breakless(1)
            self.line("}")

    def leave(self):
        if self.result is None or not self.chance(40):
            return self.conditional()
        if self.chance(25):
            self.line(f"if {self.expression('bool', 3)} && {self.expression('bool', 3)} {{ panic({self.expression('string', 1)}) }}")
        else:
            self.line(f"if {self.expression('bool', 2)} {{ return {self.expression(self.result, 2)} }}")

    def statement(self):
        self.cost += self.weight
        kinds = [(self.declare, 20), (self.assign, 30), (self.swap, 3), (self.jump, 8), (self.channel, 2), (self.generic, 3),
                 (self.dynamic, 3), (self.effect, 6)]
        if self.depth < 5:
            kinds += [(self.conditional, 12), (self.loop, 12), (self.switch, 5), (self.closure, 6), (self.leave, 4)]
        roll = self.random.randrange(sum(weight for _, weight in kinds))
        for make, weight in kinds:
            if roll < weight:
                return make()
            roll -= weight

    # ---- declarations

    def struct(self):
        name = self.name("T")
        fields = []
        for number in range(self.random.randrange(1, 6)):
            kind = self.pick([self.scalar()] * 5 + list(self.structs) + [f"[{self.pick([1, 2, 4])}]{self.scalar()}"])
            fields.append((f"f{number}", kind))
        self.line(f"type {name} struct {{")
        for field, kind in fields:
            self.line(f"\t{field} {kind}")
        self.line("}")
        self.line("")
        self.structs[name] = fields

    def shape(self):
        name, kind = self.name("S"), self.pick(["int", "uint8", "int64", "float64"])
        pointer = self.chance(60)
        receiver = f"*{name}" if pointer else name
        self.line(f"type {name} struct{{ k {kind}; tag string }}")
        for method, result in (("area", "int"), ("grow", None)):
            self.line("")
            self.line(f"func (s {receiver}) {method}(k int) {result or ''} {{".replace(" {", " {").replace("  {", " {"))
            self.scope = [Variable("s.k", kind), Variable("k", "int"), Variable("s.tag", "string", False)]
            self.body(result, self.random.randrange(1, 4))
            self.line("}")
        self.line("")
        self.shapes.append(f"&{name}{{3, \"x\"}}" if pointer or self.chance(50) else f"{name}{{k: 5}}")

    def body(self, result, statements):
        self.cost, self.weight, self.result, self.loops = 5, 1, result, []
        self.block_keeping(statements)
        if result:
            self.depth += 1
            self.line(f"return {self.expression(result, 3)}")
            self.depth -= 1

    def block_keeping(self, statements):
        self.depth += 1
        for _ in range(statements):
            self.statement()
        self.depth -= 1

    def function(self, with_effects):
        """A function whose parameters are not changed by it where the caller would see, or one that changes variables of the package."""
        name, result = self.name("effect" if with_effects else "pure"), self.scalar()
        kinds = [self.scalar() if not self.structs or self.chance(70) else self.pick(list(self.structs)) for _ in range(self.random.randrange(0, 6))]
        if with_effects and self.chance(50):
            kinds.append(self.pick(["[]int", "[]uint8", "*int", "[]string"]))
        parameters = [Variable(self.name("p"), kind) for kind in kinds]
        self.scope = list(parameters) + (list(self.package_variables) if with_effects else [])
        saved_effects = self.effects
        if not with_effects:
            self.effects = []
        head = ", ".join(f"{p.name} {p.kind}" for p in parameters)
        if self.chance(25):
            named = self.name("r")
            self.line(f"func {name}({head}) ({named} {result}) {{")
            self.line("\tdefer func() {")
            self.line("\t\tif recover() != nil {")
            self.line(f"\t\t\t{named} = {self.literal(result)}")
            self.line("\t\t}")
            self.line("\t}()")
            self.scope.append(Variable(named, result))
        else:
            self.line(f"func {name}({head}) {result} {{")
        self.body(result, self.random.randrange(2, 7))
        self.line("}")
        self.line("")
        self.effects = saved_effects
        (self.effects if with_effects else self.pure).append((name, kinds, result, self.cost))

    def test(self, number):
        self.line(f"func test{number}() {{")
        self.scope = list(self.package_variables)
        self.cost, self.weight, self.result, self.loops = 0, 1, None, []
        self.depth += 1
        for _ in range(self.random.randrange(5, 14)):
            self.statement()
            if self.chance(50):
                self.tell(number)
        for _ in range(3):
            self.tell(number)
        self.depth -= 1
        self.line("}")
        self.line("")

    def tell(self, number):
        values = [self.printable(v) for v in self.random.sample(self.scope, min(3, len(self.scope)))]
        if values:
            self.line(f"out({number}, {', '.join(values)})")

    def program(self, tests=12):
        self.package_variables = []
        for _ in range(self.random.randrange(1, 5)):
            self.struct()
        for _ in range(self.random.randrange(3, 9)):
            kind = self.any_type()
            name = self.name("global")
            self.line(f"var {name} {kind} = {self.leaf(kind)[0]}")
            self.package_variables.append(Variable(name, kind))
        self.line("")
        self.line("func id[T any](x T) T { return x }")
        self.line("")
        self.line("func pick[T any](c bool, a, b T) T {")
        self.line("\tif c {\n\t\treturn a\n\t}\n\treturn b\n}\n")
        self.line("func clip(s string) string {")
        self.line("\tif len(s) > 60 {\n\t\treturn s[len(s)-60:]\n\t}\n\treturn s\n}\n")
        self.line("func part(s string, i, j int) string {")
        self.line("\tlow, high := int(uint(i)%uint(len(s)+1)), int(uint(j)%uint(len(s)+1))")
        self.line("\tif low > high {\n\t\tlow, high = high, low\n\t}\n\treturn s[low:high]\n}\n")
        for _ in range(2):
            if not self.shapes:
                self.line("type S0 struct{ n int }\n")
                self.line("func (s *S0) area(k int) int { return s.n * k }\n")
                self.line("func (s *S0) grow(k int) { s.n += k }\n")
                self.shapes.append("&S0{2}")
            self.shape()
        for _ in range(self.random.randrange(3, 9)):
            self.function(False)
        for _ in range(self.random.randrange(2, 6)):
            self.function(True)
        for number in range(tests):
            self.test(number)
        self.line("func main() {")
        self.line("\tdefer stdout.Flush()")
        for number in range(tests):
            self.line(f"\tguard(\"test{number}\", test{number})")
        for variable in self.package_variables:
            self.line(f"\tout({self.printable(variable)})")
        self.line("}")
        return PRELUDE + "\n" + "\n".join(self.lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    print(Generator(parser.parse_args().seed).program(), end="")


if __name__ == "__main__":
    main()
