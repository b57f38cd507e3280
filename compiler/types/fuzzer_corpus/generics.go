package p

type Number interface{ ~int | ~float64 }
type List[T any] struct {
	next *List[T]
	val  T
}
type Tree[K interface{ comparable; Less(K) bool }, V any] struct{ left, right *Tree[K, V] }
type A[P any] = List[P]

func (l *List[T]) Push(v T) *List[T] { return &List[T]{l, v} }
func Map[S ~[]E, E, R any](s S, f func(E) R) (out []R) {
	for _, e := range s {
		out = append(out, f(e))
	}
	return
}
func Sum[T Number](v ...T) (s T) {
	for i := range v {
		s += v[i]
	}
	return s
}

var m = Map([]int{1}, func(i int) string { return "" })
var f func(...float64) float64 = Sum
var g A[int]
