// Copyright 2026 The Gannet Authors.

// Slices: making, growing, copying.

package runtime

import (
	"internal/runtime/math"
	"unsafe"
)

func panicmakeslicelen() { panic(errorString("makeslice: len out of range")) }
func panicmakeslicecap() { panic(errorString("makeslice: cap out of range")) }

func panicunsafeslicelen()     { panic(errorString("unsafe.Slice: len out of range")) }
func panicunsafeslicenilptr()  { panic(errorString("unsafe.Slice: ptr is nil and len is not zero")) }
func panicunsafestringlen()    { panic(errorString("unsafe.String: len out of range")) }
func panicunsafestringnilptr() { panic(errorString("unsafe.String: ptr is nil and len is not zero")) }

func makeslice(et *_type, len, cap int) unsafe.Pointer {
	bytes, overflow := math.MulUintptr(et.Size_, uintptr(cap))
	if overflow || bytes > maxAlloc || len < 0 || len > cap {
		// A length that is itself too large is reported as such, not as a bad capacity that it implies.
		bytes, overflow := math.MulUintptr(et.Size_, uintptr(len))
		if overflow || bytes > maxAlloc || len < 0 {
			panicmakeslicelen()
		}
		panicmakeslicecap()
	}
	return mallocgc(bytes, et, true)
}

func makeslice64(et *_type, len, cap int64) unsafe.Pointer { return makeslice(et, int(len), int(cap)) }

func makeslicecopy(et *_type, tolen, fromlen int, from unsafe.Pointer) unsafe.Pointer {
	n := tolen
	if fromlen < n {
		n = fromlen
	}
	bytes, overflow := math.MulUintptr(et.Size_, uintptr(tolen))
	if overflow || bytes > maxAlloc || tolen < 0 {
		panicmakeslicelen()
	}
	copied := et.Size_ * uintptr(n)
	if !et.Pointers() {
		to := mallocgc(bytes, nil, false)
		memmove(to, from, copied)
		memclrNoHeapPointers(add(to, copied), bytes-copied)
		return to
	}
	to := mallocgc(bytes, et, true)
	if copied > 0 && writeBarrier.enabled {
		bulkBarrierPreWrite(uintptr(to), uintptr(from), copied, et)
	}
	memmove(to, from, copied)
	return to
}

// nextslicecap doubles small slices and moves smoothly to a growth of a quarter for large ones.
func nextslicecap(newLen, oldCap int) int {
	if newLen > oldCap+oldCap {
		return newLen
	}
	const threshold = 256
	if oldCap < threshold {
		return oldCap + oldCap
	}
	c := oldCap
	for {
		c += (c + 3*threshold) >> 2
		if uint(c) >= uint(newLen) {
			break
		}
	}
	if c <= 0 {
		return newLen
	}
	return c
}

// growslice gives a slice of newLen elements with room for more and the first newLen-num copied from oldPtr.
func growslice(oldPtr unsafe.Pointer, newLen, oldCap, num int, et *_type) slice {
	oldLen := newLen - num
	if newLen < 0 {
		panic(errorString("growslice: len out of range"))
	}
	if et.Size_ == 0 {
		return slice{unsafe.Pointer(&zerobase), newLen, newLen}
	}
	noscan := !et.Pointers()
	bytes, overflow := math.MulUintptr(et.Size_, uintptr(nextslicecap(newLen, oldCap)))
	if overflow || bytes > maxAlloc {
		panic(errorString("growslice: len out of range"))
	}
	p, newcap := mallocElems(bytes, et)
	copied := uintptr(oldLen) * et.Size_
	if noscan {
		used := uintptr(newLen) * et.Size_
		memclrNoHeapPointers(add(p, used), uintptr(newcap)*et.Size_-used)
	} else if copied > 0 && writeBarrier.enabled {
		bulkBarrierPreWrite(uintptr(p), uintptr(oldPtr), copied, et)
	}
	memmove(p, oldPtr, copied)
	return slice{p, newLen, newcap}
}

//go:linkname reflect_growslice reflect.growslice
func reflect_growslice(et *_type, old slice, num int) slice {
	num -= old.cap - old.len // what there is room for already
	grown := growslice(old.array, old.cap+num, old.cap, num, et)
	// The compiler's caller fills the new elements; reflect's may not, so they must be zero.
	if !et.Pointers() {
		oldBytes := uintptr(old.cap) * et.Size_
		newBytes := uintptr(grown.len) * et.Size_
		memclrNoHeapPointers(add(grown.array, oldBytes), newBytes-oldBytes)
	}
	grown.len = old.len
	return grown
}

