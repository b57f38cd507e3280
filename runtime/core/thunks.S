// The way from Go into C++ and back. README.md, "Go to C++".
//
// None of this uses the goroutine stack, so a Go caller's nosplit budget is not touched, and no pc in here is ever seen
// by the unwinder: g.sched holds the Go caller's.
#include "runtime/core/layout.h"

// One section a thunk, so that the linker drops those that nothing reaches.
#define GN_ENTRY(go, c, sig) GN_THUNK runtime.go, c

.macro GN_THUNK go, c
  .section .text.gn_thunk.\go,"ax",@progbits
  .globl \go
  .type \go,@function
  .p2align 4
\go:
  leaq \c(%rip), %r12
  jmp runtime.systemstack
  .size \go, .-\go
.endm

// R12 = C++ function, R14 = g; 0(SP) = return address into Go.
// Profiles show it by the name of what does this in Go. The label is local: nothing else can be linked to it.
  .section .text.systemstack,"ax",@progbits
  .type runtime.systemstack,@function
  .p2align 5
runtime.systemstack:
  movq GN_OFF_G_M(%r14), %r13
  movq (%rsp), %r15
  movq %r15, GN_OFF_G_SCHED_PC(%r14)
  leaq 8(%rsp), %r15
  movq %r15, GN_OFF_G_SCHED_SP(%r14)
  movq %rbp, GN_OFF_G_SCHED_BP(%r14)
  movq GN_OFF_M_SYS_SP(%r13), %rsp
  subq $32, %rsp
  movq %r9, (%rsp)
  movq %r10, 8(%rsp)
  movq %r11, 16(%rsp)
  movq %r8, %r9
  movq %rsi, %r8
  movq %rcx, %rdx
  movq %rdi, %rcx
  movq %rax, %rdi
  movq %rbx, %rsi
  xorl %ebp, %ebp
  call *%r12
  // C++ keeps R14. The goroutine's stack may have moved: SP and BP come from g.sched.
  movq GN_OFF_G_SCHED_SP(%r14), %r13
  movq GN_OFF_G_SCHED_PC(%r14), %r12
  movq GN_OFF_G_SCHED_BP(%r14), %rbp
  leaq -8(%r13), %rsp
  movq %r12, (%rsp)
  movq %rdx, %rbx
  xorps %xmm15, %xmm15
  ret
  .size runtime.systemstack, .-runtime.systemstack

// [[noreturn]] void gn_gogo(G *g): makes g the current goroutine of this thread and jumps to where it stands.
  .section .text.gn_gogo,"ax",@progbits
  .globl gn_gogo
  .type gn_gogo,@function
  .p2align 4
gn_gogo:
  movq %rdi, %r14
  movq %r14, %fs:-8
  movq GN_OFF_G_SCHED_SP(%r14), %rsp
  movq GN_OFF_G_SCHED_BP(%r14), %rbp
  movq GN_OFF_G_SCHED_CTXT(%r14), %rdx
  movq GN_OFF_G_RET0(%r14), %rax
  movq GN_OFF_G_RET1(%r14), %rbx
  movq GN_OFF_G_SCHED_PC(%r14), %rcx
  movq $0, GN_OFF_G_SCHED_CTXT(%r14)
  movq $0, GN_OFF_G_RET0(%r14)  // the collector takes it for a pointer
  xorps %xmm15, %xmm15
  jmp *%rcx
  .size gn_gogo, .-gn_gogo

// [[noreturn]] void gn_onSystemStack(uptr sp, void (*fn)()): throws away what is on this stack and calls fn on another.
  .section .text.gn_onSystemStack,"ax",@progbits
  .globl gn_onSystemStack
  .type gn_onSystemStack,@function
gn_onSystemStack:
  movq %rdi, %rsp
  xorl %ebp, %ebp
  call *%rsi
  ud2
  .size gn_onSystemStack, .-gn_onSystemStack

// Prologue slow path. 0(SP) = return address in the prologue of f, 8(SP) = f's own return address. DX = closure.
  .section .text.gn_morestack,"ax",@progbits
  .globl runtime.morestack_noctxt, runtime.morestack_noctxt.abi0
  .type runtime.morestack_noctxt,@function
