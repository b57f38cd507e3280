// Copyright 2026 The Gannet Authors.

// Hooks of sync, internal/sync, sync/atomic and internal/poll: semaphores, pinning, condition lists.

package runtime

import "unsafe"

// Why a goroutine waits; the numbers are those of the core's WaitReason.
const (
	waitReasonIOWait            = 2
	waitReasonPanicWait         = 6
	waitReasonSemacquire        = 13
	waitReasonSleep             = 14
	waitReasonSyncCondWait      = 21
	waitReasonSyncMutexLock     = 22
	waitReasonSyncRWMutexR      = 23
	waitReasonSyncRWMutexLock   = 24
	waitReasonSyncWaitGroup     = 25
	waitReasonCoroutine         = 38
	waitReasonSynctestWaitGroup = 45
)

//go:linkname sync_runtime_Semacquire sync.runtime_Semacquire
func sync_runtime_Semacquire(addr *uint32) { semacquire1(addr, false, waitReasonSemacquire, 0) }

//go:linkname poll_runtime_Semacquire internal/poll.runtime_Semacquire
func poll_runtime_Semacquire(addr *uint32) { semacquire1(addr, false, waitReasonSemacquire, 0) }

//go:linkname sync_runtime_SemacquireWaitGroup sync.runtime_SemacquireWaitGroup
func sync_runtime_SemacquireWaitGroup(addr *uint32, synctestDurable bool) {
	reason := uint8(waitReasonSyncWaitGroup)
	if synctestDurable {
		reason = waitReasonSynctestWaitGroup
	}
	semacquire1(addr, false, reason, 0)
}

//go:linkname sync_runtime_SemacquireRWMutexR sync.runtime_SemacquireRWMutexR
func sync_runtime_SemacquireRWMutexR(addr *uint32, lifo bool, skipframes int) {
	semacquire1(addr, lifo, waitReasonSyncRWMutexR, skipframes)
}

//go:linkname sync_runtime_SemacquireRWMutex sync.runtime_SemacquireRWMutex
func sync_runtime_SemacquireRWMutex(addr *uint32, lifo bool, skipframes int) {
	semacquire1(addr, lifo, waitReasonSyncRWMutexLock, skipframes)
}

//go:linkname internal_sync_runtime_SemacquireMutex internal/sync.runtime_SemacquireMutex
func internal_sync_runtime_SemacquireMutex(addr *uint32, lifo bool, skipframes int) {
	semacquire1(addr, lifo, waitReasonSyncMutexLock, skipframes)
}

//go:linkname sync_runtime_Semrelease sync.runtime_Semrelease
func sync_runtime_Semrelease(addr *uint32, handoff bool, skipframes int) {
	semrelease1(addr, handoff, skipframes)
}

//go:linkname internal_sync_runtime_Semrelease internal/sync.runtime_Semrelease
func internal_sync_runtime_Semrelease(addr *uint32, handoff bool, skipframes int) {
	semrelease1(addr, handoff, skipframes)
}

//go:linkname poll_runtime_Semrelease internal/poll.runtime_Semrelease
func poll_runtime_Semrelease(addr *uint32) { semrelease1(addr, false, 0) }

//go:linkname internal_sync_runtime_canSpin internal/sync.runtime_canSpin
func internal_sync_runtime_canSpin(i int) bool { return canSpin(i) }

//go:linkname internal_sync_runtime_doSpin internal/sync.runtime_doSpin
func internal_sync_runtime_doSpin() { procyield(30) }

//go:linkname internal_sync_nanotime internal/sync.runtime_nanotime
func internal_sync_nanotime() int64 { return nanotime() }

//go:linkname internal_sync_throw internal/sync.throw
func internal_sync_throw(s string) { throw(s) }

//go:linkname internal_sync_fatal internal/sync.fatal
func internal_sync_fatal(s string) { fatal(s) }

//go:linkname sync_throw sync.throw
func sync_throw(s string) { throw(s) }

//go:linkname sync_fatal sync.fatal
func sync_fatal(s string) { fatal(s) }

//go:linkname sync_runtime_procPin sync.runtime_procPin
func sync_runtime_procPin() int { return procPin() }

//go:linkname sync_runtime_procUnpin sync.runtime_procUnpin
func sync_runtime_procUnpin() { procUnpin() }

//go:linkname sync_atomic_runtime_procPin sync/atomic.runtime_procPin
func sync_atomic_runtime_procPin() int { return procPin() }

