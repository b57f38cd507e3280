// Variables of every kind, for a debugger to print.
package main

import "errors"

type Point struct {
	X, Y int32
	Name string
}

type Celsius float64

type Base struct{ id uint8 }

type Shape interface{ Area() int }

type Square struct {
	Base
	side int
}

func (s *Square) Area() int { return s.side * s.side }

type List[T any] struct {
	head T
	next *List[T]
}

var (
	counter    = 41
	GlobalName = "global"
	origin     = Point{X: 1, Y: 2, Name: "origin"}
	table      = [...]int16{3, 1, 4}
	Err        = errors.New("bad")
	unused     int
)

//go:noinline
func stop(n int) int {
	counter++
	return n + counter
}

//go:noinline
func work(n int, text string, items []string, p *Point, shape Shape) (total int, err error) {
	flag := n > 2
	letter := 'x'
	small := int8(-5)
	ratio := 1.5
	temperature := Celsius(36.6)
	wave := complex(1, -2)
	pair := [2]uint16{7, 8}
	local := Point{X: 10, Y: 20, Name: text}
	ages := map[string]int{"a": 1}
	pipe := make(chan int, 4)
	pipe <- 9
	list := &List[string]{head: "first"}
	var any interface{} = n
	escaped := n * 2
	pointer := &escaped
	add := func(k int) int {
		escaped += k
		return escaped + n
	}
	for i := 0; i < 3; i++ {
		total += i
	}
	total += stop(n) // the breakpoint
	total += add(1) + *pointer + int(letter) + int(small) + int(ratio) + int(temperature) + int(real(wave))
	total += int(pair[0]) + int(local.X) + ages["a"] + <-pipe + len(list.head) + len(items) + shape.Area() + int(p.X)
	if flag && any != nil {
		err = Err
	}
	return total, err
}

func main() {
	total, err := work(3, "hello", []string{"one", "two"}, &origin, &Square{Base{7}, 5})
	println(total, err.Error(), GlobalName, table[1])
}

type Level uint8

const (
	Limit        = 12
	Low   Level  = 250
	Least        = -1 << 63
	Most  uint64 = 1<<64 - 1
	Mark         = 'x'
	Huge         = 1 << 70 // no int, so that debuggers are not told
	Title        = "title" // nor of what is no integer
)
