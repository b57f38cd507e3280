// A memory limit below what lives: the program goes on, and the collector does not take all of its time.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

var garbage *node

func main() {
	runtime.GOMAXPROCS(1)
	kept := tree(20) // 16 MB
	debug.SetMemoryLimit(4 << 20)
	for range 10000 {
		garbage = tree(10)
	}
	limited := []metrics.Sample{{Name: "/gc/limiter/last-enabled:gc-cycle"}}
	metrics.Read(limited)
	fmt.Println("limited:", limited[0].Value.Uint64() > 0)
	runtime.KeepAlive(kept)
}
