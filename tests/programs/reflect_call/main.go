// Reflect_call calls functions by reflection whose stacks grow while they run, so that the frames of the call move.
package main

import (
	"fmt"
	"reflect"
	"runtime"
)

type record struct {
	name  string
	words []string
	next  *record
}

// deep needs more stack than there is.
func deep(n int) int {
	var pad [64]int
	if n == 0 {
		return 0
	}
	pad[n%64] = 1
	return deep(n-1) + pad[n%64]
}

func inRegisters(a any, s string, n int) (string, any) {
	return s + fmt.Sprint(a, deep(n)), &s
}

func onStack(a [3]string, r record, b, c, d, e, f, g, h *int) (record, [3]string, int) {
	n := deep(500)
	r.next = &record{name: a[2]}
	return r, a, n + *b + *c + *d + *e + *f + *g + *h
}

func variadic(format string, args ...any) string {
	deep(700)
	return fmt.Sprintf(format, args...)
}

func (r record) Method(suffix string) string {
	deep(300)
	return r.name + suffix
}

func values(args ...any) []reflect.Value {
	out := make([]reflect.Value, len(args))
	for i, a := range args {
		out[i] = reflect.ValueOf(a)
	}
	return out
}

// Each on a new goroutine: its stack is small.
func try(what string, f any, args ...any) {
	done := make(chan []reflect.Value)
	go func() { done <- reflect.ValueOf(f).Call(values(args...)) }()
	for _, r := range <-done {
		if r.Kind() == reflect.Interface {
			r = reflect.Indirect(r.Elem())
		}
		fmt.Printf("%s: %s %+v\n", what, r.Type(), r)
	}
}

func main() {
	one := 1
	p := &one
	try("registers", inRegisters, 3.5, "text ", 400)
	try("stack", func(a [3]string, b, c, d, e, f, g, h *int) (string, [3]string, int) {
		r, s, n := onStack(a, record{name: "r", words: []string{"w"}}, b, c, d, e, f, g, h)
		return r.name + r.next.name + fmt.Sprint(r.words), s, n
	}, [3]string{"x", "y", "z"}, p, p, p, p, p, p, p)
	try("variadic", variadic, "%v-%q", 7, "q")
	try("method", reflect.ValueOf(record{name: "method"}).Method(0).Interface(), " value")
	try("made", reflect.MakeFunc(reflect.TypeOf(inRegisters), func(args []reflect.Value) []reflect.Value {
		deep(600)
		text := fmt.Sprint(args[0], args[1], args[2])
		return []reflect.Value{reflect.ValueOf(text), reflect.ValueOf(&text).Convert(reflect.TypeFor[any]())}
	}).Interface(), "a", "b", 5)
	made := reflect.MakeFunc(reflect.TypeFor[func(string, []int, record, *string) string](), join).Interface().(func(string, []int, record, *string) string)
	for i := range 3 {
		last := fmt.Sprint("last ", i)
		fmt.Println(made(fmt.Sprint("first ", i), []int{i, i + 1}, record{name: fmt.Sprint("record ", i)}, &last))
	}
}

// join's arguments are known to nothing but the stub that reflection calls it by: some in registers, the record on the stack.
func join(args []reflect.Value) []reflect.Value {
	runtime.GC()
	text := ""
	for _, a := range args {
		text += fmt.Sprint(reflect.Indirect(a), " ", deep(50), " ")
	}
	return []reflect.Value{reflect.ValueOf(text)}
}
