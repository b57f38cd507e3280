// What the collector tells of a cycle: GODEBUG=gctrace=1, gcpacertrace=1 and checkfinalizers=1, in the form of Go's lines.
//
// Context: system stack of an M; the world is stopped unless said.
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

namespace {

// Swept on all Ps, ever.
u64 sweptBytes() {
  u64 bytes = 0;
  for (const P *p : sched.all_ps) {
    if (p == nullptr) break;
    bytes += __atomic_load_n(&p->swept_bytes, __ATOMIC_RELAXED);  // relaxed: a count of its owner's alone
  }
  return bytes;
}

struct SweepBasis {
  u64 swept_bytes, live_bytes;  // when marking ended
};
constinit SweepBasis sweep_basis{};

void printTimes(Printer &p, const CycleTimes &t) {
  p.ms(t.mark - t.stop1) << "+";
  p.ms(t.stop2 - t.mark) << "+";
  p.ms(t.end - t.stop2) << " ms clock, ";
  p.ms((t.mark - t.stop1) * t.procs) << "+";
  p.ms(t.assist_ns.loadRelaxed()) << "/";  // relaxed, here and below: the world is stopped
  p.ms(t.worker_ns.loadRelaxed()) << "/";
  p.ms(t.idle_ns.loadRelaxed()) << "+";
  p.ms((t.end - t.stop2) * t.procs) << " ms cpu, ";
}

// gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks, # MB globals, # P
void printCycle() {
  const auto &t = gc.times;
  const auto &st = heap.stats;
  Printer p;
  const u64 ms = static_cast<u64>(t.stop1 - t.process_start) / 1000000;
  p << "gc " << st.num_gc << " @" << ms / 1000 << "." << ms / 100 % 10 << ms / 10 % 10 << ms % 10 << "s ";
  p << static_cast<u64>(gcCpuFraction() * 100) << "%" << (t.found_leaks ? " (checking for goroutine leaks)" : "") << ": ";
  printTimes(p, t);
  p << (t.heap_at_start >> 20) << "->" << (t.heap_at_end >> 20) << "->" << (st.marked_bytes >> 20) << " MB, ";
  p << (t.goal >> 20) << " MB goal, " << (gc.stack_bytes.loadRelaxed() >> 20) << " MB stacks, ";
  p << (globalBytes() >> 20) << " MB globals, " << t.procs << " P" << (t.forced ? " (forced)\n" : "\n");
}

// Finalizers and cleanups that wait to be run.
void printQueues() {
  u64 finalizers = 0, cleanups = 0, finalizers_run = 0, cleanups_run = 0;
  finalizerCounts(&finalizers, &cleanups, &finalizers_run, &cleanups_run);
  auto waiting = [](u64 queued, u64 run) { return queued > run ? queued - run : 0; };
  Printer() << "checkfinalizers: queue: " << waiting(finalizers, finalizers_run) << " finalizers + " << waiting(cleanups, cleanups_run)
            << " cleanups\n";
}

}  // namespace

void traceCycle() {
  if (debug.gctrace > 0) printCycle();
  if (debug.checkfinalizers > 0) printQueues();
}

void tracePacerStart(u64 expected_bytes) {
  if (GN_LIKELY(debug.gcpacertrace <= 0)) return;
  const auto &t = gc.times;
  const u32 whole = debug.gcstoptheworld > 0 ? t.procs : t.procs / 4;  // Ps that do nothing else
  const double share = debug.gcstoptheworld > 0 ? 0 : (t.procs / 4.0 - whole) / t.procs;
  Printer p;
  (p << "pacer: assist ratio=").real(static_cast<double>(gc.pacing.assist_q8) / 256);
  p << " (scan " << (expected_bytes >> 20) << " MB in " << (t.heap_at_start >> 20) << "->" << (t.goal >> 20) << " MB) workers=" << whole;
  (p << "+").real(share) << "\n";
}

void tracePacerEnd(u64 expected_bytes) {
  sweep_basis = {sweptBytes(), heap.stats.live_bytes.loadRelaxed()};
  if (GN_LIKELY(debug.gcpacertrace <= 0)) return;
  constexpr u32 kGoalPercent = 25;
  const auto &t = gc.times;
  const u64 scanned = gc.pacing.scanned.loadRelaxed(), stacks = gc.stack_bytes.loadRelaxed(), globals = globalBytes();
  const u64 of_heap = scanned > stacks + globals ? scanned - stacks - globals : 0;
  const double cpu_ns = static_cast<double>(max<i64>(sys::monotonicNs() - t.mark, 1)) * t.procs;
  const double used = min(static_cast<double>(t.worker_ns.loadRelaxed() + t.assist_ns.loadRelaxed()) / cpu_ns, 1.0);
  const double helped = used + static_cast<double>(t.idle_ns.loadRelaxed()) / cpu_ns;
  const double left = max(1 - used, 0.001);
  // What the program allocates in the time in which the collector scans a byte, were each alone.
  const double ratio = static_cast<double>(t.heap_at_end - t.heap_at_start) * helped / (static_cast<double>(scanned) * left + 1);
  Printer p;
  p << "pacer: " << static_cast<u64>(used * 100) << "% CPU (" << kGoalPercent << " exp.) for " << of_heap << "+" << stacks << "+" << globals
    << " B work (" << expected_bytes << " B exp.) in " << t.heap_at_start << " B -> " << t.heap_at_end << " B (∆goal "
    << static_cast<i64>(t.heap_at_end) - static_cast<i64>(t.goal);
  (p << ", cons/mark ").real(ratio) << ")\n";
}

// World running. Sweeping has no pace by what is allocated: the ratio is 0.
void tracePacerSwept() {
  if (GN_LIKELY(debug.gcpacertrace <= 0)) return;
  const u64 live = heap.stats.live_bytes.loadRelaxed();  // relaxed: for showing
  const u64 more = live > sweep_basis.live_bytes ? live - sweep_basis.live_bytes : 0;
  Printer p;
  p << "pacer: sweep done at heap size " << (live >> 20) << "MB; allocated " << (more >> 20) << "MB during sweep; swept "
    << ((sweptBytes() - sweep_basis.swept_bytes) >> kPageShift);
  (p << " pages at ").real(0) << " pages/byte\n";
}

}  // namespace gannet::rt
