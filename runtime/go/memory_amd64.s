// Copyright 2026 The Gannet Authors.

// Memory primitives, on the goroutine's stack, with no frame: they may fault in the caller's name.
// None needs X15 changed. Words that are aligned in source and destination are copied whole.

#include "textflag.h"

// func memmove(to, from unsafe.Pointer, n uintptr): AX, BX, CX. The ranges may overlap.
TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPQ	CX, $16
	JHI	over16
	CMPQ	CX, $8
	JCC	from8
	CMPQ	CX, $4
	JCC	from4
	TESTQ	CX, CX
	JEQ	done
	MOVBLZX	(BX), DX
	MOVBLZX	-1(BX)(CX*1), SI
	CMPQ	CX, $3
	JNE	ends
	MOVBLZX	1(BX), DI
	MOVB	DI, 1(AX)
ends:
	MOVB	DX, (AX)
	MOVB	SI, -1(AX)(CX*1)
done:
	RET
from4:
	MOVL	(BX), DX
	MOVL	-4(BX)(CX*1), SI
	MOVL	DX, (AX)
	MOVL	SI, -4(AX)(CX*1)
	RET
from8:
	MOVQ	(BX), DX
	MOVQ	-8(BX)(CX*1), SI
	MOVQ	DX, (AX)
	MOVQ	SI, -8(AX)(CX*1)
	RET
over16:
	CMPQ	CX, $32
	JHI	over32
	MOVOU	(BX), X0
	MOVOU	-16(BX)(CX*1), X1
	MOVOU	X0, (AX)
	MOVOU	X1, -16(AX)(CX*1)
	RET
over32:
	CMPQ	CX, $64
	JHI	over64
	MOVOU	(BX), X0
	MOVOU	16(BX), X1
	MOVOU	-32(BX)(CX*1), X2
	MOVOU	-16(BX)(CX*1), X3
	MOVOU	X0, (AX)
	MOVOU	X1, 16(AX)
	MOVOU	X2, -32(AX)(CX*1)
	MOVOU	X3, -16(AX)(CX*1)
	RET
over64:
	MOVQ	AX, DX
	SUBQ	BX, DX
	JEQ	done
	CMPQ	DX, CX
	JCS	backward // the destination begins inside the source

	// Forward. The last 64 bytes are read first, since the loop may overwrite them.
	MOVOU	-64(BX)(CX*1), X4
	MOVOU	-48(BX)(CX*1), X5
	MOVOU	-32(BX)(CX*1), X6
	MOVOU	-16(BX)(CX*1), X7
	LEAQ	-64(AX)(CX*1), R8 // where they go
	CMPQ	CX, $2048
	JCS	forward
	NEGQ	DX
	CMPQ	DX, CX
	JCS	forward // overlapping: the string instruction would be slow
	MOVQ	AX, DI
	MOVQ	BX, SI
	SHRQ	$3, CX
	CLD
	REP; MOVSQ
	JMP	tail
forward:
	MOVOU	(BX), X0
	MOVOU	16(BX), X1
	MOVOU	32(BX), X2
	MOVOU	48(BX), X3
	MOVOU	X0, (AX)
	MOVOU	X1, 16(AX)
	MOVOU	X2, 32(AX)
	MOVOU	X3, 48(AX)
	ADDQ	$64, AX
	ADDQ	$64, BX
	CMPQ	AX, R8
	JCS	forward
tail:
	MOVOU	X4, (R8)
	MOVOU	X5, 16(R8)
	MOVOU	X6, 32(R8)
	MOVOU	X7, 48(R8)
	RET

backward:
	MOVOU	(BX), X4
	MOVOU	16(BX), X5
	MOVOU	32(BX), X6
	MOVOU	48(BX), X7
backloop:
	MOVOU	-64(BX)(CX*1), X0
	MOVOU	-48(BX)(CX*1), X1
	MOVOU	-32(BX)(CX*1), X2
	MOVOU	-16(BX)(CX*1), X3
	MOVOU	X0, -64(AX)(CX*1)
	MOVOU	X1, -48(AX)(CX*1)
	MOVOU	X2, -32(AX)(CX*1)
	MOVOU	X3, -16(AX)(CX*1)
	SUBQ	$64, CX
	CMPQ	CX, $64
	JHI	backloop
	MOVOU	X4, (AX)
	MOVOU	X5, 16(AX)
	MOVOU	X6, 32(AX)
	MOVOU	X7, 48(AX)
	RET

// func memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr): AX, BX.
TEXT runtime·memclrNoHeapPointers<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	XORL	DX, DX
	CMPQ	BX, $16
	JHI	over16
	CMPQ	BX, $8
	JCC	from8
	CMPQ	BX, $4
	JCC	from4
	TESTQ	BX, BX
	JEQ	done
	MOVB	DX, (AX)
	MOVB	DX, -1(AX)(BX*1)
	CMPQ	BX, $3
	JNE	done
	MOVB	DX, 1(AX)
done:
	RET
from4:
	MOVL	DX, (AX)
	MOVL	DX, -4(AX)(BX*1)
	RET
from8:
	MOVQ	DX, (AX)
	MOVQ	DX, -8(AX)(BX*1)
	RET
