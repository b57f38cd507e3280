// Copyright 2026 The Gannet Authors.

// What programs that were built for coverage (-cover) ask of the runtime: to remember the metadata of packages, and where the
// counters are. Package internal/coverage/cfile writes both to files.

package runtime

import (
	"internal/coverage/rtcov"
	"unsafe"
)

// addCovMeta is called by the compiler's code when an instrumented package is initialized. It returns the package's number.
func addCovMeta(meta unsafe.Pointer, bytes uint32, hash [16]byte, path string, id int, mode, granularity uint8) uint32 {
	number := rtcov.AddMeta(meta, bytes, hash, path, id, mode, granularity)
	if number == 0 {
		throw("runtime.addCovMeta: coverage package map collision")
	}
	return number
}

//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []rtcov.CovCounterBlob {
	first, bytes := coverageCounters()
	if bytes == 0 {
		return nil
	}
	return []rtcov.CovCounterBlob{{Counters: first, Len: uint64(bytes / 4)}}
}
