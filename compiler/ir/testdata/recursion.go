package p

// Functions that call each other in a ring are not inlined: each copy would hold further calls of all of them.

func even(n int) bool { return n == 0 || odd(n-1) }

func odd(n int) bool { return n != 0 && (even(n-1) || ring(n-1)) }

func ring(n int) bool { return even(n) && odd(n) }

// Each of two that call the other once is inlined into the other, and no further.

func ping(n int) bool { return n == 0 || pong(n-1) }

func pong(n int) bool { return n > 5 && ping(n-2) }

// But not if one of them has a literal: each copy of that would have copies of both.

func tick(n int) func() { return func() { tock(n - 1) } }

func tock(n int) { tick(n - 1)() }

func start(n int) bool { return even(n) || odd(n) || ring(n) }
