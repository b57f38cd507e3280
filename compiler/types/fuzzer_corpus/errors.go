package p

import "none"
import _ "unsafe"

type T T
type U [len(u)]int
type V struct{ V }
type W interface{ W; int | string }

var u U
var a, b = b, a
var x int = "s" + 1
const k = k
func f() int { x := 1; for {} ; y }
func f() { var z; return 1, none.X }
func (T) m[P any]() {}
func g[P interface{ m() }](P) { g[int](1); g(2); _ = T.m; 1()  }
var _ = [...]int{5: 1, 5: 2, -1: 3, "x": 1}
var _ = struct{a int}{b: 1, 2}
var _ = 1 << -1 + 1/0 + 'a'<<1.5
