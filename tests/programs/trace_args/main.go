// What traces say of arguments: which there are and how they are put together, and the values of those that are still needed,
// that are variables in memory, or that were passed there.
package main

import (
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
)

var (
	hex  = regexp.MustCompile(`0x[0-9a-f]+\?`)
	addr = regexp.MustCompile(`0x[0-9a-f]{5,}`)
)

// show prints the caller's line of a trace: doubtful words as "?", addresses as "&".
func show() {
	for _, line := range strings.Split(string(debug.Stack()), "\n") {
		if strings.HasPrefix(line, "main.") && !strings.HasPrefix(line, "main.show") {
			fmt.Println(addr.ReplaceAllString(hex.ReplaceAllString(line, "?"), "&"))
			return
		}
	}
}

type empty struct{}
type pair struct {
	n    int8
	text string
}
type deep struct {
	a struct {
		b struct{ c struct{ d struct{ e int } } }
	}
}
type list[T any] struct{ items []T }

//go:noinline
func none() { show() }

//go:noinline
func scalars(a int8, b bool, c float32, d *int, e func(), f map[int]int, g chan int) { show() }

//go:noinline
func aggregates(a string, b []int, c any, d error, e complex128) { show() }

//go:noinline
func structs(a pair, b empty, c [0]int, d [1]int16) { show() }

//go:noinline
func many(a, b, c, d, e, f, g, h, i, j, k, l int) { show() }

//go:noinline
func nested(d deep) { show() }

//go:noinline
func inMemory(a [2]int, b int, c [3]pair) { show() }

//go:noinline
func far(a [40]int, b [2]int) { show() }

//go:noinline
func variadic(format string, args ...any) { show() }

//go:noinline
func (p pair) value(n int) { show() }

//go:noinline
func (p *pair) pointer(n int) { show() }

//go:noinline
func (l *list[T]) add(item T) { show() }

var sink any

//go:noinline
func needed(a int8, b bool, c float32, d uint16, s []int, t pair, e error) {
	show()
	sink = []any{a, b, c, d, s, t, e}
}

// addressed is called with its own arguments in memory; it shows what they are by then.
//
//go:noinline
func addressed(a int32, b string, dead int) {
	change(&a, &b)
	show()
}

//go:noinline
func change(a *int32, b *string) { *a, *b = *a+1, (*b)[1:] }

type many8 struct {
	a, b int8
	c    int16
	d    int32
	e    *int
	f    string
}

//go:noinline
func large(m many8) {
	show()
	sink = m
}

//go:noinline
func onOnePath(a, b int) {
	if a > 1 {
		grow(100)
		sink = b
		show()
		sink = b
		return
	}
	show()
}

//go:noinline
func grow(n int) int {
	if n == 0 {
		return 0
	}
	return grow(n-1) + 1
}

func main() {
	needed(-1, true, 2, 0x1234, []int{1, 2}, pair{3, "abcd"}, nil)
	addressed(5, "abcd", 6)
	large(many8{1, -2, 3, 4, new(int), "abc"})
	onOnePath(1, 2)
	onOnePath(2, 3)
	none()
	scalars(1, true, 2, nil, nil, nil, nil)
	aggregates("a", []int{1}, 1, errors.New("x"), 1i)
	structs(pair{1, "x"}, empty{}, [0]int{}, [1]int16{1})
	many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	nested(deep{})
	inMemory([2]int{1, 2}, 3, [3]pair{{4, "x"}, {5, "x"}, {6, "x"}})
	far([40]int{7}, [2]int{8, 9})
	variadic("%d", 1)
	pair{1, "x"}.value(2)
	(&pair{}).pointer(3)
	(&list[string]{}).add("x")
	func(a, b [2]byte) { show() }([2]byte{1, 2}, [2]byte{3, 4})
}
