// Copyright 2026 The Gannet Authors.

// Memory statistics and the collector's controls.

package runtime

// A MemStats holds what the allocator and the collector count; sizes in bytes, times in nanoseconds.
type MemStats struct {
	Alloc         uint64
	TotalAlloc    uint64
	Sys           uint64
	Lookups       uint64
	Mallocs       uint64
	Frees         uint64
	HeapAlloc     uint64
	HeapSys       uint64
	HeapIdle      uint64
	HeapInuse     uint64
	HeapReleased  uint64
	HeapObjects   uint64
	StackInuse    uint64
	StackSys      uint64
	MSpanInuse    uint64
	MSpanSys      uint64
	MCacheInuse   uint64
	MCacheSys     uint64
	BuckHashSys   uint64
	GCSys         uint64
	OtherSys      uint64
	NextGC        uint64
	LastGC        uint64
	PauseTotalNs  uint64
	PauseNs       [256]uint64
	PauseEnd      [256]uint64
	NumGC         uint32
	NumForcedGC   uint32
	GCCPUFraction float64
	EnableGC      bool
	DebugGC       bool
	BySize        [61]struct {
		Size    uint32
		Mallocs uint64
		Frees   uint64
	}
}

// ReadMemStats fills in m as of now, with all other goroutines stopped.
func ReadMemStats(m *MemStats) {
	stopTheWorld(stopReadMemStats)
	readMemStats(m)
	startTheWorld()
}

// Why the world is stopped, for execution traces; the numbers are those of the core's StopReason.
const (
	stopWriteHeapDump      = 3
	stopGoroutineProfile   = 4
	stopReadMemStats       = 5
	stopAllThreads         = 6
	stopGOMAXPROCS         = 7
	stopStartTrace         = 8
	stopStopTrace          = 9
	stopAllGoroutinesStack = 10
)

// GC runs one whole collection and returns when it is done.
func GC() { gcRequest(false) }
