package p

// With a profile: in total Area is mostly that of *square, in apply f is mostly double. Each is asked for first.

type shape interface{ Area() int }

type square struct{ side int }

func (s *square) Area() int { return s.side * s.side }

func total(shapes []shape) (out int) {
	for _, s := range shapes {
		out += s.Area()
	}
	return out
}

func double(n int) int { return n + n }

func apply(f func(int) int, n int) int {
	return f(n)
}
