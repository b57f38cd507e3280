// The structures shared by C++, assembly thunks and compiled Go code: g, m, p and what hangs off them.
//
// Offsets named in GN_OFF_* are used by thunks.S and by runtime/go/*.s; runtime/go/layout.go is the Go twin of G (its first
// part). All of G, M, P and Sudog are off-heap and never freed; the collector scans the marked fields as roots.
#ifndef GANNET_RUNTIME_CORE_LAYOUT_H_
#define GANNET_RUNTIME_CORE_LAYOUT_H_

#define GN_OFF_G_STACKGUARD0 16
#define GN_OFF_G_M 48
#define GN_OFF_G_SCHED_SP 56
#define GN_OFF_G_SCHED_PC 64
#define GN_OFF_G_SCHED_CTXT 80
#define GN_OFF_G_SCHED_BP 96
#define GN_OFF_G_RET0 208
#define GN_OFF_G_RET1 216
/* AsyncRegs: general registers in the kernel's order (r8..r15, rdi, rsi, rbp, rbx, rdx, rax, rcx), flags, xmm0..15 */
#define GN_OFF_AR_R8 0
#define GN_OFF_AR_FLAGS 120
#define GN_OFF_AR_XMM 128
#define GN_OFF_M_G0 0
#define GN_OFF_M_SYS_SP 8
#define GN_OFF_M_TLS 24 /* FS base; g is the word below it */
#define GN_OFF_M_P 40
#define GN_OFF_P_WB_NEXT 0
#define GN_OFF_P_WB_END 8

#ifndef __ASSEMBLER__

#include "runtime/core/base.h"

