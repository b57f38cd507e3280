// Loops over functions inside one another in a generic function: their bodies keep their names in each instance.
package p

func each[T any](n int, v T) func(yield func(T) bool) {
	return func(yield func(T) bool) {
		for range n {
			if !yield(v) {
				return
			}
		}
	}
}

func pairs[T any](v T, use func(T, T)) {
	func() {
		for x := range each(2, v) {
			for y := range each(2, v) {
				func() { use(x, y) }()
			}
		}
	}()
}

func run() {
	pairs(1, func(x, y int) {})
	pairs("", func(x, y string) {})
}
