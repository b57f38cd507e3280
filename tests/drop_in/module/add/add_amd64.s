#include "textflag.h"
#include "go_asm.h"

TEXT ·Sum(SB), NOSPLIT, $0-24
	MOVQ a+0(FP), AX
	ADDQ b+8(FP), AX
	MOVQ AX, ret+16(FP)
	RET

TEXT ·Total(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), CX
	MOVQ Pair_A(CX), AX
	ADDQ Pair_B(CX), AX
	MOVQ AX, ret+8(FP)
	RET
