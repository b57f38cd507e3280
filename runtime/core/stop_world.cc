// Stopping and starting the world, and the number of Ps.
//
// A stop asks every running goroutine to stop at its next call (stackguard0), takes Ps in system calls and idle Ps at once,
// and sleeps until the last P has stopped. One goroutine owns the stopped world at a time; others queue.
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched_parts.h"
#include "runtime/core/trace.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

void preemptP(P *p) {
  M *m = p->m.loadAcquire();
  if (m == nullptr || m == currentM()) return;
  G *g = m->curg;
  if (g == nullptr) return;
  g->preempt = 1;
  __atomic_store_n(&g->stackguard0, kStackPreempt, __ATOMIC_RELEASE);
  requestAsyncPreempt(m);
}

// Its M may have gone on to another goroutine: that one then looks at its own wishes and goes on.
void preemptRunning(G *g) {
  M *m = g->m;
  if (m == nullptr || m->curg != g) return;
  __atomic_store_n(&g->stackguard0, kStackPreempt, __ATOMIC_RELEASE);
  if (m != currentM()) requestAsyncPreempt(m);
}

void preemptAll() {
  u32 n = sched.proc_count.loadAcquire();
  for (u32 i = 0; i < n; i++)
    if (sched.all_ps[i]->status.loadAcquire() == PStatus::Running) preemptP(sched.all_ps[i]);
}

void checkMachineProcs() {
  if (sched.fixed_procs || machineProcs() == sched.proc_count.loadRelaxed()) return;  // relaxed: looked at again
  sched.lock.lock();
  G *g = sched.procs_updater;
  sched.procs_updater = nullptr;
  sched.lock.unlock();
  if (g != nullptr) readyGlobal(g);
}

static bool othersRun() {
  const P *own = currentM()->p;
  for (u32 i = 0, n = sched.proc_count.loadAcquire(); i < n; i++)
    if (sched.all_ps[i] != own && sched.all_ps[i]->status.loadAcquire() == PStatus::Running) return true;
  return false;
}

void preemptAllForTrace() {
  sched.freezing.storeSeqCst(1);
  sched.stop_wait = 0x7fffffff;  // never satisfied: nobody goes on
  sched.gc_waiting.storeSeqCst(1);
  if (debug.dontfreezetheworld > 0) {  // who comes to the scheduler stops, the others run on and are not shown
    sys::usleep(1000);
    return;
  }
  // Those that run on another CPU stop soon; on a busy machine they must be given one first.
  constexpr int kLeastMs = 5, kMostMs = 100;
  for (int i = 0; i < kLeastMs || (i < kMostMs && othersRun()); i++) {
    preemptAll();
    sys::usleep(1000);
  }
}

// sched.lock held: idle Ps become stopped; how many.
static u32 drainIdlePs() {
  u32 n = 0;
  while (P *p = takeIdleP()) {
    p->status.storeRelease(PStatus::GcStop);
    n++;
  }
  return n;
}

P *startWorldPs() {
  P *busy = nullptr;
  u32 n = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  for (u32 i = n; i-- > 0;) {
    P *p = sched.all_ps[i];
    if (p == currentM()->p) continue;
    p->status.storeRelease(PStatus::Idle);
    if (hasWork(p)) {
      p->link = busy;
      busy = p;
    } else {
      putIdleP(p);
    }
  }
  return busy;
}

static const char *stopReasonText(StopReason why) {
  static constexpr const char *kTexts[] = {"unknown", "GC mark termination", "GC sweep termination", "write heap dump",
                                           "goroutine profile", "read mem stats", "AllThreadsSyscall", "GOMAXPROCS",
                                           "start trace", "stop trace", "all goroutines stack trace"};
  static_assert(sizeof kTexts / sizeof *kTexts == static_cast<u32>(StopReason::kCount));
  return kTexts[static_cast<u32>(why)];
}

// The caller holds the ownership of the world and runs on a P.
static void stopWorld(StopReason why) {
  M *m = currentM();
  u32 n = sched.proc_count.loadAcquire();
  m->locks++;
  if (tracing()) {
    traceStopBegin(stopReasonText(why));
    sched.stop_traced = true;
  }
  sched.stop_began_ns = sys::monotonicNs();
  sched.lock.lock();
  sched.stop_wait = n;
  sched.gc_waiting.storeSeqCst(1);
  preemptAll();
  m->p->status.storeRelease(PStatus::GcStop);
  sched.stop_wait--;
  for (u32 i = 0; i < n; i++) {
    P *p = sched.all_ps[i];
    if (p->status.casSeqCst(PStatus::Syscall, PStatus::GcStop)) {
      p->syscall_tick.storeRelaxed(p->syscall_tick.loadRelaxed() + 1);  // relaxed: sysmon compares only
      if (tracing()) traceProcSteal(p);
      sched.stop_wait--;
    }
  }
  sched.stop_wait -= drainIdlePs();
  bool wait = sched.stop_wait > 0;
  sched.lock.unlock();
  while (wait) {
    futexSleep(&sched.stop_note, 0, 100000);
    if (sched.stop_note.loadAcquire() != 0) break;
    preemptAll();
  }
  sched.stop_note.storeRelease(0);
  sched.stopping_ns = sys::monotonicNs() - sched.stop_began_ns;
  m->locks--;
}

