// Range over a function: the body is a closure; what leaves the loop leaves by codes.
package p

func find(seq func(yield func(int, string) bool), want string) (int, bool) {
outer:
	for i, s := range seq {
		if s == "" {
			continue
		}
		for j := range 10 {
			if j == i {
				continue outer
			}
		}
		if s == want {
			return i, true
		}
		if s == "stop" {
			break
		}
	}
	return 0, false
}

func nested(seq func(func(int) bool)) {
outer:
	for x := range seq {
		for y := range seq {
			defer println(x, y)
			if x == y {
				continue outer
			}
			if x > y {
				break outer
			}
		}
	}
}
