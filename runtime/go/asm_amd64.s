// Copyright 2026 The Gannet Authors.

// Assembly of package runtime that is no thunk into the core: entries with calling rules of their own.

#include "textflag.h"
#include "funcdata.h"

// linkinfo gathers what the linker tells about the program; layout: type linkInfo in proc.go.
DATA linkinfo<>+0(SB)/8, $runtime·text(SB)
DATA linkinfo<>+8(SB)/8, $runtime·types(SB)
DATA linkinfo<>+16(SB)/8, $runtime·typelink(SB)
DATA linkinfo<>+24(SB)/8, $runtime·etypelink(SB)
DATA linkinfo<>+32(SB)/8, $runtime·itablink(SB)
DATA linkinfo<>+40(SB)/8, $runtime·eitablink(SB)
DATA linkinfo<>+48(SB)/8, $go:runtime.inittasks(SB)
DATA linkinfo<>+56(SB)/8, $go:main.inittasks(SB)
GLOBL linkinfo<>(SB), RODATA|NOPTR, $64

// staticuint64s: 8-byte numbers, each its own index.
#define NUMBER(n) \
	DATA runtime·staticuint64s+(8*(n))(SB)/8, $(n)
#define NUMBERS4(n) \
	NUMBER(n); \
	NUMBER(n+1); \
	NUMBER(n+2); \
	NUMBER(n+3)
#define NUMBERS16(n) \
	NUMBERS4(n); \
	NUMBERS4(n+4); \
	NUMBERS4(n+8); \
	NUMBERS4(n+12)
#define NUMBERS64(n) \
	NUMBERS16(n); \
	NUMBERS16(n+16); \
	NUMBERS16(n+32); \
	NUMBERS16(n+48)
NUMBERS64(0)
NUMBERS64(64)
NUMBERS64(128)
NUMBERS64(192)
GLOBL runtime·staticuint64s(SB), RODATA|NOPTR, $2048

// func linkInfoAddr() *linkInfo
TEXT runtime·linkInfoAddr<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ	linkinfo<>(SB), AX
	RET

// abort stops the program where nothing else can be done.
TEXT runtime·abort<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	INT	$3
	JMP	0(PC)

// panicBounds is what compiled code calls for every bounds error. It keeps the registers in the order of their
// encodings, in which pcdata 4 at the return address names the operands. It does not return.
TEXT runtime·panicBounds<ABIInternal>(SB), NOSPLIT, $144-0
	NO_LOCAL_POINTERS
	MOVQ	AX, 16(SP)
	MOVQ	CX, 24(SP)
	MOVQ	DX, 32(SP)
	MOVQ	BX, 40(SP)
	// 48(SP) stands for SP itself, which is never an operand.
	MOVQ	BP, 56(SP)
	MOVQ	SI, 64(SP)
	MOVQ	DI, 72(SP)
	MOVQ	R8, 80(SP)
	MOVQ	R9, 88(SP)
	MOVQ	R10, 96(SP)
	MOVQ	R11, 104(SP)
	MOVQ	R12, 112(SP)
	MOVQ	R13, 120(SP)
	MOVQ	R15, 136(SP)
	MOVQ	152(SP), AX // the return address: behind this frame and the saved BP
	LEAQ	16(SP), BX
	CALL	runtime·panicBounds64<ABIInternal>(SB)
	RET

// goPanicPlain calls panicPlain(s string) for the core, which has no frame in which that function could spill its argument.
TEXT runtime·goPanicPlain<ABIInternal>(SB), NOSPLIT, $16-0
	NO_LOCAL_POINTERS
	CALL	runtime·panicPlain<ABIInternal>(SB)
	RET

