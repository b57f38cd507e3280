// Copyright 2026 The Gannet Authors.

// Finalizers, cleanups, weak pointers, pinning.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// runFinalizers runs finalizers one after the other. It is one of the program's goroutines while it does.
func runFinalizers() {
	for {
		var rec finRecord
		finqNext(&rec, false)
		runsUserCode(true)
		runFinalizer(&rec)
		runsUserCode(false)
		atomic.Xadd64(&finalizersRun, 1)
	}
}

// runCleanups does the same for cleanups.
func runCleanups() {
	for {
		var rec finRecord
		finqNext(&rec, true)
		runsUserCode(true)
		f := *(*func())(unsafe.Pointer(&rec.fn))
		f()
		runsUserCode(false)
		atomic.Xadd64(&cleanupsRun, 1)
	}
}

// How many were called and returned.
var finalizersRun, cleanupsRun uint64

// waitForRun waits until as many are run as queued tells, at most timeout nanoseconds.
func waitForRun(run *uint64, queued func() uint64, timeout int64) bool {
	for began := nanotime(); atomic.Load64(run) < queued(); timeSleep(100e3) {
		if nanotime()-began > timeout {
			return false
		}
	}
	return true
}

//go:linkname blockUntilEmptyFinalizerQueue
func blockUntilEmptyFinalizerQueue(timeout int64) bool {
	return waitForRun(&finalizersRun, func() uint64 { n, _ := finalizerQueueCounts(); return n }, timeout)
}

func blockUntilEmptyCleanupQueue(timeout int64) bool {
	return waitForRun(&cleanupsRun, func() uint64 { _, n := finalizerQueueCounts(); return n }, timeout)
}

//go:linkname sync_test_blockUntilEmptyCleanupQueue sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_test_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilEmptyCleanupQueue(timeout)
}

func runFinalizer(rec *finRecord) {
	// The parameter is a pointer, or an interface that the pointer is put in; results are dropped.
	var regs abi.RegArgs
	frame := uintptr(rec.nret)
	buf := mallocgc(frame+2*ptrSize, nil, true)
	switch rec.fint.Kind() {
	case abi.Pointer:
		regs.Ptrs[0] = rec.obj
		regs.Ints[0] = uintptr(rec.obj)
	case abi.Interface:
		ityp := (*interfacetype)(unsafe.Pointer(rec.fint))
		if len(ityp.Methods) == 0 {
			regs.Ints[0] = uintptr(unsafe.Pointer(rec.ot))
		} else {
			regs.Ints[0] = uintptr(unsafe.Pointer(getitab(ityp, rec.ot, false)))
		}
		regs.Ptrs[1] = rec.obj
		regs.Ints[1] = uintptr(rec.obj)
	default:
		throw("bad kind in runfinq")
	}
	room := alignUp(frame, ptrSize) + 2*ptrSize // with the argument's spill slots
	reflectcall(nil, unsafe.Pointer(rec.fn), buf, uint32(frame), uint32(frame), uint32(room), &regs)
	KeepAlive(rec.obj)
}

