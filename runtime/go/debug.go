// Copyright 2026 The Gannet Authors.

// GODEBUG, and the hooks of internal/godebug, runtime/debug and runtime/metrics.

package runtime

import _ "unsafe" // for go:linkname

// godebugDefault is the program's default, set by the linker from //go:debug lines and go.mod. The core reads it, and the environment.
var godebugDefault string

var (
	godebugEnv              string // as it is now
	godebugUpdate           func(def, env string)
	godebugNewIncNonDefault func(string) func()
)

func initDebug() {
	godebugEnv = gogetenv("GODEBUG")
	if level := gogetenv("GOTRACEBACK"); level != "" {
		setTracebackLevel(level)
	}
}

func setDebugEnv(env string) {
	godebugEnv = env
	debugEnvChanged(godebugDefault, env)
	if godebugUpdate != nil {
		godebugUpdate(godebugDefault, env)
	}
}

//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebugUpdate = update
	update(godebugDefault, godebugEnv)
}

// A settingCount counts for runtime/metrics how often a setting made the runtime do what it does not do by default. What happens before
// internal/godebug is there, if it is part of the program at all, does not count.
type settingCount struct {
	name string
	add  func()
}

var (
	panicnilCount          = settingCount{name: "panicnil"}
	containermaxprocsCount = settingCount{name: "containermaxprocs"}
)

func (c *settingCount) inc() {
	if c.add == nil && godebugNewIncNonDefault != nil {
		c.add = godebugNewIncNonDefault(c.name)
	}
	if c.add != nil {
		c.add()
	}
}

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(f func(string) func()) {
	godebugNewIncNonDefault = f
	if ignoresContainer() {
		containermaxprocsCount.inc()
	}
}

// Counters that internal/godebug registers; runtime/metrics reads them.
var godebugMetrics struct {
	lock gmutex
	read map[string]func() uint64
}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {
	glock(&godebugMetrics.lock)
	if godebugMetrics.read == nil {
		godebugMetrics.read = make(map[string]func() uint64)
	}
	godebugMetrics.read[name] = read
	gunlock(&godebugMetrics.lock)
}

//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string { return modinfo }

//go:linkname debug_SetTraceback runtime/debug.SetTraceback
func debug_SetTraceback(level string) { setTracebackLevel(level) }

//go:linkname debug_freeOSMemory runtime/debug.freeOSMemory
func debug_freeOSMemory() {
	GC()
	freeOSMemory()
}

//go:linkname debug_setGCPercent runtime/debug.setGCPercent
func debug_setGCPercent(percent int32) int32 { return setGCPercent(percent) }

//go:linkname debug_setMemoryLimit runtime/debug.setMemoryLimit
func debug_setMemoryLimit(limit int64) int64 { return setMemoryLimit(limit) }

//go:linkname debug_setMaxStack runtime/debug.setMaxStack
func debug_setMaxStack(n int) int { return setMaxStack(n) }

//go:linkname debug_setMaxThreads runtime/debug.setMaxThreads
func debug_setMaxThreads(n int) int { return setMaxThreads(n) }

//go:linkname debug_setPanicOnFault runtime/debug.setPanicOnFault
func debug_setPanicOnFault(on bool) bool {
	gp := getg()
	was := gp.paniconfault
	gp.paniconfault = on
	return was
}

//go:linkname debug_readGCStats runtime/debug.readGCStats
func debug_readGCStats(pauses *[]uint64) {
	var s MemStats
	ReadMemStats(&s)
	n := int(s.NumGC)
	if n > len(s.PauseNs) {
		n = len(s.PauseNs)
	}
	// Newest first: the pauses, then their ends, then the time of the last, the count and the total.
	p := (*pauses)[:0]
	for i := 0; i < n; i++ {
		p = append(p, s.PauseNs[(int(s.NumGC)-1-i)%len(s.PauseNs)])
	}
	for i := 0; i < n; i++ {
		p = append(p, s.PauseEnd[(int(s.NumGC)-1-i)%len(s.PauseEnd)])
	}
	*pauses = append(p, s.LastGC, uint64(s.NumGC), s.PauseTotalNs)
}

//go:linkname debug_WriteHeapDump runtime/debug.WriteHeapDump
func debug_WriteHeapDump(fd uintptr) {
	var m MemStats
	stopTheWorld(stopWriteHeapDump)
	readMemStats(&m)
	stats := [24 + len(m.PauseNs) + 1]uint64{
		m.Alloc, m.TotalAlloc, m.Sys, m.Lookups, m.Mallocs, m.Frees, m.HeapAlloc, m.HeapSys, m.HeapIdle, m.HeapInuse,
		m.HeapReleased, m.HeapObjects, m.StackInuse, m.StackSys, m.MSpanInuse, m.MSpanSys, m.MCacheInuse, m.MCacheSys,
		m.BuckHashSys, m.GCSys, m.OtherSys, m.NextGC, m.LastGC, m.PauseTotalNs,
	}
	copy(stats[24:], m.PauseNs[:])
	stats[len(stats)-1] = uint64(m.NumGC)
	writeHeapDump(fd, &stats[0], len(stats))
	startTheWorld()
}
