// Control of the collector: when a cycle starts, who waits for it, what it reports.
//
// The cycle's driver is a goroutine in Go (runtime/go), since the start of a cycle calls Go code (sync.Pool's clean-up):
// see entries.def, "Collector".
// An allocation that reaches the trigger wakes it and yields to it.
#include "runtime/core/gc.h"
#include "runtime/core/buckets.h"
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/init_trace.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/timers.h"
#include "runtime/core/trace.h"
#include "runtime/core/unwind.h"

extern "C" gannet::rt::u32 rt_write_barrier asm("runtime.writeBarrier");

namespace gannet::rt {

constinit GcControl gc{};

namespace {
constexpr u64 kMinHeapBytes = u64{4} << 20;

// Lock held. Who wants a cycle first is who started it, for traces.
void want() {
  if (tracing() && !gc.wanted) traceGcWanted();
  gc.wanted = true;
}

// Lock held. Makes the worker run if it waits.
G *takeWorker() {
  want();
  G *g = gc.worker;
  if (g != nullptr) {
    gc.worker = nullptr;
    gc.wanted = false;
    gc.started++;
  }
  return g;
}

// Somebody asked for the cycle that begins.
bool isAwaited() {
  MutexGuard guard(gc.lock);
  for (const G *g = gc.waiters.head; g != nullptr; g = g->schedlink)
    if (g->park_roots[3] <= gc.started) return true;
  return false;
}

bool due() {
  if (GN_UNLIKELY(debug.sbrk > 0)) return false;
  if (debug.gcstress > 0 && heap.stress_count.fetchAdd(1) % static_cast<u32>(debug.gcstress) == 0) return true;
  return heap.stats.live_bytes.loadRelaxed() >= heap.stats.trigger_bytes;  // relaxed: pacing
}

}  // namespace

void setTrigger() {
  auto &st = heap.stats;
  u64 goal = ~u64{0};
  if (heap.gc_percent >= 0) {
    u64 roots = st.stacks_in_use.loadRelaxed() + globalBytes();  // relaxed: pacing
    goal = st.marked_bytes + (st.marked_bytes + roots) / 100 * static_cast<u64>(heap.gc_percent);
    goal = max(goal, kMinHeapBytes * static_cast<u64>(heap.gc_percent) / 100);
  }
  if (heap.memory_limit != INT64_MAX) {
    u64 other = st.stacks_in_use.loadRelaxed() + (u64{2} << 20);  // relaxed: pacing
    u64 limit = static_cast<u64>(heap.memory_limit);
    u64 room = limit > other ? limit - other : 0;
    // Never closer than a sixteenth above what lives, or the program would only collect.
    u64 least = (st.marked_bytes / 16 + (u64{1} << 20)) << gc.pacing.limit_slack;
    goal = min(goal, max(room, st.marked_bytes + least));
  }
  st.goal_bytes = st.trigger_bytes = goal;
  if (goal == ~u64{0} || goal <= st.marked_bytes) return;
  // Starts early enough that marking is done at the goal, by what was allocated while it ran the last time.
  u64 room = goal - st.marked_bytes, runway = gc.pacing.last_allocated + gc.pacing.last_allocated / 4;
  st.trigger_bytes = goal - min(max(runway, room / 20), room * 3 / 10);
}

void setTriggerAtStart() { setTrigger(); }

void gcAfterAlloc(void *p) {
  G *g = currentG();
  M *m = g->m;
  const bool counts = countsInitAllocs();
  if (GN_UNLIKELY(counts)) noteInitAlloc(p);
  if (debug.gcstress == 0 && debug.stackstress == 0 && !counts) m->p->cache.gc_check = false;
  if (debug.stackstress > 0 && ++m->p->stress_calls % static_cast<u32>(debug.stackstress) == 0) g->stackguard0 = kStackPreempt;
  if (GN_LIKELY(!due()) || m->locks > 0 || g->preempt_off != 0) return;
  if (gcMarking() && debug.gcstress == 0) return;
  gc.lock.lock();
  bool stress = debug.gcstress > 0;
  if (!gc.has_worker) {
    gc.lock.unlock();
    return;
  }
  if (gc.in_cycle && !stress) {  // the last one still sweeps: where it waits for its turn it gets this one
    want();
    gc.lock.unlock();
    g->ret0 = reinterpret_cast<uptr>(p);
    yieldCurrent(false);
  }
  u64 target = gc.started + 1;
  G *worker = takeWorker();
  if (worker != nullptr) ready(worker, true);
  else if (!stress) {
    gc.lock.unlock();
    return;
  }
  g->ret0 = reinterpret_cast<uptr>(p);
  if (stress) {  // a whole cycle at each of these allocations
    g->park_roots[3] = target;
    gc.waiters.pushBack(g);
    parkUnlock(WaitReason::WaitForGCCycle, &gc.lock);
  }
  gc.lock.unlock();
  yieldCurrent(true);
}

bool gcWant() {
  if (debug.sbrk > 0) return false;
  gc.lock.lock();
  G *worker = gc.has_worker ? takeWorker() : nullptr;
  gc.lock.unlock();
  if (worker != nullptr) readyGlobal(worker);
  return worker != nullptr;
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_gcWait() {
  gc.lock.lock();
  gc.has_worker = true;
  if (gc.wanted) {
    gc.wanted = false;
    gc.started++;
    gc.lock.unlock();
    return;
  }
  gc.worker = currentG();
  parkUnlock(WaitReason::GCWorkerIdle, &gc.lock);
}

void gn_gcStopTheWorld() {
  sweepAll();  // what the last cycle left, while others still run
  stopWorldOwned(gcMarking() ? StopReason::GcMarkTermination : StopReason::GcSweepTermination);
}

// World stopped: from here on barriers record, and marking has its roots.
void gn_gcMarkStart() {
  u32 n = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  for (u32 i = 0; i < n; i++) flushCache(sched.all_ps[i]->cache);
  sweepAll();
  gc.in_cycle = true;
  gc.times.forced = isAwaited();
  gc.live_at_start = heap.stats.live_bytes.loadRelaxed();
  gc.marking.storeSeqCst(1);
  rt_write_barrier = 1;
  gc.began_ns = gc.times.stop1 = sched.stop_began_ns;
  if (tracing()) traceGcBegin();
  beginPacing();
  gc.times.whole_stop = debug.gcstoptheworld > 0;
  beginLeakSearch();
  gc.times.found_leaks = gc.finding_leaks;
  beginRoots();
}

// World stopped: marks what barriers recorded. False if that turned out to be much: then marking goes on beside the program.
u64 gn_gcMarkDone() {
  u32 n = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  for (u32 i = 0; i < n; i++) {
    flushBarrierBuffer(sched.all_ps[i]);
    publishMarks(sched.all_ps[i]);
  }
  markProfileLabels();
  constexpr uptr kRest = 64 << 10;  // some tens of microseconds
  if (!rootsLeft()) markSome(kRest);
  if (marksLeft()) return 0;
  markTimersOfChannels();
  markSome(kRest);
  if (marksLeft() || (gc.finding_leaks && releaseHeld())) return 0;
  dropDeadTimers();
  for (u32 i = 0; i < n; i++) flushCache(sched.all_ps[i]->cache);
  if (debug.gccheckmark > 0) checkMarks();
  if (debug.checkfinalizers > 0) checkCleanups();
  auto &st = heap.stats;
  u64 count = 0;
  gc.times.heap_at_end = st.live_bytes.loadRelaxed();
  st.marked_bytes = takeMarked(&count) + (gc.times.heap_at_end - gc.live_at_start);
  st.live_bytes.storeSeqCst(st.marked_bytes);
  beginSweep();
  gc.marking.storeSeqCst(0);
  rt_write_barrier = 0;
  endPacing();
  beginShare();
  setTrigger();
  if (tracing()) {
    traceGcEnd();
    traceHeapLive();
    traceHeapGoal();
  }
  nextProfileCycle();
  st.num_gc++;
  if (gc.times.forced) st.num_forced++;  // with the other: their difference never falls
  return 1;
}

// GODEBUG=gcstoptheworld=1: all of the marking, with the world stopped; 2: the sweeping, too. False: nothing is done, as marking goes on
// beside the program.
u64 gn_gcCollectStopped() {
  auto &t = gc.times;
  if (GN_LIKELY(!t.whole_stop)) return 0;
  t.mark = sys::monotonicNs();
  do {
    scanSelf();
    while (markSome(~uptr{0}) != 0) {
    }
    t.stop2 = sys::monotonicNs();
    t.worker_ns.storeRelaxed(t.stop2 - t.mark);  // relaxed: the world is stopped
  } while (gn_gcMarkDone() == 0);
  if (debug.gcstoptheworld > 1) sweepAll();
  return 1;
}

void gn_gcStartTheWorld() {
  auto &st = heap.stats;
  i64 now = sys::monotonicNs();
  sys::Timespec wall = sys::wallTime();
  u64 pause = static_cast<u64>(now - sched.stop_began_ns);
  recordPause(StopKind::GcTotal, now - sched.stop_began_ns);
  recordPause(StopKind::GcStopping, sched.stopping_ns);
  auto &t = gc.times;
  const i64 marked_ns = t.whole_stop && !gcMarking() ? t.stop2 - t.mark : 0;  // counts as marking
  t.total_stop_cpu += (now - sched.stop_began_ns - marked_ns) * static_cast<i64>(sched.proc_count.loadRelaxed());  // relaxed: world stopped
  if (gcMarking()) {
    if (t.mark <= t.stop1) t.mark = now;  // an end that was tried too early counts as marking
  } else {
    if (!t.whole_stop) t.stop2 = sched.stop_began_ns;
    t.end = now;
    traceCycle();
    t.forced = false;
  }
  // The pauses of one cycle count together, as in Go's MemStats.
  u64 slot = (gcMarking() ? st.num_gc : st.num_gc - 1) % 256;
  if (gcMarking() && !gc.pause_counted) st.pause_ns[slot] = 0;
  gc.pause_counted = gcMarking();
  st.pause_ns[slot] += pause;
  st.pause_end[slot] = static_cast<u64>(wall.sec * 1000000000 + wall.nsec);
  if (!gcMarking()) st.last_gc_wall_ns = st.pause_end[slot];
  st.pause_total_ns += pause;
  st.pause_max_ns = max(st.pause_max_ns, pause);
  startWorldOwned();
}

void gn_gcDone() {
  sweepAll();
  publishProfile();
  tracePacerSwept();
  traceReleases();
  gc.lock.lock();
  gc.finished = gc.started;
  gc.in_cycle = false;
  GList<G> go{}, stay{};
  while (G *g = gc.waiters.pop()) {
    if (g->park_roots[3] <= gc.finished) go.pushBack(g);
    else stay.pushBack(g);
  }
  gc.waiters = stay;
  gc.lock.unlock();
  while (G *g = go.pop()) {
    g->park_roots[3] = 0;
    ready(g, false);
  }
}

// The collector's goroutine may not have run yet: then it finds the wish when it does.
void gn_gcRequest(u64 find_leaks) {
  if (debug.sbrk > 0) return;
  gc.lock.lock();
  if (goBool(find_leaks)) gc.leaks_wanted = true;
  G *self = currentG();
  self->park_roots[3] = gc.started + 1;
  gc.waiters.pushBack(self);
  G *worker = takeWorker();
  if (worker != nullptr) ready(worker, true);
  parkUnlock(WaitReason::WaitForGCCycle, &gc.lock);
}

i32 gn_setGCPercent(i32 percent) {
  i32 old = heap.gc_percent;
  heap.gc_percent = percent < 0 ? -1 : percent;
  setTrigger();
  return old;
}

i64 gn_setMemoryLimit(i64 limit) {
  i64 old = heap.memory_limit;
  if (limit >= 0) {
    heap.memory_limit = limit;
    setTrigger();
  }
  return old;
}

void gn_freeOSMemory() { traceForcedRelease(releaseFreePages(~u64{0}, Releaser::Forced)); }

}  // extern "C"
