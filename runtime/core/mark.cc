// Marking: from roots through every pointer, by the heap's bitmap. Several Ps at once, beside the program.
//
// Work is blocks of unscanned objects: each P fills its own, full ones go to a shared list, and whoever marks takes from there.
// Source: the tri-colour marking of Dijkstra et al. (1978) with a snapshot barrier; interior pointers by span lookup.
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

extern "C" {
extern char rt_data[] asm("runtime.data");
extern char rt_edata[] asm("runtime.edata");
extern char rt_bss[] asm("runtime.bss");
extern char rt_ebss[] asm("runtime.ebss");
extern const gannet::rt::u8 rt_gcdata[] asm("runtime.gcdata");
extern const gannet::rt::u8 rt_gcbss[] asm("runtime.gcbss");
}

namespace gannet::rt {

struct MarkBlock {
  static constexpr uptr kCapacity = 1022;
  MarkBlock *below;
  uptr count;
  uptr items[kCapacity];
};

namespace {

struct MarkPool {
  Mutex lock;
  MarkBlock *full, *spare;
  Atomic<u32> full_count;
  Atomic<u32> busy;                 // Ps inside markSome
  Atomic<uptr> next_chunk;          // of the globals
  uptr chunk_count, data_chunks;
};
constinit MarkPool pool{};
constexpr uptr kChunkBytes = 32 << 10;
constexpr uptr kMinLegalPointer = 4096;

void putFull(MarkBlock *b) {
  MutexGuard guard(pool.lock);
  b->below = pool.full;
  pool.full = b;
  pool.full_count.storeRelaxed(pool.full_count.loadRelaxed() + 1);  // relaxed: under the lock
}

MarkBlock *takeFull() {
  if (pool.full_count.loadAcquire() == 0) return nullptr;
  MutexGuard guard(pool.lock);
  MarkBlock *b = pool.full;
  if (b == nullptr) return nullptr;
  pool.full = b->below;
  pool.full_count.storeRelaxed(pool.full_count.loadRelaxed() - 1);
  return b;
}

MarkBlock *takeSpare() {
  {
    MutexGuard guard(pool.lock);
    if (MarkBlock *b = pool.spare) {
      pool.spare = b->below;
      b->count = 0;
      return b;
    }
  }
  auto *b = static_cast<MarkBlock *>(persistentAlloc(sizeof(MarkBlock), 64));
  b->count = 0;
  return b;
}

void putSpare(MarkBlock *b) {
  MutexGuard guard(pool.lock);
  b->below = pool.spare;
  pool.spare = b;
}

Marker &marker() { return currentM()->p->marker; }

void push(Marker &m, uptr base) {
  if (m.block == nullptr || m.block->count == MarkBlock::kCapacity) {
    if (m.block != nullptr) putFull(m.block);
    m.block = takeSpare();
  }
  m.block->items[m.block->count++] = base;
}

bool pop(Marker &m, uptr *base) {
  if (m.block == nullptr || m.block->count == 0) {
    MarkBlock *b = takeFull();
    if (b == nullptr) return false;
    if (m.block != nullptr) putSpare(m.block);
    m.block = b;
  }
  *base = m.block->items[--m.block->count];
  return true;
}

inline void mark(Marker &m, uptr addr) {
  Span *s = objectSpanOf(addr);
  if (s == nullptr) return;
  u32 i = s->indexOf(addr);
  if (GN_UNLIKELY(i >= s->elem_count)) return;
  u64 bit = u64{1} << (i % 64);
  u64 *word = &s->mark_bits[i / 64];
  if ((__atomic_load_n(word, __ATOMIC_RELAXED) & bit) != 0) return;
  if ((__atomic_fetch_or(word, bit, __ATOMIC_RELAXED) & bit) != 0) return;
  m.marked_bytes += s->elem_bytes;
  m.marked_count++;
  if (!s->no_pointers) push(m, s->base + i * s->elem_bytes);
}

// Returns the bytes it looked at.
uptr scanObject(Marker &m, uptr base) {
  Span *s = heap.spans[(base - heap.base) >> kPageShift];
  uptr w = (base - heap.base) / kWord, end = w + s->elem_bytes / kWord;
  while (w < end) {
    u64 bits = __atomic_load_n(&heap.ptr_bits[w / 64], __ATOMIC_RELAXED) >> (w % 64);
    uptr n = 64 - w % 64;
    if (end - w < 64) bits &= (u64{1} << (end - w)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      uptr at = w + static_cast<uptr>(__builtin_ctzll(bits));
      mark(m, __atomic_load_n(reinterpret_cast<uptr *>(heap.base + at * kWord), __ATOMIC_RELAXED));
    }
    w += n;
  }
  return s->elem_bytes;
}

void scanChunk(uptr i) {
  bool data = i < pool.data_chunks;
  uptr lo = reinterpret_cast<uptr>(data ? rt_data : rt_bss), hi = reinterpret_cast<uptr>(data ? rt_edata : rt_ebss);
  uptr off = (data ? i : i - pool.data_chunks) * kChunkBytes;
  scanRange(lo + off, min(kChunkBytes, hi - lo - off), (data ? rt_gcdata : rt_gcbss) + off / kWord / 8);
}

}  // namespace

void markObject(uptr addr) { mark(marker(), addr); }

bool isMarked(const Span *s, u32 i) { return (__atomic_load_n(&s->mark_bits[i / 64], __ATOMIC_RELAXED) >> (i % 64)) & 1; }

void scanObjectContents(uptr base) {
  Span *s = objectSpanOf(base);
  if (s != nullptr && !s->no_pointers) scanObject(marker(), base);
}

void scanRange(uptr addr, uptr bytes, const u8 *mask) {
  Marker &m = marker();
  uptr words = bytes / kWord;
  for (uptr i = 0; i < words; i += 8) {
    u8 bits = mask[i / 8];
    for (uptr k = 0; bits != 0; k++, bits = static_cast<u8>(bits >> 1))
      if ((bits & 1) != 0 && i + k < words) mark(m, __atomic_load_n(reinterpret_cast<uptr *>(addr) + i + k, __ATOMIC_RELAXED));
  }
}

void scanConservative(uptr lo, uptr hi) {
  if (gc.checking) return;  // a dead word may still name a dead object
  Marker &m = marker();
  for (uptr p = alignUp(lo, kWord); p + kWord <= hi; p += kWord) mark(m, *reinterpret_cast<uptr *>(p));
}

void beginGlobalRoots() {
  uptr data = static_cast<uptr>(rt_edata - rt_data), bss = static_cast<uptr>(rt_ebss - rt_bss);
  pool.data_chunks = (data + kChunkBytes - 1) / kChunkBytes;
  pool.chunk_count = pool.data_chunks + (bss + kChunkBytes - 1) / kChunkBytes;
  pool.next_chunk.storeSeqCst(0);
}

bool markSome(uptr budget) {
  Marker &m = marker();
  pool.busy.fetchAdd(1);
  bool any = false;
  uptr done = 0;
  while (done < budget) {
    if (pool.next_chunk.loadRelaxed() < pool.chunk_count) {  // relaxed: fetchAdd decides
      uptr i = pool.next_chunk.fetchAdd(1);
      if (i < pool.chunk_count) {
        scanChunk(i);
        done += kChunkBytes;
        any = true;
        continue;
      }
    }
    uptr base;
    if (!pop(m, &base)) break;
    any = true;
    done += scanObject(m, base) + 32;
  }
  publishMarks();
  pool.busy.fetchAdd(-1u);
  return any;
}

void publishMarks() {
  Marker &m = marker();
  if (m.block == nullptr || m.block->count == 0) return;
  putFull(m.block);
  m.block = nullptr;
}

bool marksLeft() {
  return pool.busy.loadSeqCst() != 0 || pool.full_count.loadSeqCst() != 0 || pool.next_chunk.loadSeqCst() < pool.chunk_count;
}

// Context: p is the caller's, or the world is stopped.
void flushBarrierBuffer(P *p) {
  Marker &m = marker();
  for (u64 *w = p->wb_buf; w < p->wb_next; w++) mark(m, *w);
  p->wb_next = p->wb_buf;
}

u64 takeMarked(u64 *count) {
  u64 bytes = 0;
  *count = 0;
  for (P *p : sched.all_ps) {
    if (p == nullptr) break;
    bytes += p->marker.marked_bytes;
    *count += p->marker.marked_count;
    p->marker.marked_bytes = p->marker.marked_count = 0;
  }
  return bytes;
}

namespace {

void scanSudogs(G *g) {
  for (Sudog *s = g->waiting; s != nullptr; s = s->waitlink) {
    markObject(reinterpret_cast<uptr>(s->c));
    markObject(reinterpret_cast<uptr>(s->elem));
  }
}

void scanDefers(G *g) {
  for (Defer *d = g->defer; d != nullptr; d = d->link) {
    markObject(reinterpret_cast<uptr>(d));  // ignored if it lies in the stack
    markObject(reinterpret_cast<uptr>(d->fn));
    markObject(reinterpret_cast<uptr>(d->head));
  }
}

void scanG(G *g) {
  if (g->status.loadRelaxed() == GStatus::Dead) return;  // relaxed: the world is stopped
  void *const roots[] = {g->param, g->labels, g->coro, g->bubble};
  for (void *p : roots) markObject(reinterpret_cast<uptr>(p));
  markObject(g->ret0);
  for (uptr p : g->park_roots) markObject(p);
  markObject(reinterpret_cast<uptr>(g->sched.ctxt));
  scanSudogs(g);
  scanDefers(g);
  scanStack(g);
}

}  // namespace

void markTimers();  // timers.cc

void markStackRoots() {
  markTimers();
  markFinalizerQueue();
  forEachG(scanG);
  markSpecialRoots();
}

bool isSoundPointer(const G *g, uptr p) {
  if (p < kMinLegalPointer) return false;
  if (!inArena(p)) return true;
  Span *s = spanOf(p);
  if (s == nullptr || s->state == SpanState::Free) return false;
  if (s->state == SpanState::Manual) return inStackOf(g, p);
  if (p >= s->limit) return false;
  u32 i = s->indexOf(p);
  return i < s->free_index || ((s->alloc_bits[i / 64] >> (i % 64)) & 1) != 0;
}

// Marks again from the roots with everything still: an object that was reachable and is found only now was lost by a
// missing barrier.
void checkMarks() {
  u64 before = 0, after = 0;
  for (P *p : sched.all_ps)
    if (p != nullptr) before += p->marker.marked_count;
  gc.checking = true;
  markStackRoots();
  beginGlobalRoots();
  while (markSome(~uptr{0})) {
  }
  // What was marked is not scanned again: scan every marked object once more.
  uptr pages = (heap.pages.used_end - heap.base) >> kPageShift;
  for (uptr i = 0; i < pages; i++) {
    Span *s = heap.spans[i];
    if (s == nullptr || s->state != SpanState::InUse || s->no_pointers || s->base != heap.base + (i << kPageShift)) continue;
    for (u32 k = 0; k < s->elem_count; k++)
      if (isMarked(s, k)) scanObject(marker(), s->base + k * s->elem_bytes);
  }
  while (markSome(~uptr{0})) {
  }
  for (P *p : sched.all_ps)
    if (p != nullptr) after += p->marker.marked_count;
  gc.checking = false;
  if (after == before) return;
  Printer p;
  p << "runtime: " << (after - before) << " live objects were not marked\n";
  p.flush();
  fatalThrow("checkmark found unmarked object");
}

}  // namespace gannet::rt
