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

type pair struct {
	key   string
	value int
	inner *node
}

func name() string { return "n" }

// Of these literals the parts that are calls are assigned when the program starts, and the rest is data.
var pairs = []pair{{"a", 1, &node{name: name()}}, {name(), 2, nil}}
var single = &pair{key: "k", value: len(name())}

// Converted to an interface, it is still the address of a variable; in a slice that is converted it is not.
var named interface{ Name() string } = &pair{key: name()}
var kept any = []any{&node{name: name()}}

func (p *pair) Name() string { return p.key }

// The bytes of a constant are data, once: a copy of the variable would share them.
var text = []byte("text")
var same = text

var grid = [2][]string{{"x", name()}, {"y"}}
