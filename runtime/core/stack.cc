// Goroutine stacks: contiguous, from pools by size, doubled by copying with precise maps, halved by the collector.
#include "runtime/core/chan.h"
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

struct GlobalPool {
  Mutex lock;
  uptr free[kStackOrders];
};
constinit GlobalPool global_pool{};

u32 orderOf(uptr bytes) {
  u32 order = 0;
  while ((kMinStackBytes << order) < bytes) order++;
  return order;
}

uptr popFree(uptr &list) {
  uptr p = list;
  if (p != 0) list = *reinterpret_cast<uptr *>(p);
  return p;
}
void pushFree(uptr &list, uptr p) {
  *reinterpret_cast<uptr *>(p) = list;
  list = p;
}

// Such a stack is in no pool. GODEBUG=efence=1: none is.
bool ownsSpan(u32 order) { return order >= kStackOrders || GN_UNLIKELY(debug.efence > 0); }

uptr takeStack(u32 order) {
  if (ownsSpan(order)) return allocSpan(max<uptr>((kMinStackBytes << order) >> kPageShift, 1), SpanState::Manual)->base;
  P *p = currentM()->p;
  if (p != nullptr && p->stacks.free[order] != 0) {
    p->stacks.count[order]--;
    return popFree(p->stacks.free[order]);
  }
  MutexGuard guard(global_pool.lock);
  if (global_pool.free[order] == 0) {
    constexpr uptr kChunkPages = 4;  // 32 KB: one of the largest order
    uptr base = allocSpan(kChunkPages, SpanState::Manual)->base;
    for (uptr at = base; at < base + kChunkPages * kPageBytes; at += kMinStackBytes << order)
      pushFree(global_pool.free[order], at);
  }
  return popFree(global_pool.free[order]);
}

void giveStack(uptr lo, u32 order) {
  if (GN_UNLIKELY(debug.stackstress > 0)) __builtin_memset(reinterpret_cast<void *>(lo), 0xde, kMinStackBytes << order);
  if (ownsSpan(order)) {
    freeSpan(spanOf(lo));
    return;
  }
  P *p = currentM()->p;
  if (p != nullptr && p->stacks.count[order] < 32) {
    p->stacks.count[order]++;
    pushFree(p->stacks.free[order], lo);
    return;
  }
  MutexGuard guard(global_pool.lock);
  pushFree(global_pool.free[order], lo);
}

struct Move {
  uptr old_lo, old_hi, delta;
  void adjust(uptr *slot) const {
    if (*slot - old_lo < old_hi - old_lo) *slot += delta;
  }
  template <class T> void adjustPtr(T *&p) const { adjust(reinterpret_cast<uptr *>(&p)); }
};

// No pointer to anything is as small.
[[noreturn]] void badPointer(const Frame &f, const uptr *slot) {
  Printer p;
  (p << "runtime: bad pointer in frame " << funcName(f.fn) << " at ").hex(reinterpret_cast<uptr>(slot)) << ": ";
  p.hex(*slot) << "\n";
  p.flush();
  fatalThrow("invalid pointer found on stack");
}

// Of local variables that the code may still read.
void adjustLive(const Move &mv, const Frame &f, uptr base, u32 words, const u8 *mask) {
  for (u32 i = 0; i < words; i++) {
    if (((mask[i / 8] >> (i % 8)) & 1) == 0) continue;
    uptr *slot = reinterpret_cast<uptr *>(base) + i;
    if (GN_UNLIKELY(*slot - 1 < kMinLegalPointer - 1) && debug.invalidptr != 0) badPointer(f, slot);
    mv.adjust(slot);
  }
}

void adjustWords(const Move &mv, uptr base, u32 words, const u8 *mask) {
  for (u32 i = 0; i < words; i++)
    if ((mask[i / 8] >> (i % 8)) & 1) mv.adjust(reinterpret_cast<uptr *>(base) + i);
}

[[noreturn]] void missingMap(const Frame &f, const char *what) {
  Printer() << "runtime: frame " << funcName(f.fn) << " untyped " << what << "\n";
  fatalThrow("missing stackmap");
}

