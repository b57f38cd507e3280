#ifdef GOARCH_amd64
#define A(x, y) x, y
#define B A(1, A(2, 3))
#else
#error
#endif
#ifndef X
#define X X
#undef X
#endif
/* comment
*/ TEXT f(SB), 4, $0
	MOVQ $(1<<3 + 'a' - ~2*(3%2)), AX
	MOVQ A($1, BX)
	// comment \
	RET; RET
#include "in.s"
#line 3 "x.s"
