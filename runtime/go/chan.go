// Copyright 2026 The Gannet Authors.

// Channels and select, as reflect and the compiler's less usual entries see them; the core does the work.

package runtime

import "unsafe"

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

// runtimeSelect is reflect's description of one case.
type runtimeSelect struct {
	dir int            // 1 send, 2 receive, 3 default
	typ unsafe.Pointer // channel type (not used)
	ch  *hchan
	val unsafe.Pointer // where to send from or receive to
}

//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(cases []runtimeSelect) (int, bool) {
	const (
		dirSend    = 1
		dirRecv    = 2
		dirDefault = 3
	)
	if len(cases) == 0 {
		block()
	}
	// selectgo wants the sends first and the receives behind them, from the end.
	sel := make([]scase, len(cases))
	orig := make([]int, len(cases))
	nsends, nrecvs, dflt := 0, 0, -1
	for i := range cases {
		rc := &cases[i]
		at := 0
		switch rc.dir {
		case dirDefault:
			dflt = i
			continue
		case dirSend:
			at = nsends
			nsends++
		case dirRecv:
			nrecvs++
			at = len(cases) - nrecvs
		}
		sel[at] = scase{c: rc.ch, elem: rc.val}
		orig[at] = i
	}
	if nsends+nrecvs == 0 {
		return dflt, false
	}
	if nsends+nrecvs < len(cases) {
		copy(sel[nsends:], sel[len(cases)-nrecvs:])
		copy(orig[nsends:], orig[len(cases)-nrecvs:])
	}
	order := make([]uint16, 2*(nsends+nrecvs))
	chosen, received := selectgo(&sel[0], &order[0], nil, nsends, nrecvs, dflt == -1)
	if chosen < 0 {
		return dflt, received
	}
	return orig[chosen], received
}
