// Copyright 2026 The Gannet Authors.

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

// profBucket is one sampled stack; runtime/core/buckets.h has its twin. The frames follow it.
type profBucket struct {
	next       *profBucket
	frameCount uint64
	active     memCount
	future     [3]memCount
	count      float64
	ns         int64
	bytes      uint64
	_          uintptr
	_          uint64
}

type memCount struct{ allocs, frees, allocBytes, freeBytes uint64 }

func (b *profBucket) stack() []uintptr {
	return unsafe.Slice((*uintptr)(add(unsafe.Pointer(b), unsafe.Sizeof(profBucket{}))), b.frameCount)
}

const (
	bucketMemory = iota
	bucketBlock
	bucketMutex
)

// memProfile gives each bucket of the heap profile, as of the last finished collection, to visit if there are at most
// room of them. Visit must not allocate.
func memProfile(room int, inuseZero bool, visit func(i int, b *profBucket)) (n int, ok bool) {
	profileLock()
	defer profileUnlock()
	empty := true
	count := func() {
		n = 0
		for b := profileBuckets(bucketMemory); b != nil; b = b.next {
			if inuseZero || b.active.allocBytes != b.active.freeBytes {
				n++
			}
			if b.active.allocs != 0 || b.active.frees != 0 {
				empty = false
			}
		}
	}
	count()
	if empty { // no collection yet: what there is has to do
		profilePublishAll()
		count()
	}
	if n > room {
		return n, false
	}
	i := 0
	for b := profileBuckets(bucketMemory); b != nil; b = b.next {
		if inuseZero || b.active.allocBytes != b.active.freeBytes {
			visit(i, b)
			i++
		}
	}
	return n, true
}

func waitProfile(kind, room int, visit func(i int, b *profBucket)) (n int, ok bool) {
	profileLock()
	defer profileUnlock()
	for b := profileBuckets(kind); b != nil; b = b.next {
		n++
	}
	if n > room {
		return n, false
	}
	i := 0
	for b := profileBuckets(kind); b != nil; b = b.next {
		visit(i, b)
		i++
	}
	return n, true
}

// MemProfile copies the heap profile to p if it has room, and tells its length.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return memProfile(len(p), inuseZero, func(i int, b *profBucket) {
		r := &p[i]
		r.AllocBytes, r.FreeBytes = int64(b.active.allocBytes), int64(b.active.freeBytes)
		r.AllocObjects, r.FreeObjects = int64(b.active.allocs), int64(b.active.frees)
		clear(r.Stack0[copy(r.Stack0[:], b.stack()):])
	})
}

func copyWaits(kind int, p []BlockProfileRecord) (n int, ok bool) {
	return waitProfile(kind, len(p), func(i int, b *profBucket) {
		r := &p[i]
		r.Count, r.Cycles = roundCount(b.count), b.ns
		clear(r.Stack0[copy(r.Stack0[:], b.stack()):])
	})
}

// roundCount undoes what sampling made of a count; one that was seen is at least 1.
func roundCount(c float64) int64 {
	if c < 1 {
		return 1
	}
	return int64(c)
}

// BlockProfile does the same for waiting.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return copyWaits(bucketBlock, p) }

// MutexProfile does the same for contended mutexes.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return copyWaits(bucketMutex, p) }

// ThreadCreateProfile does the same for threads; where they were created is not recorded.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) {
	n = threadCount()
	if n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

// SetBlockProfileRate asks for a sample each rate nanoseconds of waiting; 1 for all, 0 for none.
func SetBlockProfileRate(rate int) {
	if rate < 0 {
		rate = 0
	}
	setProfileRates(int64(rate), -1)
}

// SetMutexProfileFraction asks for one in rate contended unlocks and returns what it was; a negative rate only asks.
func SetMutexProfileFraction(rate int) int {
	if rate < 0 {
		return int(atomic.Load64(&mutexProfileRate))
	}
	old := atomic.Xchg64(&mutexProfileRate, uint64(rate))
	setProfileRates(-1, int64(rate))
	return int(old)
}

var mutexProfileRate uint64

// SetCPUProfileRate takes hz samples of the running code in each second of CPU time; 0 stops. The rate cannot be changed while
// there is one.
func SetCPUProfileRate(hz int) {
	const most = 1000000
	if hz < 0 {
		hz = 0
	}
	if hz > most {
		hz = most
	}
	glock(&cpuProfileLock)
	was := atomic.Load(&cpuProfileHz)
	if hz > 0 && was != 0 {
		gunlock(&cpuProfileLock)
		print("runtime: cannot set CPU profile rate until previous profile has finished.\n")
		return
	}
	setCPUProfileRate(int32(hz))
	atomic.Store(&cpuProfileHz, uint32(hz))
	if hz > 0 {
		atomic.Store(&cpuProfileLastHz, uint32(hz))
	}
	gunlock(&cpuProfileLock)
}

