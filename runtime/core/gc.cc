// Control of the collector: when a cycle starts, who waits for it, what it reports.
//
// The cycle's driver is a goroutine in Go (runtime/go), since the start of a cycle calls Go code (sync.Pool's clean-up):
// see entries.def, "Collector".
// An allocation that reaches the trigger wakes it and yields to it.
#include "runtime/core/gc.h"
#include "runtime/core/fatal.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

extern "C" gannet::rt::u32 rt_write_barrier asm("runtime.writeBarrier");

namespace gannet::rt {

constinit GcControl gc{};

namespace {
constexpr u64 kMinHeapBytes = u64{4} << 20;

// Lock held. Makes the worker run if it waits.
G *takeWorker() {
  gc.wanted = true;
  G *g = gc.worker;
  if (g != nullptr) {
    gc.worker = nullptr;
    gc.wanted = false;
    gc.started++;
  }
  return g;
}

bool due() {
  if (heap.gcstress != 0 && heap.stress_count.fetchAdd(1) % heap.gcstress == 0) return true;
  return heap.stats.live_bytes.loadRelaxed() >= heap.stats.trigger_bytes;  // relaxed: pacing
}

}  // namespace

void setTrigger() {
  auto &st = heap.stats;
  u64 goal = ~u64{0};
  if (heap.gc_percent >= 0) {
    goal = st.marked_bytes + st.marked_bytes / 100 * static_cast<u64>(heap.gc_percent);
    goal = max(goal, kMinHeapBytes * static_cast<u64>(heap.gc_percent) / 100);
  }
  if (heap.memory_limit != INT64_MAX) {
    u64 other = st.stacks_in_use.loadRelaxed() + (u64{2} << 20);  // relaxed: pacing
    u64 limit = static_cast<u64>(heap.memory_limit);
    u64 room = limit > other ? limit - other : 0;
    // Never closer than a sixteenth above what lives, or the program would only collect.
    goal = min(goal, max(room, st.marked_bytes + st.marked_bytes / 16 + (u64{1} << 20)));
  }
  st.goal_bytes = st.trigger_bytes = goal;
}

void setTriggerAtStart() { setTrigger(); }

void gcAfterAlloc(void *p) {
  G *g = currentG();
  M *m = g->m;
  if (heap.gcstress == 0 && sched.stackstress == 0) m->p->cache.gc_check = false;
  if (sched.stackstress != 0 && ++m->p->stress_calls % sched.stackstress == 0) g->stackguard0 = kStackPreempt;
  if (GN_LIKELY(!due()) || m->locks > 0 || g->preempt_off != 0) return;
  if (gcMarking() && heap.gcstress == 0) return;
  gc.lock.lock();
  bool stress = heap.gcstress != 0;
  if (!gc.has_worker || (gc.in_cycle && !stress)) {
    gc.lock.unlock();
    return;
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

void gcWant() {
  gc.lock.lock();
  G *worker = gc.has_worker ? takeWorker() : nullptr;
  gc.lock.unlock();
  if (worker != nullptr) readyGlobal(worker);
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
  gc.stop_began_ns = sys::monotonicNs();
  stopWorldOwned();
}

// World stopped: from here on barriers record, and marking has its roots.
void gn_gcMarkStart() {
  u32 n = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  for (u32 i = 0; i < n; i++) flushCache(sched.all_ps[i]->cache);
  sweepAll();
  gc.in_cycle = true;
  gc.live_at_start = heap.stats.live_bytes.loadRelaxed();
  gc.marking.storeSeqCst(1);
  rt_write_barrier = 1;
  gc.began_ns = gc.stop_began_ns;
  beginRoots();
}

// Some marking; false when there seems to be nothing left. Of several Ps one only marks; the only P also runs the program.
u64 gn_gcMarkWork() {
  constexpr uptr kBudget = 512 << 10;
  scanSelf();
  bool any = markSome(kBudget);
  if (!any && !marksLeft()) return 0;
  if (!any) sys::osYield();  // others are at the last objects
  if (sched.proc_count.loadRelaxed() == 1) {  // relaxed: changes only while the world is stopped
    currentG()->ret0 = 1;
    yieldCurrent(false);
  }
  return 1;
}

// World stopped: marks what barriers recorded. False if that turned out to be much: then marking goes on beside the program.
u64 gn_gcMarkDone() {
  u32 n = sched.proc_count.loadRelaxed();  // relaxed: the world is stopped
  for (u32 i = 0; i < n; i++) {
    flushBarrierBuffer(sched.all_ps[i]);
    publishMarks(sched.all_ps[i]);
  }
  constexpr uptr kRest = 64 << 10;  // some tens of microseconds
  if (!rootsLeft()) markSome(kRest);
  if (marksLeft()) return 0;
  for (u32 i = 0; i < n; i++) flushCache(sched.all_ps[i]->cache);
  if (gc.check_marks) checkMarks();
  auto &st = heap.stats;
  u64 count = 0;
  st.marked_bytes = takeMarked(&count) + (st.live_bytes.loadRelaxed() - gc.live_at_start);
  st.live_bytes.storeSeqCst(st.marked_bytes);
  beginSweep();
  gc.marking.storeSeqCst(0);
  rt_write_barrier = 0;
  setTrigger();
  st.num_gc++;
  sys::Timespec wall = sys::wallTime();
  st.last_gc_wall_ns = static_cast<u64>(wall.sec * 1000000000 + wall.nsec);
  return 1;
}

void gn_gcStartTheWorld() {
  auto &st = heap.stats;
  i64 now = sys::monotonicNs();
  sys::Timespec wall = sys::wallTime();
  u64 pause = static_cast<u64>(now - gc.stop_began_ns);
  // The pauses of one cycle count together, as in Go's MemStats.
  u64 slot = (gcMarking() ? st.num_gc : st.num_gc - 1) % 256;
  if (gcMarking() && !gc.pause_counted) st.pause_ns[slot] = 0;
  gc.pause_counted = gcMarking();
  st.pause_ns[slot] += pause;
  st.pause_end[slot] = static_cast<u64>(wall.sec * 1000000000 + wall.nsec);
  st.pause_total_ns += pause;
  st.pause_max_ns = max(st.pause_max_ns, pause);
  startWorldOwned();
}

u64 gn_gcSweep() {
  for (int i = 0; i < 16; i++)
    if (!sweepOne()) return 0;
  return 1;
}

void gn_gcDone() {
  sweepAll();
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

void gn_gcRequest() {
  gc.lock.lock();
  if (!gc.has_worker) {
    gc.lock.unlock();
    return;
  }
  G *self = currentG();
  self->park_roots[3] = gc.started + 1;
  gc.waiters.pushBack(self);
  heap.stats.num_forced++;
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

void gn_freeOSMemory() { releaseFreePages(); }

// runtime.MemStats
struct MemStats {
  u64 alloc, total_alloc, sys, lookups, mallocs, frees;
  u64 heap_alloc, heap_sys, heap_idle, heap_inuse, heap_released, heap_objects;
  u64 stack_inuse, stack_sys, mspan_inuse, mspan_sys, mcache_inuse, mcache_sys, buck_hash_sys, gc_sys, other_sys;
  u64 next_gc, last_gc, pause_total_ns;
  u64 pause_ns[256], pause_end[256];
  u32 num_gc, num_forced_gc;
  double gc_cpu_fraction;
  bool enable_gc, debug_gc;
  struct {
    u32 size;
    u64 mallocs, frees;
  } by_size[61];
};

void gn_readMemStats(MemStats *out) {
  auto &st = heap.stats;
  auto &ph = heap.pages;
  u64 total = st.total_alloc.loadRelaxed(), mallocs = st.mallocs.loadRelaxed();  // relaxed: statistics
  u32 n = sched.proc_count.loadRelaxed();
  u64 tiny = 0;
  for (u32 i = 0; i < n; i++) {
    Cache &c = sched.all_ps[i]->cache;
    total += c.malloc_bytes + c.large_bytes;
    mallocs += c.malloc_count + c.large_count + c.tiny_allocs;
    tiny += c.tiny_allocs;
    for (Span *s : c.spans) {  // handed out of the spans in use; exact for this P, near for the others
      if (s == nullptr) continue;
      Span copy = *s;
      u32 handed = copy.free_index > copy.alloc_count ? min(copy.free_index, copy.elem_count) - copy.alloc_count : 0;
      total += handed * copy.elem_bytes;
      mallocs += handed;
    }
  }
  u64 frees = st.frees.loadRelaxed() + tiny;
  out->total_alloc = total;
  out->alloc = out->heap_alloc = total - st.freed_bytes.loadRelaxed();
  out->mallocs = mallocs;
  out->frees = frees;
  out->heap_objects = mallocs - frees;
  out->lookups = 0;
  out->heap_sys = ph.used_end - heap.base - ph.manual_pages * kPageBytes;
  out->heap_idle = ph.free_pages * kPageBytes;
  out->heap_inuse = ph.in_use_pages * kPageBytes;
  out->heap_released = ph.released_bytes;
  out->stack_inuse = out->stack_sys = ph.manual_pages * kPageBytes;
  out->mspan_inuse = out->mspan_sys = (ph.in_use_pages + ph.manual_pages) * sizeof(Span) / 4;
  out->mcache_inuse = out->mcache_sys = n * sizeof(Cache);
  out->buck_hash_sys = 0;
  out->gc_sys = (ph.used_end - heap.base) / 64;
  out->other_sys = 1 << 20;
  out->sys = out->heap_sys + out->stack_sys + out->mspan_sys + out->mcache_sys + out->gc_sys + out->other_sys;
  out->next_gc = st.goal_bytes;
  out->last_gc = st.last_gc_wall_ns;
  out->pause_total_ns = st.pause_total_ns;
  for (u32 i = 0; i < 256; i++) {
    out->pause_ns[i] = st.pause_ns[i];
    out->pause_end[i] = st.pause_end[i];
  }
  out->num_gc = static_cast<u32>(st.num_gc);
  out->num_forced_gc = static_cast<u32>(st.num_forced);
  out->gc_cpu_fraction = 0;
  out->enable_gc = true;
  out->debug_gc = false;
  for (u32 i = 0; i < 61; i++) out->by_size[i].size = kClassBytes[i];
}

}  // extern "C"
