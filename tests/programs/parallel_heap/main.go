// Several goroutines allocate, drop and check trees at once, while the collector frees spans beside them.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type node struct {
	left, right *node
	text        *string
	payload     [5]uint64
}

const depth = 12

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	s := "text"
	return &node{left: tree(depth - 1), right: tree(depth - 1), text: &s}
}

func (n *node) count() int {
	if n == nil {
		return 0
	}
	if *n.text != "text" {
		panic("a live object was lost")
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	runtime.GOMAXPROCS(2)
	var roots [100]atomic.Pointer[node]
	for i := range roots {
		roots[i].Store(tree(depth))
	}
	var workers sync.WaitGroup
	for w := range 4 {
		workers.Go(func() {
			for i := w; i < 3000; i += 4 {
				roots[i%len(roots)].Store(tree(depth))
				if n := roots[(i+len(roots)/2)%len(roots)].Load(); i%8 == w && n.count() != 1<<depth-1 {
					panic("a tree lost a node")
				}
			}
		})
	}
	workers.Wait()
	sum := 0
	for i := range roots {
		sum += roots[i].Load().count()
	}
	fmt.Println(sum)
}
