// A line for each package that has something to initialize, in Go's form:
//
//   init NAME @# ms, # ms clock, # bytes, # allocs
//
// Initialization is one goroutine; what it allocates is counted by gcAfterAlloc, to which all allocations come meanwhile
// (Cache::gc_check), as when the collector is stressed: nothing is added to the allocator's fast paths. What other goroutines
// allocate at the same time does not count. Context: system stack of an M; the counts are the initializing goroutine's own.
#include "runtime/core/init_trace.h"

#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

struct Costs {
  i64 now_ns;
  u64 bytes, allocs;
};

struct InitTrace {
  Atomic<u32> over;
  Atomic<G *> who;  // the initializing goroutine; null before it begins
  Costs so_far, at_begin;
};
constinit InitTrace init_trace{};

// Of "path/of/pkg.init.0": "path/of/pkg".
Str packageOf(Str function) {
  uptr i = function.len;
  while (i > 0 && function[i - 1] != '/') i--;
  while (i < function.len && function[i] != '.') i++;
  return Str(function.ptr, i);
}

}  // namespace

bool countsInitAllocs() {
  return GN_UNLIKELY(debug.inittrace != 0) && init_trace.over.loadRelaxed() == 0;  // relaxed: looked at again soon
}

// As Go counts: an object in a block that tiny objects share takes no bytes, but for the first, which takes the block.
void noteInitAlloc(const void *p) {
  if (init_trace.who.loadRelaxed() != currentG()) return;  // relaxed: the goroutine knows of itself
  const auto addr = reinterpret_cast<uptr>(p);
  const Span *s = objectSpanOf(addr);
  if (s == nullptr) return;
  init_trace.so_far.allocs++;
  if (s->large || (addr - s->base) % s->elem_bytes == 0) init_trace.so_far.bytes += s->elem_bytes;
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

u64 gn_initTraced() { return countsInitAllocs(); }

void gn_initTaskBegins() {
  init_trace.who.storeRelaxed(currentG());  // relaxed: see noteInitAlloc
  init_trace.so_far.now_ns = sys::monotonicNs();
  init_trace.at_begin = init_trace.so_far;
}

// `function`: where the package's first function begins.
void gn_initTaskEnds(uptr function) {
  const Costs &from = init_trace.at_begin, &to = init_trace.so_far;
  const i64 now = sys::monotonicNs();
  Printer p;
  p << "init " << packageOf(funcName(findFunc(function))) << " @";
  p.ms(from.now_ns - gc.times.process_start) << " ms, ";
  p.ms(now - from.now_ns) << " ms clock, " << to.bytes - from.bytes << " bytes, " << to.allocs - from.allocs << " allocs\n";
}

void gn_initTraceOver() { init_trace.over.storeRelaxed(1); }  // relaxed: a late look counts nothing, as `who` ran on

}  // extern "C"
