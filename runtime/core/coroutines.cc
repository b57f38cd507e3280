// Coroutines: direct hand-over. The one that is switched to runs at once, on this thread and P.
#include "runtime/core/sched_parts.h"

#include "runtime/core/bubble.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/trace.h"

using namespace gannet::rt;

extern "C" {

G *gn_newcoroG(FuncVal *fn) {
  G *self = currentG();
  G *g = newGoroutine(fn, self->sched.pc, self->goid, false);
  g->wait_reason = WaitReason::Coroutine;
  g->bubble = self->bubble;
  if (g->bubble != nullptr) bubbleJoined(bubbleOf(g), false);
  if (tracing()) traceGoCreate(g, true);
  return g;
}

[[noreturn]] static void switchTo(M *m, G *to) {
  GN_CHECK(to->status.loadAcquire() == GStatus::Waiting);
  m->curg = to;
  to->m = m;
  setRunning(to);
  resumeG(to);
}

// How the current goroutine is tied to its thread: {the M or 0, how often}.
Ret2 gn_coroLocks() {
  G *g = currentG();
  return {reinterpret_cast<uptr>(g->lockedm), g->locked_count};
}

// Who is switched to takes the tie to the thread over. It must be the one there was when the coroutine was made.
static void moveThreadLock(M *m, G *from, G *to, M *made_on, u64 locks) {
  if (from->lockedm == nullptr && made_on == nullptr) return;
  if (m != made_on || from->locked_count != locks)
    fatalThrow("coro: OS thread locking must match locking at coroutine creation");
  from->lockedm = nullptr;
  to->lockedm = m;
  m->lockedg = to;
  to->locked_count = from->locked_count;
  from->locked_count = 0;
}

[[noreturn]] void gn_coroSwitchTo(G *to, M *made_on, u64 locks) {
  M *m = currentM();
  G *g = m->curg;
  moveThreadLock(m, g, to, made_on, locks);
  g->wait_reason = WaitReason::Coroutine;
  g->ret0 = g->ret1 = 0;
  if (tracing()) traceGoSwitch(g, to, false);
  g->status.storeRelease(GStatus::Waiting);
  setCurrentG(m->g0);
  switchTo(m, to);
}

[[noreturn]] void gn_coroExitTo(G *to, M *made_on, u64 locks) {
  M *m = currentM();
  G *g = m->curg;
  moveThreadLock(m, g, to, made_on, locks);
  if (tracing()) traceGoSwitch(g, to, true);
  setCurrentG(m->g0);
  Bubble *bubble = bubbleOf(g);
  retire(g);
  if (bubble != nullptr) bubbleLeft(bubble, false);
  switchTo(m, to);
}

}  // extern "C"
