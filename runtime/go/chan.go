// Copyright 2026 The Gannet Authors.

// Channels, as compiled code and reflect see them; the core does the work.

package runtime

import "unsafe"

// What compiled code calls. These stand in Go so that profiles of blocking begin with their names and places.

//go:nosplit
func chansend1(c *hchan, elem unsafe.Pointer) { chansend(c, elem, true) }

//go:nosplit
func chanrecv1(c *hchan, elem unsafe.Pointer) { chanrecv(c, elem, true) }

//go:nosplit
func chanrecv2(c *hchan, elem unsafe.Pointer) bool {
	_, received := chanrecv(c, elem, true)
	return received
}

func makechan64(t *chantype, size int64) *hchan { return makechan(t, int(size)) }

//go:linkname reflect_makechan reflect.makechan
func reflect_makechan(t *chantype, size int) *hchan { return makechan(t, size) }

//go:linkname reflect_chanlen reflect.chanlen
func reflect_chanlen(c *hchan) int { return chanlen(c) }

//go:linkname reflectlite_chanlen internal/reflectlite.chanlen
func reflectlite_chanlen(c *hchan) int { return chanlen(c) }

//go:linkname reflect_chancap reflect.chancap
func reflect_chancap(c *hchan) int { return chancap(c) }

//go:linkname reflect_chanclose reflect.chanclose
func reflect_chanclose(c *hchan) { closechan(c) }

//go:linkname reflect_chansend0 reflect.chansend0
func reflect_chansend0(c *hchan, elem unsafe.Pointer, nb bool) bool { return chansend(c, elem, !nb) }

//go:linkname reflect_chanrecv reflect.chanrecv
func reflect_chanrecv(c *hchan, nb bool, elem unsafe.Pointer) (selected bool, received bool) {
	return chanrecv(c, elem, !nb)
}
