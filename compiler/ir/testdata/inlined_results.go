// The value that an inlined call returns is known, so the interface that it was put into is seen through.
// If it may be nil as well, that is asked for.
package p

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side }

const fancy = false

func newShape(side int) shape {
	if fancy {
		return nil
	}
	return &square{side}
}

func either(a bool) shape {
	if a {
		return &square{1}
	}
	return nil
}

func adder(n int) func(int) int { return func(m int) int { return n + m } }

func twice() int { return adder(1)(2) }

func known() int {
	s := newShape(3)
	return s.area()
}

func perhaps(a bool) int {
	s := either(a)
	return s.area()
}