// g.sched already stands on the new stack.
void adjustFrames(G *g, const Move &mv) {
  Unwinder u;
  for (u.startAt(g); u.valid; u.next()) {
    const Frame &f = u.frame;
    if (f.varp + 2 * kWord == f.fp) mv.adjust(reinterpret_cast<uptr *>(f.varp));  // saved BP
    FrameMaps m = frameMaps(f);
    if (m.missing_locals && (f.fn->flag & kAsmFunc) == 0) missingMap(f, "locals");
    // Assembly called from Go has the map of its Go declaration.
    if (m.args == nullptr && f.fn->args > 0 && (f.fn->flag & kAsmFunc) != 0 && m.regs_base == 0) missingMap(f, "arguments");
    if (m.locals != nullptr) adjustLive(mv, f, m.locals_base, m.local_words, m.locals);
    // Dead ones too: a pointer to one may live on where it is not followed. What is adjusted twice does not change the second time.
    forEachStackObject(f, [&](const StackObject &o) { adjustWords(mv, o.addr, o.mask_words, o.mask); });
    if (m.args != nullptr) adjustWords(mv, m.args_base, m.arg_words, m.args);
    for (uptr i = 0; m.regs_base != 0 && i < 9; i++) mv.adjust(reinterpret_cast<uptr *>(m.regs_base) + i);
  }
  if (u.incomplete) {
    Printer p;
    (p << "runtime: goroutine " << g->goid << " unwind stopped at pc=").hex(u.frame.pc) << "\n";
    p.flush();
    fatalThrow("traceback did not unwind completely");
  }
}

void adjustRecords(G *g, const Move &mv) {
  mv.adjustPtr(g->panic);
  mv.adjust(&g->sched.bp);
  mv.adjustPtr(g->sched.ctxt);
  mv.adjustPtr(g->defer);
  for (Defer *d = g->defer; d != nullptr; d = d->link) {  // those in the stack were copied: links are adjusted on the way
    mv.adjustPtr(d->fn);
    mv.adjust(&d->sp);
    mv.adjustPtr(d->link);
  }
  for (Sudog *s = g->waiting; s != nullptr; s = s->waitlink) mv.adjustPtr(s->elem);
  mv.adjustPtr(g->select_cases);
}

void copyStack(G *g, uptr bytes) {
  uptr used = g->stack_hi - g->sched.sp;
  u32 order = orderOf(bytes);
  uptr lo = takeStack(order), hi = lo + (kMinStackBytes << order);
  Move mv{g->stack_lo, g->stack_hi, hi - g->stack_hi};
  __builtin_memcpy(reinterpret_cast<void *>(hi - used), reinterpret_cast<void *>(g->sched.sp), used);
  uptr old_lo = g->stack_lo;
  u32 old_order = g->stack_order;
  heap.stats.stacks_in_use.fetchAdd((kMinStackBytes << order) - (kMinStackBytes << old_order));
  g->stack_lo = lo;
  g->stack_hi = hi;
  g->stack_order = order;
  if (g->stackguard0 != kStackPreempt) g->stackguard0 = lo + kStackGuard;
  g->stackguard1 = lo + kStackGuard;
  g->sched.sp = hi - used;
  if (g->syscallsp != 0) {
    mv.adjust(&g->syscallsp);
    mv.adjust(&g->syscallbp);
  }
  adjustRecords(g, mv);
  adjustFrames(g, mv);
  giveStack(old_lo, old_order);
}

}  // namespace

bool inStackOf(const G *g, uptr p) { return p >= g->stack_lo && p <= g->stack_hi; }

void allocStack(G *g, uptr bytes) {
  u32 order = orderOf(bytes);
  g->stack_lo = takeStack(order);
  g->stack_order = order;
  g->stack_hi = g->stack_lo + (kMinStackBytes << order);
  g->stackguard0 = g->stackguard1 = g->stack_lo + kStackGuard;
  heap.stats.stacks_in_use.fetchAdd(kMinStackBytes << order);
}

void freeStack(G *g) {
  if (g->stack_lo == 0) return;
  heap.stats.stacks_in_use.fetchAdd(-(kMinStackBytes << g->stack_order));
  giveStack(g->stack_lo, g->stack_order);
  g->stack_lo = g->stack_hi = 0;
}

// Whoever completes a parked channel operation writes through sudog.elem under the channel's lock.
static void withSudogChannels(G *g, void (*act)(Mutex &)) {
  Hchan *last = nullptr;
  for (Sudog *s = g->waiting; s != nullptr; s = s->waitlink) {
    if (s->c != nullptr && s->c != last) act(s->c->lock);
    last = s->c;
  }
}

