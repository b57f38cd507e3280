// Copyright 2026 The Gannet Authors.

// Go's view of structures that C++ owns (runtime/core/layout.h has the offsets) and of the records that entries fill.

package runtime

import "unsafe"

// Debuggers find goroutines by the names here: allgs, allglen, and the fields of g and m are called as in Go.

// allgs holds the first allglen of all goroutines there are or were; the core fills it.
var (
	allgs   []*g
	allglen uintptr
)

// moduledata is what debuggers look up types with; the core fills the one there is.
type moduledata struct {
	text, etext, types, etypes uintptr
	typemap                    map[int32]*_type
	next                       *moduledata
}

var firstmoduledata moduledata

// m and p, the parts that Go code or debuggers read. Both are off-heap and never freed.
type m struct {
	g0    *g
	_     [3]uintptr
	curg  *g
	p     *p
	_     [3]uintptr
	locks int32 // over 0: its goroutine keeps the P
	dying int32
	rng   uint64
}

// stackPreempt in g.stackguard0 makes the next function prologue call morestack, which yields.
const stackPreempt = ^uintptr(1313)

type p struct {
	wbNext, wbEnd uintptr
	id            int32
}

type stack struct{ lo, hi uintptr }

type gobuf struct {
	sp, pc uintptr
	g      uintptr
	ctxt   unsafe.Pointer
	lr, bp uintptr
}

// g is off-heap; the collector scans _panic's frames, _defer, unusedDefers, param, labels, coro and bubble.
type g struct {
	stack                           stack
	stackguard0, stackguard1        uintptr
	_panic                          *_panic
	_defer                          *_defer
	m                               *m
	sched                           gobuf
	syscallsp, syscallpc, syscallbp uintptr
	param                           unsafe.Pointer
	goid                            uint64
	atomicstatus                    uint32
	waitreason                      uint8
	preempt                         uint8
	preemptOff                      uint8
	paniconfault                    bool
	sig                             uint32
	writingTrace                    uint32
	sigcode0, sigcode1, sigpc       uintptr
	gopc, startpc                   uintptr
	parentGoid                      uint64
	ret0, ret1                      uint64
	resume                          uintptr
	waiting                         uintptr
	schedlink                       uintptr
	waitsince                       int64
	lockedm                         uintptr
	labels                          unsafe.Pointer
	sleepTimer                      uintptr
	coro                            unsafe.Pointer
	bubble                          unsafe.Pointer
	unusedDefers                    *_defer
	fipsIndicator, fipsBypass       uint8
	ditWanted, isSystem             uint8
}

// mutex is taken with lock and unlock; zero is free.
type mutex struct{ state uint32 }

// scase is one case of a select statement, laid out by the compiler.
type scase struct {
	c    *hchan
	elem unsafe.Pointer
}

// hchan is private to C++ (runtime/core/chan.h).
type hchan struct{ _ [104]byte }

// notifyList must have the size of sync's.
type notifyList struct {
	wait   uint32
	notify uint32
	lock   uintptr
	head   unsafe.Pointer
	tail   unsafe.Pointer
}

// finRecord is what finqNext gives: a finalizer (fint not nil: call fn(obj) with results of nret bytes) or a cleanup
// (fint nil: call fn()).
type finRecord struct {
	fn   *funcval
	obj  unsafe.Pointer
	nret uintptr
	fint *_type
	ot   *_type
}

// timerCall is what timerNext gives: call f(arg, seq, delta).
type timerCall struct {
	f     func(any, uintptr, int64)
	arg   any
	seq   uintptr
	delta int64
	timer unsafe.Pointer
}

// pcFrame is one logical frame of expandPC.
type pcFrame struct {
	name      string
	file      string
	line      int32
	startLine int32
	entry     uintptr
	funcID    uint8
	inlined   bool
}
