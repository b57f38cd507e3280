"""Statements of the shapes that optimizers look for: counted loops over slices, bounds that conditions prove, aliases, wide calls,
bytes put together to words, intrinsics. A part of generate.Generator, whose methods they use."""

UNSIGNED = ("uint8", "uint16", "uint32", "uint64")


class Kernels:
    def small(self, bits=4):
        """An int that is small and not negative."""
        return f"int({self.nonconstant('uint8', 1)} & {(1 << bits) - 1})"

    def keep(self, name, kind):
        """Makes a variable that was just declared one that later statements use."""
        self.line(f"_ = {name}")
        self.scope.append(self.variable(name, kind))

    def counted(self):
        """A loop with an index that it changes by a step, conditions on it, and elements near it. The bound may be wrong."""
        element = self.pick(["int", "uint8", "int32", "uint64", "float64"])
        name, index, steps = self.name("a"), self.name("i"), self.name("n")
        counter = self.pick(["int", "int", "int", "uint8", "int8", "uint", "int32"])
        length = self.random.randrange(1, 24)
        self.line(f"{name} := make([]{element}, {length}, {length + self.random.randrange(4)})")
        start, step = self.random.randrange(0, 4), self.pick([1, 1, 1, 2, 3])
        condition = self.pick([f"int({index}) < len({name})", f"int({index}) <= len({name})-1", f"{index} < {counter}({self.small()})",
                               f"{index} != {counter}({start + step * self.random.randrange(9)})"])
        self.line(f"{steps} := 0")
        if self.chance(25):
            self.line(f"for {index} := {counter}(len({name}) - 1); {index} >= {start}; {index} -= {step} {{")
        else:
            self.line(f"for {index} := {counter}({start}); {condition}; {index} += {step} {{")
        self.depth += 1
        self.line(f"if {steps}++; {steps} > 40 {{ break }}")
        self.scope.append(self.variable(index, counter, False))
        offset = self.random.randrange(0, 4)
        value = self.expression(element, 2)
        body = self.random.randrange(6)
        if body == 0:
            self.line(f"if {index} >= {offset} {{ {name}[{index}-{offset}] += {element}({index}) }}")
        elif body == 1:
            self.line(f"{name}[{index}] = {value}")
        elif body == 2:
            self.line(f"if int({index})+{offset} < len({name}) {{ {name}[{index}] = {name}[{index}+{offset}] + {value} }}")
        elif body == 3:
            self.line(f"for _, x := range {name}[{index}:] {{ {name}[0] += x }}")
        elif body == 4:
            self.line(f"{name}[{index}], {name}[0] = {name}[0], {value}")
        else:
            self.line(f"part := {name}[:{index}]")
            self.line(f"for j := range part {{ part[j] = {name}[j+{self.pick([0, 0, 1])}] + {element}(j) }}")
        self.scope.pop()
        self.depth -= 1
        self.line("}")
        self.keep(name, "[]" + element)
        self.cost += 60 * self.weight

    def proved(self):
        """Conditions that decide others, and indexes between them."""
        kind = self.pick(["int", "int8", "uint8", "int32", "uint64", "int64", "uint"])
        x, made, table = self.name("x"), self.name("v"), self.name("t")
        low, high = sorted(self.random.sample(range(0, 30), 2))
        self.line(f"{x}, {made} := {self.nonconstant(kind, 2)}, 0")
        self.line(f"var {table} [16]int")
        first = self.pick([f"{x} > {low} && {x} < {high}", f"{x} >= {low}", f"{x} <= {high}", f"{x}-{low} < {high}", f"{x}&{high} == {low}",
                           f"{x}>>2 < {high}", f"{x}%{high + 1} > {low}"])
        second = self.pick([f"{x} > {low - 1 if low else 0}", f"{x} < {high + 1}", f"{x}+1 > {x}", f"{x} != {high}", f"{x}*2 > {x}",
                            f"{x} == {low + 1}", f"{x}|1 > {low}", f"{x}/{high + 1} == 0"])
        self.line(f"if {first} {{")
        self.line(f"\t{made} = {self.random.randrange(100)}")
        self.line(f"\tif {second} {{ {made} += {self.random.randrange(100)} }}")
        if self.chance(50):
            self.line(f"\t{table}[{self.pick([f'uint({x})%16', f'{x}&15', f'uint({x}-{low})'])}]++")
        self.line(f"}} else if {second} {{")
        self.line(f"\t{made} -= {self.random.randrange(100)}")
        self.line(f"\tif {self.pick([first, f'!({first})'])} {{ {made} *= 3 }}")
        self.line("}")
        self.line(f"_ = {x}")
        self.keep(table, "[16]int")
        self.keep(made, "int")

    def aliased(self):
        """Pointers and slices that may name the same storage."""
        kind = self.pick(["int", "uint8", "string", "float64", "int16"])
        first, second, p, q = (self.name(prefix) for prefix in "vvpq")
        self.line(f"{first}, {second} := {self.expression(kind, 2)}, {self.expression(kind, 2)}")
        self.line(f"{p}, {q} := &{first}, &{second}")
        self.line(f"if {self.expression('bool', 2)} {{ {self.pick([q, p])} = {self.pick([p, q])} }}")
        self.line(f"*{p} = {self.expression(kind, 2)}")
        self.line(f"*{q} = clip(*{p} + *{q})" if kind == "string" else f"*{q} += *{p}")
        self.line(f"{first} = *{q}")
        made, part = self.name("v"), self.name("v")
        self.line(f"{made} := []{kind}{{{first}, {second}, *{p}, *{q}}}")
        self.line(f"{part} := {made}[{self.small(1)}:{self.pick(['', '3', '4'])}]")
        self.line(f"{part}[0], {made}[1] = {made}[1], {part}[1]")
        if self.chance(50):
            self.line(f"copy({made}[1:], {made})")
        for name, have in ((first, kind), (second, kind), (p, "*" + kind), (made, "[]" + kind), (part, "[]" + kind)):
            self.keep(name, have)

    def wide(self):
        """A function literal of many parameters and results."""
        kinds = [self.pick(["int", "float64", "uint8", "string", "int32", "bool", "float32", "uint64"] + list(self.structs)[:2])
                 for _ in range(self.random.randrange(4, 14))]
        names = [self.name("p") for _ in kinds]
        results = self.random.sample(range(len(kinds)), self.random.randrange(1, min(6, len(kinds))))
        function = self.name("f")
        parameters = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds))
        self.line(f"{function} := func({parameters}) ({', '.join(kinds[r] for r in results)}) {{")
        mark = len(self.scope)
        self.scope.extend(self.variable(name, kind) for name, kind in zip(names, kinds))
        for number in self.random.sample(range(len(kinds)), 3):
            self.line(f"\t{names[number]} = {self.expression(kinds[number], 2)}")
        self.line(f"\treturn {', '.join(self.expression(kinds[r], 2) for r in results)}")
        del self.scope[mark:]
        self.line("}")
        made = [self.name("v") for _ in results]
        values = ", ".join(self.expression(kind, 1) for kind in kinds)
        self.line(f"{', '.join(made)} := {function}({values})")
        for name, number in zip(made, results):
            self.keep(name, kinds[number])

    def words(self):
        """Bytes that are put together to words and taken apart."""
        bytes_, word, at = self.name("b"), self.name("w"), self.name("i")
        size = self.pick([2, 4, 8])
        kind = f"uint{size * 8}"
        self.line(f"{bytes_}, {at} := []uint8({self.nonconstant('string', 2)} + \"0123456789abcdef\"), {self.small(3)}")
        order = range(size) if self.chance(50) else range(size - 1, -1, -1)
        shifts = [8 * place for place in order]
        if self.chance(30):
            shifts[self.random.randrange(size)] ^= 8
        index = self.pick(["{n}", "{i}+{n}"])
        parts = [f"{kind}({bytes_}[{index.format(n=number, i=at)}])" + (f"<<{shift}" if shift else "") for number, shift in enumerate(shifts)]
        self.line(f"{word} := {self.pick([' | ', ' | ', ' + ', ' ^ ']).join(parts)}")
        self.line(f"{word} {self.pick(['+', '^', '*'])}= {self.expression(kind, 2)}")
        for number, shift in enumerate(shifts):
            self.line(f"{bytes_}[{index.format(n=number, i=at)}] = uint8({word}{f' >> {shift}' if shift else ''})")
        if self.chance(50):
            name = {2: "Uint16", 4: "Uint32", 8: "Uint64"}[size]
            self.line(f"{word} ^= binary.{self.pick(['Little', 'Big'])}Endian.{name}({bytes_}[{at}:])")
            self.line(f"binary.{self.pick(['Little', 'Big'])}Endian.Put{name}({bytes_}[{at}:], {word})")
        self.line(f"_ = {at}")
        self.keep(bytes_, "[]uint8")
        self.keep(word, kind)

    def intrinsic(self):
        """Functions that compilers replace by instructions."""
        made, kind = self.name("v"), self.pick(UNSIGNED)
        suffix = kind[4:]
        x, y = self.nonconstant(kind, 2), self.nonconstant(kind, 2)
        count, f, g = self.nonconstant("int", 1), self.nonconstant("float64", 2), self.nonconstant("float64", 2)
        roll = self.random.randrange(9)
        if roll == 0:
            self.line(f"{made} := bits.RotateLeft{suffix}({x}, {self.pick([count, str(self.random.randrange(-9, 70))])})")
        elif roll == 1:
            function = self.pick(["OnesCount", "LeadingZeros", "TrailingZeros", "Len"])
            self.line(f"{made} := {kind}(bits.{function}{suffix}({x}))")
        elif roll == 2:
            self.line(f"{made} := bits.Reverse{self.pick(['Bytes'] if kind != 'uint8' and self.chance(60) else [''])}{suffix}({x})")
        elif roll == 3:
            a, b = self.nonconstant("uint64", 2), self.nonconstant("uint64", 2)
            high, low = self.name("v"), made
            call = self.pick([f"Mul64({a}, {b})", f"Add64({a}, {b}, {self.nonconstant('uint64', 1)} & 1)", f"Sub64({a}, {b}, {self.nonconstant('uint64', 1)} & 1)",
                              f"Div64({a} % 97, {b}, 97 + {self.nonconstant('uint64', 1)} % 9)"])
            self.line(f"{low}, {high} := bits.{call}")
            self.keep(high, "uint64")
            kind = "uint64"
        elif roll < 6:
            call = self.pick([f"Sqrt({f})", f"Floor({f})", f"Ceil({f})", f"Trunc({f})", f"RoundToEven({f})", f"Abs({f})", f"Copysign({f}, {g})",
                              f"FMA({f}, {g}, {self.nonconstant('float64', 1)})", f"Max({f}, {g})", f"Min({f}, {g})"])
            self.line(f"{made} := math.{call}")
            kind = "float64"
        elif roll == 6:
            self.line(f"{made} := math.Float64bits({f}) | 1")
            self.line(f"if {f} != {f} {{ {made} = 1 }}")
            kind = "uint64"
        elif roll == 7:
            word = self.pick(["Int32", "Int64", "Uint32", "Uint64"])
            kind = word.lower()
            cell = self.name("c")
            self.line(f"var {cell} atomic.{word}")
            self.line(f"{made} := {cell}.Add({self.expression(kind, 2)}) ^ {cell}.Swap({self.expression(kind, 2)})")
            self.line(f"if {cell}.CompareAndSwap({self.expression(kind, 1)}, {self.expression(kind, 1)}) {{ {made}++ }}")
            self.line(f"{made} -= {cell}.{self.pick(['And', 'Or'])}({self.expression(kind, 1)}) & {cell}.Load()")
        else:
            self.line(f"{made} := real(complex({f}, {g}) {self.pick(['+', '-', '*', '/'])} complex({g}, {self.nonconstant('float64', 1)}))")
            kind = "float64"
        self.keep(made, kind)

    def carried(self):
        """Numbers of several words: a carry that goes from one sum or difference to the next, with other things between."""
        carry, total = self.name("c"), self.name("v")
        self.line(f"{carry}, {total} := {self.nonconstant('uint64', 1)}&1, {self.expression('uint64', 1)}")
        self.keep(total, "uint64")
        operation = self.pick(["Add64", "Sub64"])
        for _ in range(self.random.randrange(2, 6)):
            word, start = self.name("v"), self.pick([carry, carry, carry, carry, "0"])
            self.line(f"var {word} uint64")
            self.line(f"{word}, {carry} = bits.{operation}({self.expression('uint64', 2)}, {self.expression('uint64', 2)}, {start})")
            between = self.random.randrange(6)
            if between == 0:
                self.line(f"{total} ^= {word} << ({carry} + 1)")
            elif between == 1:
                self.line(f"if {self.expression('bool', 2)} {{ {total} += {carry} }}")
            elif between == 2:
                operation = self.pick(["Add64", "Sub64"])
            elif between == 3:
                self.line(f"{total} += {self.expression('uint64', 2)}")
            self.keep(word, "uint64")
        self.line(f"{total} += {carry}")

    def collected(self):
        """Function values in a slice, maps of slices, deletions, clear."""
        functions, total = self.name("fs"), self.name("v")
        self.line(f"var {functions} []func(int) int")
        self.line(f"{total} := {self.expression('int', 1)}")
        self.scope.append(self.variable(total, "int"))
        self.line(f"for i := range {self.random.randrange(1, 5)} {{")
        self.line(f"\t{functions} = append({functions}, func(k int) int {{ {total} += i*k; i++; return i ^ {self.expression('int', 2)} }})")
        self.line("}")
        self.line(f"for k, f := range {functions} {{ {total} -= f(k) + f({self.random.randrange(5)}) }}")
        groups, key = self.name("m"), self.pick(["int", "string", "uint8"])
        self.line(f"{groups} := map[{key}][]int{{}}")
        for _ in range(self.random.randrange(1, 4)):
            value = self.expression(key, 2)
            self.line(f"{groups}[{value}] = append({groups}[{value}], {total}, len({groups}))")
        self.line(f"{self.pick([f'delete({groups}, {self.expression(key, 1)})', f'clear({groups}[{self.expression(key, 1)}])'])}")
        self.line(f"if list, ok := {groups}[{self.expression(key, 1)}]; ok {{ {total} += fold(list, 1) }}")
        self.line(f"out(len({groups}), {groups})")
        self.cost += 40 * self.weight
