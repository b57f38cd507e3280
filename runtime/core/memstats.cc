// Statistics: runtime.MemStats and what runtime/metrics is made of.
//
// MemStats are filled while the world is stopped, with all caches flushed. Metrics are read beside the running program: they lag by
// what the caches' current spans gave, but fit one another, since what changes together is read until it stood still.
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

namespace {

// Durations by power of two, four parts each: the buckets of Go's time histograms (runtime/metrics documents their bounds).
struct TimeHistogram {
  static constexpr u32 kMinBits = 9, kMaxBits = 48, kParts = 4, kBuckets = kMaxBits - kMinBits + 1;
  Atomic<u64> under, counts[kBuckets * kParts], over;

  void add(i64 ns) {
    if (ns < 0) {
      under.fetchAdd(1);
      return;
    }
    u64 v = static_cast<u64>(ns);
    u32 bits = v == 0 ? 0 : 64 - static_cast<u32>(__builtin_clzll(v)), bucket = 0, part;
    if (bits < kMinBits) {
      part = static_cast<u32>(v >> (kMinBits - 1 - 2));
    } else {
      bucket = bits - kMinBits + 1;
      part = static_cast<u32>(v >> (bits - 1 - 2)) % kParts;
    }
    if (bucket >= kBuckets) over.fetchAdd(1);
    else counts[bucket * kParts + part].fetchAdd(1);
  }
};
constinit TimeHistogram stops[4]{};
constinit TimeHistogram latencies{};

// runtime.runtimeStats
struct RuntimeStats {
  u64 in_objects, in_heap, in_stacks, free_committed, released;
  u64 total_alloc, total_allocs, total_freed, total_frees, tiny_allocs;
  u64 class_mallocs[kSizeClassCount], class_frees[kSizeClassCount];  // 0: large objects
  u64 span_inuse, span_sys, cache_inuse, cache_sys, bucket_sys, gc_sys, other_sys, os_stacks;
  u64 goal, marked, cycles, forced;
  u64 scan_globals, scan_heap, scan_stack;
  u64 assist_ns, worker_ns, gc_idle_ns, pause_ns, idle_ns, total_ns;
  u64 threads, created, running, runnable, waiting, in_syscall;
  u64 finalizers_queued, cleanups_queued, finalizers_run, cleanups_run;
  u64 gc_percent, memory_limit, min_stack, procs, limited_cycle;
  TimeHistogram stops[4], latencies;
};

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

void fillFreed(RuntimeStats &s) {
  s.total_frees = 0;
  for (u32 c = 0; c < kSizeClassCount; c++) s.total_frees += s.class_frees[c] = heap.stats.class_frees[c].loadSeqCst();
  s.total_freed = heap.stats.freed_bytes.loadSeqCst();
}

// What each P ever allocated, those that are gone too.
void fillAllocated(RuntimeStats &s) {
  s.tiny_allocs = s.total_alloc = s.total_allocs = 0;
  for (u64 &n : s.class_mallocs) n = 0;
  auto read = [](const u64 &n) { return __atomic_load_n(&n, __ATOMIC_RELAXED); };  // relaxed: counts of its owner's alone
  for (const P *p : sched.all_ps) {
    if (p == nullptr) break;
    s.tiny_allocs += read(p->cache.tiny_allocs);
    s.total_alloc += read(p->cache.malloc_bytes);
    for (u32 c = 0; c < kSizeClassCount; c++) s.class_mallocs[c] += read(p->cache.class_mallocs[c]);
  }
  for (u64 n : s.class_mallocs) s.total_allocs += n;
}

void fillHeap(RuntimeStats &s) {
  auto &st = heap.stats;
  auto &ph = heap.pages;
  u32 n = sched.proc_count.loadAcquire();
  MutexGuard guard(ph.lock);
  // An object is counted as allocated before it can be as freed, and as freed before its pages are: if nothing was freed while the
  // others were read, no more bytes are in objects than in the heap. Under steady freeing the last look has to do.
  fillFreed(s);
  for (int tries = 0; tries < 100; tries++) {
    const u64 frees = s.total_frees, freed = s.total_freed;
    fillAllocated(s);
    fillFreed(s);
    if (s.total_frees == frees && s.total_freed == freed) break;
  }
  s.in_objects = s.total_alloc > s.total_freed ? s.total_alloc - s.total_freed : 0;
  s.in_heap = ph.in_use_pages * kPageBytes;
  s.in_stacks = ph.manual_pages * kPageBytes;
  s.released = ph.released_bytes;
  s.free_committed = ph.free_pages * kPageBytes - ph.released_bytes;
  s.span_inuse = ph.span_count * sizeof(Span);
  s.span_sys = ph.span_structs * sizeof(Span);
  s.cache_inuse = s.cache_sys = n * sizeof(Cache);
  s.bucket_sys = st.bucket_bytes.loadRelaxed();
  u64 tables = (ph.used_end - heap.base) / kPageBytes * sizeof(Span *) + (ph.used_end - heap.base) / 64;
  s.gc_sys = tables + st.mark_block_bytes.loadRelaxed() + st.mark_bit_bytes.loadRelaxed();
  u64 counted = s.span_sys + s.cache_sys + s.bucket_sys + st.mark_block_bytes.loadRelaxed() + st.mark_bit_bytes.loadRelaxed();
  u64 persistent = persistentBytes();
  s.other_sys = persistent > counted ? persistent - counted : 0;
  s.os_stacks = sched.m_count * kThreadStackBytes;
}

void fillScheduler(RuntimeStats &s) {
  s.threads = sched.m_count;
  s.created = sched.next_goid.loadRelaxed();
  forEachG([&](G *g) {
    if (g->is_system != 0) return;
    switch (g->status.loadRelaxed()) {
    case GStatus::Running: s.running++; break;
    case GStatus::Runnable: s.runnable++; break;
    case GStatus::Waiting: s.waiting++; break;
    case GStatus::Syscall: s.in_syscall++; break;
    case GStatus::Idle:
    case GStatus::Dead: break;
    }
  });
  s.idle_ns = static_cast<u64>(idleTimeNs());
  s.procs = sched.proc_count.loadRelaxed();
  s.total_ns = static_cast<u64>(procTimeNs());
}

void fillCollector(RuntimeStats &s) {
  auto &st = heap.stats;
  auto &t = gc.times;
  s.goal = st.goal_bytes;
  s.marked = st.marked_bytes;
  s.cycles = st.num_gc;
  s.forced = st.num_forced;
  s.scan_globals = globalBytes();
  s.scan_heap = gc.pacing.last_scanned;
  s.scan_stack = gc.stack_bytes.loadRelaxed();
  s.assist_ns = static_cast<u64>(t.total_assist_ns);
  s.worker_ns = static_cast<u64>(t.total_worker_ns);
  s.gc_idle_ns = static_cast<u64>(t.total_idle_ns);
  s.pause_ns = static_cast<u64>(t.total_stop_cpu);
  finalizerCounts(&s.finalizers_queued, &s.cleanups_queued, &s.finalizers_run, &s.cleanups_run);
  s.gc_percent = static_cast<u64>(static_cast<i64>(heap.gc_percent));
  s.memory_limit = static_cast<u64>(heap.memory_limit);
  s.min_stack = kMinStackBytes;
  s.limited_cycle = gc.pacing.limited_cycle;
}

void fillAll(RuntimeStats &s) {
  s = RuntimeStats{};
  fillHeap(s);
  fillScheduler(s);
  fillCollector(s);
}

constinit RuntimeStats stats_now{};  // of readMemStats; the world is stopped

}  // namespace

