// System calls. The P stays tied to the thread in state Syscall until somebody (sysmon, a stop of the world) takes it.
#include "runtime/core/sched_parts.h"

#include "runtime/core/gc.h"
#include "runtime/core/trace.h"

using namespace gannet::rt;

extern "C" {

void gn_entersyscall() {
  G *g = currentG();
  M *m = g->m;
  m->locks++;
  g->syscallsp = g->sched.sp;
  g->syscallpc = g->sched.pc;
  g->syscallbp = g->sched.bp;
  g->wait_since_ns = 0;
  P *p = m->p;
  p->syscall_m = m;
  if (tracing()) traceSyscallBegin(g);
  p->syscall_tick.storeRelaxed(p->syscall_tick.loadRelaxed() + 1);  // relaxed: sysmon compares only
  m->old_p = p;
  p->m.storeRelease(nullptr);
  m->p = nullptr;
  g->status.storeRelease(GStatus::Syscall);
  p->status.storeSeqCst(PStatus::Syscall);
  if (sched.gc_waiting.loadSeqCst() != 0) {
    sched.lock.lock();
    if (sched.stop_wait > 0 && p->status.casSeqCst(PStatus::Syscall, PStatus::GcStop)) {
      if (tracing()) traceProcStop();
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
  if (tracing()) traceSyscallEndBlocked(g);
  pushGlobal(g);
}

void gn_exitsyscall() {
  G *g = currentG();
  M *m = g->m;
  P *old = m->old_p;
  m->old_p = nullptr;
  if (old != nullptr && old->status.casSeqCst(PStatus::Syscall, PStatus::Idle)) {
    takeP(old);
    old->syscall_tick.storeRelaxed(old->syscall_tick.loadRelaxed() + 1);  // relaxed: as above
    if (tracing()) traceSyscallEnd(g);
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
    if (tracing()) traceSyscallEndWithP(g);
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
