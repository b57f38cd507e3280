// Promoted fields and methods, method values and expressions.
package p

type inner struct{ v int }

func (i inner) get() int   { return i.v }
func (i *inner) set(v int) { i.v = v }

type outer struct {
	*inner
	name string
}

type getter interface{ get() int }

func use(o outer, g getter) (func() int, func(inner) int, int) {
	o.set(3)
	o.v++
	f := o.get
	h := g.get
	_ = h
	g = o
	return f, inner.get, g.get() + (*inner).get(o.inner)
}
