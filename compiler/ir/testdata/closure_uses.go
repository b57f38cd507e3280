// Literals whose calls are all known, and literals that get out of sight. (Notes are those of -m; what defers is not inlined.)
package p

var sink *int

func nothing() {}

// Both calls are of the literal, which keeps nothing: p stays on the stack.
func called(p *int) int {
	get := func(q *int) int {
		defer nothing()
		return *q
	}
	return get(p) + get(p)
}

// The same through a variable that another literal captures.
func captured(p *int) int {
	get := func(q *int) int {
		defer nothing()
		return *q
	}
	twice := func() int {
		defer nothing()
		return get(p) + get(p)
	}
	return twice()
}

// The literal keeps its argument.
func keeps(p *int) {
	set := func(q *int) {
		defer nothing()
		sink = q
	}
	set(p)
}

// Which of two literals is called is not known.
func reassigned(p *int, other bool) int {
	get := func(q *int) int {
		defer nothing()
		return *q
	}
	if other {
		get = func(q *int) int {
			sink = q
			return 0
		}
	}
	return get(p)
}

// The address of the variable is taken: anything may be called.
func addressed(p *int, change func(*func(*int) int)) int {
	get := func(q *int) int {
		defer nothing()
		return *q
	}
	change(&get)
	return get(p)
}

//go:noinline
func use(f func(*int) int) {}

// The literal is passed on, so that not all its calls are known, but what is called here is.
func passed(p *int) int {
	get := func(q *int) int {
		defer nothing()
		return *q
	}
	use(get)
	return get(p)
}
