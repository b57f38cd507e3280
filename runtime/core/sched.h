// Scheduler: P, the global state, parking and switching. Implementation in sched.cc, stop_world.cc, sysmon.cc.
//
// Context of all functions unless said: system stack of an M.
#ifndef GANNET_RUNTIME_CORE_SCHED_H_
#define GANNET_RUNTIME_CORE_SCHED_H_

#include "runtime/core/heap.h"
#include "runtime/core/layout.h"
#include "runtime/core/run_queue.h"

namespace gannet::rt {

inline constexpr u32 kMaxProcs = 1024;
inline constexpr uptr kStackGuard = 928;
inline constexpr uptr kStackSmall = 128;  // frames up to this size compare SP itself with the guard
inline constexpr uptr kStackPreempt = ~uptr{0} - 1313;  // as Go's 0xfffffade: above any SP
inline constexpr u32 kStackOrders = 4;  // 4 KB .. 32 KB are pooled
inline constexpr uptr kMinStackBytes = 4096;

enum class PStatus : u32 { Idle, Running, Syscall, GcStop, Dead };

inline constexpr uptr kSystemStackBytes = 256 << 10, kSignalStackBytes = 64 << 10;
inline constexpr uptr kThreadStackBytes = kSystemStackBytes + kSignalStackBytes;

struct StackPool {
  uptr free[kStackOrders];  // lists through the first word
  u32 count[kStackOrders];
};

struct P {
  u64 *wb_next, *wb_end;
  i32 id;
  Atomic<PStatus> status;
  P *link;
  Atomic<M *> m;
  Atomic<u32> sched_tick, syscall_tick;
  Atomic<G *> run_next;
  RunQueue<G> runq;
  Cache cache;
  Marker marker;
  StackPool stacks;
  Sudog *sudog_free;
  GList<G> dead_gs;
  Atomic<u32> preempt;
  u64 rng;
  // sysmon's notes
  u32 seen_sched_tick, seen_syscall_tick;
  i64 seen_sched_ns, seen_syscall_ns;
  u32 stress_calls;
  i64 idle_since_ns;
  bool inherits_slice;  // the goroutine that is about to run
  uptr stress_bytes;  // of stack that stressing may still move: deep stacks move more seldom, so that the work stays linear
  u64 trace_seq;  // of its last event, in this generation (trace.h)
  M *syscall_m;   // whose system call it was in last
  u64 swept_bytes, freed_bytes;  // of spans swept here, all in all
  u64 wb_buf[512];
};
static_assert(__builtin_offsetof(P, id) == 16);  // layout.go has it too
static_assert(__builtin_offsetof(P, wb_next) == GN_OFF_P_WB_NEXT && __builtin_offsetof(P, wb_end) == GN_OFF_P_WB_END);

// Why the world is stopped, for traces. Go code has the numbers too (mstats.go).
enum class StopReason : u8 {
  Unknown, GcMarkTermination, GcSweepTermination, WriteHeapDump, GoroutineProfile, ReadMemStats, AllThreads, GoMaxProcs,
  StartTrace, StopTrace, AllGoroutinesStack, kCount
};

struct Sched {
  Mutex lock;
  u64 next_m_id;
  Atomic<u64> next_goid;
  M *idle_ms;
  u32 idle_m_count, m_count, system_m_count, max_ms;
  i32 locked_idle_ms;
  M *dead_ms;  // whose threads ended; in all_ms still
  P *idle_ps;
  Atomic<u32> idle_p_count, spinning_ms, need_spinning;
  GList<G> runq;
  Atomic<u32> runq_size;  // of runq, for looking without the lock
  Atomic<G *> all_gs;
  Atomic<u32> g_count, system_g_count, dead_g_count;
  GList<G> dead_gs;
  P *all_ps[kMaxProcs];
  Atomic<u32> proc_count;
  Atomic<M *> all_ms;
  Atomic<u32> gc_waiting;  // a stop of the world is wanted
  u32 stop_wait;
  Atomic<u32> stop_note;
  Mutex world_lock_guard;
  G *world_owner;
  GList<G> world_waiters;
  Atomic<u32> sysmon_wait, sysmon_note;
  Atomic<i64> last_poll_ns;   // 0: an M is blocked in the poller
  Atomic<i64> poll_until_ns;
  Atomic<u32> freezing;
  Atomic<u32> no_new_ms;  // 1 between BeforeExec and AfterExec: threads are not made meanwhile (threads.cc)
  Atomic<u32> making_ms;  // threads that are making one
  G *last_g;  // of all_gs
  G *main_g;
  i64 stop_began_ns, stopping_ns;  // the current stop of the world
  StopReason stop_reason;          // of it or of the last one
  bool stop_traced;                // its end is to be told of
  bool main_started, stopping_exit;
  u64 max_stack_bytes;
  u32 cpu_count;
  bool fixed_procs;   // GODEBUG=updatemaxprocs=0, or the environment or the program chose a number of Ps
  G *procs_updater;   // waits for the machine to offer another number; lock held
  i64 idle_ns;        // of Ps, in all; lock held
  i64 proc_ns, proc_since_ns;  // time times Ps up to a change of their number
};
extern constinit Sched sched;

#ifdef GN_HOSTED  // a test's threads (model/host.h)
extern thread_local G *hosted_g;
inline G *currentG() { return hosted_g; }
inline void setCurrentG(G *g) { hosted_g = g; }
#else
inline G *currentG() {
  G *g;
  asm("movq %%fs:-8, %0" : "=r"(g));
  return g;
}
inline void setCurrentG(G *g) { asm volatile("movq %0, %%fs:-8" ::"r"(g) : "memory"); }
#endif
inline M *currentM() { return currentG()->m; }

// A bool argument of Go: only the low byte counts.
inline bool goBool(u64 v) { return (v & 0xff) != 0; }

extern "C" [[noreturn]] void gn_gogo(G *g);
extern "C" [[noreturn]] void gn_onSystemStack(uptr sp, void (*fn)());
extern "C" i64 gn_clone(u64 flags, uptr stack_top, M *m, void *tls, void (*fn)(M *));

// Parks the current goroutine; `unlock(arg)` runs once it may be woken.
[[noreturn]] void park(WaitReason reason, void (*unlock)(void *) = nullptr, void *arg = nullptr);
inline void unlockMutex(void *m) { static_cast<Mutex *>(m)->unlock(); }
[[noreturn]] inline void parkUnlock(WaitReason reason, Mutex *m) { park(reason, unlockMutex, m); }
// Makes a waiting goroutine runnable, next on this P. Needs a P. `next` false: at the queue's end.
void ready(G *g, bool next = true);
// The same without a P (poller in sysmon, signal thread).
void readyGlobal(G *g);
[[noreturn]] void yieldCurrent(bool local, bool wanted = false);  // `wanted`: by the program
// Somebody stops the world and waits for the caller's P. Long work looks here between its pieces.
inline bool stopWanted(const P *p) {
  return sched.gc_waiting.loadRelaxed() != 0 && p->status.loadRelaxed() == PStatus::Running;  // relaxed: looked at again soon
}
// Ends this entry by a call of the Go function `fn`, as if the Go caller had called it. The caller has no room for a0 and a1 in its
// frame: fn must not put them into their spill slots.
[[noreturn]] void callGo(void (*fn)(), u64 a0 = 0, u64 a1 = 0);
[[noreturn]] void goPanicPlain(Str text);  // panics with plainError(text)
[[noreturn]] void schedule();
[[noreturn]] void scheduleWithoutP();
[[noreturn]] void resumeG(G *g);  // gogo to g.sched on behalf of the current M, g is running

G *newG(uptr stack_bytes);
G *newGoroutine(FuncVal *fn, uptr caller_pc, u64 parent, bool system);
void relocateSelf();  // first of all (relocate.cc)
void initSched();
[[noreturn]] void startFirstGoroutine(FuncVal *fn);
void startSysmon();
void wakeSysmon();
void startThread(M *m);
P *startWorldPs();  // sched.lock held: every P that had stopped is idle again; returns those with work, linked
M *newM();
M *firstM();  // of the process's main thread
void startM(P *p, bool spinning);
void handoffP(P *p);
void wakeP();
void injectList(GList<G> &list);  // makes runnable, in order; with or without a P
i64 idleTimeNs();  // Ps were idle so long, in all; world stopped
i64 procTimeNs();
void recordLatency(i64 ns);  // between runnable and running

// stop_world.cc
void startWorld();
void preemptAll();
void stopWorldOwned(StopReason why);  // owns the world afterwards. May park: the caller's entry then ends with the world stopped
void endTracedStop();    // as far as the trace is concerned
void startWorldOwned();
void requestAsyncPreempt(M *m);  // signals.cc
void preemptP(P *p);
void preemptRunning(G *g);  // asks it to stop at its next safepoint; it may have stopped already
u32 machineProcs();    // start.cc: by affinity and control group
void checkMachineProcs();  // without a P
void resizeProcs(u32 n);  // world stopped

Sudog *acquireSudog();
void releaseSudog(Sudog *s);

void setTriggerAtStart();

// rand
u64 cheapRand();
inline u32 cheapRandN(u32 n) { return static_cast<u32>((static_cast<u64>(static_cast<u32>(cheapRand())) * n) >> 32); }

// stack.cc
void allocStack(G *g, uptr bytes);
void freeStack(G *g);
void shrinkStack(G *g);  // g does not run
bool inStackOf(const G *g, uptr p);

void listForDebugger(G *g);  // under sched.lock
void describeModule();
template <class F> void forEachG(F f) {
  for (G *g = sched.all_gs.loadAcquire(); g != nullptr; g = g->alllink) f(g);
}
template <class F> void forEachM(F f) {
  for (M *m = sched.all_ms.loadAcquire(); m != nullptr; m = m->alllink) f(m);
}

// timers.cc
i64 runTimers(P *p, i64 now);   // runs due ones; when the next is due, 0 if none
i64 nextTimerNs();              // over all heaps, 0 if none
void initTimers();
// netpoll.cc
bool pollerOn();
void initPoller();
void pollNetwork(i64 delay_ns, GList<G> &out);  // <0: block, 0: look
void breakPoll();
u32 pollWaiters();

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_SCHED_H_
