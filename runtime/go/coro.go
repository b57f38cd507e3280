// Copyright 2026 The Gannet Authors.

// Coroutines: goroutines that run only when switched to. They carry iter.Pull.

package runtime

import "unsafe"

// A coro is a place where one of two goroutines waits: the creator, or the one that runs f.
type coro struct {
	gp *g // who waits
	f  func(*coro)
	// How the creator was locked to its thread; switches must find the same.
	thread uintptr
	locks  int
}

// newcoro makes a coroutine that will run f when first switched to.
//
//go:linkname newcoro
func newcoro(f func(*coro)) *coro {
	c := new(coro)
	c.f = f
	c.thread, c.locks = coroLocks()
	start := func() {
		defer coroexit(c) // after a Goexit, too
		c.f(c)
	}
	c.gp = newcoroG(*(**funcval)(unsafe.Pointer(&start)))
	return c
}

// coroexit ends the coroutine's goroutine and lets the one that waits go on.
func coroexit(c *coro) {
	next := c.gp
	c.gp = nil
	coroExitTo(next, c.thread, c.locks)
}

// coroswitch puts the caller to wait in c and runs who waited there.
//
//go:linkname coroswitch
func coroswitch(c *coro) {
	next := c.gp
	c.gp = getg()
	coroSwitchTo(next, c.thread, c.locks)
}
