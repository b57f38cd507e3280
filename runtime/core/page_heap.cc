// The page heap: runs of pages, split on allocation, merged on release (boundary entries in heap.spans, Knuth TAOCP 2.5).
#include "runtime/core/heap.h"
#include "runtime/core/fatal.h"
#include "runtime/core/debug_settings.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/os_memory.h"

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
  heap.pages.span_count++;
  if (s != nullptr) {
    heap.pages.span_pool = s->next;
    s->next = nullptr;
    return s;
  }
  heap.pages.span_structs++;
  return persistentNew<Span>();
}

// Bits [page, page + n) of released_bits become `on`; how many changed.
u64 setReleased(uptr page, uptr n, bool on) {
  u64 changed = 0;
  for (uptr i = page, end = page + n; i < end;) {
    uptr in_word = min<uptr>(64 - i % 64, end - i);
    u64 mask = (in_word == 64 ? ~u64{0} : (u64{1} << in_word) - 1) << (i % 64);
    u64 &word = heap.released_bits[i / 64];
    changed += static_cast<u64>(__builtin_popcountll((on ? ~word : word) & mask));
    word = on ? word | mask : word & ~mask;
    i += in_word;
  }
  return changed;
}

bool isReleased(uptr page) { return (heap.released_bits[page / 64] >> (page % 64)) & 1; }

void addFree(Span *s) {
  s->state.storeRelease(SpanState::Free);
  setBoundary(s);
  freeListFor(s->page_count).push(s);
  heap.pages.free_pages += s->page_count;
}

void takeFree(Span *s) {
  freeListFor(s->page_count).remove(s);
  heap.pages.free_pages -= s->page_count;
}

// Cuts a span that is in no list after `pages`; the rest, which comes back, is in none either.
Span *cutAfter(Span *s, uptr pages) {
  Span *rest = newSpanStruct();
  rest->base = s->base + pages * kPageBytes;
  rest->page_count = s->page_count - pages;
  rest->need_zero = s->need_zero;
  rest->free_since_ns = s->free_since_ns;
  s->page_count = pages;
  return rest;
}

void absorb(Span *into, Span *from) {
  takeFree(from);
  if (from->base < into->base) into->base = from->base;
  into->page_count += from->page_count;
  into->need_zero |= from->need_zero;
  from->next = heap.pages.span_pool;
  from->state.storeRelease(SpanState::Free);
  from->page_count = 0;
  heap.pages.span_pool = from;
  heap.pages.span_count--;
}

