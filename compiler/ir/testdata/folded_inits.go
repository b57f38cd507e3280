// Initializers that are inlined calls: what is static of them is data, the rest stays in init. (Notes are those of -m.)
package p

type text struct{ s string }

func (t *text) Error() string { return t.s }

func newError(s string) error { return &text{s} }

type pair struct{ a, b *text }

func both(t *text) pair        { return pair{t, t} }
func prefixed(s string) string { return "p: " + s }
func number() int              { return one }

var one = 1
var err = newError("x")
var wrapped = newError(prefixed("y"))
var boxed any = newError("z")
var list = append([]int(nil), 1)

// The two parts are one variable, and a variable of the package may change.
var shared = both(&text{"s"})
var copied = number()

func init() {}
func init() {
	if false {
		one = 2
	}
}
func init() { one++ }
