// Profiles: the exported API and the hooks of runtime/pprof.

package runtime

import (
	"internal/profilerecord"
	"internal/runtime/atomic"
	"unsafe"
)

// MemProfileRate is the mean number of bytes allocated between two samples of the heap profile.
var MemProfileRate int = 512 * 1024

// A StackRecord is one recorded stack.
type StackRecord struct {
	Stack0 [32]uintptr // ends at the first 0
}

// Stack is the recorded part of Stack0.
func (r *StackRecord) Stack() []uintptr { return untilZero(r.Stack0[:]) }

func untilZero(stk []uintptr) []uintptr {
	for i, v := range stk {
		if v == 0 {
			return stk[:i]
		}
	}
	return stk
}

// A MemProfileRecord counts what one stack allocated and what of it was freed.
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack0                    [32]uintptr // ends at the first 0
}

// InUseBytes is the size of what is not freed.
func (r *MemProfileRecord) InUseBytes() int64 { return r.AllocBytes - r.FreeBytes }

// InUseObjects is the count of what is not freed.
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }

// Stack is the recorded part of Stack0.
func (r *MemProfileRecord) Stack() []uintptr { return untilZero(r.Stack0[:]) }

// A BlockProfileRecord counts the waits that began at one stack, and their length.
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

// Allocations, blocking and contention are not sampled yet: those profiles are empty.

// MemProfile copies the heap profile to p if it has room, and tells its length.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) { return 0, true }

// BlockProfile does the same for waiting.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return 0, true }

// MutexProfile does the same for contended mutexes.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return 0, true }

// ThreadCreateProfile does the same for threads.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) { return 0, true }

// SetBlockProfileRate asks for a sample each rate nanoseconds of waiting.
func SetBlockProfileRate(rate int) { atomic.Store64(&blockProfileRate, uint64(rate)) }

// SetMutexProfileFraction asks for one in rate contended unlocks and returns what it was; a negative rate only asks.
func SetMutexProfileFraction(rate int) int {
	if rate < 0 {
		return int(atomic.Load64(&mutexProfileRate))
	}
	return int(atomic.Xchg64(&mutexProfileRate, uint64(rate)))
}

var blockProfileRate, mutexProfileRate uint64

// SetCPUProfileRate takes hz samples of the running code a second; 0 stops.
func SetCPUProfileRate(hz int) {
	if hz < 0 {
		hz = 0
	}
	setCPUProfileRate(int32(hz))
	atomic.Store(&cpuProfileHz, uint32(hz))
}

var cpuProfileHz uint32

// CPUProfile is gone and panics.
//
// Deprecated: runtime/pprof does this.
func CPUProfile() []byte { panic("CPUProfile no longer available") }

// GoroutineProfile copies the stacks of all goroutines to p if it has room, and tells their number.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	stacks := make([]profilerecord.StackRecord, len(p))
	n, ok = goroutineStacks(stacks, nil)
	if !ok {
		return n, false
	}
	for i := 0; i < n; i++ {
		p[i].Stack0 = [32]uintptr{}
		copy(p[i].Stack0[:], stacks[i].Stack)
	}
	return n, true
}

const maxProfileDepth = 128

// goroutineStacks records the stacks of all goroutines, and their labels if room for them is given.
func goroutineStacks(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	limit := NumGoroutine() + 64
	gs := make([]*g, limit)
	pcs := make([]uintptr, limit*maxProfileDepth)
	stopTheWorld(waitReasonStoppingTheWorld)
	n = allGoroutines(&gs[0], len(gs))
	if n > len(p) || n > len(gs) {
		startTheWorld()
		return n, false
	}
	for i, gp := range gs[:n] {
		room := pcs[i*maxProfileDepth : (i+1)*maxProfileDepth]
		depth := 0
		if gp == getg() {
			depth = callers0(1, &room[0], len(room))
		} else {
			depth = gcallers(gp, &room[0], len(room))
		}
		p[i].Stack = room[:depth]
		if i < len(labels) {
			labels[i] = gp.labels
		}
	}
	startTheWorld()
	return n, true
}

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return goroutineStacks(p, labels)
}

//go:linkname pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1e9 }

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, maxProfileDepth) }

//go:linkname runtime_setProfLabel runtime/pprof.runtime_setProfLabel
func runtime_setProfLabel(labels unsafe.Pointer) { getg().labels = labels }

//go:linkname runtime_getProfLabel runtime/pprof.runtime_getProfLabel
func runtime_getProfLabel() unsafe.Pointer { return getg().labels }

//go:linkname goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func goroutineleakcount() int { return 0 }

//go:linkname goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func goroutineLeakGC() { GC() }

// The words of one read of the CPU profile, in the order that runtime/pprof parses: a header, then records of
// {words, time, count, stack...}.
var cpuProfileRead struct {
	buf       [4096]uint64
	tags      [1024]unsafe.Pointer
	headerOut bool
}

//go:linkname runtime_pprof_readProfile runtime/pprof.readProfile
func runtime_pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	r := &cpuProfileRead
	if !r.headerOut {
		r.headerOut = true
		r.buf[0] = 3
		r.buf[1] = 0
		r.buf[2] = uint64(atomic.Load(&cpuProfileHz))
		return r.buf[:3], r.tags[:1], false
	}
	for {
		n, _ := readCPUProfile(&r.buf[0], len(r.buf))
		if n > 0 {
			return r.buf[:n], r.tags[:], false
		}
		if atomic.Load(&cpuProfileHz) == 0 {
			r.headerOut = false
			return nil, nil, true
		}
		timeSleep(100e6)
	}
}

//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []covCounterBlob { return nil }

// covCounterBlob has the layout of internal/coverage/rtcov.CovCounterBlob.
type covCounterBlob struct {
	counters *uint32
	len      uint64
}

// SetCgoTraceback records three C functions to use to gather traceback information from C code; without cgo it has no
// effect beyond its check of the version.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {
	if version != 0 {
		panic("unsupported version")
	}
}
