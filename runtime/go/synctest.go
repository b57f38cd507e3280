// Copyright 2026 The Gannet Authors.

// Bubbles of testing/synctest. The core counts who waits and keeps the clock; the goroutine in Run calls timers' functions.

package runtime

import "unsafe"

// synctestBubble is the core's.
type synctestBubble struct{ _ [1]byte }

// What bubbleNext says.
const (
	bubbleTimer = iota
	bubbleFinished
	bubbleMainExited
	bubbleBlocked
)

// synctestDeadlock is the panic of a bubble whose goroutines wait for one another.
type synctestDeadlock struct{ reason string }

func (e synctestDeadlock) Error() string { return e.reason }

//go:linkname synctestRun internal/synctest.Run
func synctestRun(f func()) {
	gp := getg()
	if gp.bubble != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	if timersAreAsync() {
		panic("synctest.Run not supported with asynctimerchan!=0")
	}
	b := bubbleNew()
	gp.bubble = b
	defer func() { gp.bubble = nil }()
	go func() {
		defer bubbleMainDone(b)
		f()
	}()
	for {
		var c timerCall
		switch bubbleNext(&c) {
		case bubbleTimer:
			c.f(c.arg, c.seq, c.delta)
			timerDone(&c)
		case bubbleFinished:
			bubbleFree(b)
			return
		case bubbleMainExited:
			panic(synctestDeadlock{"deadlock: main bubble goroutine has exited but blocked goroutines remain"})
		case bubbleBlocked:
			panic(synctestDeadlock{"deadlock: all goroutines in bubble are blocked"})
		}
	}
}

// bubbleRunDue calls the functions of timers that are due at once: nothing may happen between setting one and its firing.
func bubbleRunDue(b unsafe.Pointer) {
	for {
		var c timerCall
		if !bubbleTakeDue(b, &c) {
			return
		}
		c.f(c.arg, c.seq, c.delta)
		timerDone(&c)
	}
}

//go:linkname synctestWait internal/synctest.Wait
func synctestWait() {
	if getg().bubble == nil {
		panic("goroutine is not in a bubble")
	}
	bubbleWait()
}

//go:linkname synctest_isInBubble internal/synctest.IsInBubble
func synctest_isInBubble() bool { return getg().bubble != nil }

//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int {
	return bubbleAssociate(p, bubbleID(getg().bubble), true)
}

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) { bubbleDisassociate(p) }

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool {
	return bubbleAssociate(p, bubbleID(getg().bubble), false) == 1
}

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any {
	b := getg().bubble
	if b == nil {
		return nil
	}
	bubbleHold(b, 1)
	return (*synctestBubble)(b)
}

//go:linkname synctest_release internal/synctest.release
func synctest_release(bubble any) { bubbleHold(unsafe.Pointer(bubble.(*synctestBubble)), -1) }

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(bubble any, f func()) {
	gp := getg()
	if gp.bubble != nil {
		panic("goroutine is already bubbled")
	}
	b := unsafe.Pointer(bubble.(*synctestBubble))
	bubbleJoin(b)
	gp.bubble = b
	defer func() {
		gp.bubble = nil
		bubbleLeave(b)
	}()
	f()
}
