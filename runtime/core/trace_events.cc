// What happens, as events of the execution trace: scheduler, system calls, stops of the world, collector, the program's own.
#include "runtime/core/trace.h"

#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

// Texts that the readers of traces know.
constexpr const char *kYield = "runtime.Gosched", *kPreempted = "preempted";

template <class... Args> void emit(TraceEvent type, Args... args) {
  traceRoom(kMaxEventBytes)->event(type, traceTime(), args...);
}

// The goroutine that the current thread works for; null in the scheduler.
G *self() { return currentM()->curg; }

TraceGeneration &current() { return trace.generations[trace.generation % 2]; }

const TraceTable::Node *putStack(const uptr *pcs, u64 n) {
  return n == 0 ? nullptr : current().stacks.put(pcs, static_cast<u32>(n * sizeof *pcs), newTraceChunk);
}

// GODEBUG=tracecheckstackownership=1: a stack that somebody may be changing is not to be walked.
void checkOwnership(const G *g) {
  if (g == self() || g->status.loadAcquire() != GStatus::Running || sched.gc_waiting.loadAcquire() != 0) return;
  Printer p;
  (p << "runtime: gp=").hex(reinterpret_cast<uptr>(g)) << " gp.goid=" << g->goid << " status=running\n";
  p.flush();
  fatalThrow("attempted to trace stack of a goroutine this thread does not own");
}

// Where g stands; with the C++ function that it called, if `entry`.
const TraceTable::Node *stackOf(const G *g, bool entry = false) {
  if (GN_UNLIKELY(debug.tracecheckstackownership != 0)) checkOwnership(g);
  uptr pcs[kMaxTraceFrames];
  u64 n = 0;
  if (entry)
    if (uptr called = calledEntry(g->sched.pc); called != 0) pcs[n++] = called + 1;
  Unwinder u;
  u.startAt(g);
  n += collectPcs(u, 0, pcs + n, kMaxTraceFrames - n);
  // What all stacks end with is left out, as in Go.
  auto isLast = [&](u8 func_id) { return n > 0 && findFunc(pcs[n - 1] - 1)->func_id == func_id; };
  if (isLast(kFuncIdGoexit)) n--;
  if (isLast(kFuncIdRuntimeMain)) n--;
  return putStack(pcs, n);
}

// The same for one that stays there, perhaps for some generations.
u64 waitingStack(G *g, bool entry = false) {
  auto *node = stackOf(g, entry);
  g->trace_stack = node;
  return TraceTable::idOf(node);
}

// Of one that waits at the start of a generation: what the last one has, if it knows it. Many goroutines wait for long.
u64 keptStack(G *g) {
  auto *old = static_cast<const TraceTable::Node *>(g->trace_stack);
  if (old == nullptr) return waitingStack(g);
  auto *node = current().stacks.put(old->data, old->bytes, newTraceChunk);
  g->trace_stack = node;
  return TraceTable::idOf(node);
}

u64 hereStack() {
  G *g = self();
  return g == nullptr ? 0 : TraceTable::idOf(stackOf(g));
}

u64 stringId(Str s) {
  return TraceTable::idOf(current().strings.put(s.ptr, static_cast<u32>(min<uptr>(s.len, kMaxTraceString)), newTraceChunk));
}

enum : u64 { kStatusRunnable = 1, kStatusRunning, kStatusSyscall, kStatusWaiting };  // Go's GoStatus
enum : u64 { kProcRunning = 1, kProcIdle };                                           // and ProcStatus

// What readers of traces know.
const char *blockReason(WaitReason reason) {
  switch (reason) {
  case WaitReason::ChanReceiveNilChan:
  case WaitReason::ChanSendNilChan:
  case WaitReason::SelectNoCases:
  case WaitReason::PanicWait: return "forever";
  case WaitReason::IOWait: return "network";
  case WaitReason::Select:
  case WaitReason::SynctestSelect: return "select";
  case WaitReason::SyncCondWait: return "sync.(*Cond).Wait";
  case WaitReason::Semacquire:
  case WaitReason::SyncMutexLock:
  case WaitReason::SyncRWMutexRLock:
  case WaitReason::SyncRWMutexLock:
  case WaitReason::SyncWaitGroupWait:
  case WaitReason::SynctestWaitGroupWait: return "sync";
  case WaitReason::ChanSend:
  case WaitReason::SynctestChanSend: return "chan send";
  case WaitReason::ChanReceive:
  case WaitReason::SynctestChanReceive: return "chan receive";
  case WaitReason::GCAssistMarking:
  case WaitReason::GCAssistWait: return "GC mark assist wait for work";
  case WaitReason::GCSweepWait: return "GC background sweeper wait";
  case WaitReason::Sleep: return "sleep";
  case WaitReason::Preempted: return "preempted";
  case WaitReason::DebugCall: return "wait for debug call";
  case WaitReason::WaitForGCCycle: return "wait until GC ends";
  case WaitReason::GCWeakToStrongWait: return "GC weak to strong wait";
  case WaitReason::SynctestRun:
  case WaitReason::SynctestWait: return "synctest";
  case WaitReason::FinalizerWait:
  case WaitReason::CleanupWait:
  case WaitReason::GCScavengeWait:
  case WaitReason::ForceGCIdle:
  case WaitReason::GCWorkerIdle:
  case WaitReason::GCWorkerActive:
  case WaitReason::UpdateGOMAXPROCSIdle:
  case WaitReason::TraceReaderBlocked: return "system goroutine wait";
  default: return "unspecified";  // the rest: moments inside the runtime
  }
}

