// Where marking starts: globals, goroutines, what hangs on objects, timers, the finalizer queue. In small pieces, by whoever
// marks, beside the program.
//
// A goroutine is scanned while it does not run. Its scanner takes scan_lock and then looks at the status; who makes it run sets
// the status and then looks at scan_lock (waitForScan): one of them sees the other. One that runs is asked to scan itself at
// its next safepoint. Goroutines made while marking runs count as scanned: their stacks are empty.
#include "runtime/core/chan.h"
#include "runtime/core/gc.h"
#include "runtime/core/linker_symbols.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/stack_scan.h"

namespace gannet::rt {

namespace {

constexpr uptr kChunkBytes = 32 << 10;
constexpr uptr kPagesAPart = 4096;
constexpr i64 kRetryNs = 50000;  // between two requests to a goroutine that runs

struct Roots {
  uptr data_chunks, bss_chunks, heap_parts, parts;  // parts in all, without the goroutines
  Atomic<uptr> next_part;
  Atomic<G *> next_g;  // null: all were visited
  G *last_g;           // those after it were made since
  Mutex retry_lock;
  G *retry;            // were running when visited
  i64 retry_at_ns;     // not before
  Atomic<u32> retry_count;
};
constinit Roots roots{};

uptr scanGlobals(uptr i) {
  bool data = i < roots.data_chunks;
  uptr lo = reinterpret_cast<uptr>(data ? rt_data : rt_bss), hi = reinterpret_cast<uptr>(data ? rt_edata : rt_ebss);
  uptr off = (data ? i : i - roots.data_chunks) * kChunkBytes, bytes = min(kChunkBytes, hi - lo - off);
  scanRange(lo + off, bytes, (data ? rt_gcdata : rt_gcbss) + off / kWord / 8);
  return bytes;
}

// No span is freed while marking runs, and one that is made now has no specials that did not mark themselves.
uptr scanSpecials(uptr part) {
  uptr first = part * kPagesAPart, end = min(first + kPagesAPart, (heap.pages.used_end - heap.base) >> kPageShift);
  for (uptr i = first; i < end; i++) {
    Span *s = __atomic_load_n(&heap.spans[i], __ATOMIC_ACQUIRE);
    if (s != nullptr && __atomic_load_n(&s->specials, __ATOMIC_ACQUIRE) != nullptr && s->base == heap.base + (i << kPageShift))
      markSpecialsOf(s);
  }
  return kPagesAPart;
}

uptr scanPart(uptr part) {
  uptr globals = roots.data_chunks + roots.bss_chunks;
  if (part < globals) return scanGlobals(part);
  part -= globals;
  if (part < roots.heap_parts) return scanSpecials(part);
  part -= roots.heap_parts;
  if (part < kTimerParts) markTimers(static_cast<u32>(part));
  else markFinalizerQueue();
  return 1024;
}

void scanSudogs(const G *g, StackScan &stack) {
  for (Sudog *s = g->waiting; s != nullptr; s = s->waitlink) {
    stack.root(s->c);
    stack.root(s->elem);
  }
}

void scanDefers(const G *g, StackScan &stack) {
  for (Defer *d = g->defer; d != nullptr; d = d->link) {
    stack.root(d);
    stack.root(d->fn);
    stack.root(d->head);
  }
}

// g does not run.
uptr scanG(G *g) {
  StackScan stack(g);
  void *const fields[] = {g->labels, g->coro, g->bubble, g->unused_defers, g->panic};
  for (void *p : fields) stack.root(p);
  // These may be numbers, or left over from what is done.
  stack.doubtful(g->param);
  stack.doubtful(g->sched.ctxt);
  stack.doubtful(g->ret0);
  for (uptr p : g->park_roots) stack.doubtful(p);
  scanSudogs(g, stack);
  scanDefers(g, stack);
  stack.scan();
  const uptr used = g->stack_hi - g->sched.sp;
  if (!gc.checking) gc.stack_bytes.fetchAdd(used);
  return used + 512;
}

void lockScan(G *g) {
  while (!g->scan_lock.casSeqCst(0, 1)) cpuRelax();
}

// False if it runs.
bool tryScan(G *g, uptr *bytes) {
  *bytes = 64;
  if (g->scan_cycle.loadAcquire() == gc.cycle) return true;
  lockScan(g);
  GStatus st = g->status.loadSeqCst();
  if (st == GStatus::Running) {
    g->scan_lock.storeSeqCst(0);
    return false;
  }
  if (st != GStatus::Dead && g->scan_cycle.loadAcquire() != gc.cycle && !holdBack(g)) {
    if (g->wait_since_ns == 0 && (st == GStatus::Waiting || st == GStatus::Syscall)) g->wait_since_ns = gc.began_ns;
    shrinkStack(g);
    *bytes = scanG(g);
    g->scan_cycle.storeRelease(gc.cycle);
  }
  g->scan_lock.storeSeqCst(0);
  return true;
}

void putRetry(G *g) {
  MutexGuard guard(roots.retry_lock);
  g->scan_link = roots.retry;
  roots.retry = g;
  roots.retry_at_ns = sys::monotonicNs() + kRetryNs;
  roots.retry_count.storeSeqCst(roots.retry_count.loadRelaxed() + 1);  // relaxed: under the lock
}

G *takeRetry() {
  if (roots.retry_count.loadSeqCst() == 0) return nullptr;
  MutexGuard guard(roots.retry_lock);
  G **at = &roots.retry;
  if (*at == nullptr || sys::monotonicNs() < roots.retry_at_ns) return nullptr;
  while ((*at)->scan_link != nullptr) at = &(*at)->scan_link;  // the oldest; there are not more than Ps
  G *g = *at;
  *at = nullptr;
  roots.retry_count.storeSeqCst(roots.retry_count.loadRelaxed() - 1);
  return g;
}

G *takeNextG() {
  for (;;) {
    G *g = roots.next_g.loadSeqCst();
    if (g == nullptr) return nullptr;
    if (roots.next_g.casSeqCst(g, g == roots.last_g ? nullptr : __atomic_load_n(&g->alllink, __ATOMIC_ACQUIRE))) return g;
  }
}

void askToScan(G *g) {
  g->scan_wanted.storeSeqCst(1);
  preemptRunning(g);
}

bool scanOneG(G *g, uptr *bytes) {
  if (tryScan(g, bytes)) return true;
  askToScan(g);
  putRetry(g);
  return false;
}

}  // namespace

u64 globalBytes() { return static_cast<u64>(rt_edata - rt_data) + static_cast<u64>(rt_ebss - rt_bss); }

void beginRoots() {
  gc.cycle++;
  gc.stack_bytes.storeRelaxed(0);  // relaxed: the world is stopped
  uptr data = static_cast<uptr>(rt_edata - rt_data), bss = static_cast<uptr>(rt_ebss - rt_bss);
  roots.data_chunks = (data + kChunkBytes - 1) / kChunkBytes;
  roots.bss_chunks = (bss + kChunkBytes - 1) / kChunkBytes;
  uptr pages = (heap.pages.used_end - heap.base) >> kPageShift;
  roots.heap_parts = (pages + kPagesAPart - 1) / kPagesAPart;
  roots.parts = roots.data_chunks + roots.bss_chunks + roots.heap_parts + kTimerParts + 1;
  GN_CHECK(roots.retry_count.loadRelaxed() == 0);  // relaxed: the world is stopped
  roots.last_g = sched.last_g;
  roots.next_g.storeSeqCst(sched.all_gs.loadAcquire());
  roots.next_part.storeSeqCst(0);
}

bool scanNextRoot(uptr *bytes) {
  if (roots.next_part.loadRelaxed() < roots.parts) {  // relaxed: fetchAdd decides
    uptr i = roots.next_part.fetchAdd(1);
    if (i < roots.parts) {
      *bytes = scanPart(i);
      return true;
    }
  }
  if (G *g = takeNextG()) {
    scanOneG(g, bytes);
    return true;
  }
  G *g = takeRetry();
  return g != nullptr && scanOneG(g, bytes);
}

bool rootsLeft() {
  return roots.next_part.loadSeqCst() < roots.parts || roots.next_g.loadSeqCst() != nullptr || roots.retry_count.loadSeqCst() != 0;
}

void scanRootsNow() {
  for (uptr i = 0; i < roots.parts; i++) scanPart(i);
  forEachG([](G *g) {
    if (g->status.loadRelaxed() != GStatus::Dead) scanG(g);  // relaxed: the world is stopped
  });
}

void scanSelf() {
  G *g = currentG();
  g->scan_wanted.storeRelaxed(0);  // relaxed: asked again if this comes too early
  if (!gcMarking() || g->scan_cycle.loadAcquire() == gc.cycle) return;
  lockScan(g);
  scanG(g);
  g->scan_cycle.storeRelease(gc.cycle);
  g->scan_lock.storeSeqCst(0);
}

void scanStopped(G *g) {
  if (g->status.loadSeqCst() == GStatus::Dead || g->scan_cycle.loadAcquire() == gc.cycle) return;
  scanG(g);
  g->scan_cycle.storeRelease(gc.cycle);
}

void endSyscallUnscanned(G *g) {
  lockScan(g);
  g->syscallsp = 0;
  g->status.storeSeqCst(GStatus::Runnable);
  g->scan_lock.storeSeqCst(0);
}

void waitForScan(G *g) {
  g->status.storeSeqCst(GStatus::Running);
  for (u32 i = 0; g->scan_lock.loadSeqCst() != 0; i++) {
    if (i < 100) cpuRelax();
    else sys::osYield();
  }
}

}  // namespace gannet::rt