// SetFinalizer has finalizer called with obj, a pointer to the start of an allocation, once nothing else refers to it; a
// nil finalizer takes that back.
func SetFinalizer(obj any, finalizer any) {
	e := efaceOf(&obj)
	etyp := e.typ
	if etyp == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if etyp.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + toRType(etyp).string() + ", not pointer")
	}
	ot := (*ptrtype)(unsafe.Pointer(etyp))
	if ot.Elem == nil {
		throw("nil elem type!")
	}
	base, _ := findObjectBase(uintptr(e.data))
	if base == 0 {
		// A global, or an object of no size, lives for ever.
		if uintptr(e.data) == 0 {
			throw("runtime.SetFinalizer: pointer not in heap")
		}
		return
	}
	if uintptr(e.data) != base && ot.Elem.Pointers() {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	f := efaceOf(&finalizer)
	ftyp := f.typ
	if ftyp == nil {
		removeFinalizer(e.data)
		return
	}
	if ftyp.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + toRType(ftyp).string() + ", not a function")
	}
	ft := (*functype)(unsafe.Pointer(ftyp))
	bad := func() {
		throw("runtime.SetFinalizer: cannot pass " + toRType(etyp).string() + " to finalizer " + toRType(ftyp).string())
	}
	if ft.IsVariadic() {
		throw("runtime.SetFinalizer: cannot pass " + toRType(etyp).string() + " to finalizer " + toRType(ftyp).string() + " because dotdotdot")
	}
	if ft.InCount != 1 {
		bad()
	}
	fint := ft.InSlice()[0]
	switch {
	case fint == etyp:
	case fint.Kind() == abi.Pointer:
		// Assignable if one of the two is unnamed and the elements agree.
		if (fint.Uncommon() != nil && etyp.Uncommon() != nil) || (*ptrtype)(unsafe.Pointer(fint)).Elem != ot.Elem {
			bad()
		}
	case fint.Kind() == abi.Interface:
		ityp := (*interfacetype)(unsafe.Pointer(fint))
		if len(ityp.Methods) != 0 && getitab(ityp, etyp, true) == nil {
			bad()
		}
	default:
		bad()
	}
	nret := uintptr(0)
	for _, t := range ft.OutSlice() {
		nret = alignUp(nret, uintptr(t.Align_)) + t.Size_
	}
	nret = alignUp(nret, ptrSize)
	if !addFinalizer(e.data, (*funcval)(f.data), nret, fint, etyp) {
		throw("runtime.SetFinalizer: finalizer already set")
	}
	noteCleanup(e.data, 0, ot.Elem, f.data)
}

// cleanupContext is what a report says of a finalizer or cleanup that can never run; layout: runtime/core/heap.h.
type cleanupContext struct {
	typ           string
	value         uintptr
	size          uintptr // of the value
	fn, createdAt uintptr
}

// noteCleanup keeps, if there may be a report, where the program made the finalizer (id 0) or cleanup of the value at p, and what it calls. Its
// caller is what the program called.
//
//go:noinline
func noteCleanup(p unsafe.Pointer, id uint64, typ *_type, closure unsafe.Pointer) {
	if !checksCleanups() {
		return
	}
	c := (*cleanupContext)(persistentAlloc(unsafe.Sizeof(cleanupContext{}), ptrSize))
	c.typ = toRType(typ).string()
	c.value = uintptr(p)
	c.size = typ.Size_
	c.fn = *(*uintptr)(closure)
	callers0(2, &c.createdAt, 1)
	setCleanupContext(p, id, unsafe.Pointer(c))
}

func alignUp(n, a uintptr) uintptr { return (n + a - 1) &^ (a - 1) }

// Cleanup names one cleanup so that it can be called off.
type Cleanup struct {
	id  uint64
	ptr uintptr // hidden from the collector: a handle keeps nothing alive
}

// AddCleanup has cleanup(arg) called, on a goroutine of the runtime, some time after the object at ptr became
// unreachable. A ptr that arg refers to never does.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	ptr = abi.Escape(ptr)
	if kind := abi.TypeOf(arg).Kind(); kind == abi.Pointer || kind == abi.UnsafePointer {
		p := *((*unsafe.Pointer)(unsafe.Pointer(&arg)))
		if unsafe.Pointer(ptr) == p {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
		if sameObject(unsafe.Pointer(ptr), p) {
			panic("runtime.AddCleanup: ptr is within arg, cleanup will never run")
		}
	}
	if closesOver(*(*unsafe.Pointer)(unsafe.Pointer(&cleanup)), unsafe.Pointer(ptr)) {
		panic("runtime.AddCleanup: cleanup function closes over ptr, cleanup will never run")
	}
	call := func() { cleanup(arg) }
	c := addCleanup(unsafe.Pointer(ptr), call)
	if c.id != 0 {
		noteCleanup(unsafe.Pointer(ptr), c.id, abi.TypeFor[T](), *(*unsafe.Pointer)(unsafe.Pointer(&cleanup)))
	}
	return c
}

// maxTinySize is the size up to which values without pointers may share an allocation.
const maxTinySize = 16

