// GODEBUG=scavtrace=1: a line for each cycle of the collector about memory that went back to the system, in Go's form:
//
//   scav # KiB work (bg), # KiB work (eager), # KiB now, #% util
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/heap.h"

namespace gannet::rt {

namespace {

struct Releases {
  Atomic<u64> background, eager;  // since the last line
};
constinit Releases releases{};

void printLine(u64 background, u64 eager, const char *end) {
  const auto &ph = heap.pages;  // unlocked: for showing
  const u64 used = ph.in_use_pages * kPageBytes, free_bytes = ph.free_pages * kPageBytes, released = ph.released_bytes;
  const u64 backed = max<u64>(used + free_bytes - min(released, free_bytes), 1);
  Printer() << "scav " << (background >> 10) << " KiB work (bg), " << (eager >> 10) << " KiB work (eager), " << (released >> 10)
            << " KiB now, " << used * 100 / backed << "% util" << end;
}

}  // namespace

void countRelease(Releaser who, u64 bytes) {
  if (who == Releaser::Background) releases.background.fetchAdd(bytes);
  if (who == Releaser::Eager) releases.eager.fetchAdd(bytes);
}

void traceReleases() {
  if (GN_LIKELY(debug.scavtrace <= 0)) return;
  printLine(releases.background.exchange(0), releases.eager.exchange(0), "\n");
}

void traceForcedRelease(u64 bytes) {
  if (debug.scavtrace > 0) printLine(0, bytes, " (forced)\n");
}

}  // namespace gannet::rt
