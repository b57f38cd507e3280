// Largestack makes goroutines' stacks grow: by one large frame, and by deep recursion with pointers into the stack that
// must stay right when it moves.
package main

import (
	"fmt"
	"sync"
)

// sum fills a megabyte on the stack and adds it up.
//
//go:noinline
func sum(seed int) int {
	var block [1 << 20]byte
	for i := range block {
		block[i] = byte(i * seed)
	}
	total := 0
	for _, b := range block {
		total += int(b)
	}
	return total
}

type link struct {
	up    *link
	depth int
}

// dive recurses with a chain of pointers to the frames above and follows it at the bottom.
//
//go:noinline
func dive(up *link, depth int) int {
	here := link{up, depth}
	if depth == 0 {
		total := 0
		for l := &here; l != nil; l = l.up {
			total += l.depth
		}
		return total
	}
	result := dive(&here, depth-1)
	if here.depth != depth || here.up != up {
		panic("frame changed under recursion")
	}
	return result
}

func main() {
	fmt.Println("main:", sum(3))
	results := make([]int, 100)
	var group sync.WaitGroup
	for i := range results {
		group.Add(1)
		go func() {
			defer group.Done()
			results[i] = sum(i)
		}()
	}
	group.Wait()
	total := 0
	for _, r := range results {
		total += r
	}
	fmt.Println("goroutines:", total)
	fmt.Println("recursion:", dive(nil, 100000))
}
