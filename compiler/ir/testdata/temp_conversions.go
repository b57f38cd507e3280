package p

// Where a conversion between string and bytes needs no copy, and where it does.

func change(b []byte) string { b[0]++; for { }; return "" }

func equal(a, b []byte) bool { return string(a) == string(b) }

func changedBetween(a []byte) bool { return string(a) == change(a) }

func lookup(m map[string]int, k []byte) int {
	delete(m, string(k))
	if _, ok := m[string(k)]; ok {
		return 0
	}
	return m[string(k)]
}

func insert(m map[string]int, k []byte) {
	m[string(k)] = 1
	m[string(k)]++
}

func tag(b []byte) int {
	switch string(b) {
	case "a":
		return 1
	case "b":
		return 2
	}
	return 0
}

func joined(b []byte) string { return "<" + string(b) + ">" }

func alone(b, c []byte) string { return string(b) + string(c) }

func sum(s string) (n int) {
	for _, c := range []byte(s) {
		n += int(c)
	}
	return n
}
