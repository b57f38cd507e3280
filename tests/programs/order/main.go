// Variables are read after the calls of their statement, as gc does it: x, f(&x) sees what f left.
package main

import "fmt"

type S struct{ a, b, c int }

var g int
var gs S

//go:noinline
func bump(p *int) int { *p += 10; return *p }

//go:noinline
func bumpS(p *S) error { p.a += 10; p.c += 7; return nil }

func ret1() (S, error)       { var s S; return s, bumpS(&s) }
func ret2() (int, int)       { var x int; return x, bump(&x) }
func ret3() (int, int, int)  { var x int; return x, bump(&x), x }
func ret4() (int, int)       { return g, bump(&g) }
func ret5() (S, error)       { return gs, bumpS(&gs) }
func ret6(p *S) (S, error)   { return *p, bumpS(p) }
func ret7(p *S) (int, error) { return p.c, bumpS(p) }
func ret8() (any, int)       { var x int; return x, bump(&x) }
func ret9() ([]int, int)     { x := 3; return []int{x, x}, bump(&x) }

//go:noinline
func three(a, b, c int) string { return fmt.Sprint(a, b, c) }

func inl(p *int) int { *p += 5; return *p }

func main() {
	fmt.Println(ret1())
	fmt.Println(ret2())
	fmt.Println(ret3())
	fmt.Println(ret4())
	fmt.Println(ret5())
	fmt.Println(ret6(&gs))
	fmt.Println(ret7(&gs))
	fmt.Println(ret8())
	fmt.Println(ret9())
	x := 1
	fmt.Println(three(x, bump(&x), x))
	x = 1
	fmt.Println(x + bump(&x))
	x = 1
	y := x - bump(&x)
	fmt.Println(y)
	x = 1
	a, b := x, bump(&x)
	fmt.Println(a, b)
	x = 1
	arr := []int{x, bump(&x), x}
	fmt.Println(arr)
	x = 1
	st := S{x, bump(&x), x}
	fmt.Println(st)
	x = 1
	m := map[int]int{x: bump(&x)}
	fmt.Println(m)
	x = 1
	ar := [3]int{}
	ar[x&1] = bump(&x)
	fmt.Println(ar)
	x = 0
	sl := make([]int, 20)
	sl[x] = bump(&x) - 9
	fmt.Println(sl)
	x = 1
	fmt.Println(x, inl(&x), x)
	x = 1
	z := x*2 + inl(&x)
	fmt.Println(z)
	x = 1
	z = x*2 + bump(&x)
	fmt.Println(z)
	x = 1
	f := func(v int) int { x++; return v }
	fmt.Println(three(x, f(x), x))
	ch := make(chan int, 3)
	x = 1
	ch <- x + bump(&x)
	fmt.Println(<-ch)
	x = 1
	if x == bump(&x) {
		fmt.Println("eq")
	}
	var iface any = x
	_ = iface
	p := &S{1, 2, 3}
	q := p
	fmt.Println(p.a, bumpS(q), p.a)
	sl2 := []int{1, 2, 3}
	fmt.Println(sl2[0], bump(&sl2[0]), sl2[0])
	x = 1
	str := fmt.Sprint(x) + fmt.Sprint(bump(&x))
	fmt.Println(str)
	mm := map[string]int{"a": 1}
	fm := func() int { mm["a"] = 9; return 2 }
	aa, bb := mm["a"], fm()
	fmt.Println(aa, bb)
	pp := &x
	other := 77
	fp := func() int { pp = &other; return 1 }
	cc, dd := *pp, fp()
	fmt.Println(cc, dd)
	builtins()
}

// Built-in functions are calls too, each in its turn.
func builtins() {
	s, c := []int{1}, 1+1i
	change := func() int { s, c = make([]int, 3, 5), 3+3i; return 2 }
	reset := func() { s, c = []int{1}, 1+1i }
	a, b, d := len(s), change(), cap(s)
	fmt.Println(a, b, d)
	reset()
	r, b, i := real(c), change(), imag(c)
	fmt.Println(r, b, i)
	reset()
	x, b, y := complex(real(c), 0), change(), len(s)+len(s)
	fmt.Println(x, b, y)
}
