// Stores of pointers through nil, while the collector marks and while it does not: each is one panic, at the line of the store, and
// nothing of the statement is done before it.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type node struct {
	next, prev *node
	pad        [100]int
	far        *node
}

//go:noinline
func set(p, q *node) { p.prev = q }

//go:noinline
func setTwo(p, r, q *node) {
	p.next = q
	r.far, r.next = q, nil
}

// The line of set or setTwo at which f panics; 0: not at all.
func lineOfPanic(f func()) (line int) {
	defer func() {
		if recover() == nil {
			return
		}
		var pcs [16]uintptr
		frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs[:])])
		for more := true; more && line == 0; {
			var frame runtime.Frame
			if frame, more = frames.Next(); frame.Function == "main.set" || frame.Function == "main.setTwo" {
				line = frame.Line
			}
		}
	}()
	f()
	return 0
}

func main() {
	var collector sync.WaitGroup
	done := make(chan bool)
	collector.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
			}
		}
	})
	const rounds = 3000
	lines := map[int]int{}
	kept := &node{}
	for range rounds {
		q := &node{next: kept.next}
		lines[lineOfPanic(func() { set(nil, q) })]++
		lines[lineOfPanic(func() { setTwo(nil, kept, q) })]++
		lines[lineOfPanic(func() { setTwo(kept, nil, q) })]++
		if kept.next != q || kept.far != nil {
			fmt.Println("a store is missing, or was made after a panic")
		}
		lines[lineOfPanic(func() { set(kept, q) })]++
		q.next = nil
	}
	close(done)
	collector.Wait()
	fmt.Println(lines[18] == rounds, lines[22] == rounds, lines[23] == rounds, lines[0] == rounds)
}
