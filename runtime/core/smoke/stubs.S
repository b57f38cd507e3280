// Stand-ins for what compiled Go code and the linker give, so that the runtime runs without them. "Go" functions are C ones:
// gn_enter calls C from a goroutine's entry, CALL_GO calls a thunk from C by Go's registers.
#include "runtime/core/layout.h"

  .text
  .globl runtime.goexit
runtime.goexit:
  nop
  call runtime.goexit1
  nop

  .globl runtime.main
runtime.main:
  subq $8, %rsp
  call smokeMain
  ud2

// Entry of a FuncVal {gn_enter, C function, argument}.
  .globl gn_enter
gn_enter:
  subq $8, %rsp
  movq 16(%rdx), %rdi
  call *8(%rdx)
  addq $8, %rsp
  ret

  .globl runtime.sigpanic
runtime.sigpanic:
  subq $8, %rsp
  andq $-16, %rsp
  call smokeSigpanic
  ud2

  .globl runtime.gopark
runtime.gopark:
  ud2

  .globl runtime.goPanicPlain
runtime.goPanicPlain:
  movq %rax, %rdi
  movq %rbx, %rsi
  andq $-16, %rsp
  call smokePanic
  ud2

.macro CALL_GO name
  .globl go_\name
go_\name:
  pushq %rbx
  pushq %rbp
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  movq %rdi, %rax
  movq %rsi, %rbx
  movq %rcx, %rdi
  movq %rdx, %rcx
  movq %r8, %rsi
  movq %r9, %r8
  movq %fs:-8, %r14
  call runtime.\name
  movq %rbx, %rdx
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbp
  popq %rbx
  ret
.endm
  CALL_GO mallocgc
  CALL_GO newproc
  CALL_GO newsystemproc
  CALL_GO makechan
  CALL_GO chansend
  CALL_GO chanrecv
  CALL_GO closechan
  CALL_GO selectCases
  CALL_GO gosched
  CALL_GO timeSleep
  CALL_GO exit
  CALL_GO mainStarted
  CALL_GO gcWait
  CALL_GO gcStopTheWorld
  CALL_GO gcMarkStart
  CALL_GO gcMarkWork
  CALL_GO bulkBarrierPreWrite
  CALL_GO gcMarkDone
  CALL_GO gcStartTheWorld
  CALL_GO gcSweep
  CALL_GO gcDone
  CALL_GO gcRequest
  CALL_GO semacquire1
  CALL_GO semrelease1
  CALL_GO nanotime
  CALL_GO entersyscall
  CALL_GO exitsyscall
  CALL_GO stopTheWorld
  CALL_GO startTheWorld0
  CALL_GO procCount
  CALL_GO newTimer
  CALL_GO stopTimer
  CALL_GO timerNext
  CALL_GO timerDone

  .data
  .globl runtime.data, runtime.edata
  .p2align 3
runtime.data:
  .globl smoke_root
smoke_root: .quad 0
runtime.edata:
  .bss
  .globl runtime.bss, runtime.ebss, runtime.covctrs, runtime.ecovctrs, runtime.zerobase, runtime.writeBarrier, runtime.MemProfileRate, runtime.fakeTime
  .globl runtime.allgs, runtime.allglen, runtime.firstmoduledata
runtime.bss:
runtime.ebss:
runtime.covctrs:
runtime.ecovctrs:
runtime.zerobase: .quad 0
runtime.MemProfileRate: .quad 0
runtime.fakeTime: .quad 0
runtime.allgs: .quad 0, 0, 0
runtime.allglen: .quad 0
runtime.firstmoduledata: .zero 48
runtime.writeBarrier: .quad 0, 0
  .section .rodata
  .globl runtime.gcdata, runtime.gcbss, runtime.pclntab, runtime.findfunctab, runtime.text, runtime.etext, runtime.ctext, go_func_base, runtime.types, runtime.etypes
runtime.types:
runtime.etypes:
runtime.gcdata: .byte 1
runtime.gcbss: .byte 0
  .p2align 3
// An empty pclntab: every frame is unknown, stacks are scanned conservatively.
runtime.pclntab: runtime.findfunctab: .zero 128
  .globl runtime.loadbase, runtime.relr, runtime.erelr, runtime.relro, runtime.erelro
runtime.loadbase = 0
runtime.relr: runtime.erelr: runtime.relro: runtime.erelro:
runtime.text = 0
runtime.etext = 0
runtime.ctext = 0
  .globl "go:func.*"
"go:func.*" = 0
  .section .note.GNU-stack,"",@progbits

// Settings that a program is linked with: none.
  .bss
  .balign 8
  .globl runtime.defaultGOGC, runtime.defaultGOMAXPROCS, runtime.defaultGOMEMLIMIT, runtime.godebugDefault
runtime.defaultGOGC:
  .skip 16
runtime.defaultGOMAXPROCS:
  .skip 16
runtime.defaultGOMEMLIMIT:
runtime.godebugDefault:
  .skip 16
