// A program that holds some 10 MB and makes garbage all the time does not take ever more memory from the system, though what it
// does not need for a while is given back beside it.
package main

import (
	"fmt"
	"runtime"
)

type node struct{ left, right *node }

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

func main() {
	held := build(17)
	build(18)
	for range 6000 {
		build(12)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapSys > 40<<20 {
		fmt.Println("heap of", m.HeapSys>>20, "MB for", m.HeapAlloc>>20, "MB, of which", m.HeapReleased>>20, "MB are given back")
	}
	runtime.KeepAlive(held)
	fmt.Println("done")
}
