// Copyright 2026 The Gannet Authors.

// Hooks of time and internal/poll.

package runtime

import "unsafe"

//go:linkname timeSleepHook time.Sleep
func timeSleepHook(ns int64) { timeSleep(ns) }

//go:linkname time_newTimer time.newTimer
func time_newTimer(when, period int64, f func(any, uintptr, int64), arg any, c unsafe.Pointer) unsafe.Pointer {
	t := newTimer(when, period, f, arg, c)
	if b := getg().bubble; b != nil && when <= bubbleNow(b) {
		bubbleRunDue(b)
	}
	return t
}

//go:linkname time_stopTimer time.stopTimer
func time_stopTimer(t unsafe.Pointer) bool { return stopTimer(t) }

//go:linkname time_resetTimer time.resetTimer
func time_resetTimer(t unsafe.Pointer, when, period int64) bool {
	pending := resetTimer(t, when, period)
	if b := getg().bubble; b != nil && when <= bubbleNow(b) {
		bubbleRunDue(b)
	}
	return pending
}

//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	sec, nsec = walltime()
	return sec, nsec, nanotime()
}

//go:linkname time_runtimeNow time.runtimeNow
func time_runtimeNow() (sec int64, nsec int32, mono int64) {
	if b := getg().bubble; b != nil {
		now := bubbleNow(b)
		return now / 1e9, int32(now % 1e9), 0 // times in a bubble have no monotonic part
	}
	return time_now()
}

//go:linkname time_runtimeNano time.runtimeNano
func time_runtimeNano() int64 {
	if b := getg().bubble; b != nil {
		return bubbleNow(b)
	}
	return nanotime()
}

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool { return getg().bubble != nil }

//go:linkname poll_runtime_pollServerInit internal/poll.runtime_pollServerInit
func poll_runtime_pollServerInit() { pollServerInit() }

//go:linkname poll_runtime_pollOpen internal/poll.runtime_pollOpen
func poll_runtime_pollOpen(fd uintptr) (uintptr, int) { return pollOpen(fd) }

//go:linkname poll_runtime_pollClose internal/poll.runtime_pollClose
func poll_runtime_pollClose(ctx uintptr) { pollClose(ctx) }

//go:linkname poll_runtime_pollReset internal/poll.runtime_pollReset
func poll_runtime_pollReset(ctx uintptr, mode int) int { return pollReset(ctx, mode) }

//go:linkname poll_runtime_pollWait internal/poll.runtime_pollWait
func poll_runtime_pollWait(ctx uintptr, mode int) int { return pollWait(ctx, mode) }

//go:linkname poll_runtime_pollWaitCanceled internal/poll.runtime_pollWaitCanceled
func poll_runtime_pollWaitCanceled(ctx uintptr, mode int) { pollWaitCanceled(ctx, mode) }

//go:linkname poll_runtime_pollSetDeadline internal/poll.runtime_pollSetDeadline
func poll_runtime_pollSetDeadline(ctx uintptr, d int64, mode int) { pollSetDeadline(ctx, d, mode) }

//go:linkname poll_runtime_pollUnblock internal/poll.runtime_pollUnblock
func poll_runtime_pollUnblock(ctx uintptr) { pollUnblock(ctx) }

//go:linkname poll_runtime_isPollServerDescriptor internal/poll.runtime_isPollServerDescriptor
func poll_runtime_isPollServerDescriptor(fd uintptr) bool { return isPollDescriptor(fd) }
