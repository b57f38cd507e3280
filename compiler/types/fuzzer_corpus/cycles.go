package p

type A[P any] struct{ f *A[A[P]] }
type B[P C[P]] interface{ m(B[P]) }
type C[P any] interface{ m(B[P]) }
type D[T any] func(D[D[T]]) D[T]
type E interface{ E2 }
type E2 interface{ E }
type F = []F
type G [unsafe.Sizeof(G{})]int
type H[P *H[P]] struct{}

var h = func() int { return i }()
var i = j()

func j() int { return h }
