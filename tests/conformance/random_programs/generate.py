"""Writes a random Go program whose output the language defines.

Every program stops (calls go to functions declared before, loops have bounds), and nothing in it depends on what the language leaves
open: an expression has no side effects (so the order of its operands is of no matter), calls that have some stand alone, ranges over
maps only add up, and a panic is told as such, not by its text, as an expression may have several.

The same seed gives the same program.
"""
import argparse

import kernels
from expressions import INTEGERS, Expressions, Variable

PRELUDE = """package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"os"
	"sync/atomic"
)

// All are used, whatever follows.
var (
	_ = binary.LittleEndian
	_ = math.Pi
	_ = bits.UintSize
	_ atomic.Int32
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


class Generator(kernels.Kernels, Expressions):
    """Writes one program."""

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
                 (self.dynamic, 3), (self.effect, 6), (self.proved, 5), (self.aliased, 3), (self.words, 3), (self.intrinsic, 6), (self.carried, 3)]
        if self.depth < 5:
            kinds += [(self.conditional, 12), (self.loop, 12), (self.switch, 5), (self.closure, 6), (self.leave, 4),
                      (self.counted, 6), (self.wide, 3), (self.collected, 2)]
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
            self.line(f"func (s {receiver}) {method}(k int) {result + ' ' if result else ''}{{")
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
        self.line("type S0 struct{ n int }\n")
        self.line("func (s *S0) area(k int) int { return s.n * k }\n")
        self.line("func (s *S0) grow(k int) { s.n += k }\n")
        self.shapes.append("&S0{2}")
        for _ in range(2):
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
