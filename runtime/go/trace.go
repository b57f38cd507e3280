// Copyright 2026 The Gannet Authors.

// Execution traces: their start and end, and the hooks of runtime/trace. The core writes them.

package runtime

import "unsafe"

var tracer = struct {
	sema   uint32 // free: 1. Held by who starts, advances or ends the trace, which may park
	on     bool
	run    uint64 // counts starts
	reader uint64 // who reads: its number
}{sema: 1}

func lockTracer()   { semacquire1(&tracer.sema, false, waitReasonSemacquire, 0) }
func unlockTracer() { semrelease1(&tracer.sema, true, 0) } // to who waits: it comes back at once if it only advances

// StartTrace begins an execution trace, which ReadTrace gives in parts. It fails if there is one already. Most programs use
// runtime/trace.
func StartTrace() error {
	lockTracer()
	defer unlockTracer()
	if tracer.on {
		return errorString("tracing is already enabled")
	}
	tracer.on = true
	tracer.run++
	stopTheWorld(stopStartTrace)
	traceSwitch(false)
	startTheWorld()
	run := tracer.run
	startSystemGoroutine(func() { advanceTraces(run) })
	return nil
}

// StopTrace ends the trace, if there is one, and returns when all of it was read.
func StopTrace() { traceAdvance(true) }

// ReadTrace returns the next part of the trace, which is good until the next call; it blocks until there is one, and returns nil
// when the trace has ended. One goroutine may read.
func ReadTrace() []byte {
	tracer.reader = getg().goid
	p, n := readTrace()
	return unsafe.Slice((*byte)(p), n)
}

// traceAdvance ends the generation at hand, and with it the trace if stop is set, and waits until it was read.
//
//go:linkname traceAdvance
func traceAdvance(stop bool) {
	lockTracer()
	defer unlockTracer()
	if !tracer.on {
		return
	}
	stopTheWorld(stopStopTrace)
	ended := traceSwitch(stop)
	startTheWorld()
	if stop {
		tracer.on = false
	}
	for traceFinish(ended) {
	}
	traceWait(ended)
}

// flushTrace has the trace of a program that is about to die of a panic read as far as it goes: what led here is the most interesting
// part. The reader itself cannot wait for that.
func flushTrace() {
	if tracer.on && tracer.reader != getg().goid {
		traceAdvance(false)
	}
}

// advanceTraces begins a new generation from time to time, for those who read while the program runs.
func advanceTraces(run uint64) {
	for {
		timeSleep(tracePeriodNs())
		lockTracer()
		over := !tracer.on || tracer.run != run
		unlockTracer()
		if over {
			return
		}
		traceAdvance(false)
	}
}

//go:linkname trace_readTrace runtime/trace.runtime_readTrace
func trace_readTrace() []byte { return ReadTrace() }

//go:linkname traceClockNow
func traceClockNow() uint64 { return traceClock() }

//go:linkname trace_clockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func trace_clockUnitsPerSecond() uint64 { return 1e9 / 64 }

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parent uint64, taskType string) { traceTaskBegin(id, parent, taskType) }

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) { traceTaskEnd(id) }

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, regionType string) { traceRegion(id, mode != 0, regionType) }

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) { traceLog(id, category, message) }
