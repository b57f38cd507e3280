package p

// Bytes that nobody writes to are the string's own.

var sink any

func sum(b []byte) (n int) {
	for _, c := range b {
		n += int(c)
	}
	return n
}

func reads(s string) int {
	b := []byte(s)
	return sum(b[1:])
}

func writes(s string) byte {
	b := []byte(s)
	b[0] = 1
	return b[1]
}

func throughPointer(s string) byte {
	b := []byte(s)
	p := &b
	(*p)[0] = 1
	return b[1]
}

func appends(s string) byte {
	b := []byte(s)
	c := append(b[:0], 'x')
	return b[0] + c[0]
}

func store(to []byte) { to[0] = 1 }

//go:noinline
func storeDeep(to *[]byte) { (*to)[0] = 1 }

//go:noinline
func result(of []byte) []byte { return of }

func inCallee(s string) byte {
	b := []byte(s)
	storeDeep(&b)
	return b[0]
}

func throughResult(s string) byte {
	b := []byte(s)
	result(b)[0] = 1
	return b[0]
}

func copies(s string) byte {
	b := []byte(s)
	copy(b, "x")
	return b[0]
}

func inLoop(list []string) (n int) {
	var last []byte
	for _, s := range list {
		last = []byte(s + "x")
		n += len(last)
	}
	return n + sum(last)
}

func elided(a *[256]int, i uint8, j int, k uint) int {
	return a[i] + a[j&255] + a[k%256] + a[k>>56] + a[k&^uint(1<<63)]
}