namespace gannet::rt {

struct Ancestors;
struct G;
struct M;
struct P;
struct Hchan;
struct Span;
struct Timer;
struct TraceBuffer;
struct Type;

// Go's func value: code address, captured variables follow; the closure register points at it.
struct FuncVal {
  uptr fn;
};

struct Gobuf {
  uptr sp, pc;
  G *g;
  void *ctxt;
  uptr lr, bp;
};

// runtime._defer; owned by Go code (panic.go), read here by the scanner and the stack copier.
struct Defer {
  bool heap, rangefunc;
  uptr sp, pc;
  FuncVal *fn;
  Defer *link;
  void *head;
};
static_assert(sizeof(Defer) == 48);

enum class GStatus : u32 { Idle, Runnable, Running, Syscall, Waiting, Dead = 6 };  // Go's numbers

// Go's texts are in traceback.cc; values are Go's waitReason.
enum class WaitReason : u8 {
  Zero, GCAssistMarking, IOWait, DumpingHeap, GarbageCollection, GarbageCollectionScan, PanicWait, GCAssistWait,
  GCSweepWait, GCScavengeWait, FinalizerWait, ForceGCIdle, UpdateGOMAXPROCSIdle, Semacquire, Sleep, ChanReceiveNilChan,
  ChanSendNilChan, SelectNoCases, Select, ChanReceive, ChanSend, SyncCondWait, SyncMutexLock, SyncRWMutexRLock,
  SyncRWMutexLock, SyncWaitGroupWait, TraceReaderBlocked, WaitForGCCycle, GCWorkerIdle, GCWorkerActive, Preempted,
  DebugCall, GCMarkTermination, StoppingTheWorld, FlushProcCaches, TraceGoroutineStatus, TraceProcStatus,
  PageTraceFlush, Coroutine, GCWeakToStrongWait, SynctestRun, SynctestWait, SynctestChanReceive, SynctestChanSend,
  SynctestSelect, SynctestWaitGroupWait, CleanupWait, kCount
};

// Two-word result of an entry: AX, BX in Go.
struct Ret2 {
  u64 a, b;
};

// One goroutine's wait on one channel or semaphore. Pooled per P; never freed.
struct Sudog {
  G *g;
  Sudog *next, *prev;
  void *elem;  // may point into g's stack (adjusted when it is copied); root
  Hchan *c;    // root
  Sudog *waitlink;  // g's list of a select, in case order
  Sudog *parent, *waittail;  // semaphore tree
  i64 acquire_ns, release_ns;  // for profiles; 0: not measured
  i64 charge_ns;               // since when who unlocks is to blame
  u32 ticket;
  bool is_select, success;
  u16 waiters;
  u8 skip_frames;  // of the block profile
};

// Registers of a goroutine that was stopped at any instruction. SP and PC are in g.sched.
struct AsyncRegs {
  u64 gpr[15];
  u64 flags;
  u8 xmm[16][16];
};
static_assert(sizeof(AsyncRegs) == 384);

struct G {
  uptr stack_lo, stack_hi;
  uptr stackguard0;  // stack_lo + kStackGuard, or kStackPreempt
  uptr stackguard1;
  void *panic;   // innermost runtime._panic; it lies in the stack
  Defer *defer;  // innermost; root
  M *m;
  Gobuf sched;
  uptr syscallsp, syscallpc, syscallbp;  // while in a system call: where the caller stands
  void *param;  // for Go code; root
  u64 goid;
  Atomic<GStatus> status;
  WaitReason wait_reason;
  u8 preempt;
  u8 preempt_off;  // set by Go code that must not be preempted (panics being printed)
  u8 panic_on_fault;
  // Set by the signal handler before it makes the goroutine call runtime.sigpanic.
  u32 sig;
  u32 writing_trace;
  uptr sigcode0, sigcode1, sigpc;
  uptr gopc;     // pc of the go statement
  uptr startpc;  // entry of the goroutine's function
  u64 parent_goid;
  u64 ret0, ret1;                // results at resumption; ret0 scanned conservatively
  Ret2 (*resume)(G *);           // runs on the system stack before the goroutine goes on
  Sudog *waiting;                // sudogs of the current operation, in lock order
  G *schedlink;
  i64 wait_since_ns;
  M *lockedm;
  void *labels;  // profiler labels; root
  Timer *sleep_timer;
  void *coro;    // root
  void *bubble;  // root
  Defer *unused_defers;  // records to use again; owned by Go code (panic.go); root
  u8 fips_indicator, fips_bypass, dit_wanted, is_system;
  Atomic<u32> select_done;
  // Fields below are C++ only.
  G *alllink;  // all goroutines ever made, newest first
  uptr park_roots[4];  // pointers a parked operation needs; scanned conservatively
  uptr stack_alloc_lo;
  u32 stack_order;
  bool in_syscall_trap;
  bool leaked;           // waits for what nobody can give it, as the collector found (leaks.cc)
  bool async_preempted;  // stopped at any instruction: innermost frame is scanned conservatively
  void *select_cases;    // scase array of a parked select (in its stack)
  u32 select_ncases, select_nsends;
  u32 locked_count;
  u32 permit;  // of gopark0, goready0
  AsyncRegs *async_regs;  // off-heap; scanned conservatively while async_preempted
  // The collector's scan of this goroutine's stack (roots.cc). Who holds scan_lock keeps the goroutine from running.
  Atomic<u32> scan_lock;
  Atomic<u32> scan_cycle;   // the last cycle in which it was scanned
  Atomic<u32> scan_wanted;  // it is running and should scan itself at its next safepoint
  G *scan_link;
  i64 runnable_since_ns;  // of every eighth goroutine, for the latency histogram
  Ancestors *ancestors;   // null but with GODEBUG=tracebackancestors
  u64 trace_seq;          // of its last event that needs one, in this generation (trace.h)
  const void *trace_stack;  // where it waits: a node in the stacks of this generation or the last one; null if that is not known
  u8 trace_status;        // what the trace knows; 0: that there is no such goroutine
  u8 stop_reason;         // why it waits to stop the world
};
static_assert(__builtin_offsetof(G, stackguard0) == GN_OFF_G_STACKGUARD0);
static_assert(__builtin_offsetof(G, panic) == 32 && __builtin_offsetof(G, defer) == 40);
static_assert(__builtin_offsetof(G, m) == GN_OFF_G_M);
static_assert(__builtin_offsetof(G, sched) == GN_OFF_G_SCHED_SP);
static_assert(__builtin_offsetof(G, syscallsp) == 104 && __builtin_offsetof(G, param) == 128);
static_assert(__builtin_offsetof(G, goid) == 136 && __builtin_offsetof(G, status) == 144);
static_assert(__builtin_offsetof(G, sig) == 152 && __builtin_offsetof(G, sigpc) == 176);
static_assert(__builtin_offsetof(G, gopc) == 184 && __builtin_offsetof(G, parent_goid) == 200);
static_assert(__builtin_offsetof(G, ret0) == GN_OFF_G_RET0 && __builtin_offsetof(G, waiting) == 232);
static_assert(__builtin_offsetof(G, labels) == 264 && __builtin_offsetof(G, coro) == 280);
static_assert(__builtin_offsetof(G, bubble) == 288 && __builtin_offsetof(G, fips_indicator) == 304);

struct M {
  G *g0;        // &own_g0
  uptr sys_sp;  // where thunks start: top of the system stack, 16-byte aligned
  G *tls_g;     // -8(FS): current g
  void *fs_self;  // FS points here
  G *curg;      // goroutine this M runs, also while it is in the scheduler on its behalf
  P *p;         // null while blocked or in a system call
  P *next_p;
  P *old_p;
  u64 id;
  i32 locks;  // >0: not preemptible (procPin)
  i32 dying;
  u64 rng;    // of cheapRand
  bool spinning, blocked, in_go_syscall;
  bool no_p;  // sysmon: never has one
  bool tied;  // a goroutine is locked to the thread, or was when it ended
  u32 tid;
  Atomic<u32> park;  // futex word: 0 sleeping, 1 woken
  Atomic<u32> gone;  // 1: its thread left its stack for good
  M *schedlink;
  M *alllink;
  G *lockedg;
  u32 locked_ext;
  uptr sig_stack_lo;
  uptr sys_stack_lo;
  u32 syscall_epoch;  // of the last call on all threads that this one made
  i32 profile_timer;  // of the CPU profile, plus 1
  void (*start_fn)();
  bool thrown;
  uptr fork_sigmask;
  Atomic<u32> signal_pending;
  TraceBuffer *trace_buffer;  // of its events; null if there are none in this generation
  G own_g0;
};
static_assert(__builtin_offsetof(M, sys_sp) == GN_OFF_M_SYS_SP);
static_assert(__builtin_offsetof(M, fs_self) == GN_OFF_M_TLS);
static_assert(__builtin_offsetof(M, p) == GN_OFF_M_P);
// layout.go has these too
static_assert(__builtin_offsetof(M, locks) == 72 && __builtin_offsetof(M, rng) == 80);

}  // namespace gannet::rt

#endif  // __ASSEMBLER__
#endif  // GANNET_RUNTIME_CORE_LAYOUT_H_
