// Copyright 2026 The Gannet Authors.

// runtime/metrics: every metric that package documents, out of one set of numbers that the core gathers while the program
// runs on.

package runtime

import (
	"internal/godebugs"
	"internal/runtime/atomic"
	"unsafe"
)

const (
	statSizeClasses = 68
	timeHistMinBits = 9
	timeHistMaxBits = 48
	timeHistParts   = 4
	timeHistCounts  = (timeHistMaxBits - timeHistMinBits + 1) * timeHistParts
)

// timeHist counts durations: those below 0, by power of two in four parts each, those too long.
type timeHist struct {
	under  uint64
	counts [timeHistCounts]uint64
	over   uint64
}

// runtimeStats is filled by readRuntimeStats; runtime/core/memstats.cc has its twin.
type runtimeStats struct {
	inObjects, inHeap, inStacks, freeCommitted, released             uint64
	totalAlloc, totalAllocs, totalFreed, totalFrees, tinyAllocs      uint64
	classMallocs, classFrees                                         [statSizeClasses]uint64 // 0: large objects
	spanInuse, spanSys, cacheInuse, cacheSys                         uint64
	bucketSys, gcSys, otherSys, osStacks                             uint64
	goal, marked, cycles, forced                                     uint64
	scanGlobals, scanHeap, scanStack                                 uint64
	assistNs, workerNs, gcIdleNs, pauseNs, idleNs, totalNs           uint64
	threads, created, running, runnable, waiting, inSyscall          uint64
	finalizersQueued, cleanupsQueued, finalizersTaken, cleanupsTaken uint64
	gcPercent, memoryLimit, minStack, procs, limitedCycle            uint64
	stops                                                            [4]timeHist // StopKind
	latencies                                                        timeHist
}

const (
	stopGCTotal = iota
	stopOtherTotal
	stopGCStopping
	stopOtherStopping
)

// Values of runtime/metrics.ValueKind.
const (
	metricKindBad = iota
	metricKindUint64
	metricKindFloat64
	metricKindHistogram
)

// metricValue has the layout of runtime/metrics.Value.
type metricValue struct {
	kind    int
	scalar  uint64
	pointer unsafe.Pointer
}

// metricSample has the layout of runtime/metrics.Sample.
type metricSample struct {
	name  string
	value metricValue
}

// metricHistogram has the layout of runtime/metrics.Float64Histogram.
type metricHistogram struct {
	counts  []uint64
	buckets []float64
}

func (v *metricValue) uint(n uint64) {
	v.kind = metricKindUint64
	v.scalar = n
}

func (v *metricValue) float(f float64) {
	v.kind = metricKindFloat64
	v.scalar = *(*uint64)(unsafe.Pointer(&f))
}

// seconds sets a sum of nanoseconds.
func (v *metricValue) seconds(ns ...uint64) {
	sum := uint64(0)
	for _, n := range ns {
		sum += n
	}
	v.float(float64(sum) / 1e9)
}

// histogram prepares the histogram of v, reusing the one that is there.
func (v *metricValue) histogram(buckets []float64) *metricHistogram {
	var h *metricHistogram
	if v.kind == metricKindHistogram && v.pointer != nil {
		h = (*metricHistogram)(v.pointer)
	} else {
		v.kind = metricKindHistogram
		h = new(metricHistogram)
		v.pointer = unsafe.Pointer(h)
	}
	h.buckets = buckets
	if len(h.counts) != len(buckets)-1 {
		h.counts = make([]uint64, len(buckets)-1)
	}
	return h
}

func (v *metricValue) times(t *timeHist) {
	h := v.histogram(metricSetup().timeBuckets)
	h.counts[0] = t.under
	copy(h.counts[1:], t.counts[:])
	h.counts[len(h.counts)-1] = t.over
}

func (v *metricValue) sizes(byClass *[statSizeClasses]uint64) {
	h := v.histogram(metricSetup().sizeBuckets)
	for i := 1; i < statSizeClasses; i++ {
		h.counts[i-1] = byClass[i]
	}
	h.counts[len(h.counts)-1] = byClass[0]
}

type metricTables struct {
	timeBuckets, sizeBuckets []float64
	read                     map[string]func(s *runtimeStats, v *metricValue)
	settings                 map[string]bool // metrics of GODEBUG settings, which count 0 until internal/godebug registers them
}

