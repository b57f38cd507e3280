// Instances: operators, indexing, methods and conversions are decided by the concrete type.
package p

type Stringer interface{ String() string }

type List[T any] struct {
	items []T
	next  *List[T]
}

func (l *List[T]) Push(x T) int {
	l.items = append(l.items, x)
	return len(l.items)
}

func Sum[T ~int | ~string](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func Texts[S ~[]E, E Stringer](s S) (out []string) {
	for i := range s {
		out = append(out, s[i].String())
	}
	return
}

type name string

func (n name) String() string { return string(n) }

func Key[K comparable, V any](m map[K]V, k K) (any, bool) {
	v, ok := m[k]
	return v, ok
}

func use() {
	var l List[int]
	l.Push(1)
	_ = Sum(1, 2) + len(Sum("a", "b"))
	Texts([]name{"x"})
	Key(map[string]error{}, "k")
	_ = l.Push
}
