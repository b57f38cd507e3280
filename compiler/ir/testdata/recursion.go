package p

// Functions that call each other in a ring are not inlined: each copy would hold further calls of all of them.

func even(n int) bool { return n == 0 || odd(n-1) }

func odd(n int) bool { return n != 0 && (even(n-1) || ring(n-1)) }

func ring(n int) bool { return even(n) && odd(n) }

func start(n int) bool { return even(n) || odd(n) || ring(n) }
