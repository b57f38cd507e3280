// The scheduler: goroutines (G) on threads (M) that hold processors (P).
//
// A thread that has no work spins a little over the others' queues, then sleeps; whoever makes work wakes one if there is an
// idle P and nobody spins. Source: D. Vyukov, "Scalable Go Scheduler Design" (2012), and the work-stealing of
// Blumofe and Leiserson (1999).
#include "runtime/core/sched.h"

#include "runtime/core/bubble.h"
#include "runtime/core/buckets.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/signals.h"
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

extern "C" {
void go_goexit() asm("runtime.goexit");
void go_goPanicPlain() asm("runtime.goPanicPlain");
}

namespace gannet::rt {

constinit Sched sched{};

namespace {

// Idle lists. Context: sched.lock held.
void putIdleM(M *m) {
  m->schedlink = sched.idle_ms;
  sched.idle_ms = m;
  sched.idle_m_count++;
}
M *takeIdleM() {
  M *m = sched.idle_ms;
  if (m != nullptr) {
    sched.idle_ms = m->schedlink;
    sched.idle_m_count--;
  }
  return m;
}
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

void noteSleep(Atomic<u32> *note) {
  while (note->loadAcquire() == 0) futexSleep(note, 0, -1);
  note->storeRelease(0);
}
void noteWake(Atomic<u32> *note) {
  note->storeRelease(1);
  futexWake(note, 1);
}

void acquireP(P *p) {
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
  m->p = nullptr;
  p->m.storeRelease(nullptr);
  p->status.storeRelease(PStatus::Idle);
  return p;
}

void pushGlobal(G *g) {  // sched.lock held
  sched.runq.pushBack(g);
  sched.runq_size.storeRelaxed(sched.runq.count);  // relaxed: a hint
}

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

G *popLocal(P *p) {
  G *next = p->run_next.loadAcquire();
  if (next != nullptr && p->run_next.casSeqCst(next, nullptr)) {
    p->inherits_slice = true;
    return next;
  }
  return p->runq.pop();
}

bool hasWork(P *p) { return !p->runq.empty() || p->run_next.loadAcquire() != nullptr; }

void checkDead();

// Sleeps until someone gives this thread a P (next_p).
void stopM() {
  M *m = currentM();
  sched.lock.lock();
  putIdleM(m);
  checkDead();
  sched.lock.unlock();
  noteSleep(&m->park);
  acquireP(m->next_p);
  m->next_p = nullptr;
}

// The world is being stopped: gives up the P and sleeps.
void gcStopM() {
  M *m = currentM();
  if (m->spinning) {
    m->spinning = false;
    sched.spinning_ms.fetchAdd(-1u);
  }
  P *p = releaseP();
  sched.lock.lock();
  p->status.storeRelease(PStatus::GcStop);
  if (--sched.stop_wait == 0) noteWake(&sched.stop_note);
  sched.lock.unlock();
  stopM();
}

void becomeUnspinning(M *m) {
  m->spinning = false;
  sched.spinning_ms.fetchAdd(-1u);
  wakeP();
}

// This thread is locked to a goroutine that is not the one to run: waits until that one is.
void stopLockedM() {
  M *m = currentM();
  if (m->p != nullptr) handoffP(releaseP());
  sched.lock.lock();
  sched.locked_idle_ms++;
  checkDead();
  sched.lock.unlock();
  noteSleep(&m->park);
  acquireP(m->next_p);
  m->next_p = nullptr;
}

// g wants its own thread: gives it this P.
void startLockedM(G *g) {
  M *owner = g->lockedm;
  sched.lock.lock();
  sched.locked_idle_ms--;
  sched.lock.unlock();
  owner->next_p = releaseP();
  noteWake(&owner->park);
  stopM();
}

[[noreturn]] void execute(G *g) {
  M *m = currentM();
  m->curg = g;
  g->m = m;
  setRunning(g);
  if (GN_UNLIKELY(g->runnable_since_ns != 0)) {
    recordLatency(sys::monotonicNs() - g->runnable_since_ns);
    g->runnable_since_ns = 0;
  }
  g->wait_since_ns = 0;
  g->preempt = 0;
  bool asked = g->scan_wanted.loadRelaxed() != 0 || sched.stackstress != 0;  // relaxed: a hint
  g->stackguard0 = GN_UNLIKELY(asked) ? kStackPreempt : g->stack_lo + kStackGuard;
  // One that was run next goes on with the time slice of who readied it: two that wake each other do not keep the queue waiting.
  if (!m->p->inherits_slice) m->p->sched_tick.storeRelaxed(m->p->sched_tick.loadRelaxed() + 1);  // relaxed: read by sysmon as a sign of life
  m->p->inherits_slice = false;
  resumeG(g);
}

G *stealWork(P *p, i64 now, i64 *next_timer) {
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
      *next_timer = runTimers(nullptr, now);
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
  if (g != nullptr) g->status.storeRelease(GStatus::Runnable);
  return g;
}

G *findRunnable() {
  M *m = currentM();
  for (;;) {
    P *p = m->p;
    if (sched.gc_waiting.loadAcquire() != 0) {
      gcStopM();
      continue;
    }
    if (G *worker = takePausedWorker(false)) return worker;
    i64 now = sys::monotonicNs();
    i64 next_timer = runTimers(p, now);
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
    if (m->spinning || 2 * sched.spinning_ms.loadRelaxed() < sched.proc_count.loadRelaxed() - sched.idle_p_count.loadRelaxed()) {
      if (!m->spinning) {
        m->spinning = true;
        sched.spinning_ms.fetchAdd(1);
      }
      i64 when = 0;
      if (G *g = stealWork(p, now, &when)) return g;
      if (when != 0 && (next_timer == 0 || when < next_timer)) next_timer = when;
    }
    if (G *worker = takePausedWorker(true)) return worker;
    if (gcMarking()) {
      bool any = false;
      markIdle(256 << 10, &any);
      if (any) continue;
    }
    // Nothing: give up the P, then look once more, since work may have come between.
    sched.lock.lock();
    if (sched.gc_waiting.loadAcquire() != 0) {
      sched.lock.unlock();
      continue;
    }
    if (!sched.runq.empty()) {
      G *g = popGlobal(p, 0);
      sched.lock.unlock();
      return g;
    }
    releaseP();
    putIdleP(p);
    sched.lock.unlock();
    bool was_spinning = m->spinning;
    if (was_spinning) {
      m->spinning = false;
      sched.spinning_ms.fetchAdd(-1u);
    }
    u32 n = sched.proc_count.loadAcquire();
    bool again = sched.runq_size.loadSeqCst() > 0;
    for (u32 i = 0; i < n && !again; i++) again = hasWork(sched.all_ps[i]);
    if (again) {
      sched.lock.lock();
      P *idle = takeIdleP();
      sched.lock.unlock();
      if (idle != nullptr) {
        acquireP(idle);
        if (was_spinning) {
          m->spinning = true;
          sched.spinning_ms.fetchAdd(1);
        }
        continue;
      }
    }
    // One thread waits in the poller, for descriptors and for the next timer.
    i64 until = nextTimerNs();
    if (pollerOn() && (pollWaiters() > 0 || until != 0) && sched.last_poll_ns.exchange(0) != 0) {
      sched.poll_until_ns.storeSeqCst(until);
      i64 recheck = nextTimerNs();  // a timer set before it could see that we wait here
      if (recheck != 0 && (until == 0 || recheck < until)) until = recheck;
      i64 delay = -1;
      if (until != 0) delay = max<i64>(until - sys::monotonicNs(), 0);
      GList<G> list{};
      pollNetwork(delay, list);
      sched.poll_until_ns.storeSeqCst(0);
      sched.last_poll_ns.storeSeqCst(sys::monotonicNs());
      sched.lock.lock();
      P *idle = takeIdleP();
      sched.lock.unlock();
      if (idle == nullptr) {
        injectList(list);
      } else {
        acquireP(idle);
        if (!list.empty()) {
          G *g = list.pop();
          injectList(list);
          g->status.storeRelease(GStatus::Runnable);
          return g;
        }
        if (was_spinning) {
          m->spinning = true;
          sched.spinning_ms.fetchAdd(1);
        }
        continue;
      }
    } else if (until != 0 && pollerOn()) {
      i64 poll_until = sched.poll_until_ns.loadSeqCst();
      if (poll_until == 0 || poll_until > until) breakPoll();
    }
    stopM();
  }
}

// Nobody runs and nobody can. Context: sched.lock held.
void checkDead() {
  if (sched.freezing.loadRelaxed() != 0) return;  // relaxed: the process is dying
  i64 run = static_cast<i64>(sched.m_count) - sched.idle_m_count - sched.locked_idle_ms - sched.system_m_count;
  if (run > 0) return;
  u32 users = 0;
  bool runnable = false;
  forEachG([&](G *g) {
    GStatus st = g->status.loadAcquire();
    if (st == GStatus::Dead) return;
    if (st != GStatus::Waiting) runnable = true;
    if (g->is_system == 0) users++;
  });
  if (runnable || nextTimerNs() != 0) return;
  if (!sched.main_started) return;
  sched.lock.unlock();
  if (users == 0) fatalUser("no goroutines (main called runtime.Goexit) - deadlock!");
  fatalUser("all goroutines are asleep - deadlock!");
}

void threadMain(M *m) {
  initThreadSignals(m);
  profileThreadStarts(m);
  if (m->start_fn != nullptr) m->start_fn();
  acquireP(m->next_p);
  m->next_p = nullptr;
  schedule();
}

}  // namespace

i64 idleTimeNs() { return sched.idle_ns; }
i64 procTimeNs() {
  return sched.proc_ns + (sys::monotonicNs() - sched.proc_since_ns) * static_cast<i64>(sched.proc_count.loadRelaxed());
}

u32 drainIdlePs() {
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

// An M whose thread ended, with its stacks.
static M *reuseDeadM() {
  MutexGuard guard(sched.lock);
  for (M **at = &sched.dead_ms; *at != nullptr; at = &(*at)->schedlink) {
    M *m = *at;
    if (m->gone.loadAcquire() == 0) continue;
    *at = m->schedlink;
    m->gone.storeRelaxed(0);  // relaxed: under the lock
    m->curg = nullptr;
    m->spinning = false;
    m->start_fn = nullptr;
    m->park.storeRelaxed(0);
    m->id = sched.next_m_id++;
    m->tls_g = m->g0;
    sched.m_count++;
    return m;
  }
  return nullptr;
}

// The end of a goroutine that was locked to this thread: nobody else shall run in the state that it left the thread in. The main
// thread cannot end before the process and sleeps instead.
[[noreturn]] static void endThread() {
  M *m = currentM();
  handoffP(releaseP());
  if (m == firstM()) {
    sched.lock.lock();
    sched.locked_idle_ms++;
    checkDead();
    sched.lock.unlock();
    for (;;) noteSleep(&m->park);
  }
  u64 all = ~u64{0};
  sys::sigprocmask(2, &all, nullptr);  // the signal stack goes with the other
  profileThreadEnds(m);
  sched.lock.lock();
  sched.m_count--;
  m->tid = 0;
  m->schedlink = sched.dead_ms;
  sched.dead_ms = m;
  checkDead();
  sched.lock.unlock();
  sys::exitThread(&m->gone);
}

// Makes an M with its stacks and TLS; the thread is not started.
M *newM() {
  if (M *m = reuseDeadM()) return m;
  M *m = static_cast<M *>(persistentAlloc(sizeof(M), 64));
  uptr guard = 4096;
  auto *stack = static_cast<char *>(sys::mmapAnon(kSystemStackBytes + kSignalStackBytes + guard));
  if (stack == nullptr) fatalThrow("runtime: cannot allocate a thread's stack");
  sys::munmap(stack, guard);  // the page below the system stack faults
  uptr lo = reinterpret_cast<uptr>(stack) + guard;
  m->sys_stack_lo = lo;
  m->sys_sp = lo + kSystemStackBytes;
  m->sig_stack_lo = m->sys_sp;
  m->g0 = &m->own_g0;
  m->own_g0.m = m;
  m->own_g0.stack_lo = lo;
  m->own_g0.stack_hi = m->sys_sp;
  m->own_g0.stackguard0 = m->own_g0.stackguard1 = lo + kStackGuard;
  m->own_g0.status.storeRelaxed(GStatus::Running);  // relaxed: not yet known to others
  m->tls_g = m->g0;
  m->fs_self = &m->fs_self;
  m->rng = static_cast<u64>(sys::monotonicNs()) * 0x9e3779b97f4a7c15 ^ reinterpret_cast<uptr>(m);
  MutexGuard g(sched.lock);
  m->id = sched.next_m_id++;
  sched.m_count++;
  if (sched.m_count > sched.max_ms) {
    Printer p;
    p << "runtime: program exceeds " << sched.max_ms << "-thread limit\n";
    p.flush();
    sched.lock.unlock();
    fatalThrow("thread exhaustion");
  }
  m->alllink = sched.all_ms.loadRelaxed();
  sched.all_ms.storeRelease(m);
  return m;
}

void startThread(M *m) {
  constexpr u64 kFlags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x80000;  // VM FS FILES SIGHAND THREAD SYSVSEM SETTLS
  u64 all = ~u64{0}, old;
  sys::sigprocmask(2, &all, &old);  // the new thread starts with all signals blocked
  i64 tid = gn_clone(kFlags, m->sys_sp, m, &m->fs_self, threadMain);
  sys::sigprocmask(2, &old, nullptr);
  if (tid < 0) {
    Printer p;
    p << "runtime: failed to create new OS thread (have " << sched.m_count << " already; errno=" << -tid << ")\n";
    p.flush();
    fatalThrow("newosproc");
  }
}

void startM(P *p, bool spinning) {
  sched.lock.lock();
  if (p == nullptr) {
    p = takeIdleP();
    if (p == nullptr) {
      sched.lock.unlock();
      if (spinning) sched.spinning_ms.fetchAdd(-1u);
      return;
    }
  }
  M *m = takeIdleM();
  sched.lock.unlock();
  if (m == nullptr) {
    m = newM();
    m->spinning = spinning;
    m->next_p = p;
    startThread(m);
    return;
  }
  m->spinning = spinning;
  m->next_p = p;
  noteWake(&m->park);
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
  g->status.storeRelease(GStatus::Runnable);
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
  for (G *g = list.head; g != nullptr; g = g->schedlink) g->status.storeRelease(GStatus::Runnable);
  {
    MutexGuard guard(sched.lock);
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
  g->status.storeRelease(GStatus::Waiting);
  setCurrentG(m->g0);
  m->curg = nullptr;
  Bubble *bubble = bubbleOf(g);
  bool counted = GN_UNLIKELY(bubble != nullptr) && g != bubble->root && isDurable(reason);
  if (unlock != nullptr) unlock(arg);
  if (counted) bubbleParked(bubble);
  gn_onSystemStack(m->sys_sp, schedule);
}

void yieldCurrent(bool local) {
  M *m = currentM();
  G *g = m->curg;
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
    if (m->spinning) becomeUnspinning(m);
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

// Goroutines.

G *newG(uptr stack_bytes) {
  P *p = currentM()->p;
  G *g = p == nullptr ? nullptr : p->dead_gs.pop();
  if (g == nullptr && sched.dead_g_count.loadRelaxed() > 0) {  // relaxed: a hint
    MutexGuard guard(sched.lock);
    g = sched.dead_gs.pop();
    sched.dead_g_count.storeRelaxed(sched.dead_gs.count);
  }
  bool fresh = g == nullptr;
  if (fresh) {
    g = persistentNew<G>();
    g->status.storeRelaxed(GStatus::Dead);  // relaxed: not yet known to others
  }
  if (g->stack_lo == 0) allocStack(g, stack_bytes);
  if (fresh) {
    MutexGuard guard(sched.lock);
    if (sched.last_g == nullptr) sched.all_gs.storeRelease(g);
    else __atomic_store_n(&sched.last_g->alllink, g, __ATOMIC_RELEASE);
    sched.last_g = g;
    listForDebugger(g);
  }
  return g;
}

// Idle at fn's first instruction, as if goexit had called it.
static G *makeGoroutine(FuncVal *fn, uptr caller_pc, u64 parent, bool system) {
  G *g = newG(kMinStackBytes);
  uptr sp = g->stack_hi - 4 * kWord;
  *reinterpret_cast<uptr *>(sp) = reinterpret_cast<uptr>(go_goexit) + 1;
  g->sched = Gobuf{};
  g->sched.sp = sp;
  g->sched.pc = fn->fn;
  g->sched.ctxt = fn;
  g->startpc = fn->fn;
  g->gopc = caller_pc;
  g->parent_goid = parent;
  g->ret0 = g->ret1 = 0;
  g->preempt = 0;
  g->permit = 0;
  g->resume = nullptr;
  g->stackguard0 = g->stackguard1 = g->stack_lo + kStackGuard;
  // Ids come in small batches a thread in Go; one counter is as good until it is measured.
  g->goid = sched.next_goid.add(1);
  g->is_system = system;
  if (g->is_system != 0) sched.system_g_count.fetchAdd(1);
  sched.g_count.fetchAdd(1);
  bornScanned(g);
  shadeRoot(fn);
  g->status.storeRelease(GStatus::Waiting);
  return g;
}

G *newGoroutine(FuncVal *fn, uptr caller_pc, u64 parent, bool system) {
  return makeGoroutine(fn, caller_pc, parent, system);
}

static void retire(G *g) {
  g->status.storeRelease(GStatus::Dead);
  if (g->is_system != 0) sched.system_g_count.fetchAdd(-1u);
  sched.g_count.fetchAdd(-1u);
  g->m = nullptr;
  g->defer = nullptr;
  g->panic = nullptr;
  g->param = g->labels = g->coro = g->bubble = nullptr;
  g->waiting = nullptr;
  g->lockedm = nullptr;
  g->sched.ctxt = nullptr;
  g->fips_indicator = g->fips_bypass = g->dit_wanted = g->is_system = 0;
  g->panic_on_fault = 0;
  g->sig = 0;
  g->locked_count = 0;
  for (uptr &r : g->park_roots) r = 0;
  if (g->stack_order != 0) freeStack(g);  // a grown stack is not what the next one needs
  P *p = currentM()->p;
  if (p->dead_gs.count < 64) {
    p->dead_gs.push(g);
    return;
  }
  MutexGuard guard(sched.lock);
  while (p->dead_gs.count > 32) sched.dead_gs.push(p->dead_gs.pop());
  sched.dead_gs.push(g);
  sched.dead_g_count.storeRelaxed(sched.dead_gs.count);
}

void initSched() {
  sched.max_ms = 10000;
  sched.max_stack_bytes = 1000000000;
  sched.last_poll_ns.storeRelaxed(sys::monotonicNs());  // relaxed: one thread
  sched.cpu_count = sys::cpuCount();
}

Sudog *acquireSudog() {
  P *p = currentM()->p;
  Sudog *s = p->sudog_free;
  if (s == nullptr) return persistentNew<Sudog>();
  p->sudog_free = s->next;
  *s = Sudog{};
  return s;
}

void releaseSudog(Sudog *s) {
  P *p = currentM()->p;
  s->g = nullptr;
  s->c = nullptr;
  s->elem = nullptr;
  s->next = p->sudog_free;
  p->sudog_free = s;
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

static void startNew(FuncVal *fn, bool system) {
  G *self = currentG();
  if (fn == nullptr) fatalUser("go of nil func value");
  G *g = newGoroutine(fn, self->sched.pc, self->goid, system);
  g->labels = system ? nullptr : self->labels;
  g->bubble = system ? nullptr : self->bubble;
  shadeRoot(g->labels);
  if (GN_UNLIKELY(g->bubble != nullptr)) bubbleJoined(bubbleOf(g), true);
  g->fips_bypass = self->fips_bypass;
  g->status.storeRelease(GStatus::Runnable);
  pushLocal(self->m->p, g, true);
  if (sched.main_started) wakeP();
}

void gn_newproc(FuncVal *fn) { startNew(fn, false); }
void gn_newsystemproc(FuncVal *fn) { startNew(fn, true); }

void gn_gosched() { yieldCurrent(false); }
void gn_goyield() { yieldCurrent(true); }

[[noreturn]] void gn_goexit1() {
  M *m = currentM();
  G *g = m->curg;
  setCurrentG(m->g0);
  m->curg = nullptr;
  bool locked = m->lockedg == g;
  m->lockedg = nullptr;
  Bubble *bubble = bubbleOf(g);
  retire(g);
  if (GN_UNLIKELY(bubble != nullptr)) bubbleLeft(bubble, true);
  if (locked) gn_onSystemStack(m->sys_sp, endThread);
  gn_onSystemStack(m->sys_sp, schedule);
}

[[noreturn]] void gn_parkForever(u64 reason) { park(static_cast<WaitReason>(reason & 0xff)); }
[[noreturn]] void gn_block() { park(WaitReason::SelectNoCases); }

// A permit that goready0 gives and gopark0 takes: 0 none, 1 given, 2 someone waits.
static bool takePermit(G *g) { return __atomic_exchange_n(&g->permit, 0, __ATOMIC_SEQ_CST) == 1; }
static void waitPermit(void *arg) {
  auto *g = static_cast<G *>(arg);
  u32 none = 0;
  if (!__atomic_compare_exchange_n(&g->permit, &none, 2u, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    __atomic_store_n(&g->permit, 0, __ATOMIC_SEQ_CST);
    ready(g, true);
  }
}
void gn_gopark0(u64 reason) {
  G *g = currentG();
  if (takePermit(g)) return;
  park(static_cast<WaitReason>(reason & 0xff), waitPermit, g);
}
void gn_goready0(G *g) {
  u32 was = __atomic_exchange_n(&g->permit, 1, __ATOMIC_SEQ_CST);
  if (was != 2) return;
  __atomic_store_n(&g->permit, 0, __ATOMIC_SEQ_CST);
  ready(g, true);
}

// A preemption that was asked for while it was forbidden takes place at the next call.
static void rearmPreempt(M *m) {
  G *g = currentG();
  if (m->locks == 0 && (g->preempt != 0 || g->scan_wanted.loadRelaxed() != 0)) g->stackguard0 = kStackPreempt;
}

void gn_lock(Mutex *l) {
  currentM()->locks++;
  l->lock();
}
void gn_unlock(Mutex *l) {
  l->unlock();
  M *m = currentM();
  m->locks--;
  rearmPreempt(m);
}

u64 gn_gcount() { return sched.g_count.loadRelaxed() - sched.system_g_count.loadRelaxed(); }  // relaxed: statistics
u64 gn_ncpuCount() { return sched.cpu_count; }

void gn_lockOSThread() {
  G *g = currentG();
  g->locked_count++;
  g->lockedm = g->m;
  g->m->lockedg = g;
}
void gn_unlockOSThread() {
  G *g = currentG();
  if (g->locked_count == 0 || --g->locked_count > 0) return;
  g->m->lockedg = nullptr;
  g->lockedm = nullptr;
}

u64 gn_setMaxThreads(u64 n) {
  u64 old = sched.max_ms;
  sched.max_ms = static_cast<u32>(min<u64>(n, 0x7fffffff));
  if (sched.m_count > sched.max_ms) fatalThrow("thread exhaustion");
  return old;
}

void gn_mainStarted() {
  if (sched.main_started) return;
  sched.main_started = true;
  startSysmon();
}

// Coroutines: direct hand-over. The one that is switched to runs at once, on this thread and P.
G *gn_newcoroG(FuncVal *fn) {
  G *self = currentG();
  G *g = newGoroutine(fn, self->sched.pc, self->goid, false);
  g->wait_reason = WaitReason::Coroutine;
  g->bubble = self->bubble;
  if (g->bubble != nullptr) bubbleJoined(bubbleOf(g), false);
  return g;
}

[[noreturn]] static void switchTo(M *m, G *to) {
  GN_CHECK(to->status.loadAcquire() == GStatus::Waiting);
  m->curg = to;
  to->m = m;
  setRunning(to);
  resumeG(to);
}

// How the current goroutine is tied to its thread: {the M or 0, how often}.
Ret2 gn_coroLocks() {
  G *g = currentG();
  return {reinterpret_cast<uptr>(g->lockedm), g->locked_count};
}

// Who is switched to takes the tie to the thread over. It must be the one there was when the coroutine was made.
static void moveThreadLock(M *m, G *from, G *to, M *made_on, u64 locks) {
  if (from->lockedm == nullptr && made_on == nullptr) return;
  if (m != made_on || from->locked_count != locks)
    fatalThrow("coro: OS thread locking must match locking at coroutine creation");
  from->lockedm = nullptr;
  to->lockedm = m;
  m->lockedg = to;
  to->locked_count = from->locked_count;
  from->locked_count = 0;
}

[[noreturn]] void gn_coroSwitchTo(G *to, M *made_on, u64 locks) {
  M *m = currentM();
  G *g = m->curg;
  moveThreadLock(m, g, to, made_on, locks);
  g->wait_reason = WaitReason::Coroutine;
  g->ret0 = g->ret1 = 0;
  g->status.storeRelease(GStatus::Waiting);
  setCurrentG(m->g0);
  switchTo(m, to);
}

[[noreturn]] void gn_coroExitTo(G *to, M *made_on, u64 locks) {
  M *m = currentM();
  G *g = m->curg;
  moveThreadLock(m, g, to, made_on, locks);
  setCurrentG(m->g0);
  Bubble *bubble = bubbleOf(g);
  retire(g);
  if (bubble != nullptr) bubbleLeft(bubble, false);
  switchTo(m, to);
}

// System calls. The P stays tied to the thread in state Syscall until somebody (sysmon, a stop of the world) takes it.
void gn_entersyscall() {
  G *g = currentG();
  M *m = g->m;
  m->locks++;
  g->syscallsp = g->sched.sp;
  g->syscallpc = g->sched.pc;
  g->syscallbp = g->sched.bp;
  g->wait_since_ns = 0;
  P *p = m->p;
  p->syscall_tick.storeRelaxed(p->syscall_tick.loadRelaxed() + 1);  // relaxed: sysmon compares only
  m->old_p = p;
  p->m.storeRelease(nullptr);
  m->p = nullptr;
  g->status.storeRelease(GStatus::Syscall);
  p->status.storeSeqCst(PStatus::Syscall);
  if (sched.gc_waiting.loadSeqCst() != 0) {
    sched.lock.lock();
    if (sched.stop_wait > 0 && p->status.casSeqCst(PStatus::Syscall, PStatus::GcStop)) {
      if (--sched.stop_wait == 0) noteWake(&sched.stop_note);
    }
    sched.lock.unlock();
  }
  if (sched.sysmon_wait.loadRelaxed() != 0) wakeSysmon();  // relaxed: sysmon looks again before it sleeps
  m->locks--;
}

static void enqueueAfterSyscall(G *g) {
  endSyscallUnscanned(g);
  MutexGuard guard(sched.lock);
  pushGlobal(g);
}

void gn_exitsyscall() {
  G *g = currentG();
  M *m = g->m;
  P *old = m->old_p;
  m->old_p = nullptr;
  if (old != nullptr && old->status.casSeqCst(PStatus::Syscall, PStatus::Idle)) {
    acquireP(old);
    old->syscall_tick.storeRelaxed(old->syscall_tick.loadRelaxed() + 1);  // relaxed: as above
  } else {
    sched.lock.lock();
    P *idle = sched.gc_waiting.loadAcquire() != 0 ? nullptr : takeIdleP();
    sched.lock.unlock();
    if (idle == nullptr) {
      // No P: the goroutine queues, the thread sleeps.
      setCurrentG(m->g0);
      m->curg = nullptr;
      if (m->lockedg == g) {
        enqueueAfterSyscall(g);
        gn_onSystemStack(m->sys_sp, schedule);
      }
      enqueueAfterSyscall(g);
      gn_onSystemStack(m->sys_sp, scheduleWithoutP);
    }
    acquireP(idle);
  }
  setRunning(g);
  g->syscallsp = 0;
  if (g->preempt != 0 || g->scan_wanted.loadRelaxed() != 0) g->stackguard0 = kStackPreempt;
}

}  // extern "C"

void gannet::rt::scheduleWithoutP() {
  // Somebody may have gone idle between; a queued goroutine must not wait for the next event.
  sched.lock.lock();
  P *idle = sched.gc_waiting.loadAcquire() != 0 ? nullptr : takeIdleP();
  sched.lock.unlock();
  if (idle != nullptr) acquireP(idle);
  else stopM();
  schedule();
}

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
