// Captures: by value when never reassigned, by reference otherwise; through a literal in between.
package p

func counter(start int) func() int {
	step := 2
	n := start
	return func() int {
		n += step
		return func() int { return n * step }()
	}
}

func loop() []func() int {
	var out []func() int
	for i := 0; i < 3; i++ {
		out = append(out, func() int { return i })
	}
	return out
}
