// Spawn: goroutines started and joined, in waves of 1000 and one after another.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
)

func main() {
	n := 1000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	results := make([]int, 1000)
	sum := 0
	for done := 0; done < n; done += len(results) {
		var wg sync.WaitGroup
		for i := range results {
			wg.Add(1)
			go func() {
				defer wg.Done()
				results[i] = i + done&1
			}()
		}
		wg.Wait()
		for _, r := range results {
			sum += r
		}
	}
	ch := make(chan int)
	for i := range n / 4 {
		go func() { ch <- i & 3 }()
		sum += <-ch
	}
	fmt.Println(sum)
}
