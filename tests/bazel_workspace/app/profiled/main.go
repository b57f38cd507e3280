package main

import (
	"os"
	"runtime"
	"strings"

	"example.com/ws/lib/hot"
)

// inlined says whether a function that is running is part of its caller.
func inlined(name string) bool {
	pcs := make([]uintptr, 8)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		frame, more := frames.Next()
		if frame.Function == name {
			return frame.Func == nil
		}
		if !more {
			panic(name + " is not running")
		}
	}
}

var ownInlined, libraryInlined bool

//go:noinline
func numbers() uint32 {
	return hot.Each(3, func(x uint32) uint32 { ownInlined = inlined("example.com/ws/lib/hot.Each"); return x })
}

//go:noinline
func upper(s string) string {
	return strings.Map(func(r rune) rune { libraryInlined = inlined("strings.Map"); return r - 'a' + 'A' }, s)
}

func yes(b bool) string {
	if b {
		return "inlined"
	}
	return "called"
}

func main() {
	n := numbers() % 10
	s := upper("abc")
	os.Stdout.WriteString(string(rune('0'+n)) + " " + s + "\nown " + yes(ownInlined) + "\nlibrary " + yes(libraryInlined) + "\n")
}
