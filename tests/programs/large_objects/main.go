// Large objects: they are cleared, described and marked in pieces, beside collections and stops of the world.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type item struct {
	next *item
	n    int
}

type row struct {
	pad  [5]uintptr
	item *item
}

// fill takes memory that was used before and must find it cleared.
func fill(words int) {
	b := make([]uint64, words)
	for i, v := range b {
		if v != 0 {
			panic("memory was not cleared")
		}
		b[i] = ^uint64(0)
	}
}

// rows makes a large object whose pointers are all that holds their items.
func rows(count int) []row {
	all := make([]row, count)
	for i := range all {
		if all[i].item != nil {
			panic("a pointer was not cleared")
		}
		all[i].pad[2] = ^uintptr(0)
		if i%7 == 0 {
			all[i].item = &item{&item{nil, i}, i}
		}
	}
	return all
}

func check(all []row) int {
	sum := 0
	for i := range all {
		if p := all[i].item; p != nil {
			if p.n != i || p.next.n != i {
				panic("an item was lost")
			}
			sum++
		}
	}
	return sum
}

func main() {
	stop := make(chan bool)
	var collecting, working sync.WaitGroup
	collecting.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	})
	var sums [3]int
	for w := range sums {
		working.Go(func() {
			for round := range 4 {
				all := rows(70000 + 1000*w)
				fill(300000 + 1000*round)
				grown := append(all, row{item: &item{&item{nil, len(all)}, len(all)}})
				clear(all)
				sums[w] += check(grown)
			}
		})
	}
	working.Wait()
	close(stop)
	collecting.Wait()
	fmt.Println(sums)
}