func slicecopy(to unsafe.Pointer, toLen int, from unsafe.Pointer, fromLen int, width uintptr) int {
	n := fromLen
	if toLen < n {
		n = toLen
	}
	if n == 0 || width == 0 {
		return n
	}
	memmove(to, from, uintptr(n)*width)
	return n
}

func typedslicecopy(typ *_type, dst unsafe.Pointer, dstLen int, src unsafe.Pointer, srcLen int) int {
	n := dstLen
	if srcLen < n {
		n = srcLen
	}
	if n == 0 || dst == src {
		return n
	}
	size := uintptr(n) * typ.Size_
	if writeBarrier.enabled && typ.Pointers() {
		bulkBarrierPreWrite(uintptr(dst), uintptr(src), size, typ)
	}
	memmove(dst, src, size)
	return n
}

//go:linkname reflect_typedslicecopy reflect.typedslicecopy
func reflect_typedslicecopy(et *_type, dst, src slice) int {
	if !et.Pointers() {
		return slicecopy(dst.array, dst.len, src.array, src.len, et.Size_)
	}
	return typedslicecopy(et, dst.array, dst.len, src.array, src.len)
}

// The moveSlice family copies a slice whose backing is on the stack to the heap when it leaves the function.

func moveSlice(et *_type, old unsafe.Pointer, len, cap int) (unsafe.Pointer, int, int) {
	if cap == 0 {
		if old != nil {
			old = unsafe.Pointer(&zerobase)
		}
		return old, 0, 0
	}
	p := mallocgc(et.Size_*uintptr(cap), et, true)
	if writeBarrier.enabled {
		bulkBarrierPreWrite(uintptr(p), uintptr(old), et.Size_*uintptr(len), et)
	}
	memmove(p, old, et.Size_*uintptr(len))
	return p, len, cap
}

func moveSliceNoScan(elemSize uintptr, old unsafe.Pointer, len, cap int) (unsafe.Pointer, int, int) {
	if cap == 0 {
		if old != nil {
			old = unsafe.Pointer(&zerobase)
		}
		return old, 0, 0
	}
	p := mallocgc(elemSize*uintptr(cap), nil, true)
	memmove(p, old, elemSize*uintptr(len))
	return p, len, cap
}

func moveSliceNoCap(et *_type, old unsafe.Pointer, len int) (unsafe.Pointer, int, int) {
	return moveSlice(et, old, len, len)
}

func moveSliceNoCapNoScan(elemSize uintptr, old unsafe.Pointer, len int) (unsafe.Pointer, int, int) {
	return moveSliceNoScan(elemSize, old, len, len)
}

//go:linkname reflect_unsafeslice reflect.unsafeslice
func reflect_unsafeslice(et *_type, ptr unsafe.Pointer, len int) {
	if len < 0 {
		panicunsafeslicelen()
	}
	if et.Size_ == 0 {
		if ptr == nil && len > 0 {
			panicunsafeslicenilptr()
		}
		return
	}
	bytes, overflow := math.MulUintptr(et.Size_, uintptr(len))
	if overflow || bytes > -uintptr(ptr) {
		if ptr == nil {
			panicunsafeslicenilptr()
		}
		panicunsafeslicelen()
	}
}

func newarray(typ *_type, n int) unsafe.Pointer {
	if n == 1 {
		return mallocgc(typ.Size_, typ, true)
	}
	bytes, overflow := math.MulUintptr(typ.Size_, uintptr(n))
	if overflow || bytes > maxAlloc || n < 0 {
		panic(plainError("runtime: allocation size out of range"))
	}
	return mallocgc(bytes, typ, true)
}

//go:linkname reflect_unsafe_New reflect.unsafe_New
func reflect_unsafe_New(typ *_type) unsafe.Pointer { return mallocgc(typ.Size_, typ, true) }

//go:linkname reflectlite_unsafe_New internal/reflectlite.unsafe_New
func reflectlite_unsafe_New(typ *_type) unsafe.Pointer { return mallocgc(typ.Size_, typ, true) }

//go:linkname reflect_unsafe_NewArray reflect.unsafe_NewArray
func reflect_unsafe_NewArray(typ *_type, n int) unsafe.Pointer { return newarray(typ, n) }

//go:linkname maps_newarray internal/runtime/maps.newarray
func maps_newarray(typ *_type, n int) unsafe.Pointer { return newarray(typ, n) }

//go:linkname maps_newobject internal/runtime/maps.newobject
func maps_newobject(typ *_type) unsafe.Pointer { return newobject(typ) }