//go:linkname sync_atomic_runtime_procUnpin sync/atomic.runtime_procUnpin
func sync_atomic_runtime_procUnpin() { procUnpin() }

//go:linkname sync_notifyListAdd sync.runtime_notifyListAdd
func sync_notifyListAdd(l *notifyList) uint32 { return notifyListAdd(l) }

//go:linkname sync_notifyListWait sync.runtime_notifyListWait
func sync_notifyListWait(l *notifyList, t uint32) { notifyListWait(l, t) }

//go:linkname sync_notifyListNotifyAll sync.runtime_notifyListNotifyAll
func sync_notifyListNotifyAll(l *notifyList) { notifyListNotifyAll(l) }

//go:linkname sync_notifyListNotifyOne sync.runtime_notifyListNotifyOne
func sync_notifyListNotifyOne(l *notifyList) { notifyListNotifyOne(l) }

//go:linkname notifyListCheck sync.runtime_notifyListCheck
func notifyListCheck(size uintptr) {
	if size != unsafe.Sizeof(notifyList{}) {
		throw("bad notifyList size")
	}
}

// What sync.Pool and the like clear when a collection begins; called with the world stopped.
var poolCleanup func()

//go:linkname sync_runtime_registerPoolCleanup sync.runtime_registerPoolCleanup
func sync_runtime_registerPoolCleanup(f func()) { poolCleanup = f }

var boringCaches []unsafe.Pointer

//go:linkname boring_registerCache crypto/internal/boring/bcache.registerCache
func boring_registerCache(p unsafe.Pointer) { boringCaches = append(boringCaches, p) }

// clearPools drops caches that may be dropped. It runs with the world stopped and must not allocate.
func clearPools() {
	if poolCleanup != nil {
		poolCleanup()
	}
	for _, p := range boringCaches {
		*(*unsafe.Pointer)(p) = nil
	}
}

// gcLoop drives the collector.
func gcLoop() {
	for {
		gcWait()
		gcStopTheWorld()
		clearPools()
		gcMarkStart()
		done := gcCollectStopped()
		gcStartTheWorld()
		if !done {
			gcMarkBesideProgram()
		}
		for gcSweep() {
		}
		gcDone()
	}
}

// gcMarkBesideProgram marks until the world stands still with nothing left to mark, and lets it go on.
func gcMarkBesideProgram() {
	for n := gcWakeHelpers(); n > 0; n-- {
		help := gcHelperLoop
		newsystemproc(*(**funcval)(unsafe.Pointer(&help)))
	}
	for done := false; !done; {
		for gcMarkWork() {
		}
		gcStopTheWorld()
		done = gcMarkDone()
		gcStartTheWorld()
	}
}

// gcHelperLoop marks beside gcLoop where there are Ps enough.
func gcHelperLoop() {
	for {
		for gcMarkWork() {
		}
		gcHelperWait()
	}
}

// Throws of packages that have no other way to end the program.

//go:linkname cgroup_throw internal/runtime/cgroup.throw
func cgroup_throw(s string) { throw(s) }

//go:linkname fips_fatal crypto/internal/fips140.fatal
func fips_fatal(s string) { fatal(s) }

//go:linkname sysrand_fatal crypto/internal/sysrand.fatal
func sysrand_fatal(s string) { fatal(s) }

//go:linkname rand_fatal crypto/rand.fatal
func rand_fatal(s string) { fatal(s) }

// State that cryptography keeps per goroutine.

//go:linkname fips_getIndicator crypto/internal/fips140.getIndicator
func fips_getIndicator() uint8 { return getg().fipsIndicator }

//go:linkname fips_setIndicator crypto/internal/fips140.setIndicator
func fips_setIndicator(v uint8) { getg().fipsIndicator = v }

//go:linkname fips140_setBypass crypto/fips140.setBypass
func fips140_setBypass() { getg().fipsBypass = 1 }

//go:linkname fips140_unsetBypass crypto/fips140.unsetBypass
func fips140_unsetBypass() { getg().fipsBypass = 0 }

//go:linkname fips140_isBypassed crypto/fips140.isBypassed
func fips140_isBypassed() bool { return getg().fipsBypass != 0 }

//go:linkname dit_setEnabled crypto/subtle.setDITEnabled
func dit_setEnabled() bool {
	gp := getg()
	was := gp.ditWanted != 0
	gp.ditWanted = 1
	return was
}

//go:linkname dit_setDisabled crypto/subtle.setDITDisabled
func dit_setDisabled() { getg().ditWanted = 0 }