over16:
	PXOR	X0, X0
	CMPQ	BX, $64
	JHI	over64
	MOVOU	X0, (AX)
	MOVOU	X0, -16(AX)(BX*1)
	CMPQ	BX, $32
	JLS	done
	MOVOU	X0, 16(AX)
	MOVOU	X0, -32(AX)(BX*1)
	RET
over64:
	LEAQ	-64(AX)(BX*1), R8
	CMPQ	BX, $2048
	JCS	loop
	MOVQ	AX, DI
	MOVQ	BX, CX
	SHRQ	$3, CX
	XORL	AX, AX
	CLD
	REP; STOSQ
	JMP	tail
loop:
	MOVOU	X0, (AX)
	MOVOU	X0, 16(AX)
	MOVOU	X0, 32(AX)
	MOVOU	X0, 48(AX)
	ADDQ	$64, AX
	CMPQ	AX, R8
	JCS	loop
tail:
	MOVOU	X0, (R8)
	MOVOU	X0, 16(R8)
	MOVOU	X0, 32(R8)
	MOVOU	X0, 48(R8)
	RET

// Hashes by multiplication to 128 bits and folding (Wang Yi, wyhash). The two keys are the process's own: who knew them could choose
// data that makes a factor zero, and so the same hash whatever the seed h is. memhash32 and memhash64 are memhash of 4 and 8 bytes.
#define K0 runtime·hashKeys+0(SB)
#define K1 runtime·hashKeys+8(SB)

// func memhash64(p unsafe.Pointer, h uintptr) uintptr: AX, BX.
TEXT runtime·memhash64<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVQ	(AX), AX
	MOVQ	K0, CX
	MOVQ	K1, SI
	XORQ	CX, BX
	XORQ	SI, AX
	MULQ	BX
	XORQ	DX, AX
	XORQ	$8, SI
	MULQ	SI
	XORQ	DX, AX
	RET

// func memhash32(p unsafe.Pointer, h uintptr) uintptr: AX, BX.
TEXT runtime·memhash32<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVL	(AX), AX
	MOVQ	AX, DX
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	K0, CX
	MOVQ	K1, SI
	XORQ	CX, BX
	XORQ	SI, AX
	MULQ	BX
	XORQ	DX, AX
	XORQ	$4, SI
	MULQ	SI
	XORQ	DX, AX
	RET

// func memhash(p unsafe.Pointer, h, s uintptr) uintptr: AX, BX, CX.
TEXT runtime·memhash<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-32
	MOVQ	K0, R8
	MOVQ	K1, SI
	XORQ	R8, BX
	MOVQ	CX, R9 // the length, for the end
	CMPQ	CX, $16
	JHI	long
	XORL	R10, R10
	CMPQ	CX, $8
	JEQ	eight
	JHI	from8
	CMPQ	CX, $4
	JCC	from4
	XORL	DI, DI
	TESTQ	CX, CX
	JEQ	mix
	MOVBLZX	(AX), DI // first, middle and last byte
	SHLQ	$16, DI
	MOVQ	CX, DX
	SHRQ	$1, DX
	MOVBLZX	(AX)(DX*1), DX
	SHLQ	$8, DX
	ORQ	DX, DI
	MOVBLZX	-1(AX)(CX*1), DX
	ORQ	DX, DI
	JMP	mix
from4:
	MOVL	(AX), DI
	MOVL	-4(AX)(CX*1), DX
	SHLQ	$32, DX
	ORQ	DX, DI
	JMP	mix
eight:
	MOVQ	(AX), DI
	JMP	mix
from8:
	MOVQ	(AX), DI
	MOVQ	-8(AX)(CX*1), R10
	JMP	mix
long:
	MOVQ	AX, R11 // position; AX and DX are the multiplier's
	LEAQ	-16(AX)(CX*1), R12 // the last 16 bytes
	CMPQ	CX, $64
	JCS	step
	LEAQ	-48(AX)(CX*1), R13
	MOVQ	BX, R15 // two lanes
lanes:
	MOVQ	(R11), AX
	XORQ	SI, AX
	XORQ	8(R11), BX
	MULQ	BX
	XORQ	DX, AX
	MOVQ	AX, BX
	MOVQ	16(R11), AX
	XORQ	R8, AX
	XORQ	24(R11), R15
	MULQ	R15
	XORQ	DX, AX
	MOVQ	AX, R15
	ADDQ	$32, R11
	CMPQ	R11, R13
	JCS	lanes
	XORQ	R15, BX
step:
	CMPQ	R11, R12
	JCC	last
	MOVQ	(R11), AX
	XORQ	SI, AX
	XORQ	8(R11), BX
	MULQ	BX
	XORQ	DX, AX
	MOVQ	AX, BX
	ADDQ	$16, R11
	JMP	step
last:
	MOVQ	(R12), DI
	MOVQ	8(R12), R10
mix:
	MOVQ	DI, AX
	XORQ	SI, AX
	XORQ	R10, BX
	MULQ	BX
	XORQ	DX, AX
	XORQ	R9, SI
	MULQ	SI
	XORQ	DX, AX
	RET

// goexit is where a goroutine's function returns to: each one starts as if goexit, past its first instruction, had called it.
TEXT runtime·goexit<ABIInternal>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	BYTE	$0x90
	CALL	runtime·goexit1<ABIInternal>(SB)
	BYTE	$0x90

// func breakpoint()
TEXT runtime·breakpoint<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	BYTE	$0xcc
	RET
