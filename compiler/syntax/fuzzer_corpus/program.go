package p
import . "x"
const (a = iota; b)
type T[P any, Q ~[]P|int] struct { *E; a, b []P `t` }
func (t *T[P, Q]) m(x ...int) (y, z int) { for i := range x { if i > 2 { goto L } }; L: select { case c <- 1: default: }; switch y := x.(type) { case int, nil: fallthrough }; defer f(func() {}); return }
