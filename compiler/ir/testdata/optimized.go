// Inlining, devirtualization and escape analysis. (Notes are those of -m.)
package p

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side }

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}

func dist(a, b int) int { return abs(a - b) }

func total() int {
	s := &square{side: 4}
	var sh shape = s
	return sh.area() + dist(1, 5)
}

var sink *int

func leak(p *int, q **int) *int {
	x := 1
	y := 2
	sink = &x
	*q = p
	_ = &y
	return p
}

func apply(f func(int) int) int { return f(1) }

func closure(k int) int {
	return apply(func(x int) int { return x + k })
}

var boxed any

// What the closure boxes is a constant, wherever the variable stands.
func capturedConstant() func() {
	n := 2000
	return func() { boxed = n }
}
