// The page heap: runs of pages, split on allocation, merged on release (boundary entries in heap.spans, Knuth TAOCP 2.5).
#include "runtime/core/heap.h"
#include "runtime/core/fatal.h"
#include "runtime/core/linux/sys.h"

namespace gannet::rt {

constinit Heap heap{};

namespace {

constexpr uptr kArenaHint = 0xc000000000;
constexpr uptr kGrowBytes = uptr{4} << 20;

uptr pageIndex(uptr addr) { return (addr - heap.base) >> kPageShift; }

void setBoundary(Span *s) {
  heap.spans[pageIndex(s->base)] = s;
  heap.spans[pageIndex(s->base) + s->page_count - 1] = s;
}

SpanList &freeListFor(uptr pages) { return pages < 128 ? heap.pages.free_small[pages] : heap.pages.free_large; }

// Context: heap.pages.lock held, as in all below up to allocSpan.
Span *newSpanStruct() {
  Span *s = heap.pages.span_pool;
  if (s != nullptr) {
    heap.pages.span_pool = s->next;
    s->next = nullptr;
    return s;
  }
  return persistentNew<Span>();
}

void addFree(Span *s) {
  s->state = SpanState::Free;
  setBoundary(s);
  freeListFor(s->page_count).push(s);
  heap.pages.free_pages += s->page_count;
}

void takeFree(Span *s) {
  freeListFor(s->page_count).remove(s);
  heap.pages.free_pages -= s->page_count;
}

void absorb(Span *into, Span *from) {
  takeFree(from);
  if (from->base < into->base) into->base = from->base;
  into->page_count += from->page_count;
  into->need_zero |= from->need_zero;
  from->next = heap.pages.span_pool;
  from->state = SpanState::Free;
  from->page_count = 0;
  heap.pages.span_pool = from;
}

void addFreeMerged(Span *s) {
  if (s->base > heap.base) {
    Span *before = heap.spans[pageIndex(s->base) - 1];
    if (before != nullptr && before->state == SpanState::Free && before->page_count != 0 &&
        before->base + before->page_count * kPageBytes == s->base)
      absorb(s, before);
  }
  uptr end = s->base + s->page_count * kPageBytes;
  if (end < heap.pages.used_end) {
    Span *after = heap.spans[pageIndex(end)];
    if (after != nullptr && after->state == SpanState::Free && after->page_count != 0 && after->base == end)
      absorb(s, after);
  }
  addFree(s);
}

Span *findFit(uptr pages) {
  for (uptr n = pages; n < 128; n++)
    if (heap.pages.free_small[n].head != nullptr) return heap.pages.free_small[n].head;
  Span *best = nullptr;
  for (Span *s = heap.pages.free_large.head; s != nullptr; s = s->next)
    if (s->page_count >= pages && (best == nullptr || s->page_count < best->page_count ||
                                   (s->page_count == best->page_count && s->base < best->base)))
      best = s;
  return best;
}

bool grow(uptr pages) {
  uptr want = alignUp(pages * kPageBytes, kGrowBytes);
  uptr start = heap.pages.used_end;
  if (want > heap.limit - start) return false;
  if (!sys::mmapCommit(reinterpret_cast<void *>(start), want)) return false;
  heap.pages.used_end = heap.pages.committed_end = start + want;
  Span *s = newSpanStruct();
  s->base = start;
  s->page_count = want >> kPageShift;
  s->need_zero = false;
  addFreeMerged(s);
  return true;
}

}  // namespace

void initHeap() {
  uptr bytes = uptr{1} << 38;  // 256 GB of addresses; less where the system refuses
  void *arena = nullptr;
  for (; bytes >= (uptr{1} << 28); bytes >>= 1) {
    arena = sys::mmapReserve(kArenaHint, bytes);
    if (arena != nullptr) break;
  }
  if (arena == nullptr) fatalPlain("runtime: cannot reserve arena virtual address space");
  heap.base = alignUp(reinterpret_cast<uptr>(arena), kGrowBytes);
  heap.limit = alignDown(reinterpret_cast<uptr>(arena) + bytes, kGrowBytes);
  uptr pages = (heap.limit - heap.base) >> kPageShift;
  uptr spans_bytes = alignUp(pages * sizeof(Span *), 4096), bits_bytes = (heap.limit - heap.base) / 64;
  void *spans = sys::mmapReserve(0, spans_bytes), *bits = sys::mmapReserve(0, bits_bytes);
  // Committed whole: untouched pages cost nothing (the maps are private, unreserved, zero).
  if (spans == nullptr || bits == nullptr || !sys::mmapCommitLazy(spans, spans_bytes) ||
      !sys::mmapCommitLazy(bits, bits_bytes))
    fatalPlain("runtime: cannot map heap metadata");
  heap.spans = static_cast<Span **>(spans);
  heap.ptr_bits = static_cast<u64 *>(bits);
  heap.pages.used_end = heap.pages.committed_end = heap.base;
  heap.sweep_gen.storeRelaxed(2);  // relaxed: one thread
  heap.gc_percent = 100;
  heap.memory_limit = INT64_MAX;
  heap.stats.trigger_bytes = heap.stats.goal_bytes = uptr{4} << 20;
}

Span *allocSpan(uptr pages, SpanState state) {
  heap.pages.lock.lock();
  Span *s = findFit(pages);
  if (s == nullptr) {
    if (!grow(pages)) {
      heap.pages.lock.unlock();
      fatalThrow("runtime: out of memory");
    }
    s = findFit(pages);
  }
  takeFree(s);
  if (s->page_count > pages) {
    Span *rest = newSpanStruct();
    rest->base = s->base + pages * kPageBytes;
    rest->page_count = s->page_count - pages;
    rest->need_zero = s->need_zero;
    rest->free_since_ns = s->free_since_ns;
    s->page_count = pages;
    addFree(rest);
  }
  for (uptr i = pageIndex(s->base), e = i + pages; i < e; i++) heap.spans[i] = s;
  s->limit = s->base + pages * kPageBytes;
  s->specials = nullptr;
  if (state == SpanState::Manual) {
    heap.pages.manual_pages += pages;
    s->state = state;
  } else {
    heap.pages.in_use_pages += pages;  // the caller fills the rest in, then sets the state
  }
  heap.pages.lock.unlock();
  return s;
}

void freeSpan(Span *s) {
  MutexGuard guard(heap.pages.lock);
  if (s->state == SpanState::Manual) heap.pages.manual_pages -= s->page_count;
  else heap.pages.in_use_pages -= s->page_count;
  s->need_zero = true;
  s->free_since_ns = 0;
  addFreeMerged(s);
}

uptr releaseFreePages() {
  MutexGuard guard(heap.pages.lock);
  uptr released = 0;
  auto release = [&](Span *s) {
    if (!s->need_zero) return;  // never written since it was mapped or released
    sys::adviseFree(reinterpret_cast<void *>(s->base), s->page_count * kPageBytes);
    s->need_zero = false;
    released += s->page_count * kPageBytes;
  };
  for (Span *s = heap.pages.free_large.head; s != nullptr; s = s->next) release(s);
  for (auto &list : heap.pages.free_small)
    for (Span *s = list.head; s != nullptr; s = s->next) release(s);
  heap.pages.released_bytes += released;
  return released;
}

// Off-heap memory.

namespace {
constinit Mutex persistent_lock{};
constinit uptr persistent_next = 0, persistent_end = 0;
}  // namespace

void *persistentAlloc(uptr bytes, uptr align) {
  constexpr uptr kChunk = 256 << 10;
  if (bytes >= kChunk / 4) {
    void *p = sys::mmapAnon(alignUp(bytes, 4096));
    if (p == nullptr) fatalPlain("runtime: cannot allocate memory");
    return p;
  }
  MutexGuard guard(persistent_lock);
  uptr p = alignUp(persistent_next, align);
  if (persistent_next == 0 || p + bytes > persistent_end) {
    void *chunk = sys::mmapAnon(kChunk);
    if (chunk == nullptr) fatalPlain("runtime: cannot allocate memory");
    persistent_next = reinterpret_cast<uptr>(chunk);
    persistent_end = persistent_next + kChunk;
    p = alignUp(persistent_next, align);
  }
  persistent_next = p + bytes;
  return reinterpret_cast<void *>(p);
}

}  // namespace gannet::rt

extern "C" void *gn_persistentAlloc(gannet::rt::uptr bytes, gannet::rt::uptr align) {
  return gannet::rt::persistentAlloc(bytes, align == 0 ? 8 : align);
}