void addFreeMerged(Span *s) {
  if (s->base > heap.base) {
    Span *before = heap.spans[pageIndex(s->base) - 1];
    if (before != nullptr && before->state.loadAcquire() == SpanState::Free && before->page_count != 0 &&
        before->base + before->page_count * kPageBytes == s->base)
      absorb(s, before);
  }
  uptr end = s->base + s->page_count * kPageBytes;
  if (end < heap.pages.used_end) {
    Span *after = heap.spans[pageIndex(end)];
    if (after != nullptr && after->state.loadAcquire() == SpanState::Free && after->page_count != 0 && after->base == end)
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

// The first pages of a free span that still have memory, at most `most` bytes of them (a page at least).
struct PageRun {
  uptr first, count;
};
PageRun backedRun(const Span *s, u64 most) {
  uptr page = pageIndex(s->base), end = page + s->page_count;
  while (page < end && isReleased(page)) page++;
  uptr first = page;
  while (page < end && !isReleased(page) && (page - first) * kPageBytes < most) page++;
  return {first, page - first};
}

void adviseRun(PageRun run) { giveBackPages(reinterpret_cast<void *>(heap.base + run.first * kPageBytes), run.count * kPageBytes); }

void noteReleased(Span *s, PageRun run) {
  heap.pages.released_bytes += setReleased(run.first, run.count, true) * kPageBytes;
  if (run.count == s->page_count && givenBackIsZero()) s->need_zero = false;
}

// Context: lock held. Gives back what of a free span still has memory, up to `most` bytes.
uptr releaseSpan(Span *s, u64 most) {
  uptr done = 0;
  while (done < most) {
    PageRun run = backedRun(s, most - done);
    if (run.count == 0) break;
    adviseRun(run);
    noteReleased(s, run);
    done += run.count * kPageBytes;
  }
  return done;
}

Span *findBacked(u64 most, PageRun *run) {
  auto search = [&](Span *s) {
    for (; s != nullptr; s = s->next)
      if ((*run = backedRun(s, most)).count != 0) return s;
    return s;
  };
  Span *found = search(heap.pages.free_large.head);
  for (u32 n = 128; found == nullptr && n-- > 1;) found = search(heap.pages.free_small[n].head);
  return found;
}

// Takes the run out of a free span; what lies on both sides of it stays free.
Span *cutOut(Span *s, PageRun run) {
  takeFree(s);
  if (uptr before = run.first - pageIndex(s->base); before != 0) {
    Span *rest = cutAfter(s, before);
    addFree(s);
    s = rest;
  }
  if (run.count < s->page_count) addFree(cutAfter(s, run.count));
  return s;
}

// One run of pages goes back. It is kept from others meanwhile, so that nobody waits for the system with the lock; it alone, so
// that nobody asks the system for more memory because of it.
uptr releaseRun(u64 most) {
  PageRun run;
  heap.pages.lock.lock();
  Span *s = findBacked(most, &run);
  if (s != nullptr) {
    s = cutOut(s, run);
    s->state.storeRelease(SpanState::Taken);
    setBoundary(s);
    heap.pages.free_pages += s->page_count;  // counted as free all the time
  }
  heap.pages.lock.unlock();
  if (s == nullptr) return 0;
  adviseRun(run);
  MutexGuard guard(heap.pages.lock);
  noteReleased(s, run);
  heap.pages.free_pages -= s->page_count;
  addFreeMerged(s);
  return run.count * kPageBytes;
}

// Gives memory back before more is taken, if the program set a limit (debug.SetMemoryLimit) that this would pass.
void makeRoomUnderLimit(uptr want) {
  if (heap.memory_limit == INT64_MAX) return;
  auto &ph = heap.pages;
  u64 backed = (ph.in_use_pages + ph.manual_pages + ph.free_pages) * kPageBytes - ph.released_bytes + persistentBytes();
  u64 limit = static_cast<u64>(heap.memory_limit);
  if (backed + want <= limit) return;
  u64 most = backed + want - limit;
  const u64 asked = most;
  for (Span *s = ph.free_large.head; s != nullptr && most > 0; s = s->next) most -= releaseSpan(s, most);
  for (auto &list : ph.free_small)
    for (Span *s = list.head; s != nullptr && most > 0; s = s->next) most -= releaseSpan(s, most);
  countRelease(Releaser::Eager, asked - most);
}

// GODEBUG=efence=1: these addresses are not used again. Lock held.
void fenceSpan(Span *s) {
  s->state.storeRelease(SpanState::Fenced);
  s->limit = s->base;
  fencePages(reinterpret_cast<void *>(s->base), s->page_count * kPageBytes);
}

// How much the heap grows so that it has so many pages in one run.
uptr growthFor(uptr pages) { return alignUp(pages * kPageBytes, kGrowBytes); }

bool grow(uptr pages) {
  uptr want = growthFor(pages);
  uptr start = heap.pages.used_end;
  if (want > heap.limit - start) return false;
  makeRoomUnderLimit(want);
  if (!commitHeap(reinterpret_cast<void *>(start), want)) return false;
  heap.pages.used_end = heap.pages.committed_end = start + want;
  Span *s = newSpanStruct();
  s->base = start;
  s->page_count = want >> kPageShift;
  s->need_zero = false;
  heap.pages.released_bytes += setReleased(pageIndex(start), s->page_count, true) * kPageBytes;
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
  uptr released_bytes = alignUp(pages / 8, 4096);
  void *spans = sys::mmapReserve(0, spans_bytes), *bits = sys::mmapReserve(0, bits_bytes);
  void *released = sys::mmapReserve(0, released_bytes);
  // Committed whole: untouched pages cost nothing (the maps are private, unreserved, zero).
  if (spans == nullptr || bits == nullptr || released == nullptr || !sys::mmapCommitLazy(spans, spans_bytes) ||
      !sys::mmapCommitLazy(bits, bits_bytes) || !sys::mmapCommitLazy(released, released_bytes))
    fatalPlain("runtime: cannot map heap metadata");
  nameMapping(arena, bytes, "heap reservation");
  nameMapping(spans, spans_bytes, "heap index");
  nameMapping(bits, bits_bytes, "heap bitmap");
  nameMapping(released, released_bytes, "scavenge index");
  heap.most_small = debug.efence > 0 ? 0 : kMaxSmallBytes;
  heap.spans = static_cast<Span **>(spans);
  heap.ptr_bits = static_cast<u64 *>(bits);
  heap.released_bits = static_cast<u64 *>(released);
  heap.pages.used_end = heap.pages.committed_end = heap.base;
  heap.sweep_gen.storeRelaxed(2);  // relaxed: one thread
  heap.gc_percent = 100;
  heap.memory_limit = INT64_MAX;
  heap.stats.trigger_bytes = heap.stats.goal_bytes = uptr{4} << 20;
}

Span *allocSpan(uptr pages, SpanState state) {
  uptr grown = 0;
  heap.pages.lock.lock();
  Span *s = findFit(pages);
  if (s == nullptr) {
    grown = growthFor(pages);
    if (!grow(pages)) {
      heap.pages.lock.unlock();
      fatalThrow("runtime: out of memory");
    }
    s = findFit(pages);
  }
  takeFree(s);
  if (s->page_count > pages) addFree(cutAfter(s, pages));
  for (uptr i = pageIndex(s->base), e = i + pages; i < e; i++) heap.spans[i] = s;
  const u64 was_released = setReleased(pageIndex(s->base), pages, false);
  heap.pages.released_bytes -= was_released * kPageBytes;
  s->limit = s->base + pages * kPageBytes;
  s->specials = nullptr;
  s->state.storeRelease(state);  // before the lock goes: a free span is merged with its neighbours
  if (state == SpanState::Manual) heap.pages.manual_pages += pages;
  else heap.pages.in_use_pages += pages;
  heap.pages.lock.unlock();
  if (was_released != 0) takeBackPages(reinterpret_cast<void *>(s->base), pages * kPageBytes);
  // Pages in runs too short for this are hardly used soon: as much of them goes back, as far as the heap has more than it needs.
  if (grown != 0)
    if (uptr excess = excessFreeBytes()) releaseFreePages(min(grown, excess), Releaser::Eager);
  return s;
}

void freeSpan(Span *s) {
  MutexGuard guard(heap.pages.lock);
  if (s->state.loadAcquire() == SpanState::Manual) heap.pages.manual_pages -= s->page_count;
  else heap.pages.in_use_pages -= s->page_count;
  if (GN_UNLIKELY(debug.efence > 0)) {
    fenceSpan(s);
    return;
  }
  s->need_zero = true;
  s->free_since_ns = 0;
  addFreeMerged(s);
}

uptr releaseFreePages(u64 most, Releaser who) {
  uptr released = 0;
  while (released < most) {
    uptr bytes = releaseRun(most - released);
    if (bytes == 0) break;
    released += bytes;
  }
  countRelease(who, released);
  return released;
}

// A tenth more than the goal stays; nothing before the first cycle told what the program needs.
uptr excessFreeBytes() {
  auto &ph = heap.pages;
  auto &st = heap.stats;
  u64 free_bytes = ph.free_pages * kPageBytes, released = ph.released_bytes;  // unlocked: a guess
  if (st.num_gc == 0 || free_bytes <= released) return 0;
  u64 backed = (ph.in_use_pages + ph.manual_pages) * kPageBytes + free_bytes - released;
  u64 kept = st.goal_bytes == ~u64{0} ? st.marked_bytes : st.goal_bytes;
  kept += kept / 10 + st.stacks_in_use.loadRelaxed() + (u64{1} << 20);
  return backed > kept ? min(backed - kept, free_bytes - released) : 0;
}

// Off-heap memory.

namespace {
constinit Mutex persistent_lock{};
constinit uptr persistent_next = 0, persistent_end = 0;
constinit Atomic<u64> persistent_bytes{};
}  // namespace

u64 persistentBytes() { return persistent_bytes.loadRelaxed(); }

void *persistentAlloc(uptr bytes, uptr align) {
  constexpr uptr kChunk = 256 << 10;
  if (bytes >= kChunk / 4) {
    void *p = sys::mmapAnon(alignUp(bytes, 4096));
    if (p == nullptr) fatalPlain("runtime: cannot allocate memory");
    nameMapping(p, alignUp(bytes, 4096), "immortal metadata");
    persistent_bytes.fetchAdd(alignUp(bytes, 4096));
    return p;
  }
  MutexGuard guard(persistent_lock);
  uptr p = alignUp(persistent_next, align);
  if (persistent_next == 0 || p + bytes > persistent_end) {
    void *chunk = sys::mmapAnon(kChunk);
    if (chunk == nullptr) fatalPlain("runtime: cannot allocate memory");
    nameMapping(chunk, kChunk, "immortal metadata");
    persistent_bytes.fetchAdd(kChunk);
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
