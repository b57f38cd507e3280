// Calls in go and defer statements become closures without arguments; operands are evaluated at once.
package p

type T struct{ n int }

func (t *T) add(k int) { t.n += k }

func run(t *T, ch chan int) {
	go t.add(1)
	defer close(ch)
	defer func() { recover() }()
	for i := range 3 {
		defer t.add(i)
	}
}