// Halves the stack of a goroutine that uses less than a quarter of it. It does not run, and is kept from it.
void shrinkStack(G *g) {
  GStatus st = g->status.loadRelaxed();  // relaxed: ordered by scan_lock
  if (st == GStatus::Dead || g->stack_lo == 0 || g == currentG() || g->async_preempted) return;
  if (g->syscallsp != 0 || st == GStatus::Syscall) return;  // the kernel may hold addresses of it
  uptr bytes = g->stack_hi - g->stack_lo;
  if (bytes <= kMinStackBytes || debug.gcshrinkstackoff > 0) return;
  if (g->stack_hi - g->sched.sp + kStackGuard >= bytes / 4) return;
  withSudogChannels(g, [](Mutex &m) { m.lock(); });
  copyStack(g, bytes / 2);
  withSudogChannels(g, [](Mutex &m) { m.unlock(); });
}

}  // namespace gannet::rt

using namespace gannet::rt;

// GODEBUG=stackstress=N: every N-th time, moves the stack; then leaves the guard where the function at g.sched passes and what it
// calls does not.
static void stressStack(G *g) {
  constexpr uptr kBytesACall = 4096;
  P *p = g->m->p;
  if (g->m->locks != 0 || p == nullptr) return;
  if (++p->stress_calls % static_cast<u32>(debug.stackstress) == 0) p->stress_bytes += kBytesACall;
  if (p->stress_bytes >= max(g->stack_hi - g->sched.sp, kBytesACall)) {
    p->stress_bytes = 0;
    copyStack(g, g->stack_hi - g->stack_lo);
  }
  const RawFunc *f = findGoFunc(g->sched.pc);
  uptr below = max<uptr>(f == nullptr ? 0 : static_cast<uptr>(maxStackDelta(f)), kStackSmall) - kStackSmall;
  uptr tight = g->sched.sp - below - kWord;
  // Another thread may ask for a preemption just now.
  uptr loose = g->stack_lo + kStackGuard;
  if (tight > loose && tight < g->stack_hi)
    __atomic_compare_exchange_n(&g->stackguard0, &loose, tight, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

// The prologue of the function at g.sched found too little stack, or the guard was set to ask for something.
// Profiles show it by Go's name.
extern "C" [[noreturn]] void gn_newstack(G *g) asm("runtime.newstack");
void gn_newstack(G *g) {
  M *m = g->m;
  if (g->stackguard0 == kStackPreempt) {
    // The prologue looks again: if there really is too little stack, it comes back here.
    g->stackguard0 = g->stack_lo + kStackGuard;
    bool may_stop = m->locks == 0 && g->preempt_off == 0 && m->p != nullptr &&
                    m->p->status.loadRelaxed() == PStatus::Running;  // relaxed: our own P
    if (may_stop) scanSelf();
    if (g->preempt != 0 && may_stop) {
      g->preempt = 0;
      yieldCurrent(false);
    }
    if (GN_UNLIKELY(debug.stackstress > 0)) stressStack(g);
    gn_gogo(g);
  }
  if (GN_UNLIKELY(debug.stackstress > 0) && g->stackguard0 > g->stack_lo + kStackGuard) {
    uptr tight = g->stackguard0;
    if (tight != kStackPreempt)
      __atomic_compare_exchange_n(&g->stackguard0, &tight, g->stack_lo + kStackGuard, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    stressStack(g);
    gn_gogo(g);
  }
  uptr bytes = (g->stack_hi - g->stack_lo) * 2;
  // A big frame may need more than doubling: it says so by its largest SP delta.
  if (const RawFunc *f = findGoFunc(g->sched.pc - 1)) {
    i32 frame_bytes = maxStackDelta(f);
    uptr needed = static_cast<uptr>(frame_bytes) + kStackGuard + 2048 + (g->stack_hi - g->sched.sp);
    while (bytes < needed) bytes *= 2;
  }
  if (bytes > sched.max_stack_bytes || bytes > (uptr{1} << 33)) {
    Printer p;
    p << "runtime: goroutine stack exceeds " << sched.max_stack_bytes << "-byte limit\n";
    p.flush();
    (p << "runtime: sp=").hex(g->sched.sp) << " stack=[";
    p.hex(g->stack_lo) << ", ";
    p.hex(g->stack_hi) << "]\n";
    p.flush();
    fatalThrow("stack overflow");
  }
  copyStack(g, bytes);
  gn_gogo(g);
}

extern "C" u64 gn_setMaxStack(u64 n) {
  u64 old = sched.max_stack_bytes;
  sched.max_stack_bytes = n;
  return old;
}
