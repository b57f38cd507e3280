// Selects: a consumer that selects among three producers and a quit channel; and polls with default.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n := 1000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	a, b, c := make(chan int), make(chan int), make(chan int, 16)
	quit := make(chan struct{})
	for i, ch := range []chan int{a, b, c} {
		go func() {
			for k := 0; ; k++ {
				select {
				case ch <- i + k&1:
				case <-quit:
					return
				}
			}
		}()
	}
	got := [3]int{}
	for range n {
		select {
		case <-a:
			got[0]++
		case <-b:
			got[1]++
		case <-c:
			got[2]++
		}
	}
	close(quit)
	empty, polls := make(chan int), 0
	for range 10 * n {
		select {
		case <-empty:
		default:
			polls++
		}
	}
	fmt.Println(got[0]+got[1]+got[2], polls)
}
