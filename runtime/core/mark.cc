// Marking: from roots through every pointer, by the heap's bitmap. One thread, world stopped.
//
// Source: the mark-sweep of McCarthy (1960) with an explicit stack; interior pointers by span lookup.
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

namespace {

// Objects marked and not yet scanned. Blocks are kept for the next cycle.
struct MarkBlock {
  static constexpr uptr kCapacity = 8190;
  MarkBlock *below;
  uptr count;
  uptr items[kCapacity];
};

struct MarkStack {
  MarkBlock *top, *spare;
  u64 marked_bytes;

  void push(uptr base) {
    if (top == nullptr || top->count == MarkBlock::kCapacity) addBlock();
    top->items[top->count++] = base;
  }
  bool pop(uptr *base) {
    if (top == nullptr) return false;
    if (top->count == 0) {
      MarkBlock *b = top;
      top = b->below;
      b->below = spare;
      spare = b;
      return pop(base);
    }
    *base = top->items[--top->count];
    return true;
  }
  void addBlock() {
    MarkBlock *b = spare;
    if (b != nullptr) spare = b->below;
    else b = static_cast<MarkBlock *>(persistentAlloc(sizeof(MarkBlock), 64));
    b->count = 0;
    b->below = top;
    top = b;
  }
};

constinit MarkStack marks{};

void scanObject(uptr base) {
  Span *s = heap.spans[(base - heap.base) >> kPageShift];
  uptr w = (base - heap.base) / kWord, end = w + s->elem_bytes / kWord;
  while (w < end) {
    u64 bits = heap.ptr_bits[w / 64] >> (w % 64);
    uptr n = 64 - w % 64;
    if (end - w < 64) bits &= (u64{1} << (end - w)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      uptr at = w + static_cast<uptr>(__builtin_ctzll(bits));
      markObject(*reinterpret_cast<uptr *>(heap.base + at * kWord));
    }
    w += n;
  }
}

}  // namespace

void markObject(uptr addr) {
  Span *s = objectSpanOf(addr);
  if (s == nullptr) return;
  u32 i = s->indexOf(addr);
  u64 bit = u64{1} << (i % 64);
  u64 &word = s->mark_bits[i / 64];
  if ((word & bit) != 0) return;
  word |= bit;
  marks.marked_bytes += s->elem_bytes;
  if (!s->no_pointers) marks.push(s->base + i * s->elem_bytes);
}

bool isMarked(Span *s, u32 i) { return (s->mark_bits[i / 64] >> (i % 64)) & 1; }

void scanObjectContents(uptr base) {
  Span *s = objectSpanOf(base);
  if (s != nullptr && !s->no_pointers) scanObject(base);
}

void scanRange(uptr addr, uptr bytes, const u8 *mask) {
  uptr words = bytes / kWord;
  for (uptr i = 0; i < words; i += 8) {
    u8 bits = mask[i / 8];
    for (uptr k = 0; bits != 0; k++, bits = static_cast<u8>(bits >> 1))
      if ((bits & 1) != 0 && i + k < words) markObject(reinterpret_cast<uptr *>(addr)[i + k]);
  }
}

void scanConservative(uptr lo, uptr hi) {
  for (uptr p = alignUp(lo, kWord); p + kWord <= hi; p += kWord) markObject(*reinterpret_cast<uptr *>(p));
}

void drainMarks() {
  uptr base;
  while (marks.pop(&base)) scanObject(base);
}

u64 takeMarkedBytes() {
  u64 n = marks.marked_bytes;
  marks.marked_bytes = 0;
  return n;
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

void markTimers();
void markPollers();

void markAllRoots() {
  scanRange(reinterpret_cast<uptr>(rt_data), static_cast<uptr>(rt_edata - rt_data), rt_gcdata);
  drainMarks();
  scanRange(reinterpret_cast<uptr>(rt_bss), static_cast<uptr>(rt_ebss - rt_bss), rt_gcbss);
  drainMarks();
  markTimers();
  markFinalizerQueue();
  forEachG([](G *g) {
    scanG(g);
    drainMarks();
  });
  markSpecialRoots();
  drainMarks();
}

}  // namespace gannet::rt
