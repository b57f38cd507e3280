// Mutex: a lock that nobody wants, one that eight goroutines want, and a read-write lock with few writers.
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
	var mu sync.Mutex
	alone := 0
	for range 20 * n {
		mu.Lock()
		alone++
		mu.Unlock()
	}
	var wg sync.WaitGroup
	shared := 0
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range n {
				mu.Lock()
				shared++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	var rw sync.RWMutex
	table, reads := map[int]int{}, [8]int{}
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n / 2 {
				if i%100 == 0 {
					rw.Lock()
					table[i%1000] = i
					rw.Unlock()
					continue
				}
				rw.RLock()
				_, ok := table[i%1000]
				rw.RUnlock()
				if ok || i >= 0 {
					reads[g]++
				}
			}
		}()
	}
	wg.Wait()
	sum := 0
	for _, r := range reads {
		sum += r
	}
	fmt.Println(alone, shared, sum)
}