var metricsState struct {
	lock   gmutex
	tables *metricTables
	stats  runtimeStats
}

// metricSetup makes the tables at their first use. The lock is held.
func metricSetup() *metricTables {
	if t := metricsState.tables; t != nil {
		return t
	}
	t := new(metricTables)
	inf := *(*float64)(unsafe.Pointer(&[1]uint64{0x7ff0000000000000}))
	t.timeBuckets = append(t.timeBuckets, -inf)
	bound := func(ns uint64) { t.timeBuckets = append(t.timeBuckets, float64(ns)/1e9) }
	for j := uint64(0); j < timeHistParts; j++ {
		bound(j << (timeHistMinBits - 3))
	}
	for bits := uint(timeHistMinBits); bits < timeHistMaxBits; bits++ {
		for j := uint64(0); j < timeHistParts; j++ {
			bound(1<<(bits-1) | j<<(bits-3))
		}
	}
	bound(1 << (timeHistMaxBits - 1))
	t.timeBuckets = append(t.timeBuckets, inf)

	t.sizeBuckets = append(t.sizeBuckets, 1)
	for i := 1; i < statSizeClasses; i++ {
		t.sizeBuckets = append(t.sizeBuckets, float64(sizeOfClass(i)+1))
	}
	t.sizeBuckets = append(t.sizeBuckets, inf)
	t.read = metricReaders()
	t.settings = make(map[string]bool)
	for _, info := range godebugs.All {
		if !info.Opaque {
			t.settings["/godebug/non-default-behavior/"+info.Name+":events"] = true
		}
	}
	metricsState.tables = t
	return t
}

//go:linkname readMetrics runtime/metrics.runtime_readMetrics
func readMetrics(samples unsafe.Pointer, len, cap int) {
	glock(&metricsState.lock)
	t := metricSetup()
	s := &metricsState.stats
	readRuntimeStats(s)
	for i := 0; i < len; i++ {
		m := (*metricSample)(add(samples, uintptr(i)*unsafe.Sizeof(metricSample{})))
		if read := t.read[m.name]; read != nil {
			read(s, &m.value)
			continue
		}
		glock(&godebugMetrics.lock)
		read := godebugMetrics.read[m.name]
		gunlock(&godebugMetrics.lock)
		switch {
		case read != nil:
			m.value.uint(read())
		case t.settings[m.name]:
			m.value.uint(0)
		default:
			m.value = metricValue{kind: metricKindBad}
		}
	}
	gunlock(&metricsState.lock)
}

// readMetricNames is for runtime/metrics' own test: the names it must describe.
//
//go:linkname readMetricNames runtime/metrics_test.runtime_readMetricNames
func readMetricNames() []string {
	glock(&metricsState.lock)
	var names []string
	t := metricSetup()
	for name := range t.read {
		names = append(names, name)
	}
	for name := range t.settings {
		names = append(names, name)
	}
	gunlock(&metricsState.lock)
	return names
}