// sameObject reports whether p and q point into one allocation, but for those that hold several small values.
func sameObject(p, q unsafe.Pointer) bool {
	base, bytes := findObjectBase(uintptr(p))
	var mask [maxTinySize / ptrSize]byte
	if base == 0 || (bytes <= maxTinySize && pointerMask(unsafe.Pointer(base), &mask[0], bytes/ptrSize) == 0) {
		return false
	}
	return uintptr(q) >= base && uintptr(q) < base+bytes
}

// closesOver reports whether the closure holds a pointer into the object at p.
func closesOver(closure, p unsafe.Pointer) bool {
	base, bytes := findObjectBase(uintptr(closure))
	if base == 0 {
		return false // no variables
	}
	words := bytes / ptrSize
	mask := make([]byte, words)
	count := pointerMask(unsafe.Pointer(base), &mask[0], words)
	for i := range min(count, words) {
		if mask[i] != 0 && sameObject(p, *(*unsafe.Pointer)(unsafe.Pointer(base + i*ptrSize))) {
			return true
		}
	}
	return false
}

// addCleanup arranges for call once the object at ptr is unreachable.
func addCleanup(ptr unsafe.Pointer, call func()) Cleanup {
	base, _ := findObjectBase(uintptr(ptr))
	if base == 0 {
		if uintptr(ptr) == 0 {
			panic("runtime.AddCleanup: ptr is nil")
		}
		return Cleanup{} // a global or an object of no size never dies
	}
	id := addCleanupSpecial(ptr, *(**funcval)(unsafe.Pointer(&call)))
	return Cleanup{id, ^uintptr(ptr)}
}

// Stop calls the cleanup off, unless it is due already. The object must still be reachable for that to be sure.
func (c Cleanup) Stop() {
	if c.id != 0 {
		removeCleanupSpecial(^c.ptr, c.id)
	}
}

//go:linkname internal_weak_runtime_registerWeakPointer weak.runtime_registerWeakPointer
func internal_weak_runtime_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer {
	return registerWeakPointer(p)
}

//go:linkname internal_weak_runtime_makeStrongFromWeak weak.runtime_makeStrongFromWeak
func internal_weak_runtime_makeStrongFromWeak(p unsafe.Pointer) unsafe.Pointer {
	return makeStrongFromWeak(p)
}

//go:linkname unique_blockUntilEmptyCleanupQueue unique.runtime_blockUntilEmptyCleanupQueue
func unique_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilEmptyCleanupQueue(timeout)
}

// A Pinner is a set of Go objects each pinned to a fixed location in memory. The collector moves nothing, so that to
// pin is to keep reachable.
type Pinner struct {
	*pinner
}

type pinner struct {
	refs []unsafe.Pointer
}

// Pin keeps the object that pointer points to where it is, until Unpin.
func (p *Pinner) Pin(pointer any) {
	e := efaceOf(&pointer)
	if e.typ == nil {
		panic(errorString("runtime.Pinner: argument is nil"))
	}
	if k := e.typ.Kind(); k != abi.Pointer && k != abi.UnsafePointer {
		panic(errorString("runtime.Pinner: argument is not a pointer: " + toRType(e.typ).string()))
	}
	if p.pinner == nil {
		p.pinner = new(pinner)
		pinned.add(p.pinner)
	}
	p.refs = append(p.refs, e.data)
}

// Unpin lets go of all that was pinned.
func (p *Pinner) Unpin() {
	if p.pinner != nil {
		pinned.remove(p.pinner)
		p.pinner = nil
	}
}

// pinned keeps what live pinners hold, also when the program has dropped the pinner itself.
var pinned pinnedSet

type pinnedSet struct {
	lock gmutex
	set  map[*pinner]struct{}
}

func (s *pinnedSet) add(p *pinner) {
	glock(&s.lock)
	if s.set == nil {
		s.set = make(map[*pinner]struct{})
	}
	s.set[p] = struct{}{}
	gunlock(&s.lock)
}

func (s *pinnedSet) remove(p *pinner) {
	glock(&s.lock)
	delete(s.set, p)
	gunlock(&s.lock)
}

// heapObjectsCanMove is asked by programs that keep addresses as integers: this collector moves nothing.
//
//go:linkname heapObjectsCanMove
func heapObjectsCanMove() bool { return false }