runtime.morestack_noctxt:
runtime.morestack_noctxt.abi0:
  xorl %edx, %edx
  .size runtime.morestack_noctxt, .-runtime.morestack_noctxt
  .globl runtime.morestack
  .type runtime.morestack,@function
runtime.morestack:
  movq %fs:-8, %r14  // ABI0 assembly does not keep it
  movq GN_OFF_G_M(%r14), %r13
  movq (%rsp), %r12
  movq %r12, GN_OFF_G_SCHED_PC(%r14)
  leaq 8(%rsp), %r12
  movq %r12, GN_OFF_G_SCHED_SP(%r14)
  movq %rbp, GN_OFF_G_SCHED_BP(%r14)
  movq %rdx, GN_OFF_G_SCHED_CTXT(%r14)
  movq GN_OFF_M_SYS_SP(%r13), %rsp
  movq %r14, %rdi
  xorl %ebp, %ebp
  call runtime.newstack
  ud2
  .size runtime.morestack, .-runtime.morestack

// gcWriteBarrierN: room for N words in the P's buffer, its address in R11; all other registers are kept.
  .section .text.gn_gcWriteBarrier,"ax",@progbits
.macro GN_WB n
  .globl runtime.gcWriteBarrier\n
  .type runtime.gcWriteBarrier\n,@function
  .p2align 4
runtime.gcWriteBarrier\n:
  movl $(8*\n), %r11d
  jmp gn_writeBarrier
  .size runtime.gcWriteBarrier\n, .-runtime.gcWriteBarrier\n
.endm
  GN_WB 1
  GN_WB 2
  GN_WB 3
  GN_WB 4
  GN_WB 5
  GN_WB 6
  GN_WB 7
  GN_WB 8
  .type gn_writeBarrier,@function
gn_writeBarrier:
  pushq %r12
  pushq %r13
1:
  movq GN_OFF_G_M(%r14), %r13
  movq GN_OFF_M_P(%r13), %r13
  movq GN_OFF_P_WB_NEXT(%r13), %r12
  addq %r11, %r12
  cmpq GN_OFF_P_WB_END(%r13), %r12
  ja 2f
  movq %r12, GN_OFF_P_WB_NEXT(%r13)
  subq %r11, %r12
  movq %r12, %r11
  popq %r13
  popq %r12
  ret
2: // Full: the collector takes it. All registers go to the system stack; the goroutine's own stack has no room to spare.
  movq GN_OFF_G_M(%r14), %r13
  movq %rsp, %r12
  movq GN_OFF_M_SYS_SP(%r13), %rsp
  subq $(14*8 + 16*16), %rsp
  movq %rax, 0(%rsp)
  movq %rbx, 8(%rsp)
  movq %rcx, 16(%rsp)
  movq %rdx, 24(%rsp)
  movq %rsi, 32(%rsp)
  movq %rdi, 40(%rsp)
  movq %r8, 48(%rsp)
  movq %r9, 56(%rsp)
  movq %r10, 64(%rsp)
  movq %r11, 72(%rsp)
  movq %r15, 80(%rsp)
  movq %rbp, 88(%rsp)
  movq %r12, 96(%rsp)
  movups %xmm0, 112(%rsp)
  movups %xmm1, 128(%rsp)
  movups %xmm2, 144(%rsp)
  movups %xmm3, 160(%rsp)
  movups %xmm4, 176(%rsp)
  movups %xmm5, 192(%rsp)
  movups %xmm6, 208(%rsp)
  movups %xmm7, 224(%rsp)
  movups %xmm8, 240(%rsp)
  movups %xmm9, 256(%rsp)
  movups %xmm10, 272(%rsp)
  movups %xmm11, 288(%rsp)
  movups %xmm12, 304(%rsp)
  movups %xmm13, 320(%rsp)
  movups %xmm14, 336(%rsp)
  xorl %ebp, %ebp
  call gn_flushWriteBarrier
  movups 112(%rsp), %xmm0
  movups 128(%rsp), %xmm1
  movups 144(%rsp), %xmm2
  movups 160(%rsp), %xmm3
  movups 176(%rsp), %xmm4
  movups 192(%rsp), %xmm5
  movups 208(%rsp), %xmm6
  movups 224(%rsp), %xmm7
  movups 240(%rsp), %xmm8
  movups 256(%rsp), %xmm9
  movups 272(%rsp), %xmm10
  movups 288(%rsp), %xmm11
  movups 304(%rsp), %xmm12
  movups 320(%rsp), %xmm13
  movups 336(%rsp), %xmm14
  xorps %xmm15, %xmm15
  movq 0(%rsp), %rax
  movq 8(%rsp), %rbx
  movq 16(%rsp), %rcx
  movq 24(%rsp), %rdx
  movq 32(%rsp), %rsi
  movq 40(%rsp), %rdi
  movq 48(%rsp), %r8
  movq 56(%rsp), %r9
  movq 64(%rsp), %r10
  movq 72(%rsp), %r11
  movq 80(%rsp), %r15
  movq 88(%rsp), %rbp
  movq 96(%rsp), %rsp
  jmp 1b
  .size gn_writeBarrier, .-gn_writeBarrier

