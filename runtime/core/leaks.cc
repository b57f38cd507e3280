// Goroutines that wait for what nobody can give them any more: runtime/pprof's profile "goroutineleak".
//
// In a cycle that looks for them the stacks of goroutines that wait for channels and locks are held back from marking. When nothing
// is left to mark, those whose channel or lock was marked are scanned after all, and marking goes on; when there are none of these,
// the rest has leaked. They are scanned too then: what they hold stays, since weak pointers and finalizers could show it.
// Source: Saioc, Lee, Moeller, Chabbi, "Dynamic Partial Deadlock Detection and Recovery via Garbage Collection" (ASPLOS 2025).
// Context: as roots.cc.
#include "runtime/core/chan.h"
#include "runtime/core/gc.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

namespace {

struct Leaks {
  Mutex lock;
  G *held;  // by scan_link
};
constinit Leaks leaks{};

bool waitsForOthers(const G *g) {
  switch (g->wait_reason) {
  case WaitReason::ChanReceiveNilChan:
  case WaitReason::ChanSendNilChan:
  case WaitReason::SelectNoCases:
  case WaitReason::Select:
  case WaitReason::ChanReceive:
  case WaitReason::ChanSend:
  case WaitReason::SyncCondWait:
  case WaitReason::SyncMutexLock:
  case WaitReason::SyncRWMutexRLock:
  case WaitReason::SyncRWMutexLock:
  case WaitReason::SyncWaitGroupWait:
    return true;
  default:
    return false;
  }
}

bool mayLeak(const G *g) {
  return g->status.loadSeqCst() == GStatus::Waiting && g->is_system == 0 && waitsForOthers(g);
}

// A global is; a lock in the goroutine's own stack is as reachable as the goroutine.
bool isReachable(const G *g, uptr p) { return objectSpanOf(p) != nullptr ? isMarkedObject(p) : p != 0 && !inStackOf(g, p); }

// A timer sends to its channel whoever knows it.
bool canGoOn(const G *g) {
  for (const Sudog *s = g->waiting; s != nullptr; s = s->waitlink) {
    if (s->c == nullptr ? isReachable(g, reinterpret_cast<uptr>(s->elem))
                        : s->c->is_timer != 0 || isReachable(g, reinterpret_cast<uptr>(s->c)))
      return true;
  }
  return false;
}

G *take(G **list) {
  G *g = *list;
  if (g != nullptr) *list = g->scan_link;
  return g;
}

}  // namespace

void beginLeakSearch() {
  gc.finding_leaks = gc.leaks_wanted;
  gc.leaks_wanted = false;
  if (gc.finding_leaks) forEachG([](G *g) { g->leaked = false; });
}

bool holdBack(G *g) {
  if (!gc.finding_leaks || !mayLeak(g)) return false;
  MutexGuard guard(leaks.lock);
  g->scan_link = leaks.held;
  leaks.held = g;
  return true;
}

bool releaseHeld() {
  G *list = leaks.held, *rest = nullptr;
  bool any = list != nullptr, released = false;
  while (G *g = take(&list)) {
    if (!mayLeak(g) || canGoOn(g)) {
      released = true;
      scanStopped(g);
      continue;
    }
    g->scan_link = rest;
    rest = g;
  }
  leaks.held = released ? rest : nullptr;
  if (released) return true;
  gc.finding_leaks = false;
  while (G *g = take(&rest)) {
    g->leaked = true;
    scanStopped(g);
  }
  return any;
}

}  // namespace gannet::rt

using namespace gannet::rt;

// Those that the last search found, at most n of them in `out`; how many there are.
extern "C" u64 gn_leakedGoroutines(G **out, u64 n) {
  u64 count = 0;
  forEachG([&](G *g) {
    if (!g->leaked || g->status.loadAcquire() == GStatus::Dead) return;
    if (count < n) out[count] = g;
    count++;
  });
  return count;
}
