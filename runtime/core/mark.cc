// Marking: from roots (roots.cc) through every pointer, by the heap's bitmap. Several Ps at once, beside the program.
//
// Work is blocks of unscanned objects: each P fills its own, full ones go to a shared list, and whoever marks takes from there.
// Source: the tri-colour marking of Dijkstra et al. (1978); interior pointers by span lookup.
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

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
};
constinit MarkPool pool{};

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
  heap.stats.mark_block_bytes.fetchAdd(sizeof(MarkBlock));
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

// The second marking found an object that the first did not. Says where the pointer to it was.
[[gnu::cold, gnu::noinline]] void reportMissed(const Span *s, u32 i, uptr addr) {
  Printer p;
  (p << "runtime: object ").hex(s->base + i * s->elem_bytes) << " of " << s->elem_bytes << " bytes, pointer ";
  p.hex(addr);
  if (Span *holder = spanOf(gc.check_from))
    (p << (holder->state.loadAcquire() == SpanState::Manual ? " in a stack at " : " in the object of size ") << holder->elem_bytes << " at ").hex(gc.check_from);
  else
    (p << " in a root at ").hex(gc.check_from);
  p << "\n";
}

// A pointer into the heap that is to no object: the program made it of an integer, or the object's memory was given up too early. One
// into a stack is the business of who knows of it. `slot`: where it is, 0 if that is not known.
[[gnu::cold, gnu::noinline]] void checkStray(const Span *s, uptr addr, uptr slot) {
  const SpanState state = s->state.loadAcquire();
  if (state == SpanState::Manual || debug.invalidptr == 0) return;
  const bool inside = state == SpanState::InUse && addr >= s->base && addr - s->base < s->page_count * kPageBytes;
  if (inside && s->large) return;  // still being made, as far as its limit
  Printer p;
  (p << "runtime: pointer ").hex(addr) << (inside ? " to unused region of span" : " to unallocated span") << " span.base()=";
  p.hex(s->base) << " span.limit=";
  p.hex(s->limit) << " span.state=" << static_cast<u32>(state) << "\n";
  if (slot != 0) {
    uptr base = slot, bytes = 0;  // a variable of the program's own
    findObject(slot, &base, &bytes);
    (p << "runtime: found in object at *(").hex(base) << "+";
    p.hex(slot - base) << ")\n";
  }
  p.flush();
  fatalThrow("found bad pointer in Go heap (incorrect use of unsafe or cgo?)");
}

enum class From : u8 { Pointer, AnyWord };  // AnyWord: it may name a free object, which is left alone

[[gnu::always_inline]] inline void mark(Marker &m, uptr addr, From from = From::Pointer, uptr slot = 0) {
  Span *s = spanOf(addr);
  if (s == nullptr) return;
  if (GN_UNLIKELY(s->state.loadAcquire() != SpanState::InUse || addr >= s->limit || addr < s->base)) {
    if (from == From::Pointer) checkStray(s, addr, slot);
    return;
  }
  u32 i = s->indexOf(addr);
  if (GN_UNLIKELY(i >= s->elem_count)) return;
  if (from == From::AnyWord && !isAllocated(s, i)) return;  // what is allocated meanwhile is marked already
  u64 bit = u64{1} << (i % 64);
  u64 *word = &s->mark_bits[i / 64];
  if ((__atomic_load_n(word, __ATOMIC_RELAXED) & bit) != 0) return;
  if ((__atomic_fetch_or(word, bit, __ATOMIC_RELAXED) & bit) != 0) return;
  m.marked_bytes += s->elem_bytes;
  m.marked_count++;
  if (GN_UNLIKELY(gc.checking)) reportMissed(s, i, addr);
  if (!s->no_pointers) push(m, s->base + i * s->elem_bytes);
}

// Large objects are scanned in pieces, so that several may do it and a stop does not wait for all of one. At the first piece
// the others are queued. Returns the end of the piece that begins at `at`. One that is still being cleared ends at its limit.
constexpr uptr kPieceBytes = 128 << 10;
uptr takePiece(Marker &m, const Span *s, uptr at) {
  uptr end = __atomic_load_n(&s->limit, __ATOMIC_ACQUIRE);
  if (at == s->base)
    for (uptr piece = at + kPieceBytes; piece < end; piece += kPieceBytes) push(m, piece);
  return min(at + kPieceBytes, end);
}

