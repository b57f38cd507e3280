// Copyright 2026 The Gannet Authors.

// Panics, deferred calls, recovery.
//
// A deferred call is a record on the goroutine's list, newest first; it names the SP of the frame that deferred it. A
// panic is a record in the frame of gopanic (or Goexit), which runs the deferred calls itself, on top of the stack of
// the code that panicked. When one of them recovers, the goroutine goes on in the frame that deferred it, at that
// function's own call of deferreturn, as if the function had just returned; the frames between are forgotten.
//
// Addresses of stack frames are kept as pointers, never as integers, across a call: the stack may move.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"unsafe"
)

// A _defer is one deferred call. The compiler allocates those of deferprocStack; layout: runtime/core/layout.h.
type _defer struct {
	heap      bool
	rangefunc bool
	sp        uintptr // SP of the deferring function; adjusted when its stack moves
	pc        uintptr
	fn        func() // nil for the head of a range-over-func list
	link      *_defer
	head      *deferList
}

// deferList collects the calls deferred by the body of a range-over-func loop, newest first.
type deferList struct {
	first *_defer
}

// A _panic is a panic, or a Goexit, whose deferred calls are being run.
type _panic struct {
	arg        any
	link       *_panic        // the one it interrupted
	fp         unsafe.Pointer // frame address of the gopanic or Goexit call
	frame      unsafe.Pointer // SP of the function whose deferred call runs
	recovered  bool
	repanicked bool // recovered, then panicked again with the same value
	goexit     bool
}

func noescape(p unsafe.Pointer) unsafe.Pointer { return abi.NoEscape(p) }

// maxUnusedDefers is how many records a goroutine keeps: calls that are deferred in a loop come again with the function.
const maxUnusedDefers = 32

// newDefer gives a record on the heap with no link.
func newDefer(gp *g) *_defer {
	d := gp.unusedDefers
	if d == nil {
		d = new(_defer)
		d.heap = true
		return d
	}
	gp.unusedDefers = d.link
	d.link = nil
	return d
}

// freeDefer takes back a record of which nothing but the list of unused ones will speak.
func freeDefer(gp *g, d *_defer) {
	if !d.heap {
		return
	}
	next := gp.unusedDefers
	count := uintptr(1)
	if next != nil {
		count += next.sp // of an unused record: how many there are from it on
	}
	if count > maxUnusedDefers {
		return
	}
	d.sp = count
	d.link = next
	gp.unusedDefers = d
}

//go:noinline
func deferproc(fn func()) {
	gp := getg()
	d := newDefer(gp)
	d.sp = sys.GetCallerSP()
	d.pc = sys.GetCallerPC()
	d.fn = fn
	d.link = gp._defer
	gp._defer = d
}

// deferrangefunc prepares the calling function for deferred calls made in the body of a range-over-func loop. The
// result goes to each deferprocat.
//
//go:noinline
func deferrangefunc() any {
	gp := getg()
	d := new(_defer)
	d.heap = true
	d.rangefunc = true
	d.sp = sys.GetCallerSP()
	d.pc = sys.GetCallerPC()
	d.head = new(deferList)
	d.link = gp._defer
	gp._defer = d
	return d.head
}

func deferprocat(fn func(), frame any) {
	list := frame.(*deferList)
	d := newDefer(getg())
	d.fn = fn
	d.link = list.first
	list.first = d
}

// popDefer takes the newest deferred call off the list; nil if there is none.
func popDefer(gp *g) *_defer {
	for {
		d := gp._defer
		if d == nil {
			return nil
		}
		if !d.rangefunc {
			gp._defer = d.link
			return d
		}
		// Put what the loop's body deferred in the place of the head, in the frame of the function around it.
		rest := d.link
		first := d.head.first
		if first == nil {
			gp._defer = rest
			continue
		}
		last := first
		for {
			last.sp = d.sp
			last.pc = d.pc
			if last.link == nil {
				break
			}
			last = last.link
		}
		last.link = rest
		gp._defer = first
	}
}

// deferreturn runs the calls that its caller deferred.
//
//go:noinline
func deferreturn() {
	gp := getg()
	for {
		d := gp._defer
		if d == nil || d.sp != sys.GetCallerSP() {
			return
		}
		d = popDefer(gp)
		if d == nil {
			return
		}
		if d.sp != sys.GetCallerSP() { // the head of an empty range-over-func list was all there was
			d.link = gp._defer
			gp._defer = d
			return
		}
		fn := d.fn
		d.fn = nil
		freeDefer(gp, d)
		fn()
	}
}

