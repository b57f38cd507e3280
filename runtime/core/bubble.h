// Bubbles of testing/synctest: goroutines with a clock of their own, which moves when all of them wait for one another.
#ifndef GANNET_RUNTIME_CORE_BUBBLE_H_
#define GANNET_RUNTIME_CORE_BUBBLE_H_

#include "runtime/core/timers.h"

namespace gannet::rt {

// Off-heap, never freed. The root is the goroutine in synctest.Run; it is not counted.
struct Bubble {
  Bubble *next;  // of all
  u64 id;
  Mutex lock;    // of the fields up to timers
  i32 total, running;  // goroutines; those that do not wait durably
  i32 active;    // holds from outside
  bool main_done, root_waits, waiting;
  G *root, *waiter;  // waiter: in synctest.Wait
  Atomic<i64> now_ns;
  TimerList timers;
};

inline Bubble *bubbleOf(const G *g) { return static_cast<Bubble *>(g->bubble); }
// Whether only the bubble itself can end such a wait.
bool isDurable(WaitReason r);
void bubbleParked(Bubble *b);              // one of its goroutines waits durably now
void bubbleReadied(Bubble *b, const G *g);  // g is about to be made runnable
void bubbleJoined(Bubble *b, bool running);
void bubbleLeft(Bubble *b, bool running);
void markBubbleTimers();

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_BUBBLE_H_