u64 statusOf(const G *g) {
  switch (g->status.loadAcquire()) {
  case GStatus::Runnable: return kStatusRunnable;
  case GStatus::Running: return kStatusRunning;
  case GStatus::Syscall: return kStatusSyscall;
  case GStatus::Waiting: return kStatusWaiting;
  case GStatus::Idle:
  case GStatus::Dead: return 0;
  }
  __builtin_unreachable();
}

}  // namespace

// A unit is 64 ns, as in Go: small numbers in the file.
u64 traceTime() { return static_cast<u64>(sys::monotonicNs()) / 64; }

TraceBuffer *traceRoom(u32 bytes) {
  M *m = currentM();
  TraceBuffer *b = m->trace_buffer;
  if (GN_LIKELY(b != nullptr && b->hasRoom(bytes))) return b;
  if (b != nullptr) traceQueue(b, trace.generation);
  m->trace_buffer = b = newTraceBuffer();
  b->begin(trace.generation, m->id, traceTime());
  return b;
}

// ---- goroutines

void traceGoCreate(G *g, bool blocked) {
  uptr start = g->startpc + 1;
  g->trace_stack = nullptr;
  g->trace_seq = 0;
  g->trace_status = blocked ? kStatusWaiting : kStatusRunnable;
  emit(blocked ? TraceEvent::GoCreateBlocked : TraceEvent::GoCreate, g->goid, TraceTable::idOf(putStack(&start, 1)), hereStack());
}

void traceGoStart(G *g) {
  g->trace_status = kStatusRunning;
  emit(TraceEvent::GoStart, g->goid, ++g->trace_seq);
}

void traceGoBlock(G *g, WaitReason reason) {
  g->trace_status = kStatusWaiting;
  emit(TraceEvent::GoBlock, stringId(blockReason(reason)), waitingStack(g, reason == WaitReason::SelectNoCases));
}

void traceGoStop(G *g, bool preempted) {
  g->trace_status = kStatusRunnable;
  emit(TraceEvent::GoStop, stringId(preempted ? kPreempted : kYield), TraceTable::idOf(stackOf(g)));
}

void traceGoDestroy(G *g) {
  g->trace_status = 0;
  emit(TraceEvent::GoDestroy);
}

void traceGoUnblock(G *g) {
  g->trace_status = kStatusRunnable;
  emit(TraceEvent::GoUnblock, g->goid, ++g->trace_seq, hereStack());
}

void traceGoSwitch(G *from, G *to, bool destroy) {
  from->trace_status = destroy ? 0 : kStatusWaiting;
  from->trace_stack = nullptr;
  to->trace_status = kStatusRunning;
  emit(destroy ? TraceEvent::GoSwitchDestroy : TraceEvent::GoSwitch, to->goid, ++to->trace_seq);
}

// ---- system calls, Ps

void traceSyscallBegin(G *g) {
  g->trace_status = kStatusSyscall;
  emit(TraceEvent::GoSyscallBegin, ++currentM()->p->trace_seq, waitingStack(g));
}

// The P that it had, perhaps after somebody else made a system call with it: then it is taken from that one.
void traceSyscallEnd(G *g) {
  P *p = currentM()->p;
  if (p->syscall_m == g->m) {
    g->trace_status = kStatusRunning;
    emit(TraceEvent::GoSyscallEnd);
    return;
  }
  traceProcSteal(p);
  traceProcStart(p);
  traceSyscallEndWithP(g);
}

void traceSyscallEndWithP(G *g) {
  traceSyscallEndBlocked(g);
  traceGoStart(g);
}

// The trace may have begun meanwhile: then it knows of the system call by the goroutine's status only.
void traceSyscallEndBlocked(G *g) {
  if (g->trace_status != kStatusSyscall) return;
  g->trace_status = kStatusRunnable;
  emit(TraceEvent::GoSyscallEndBlocked);
}

