// Calls deferred in loops, whose records are used again: beside panics, nested, in many goroutines.
package main

import (
	"fmt"
	"runtime"
)

func f(n int, out *[]int) {
	for i := 0; i < n; i++ {
		i := i
		defer func() {
			if i%7 == 0 {
				func() {
					defer func() { recover() }()
					for j := 0; j < 3; j++ {
						defer func() { *out = append(*out, -j) }()
					}
					panic(i)
				}()
			}
			*out = append(*out, i)
		}()
		if i%50 == 0 {
			runtime.GC()
		}
	}
}

func main() {
	s := 0
	for k := 0; k < 20; k++ {
		var out []int
		f(100, &out)
		for i, x := range out {
			s += i * x
		}
	}
	done := make(chan int)
	for k := 0; k < 8; k++ {
		go func() {
			for range 5 {
				var out []int
				f(40, &out)
			}
			done <- 1
		}()
	}
	for k := 0; k < 8; k++ {
		<-done
	}
	fmt.Println(s)
}
