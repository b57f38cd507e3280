// The scheduler: goroutines (G) on threads (M) that hold processors (P).
//
// A thread that has no work spins a little over the others' queues, then sleeps; whoever makes work wakes one if there is an
// idle P and nobody spins. Source: D. Vyukov, "Scalable Go Scheduler Design" (2012), and the work-stealing of
// Blumofe and Leiserson (1999).
#include "runtime/core/sched_parts.h"

#include "runtime/core/bubble.h"
#include "runtime/core/clock.h"
#include "runtime/core/debug_settings.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/trace.h"

extern "C" void go_goPanicPlain() asm("runtime.goPanicPlain");

namespace gannet::rt {

constinit Sched sched{};

void putIdleP(P *p) {
  p->idle_since_ns = sys::monotonicNs();
  p->link = sched.idle_ps;
  sched.idle_ps = p;
  sched.idle_p_count.fetchAdd(1);
}

P *takeIdleP() {
  P *p = sched.idle_ps;
  if (p != nullptr) {
    sched.idle_ps = p->link;
    sched.idle_p_count.fetchAdd(-1u);
    sched.idle_ns += sys::monotonicNs() - p->idle_since_ns;
  }
  return p;
}

void acquireP(P *p) {
  takeP(p);
  if (tracing()) traceProcStart(p);
}

void takeP(P *p) {
  M *m = currentM();
  if (sched.sysmon_wait.loadRelaxed() != 0) wakeSysmon();  // relaxed: sysmon looks again before it sleeps
  GN_CHECK(m->p == nullptr);
  GN_CHECK(p->status.loadAcquire() == PStatus::Idle);
  m->p = p;
  p->m.storeRelease(m);
  p->status.storeRelease(PStatus::Running);
}

P *releaseP() {
  M *m = currentM();
  P *p = m->p;
  GN_CHECK(p != nullptr && p->status.loadAcquire() == PStatus::Running);
  if (tracing()) traceProcStop();
  m->p = nullptr;
  p->m.storeRelease(nullptr);
  p->status.storeRelease(PStatus::Idle);
  return p;
}

void pushGlobal(G *g) {  // sched.lock held
  sched.runq.pushBack(g);
  sched.runq_size.storeRelaxed(sched.runq.count);  // relaxed: a hint
}

void pushLocal(P *p, G *g, bool next) {
  if (next) {
    G *old = p->run_next.exchange(g);
    if (old == nullptr) return;
    g = old;
  }
  GList<G> overflow{};
  if (p->runq.push(g, overflow)) return;
  MutexGuard guard(sched.lock);
  sched.runq.append(overflow);
  sched.runq_size.storeRelaxed(sched.runq.count);
}

// With a P or sched.lock.
static void becomeRunnable(G *g) {
  if (tracing()) traceGoUnblock(g);
  g->status.storeRelease(GStatus::Runnable);
}

bool hasWork(P *p) { return !p->runq.empty() || p->run_next.loadAcquire() != nullptr; }

namespace {

G *popGlobal(P *p, u32 most) {  // sched.lock held
  if (sched.runq.empty()) return nullptr;
  u32 n = sched.runq.count / sched.proc_count.loadRelaxed() + 1;  // relaxed: any recent value does
  n = min(min(n, sched.runq.count), RunQueue<G>::kSlots / 2);
  if (most > 0) n = min(n, most);
  G *first = sched.runq.pop();
  for (u32 i = 1; i < n; i++) {
    GList<G> overflow{};
    p->runq.push(sched.runq.pop(), overflow);
    while (G *g = overflow.pop()) sched.runq.push(g);
  }
  sched.runq_size.storeRelaxed(sched.runq.count);
  return first;
}

G *popLocal(P *p) {
  G *next = p->run_next.loadAcquire();
  if (next != nullptr && p->run_next.casSeqCst(next, nullptr)) {
    p->inherits_slice = true;
    return next;
  }
  return p->runq.pop();
}

void startSpinning(M *m) {
  m->spinning = true;
  sched.spinning_ms.fetchAdd(1);
}

bool stopSpinning(M *m) {
  if (!m->spinning) return false;
  m->spinning = false;
  sched.spinning_ms.fetchAdd(-1u);
  return true;
}

// The world is being stopped: gives up the P and sleeps.
void gcStopM() {
  stopSpinning(currentM());
  P *p = releaseP();
  sched.lock.lock();
  p->status.storeRelease(PStatus::GcStop);
  if (--sched.stop_wait == 0) noteWake(&sched.stop_note);
  sched.lock.unlock();
  stopM();
}

[[noreturn]] void execute(G *g) {
  M *m = currentM();
  m->curg = g;
  g->m = m;
  setRunning(g);
  if (tracing()) traceGoStart(g);
  if (GN_UNLIKELY(g->runnable_since_ns != 0)) {
    recordLatency(sys::monotonicNs() - g->runnable_since_ns);
    g->runnable_since_ns = 0;
  }
  g->wait_since_ns = 0;
  g->preempt = 0;
  bool asked = g->scan_wanted.loadRelaxed() != 0 || debug.stackstress > 0;  // relaxed: a hint
  g->stackguard0 = GN_UNLIKELY(asked) ? kStackPreempt : g->stack_lo + kStackGuard;
  // One that was run next goes on with the time slice of who readied it: two that wake each other do not keep the queue waiting.
  if (!m->p->inherits_slice) m->p->sched_tick.storeRelaxed(m->p->sched_tick.loadRelaxed() + 1);  // relaxed: read by sysmon as a sign of life
  m->p->inherits_slice = false;
  resumeG(g);
}

G *stealWork(P *p, i64 now) {
  u32 n = sched.proc_count.loadAcquire();
  for (int round = 0; round < 4; round++) {
    bool last = round == 3;
    u32 start = cheapRandN(n);
    for (u32 i = 0; i < n; i++) {
      if (sched.gc_waiting.loadAcquire() != 0) return nullptr;
      P *victim = sched.all_ps[(start + i) % n];
      if (victim == p) continue;
      if (G *g = p->runq.stealFrom(victim->runq)) return g;
      if (last && victim->runq.empty()) {
        G *next = victim->run_next.loadAcquire();
        if (next != nullptr) {
          // Its owner most likely runs it in a moment; take it only if it does not.
          if (victim->status.loadAcquire() == PStatus::Running) {
            sys::usleep(3);
            if (victim->run_next.loadAcquire() != next) continue;
          }
          if (victim->run_next.casSeqCst(next, nullptr)) return next;
        }
      }
    }
    if (last) {
      runTimers(nullptr, now);
      if (G *g = popLocal(p)) return g;
    }
  }
  return nullptr;
}

G *takeFromPoll(i64 delay_ns) {
  GList<G> list{};
  pollNetwork(delay_ns, list);
  G *g = list.pop();
  injectList(list);
  if (g != nullptr) becomeRunnable(g);
  return g;
}

bool maySpin(M *m) {  // relaxed: a guess
  return m->spinning || 2 * sched.spinning_ms.loadRelaxed() < sched.proc_count.loadRelaxed() - sched.idle_p_count.loadRelaxed();
}

// What the current M's P may run, the nearest first. Null if there is nothing, or the world is to stop.
G *findWork(M *m) {
  P *p = m->p;
  if (G *reader = wantedTraceReader()) return reader;
  if (G *worker = takePausedWorker(false)) return worker;
  i64 now = clockNs();
  runTimers(p, now);
  if (p->sched_tick.loadRelaxed() % 61 == 0 && sched.runq_size.loadRelaxed() > 0) {  // relaxed: fairness only
    MutexGuard guard(sched.lock);
    if (G *g = popGlobal(p, 1)) return g;
  }
  if (G *g = popLocal(p)) return g;
  if (sched.runq_size.loadRelaxed() > 0) {
    MutexGuard guard(sched.lock);
    if (G *g = popGlobal(p, 0)) return g;
  }
  if (pollerOn() && pollWaiters() > 0 && sched.last_poll_ns.loadAcquire() != 0)
    if (G *g = takeFromPoll(0)) return g;
  if (maySpin(m)) {
    if (!m->spinning) startSpinning(m);
    if (G *g = stealWork(p, now)) return g;
  }
  return takePausedWorker(true);
}

// Gives up the P. False if it was not, as there may be work: *found, or null to look again.
bool goIdle(P *p, G **found) {
  MutexGuard guard(sched.lock);
  if (sched.gc_waiting.loadAcquire() != 0) return false;
  if ((*found = popGlobal(p, 0)) != nullptr) return false;
  releaseP();
  putIdleP(p);
  return true;
}

// A look after the P was given up: work may have come between.
bool workAppeared() {
  u32 n = sched.proc_count.loadAcquire();
  bool any = sched.runq_size.loadSeqCst() > 0 || trace.reader_wanted.loadSeqCst() != 0;
  for (u32 i = 0; i < n && !any; i++) any = hasWork(sched.all_ps[i]);
  return any;
}

bool takeBackP() {
  sched.lock.lock();
  P *idle = takeIdleP();
  sched.lock.unlock();
  if (idle == nullptr) return false;
  acquireP(idle);
  return true;
}

// One thread waits in the poller, for descriptors and for the next timer. Afterwards this one may have a P again, and with it a
// goroutine to run. Others only see to it that the one that waits wakes early enough.
G *waitInPoller(M *m, bool was_spinning) {
  i64 until = nextTimerNs();
  if (!pollerOn()) return nullptr;
  if (until != 0 && fakeTime() != 0) return nullptr;  // that time comes when all threads sleep: checkDead
  if ((pollWaiters() == 0 && until == 0) || sched.last_poll_ns.exchange(0) == 0) {
    i64 poll_until = sched.poll_until_ns.loadSeqCst();
    if (until != 0 && (poll_until == 0 || poll_until > until)) breakPoll();
    return nullptr;
  }
  sched.poll_until_ns.storeSeqCst(until);
  i64 recheck = nextTimerNs();  // a timer set before it could see that we wait here
  if (recheck != 0 && (until == 0 || recheck < until)) until = recheck;
  i64 delay = -1;
  if (until != 0) delay = max<i64>(until - sys::monotonicNs(), 0);
  GList<G> list{};
  pollNetwork(delay, list);
  sched.poll_until_ns.storeSeqCst(0);
  sched.last_poll_ns.storeSeqCst(sys::monotonicNs());
  if (!takeBackP()) {
    injectList(list);
    return nullptr;
  }
  G *g = list.pop();
  if (g != nullptr) {
    injectList(list);
    becomeRunnable(g);
  } else if (was_spinning) {
    startSpinning(m);
  }
  return g;
}

G *findRunnable() {
  M *m = currentM();
  for (;;) {
    if (sched.gc_waiting.loadAcquire() != 0) {
      gcStopM();
      continue;
    }
    if (G *g = findWork(m)) return g;
    if (gcMarking()) {
      bool any = false;
      markIdle(256 << 10, &any);
      if (any) continue;
    }
    G *found = nullptr;
    if (!goIdle(m->p, &found)) {
      if (found != nullptr) return found;
      continue;
    }
    bool was_spinning = stopSpinning(m);
    if (workAppeared() && takeBackP()) {
      if (was_spinning) startSpinning(m);
      continue;
    }
    if (G *g = waitInPoller(m, was_spinning)) return g;
    if (m->p == nullptr) stopM();
  }
}

}  // namespace

i64 idleTimeNs() { return sched.idle_ns; }
i64 procTimeNs() {
  return sched.proc_ns + (sys::monotonicNs() - sched.proc_since_ns) * static_cast<i64>(sched.proc_count.loadRelaxed());
}

void handoffP(P *p) {
  if (hasWork(p) || sched.runq_size.loadAcquire() > 0) {
    startM(p, false);
    return;
  }
  if (sched.spinning_ms.loadAcquire() + sched.idle_p_count.loadAcquire() == 0 && sched.spinning_ms.casSeqCst(0, 1)) {
    startM(p, true);
    return;
  }
  sched.lock.lock();
  if (sched.gc_waiting.loadAcquire() != 0) {
    p->status.storeRelease(PStatus::GcStop);
    if (--sched.stop_wait == 0) noteWake(&sched.stop_note);
    sched.lock.unlock();
    return;
  }
  if (!sched.runq.empty()) {
    sched.lock.unlock();
    startM(p, false);
    return;
  }
  // The last P to go idle leaves somebody in the poller, or nobody would see a timer or a descriptor.
  if (sched.idle_p_count.loadAcquire() == sched.proc_count.loadAcquire() - 1 && sched.last_poll_ns.loadAcquire() != 0 &&
      pollerOn()) {
    sched.lock.unlock();
    startM(p, false);
    return;
  }
  putIdleP(p);
  sched.lock.unlock();
  i64 when = nextTimerNs();
  if (when != 0 && pollerOn()) breakPoll();
}

void wakeP() {
  if (sched.idle_p_count.loadAcquire() == 0) return;
  if (sched.spinning_ms.loadAcquire() != 0 || !sched.spinning_ms.casSeqCst(0, 1)) return;
  startM(nullptr, true);
}

void ready(G *g, bool next) {
  GN_CHECK(g->status.loadAcquire() == GStatus::Waiting);
  if (GN_UNLIKELY(g->bubble != nullptr)) bubbleReadied(bubbleOf(g), g);
  if (GN_UNLIKELY(g->goid % 8 == 0)) g->runnable_since_ns = sys::monotonicNs();
  becomeRunnable(g);
  pushLocal(currentM()->p, g, next);
  wakeP();
}

void readyGlobal(G *g) {
  GList<G> list{};
  list.pushBack(g);
  injectList(list);
}

void injectList(GList<G> &list) {
  if (list.empty()) return;
  u32 n = list.count;
  {
    MutexGuard guard(sched.lock);
    for (G *g = list.head; g != nullptr; g = g->schedlink) becomeRunnable(g);
    sched.runq.append(list);
    sched.runq_size.storeRelaxed(sched.runq.count);
  }
  for (; n > 0 && sched.idle_p_count.loadAcquire() != 0; n--) startM(nullptr, false);
}

void park(WaitReason reason, void (*unlock)(void *), void *arg) {
  M *m = currentM();
  G *g = m->curg;
  g->wait_reason = reason;
  g->wait_since_ns = 0;
  g->leaked = false;
  if (tracing()) traceGoBlock(g, reason);
  g->status.storeRelease(GStatus::Waiting);
  setCurrentG(m->g0);
  m->curg = nullptr;
  Bubble *bubble = bubbleOf(g);
  bool counted = GN_UNLIKELY(bubble != nullptr) && g != bubble->root && isDurable(reason);
  if (unlock != nullptr) unlock(arg);
  if (counted) bubbleParked(bubble);
  gn_onSystemStack(m->sys_sp, schedule);
}

void yieldCurrent(bool local, bool wanted) {
  M *m = currentM();
  G *g = m->curg;
  if (tracing()) traceGoStop(g, !wanted);
  setCurrentG(m->g0);
  m->curg = nullptr;
  g->status.storeRelease(GStatus::Runnable);
  if (local) {
    pushLocal(m->p, g, false);
  } else {
    {
      MutexGuard guard(sched.lock);
      pushGlobal(g);
    }
    wakeP();  // this P may find something nearer first
  }
  gn_onSystemStack(m->sys_sp, schedule);
}

void schedule() {
  M *m = currentM();
  setCurrentG(m->g0);
  GN_CHECK(m->locks == 0);
  if (m->lockedg != nullptr) {
    stopLockedM();
    execute(m->lockedg);
  }
  for (;;) {
    G *g = findRunnable();
    if (stopSpinning(m)) wakeP();  // another one looks on
    if (g->lockedm != nullptr && g->lockedm != m) {
      startLockedM(g);
      continue;
    }
    execute(g);
  }
}

void resumeG(G *g) {
  setCurrentG(g);
  while (g->resume != nullptr) {
    auto fn = g->resume;
    g->resume = nullptr;
    Ret2 r = fn(g);
    g->ret0 = r.a;
    g->ret1 = r.b;
  }
  gn_gogo(g);
}

void callGo(void (*fn)(), u64 a0, u64 a1) {
  G *g = currentG();
  g->sched.sp -= kWord;
  *reinterpret_cast<uptr *>(g->sched.sp) = g->sched.pc;
  g->sched.pc = reinterpret_cast<uptr>(fn);
  g->ret0 = a0;
  g->ret1 = a1;
  gn_gogo(g);
}

void goPanicPlain(Str text) { callGo(go_goPanicPlain, reinterpret_cast<uptr>(text.ptr), text.len); }

void initSched() {
  sched.max_ms = 10000;
  sched.max_stack_bytes = 1000000000;
  sched.last_poll_ns.storeRelaxed(sys::monotonicNs());  // relaxed: one thread
  sched.cpu_count = sys::cpuCount();
}

u64 cheapRand() {  // wyrand
  M *m = currentM();
  m->rng += 0xa0761d6478bd642f;
  unsigned __int128 x = static_cast<unsigned __int128>(m->rng) * (m->rng ^ 0xe7037ed1a0b428db);
  return static_cast<u64>(x >> 64) ^ static_cast<u64>(x);
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_gosched() { yieldCurrent(false, true); }
void gn_goyield() { yieldCurrent(true, true); }

[[noreturn]] void gn_parkForever(u64 reason) { park(static_cast<WaitReason>(reason & 0xff)); }
[[noreturn]] void gn_block() { park(WaitReason::SelectNoCases); }

u64 gn_ncpuCount() { return sched.cpu_count; }

void gn_mainStarted() {
  if (sched.main_started) return;
  sched.main_started = true;
  startSysmon();
}

}  // extern "C"

void gannet::rt::startFirstGoroutine(FuncVal *fn) {
  M *m = currentM();
  sched.all_ps[0]->status.storeRelaxed(PStatus::Idle);  // relaxed: one thread
  acquireP(sched.all_ps[0]);
  sched.lock.lock();
  startWorldPs();
  sched.lock.unlock();
  G *g = newGoroutine(fn, 0, 0, false);
  sched.main_g = g;
  g->status.storeRelease(GStatus::Runnable);
  pushLocal(m->p, g, true);
  gn_onSystemStack(m->sys_sp, schedule);
}
