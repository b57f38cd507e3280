// Calls: interface dispatch, type switches and assertions, closures, deferred calls and recursion.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type animal interface{ legs() int }
type named interface{ name() string }
type dog struct{ n int }
type bird struct{ n int }
type fish struct{}

func (d *dog) legs() int    { return 4 + d.n }
func (b bird) legs() int    { return 2 + b.n }
func (fish) legs() int      { return 0 }
func (d *dog) name() string { return "dog" }
func (fish) name() string   { return "fish" }

func kind(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case string:
		return len(v)
	case *dog:
		return v.n
	case named:
		return len(v.name())
	}
	return -1
}

func guarded(p *int, i int) {
	defer func() { *p += i & 1 }()
	*p += i & 3
}

func ack(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ack(m-1, 1)
	}
	return ack(m-1, ack(m, n-1))
}

func apply(fs []func(int) int, v int) int {
	for _, f := range fs {
		v = f(v)
	}
	return v
}

func main() {
	n := 10000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	zoo := []animal{&dog{1}, bird{3}, fish{}, &dog{2}}
	things := []any{1, "two", &dog{3}, fish{}, 4.5}
	step := 3
	fs := []func(int) int{func(v int) int { return v + step }, func(v int) int { return v ^ 5 }}
	sum := 0
	for i := range n {
		a := zoo[i&3]
		sum += a.legs() + kind(things[i%5])
		if nm, ok := a.(named); ok {
			sum += len(nm.name())
		}
		sum = apply(fs, sum)
		guarded(&sum, i)
	}
	fmt.Println(sum, ack(2, n/10000), ack(3, 8))
}
