// Copyright 2026 The Gannet Authors.

// The entries of select, for compiled code and for reflect; the core does the work.

package runtime

import "unsafe"

// selectgo does what one of the cases asks for, the sends first, and says which; less than 0 if none can go on and it may not block.
// order0 is room for twice as many numbers. It stands in Go as chansend1 does.
//
//go:nosplit
func selectgo(cas0 *scase, order0 *uint16, pc0 *uintptr, nsends, nrecvs int, block bool) (int, bool) {
	return selectCases(cas0, order0, pc0, nsends, nrecvs, block)
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
