package p

// Functions that call themselves or each other in a ring are inlined until the ring closes.

func fact(n int) int {
	if n < 2 {
		return 1
	}
	return n * fact(n-1)
}

func even(n int) bool { return n == 0 || odd(n-1) }

func odd(n int) bool { return n != 0 && (even(n-1) || ring(n-1)) }

func ring(n int) bool { return even(n) && odd(n) }

// Two that call each other: in each the other and itself, once.

func ping(n int) bool { return n == 0 || pong(n-1) }

func pong(n int) bool { return n > 5 && ping(n-2) }

// One that has a literal is not: each copy of that would have copies of both.

func tick(n int) func() { return func() { tock(n - 1) } }

func tock(n int) { tick(n - 1)() }

func start(n int) bool { return even(n) || odd(n) || ring(n) }
