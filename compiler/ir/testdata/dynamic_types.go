// A variable that holds values of one type alone, or nil, is seen through; its nil is asked for. What is given, and
// what holds values of two types is not; closures that assign count, and a pointer to the variable hides what it holds.
package p

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side }

type circle struct{ radius int }

func (c *circle) area() int { return 3 * c.radius * c.radius }

func lastOf(a bool) int {
	var s shape = &square{1}
	if a {
		s = nil
	} else {
		s = &square{2}
	}
	return s.area()
}

func asserted(x int) int {
	var a any = &square{x}
	s, ok := a.(shape)
	if !ok {
		return 0
	}
	return s.area()
}

func ofTwo(a bool) int {
	var s shape = &square{1}
	if a {
		s = &circle{1}
	}
	return s.area()
}

func given(s shape, a bool) int {
	t := s
	if a {
		t = &square{1}
	}
	return t.area()
}

func assignedElsewhere(a func(func())) int {
	var s shape = &square{1}
	a(func() { s = &circle{1} })
	return s.area()
}

func switched(x any) int {
	switch s := x.(type) {
	case shape:
		return s.area()
	}
	return 0
}

// The method of the only type has another signature than the interface's: the assertion fails, and the call stays what it is.
func otherSignature() {
	var v any = &square{2}
	if s, ok := v.(interface{ area() float64 }); ok {
		println(s.area())
	}
}

func assignedByClosure(a func(func())) int {
	var s shape = &square{1}
	a(func() { s = &square{3} })
	return s.area()
}

func assignedInInnerClosure(a func(func())) int {
	var s shape = &square{1}
	a(func() { a(func() { s = &circle{3} }) })
	return s.area()
}

func askedInClosure(a func(func())) {
	var s shape = &square{1}
	a(func() { println(s.area()) })
	s = &square{2}
}

func pointedTo(a func(func()), b func(*shape)) int {
	var s shape = &square{1}
	a(func() { s = &square{3} })
	b(&s)
	return s.area()
}

func pointedToInClosure(a func(func()), b func(*shape)) int {
	var s shape = &square{1}
	a(func() { b(&s) })
	return s.area()
}
