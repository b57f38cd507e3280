// Pacing of the collector: how much of the CPUs' time it takes, and who pays.
//
// The goroutines that mark or sweep take a quarter of the Ps' time together: with four Ps one of them works all the time, with
// fewer it is paused in between; Ps that have nothing else to do help. Who allocates while marking runs pays for the bytes
// with bytes scanned, first out of what the others scanned already. The ratio is such that the last cycle's amount is scanned
// before the heap reaches its goal.
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/trace.h"

namespace gannet::rt {

namespace {

constexpr i64 kSlackNs = 100000;
constexpr u64 kMinAssistQ8 = 64, kMaxAssistQ8 = 16 << 8;
constexpr uptr kMostAssist = 1 << 20;  // at one allocation

}  // namespace

void beginShare() {
  gc.pacing.used_ns.storeSeqCst(0);
  gc.pacing.began_ns.storeSeqCst(sys::monotonicNs());
  gc.pacing.sharing.storeSeqCst(1);
}

bool overShare(i64 now) {
  auto &pc = gc.pacing;
  if (pc.sharing.loadRelaxed() == 0) return false;  // relaxed: looked at again soon
  i64 share = (now - pc.began_ns.loadRelaxed()) * static_cast<i64>(sched.proc_count.loadRelaxed()) / 4;
  return pc.used_ns.loadRelaxed() > share + kSlackNs;
}

G *takePausedWorker(bool idle) {
  auto &pc = gc.pacing;
  if (GN_LIKELY(pc.paused_count.loadRelaxed() == 0)) return nullptr;  // relaxed: looked at again soon
  if (!idle && overShare(sys::monotonicNs())) return nullptr;
  MutexGuard guard(pc.lock);
  G *g = pc.paused.pop();
  pc.paused_count.storeRelaxed(pc.paused.count);  // relaxed: under the lock
  return g;
}

void pauseWorker() {
  M *m = currentM();
  G *g = m->curg;
  if (tracing()) traceGoStop(g, true);
  setCurrentG(m->g0);
  m->curg = nullptr;
  g->status.storeRelease(GStatus::Runnable);
  {
    MutexGuard guard(gc.pacing.lock);
    gc.pacing.paused.pushBack(g);
    gc.pacing.paused_count.storeRelaxed(gc.pacing.paused.count);  // relaxed: under the lock
  }
  gn_onSystemStack(m->sys_sp, schedule);
}

void beginPacing() {
  auto &pc = gc.pacing;
  auto &st = heap.stats;
  u64 live = st.live_bytes.loadRelaxed();  // relaxed: the world is stopped
  u64 expected = pc.last_scanned != 0 ? pc.last_scanned + pc.last_scanned / 8 : live;
  u64 room = st.goal_bytes > live + (64 << 10) ? st.goal_bytes - live : 64 << 10;
  pc.assist_q8 = min(max(expected / 256 * 65536 / room, kMinAssistQ8), kMaxAssistQ8);
  pc.credit.storeSeqCst(0);
  pc.scanned.storeSeqCst(0);
  auto &t = gc.times;
  t.assist_ns.storeSeqCst(0);
  t.worker_ns.storeSeqCst(0);
  t.idle_ns.storeSeqCst(0);
  t.heap_at_start = live;
  t.goal = st.goal_bytes;
  t.procs = sched.proc_count.loadRelaxed();
  tracePacerStart(expected);
  beginShare();
}

// World stopped, at the end of marking.
static void watchShare() {
  constexpr u32 kMostSlack = 4;  // twice what lives
  auto &pc = gc.pacing;
  auto &t = gc.times;
  i64 now = sys::monotonicNs(), since = pc.last_end_ns != 0 ? pc.last_end_ns : t.process_start;
  i64 spent = t.assist_ns.loadRelaxed() + t.worker_ns.loadRelaxed();  // relaxed: the world is stopped
  pc.last_end_ns = now;
  if (heap.memory_limit != INT64_MAX && spent * 2 > (now - since) * static_cast<i64>(t.procs)) {
    pc.limit_slack = min(pc.limit_slack + 1, kMostSlack);
    pc.limited_cycle = heap.stats.num_gc + 1;
  } else if (pc.limit_slack > 0) {
    pc.limit_slack--;
  }
}

void endPacing() {
  auto &pc = gc.pacing;
  auto &t = gc.times;
  tracePacerEnd(pc.last_scanned);
  pc.last_scanned = pc.scanned.loadRelaxed();  // relaxed: the world is stopped
  pc.last_allocated = t.heap_at_end - t.heap_at_start;
  t.total_assist_ns += t.assist_ns.loadRelaxed();
  t.total_worker_ns += t.worker_ns.loadRelaxed();
  t.total_idle_ns += t.idle_ns.loadRelaxed();
  t.total_mark_cpu = t.total_assist_ns + t.total_worker_ns + t.total_idle_ns;
  watchShare();
}

void gcAssist(uptr allocated) {
  auto &pc = gc.pacing;
  auto debt = static_cast<i64>(allocated * pc.assist_q8 >> 8);
  if (heap.stats.live_bytes.loadRelaxed() > heap.stats.goal_bytes) debt *= 2;  // relaxed: pacing
  i64 credit = pc.credit.loadRelaxed();
  if (credit > 0) {
    i64 taken = min(credit, debt);
    pc.credit.fetchAdd(-taken);
    debt -= taken;
  }
  if (debt <= 0) return;
  if (tracing()) traceAssistBegin();
  i64 began = sys::monotonicNs();
  markSome(min(static_cast<uptr>(debt), kMostAssist));
  gc.times.assist_ns.fetchAdd(sys::monotonicNs() - began);
  if (tracing()) traceAssistEnd();
}

void markIdle(uptr budget, bool *any) {
  i64 began = sys::monotonicNs();
  uptr done = markSome(budget);
  *any = done != 0;
  if (done == 0) return;
  gc.pacing.credit.fetchAdd(static_cast<i64>(done));
  gc.times.idle_ns.fetchAdd(sys::monotonicNs() - began);
}

double gcCpuFraction() {
  auto &t = gc.times;
  i64 all = (sys::monotonicNs() - t.process_start) * static_cast<i64>(sched.proc_count.loadRelaxed());
  if (all <= 0) return 0;
  return static_cast<double>(t.total_stop_cpu + t.total_assist_ns + t.total_worker_ns) / static_cast<double>(all);
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

// Makes the helpers of a cycle run; how many more there should be.
u64 gn_gcWakeHelpers() {
  u32 wanted = sched.proc_count.loadRelaxed() / 4;  // relaxed: any recent value does
  GList<G> go{};
  {
    MutexGuard guard(gc.pacing.lock);
    while (go.count + 1 < wanted) {
      G *g = gc.pacing.helpers.pop();
      if (g == nullptr) break;
      go.pushBack(g);
    }
  }
  u64 lacking = wanted > go.count + 1 ? wanted - 1 - go.count : 0;
  while (G *g = go.pop()) ready(g, false);
  return lacking;
}

void gn_gcHelperWait() {
  gc.pacing.lock.lock();
  gc.pacing.helpers.pushBack(currentG());
  parkUnlock(WaitReason::GCWorkerIdle, &gc.pacing.lock);
}

// The loop in Go that calls these has no safepoint but them.
static void yieldToStop() {
  if (!stopWanted(currentM()->p)) return;
  currentG()->ret0 = 1;
  yieldCurrent(true);
}

// Some marking; false when there seems to be nothing left.
u64 gn_gcMarkWork() {
  constexpr uptr kBudget = 256 << 10;
  if (!gcMarking()) return 0;
  scanSelf();
  i64 began = sys::monotonicNs();
  uptr done = markSome(kBudget);
  if (done == 0) {
    if (!marksLeft()) return 0;
    sys::osYield();  // others are at the last objects
  }
  i64 now = sys::monotonicNs();
  gc.pacing.credit.fetchAdd(static_cast<i64>(done));
  gc.pacing.used_ns.fetchAdd(now - began);
  gc.times.worker_ns.fetchAdd(now - began);
  if (overShare(now)) {
    currentG()->ret0 = 1;
    pauseWorker();
  }
  yieldToStop();
  return 1;
}

// Sweeps for a while; false when there is nothing left to sweep.
u64 gn_gcSweep() {
  constexpr i64 kSliceNs = 200000;
  i64 began = sys::monotonicNs();
  bool more = sweepSome(began + kSliceNs);
  i64 now = sys::monotonicNs();
  gc.pacing.used_ns.fetchAdd(now - began);
  if (!more) {
    gc.pacing.sharing.storeSeqCst(0);
    return 0;
  }
  if (overShare(now)) {
    currentG()->ret0 = 1;
    pauseWorker();
  }
  yieldToStop();
  return 1;
}

}  // extern "C"