func metricReaders() map[string]func(s *runtimeStats, v *metricValue) {
	gcTotal := func(s *runtimeStats) uint64 { return s.assistNs + s.workerNs + s.gcIdleNs + s.pauseNs }
	return map[string]func(s *runtimeStats, v *metricValue){
		"/cgo/go-to-c-calls:calls":                   func(s *runtimeStats, v *metricValue) { v.uint(0) },
		"/cpu/classes/gc/mark/assist:cpu-seconds":    func(s *runtimeStats, v *metricValue) { v.seconds(s.assistNs) },
		"/cpu/classes/gc/mark/dedicated:cpu-seconds": func(s *runtimeStats, v *metricValue) { v.seconds(s.workerNs) },
		"/cpu/classes/gc/mark/idle:cpu-seconds":      func(s *runtimeStats, v *metricValue) { v.seconds(s.gcIdleNs) },
		"/cpu/classes/gc/pause:cpu-seconds":          func(s *runtimeStats, v *metricValue) { v.seconds(s.pauseNs) },
		"/cpu/classes/gc/total:cpu-seconds":          func(s *runtimeStats, v *metricValue) { v.seconds(gcTotal(s)) },
		"/cpu/classes/idle:cpu-seconds":              func(s *runtimeStats, v *metricValue) { v.seconds(s.idleNs) },
		"/cpu/classes/scavenge/assist:cpu-seconds":   func(s *runtimeStats, v *metricValue) { v.seconds(0) },
		// The monitor thread gives memory back; it has no P, whose time these classes divide.
		"/cpu/classes/scavenge/background:cpu-seconds": func(s *runtimeStats, v *metricValue) { v.seconds(0) },
		"/cpu/classes/scavenge/total:cpu-seconds":      func(s *runtimeStats, v *metricValue) { v.seconds(0) },
		"/cpu/classes/total:cpu-seconds":               func(s *runtimeStats, v *metricValue) { v.seconds(s.totalNs) },
		"/cpu/classes/user:cpu-seconds": func(s *runtimeStats, v *metricValue) {
			other := gcTotal(s) + s.idleNs
			if other > s.totalNs {
				other = s.totalNs
			}
			v.seconds(s.totalNs - other)
		},
		"/gc/cleanups/executed:cleanups": func(s *runtimeStats, v *metricValue) { v.uint(atomic.Load64(&cleanupsRun)) },
		"/gc/cleanups/queued:cleanups":   func(s *runtimeStats, v *metricValue) { v.uint(s.cleanupsQueued) },
		"/gc/cycles/automatic:gc-cycles": func(s *runtimeStats, v *metricValue) { v.uint(s.cycles - s.forced) },
		"/gc/cycles/forced:gc-cycles":    func(s *runtimeStats, v *metricValue) { v.uint(s.forced) },
		"/gc/cycles/total:gc-cycles":     func(s *runtimeStats, v *metricValue) { v.uint(s.cycles) },
		"/gc/finalizers/executed:finalizers": func(s *runtimeStats, v *metricValue) {
			v.uint(atomic.Load64(&finalizersRun))
		},
		"/gc/finalizers/queued:finalizers":  func(s *runtimeStats, v *metricValue) { v.uint(s.finalizersQueued) },
		"/gc/gogc:percent":                  func(s *runtimeStats, v *metricValue) { v.uint(s.gcPercent) },
		"/gc/gomemlimit:bytes":              func(s *runtimeStats, v *metricValue) { v.uint(s.memoryLimit) },
		"/gc/heap/allocs-by-size:bytes":     func(s *runtimeStats, v *metricValue) { v.sizes(&s.classMallocs) },
		"/gc/heap/allocs:bytes":             func(s *runtimeStats, v *metricValue) { v.uint(s.totalAlloc) },
		"/gc/heap/allocs:objects":           func(s *runtimeStats, v *metricValue) { v.uint(s.totalAllocs) },
		"/gc/heap/frees-by-size:bytes":      func(s *runtimeStats, v *metricValue) { v.sizes(&s.classFrees) },
		"/gc/heap/frees:bytes":              func(s *runtimeStats, v *metricValue) { v.uint(s.totalFreed) },
		"/gc/heap/frees:objects":            func(s *runtimeStats, v *metricValue) { v.uint(s.totalFrees) },
		"/gc/heap/goal:bytes":               func(s *runtimeStats, v *metricValue) { v.uint(s.goal) },
		"/gc/heap/live:bytes":               func(s *runtimeStats, v *metricValue) { v.uint(s.marked) },
		"/gc/heap/objects:objects":          func(s *runtimeStats, v *metricValue) { v.uint(s.totalAllocs - s.totalFrees) },
		"/gc/heap/tiny/allocs:objects":      func(s *runtimeStats, v *metricValue) { v.uint(s.tinyAllocs) },
		"/gc/limiter/last-enabled:gc-cycle": func(s *runtimeStats, v *metricValue) { v.uint(s.limitedCycle) },
		"/gc/pauses:seconds":                func(s *runtimeStats, v *metricValue) { v.times(&s.stops[stopGCTotal]) },
		"/gc/scan/globals:bytes":            func(s *runtimeStats, v *metricValue) { v.uint(s.scanGlobals) },
		"/gc/scan/heap:bytes":               func(s *runtimeStats, v *metricValue) { v.uint(s.scanHeap) },
		"/gc/scan/stack:bytes":              func(s *runtimeStats, v *metricValue) { v.uint(s.scanStack) },
		"/gc/scan/total:bytes": func(s *runtimeStats, v *metricValue) {
			v.uint(s.scanGlobals + s.scanHeap + s.scanStack)
		},
		"/gc/stack/starting-size:bytes":              func(s *runtimeStats, v *metricValue) { v.uint(s.minStack) },
		"/memory/classes/heap/free:bytes":            func(s *runtimeStats, v *metricValue) { v.uint(s.freeCommitted) },
		"/memory/classes/heap/objects:bytes":         func(s *runtimeStats, v *metricValue) { v.uint(s.inObjects) },
		"/memory/classes/heap/released:bytes":        func(s *runtimeStats, v *metricValue) { v.uint(s.released) },
		"/memory/classes/heap/stacks:bytes":          func(s *runtimeStats, v *metricValue) { v.uint(s.inStacks) },
		"/memory/classes/heap/unused:bytes":          func(s *runtimeStats, v *metricValue) { v.uint(s.inHeap - min(s.inObjects, s.inHeap)) },
		"/memory/classes/metadata/mcache/free:bytes": func(s *runtimeStats, v *metricValue) { v.uint(s.cacheSys - s.cacheInuse) },
		"/memory/classes/metadata/mcache/inuse:bytes": func(s *runtimeStats, v *metricValue) {
			v.uint(s.cacheInuse)
		},
		"/memory/classes/metadata/mspan/free:bytes":  func(s *runtimeStats, v *metricValue) { v.uint(s.spanSys - s.spanInuse) },
		"/memory/classes/metadata/mspan/inuse:bytes": func(s *runtimeStats, v *metricValue) { v.uint(s.spanInuse) },
		"/memory/classes/metadata/other:bytes":       func(s *runtimeStats, v *metricValue) { v.uint(s.gcSys) },
		"/memory/classes/os-stacks:bytes":            func(s *runtimeStats, v *metricValue) { v.uint(s.osStacks) },
		"/memory/classes/other:bytes":                func(s *runtimeStats, v *metricValue) { v.uint(s.otherSys) },
		"/memory/classes/profiling/buckets:bytes":    func(s *runtimeStats, v *metricValue) { v.uint(s.bucketSys) },
		"/memory/classes/total:bytes": func(s *runtimeStats, v *metricValue) {
			v.uint(s.inHeap + s.inStacks + s.freeCommitted + s.released + s.osStacks + s.spanSys + s.cacheSys +
				s.bucketSys + s.gcSys + s.otherSys)
		},
		"/sched/gomaxprocs:threads":              func(s *runtimeStats, v *metricValue) { v.uint(s.procs) },
		"/sched/goroutines-created:goroutines":   func(s *runtimeStats, v *metricValue) { v.uint(s.created) },
		"/sched/goroutines/not-in-go:goroutines": func(s *runtimeStats, v *metricValue) { v.uint(s.inSyscall) },
		"/sched/goroutines/runnable:goroutines":  func(s *runtimeStats, v *metricValue) { v.uint(s.runnable) },
		"/sched/goroutines/running:goroutines":   func(s *runtimeStats, v *metricValue) { v.uint(s.running) },
		"/sched/goroutines/waiting:goroutines":   func(s *runtimeStats, v *metricValue) { v.uint(s.waiting) },
		"/sched/goroutines:goroutines": func(s *runtimeStats, v *metricValue) {
			v.uint(s.running + s.runnable + s.waiting + s.inSyscall)
		},
		"/sched/latencies:seconds":             func(s *runtimeStats, v *metricValue) { v.times(&s.latencies) },
		"/sched/pauses/stopping/gc:seconds":    func(s *runtimeStats, v *metricValue) { v.times(&s.stops[stopGCStopping]) },
		"/sched/pauses/stopping/other:seconds": func(s *runtimeStats, v *metricValue) { v.times(&s.stops[stopOtherStopping]) },
		"/sched/pauses/total/gc:seconds":       func(s *runtimeStats, v *metricValue) { v.times(&s.stops[stopGCTotal]) },
		"/sched/pauses/total/other:seconds":    func(s *runtimeStats, v *metricValue) { v.times(&s.stops[stopOtherTotal]) },
		"/sched/threads/total:threads":         func(s *runtimeStats, v *metricValue) { v.uint(s.threads) },
		"/sync/mutex/wait/total:seconds":       func(s *runtimeStats, v *metricValue) { v.seconds(mutexWaitNs()) },
	}
}
