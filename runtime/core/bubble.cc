// Bubbles. See bubble.h; what is durable is documented in package testing/synctest.
#include "runtime/core/bubble.h"

#include "runtime/core/chan.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"

namespace gannet::rt {

namespace {

constexpr i64 kStartOfTime = 946684800000000000;  // midnight UTC 2000-01-01

struct Bubbles {
  Mutex lock;
  Bubble *all, *unused;
  u64 last_id;
};
constinit Bubbles bubbles{};

// Lock held. Who has to act now that nothing moves; null if something does.
G *takeIdler(Bubble *b) {
  if (b->running > 0 || b->active > 0) return nullptr;
  if (G *g = b->waiter) {
    b->waiter = nullptr;
    return g;
  }
  if (!b->root_waits) return nullptr;
  b->root_waits = false;
  return b->root;
}

void wakeIdler(Bubble *b, i32 *count, i32 by) {
  b->lock.lock();
  *count += by;
  G *g = takeIdler(b);
  b->lock.unlock();
  if (g != nullptr) ready(g, true);
}

enum : u64 { kTimer, kFinished, kMainExited, kBlocked };  // synctest.go knows these

Ret2 nextResume(G *g);

void fillCall(TimerCall *call, Timer *t, i64 late) {
  t->running = true;
  shadeRoot(t);
  *call = TimerCall{t->fn, t->arg_type, t->arg_data, t->seq, late, t};
}

// What synctest.Run does next: call a timer's function (*call, which lies on its stack), or end.
u64 next(G *g) {
  Bubble *b = bubbleOf(g);
  for (;;) {
    // All that is due now comes before anybody may see that nothing moves.
    i64 late = 0;
    if (Timer *t = b->main_done ? nullptr : takeDueTimer(b->timers, b->now_ns.loadRelaxed(), &late)) {  // relaxed: ours
      if (t->fire == nullptr) {
        fillCall(reinterpret_cast<TimerCall *>(g->stack_hi - g->park_roots[3]), t, late);
        return kTimer;
      }
      t->fire(t, t->arg, t->seq);
      continue;
    }
    b->lock.lock();
    if (b->running > 0 || b->active > 0) {
      b->root_waits = true;
      g->resume = nextResume;
      parkUnlock(WaitReason::SynctestRun, &b->lock);
    }
    if (G *w = takeIdler(b)) {
      b->lock.unlock();
      ready(w, true);
      continue;
    }
    bool stopped = b->main_done, empty = b->total == 0;
    b->lock.unlock();
    i64 when = stopped ? 0 : b->timers.next.loadAcquire();
    if (when == 0) return empty ? kFinished : stopped ? kMainExited : kBlocked;
    if (when > b->now_ns.loadRelaxed()) b->now_ns.storeSeqCst(when);
  }
}
Ret2 nextResume(G *g) { return {next(g), 0}; }

Ret2 waitResume(G *g) {
  Bubble *b = bubbleOf(g);
  MutexGuard guard(b->lock);
  b->waiting = false;
  return {0, 0};
}

}  // namespace

bool isDurable(WaitReason r) {
  switch (r) {
  case WaitReason::ChanReceiveNilChan:
  case WaitReason::ChanSendNilChan:
  case WaitReason::SelectNoCases:
  case WaitReason::Sleep:
  case WaitReason::SyncCondWait:
  case WaitReason::SynctestWaitGroupWait:
  case WaitReason::Coroutine:
  case WaitReason::SynctestRun:
  case WaitReason::SynctestWait:
  case WaitReason::SynctestChanReceive:
  case WaitReason::SynctestChanSend:
  case WaitReason::SynctestSelect: return true;
  default: return false;
  }
}

// The count may be too high for a moment, when the goroutine is woken before this, but never too low.
void bubbleParked(Bubble *b) { wakeIdler(b, &b->running, -1); }

void bubbleReadied(Bubble *b, const G *g) {
  if (g == b->root || !isDurable(g->wait_reason)) return;
  MutexGuard guard(b->lock);
  b->running++;
}

void bubbleJoined(Bubble *b, bool running) {
  MutexGuard guard(b->lock);
  b->total++;
  b->running += running ? 1 : 0;
}

void bubbleLeft(Bubble *b, bool running) {
  {
    MutexGuard guard(b->lock);
    b->total--;
  }
  wakeIdler(b, &b->running, running ? -1 : 0);
}

void markBubbleTimers() {
  MutexGuard guard(bubbles.lock);
  for (Bubble *b = bubbles.all; b != nullptr; b = b->next) markTimerList(b->timers, Marks::All);
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

// The caller becomes its root.
Bubble *gn_bubbleNew() {
  MutexGuard guard(bubbles.lock);
  Bubble *b = bubbles.unused;
  if (b != nullptr) {
    bubbles.unused = b->next;
    Timer **items = b->timers.heap.items;
    u32 capacity = b->timers.heap.capacity;
    *b = Bubble{};
    b->timers.heap.items = items;
    b->timers.heap.capacity = capacity;
  } else {
    b = persistentNew<Bubble>();
  }
  b->id = ++bubbles.last_id;
  b->now_ns.storeRelaxed(kStartOfTime);  // relaxed: nobody knows it yet
  b->root = currentG();
  b->next = bubbles.all;
  bubbles.all = b;
  return b;
}

// Its goroutines are gone.
void gn_bubbleFree(Bubble *b) {
  MutexGuard guard(bubbles.lock);
  Bubble **at = &bubbles.all;
  while (*at != b) at = &(*at)->next;
  *at = b->next;
  b->next = bubbles.unused;
  bubbles.unused = b;
}

u64 gn_bubbleNext(TimerCall *call) {
  G *g = currentG();
  g->park_roots[3] = g->stack_hi - reinterpret_cast<uptr>(call);
  return next(g);
}

void gn_bubbleMainDone(Bubble *b) {
  MutexGuard guard(b->lock);
  b->main_done = true;
}

void gn_bubbleWait() {
  G *g = currentG();
  Bubble *b = bubbleOf(g);
  b->lock.lock();
  if (b->waiting) {
    b->lock.unlock();
    goPanicPlain("wait already in progress");
  }
  b->waiting = true;
  b->waiter = g;
  g->resume = waitResume;
  parkUnlock(WaitReason::SynctestWait, &b->lock);
}

// A timer that is due now, if there is one: its function is for the caller to call, who has just set it.
u64 gn_bubbleTakeDue(Bubble *b, TimerCall *call) {
  i64 late = 0;
  while (Timer *t = takeDueTimer(b->timers, b->now_ns.loadAcquire(), &late)) {
    if (t->fire == nullptr) {
      fillCall(call, t, late);
      return 1;
    }
    t->fire(t, t->arg, t->seq);
  }
  return 0;
}

u64 gn_bubbleID(Bubble *b) { return b->id; }
i64 gn_bubbleNow(Bubble *b) { return b->now_ns.loadAcquire(); }
void gn_bubbleHold(Bubble *b, i64 by) { wakeIdler(b, &b->active, static_cast<i32>(by)); }
void gn_bubbleJoin(Bubble *b) { bubbleJoined(b, true); }
void gn_bubbleLeave(Bubble *b) { bubbleLeft(b, true); }

}  // extern "C"
