// Pingpong: two goroutines that hand a value to and fro over unbuffered channels; then a producer and a consumer over a
// buffered one.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n := 2000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v + 1
		}
		close(pong)
	}()
	v := 0
	for range n {
		ping <- v
		v = <-pong
	}
	close(ping)
	items, sum := make(chan int, 128), 0
	go func() {
		for i := range 4 * n {
			items <- i & 7
		}
		close(items)
	}()
	for i := range items {
		sum += i
	}
	fmt.Println(v, sum)
}
