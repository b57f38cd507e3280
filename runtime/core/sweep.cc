// Sweeping: a span's marks become its allocation bits; empty spans go back to the page heap.
//
// Lazy: an allocation sweeps spans of its own class first; the collector's goroutine sweeps the rest; what is left is
// swept before the next cycle marks. A span is swept by whoever wins sweep_gen from gen-2 to gen-1.
#include "runtime/core/debug_settings.h"
#include "runtime/core/gc.h"
#include "runtime/core/heap.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/trace.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

namespace {

// Whoever still reads what this sweep frees shall notice.
void clobberFreed(Span *s) {
  constexpr u64 kBad = 0xdeaddeaddeaddead;
  for (u32 i = 0; i < s->elem_count; i++) {
    u64 bit = u64{1} << (i % 64);
    if (!isAllocated(s, i) || (s->mark_bits[i / 64] & bit) != 0) continue;
    auto *words = reinterpret_cast<u64 *>(s->base + i * s->elem_bytes);
    for (uptr w = 0; w < s->elem_bytes / kWord; w++) words[w] = kBad;
  }
}

// Objects from free_index on that are marked, and were free before this cycle: whoever points there kept an address in an integer,
// or computed it, or a store was lost.
bool hasMarkedFree(const Span *s) {
  const u32 from = s->free_index;
  if (from >= s->elem_count) return false;
  u64 here = ~u64{0} << (from % 64);
  for (u32 w = from / 64; w < (s->elem_count + 63) / 64; w++, here = ~u64{0})
    if ((s->mark_bits[w] & ~s->alloc_bits[w] & here) != 0) return true;
  return false;
}

[[noreturn]] void reportMarkedFree(const Span *s) {
  Printer p;
  (p << "runtime: marked free object in span ").hex(reinterpret_cast<uptr>(s));
  p << ", elemsize=" << s->elem_bytes << " freeindex=" << s->free_index
    << " (bad use of unsafe.Pointer or having race conditions? try -d=checkptr or -race)\n";
  for (u32 i = 0; i < s->elem_count; i++) {
    const uptr addr = s->base + i * s->elem_bytes;
    const bool allocated = isAllocated(s, i), marked = isMarked(s, i);
    p.hex(addr) << (allocated ? " alloc" : " free ") << (marked ? " marked  " : " unmarked");
    if (!marked || allocated) {
      p << "\n";
      continue;
    }
    p << " zombie\n";
    constexpr uptr kShown = 1024;
    printWords(p, addr, addr + min(s->elem_bytes, kShown), 0, 0);
  }
  p.flush();
  fatalThrow("found pointer to free object");
}

// The list lock of the span's class is not held; the span is in no list. True if the span went back.
bool sweepOwned(Span *s) {
  if (GN_UNLIKELY(hasMarkedFree(s))) reportMarkedFree(s);
  if (s->specials != nullptr && processDeadSpecials(s)) wakeFinalizer();
  u32 words = (s->elem_count + 63) / 64;
  u32 live = 0;
  if (GN_UNLIKELY(debug.clobberfree != 0)) clobberFreed(s);
  for (u32 i = 0; i < words; i++) {
    live += static_cast<u32>(__builtin_popcountll(s->mark_bits[i]));
    s->alloc_bits[i] = s->mark_bits[i];
    s->mark_bits[i] = 0;
  }
  u32 freed = s->alloc_count > live ? s->alloc_count - live : 0;
  heap.stats.freed_bytes.fetchAdd(freed * s->elem_bytes);
  P *p = currentM()->p;
  p->swept_bytes += s->page_count * kPageBytes;
  p->freed_bytes += freed * s->elem_bytes;
  heap.stats.class_frees[s->large ? 0 : s->span_class >> 1].fetchAdd(freed);
  s->alloc_count = live;
  if (live == 0) {
    s->sweep_gen.storeRelease(heap.sweep_gen.loadRelaxed());  // relaxed: changes only while the world is stopped
    freeSpan(s);
    return true;
  }
  s->need_zero = true;
  s->free_index = 0;
  s->alloc_cache = ~s->alloc_bits[0];
  s->sweep_gen.storeRelease(heap.sweep_gen.loadRelaxed());
  return false;
}

// The span leaves its list and is the caller's to sweep. Lock held.
void claim(Span *s) {
  heap.sweepers.fetchAdd(1);
  heap.unswept_spans.fetchAdd(-1u);
  s->sweep_gen.storeRelaxed(heap.sweep_gen.loadRelaxed() - 1);  // relaxed: under the lock
}

Span *takeUnswept(Central &central) {
  MutexGuard guard(central.lock);
  Span *s = central.unswept_partial.pop();
  if (s == nullptr) s = central.unswept_full.pop();
  if (s != nullptr) claim(s);
  return s;
}

void putSwept(Span *s) {
  Central &central = heap.central[s->span_class];
  MutexGuard guard(central.lock);
  if (s->alloc_count < s->elem_count) central.partial.push(s);
  else central.full.push(s);
}

// While it lives, what is swept on this P is one range of the execution trace.
class TracedSweep {
public:
  TracedSweep() : p_(tracing() ? currentM()->p : nullptr) {
    if (p_ == nullptr) return;
    swept_ = p_->swept_bytes;
    freed_ = p_->freed_bytes;
    traceSweepBegin();
  }
  ~TracedSweep() {
    if (p_ != nullptr) traceSweepEnd(p_->swept_bytes - swept_, p_->freed_bytes - freed_);
  }
  TracedSweep(const TracedSweep &) = delete;

private:
  P *p_;
  u64 swept_, freed_;
};

}  // namespace