void endTracedStop() {
  if (sched.stop_traced) traceStopEnd();
  sched.stop_traced = false;
}

void startWorld() {
  M *m = currentM();
  m->locks++;
  endTracedStop();
  sched.lock.lock();
  m->p->status.storeRelease(PStatus::Running);
  P *busy = startWorldPs();
  sched.gc_waiting.storeSeqCst(0);
  sched.lock.unlock();
  while (busy != nullptr) {
    P *p = busy;
    busy = p->link;
    startM(p, false);
  }
  wakeP();
  wakeSysmon();
  m->locks--;
}

static P *newP(u32 id) {
  P *p = static_cast<P *>(persistentAlloc(sizeof(P), 64));
  p->id = static_cast<i32>(id);
  p->wb_next = p->wb_buf;
  p->wb_end = p->wb_buf + 512;
  p->cache.gc_check = debug.gcstress != 0 || debug.stackstress != 0;
  p->status.storeRelease(PStatus::GcStop);
  return p;
}

void resizeProcs(u32 n) {
  u32 old = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  for (u32 i = 0; i < n; i++)
    if (sched.all_ps[i] == nullptr) sched.all_ps[i] = newP(i);
  for (u32 i = n; i < old; i++) {
    P *p = sched.all_ps[i];
    GList<G> rest{};
    if (G *g = p->run_next.exchange(nullptr)) rest.pushBack(g);
    while (G *g = p->runq.pop()) rest.pushBack(g);
    sched.lock.lock();
    sched.runq.append(rest);
    sched.runq_size.storeRelaxed(sched.runq.count);
    while (G *g = p->dead_gs.pop()) sched.dead_gs.push(g);
    sched.dead_g_count.storeRelaxed(sched.dead_gs.count);
    sched.lock.unlock();
    flushCache(p->cache);
    p->status.storeRelease(PStatus::Dead);
  }
  for (u32 i = old; i < n; i++) sched.all_ps[i]->status.storeRelease(PStatus::GcStop);
  i64 now = sys::monotonicNs();
  if (sched.proc_since_ns != 0) sched.proc_ns += (now - sched.proc_since_ns) * static_cast<i64>(old);
  sched.proc_since_ns = now;
  sched.proc_count.storeRelease(n);
}

}  // namespace gannet::rt

using namespace gannet::rt;

// Ownership of the world. Queued goroutines get it in order, and with it their entry returns.
static Ret2 stopOnResume(G *g) {
  stopWorld(static_cast<StopReason>(g->stop_reason));
  return {0, 0};
}

static void acquireWorld(StopReason why) {
  G *g = currentG();
  sched.world_lock_guard.lock();
  if (sched.world_owner == nullptr) {
    sched.world_owner = g;
    sched.world_lock_guard.unlock();
    return;
  }
  sched.world_waiters.pushBack(g);
  g->stop_reason = static_cast<u8>(why);
  g->resume = stopOnResume;
  parkUnlock(WaitReason::StoppingTheWorld, &sched.world_lock_guard);
}

static void releaseWorld() {
  sched.world_lock_guard.lock();
  G *next = sched.world_waiters.pop();
  sched.world_owner = next;
  sched.world_lock_guard.unlock();
  if (next != nullptr) ready(next, false);
}

void gannet::rt::stopWorldOwned(StopReason why) {
  acquireWorld(why);
  stopWorld(why);
}
void gannet::rt::startWorldOwned() {
  startWorld();
  releaseWorld();
}

// After a stop that was for no collection.
static void startWorldCounted() {
  recordPause(StopKind::OtherTotal, sys::monotonicNs() - sched.stop_began_ns);
  recordPause(StopKind::OtherStopping, sched.stopping_ns);
  startWorldOwned();
}

extern "C" {

void gn_stopTheWorld(u64 why) { stopWorldOwned(static_cast<StopReason>(why & 0xff)); }

// World stopped. The caller's P must stay one of those that remain: the goroutine moves to P 0 if its own goes away.
static void changeProcs(u32 n) {
  u32 old = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  if (n == old) return;
  M *m = currentM();
  P *mine = m->p;
  if (static_cast<u32>(mine->id) >= n) {
    P *first = sched.all_ps[0];
    if (tracing()) traceProcStop();
    mine->m.storeRelease(nullptr);
    m->p = first;
    first->m.storeRelease(m);
    first->status.storeRelease(PStatus::GcStop);
    if (tracing()) traceProcStart(first);
  }
  resizeProcs(n);
  if (tracing()) {
    for (u32 i = old; i < n; i++) traceProcIdle(sched.all_ps[i]);
    traceProcs();
  }
}

void gn_startTheWorld0(i64 procs) {
  if (procs > 0) changeProcs(static_cast<u32>(min<i64>(procs, kMaxProcs)));
  startWorldCounted();
}

u64 gn_procCount() { return sched.proc_count.loadAcquire(); }

// Blocks until the machine offers another number of Ps than there are, and nobody chose one.
void gn_maxProcsWait() {
  sched.lock.lock();
  sched.procs_updater = currentG();
  parkUnlock(WaitReason::UpdateGOMAXPROCSIdle, &sched.lock);
}
u64 gn_machineProcs() { return machineProcs(); }
void gn_fixProcs(u64 on) { sched.fixed_procs = goBool(on); }

}  // extern "C"
