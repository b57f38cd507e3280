// What an inlined call gives is called, as range over functions does: the literal is inlined, too, and so is the body that it
// yields to. Neither is made, and nothing that they captured needs an address.
package p

func count(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func upTo(n int) func(yield func(int) bool) { return count(n + 1) }

func sum(n int) (s int) {
	for i := range upTo(n) {
		s += i
	}
	return
}

// The literal is used in two ways, and made for the second.
func both(n int, use func(func(yield func(int) bool))) (s int) {
	seq := count(n)
	for i := range seq {
		s += i
	}
	use(seq)
	return
}

// A function that makes itself again in what it gives is not inlined without end.
type maker func(maker) func()

func again(m maker) func() { return func() { m(m)(); m(m)() } }

func forever() { again(again)() }
