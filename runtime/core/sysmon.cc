// The monitor thread: runs without a P. Takes Ps from long system calls, asks long-running goroutines to yield, polls the
// network when nobody did, starts a collection when there was none for two minutes.
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/sched_trace.h"
#include "runtime/core/signals.h"
#include "runtime/core/trace.h"

namespace gannet::rt {

namespace {

constexpr i64 kTimeSliceNs = 10000000;
constexpr i64 kMarkingSliceNs = 2000000;  // the collector waits for the P
constexpr i64 kForcedGcNs = 120000000000;
// What the heap does not need goes back to the system a little at a time: about 1% of a CPU.
constexpr i64 kReleaseEveryNs = 10000000;
constexpr i64 kProcsEveryNs = 1000000000;  // looks how many CPUs there are
constexpr u64 kReleaseAtOnce = 1 << 20;

// Returns how many Ps it took from system calls.
u32 retake(i64 now) {
  u32 taken = 0, n = sched.proc_count.loadAcquire();
  for (u32 i = 0; i < n; i++) {
    P *p = sched.all_ps[i];
    PStatus st = p->status.loadAcquire();
    if (st == PStatus::Running) {
      u32 tick = p->sched_tick.loadRelaxed();  // relaxed: a sign of life
      if (tick != p->seen_sched_tick) {
        p->seen_sched_tick = tick;
        p->seen_sched_ns = now;
      } else if (now - p->seen_sched_ns > (gcMarking() ? kMarkingSliceNs : kTimeSliceNs)) {
        preemptP(p);
      }
    } else if (st == PStatus::Syscall) {
      u32 tick = p->syscall_tick.loadRelaxed();
      if (tick != p->seen_syscall_tick) {
        p->seen_syscall_tick = tick;
        p->seen_syscall_ns = now;
        continue;
      }
      bool idle_help = sched.spinning_ms.loadRelaxed() + sched.idle_p_count.loadRelaxed() > 0;  // relaxed: a guess
      if (p->runq.empty() && p->run_next.loadAcquire() == nullptr && idle_help && now - p->seen_syscall_ns < kTimeSliceNs)
        continue;
      if (p->status.casSeqCst(PStatus::Syscall, PStatus::Idle)) {
        taken++;
        if (tracing()) traceProcSteal(p);
        p->syscall_tick.storeRelaxed(tick + 1);
        handoffP(p);
      }
    }
  }
  return taken;
}

void forceCycle() {
  if (gcWant() && debug.gctrace > 0) Printer() << "GC forced\n";
}

[[noreturn]] void run() {
  M *m = currentM();
  m->no_p = true;
  i64 last_release = sys::monotonicNs(), last_procs = last_release;
  u32 idle_rounds = 0, delay_us = 20;
  for (;;) {
    if (idle_rounds == 0) delay_us = 20;
    else if (idle_rounds > 50) delay_us = min<u32>(delay_us * 2, 10000);
    sys::usleep(delay_us);
    i64 now = sys::monotonicNs();
    if (tracesSched()) {
      traceSchedAt(now);  // at its times, whoever is idle
    } else if (sched.gc_waiting.loadAcquire() != 0 || sched.idle_p_count.loadAcquire() == sched.proc_count.loadAcquire()) {
      // All idle: sleeps until somebody starts something, at most half the time to a forced collection.
      sched.sysmon_wait.storeSeqCst(1);
      if (sched.gc_waiting.loadSeqCst() != 0 || sched.idle_p_count.loadSeqCst() == sched.proc_count.loadSeqCst())
        futexSleep(&sched.sysmon_note, 0, excessFreeBytes() != 0 ? kReleaseEveryNs : kForcedGcNs / 2);
      sched.sysmon_wait.storeSeqCst(0);
      sched.sysmon_note.storeSeqCst(0);
      idle_rounds = 0;
      delay_us = 20;
      now = sys::monotonicNs();
    }
    i64 last_poll = sched.last_poll_ns.loadAcquire();
    if (pollerOn() && last_poll != 0 && now - last_poll > kTimeSliceNs && sched.last_poll_ns.casSeqCst(last_poll, now)) {
      GList<G> list{};
      pollNetwork(0, list);
      injectList(list);
    }
    i64 due = nextTimerNs();
    if (due != 0 && due < now) startM(nullptr, false);
    if (retake(now) != 0) idle_rounds = 0;
    else idle_rounds++;
    auto &st = heap.stats;
    sys::Timespec wall = sys::wallTime();
    i64 wall_ns = wall.sec * 1000000000 + wall.nsec;
    if (st.num_gc > 0 && heap.gc_percent >= 0 && wall_ns - static_cast<i64>(st.last_gc_wall_ns) > kForcedGcNs) forceCycle();
    if (now - last_procs > kProcsEveryNs) {
      last_procs = now;
      checkMachineProcs();
    }
    if (now - last_release > kReleaseEveryNs) {
      last_release = now;
      if (uptr excess = excessFreeBytes()) releaseFreePages(min<u64>(excess, kReleaseAtOnce), Releaser::Background);
    }
  }
}

}  // namespace

void wakeSysmon() {
  if (sched.sysmon_wait.loadAcquire() == 0) return;
  sched.sysmon_note.storeRelease(1);
  futexWake(&sched.sysmon_note, 1);
}

void startSysmon() {
  M *m = newM();
  m->start_fn = run;
  sched.lock.lock();
  sched.system_m_count++;
  sched.lock.unlock();
  startThread(m);
}

}  // namespace gannet::rt
