// Corners of the language that once went wrong: each line of output is one of them.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

// Labels that no branch can name, twice.
func blankLabels() (n int) {
_:
	n++
_:
	for range 3 {
		n++
	}
	return n
}

type large struct {
	a [1 << 20]byte
	s string
	p *int
}

// The literal is made in its place: a copy in the frame would be larger than a small stack.
func literalInPlace(p *large, i *int) string {
	*p = large{s: "set", p: i}
	return fmt.Sprint(p.a[1<<19], p.s, *p.p)
}

type pair struct{ x, y *pair }

// It reads what it overwrites.
func literalFromItself(p *pair) bool {
	x, y := p.x, p.y
	*p = pair{p.y, p.x}
	return p.x == y && p.y == x
}

func inlined(p *int) int { return *p }

// The function that a frame is of, where the call was inlined.
func framesOfFault() (names string) {
	defer func() {
		recover()
		for i := 1; ; i++ {
			pc, _, _, ok := runtime.Caller(i)
			if !ok {
				return
			}
			if name := runtime.FuncForPC(pc).Name(); strings.HasPrefix(name, "main.") {
				names += " " + name
			}
		}
	}()
	inlined(nil)
	return
}

func lineOf(skip int) int {
	_, _, line, _ := runtime.Caller(skip)
	return line
}

// The load and its sign extension are one instruction, which faults at the load.
func lineOfFault(p *int32) (line int) {
	first := lineOf(1)
	defer func() {
		recover()
		for i := 1; i < 10; i++ {
			pc, _, at, _ := runtime.Caller(i)
			if runtime.FuncForPC(pc).Name() == "main.lineOfFault" {
				line = at - first
				return
			}
		}
	}()
	v := *p // this is the line

	wide = int64(v)
	return
}

var wide int64

func unnamedFile() string {
//line :7
	_, file, line, _ := runtime.Caller(0)
	return fmt.Sprint(file, ":", line)
}

func main() {
	i := 5
	fmt.Println("blank labels", blankLabels())
	fmt.Println("literal in place", literalInPlace(new(large), &i))
	fmt.Println("literal from itself", literalFromItself(&pair{new(pair), nil}))
	fmt.Println("frames", framesOfFault())
	fmt.Println("line", lineOfFault(nil))
	fmt.Println("file", unnamedFile())
}