// func deferprocStack(d *_defer): enters a record that lies in the caller's frame; the caller has set d.fn. Nothing that it
// overwrites or stores needs a write barrier: the record was nobody's, and what the list held is in the record now.
TEXT runtime·deferprocStack<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ	8(SP), CX // the caller's SP
	MOVQ	(SP), DX
	MOVW	$0, 0(AX) // heap, rangefunc
	MOVQ	CX, 8(AX) // sp
	MOVQ	DX, 16(AX) // pc
	MOVQ	40(R14), BX // g._defer
	MOVQ	BX, 32(AX) // link
	MOVQ	$0, 40(AX) // head
	MOVQ	AX, 40(R14)
	RET

// spillArgs stores the argument registers in the abi.RegArgs at R12; it keeps all of them.
TEXT runtime·spillArgs(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	AX, 0(R12)
	MOVQ	BX, 8(R12)
	MOVQ	CX, 16(R12)
	MOVQ	DI, 24(R12)
	MOVQ	SI, 32(R12)
	MOVQ	R8, 40(R12)
	MOVQ	R9, 48(R12)
	MOVQ	R10, 56(R12)
	MOVQ	R11, 64(R12)
	MOVQ	X0, 72(R12)
	MOVQ	X1, 80(R12)
	MOVQ	X2, 88(R12)
	MOVQ	X3, 96(R12)
	MOVQ	X4, 104(R12)
	MOVQ	X5, 112(R12)
	MOVQ	X6, 120(R12)
	MOVQ	X7, 128(R12)
	MOVQ	X8, 136(R12)
	MOVQ	X9, 144(R12)
	MOVQ	X10, 152(R12)
	MOVQ	X11, 160(R12)
	MOVQ	X12, 168(R12)
	MOVQ	X13, 176(R12)
	MOVQ	X14, 184(R12)
	RET

// unspillArgs loads them from there.
TEXT runtime·unspillArgs(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	0(R12), AX
	MOVQ	8(R12), BX
	MOVQ	16(R12), CX
	MOVQ	24(R12), DI
	MOVQ	32(R12), SI
	MOVQ	40(R12), R8
	MOVQ	48(R12), R9
	MOVQ	56(R12), R10
	MOVQ	64(R12), R11
	MOVQ	72(R12), X0
	MOVQ	80(R12), X1
	MOVQ	88(R12), X2
	MOVQ	96(R12), X3
	MOVQ	104(R12), X4
	MOVQ	112(R12), X5
	MOVQ	120(R12), X6
	MOVQ	128(R12), X7
	MOVQ	136(R12), X8
	MOVQ	144(R12), X9
	MOVQ	152(R12), X10
	MOVQ	160(R12), X11
	MOVQ	168(R12), X12
	MOVQ	176(R12), X13
	MOVQ	184(R12), X14
	RET

// func reflectcall(stackArgsType *_type, f, stackArgs unsafe.Pointer, stackArgsSize, stackRetOffset, frameSize uint32, regArgs *abi.RegArgs)
//
// Calls f with a copy of the stack arguments and the register arguments given, and copies the results back. One of a
// family of functions with frames of growing size does it, so that the stack check is the ordinary one.
#define DISPATCH(NAME, MAXSIZE) \
	CMPQ	CX, $MAXSIZE \
	JA	3(PC) \
	MOVQ	$NAME(SB), AX \
	JMP	AX

TEXT runtime·reflectcall(SB), NOSPLIT|NOFRAME, $0-48
	MOVLQZX	40(SP), CX // frameSize+32(FP)
	DISPATCH(runtime·call16, 16)
	DISPATCH(runtime·call32, 32)
	DISPATCH(runtime·call64, 64)
	DISPATCH(runtime·call128, 128)
	DISPATCH(runtime·call256, 256)
	DISPATCH(runtime·call512, 512)
	DISPATCH(runtime·call1024, 1024)
	DISPATCH(runtime·call2048, 2048)
	DISPATCH(runtime·call4096, 4096)
	DISPATCH(runtime·call8192, 8192)
	DISPATCH(runtime·call16384, 16384)
	DISPATCH(runtime·call32768, 32768)
	DISPATCH(runtime·call65536, 65536)
	DISPATCH(runtime·call131072, 131072)
	DISPATCH(runtime·call262144, 262144)
	DISPATCH(runtime·call524288, 524288)
	DISPATCH(runtime·call1048576, 1048576)
	DISPATCH(runtime·call2097152, 2097152)
	DISPATCH(runtime·call4194304, 4194304)
	DISPATCH(runtime·call8388608, 8388608)
	DISPATCH(runtime·call16777216, 16777216)
	DISPATCH(runtime·call33554432, 33554432)
	DISPATCH(runtime·call67108864, 67108864)
	DISPATCH(runtime·call134217728, 134217728)
	DISPATCH(runtime·call268435456, 268435456)
	DISPATCH(runtime·call536870912, 536870912)
	DISPATCH(runtime·call1073741824, 1073741824)
	MOVQ	$runtime·badreflectcall(SB), AX
	JMP	AX

#define CALLFN(NAME, MAXSIZE) \
TEXT NAME(SB), WRAPPER, $MAXSIZE-48; \
	NO_LOCAL_POINTERS; \
	MOVQ	stackArgs+16(FP), SI; \
	MOVLQZX	stackArgsSize+24(FP), CX; \
	MOVQ	SP, DI; \
	CLD; \
	REP; MOVSB; \
	MOVQ	regArgs+40(FP), R12; \
	CALL	runtime·unspillArgs(SB); \
	MOVQ	f+8(FP), DX; \
	MOVQ	(DX), R12; \
	CALL	R12; \
	MOVQ	regArgs+40(FP), R12; \
	CALL	runtime·spillArgs(SB); \
	MOVLQZX	stackArgsSize+24(FP), CX; \
	MOVLQZX	stackRetOffset+28(FP), BX; \
	MOVQ	stackArgs+16(FP), DI; \
	MOVQ	stackArgsType+0(FP), DX; \
	MOVQ	SP, SI; \
	ADDQ	BX, DI; \
	ADDQ	BX, SI; \
	SUBQ	BX, CX; \
	CALL	callRet<>(SB); \
	RET

// callRet copies the results of a reflected call; DX type, DI destination, SI source, CX size, R12 registers.
TEXT callRet<>(SB), NOSPLIT, $40-0
	NO_LOCAL_POINTERS
	MOVQ	DX, 0(SP)
	MOVQ	DI, 8(SP)
	MOVQ	SI, 16(SP)
	MOVQ	CX, 24(SP)
	MOVQ	R12, 32(SP)
	CALL	runtime·reflectcallmove(SB)
	RET

CALLFN(runtime·call16, 16)
CALLFN(runtime·call32, 32)
CALLFN(runtime·call64, 64)
CALLFN(runtime·call128, 128)
CALLFN(runtime·call256, 256)
CALLFN(runtime·call512, 512)
CALLFN(runtime·call1024, 1024)
CALLFN(runtime·call2048, 2048)
CALLFN(runtime·call4096, 4096)
CALLFN(runtime·call8192, 8192)
CALLFN(runtime·call16384, 16384)
CALLFN(runtime·call32768, 32768)
CALLFN(runtime·call65536, 65536)
CALLFN(runtime·call131072, 131072)
CALLFN(runtime·call262144, 262144)
CALLFN(runtime·call524288, 524288)
CALLFN(runtime·call1048576, 1048576)
CALLFN(runtime·call2097152, 2097152)
CALLFN(runtime·call4194304, 4194304)
CALLFN(runtime·call8388608, 8388608)
CALLFN(runtime·call16777216, 16777216)
CALLFN(runtime·call33554432, 33554432)
CALLFN(runtime·call67108864, 67108864)
CALLFN(runtime·call134217728, 134217728)
CALLFN(runtime·call268435456, 268435456)
CALLFN(runtime·call536870912, 536870912)
CALLFN(runtime·call1073741824, 1073741824)
