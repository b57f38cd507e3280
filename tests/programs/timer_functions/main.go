// Timers that are made while the collector marks hold their functions, though whoever made them forgets those before its
// stack is scanned: a new object counts as marked, and is not scanned.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	makers   = 4
	rounds   = 60
	perRound = 100
)

var wrong atomic.Int32

// makeTimers knows its functions by the stack alone, and each no longer once it has a timer.
func makeTimers(all *sync.WaitGroup) {
	var functions [perRound]func()
	for i := range functions {
		value := new(int)
		*value = i
		functions[i] = func() {
			if *value != i {
				wrong.Add(1)
			}
			all.Done()
		}
	}
	for i := range functions {
		time.AfterFunc(time.Millisecond, functions[i])
		functions[i] = nil
		if i%8 == 0 {
			runtime.Gosched()
		}
	}
}

func main() {
	var all, running sync.WaitGroup
	all.Add(makers * rounds * perRound)
	for range makers {
		running.Go(func() {
			for range rounds {
				makeTimers(&all)
			}
		})
	}
	var done atomic.Bool
	var collector sync.WaitGroup
	collector.Go(func() {
		for !done.Load() {
			runtime.GC()
		}
	})
	running.Wait()
	all.Wait()
	done.Store(true)
	collector.Wait()
	fmt.Println("wrong:", wrong.Load())
}