void traceProcStart(P *p) { emit(TraceEvent::ProcStart, p->id, ++p->trace_seq); }
void traceProcStop() { emit(TraceEvent::ProcStop); }
void traceProcSteal(P *p) { emit(TraceEvent::ProcSteal, p->id, ++p->trace_seq, p->syscall_m->id); }

void traceProcIdle(P *p) {
  p->trace_seq = 0;
  emit(TraceEvent::ProcStatus, p->id, kProcIdle);
}

void traceProcs() { emit(TraceEvent::ProcsChange, sched.proc_count.loadRelaxed(), hereStack()); }  // relaxed: the world is stopped

// ---- stops of the world, collector

void traceStopBegin(Str why) { emit(TraceEvent::StwBegin, stringId(why), hereStack()); }
void traceStopEnd() { emit(TraceEvent::StwEnd); }

// Context: gc.lock is held.
void traceGcWanted() {
  G *g = self();
  trace.gc_stack = g == nullptr ? nullptr : stackOf(g);
  trace.gc_generation = trace.generation;
}

// The collector's goroutine begins; the stack is that of the one that had it do so, unless that was in an earlier generation.
void traceGcBegin() {
  bool known = trace.gc_stack != nullptr && trace.gc_generation == trace.generation;
  u64 stack = known ? TraceTable::idOf(static_cast<const TraceTable::Node *>(trace.gc_stack)) : hereStack();
  trace.gc_stack = nullptr;
  emit(TraceEvent::GcBegin, ++trace.gc_seq, stack);
}
void traceGcEnd() { emit(TraceEvent::GcEnd, ++trace.gc_seq); }

void traceSweepBegin() { emit(TraceEvent::GcSweepBegin, hereStack()); }
void traceSweepEnd(u64 swept_bytes, u64 freed_bytes) { emit(TraceEvent::GcSweepEnd, swept_bytes, freed_bytes); }

void traceAssistBegin() { emit(TraceEvent::GcMarkAssistBegin, hereStack()); }
void traceAssistEnd() { emit(TraceEvent::GcMarkAssistEnd); }

void traceHeapLive() { emit(TraceEvent::HeapAlloc, heap.stats.live_bytes.loadRelaxed()); }  // relaxed: statistics
void traceHeapGoal() { emit(TraceEvent::HeapGoal, heap.stats.goal_bytes); }

// ---- the start of a generation

// World stopped, sched.lock held. The caller's goroutine and P run; all other Ps are idle. Later generations go on from what the
// trace knows: a thread may be about to tell of the end of a system call, for which it needs the lock.
void traceStates(bool first) {
  M *m = currentM();
  G *own = m->curg;
  m->p->trace_seq = own->trace_seq = 0;
  own->trace_status = kStatusRunning;
  emit(TraceEvent::ProcStatus, m->p->id, kProcRunning);
  emit(TraceEvent::GoStatusStack, own->goid, m->id, kStatusRunning, TraceTable::idOf(stackOf(own)));
  for (u32 i = 0, n = sched.proc_count.loadRelaxed(); i < n; i++)  // relaxed: the world is stopped
    if (sched.all_ps[i] != m->p) traceProcIdle(sched.all_ps[i]);
  forEachG([&](G *g) {
    if (g == own) return;
    if (first) {
      g->trace_status = static_cast<u8>(statusOf(g));
      g->trace_stack = nullptr;
    }
    if (g->trace_status == 0) return;
    g->trace_seq = 0;
    u64 thread = g->trace_status == kStatusSyscall ? g->m->id : ~u64{0};
    if (g->trace_status == kStatusRunnable) emit(TraceEvent::GoStatus, g->goid, thread, g->trace_status);
    else emit(TraceEvent::GoStatusStack, g->goid, thread, g->trace_status, keptStack(g));
  });
  traceProcs();
  if (gcMarking()) emit(TraceEvent::GcActive, ++trace.gc_seq);
  traceHeapGoal();
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

// The program's own: runtime/trace calls these.
void gn_traceTaskBegin(u64 id, u64 parent, const char *name, u64 len) {
  if (tracing()) emit(TraceEvent::UserTaskBegin, id, parent, stringId(Str(name, len)), hereStack());
}
void gn_traceTaskEnd(u64 id) {
  if (tracing()) emit(TraceEvent::UserTaskEnd, id, hereStack());
}
void gn_traceRegion(u64 task, u64 end, const char *name, u64 len) {
  if (!tracing()) return;
  emit(goBool(end) ? TraceEvent::UserRegionEnd : TraceEvent::UserRegionBegin, task, stringId(Str(name, len)), hereStack());
}
void gn_traceLog(u64 task, const char *category, u64 category_len, const char *message, u64 message_len) {
  if (!tracing()) return;
  emit(TraceEvent::UserLog, task, stringId(Str(category, category_len)), stringId(Str(message, message_len)), hereStack());
}

u64 gn_traceClock() { return traceTime(); }

}  // extern "C"