// Returns the bytes it looked at.
uptr scanObject(Marker &m, uptr base) {
  Span *s = heap.spans[(base - heap.base) >> kPageShift];
  uptr limit = GN_UNLIKELY(s->large) ? takePiece(m, s, base) : base + s->elem_bytes;
  uptr w = (base - heap.base) / kWord, end = (limit - heap.base) / kWord;
  while (w < end) {
    u64 bits = __atomic_load_n(&heap.ptr_bits[w / 64], __ATOMIC_RELAXED) >> (w % 64);
    uptr n = 64 - w % 64;
    if (end - w < 64) bits &= (u64{1} << (end - w)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      uptr at = w + static_cast<uptr>(__builtin_ctzll(bits));
      const uptr slot = heap.base + at * kWord;
      if (GN_UNLIKELY(gc.checking)) gc.check_from = slot;
      mark(m, __atomic_load_n(reinterpret_cast<uptr *>(slot), __ATOMIC_RELAXED), From::Pointer, slot);
    }
    w += n;
  }
  return limit - base;
}

}  // namespace

void markObject(uptr addr) { mark(marker(), addr); }

void markIfAllocated(uptr addr) { mark(marker(), addr, From::AnyWord); }

bool isMarked(const Span *s, u32 i) { return (__atomic_load_n(&s->mark_bits[i / 64], __ATOMIC_RELAXED) >> (i % 64)) & 1; }

bool isMarkedObject(uptr addr) {
  Span *s = objectSpanOf(addr);
  return s != nullptr && isMarked(s, s->indexOf(addr));
}

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
      if ((bits & 1) != 0 && i + k < words) {
        const uptr slot = addr + (i + k) * kWord;
        if (GN_UNLIKELY(gc.checking)) gc.check_from = slot;
        mark(m, __atomic_load_n(reinterpret_cast<uptr *>(slot), __ATOMIC_RELAXED), From::Pointer, slot);
      }
  }
}

uptr markSome(uptr budget) {
  Marker &m = marker();
  pool.busy.fetchAdd(1);
  uptr done = 0;
  P *p = currentM()->p;
  while (done < budget && !stopWanted(p)) {
    uptr base, bytes = 0;
    if (pop(m, &base)) done += scanObject(m, base) + 32;
    else if (scanNextRoot(&bytes)) done += bytes + 32;
    else break;
  }
  publishMarks(p);
  gc.pacing.scanned.fetchAdd(done);
  pool.busy.fetchAdd(-1u);
  return done;
}

void publishMarks(P *p) {
  Marker &m = p->marker;
  if (m.block == nullptr || m.block->count == 0) return;
  putFull(m.block);
  m.block = nullptr;
}

bool marksLeft() { return pool.busy.loadSeqCst() != 0 || pool.full_count.loadSeqCst() != 0 || rootsLeft(); }

// Context: p is the caller's, or the world is stopped. A pointer to a stack may have been recorded that has moved since, to leave its
// place to objects.
void flushBarrierBuffer(P *p) {
  Marker &m = marker();
  for (u64 *w = p->wb_buf; w < p->wb_next; w++) mark(m, *w, From::AnyWord);
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

bool isSoundPointer(const G *g, uptr p) {
  if (p < kMinLegalPointer) return false;
  if (!inArena(p)) return true;
  Span *s = spanOf(p);
  if (s == nullptr || s->state.loadAcquire() == SpanState::Free) return false;
  if (s->state.loadAcquire() == SpanState::Manual) return inStackOf(g, p);
  if (p >= s->limit) return false;
  return isAllocated(s, s->indexOf(p));
}

// Marks again from the roots with everything still: an object that was reachable and is found only now was lost by a
// missing barrier.
void checkMarks() {
  u64 before = 0, after = 0;
  for (P *p : sched.all_ps)
    if (p != nullptr) before += p->marker.marked_count;
  gc.checking = true;
  scanRootsNow();
  while (markSome(~uptr{0})) {
  }
  // What was marked is not scanned again: scan every marked object once more.
  uptr pages = (heap.pages.used_end - heap.base) >> kPageShift;
  for (uptr i = 0; i < pages; i++) {
    Span *s = heap.spans[i];
    if (s == nullptr || s->state.loadAcquire() != SpanState::InUse || s->no_pointers || s->base != heap.base + (i << kPageShift)) continue;
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
