// Panics dies in the way that its argument names.
package main

import (
	"errors"
	"fmt"
	"os"
)

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s *square) area() float64 { return s.side * s.side }

type custom struct{ code int }

func (c custom) Error() string { return fmt.Sprintf("custom error %d", c.code) }

//go:noinline
func index(values []int, i int) int { return values[i] }

//go:noinline
func divide(a, b int) int { return a / b }

//go:noinline
func assign(m map[string]int) { m["key"] = 1 }

//go:noinline
func dereference(s *square) float64 { return s.side }

//go:noinline
func assert(v any) int { return v.(int) }

//go:noinline
func assertShape(v any) shape { return v.(shape) }

func repanic() {
	defer func() {
		r := recover()
		panic(fmt.Sprintf("again: %v", r))
	}()
	panic("first")
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: panics index|nilmap|nil|divide|assert|interface|custom|repanic|exit|recover|deadlock|replaced")
		os.Exit(64)
	}
	defer fmt.Println("deferred call ran")
	switch os.Args[1] {
	case "index":
		index([]int{1, 2, 3}, 5)
	case "nilmap":
		assign(nil)
	case "nil":
		dereference(nil)
	case "divide":
		divide(1, 0)
	case "assert":
		assert("text")
	case "interface":
		assertShape(42)
	case "custom":
		panic(custom{7})
	case "repanic":
		repanic()
	case "exit":
		defer os.Exit(3)
		panic("not reported: the deferred os.Exit comes first")
	case "recover":
		func() {
			defer func() {
				r := recover()
				var re interface{ RuntimeError() }
				err, _ := r.(error)
				fmt.Println("recovered:", r, errors.As(err, &re))
			}()
			index(nil, 0)
		}()
	case "deadlock":
		<-make(chan int)
	case "replaced":
		replaced()
		panic("third")
	}
}

// replaced panics, panics anew while that unwinds, and recovers: nothing of the first is left.
func replaced() {
	defer func() {
		fmt.Println("recovered:", recover())
	}()
	defer panic("second")
	panic("first")
}
