// Threads (M): made, put to sleep, woken, tied to goroutines, ended; the check for deadlock.
#include "runtime/core/sched_parts.h"

#include "runtime/core/buckets.h"
#include "runtime/core/clock.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/os_memory.h"
#include "runtime/core/signals.h"
#include "runtime/core/trace.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

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

void threadMain(M *m) {
  initThreadSignals(m);
  profileThreadStarts(m);
  if (m->start_fn != nullptr) m->start_fn();
  acquireP(m->next_p);
  m->next_p = nullptr;
  schedule();
}

// Starts threads for those that are tied to a goroutine, which may have given its thread a state (signal mask, name space,
// ...) that a new one would inherit.
struct TemplateThread {
  Atomic<u32> started, note;
  Mutex lock;
  M *wanted;  // lock held; linked by schedlink
};
constinit TemplateThread template_thread{};

void cloneThread(M *m);

[[noreturn]] void runTemplateThread() {
  currentM()->no_p = true;
  for (;;) {
    template_thread.lock.lock();
    M *m = template_thread.wanted;
    template_thread.wanted = nullptr;
    template_thread.lock.unlock();
    if (m == nullptr) noteSleep(&template_thread.note);
    while (m != nullptr) {
      M *next = m->schedlink;
      m->schedlink = nullptr;
      cloneThread(m);
      m = next;
    }
  }
}

void startTemplateThread() {
  if (template_thread.started.exchange(1) != 0) return;
  M *m = newM();
  m->start_fn = runTemplateThread;
  sched.lock.lock();
  sched.system_m_count++;
  sched.lock.unlock();
  startThread(m);
}

// The kernel makes no thread while another executes a program: clone then fails, though the exec may fail, too, and all go on.
void beginMakingThread() {
  for (;;) {
    sched.making_ms.fetchAdd(1);
    if (sched.no_new_ms.loadSeqCst() == 0) return;
    sched.making_ms.fetchAdd(-1u);
    futexWake(&sched.making_ms, 1);
    futexSleep(&sched.no_new_ms, 1, -1);
  }
}
void endMakingThread() {
  sched.making_ms.fetchAdd(-1u);
  if (sched.no_new_ms.loadSeqCst() != 0) futexWake(&sched.making_ms, 1);
}

void cloneThread(M *m) {
  constexpr u64 kFlags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x80000;  // VM FS FILES SIGHAND THREAD SYSVSEM SETTLS
  u64 all = ~u64{0}, old;
  sys::sigprocmask(2, &all, &old);  // the new thread starts with all signals blocked
  beginMakingThread();
  i64 tid = gn_clone(kFlags, m->sys_sp, m, &m->fs_self, threadMain);
  endMakingThread();
  sys::sigprocmask(2, &old, nullptr);
  if (tid < 0) {
    Printer p;
    p << "runtime: failed to create new OS thread (have " << sched.m_count << " already; errno=" << -tid << ")\n";
    p.flush();
    fatalThrow("newosproc");
  }
}

// An M whose thread ended, with its stacks.
M *reuseDeadM() {
  MutexGuard guard(sched.lock);
  for (M **at = &sched.dead_ms; *at != nullptr; at = &(*at)->schedlink) {
    M *m = *at;
    if (m->gone.loadAcquire() == 0) continue;
    *at = m->schedlink;
    m->gone.storeRelaxed(0);  // relaxed: under the lock
    m->curg = nullptr;
    m->spinning = false;
    m->start_fn = nullptr;
    m->tied = false;
    m->park.storeRelaxed(0);
    m->id = sched.next_m_id++;
    m->tls_g = m->g0;
    sched.m_count++;
    return m;
  }
  return nullptr;
}

}  // namespace

void noteSleep(Atomic<u32> *note) {
  while (note->loadAcquire() == 0) futexSleep(note, 0, -1);
  note->storeRelease(0);
}
void noteWake(Atomic<u32> *note) {
  note->storeRelease(1);
  futexWake(note, 1);
}

// Tells checkDead that one thread less runs, and does what comes of that. sched.lock is held, and released.
static void unlockWithoutWork() {
  const bool jumped = checkDead();
  sched.lock.unlock();
  if (jumped) startM(nullptr, false);
}

// The same, and waits for a P to go on with.
static void sleepForP(M *m) {
  unlockWithoutWork();
  m->blocked = true;  // for showing
  noteSleep(&m->park);
  m->blocked = false;
  acquireP(m->next_p);
  m->next_p = nullptr;
}

void stopM() {
  M *m = currentM();
  sched.lock.lock();
  putIdleM(m);
  sleepForP(m);
}

void stopLockedM() {
  M *m = currentM();
  if (m->p != nullptr) handoffP(releaseP());
  sched.lock.lock();
  sched.locked_idle_ms++;
  sleepForP(m);
}

