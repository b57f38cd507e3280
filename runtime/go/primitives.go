// Copyright 2026 The Gannet Authors.

// Functions that assembly or the compiler supplies.

package runtime

import "unsafe"

// Memory primitives of the core; they run on the goroutine's stack. Those with a linkname are called by assembly outside.

//go:linkname memmove
//go:noescape
func memmove(to, from unsafe.Pointer, n uintptr)

//go:linkname memclrNoHeapPointers
//go:noescape
func memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr)

//go:noescape
func memhash(p unsafe.Pointer, h, s uintptr) uintptr

//go:noescape
func memhash32(p unsafe.Pointer, h uintptr) uintptr

//go:noescape
func memhash64(p unsafe.Pointer, h uintptr) uintptr

//go:noescape
func memequal(a, b unsafe.Pointer, size uintptr) bool
