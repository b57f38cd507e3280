// Command pauses records how long the collector stops a program with a large heap and many goroutines.
//
// It builds a live heap of small objects with pointers, keeps goroutines waiting with something on their stacks, and then
// lets a few workers replace parts of the heap for a while. What it prints comes from runtime/metrics: the number of stops
// and the bounds between which the median, the 99th percentile and the longest lie. "stopping" is the part until every
// thread had stopped, which on a busy machine is mostly the kernel's.
//
//	pauses [-heap MB] [-goroutines N] [-workers N] [-seconds N]
package main

import (
	"flag"
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

type node struct {
	left, right *node
	text        *string
	payload     [5]uint64
}

const nodeBytes = 64

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

//go:noinline
func waitDeep(depth int, n *node, stop chan bool) *node {
	var keep [8]*node
	keep[depth%8] = n
	if depth == 0 {
		<-stop
		return keep[0]
	}
	if got := waitDeep(depth-1, keep[depth%8], stop); got != n {
		panic("a stack lost a pointer")
	}
	return keep[depth%8]
}

const treeDepth = 12

func main() {
	heapMB := flag.Int("heap", 500, "live heap in MB")
	goroutines := flag.Int("goroutines", 10000, "waiting goroutines")
	workers := flag.Int("workers", 4, "goroutines that allocate")
	seconds := flag.Int("seconds", 10, "how long")
	flag.Parse()

	perTree := (1<<treeDepth - 1) * (nodeBytes + 16)
	roots := make([]*node, *heapMB<<20/perTree)
	for i := range roots {
		roots[i] = tree(treeDepth)
	}
	stop := make(chan bool)
	var waiting, working sync.WaitGroup
	for i := 0; i < *goroutines; i++ {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			waitDeep(i%40, roots[i%len(roots)], stop)
		}()
	}
	before := read()
	deadline := time.Now().Add(time.Duration(*seconds) * time.Second)
	for w := 0; w < *workers; w++ {
		working.Add(1)
		go func() {
			defer working.Done()
			for i := w; time.Now().Before(deadline); i += *workers {
				roots[i%len(roots)] = tree(treeDepth)
				if n := roots[(i+len(roots)/2)%len(roots)]; i%64 == w && n.count() != 1<<treeDepth-1 {
					panic("a tree lost a node")
				}
			}
		}()
	}
	working.Wait()
	after := read()
	close(stop)
	waiting.Wait()

	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("heap %d MB, %d goroutines, GOMAXPROCS %d, %d cycles\n", m.HeapAlloc>>20, *goroutines, runtime.GOMAXPROCS(0), m.NumGC)
	for i, name := range names {
		show(name, before[i], after[i])
	}
}

var names = []string{"/sched/pauses/total/gc:seconds", "/sched/pauses/stopping/gc:seconds"}

func read() []*metrics.Float64Histogram {
	var out []*metrics.Float64Histogram
	for _, name := range names {
		s := []metrics.Sample{{Name: name}}
		metrics.Read(s)
		out = append(out, s[0].Value.Float64Histogram())
	}
	return out
}

// show prints the stops between two readings.
func show(name string, before, after *metrics.Float64Histogram) {
	total := uint64(0)
	counts := make([]uint64, len(after.Counts))
	for i := range counts {
		counts[i] = after.Counts[i] - before.Counts[i]
		total += counts[i]
	}
	at := func(q float64) string {
		want, seen := uint64(math.Ceil(q*float64(total))), uint64(0)
		for i, c := range counts {
			seen += c
			if seen >= want && c > 0 {
				return fmt.Sprintf("%.3f..%.3f ms", after.Buckets[i]*1e3, after.Buckets[i+1]*1e3)
			}
		}
		return "none"
	}
	fmt.Printf("%s: %d stops, median %s, 99%% %s, longest %s\n", name, total, at(0.5), at(0.99), at(1))
}
