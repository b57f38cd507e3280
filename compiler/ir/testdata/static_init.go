// Constant initializers become data; the rest stays in init.
package p

type node struct {
	next *node
	name string
}

var a = 1
var b = &node{next: &node{name: "x"}, name: "y"}
var c = b
var list = []int{1, 2, 3}
var fn = func() int { return a }
var dyn = fn()
var m = map[string]int{"k": 1}
var i interface{} = 7