void startLockedM(G *g) {
  M *owner = g->lockedm;
  sched.lock.lock();
  sched.locked_idle_ms--;
  sched.lock.unlock();
  owner->next_p = releaseP();
  noteWake(&owner->park);
  stopM();
}

bool checkDead() {
  if (sched.freezing.loadRelaxed() != 0) return false;  // relaxed: the process is dying
  i64 run = static_cast<i64>(sched.m_count) - sched.idle_m_count - sched.locked_idle_ms - sched.system_m_count;
  if (run > 0) return false;
  u32 users = 0;
  bool runnable = false;
  forEachG([&](G *g) {
    GStatus st = g->status.loadAcquire();
    if (st == GStatus::Dead) return;
    if (st != GStatus::Waiting) runnable = true;
    if (g->is_system == 0) users++;
  });
  if (runnable) return false;
  if (i64 when = nextTimerNs(); when != 0) {
    if (fakeTime() == 0) return false;
    __atomic_store_n(&rt_fake_time, max(when, fakeTime()), __ATOMIC_RELEASE);
    return true;
  }
  if (!sched.main_started) return false;
  sched.lock.unlock();
  if (users == 0) fatalUser("no goroutines (main called runtime.Goexit) - deadlock!");
  fatalUser("all goroutines are asleep - deadlock!");
}

// The end of a goroutine that was locked to this thread: nobody else shall run in the state that it left the thread in. The main
// thread cannot end before the process and sleeps instead.
void endThread() {
  M *m = currentM();
  handoffP(releaseP());
  if (m == firstM()) {
    sched.lock.lock();
    sched.locked_idle_ms++;
    unlockWithoutWork();
    for (;;) noteSleep(&m->park);
  }
  profileThreadEnds(m);
  sched.lock.lock();
  // Not before: a system call on all threads waits, under the lock, for each of them to take its signal.
  u64 all = ~u64{0};
  sys::sigprocmask(2, &all, nullptr);  // the signal stack goes with the other
  traceThreadEnds(m);
  sched.m_count--;
  m->tid = 0;
  m->schedlink = sched.dead_ms;
  sched.dead_ms = m;
  unlockWithoutWork();
  sys::exitThread(&m->gone);
}

// Makes an M with its stacks and TLS; the thread is not started.
M *newM() {
  if (M *m = reuseDeadM()) return m;
  M *m = static_cast<M *>(persistentAlloc(sizeof(M), 64));
  uptr guard = 4096;
  auto *stack = static_cast<char *>(sys::mmapAnon(kSystemStackBytes + kSignalStackBytes + guard));
  if (stack == nullptr) fatalThrow("runtime: cannot allocate a thread's stack");
  nameMapping(stack, kSystemStackBytes + kSignalStackBytes + guard, "OS thread stack");
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
    if (sched.m_count == sched.max_ms + 1) {  // not once more by a thread that comes here before the process has ended
      Printer p;
      p << "runtime: program exceeds " << sched.max_ms << "-thread limit\n";
      p.flush();
    }
    sched.lock.unlock();
    fatalThrow("thread exhaustion");
  }
  m->alllink = sched.all_ms.loadRelaxed();
  sched.all_ms.storeRelease(m);
  return m;
}

void startThread(M *m) {
  if (!currentM()->tied) {
    cloneThread(m);
    return;
  }
  {
    MutexGuard guard(template_thread.lock);
    m->schedlink = template_thread.wanted;
    template_thread.wanted = m;
  }
  noteWake(&template_thread.note);
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

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_lockOSThread() {
  startTemplateThread();
  G *g = currentG();
  g->locked_count++;
  g->lockedm = g->m;
  g->m->lockedg = g;
  g->m->tied = true;
}

void gn_unlockOSThread() {
  G *g = currentG();
  if (g->locked_count == 0 || --g->locked_count > 0) return;
  g->m->lockedg = nullptr;
  g->m->tied = false;
  g->lockedm = nullptr;
}

// The goroutine keeps its thread until the exec failed: others may wait for it to go on.
void gn_beforeExec() {
  currentM()->locks++;
  while (!sched.no_new_ms.casSeqCst(0, 1)) futexSleep(&sched.no_new_ms, 1, -1);
  while (u32 making = sched.making_ms.loadSeqCst()) futexSleep(&sched.making_ms, making, -1);
}
void gn_afterExec() {
  sched.no_new_ms.storeSeqCst(0);
  futexWake(&sched.no_new_ms, ~u32{0} >> 1);
  currentM()->locks--;
}

u64 gn_setMaxThreads(u64 n) {
  u64 old = sched.max_ms;
  sched.max_ms = static_cast<u32>(min<u64>(n, 0x7fffffff));
  if (sched.m_count > sched.max_ms) fatalThrow("thread exhaustion");
  return old;
}

}  // extern "C"
