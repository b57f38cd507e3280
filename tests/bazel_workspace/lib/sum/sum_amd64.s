#include "textflag.h"
#include "go_asm.h"
#include "macros.h"

// func Sum(p *Pair) int64
TEXT ·Sum(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), AX
	MOVQ Pair_X(AX), BX
	ADDED(Pair_Y(AX), BX)
	MOVQ BX, ret+8(FP)
	RET