Span *sweepForClass(u32 span_class) {
  Central &central = heap.central[span_class];
  if (central.unswept_partial.head == nullptr && central.unswept_full.head == nullptr) return nullptr;  // a hint
  TracedSweep traced;
  for (int tries = 0; tries < 100; tries++) {
    Span *s = takeUnswept(central);
    if (s == nullptr) return nullptr;
    bool gone = sweepOwned(s), usable = !gone && s->alloc_count < s->elem_count;
    if (!gone && !usable) putSwept(s);
    heap.sweepers.fetchAdd(-1u);
    if (usable) return s;
  }
  return nullptr;
}

bool sweepSome(i64 until_ns) {
  if (heap.unswept_spans.loadRelaxed() == 0) return false;  // relaxed: a hint
  TracedSweep traced;
  P *p = currentM()->p;
  bool more = true;
  while (more && sys::monotonicNs() < until_ns && !stopWanted(p))
    for (int i = 0; i < 32 && more; i++) more = sweepOne();
  return more;
}

bool sweepOne() {
  if (heap.unswept_spans.loadRelaxed() == 0) return false;  // relaxed: a hint
  for (auto &central : heap.central) {
    if (central.unswept_partial.head == nullptr && central.unswept_full.head == nullptr) continue;
    Span *s = takeUnswept(central);
    if (s == nullptr) continue;
    if (!sweepOwned(s)) putSwept(s);
    heap.sweepers.fetchAdd(-1u);
    return true;
  }
  return false;
}

void sweepAll() {
  while (sweepOne()) {
  }
  while (heap.sweepers.loadSeqCst() != 0) sys::osYield();
}

void ensureSwept(Span *s) {
  u32 gen = heap.sweep_gen.loadRelaxed();  // relaxed: changes only while the world is stopped
  if (s->sweep_gen.loadAcquire() == gen) return;
  Central &central = heap.central[s->span_class];
  central.lock.lock();
  bool mine = s->sweep_gen.loadRelaxed() == gen - 2;
  if (mine) {
    // Only the first of a list needs to know which list it is; the two counts are right together.
    (central.unswept_full.head == s ? central.unswept_full : central.unswept_partial).remove(s);
    claim(s);
  }
  central.lock.unlock();
  if (mine) {
    if (!sweepOwned(s)) putSwept(s);
    heap.sweepers.fetchAdd(-1u);
    return;
  }
  while (s->sweep_gen.loadAcquire() != gen) sys::osYield();
}

// World stopped, caches flushed, everything marked.
void beginSweep() {
  heap.sweep_gen.storeRelease(heap.sweep_gen.loadRelaxed() + 2);
  u32 n = 0;
  for (auto &central : heap.central) {
    GN_CHECK(central.unswept_partial.head == nullptr && central.unswept_full.head == nullptr);
    central.unswept_partial = central.partial;
    central.unswept_full = central.full;
    central.partial = central.full = SpanList{};
    n += central.unswept_partial.count + central.unswept_full.count;
  }
  heap.unswept_spans.storeSeqCst(n);
}

}  // namespace gannet::rt