// The process starts here: SP points at argc.
  .section .text._rt0,"ax",@progbits
  .globl _rt0_amd64_linux
  .type _rt0_amd64_linux,@function
_rt0_amd64_linux:
  xorl %ebp, %ebp
  movq %rsp, %rdi
  andq $-16, %rsp
  call gn_start
  ud2
  .size _rt0_amd64_linux, .-_rt0_amd64_linux

// i64 gn_clone(u64 flags, uptr stack_top, M *m, void *tls, void (*fn)(M *)): a thread that runs fn(m) on its own stack.
  .section .text.gn_clone,"ax",@progbits
  .globl gn_clone
  .type gn_clone,@function
gn_clone:
  subq $16, %rsi    // fn and m wait on the new stack
  movq %r8, 0(%rsi)
  movq %rdx, 8(%rsi)
  movq %rcx, %r8    // tls
  xorl %edx, %edx
  xorl %r10d, %r10d
  movl $56, %eax
  syscall
  testq %rax, %rax
  jz 1f
  ret
1:
  xorl %ebp, %ebp
  popq %rax
  popq %rdi
  call *%rax
  ud2
  .size gn_clone, .-gn_clone

// Signals: the kernel calls gn_sigtramp(sig, info, context) on the signal stack; gn_sigreturn returns to the kernel.
  .section .text.gn_signal,"ax",@progbits
  .globl gn_sigtramp
  .type gn_sigtramp,@function
gn_sigtramp:
  subq $8, %rsp
  cld
  call gn_signalHandler
  addq $8, %rsp
  ret
  .size gn_sigtramp, .-gn_sigtramp
  .globl gn_sigreturn
  .type gn_sigreturn,@function
gn_sigreturn:
  movl $15, %eax
  syscall
  ud2
  .size gn_sigreturn, .-gn_sigreturn

// A fault in Go code makes the faulting instruction look like a call of this.
  .globl gn_sigpanic0
  .type gn_sigpanic0,@function
gn_sigpanic0:
  movq %fs:-8, %r14
  xorps %xmm15, %xmm15
  jmp runtime.sigpanic
  .size gn_sigpanic0, .-gn_sigpanic0

// [[noreturn]] void gn_restoreAsync(AsyncRegs *regs, uptr sp, uptr pc): goes on exactly where a signal stopped the goroutine.
  .section .text.gn_restoreAsync,"ax",@progbits
  .globl gn_restoreAsync
  .type gn_restoreAsync,@function
gn_restoreAsync:
  leaq -16(%rsi), %rsp
  movq GN_OFF_AR_FLAGS(%rdi), %rax
  movq %rax, 0(%rsp)
  movq %rdx, 8(%rsp)
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
  movups (GN_OFF_AR_XMM + 16*\n)(%rdi), %xmm\n
  .endr
  movq 0(%rdi), %r8
  movq 8(%rdi), %r9
  movq 16(%rdi), %r10
  movq 24(%rdi), %r11
  movq 32(%rdi), %r12
  movq 40(%rdi), %r13
  movq 48(%rdi), %r14
  movq 56(%rdi), %r15
  movq 72(%rdi), %rsi
  movq 80(%rdi), %rbp
  movq 88(%rdi), %rbx
  movq 96(%rdi), %rdx
  movq 104(%rdi), %rax
  movq 112(%rdi), %rcx
  movq 64(%rdi), %rdi
  popfq
  ret
  .size gn_restoreAsync, .-gn_restoreAsync

#include "runtime/core/entries.def"

  .section .note.GNU-stack,"",@progbits