void recordPause(StopKind kind, i64 ns) { stops[static_cast<u32>(kind)].add(ns); }
void recordLatency(i64 ns) { latencies.add(ns); }

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_readRuntimeStats(RuntimeStats *out) {
  fillAll(*out);
  for (u32 i = 0; i < 4; i++) out->stops[i] = stops[i];
  out->latencies = latencies;
}

u64 gn_sizeOfClass(u64 c) { return kClassBytes[c]; }

void gn_readMemStats(MemStats *out) {
  auto &st = heap.stats;
  for (P *p : sched.all_ps) {
    if (p == nullptr) break;
    flushCache(p->cache);
  }
  const RuntimeStats &s = stats_now;
  fillAll(stats_now);
  out->total_alloc = s.total_alloc;
  out->alloc = out->heap_alloc = s.in_objects;
  // Go counts tiny objects that share a slot as freed at once.
  out->mallocs = s.total_allocs + s.tiny_allocs;
  out->frees = s.total_frees + s.tiny_allocs;
  out->heap_objects = out->mallocs - out->frees;
  out->lookups = 0;
  out->heap_inuse = s.in_heap;
  out->heap_idle = s.free_committed + s.released;
  out->heap_sys = out->heap_inuse + out->heap_idle;
  out->heap_released = s.released;
  out->stack_inuse = s.in_stacks;
  out->stack_sys = s.in_stacks + s.os_stacks;
  out->mspan_inuse = s.span_inuse;
  out->mspan_sys = s.span_sys;
  out->mcache_inuse = s.cache_inuse;
  out->mcache_sys = s.cache_sys;
  out->buck_hash_sys = s.bucket_sys;
  out->gc_sys = s.gc_sys;
  out->other_sys = s.other_sys;
  out->sys = out->heap_sys + out->stack_sys + s.span_sys + s.cache_sys + s.bucket_sys + s.gc_sys + s.other_sys;
  out->next_gc = s.goal;
  out->last_gc = st.last_gc_wall_ns;
  out->pause_total_ns = st.pause_total_ns;
  for (u32 i = 0; i < 256; i++) {
    out->pause_ns[i] = st.pause_ns[i];
    out->pause_end[i] = st.pause_end[i];
  }
  out->num_gc = static_cast<u32>(st.num_gc);
  out->num_forced_gc = static_cast<u32>(st.num_forced);
  out->gc_cpu_fraction = gcCpuFraction();
  out->enable_gc = true;
  out->debug_gc = false;
  for (u32 i = 0; i < 61; i++) {
    out->by_size[i].size = kClassBytes[i];
    out->by_size[i].mallocs = i == 0 ? 0 : s.class_mallocs[i];
    out->by_size[i].frees = i == 0 ? 0 : s.class_frees[i];
  }
}

}  // extern "C"
