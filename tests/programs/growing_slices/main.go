// Slices that begin to grow in the frame: they are as if they had grown on the heap, whoever else holds them.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

// Moved when it is returned: the capacity is what the heap gives for the length.
//
//go:noinline
func bytes(n int) (s []byte, capacity int) {
	var r []byte
	for i := range n {
		r = append(r, byte(i))
	}
	return r, cap(r)
}

//go:noinline
func pointers(n int) []*int {
	var r []*int
	for i := range n {
		r = append(r, new(i))
	}
	runtime.GC()
	return r
}

//go:noinline
func thirds(n int) [][3]byte {
	var r [][3]byte
	for i := range n {
		r = append(r, [3]byte{byte(i), 1, 2})
	}
	return r
}

// Never handed on.
//
//go:noinline
func sum(n int) (total int) {
	var r []int
	for i := range n {
		r = append(r, i)
	}
	for i := range r {
		total += r[i]
	}
	return total
}

// The first place is still held by s when the variable begins anew.
//
//go:noinline
func again() string {
	var out strings.Builder
	var r []byte
	for i := range 3 {
		r = append(r, 'a'+byte(i))
		s := r
		r = nil
		r = append(r, 'z')
		out.WriteString(string(s) + string(r) + " ")
		r = nil
	}
	return out.String()
}

// So it is by the loop over it.
//
//go:noinline
func againInRange() string {
	var r []byte
	r = append(r, 'a', 'b', 'c')
	out := ""
	for _, c := range r {
		out += string(rune(c))
		r = nil
		r = append(r, 'z', 'y')
	}
	return out + string(r)
}

// One place for each round.
//
//go:noinline
func rounds() (all [][]int) {
	for i := range 4 {
		var r []int
		for j := range i + 1 {
			r = append(r, i*10+j)
		}
		all = append(all, r)
	}
	return all
}

var kept []int

//go:noinline
func keep(s []int) int {
	kept = s
	return 7
}

// What is stored into the slice behind the call must be seen through `kept`.
//
//go:noinline
func storeBehindUse() []int {
	var r []int
	r = append(r, 1, 2)
	r[0] = keep(r)
	return r
}

//go:noinline
func goOnAfterUse() (a, b []int) {
	var r []int
	r = append(r, 1)
	a = r
	r[0] = 5
	r = append(r, 2)
	b = r
	return a, b
}

//go:noinline
func cut() []int {
	var r []int
	r = append(r, 1, 2, 3)
	r = r[1:]
	r = append(r, 4)
	return r
}

//go:noinline
func elementKept() (*int, []int) {
	var r []int
	r = append(r, 1)
	p := &r[0]
	*p = 9
	return p, r
}

func captured() func() []int {
	var x []int
	x = append(x, 3)
	return func() []int {
		x = append(x, 4)
		return x
	}
}

func recovered() (out string) {
	var x []string
	defer func() {
		recover()
		out = strings.Join(x, ",")
	}()
	x = append(x, "a")
	x = append(x, "b")
	panic("")
}

// The frame moves while the slice is in it.
//
//go:noinline
func deep(n int) int {
	var r []int
	r = append(r, n)
	if n > 0 {
		r = append(r, deep(n-1))
	}
	return r[len(r)-1] + r[0]
}

func sent() []string {
	c := make(chan []string, 1)
	go func() {
		var r []string
		for i := range 2 {
			r = append(r, strings.Repeat("s", i+1))
		}
		c <- r
	}()
	return <-c
}

func main() {
	for _, n := range []int{0, 1, 8, 9, 17, 32, 33} {
		r, seen := bytes(n)
		fmt.Println(n, cap(r), cap(r) == seen, r)
	}
	for n := range 6 {
		r := pointers(n)
		fmt.Print(cap(r), ":")
		for _, p := range r {
			fmt.Print(" ", *p)
		}
		fmt.Println()
	}
	fmt.Println(thirds(2), thirds(12))
	fmt.Println(sum(4), sum(100))
	fmt.Println(again(), againInRange(), rounds())
	fmt.Println(storeBehindUse(), kept)
	fmt.Println(goOnAfterUse())
	fmt.Println(cut())
	p, r := elementKept()
	r[0]++
	fmt.Println(*p, r)
	f := captured()
	fmt.Println(f(), f(), recovered(), deep(1000), sent())
}
