// Copyright 2026 The Gannet Authors.

// Variables that compiled code names, and the lock of Go code in the runtime.

package runtime

import (
	"internal/runtime/atomic"
	_ "unsafe" // for go:linkname
)

// getg returns the current goroutine; the compiler replaces it by the register that holds it.
func getg() *g

// The write barrier's switch, which compiled code tests before each pointer store.
var writeBarrier struct {
	enabled bool
	_       [3]byte
	_       uint64 // the tested word stands alone in its eight bytes
}

// zerobase is the address of every object of no size.
var zerobase uintptr

// Set by the linker (-X): settings that hold if the environment does not say. The C++ runtime reads them at start.
var (
	defaultGOGC       string
	defaultGOMAXPROCS string
	defaultGOMEMLIMIT string
)

// zeroVal is what a failed map lookup points at.
var zeroVal [1024]byte

// maxAlloc is the size above which no allocation can succeed: the user address space.
const maxAlloc = 1 << 48

// staticuint64s holds the values 0 to 255, so that boxing a small one needs no allocation. It is defined in asm_amd64.s, where it
// is read-only: reflect hands out pointers into it.
var staticuint64s [256]uint64

//go:linkname getStaticuint64s
func getStaticuint64s() *[256]uint64 { return &staticuint64s }

// gmutex guards a few words of the runtime's own state among goroutines. Its owner may be preempted; who finds it taken
// lets others run. It is for Go code on goroutine stacks only: the core has locks of its own.
type gmutex struct {
	held uint32
}

func glock(l *gmutex) {
	for !atomic.Cas(&l.held, 0, 1) {
		Gosched()
	}
}

func gunlock(l *gmutex) { atomic.Store(&l.held, 0) }