var (
	cpuProfileLock   gmutex
	cpuProfileLastHz uint32
)

var cpuProfileHz uint32

// CPUProfile is gone and panics.
//
// Deprecated: runtime/pprof does this.
func CPUProfile() []byte { panic("CPUProfile no longer available") }

// GoroutineProfile copies the stacks of all goroutines to p if it has room, and tells their number.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	stacks := make([]profilerecord.StackRecord, len(p))
	n, ok = goroutineStacks(stacks, nil, false)
	if !ok {
		return n, false
	}
	for i := 0; i < n; i++ {
		p[i].Stack0 = [32]uintptr{}
		copy(p[i].Stack0[:], stacks[i].Stack)
	}
	return n, true
}

// goroutineStacks records the stacks of all goroutines, or of those only that the collector found leaked, and their labels if room
// for them is given.
func goroutineStacks(p []profilerecord.StackRecord, labels []unsafe.Pointer, leaked bool) (n int, ok bool) {
	limit := NumGoroutine() + 64
	gs := make([]*g, limit)
	most := profileDepth()
	pcs := make([]uintptr, limit*most)
	stopTheWorld(stopGoroutineProfile)
	if leaked {
		n = leakedGoroutines(&gs[0], len(gs))
	} else {
		n = allGoroutines(&gs[0], len(gs))
	}
	if n > len(p) || n > len(gs) {
		startTheWorld()
		return n, false
	}
	for i, gp := range gs[:n] {
		room := pcs[i*most : (i+1)*most]
		depth := 0
		if most == 0 {
			// No stacks are wanted.
		} else if gp == getg() {
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
	return goroutineStacks(p, labels, false)
}

//go:linkname pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return goroutineStacks(p, labels, true)
}

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1e9 }

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return memProfile(len(p), inuseZero, func(i int, b *profBucket) {
		p[i] = profilerecord.MemProfileRecord{
			AllocBytes:   int64(b.active.allocBytes),
			FreeBytes:    int64(b.active.freeBytes),
			AllocObjects: int64(b.active.allocs),
			FreeObjects:  int64(b.active.frees),
			Stack:        b.stack(),
		}
	})
}

func internalWaits(kind int, p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfile(kind, len(p), func(i int, b *profBucket) {
		p[i] = profilerecord.BlockProfileRecord{Count: roundCount(b.count), Cycles: b.ns, Stack: b.stack()}
	})
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return internalWaits(bucketBlock, p)
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return internalWaits(bucketMutex, p)
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) {
	n = threadCount()
	if n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, profileDepth()) }

//go:linkname runtime_setProfLabel runtime/pprof.runtime_setProfLabel
func runtime_setProfLabel(labels unsafe.Pointer) { getg().labels = labels }

//go:linkname runtime_getProfLabel runtime/pprof.runtime_getProfLabel
func runtime_getProfLabel() unsafe.Pointer { return getg().labels }

//go:linkname goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func goroutineleakcount() int { return leakedGoroutines(nil, 0) }

//go:linkname goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func goroutineLeakGC() { gcRequest(true) }

// The words of one read of the CPU profile, in the order that runtime/pprof parses: a header, then records of
// {words, time, count, stack...}; each with a tag.
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
		r.buf[2] = uint64(atomic.Load(&cpuProfileLastHz))
		r.tags[0] = nil
		return r.buf[:3], r.tags[:1], false
	}
	for {
		const lostWords = 4 // of the record that tells of lost ticks
		ended := atomic.Load(&cpuProfileHz) == 0
		n, lost := readCPUProfile(&r.buf[0], len(r.buf)-lostWords, &r.tags[0], len(r.tags)-1)
		records := 0
		for i := 0; i < n; i += int(r.buf[i]) {
			records++
		}
		if lost > 0 {
			copy(r.buf[n:], []uint64{lostWords, uint64(nanotime()), 0, lost})
			r.tags[records] = nil
			n += lostWords
			records++
		}
		if n > 0 {
			return r.buf[:n], r.tags[:records], false
		}
		if ended {
			r.headerOut = false
			return nil, nil, true
		}
		timeSleep(100e6)
	}
}

// SetCgoTraceback records three C functions to use to gather traceback information from C code; without cgo it has no
// effect beyond its check of the version.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {
	if version != 0 {
		panic("unsupported version")
	}
}

// blockevent counts a wait that is over; skip is 1 for a wait of the caller. Tests of runtime/pprof name it.
//
//go:linkname blockevent
func blockevent(cycles int64, skip int) { profileBlock(cycles, skip) }