// gopanic implements panic(e).
//
//go:noinline
func gopanic(e any) {
	if e == nil {
		if allowsNilPanic() {
			panicnilCount.inc()
		} else {
			e = new(PanicNilError)
		}
	}
	gp := getg()
	if mustNotPanic(gp) {
		print("panic: ")
		printpanicval(e)
		print("\n")
		throw("panic while the goroutine must not be preempted")
	}
	var p _panic
	p.arg = e
	p.fp = unsafe.Pointer(sys.GetCallerSP())
	p.link = gp._panic
	if p.link != nil && p.link.recovered && sameValue(p.link.arg, e) {
		p.link.repanicked = true
	}
	gp._panic = (*_panic)(noescape(unsafe.Pointer(&p)))
	atomic.Xadd(&runningPanicDefers, 1)
	for {
		d := popDefer(gp)
		if d == nil {
			break
		}
		p.frame = unsafe.Pointer(d.sp)
		fn := d.fn
		d.fn = nil
		fn()
		if p.recovered {
			atomic.Xadd(&runningPanicDefers, -1)
			recovery(gp, &p, sys.GetCallerPC())
		}
	}
	flushTrace()
	fatalpanic(&p)
}

// recovery lets the goroutine go on in the frame p.frame. It does not return.
func recovery(gp *g, p *_panic, pc uintptr) {
	gp._panic = p.link
	gp.sig = 0
	// Panics whose own frames are about to be forgotten end here; a Goexit among them does not, it goes on.
	exiting := false
	for q := gp._panic; q != nil && uintptr(q.fp) <= uintptr(p.frame); q = gp._panic {
		if q.goexit {
			exiting = true
		} else {
			atomic.Xadd(&runningPanicDefers, -1)
		}
		gp._panic = q.link
	}
	if exiting {
		Goexit()
	}
	var at [3]uintptr // pc, sp, fp
	if !panicNextFrame(pc, uintptr(p.fp), uintptr(p.frame), &at) {
		throw("recovery: the deferring frame is not on the stack")
	}
	resume := deferReturnPC(at[0])
	if resume == 0 {
		throw("recovery: function has no deferreturn")
	}
	resumeFrame(resume, at[1], at[2])
}

func sameValue(a, b any) bool {
	x, y := efaceOf(&a), efaceOf(&b)
	return x.typ == y.typ && x.data == y.data
}

// gorecover implements recover(): it stops the innermost panic if gopanic itself made the deferred call that asks.
//
//go:noinline
func gorecover() any {
	p := getg()._panic
	if p == nil || p.goexit || p.recovered || !isRecoverFrame(uintptr(p.fp)) {
		return nil
	}
	p.recovered = true
	return p.arg
}

// Goexit terminates the goroutine that calls it. No other goroutine is affected.
// Goexit runs all deferred calls before terminating the goroutine. Because Goexit
// is not a panic, any recover calls in those deferred functions will return nil.
//
//go:noinline
func Goexit() {
	gp := getg()
	var p _panic
	p.goexit = true
	p.fp = unsafe.Pointer(sys.GetCallerSP())
	p.link = gp._panic
	gp._panic = (*_panic)(noescape(unsafe.Pointer(&p)))
	for {
		d := popDefer(gp)
		if d == nil {
			break
		}
		fn := d.fn
		d.fn = nil
		fn()
	}
	// Panics that the deferred calls of this Goexit left behind are over.
	for q := p.link; q != nil; q = q.link {
		if !q.goexit {
			atomic.Xadd(&runningPanicDefers, -1)
		}
	}
	gp._panic = nil
	goexit1()
}

// throw ends the program for an error of the runtime or of its use that nothing can recover from.
//
//go:linkname throw
//go:noinline
func throw(s string) { throw0(s) }

// fatal does the same for an error of the program's own making: the trace leaves out the runtime.
//
//go:noinline
func fatal(s string) {
	if p := getg()._panic; p != nil {
		// It came in a deferred call: say of which panics. No code of the program may run any more, so values print as they are.
		printlock()
		panicPrinter = getg()
		for q := p; q != nil; q = q.link {
			if q.link != nil && sameValue(q.link.arg, q.arg) {
				q.link.repanicked = true
			}
		}
		printpanics(p)
		print("\t")
	}
	fatal0(s)
}

// fatalpanic ends the program: nothing recovered p.
func fatalpanic(p *_panic) {
	atomic.Store(&panicking, 1)
	stringifyPanics(p)
	printlock()
	panicPrinter = getg()
	printpanics(p)
	dieOfPanic()
}

// stringifyPanics turns errors and Stringers into their texts, while Go code may still run.
func stringifyPanics(p *_panic) {
	defer func() {
		text := "panic while printing panic value"
		switch r := recover().(type) {
		case nil:
		case string:
			throw(text + ": " + r)
		default:
			throw(text + ": type " + toRType(efaceOf(&r).typ).string())
		}
	}()
	for ; p != nil; p = p.link {
		switch v := p.arg.(type) {
		case error:
			p.arg = panicText(v.Error())
		case interface{ String() string }:
			p.arg = panicText(v.String())
		}
	}
}

