#include "textflag.h"
#define NOSPLIT 4
#define LOAD(r, off) MOVQ off(SI), r; \
	ADDQ $1, r

// func add(a, b int64) int64
TEXT ·add(SB), NOSPLIT|0x10, $16-24
	MOVQ a+0(FP), AX
	MOVQ b+8(FP), BX
loop:
	LOAD(CX, 8)
	ADDQ BX, AX
	CMPQ AX, $0x10
	JNE loop
	MOVQ AX, ret+16(FP)
	CALL ·other<ABIInternal>(SB)
	RET

TEXT other<>(SB), 7, $0
	LEAQ tab<>+8(SB), DX
	VPADDD Y1, Y2, Y3
	VMOVDQU64 (AX)(BX*8), Z1
	PREFETCHT0 -64(AX)
	LOCK
	XADDL CX, (DX)
	REP; MOVSB
	JMP 2(PC)
	BYTE $0x90; WORD $1; LONG $2; QUAD $3
	RET
