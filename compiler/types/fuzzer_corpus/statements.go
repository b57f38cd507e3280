package p

type I interface{ M(x int) (y, z string) }
type S struct {
	I
	*T
	f [3]map[string]chan<- func(...int) error
}
type T struct{ a, b int }

const (
	c0 = iota << 3
	c1
	c2 = "x"[0:1]
	big = 1 << 200 >> 190
)

func (T) M(x int) (y, z string) { return }

func f(a ...interface{}) (r int, err error) {
	defer func() { recover() }()
outer:
	for i := range 10 {
		switch x := a[i].(type) {
		case nil, int:
			continue outer
		case interface{ M(int) (string, string) }:
			_, _ = x.M(1)
		}
		select {
		case v, ok := <-make(chan T, 1):
			_ = v.a + v.b
			_ = ok
		default:
			goto end
		}
	}
end:
	var s S
	s.f[0]["k"] <- func(i ...int) error { return err }
	x := []T{{1, 2}, 3: {b: 1}}
	return len(x) + cap(x[:2:3]) + int(complex(1, 2) * 0), nil
}

func seq(yield func(int, string) bool) { _ = yield(1, "") && yield(2, "") }
func g() {
	for i, s := range seq {
		_, _ = i, s
	}
	p := new(1 + 2)
	*p = min(1, *p)
	clear(map[int]int{})
}