// panicText is the text of an error or Stringer; it prints as a string does.
type panicText = string

func printpanics(p *_panic) {
	if p.link != nil {
		printpanics(p.link)
		if p.link.repanicked {
			return
		}
		if !p.link.goexit {
			print("\t")
		}
	}
	if p.goexit {
		return
	}
	print("panic: ")
	printpanicval(p.arg)
	if p.repanicked {
		print(" [recovered, repanicked]")
	} else if p.recovered {
		print(" [recovered]")
	}
	print("\n")
}

func mustNotPanic(gp *g) bool { return gp.preemptOff != 0 }

// checkNotRuntime ends the program if pc is in the runtime: what is wrong there is nothing that a program could recover from.
func checkNotRuntime(pc uintptr, msg string) {
	if hasPrefix(funcNameForPC(pc-1), "runtime.") {
		throw(msg)
	}
}

func panicdivide()   { panic(divideError) }
func panicoverflow() { panic(overflowError) }

//go:noinline
func panicshift() {
	checkNotRuntime(sys.GetCallerPC(), "negative shift amount")
	panic(shiftError)
}

func panicfloat() { panic(errorString("floating point error")) }
func panicmem()   { panic(memoryError) }
func panicmemAddr(addr uintptr) {
	panic(errorAddressString{msg: "invalid memory address or nil pointer dereference", addr: addr})
}

func throwinit() { throw("recursive call during initialization - linker skew") }

// panicBounds64 raises the bounds error that the call of panicBounds at pc stands for; regs are the registers there,
// in the order of their encodings. The description is that of internal/abi.BoundsEncode.
func panicBounds64(pc uintptr, regs *[16]int64) {
	const tableBounds = 4
	msg := "slice bounds out of range"
	v := int(pcdataValue(pc, tableBounds))
	code, signed, xIsReg, yIsReg, xVal, yVal := abi.BoundsDecode(v)
	if code == abi.BoundsIndex {
		msg = "index out of range"
	}
	checkNotRuntime(pc, msg)
	e := boundsError{code: code, signed: true, x: int64(xVal), y: yVal}
	if xIsReg {
		e.x = regs[xVal]
		e.signed = signed
	}
	if yIsReg {
		e.y = int(regs[yVal])
	}
	panic(e)
}

// panicPlain is called, through goPanicPlain, by the core for the panics that it finds: of channels and the like.
func panicPlain(s string) { panic(plainError(s)) }

// panicrangestate reports a misuse of the body of a range-over-func loop.
//
//go:noinline
func panicrangestate(state int) {
	switch abi.RF_State(state) {
	case abi.RF_DONE:
		panic(errorString("range function continued iteration after function for loop body returned false"))
	case abi.RF_PANIC:
		panic(errorString("range function continued iteration after loop body panic"))
	case abi.RF_EXHAUSTED:
		panic(errorString("range function continued iteration after whole loop exit"))
	case abi.RF_MISSING_PANIC:
		panic(errorString("range function recovered a loop body panic and did not resume panicking"))
	}
	throw("unexpected state set by range function loop body")
}

const (
	sigBUS  = 7
	sigFPE  = 8
	sigSEGV = 11

	busADRERR  = 2
	segvMAPERR = 1
	segvACCERR = 2
	fpeINTDIV  = 1
	fpeINTOVF  = 2
)

// sigpanic turns a fault into a panic. The signal handler makes it look as if the faulting instruction had called it.
//
//go:noinline
func sigpanic() {
	gp := getg()
	switch gp.sig {
	case sigBUS:
		if gp.sigcode0 == busADRERR && gp.sigcode1 < 0x1000 {
			panicmem()
		}
		faultPanic(gp)
	case sigSEGV:
		if (gp.sigcode0 == 0 || gp.sigcode0 == segvMAPERR || gp.sigcode0 == segvACCERR) && gp.sigcode1 < 0x1000 {
			panicmem()
		}
		faultPanic(gp)
	case sigFPE:
		switch gp.sigcode0 {
		case fpeINTDIV:
			panicdivide()
		case fpeINTOVF:
			panicoverflow()
		}
		panicfloat()
	}
	throw("unexpected signal during runtime execution")
}

// faultPanic is a fault at an address that no nil pointer explains: fatal unless the program asked for a panic.
func faultPanic(gp *g) {
	if gp.paniconfault {
		panicmemAddr(gp.sigcode1)
	}
	print("unexpected fault address ", hex(gp.sigcode1), "\n")
	throw("fault")
}
