// Timers: of Go code (functions run on a goroutine), of sleeping goroutines and of poll deadlines (C++ functions).
#ifndef GANNET_RUNTIME_CORE_TIMERS_H_
#define GANNET_RUNTIME_CORE_TIMERS_H_

#include "runtime/core/sched.h"
#include "runtime/core/timer_heap.h"

namespace gannet::rt {

struct Timer {
  i64 when, period;  // period 0: fires once
  void (*fire)(Timer *, u64 arg, u64 seq);  // C++ timers; null for those of Go
  u64 arg, seq;      // of fire
  FuncVal *fn;       // Go timers: fn(arg, seq, delta)
  void *arg_type, *arg_data;
  Hchan *chan;       // of a channel timer
  struct Bubble *bubble;  // whose clock it goes by; null: the real one
  Timer *due_next;
  i64 due_delta;
  i32 heap_index;    // -1: not waiting
  u32 heap_id;
  bool due, running; // Go timers: expired and queued; its function is being called
};

Timer **growTimerItems(Timer **old, u32 count, u32 bigger);

struct TimerList {
  Mutex lock;
  Atomic<i64> next;  // when the first is due, 0 none
  TimerHeap<Timer, growTimerItems> heap;
  u32 channel_count;  // of those in the heap, timers of channels
  char pad[16];

  void noteFirst() { next.storeSeqCst(heap.empty() ? 0 : heap.first()->when); }
};
// Takes one that is due off the list (a periodic one stays, for its next time); how late it is.
u32 timerCount(u32 p_id);  // in that P's heap, about
Timer *takeDueTimer(TimerList &list, i64 now, i64 *delta);
enum class Marks : u8 { All, NotOfChannels };
void markTimerList(TimerList &list, Marks which);

struct TimerCall {  // runtime.timerCall
  FuncVal *fn;
  void *arg_type, *arg_data;
  u64 seq;
  i64 delta;
  Timer *timer;
};

// What nobody waits for any more does not have to fire: a channel's timer in no bubble lives while it or its channel does.
// World stopped, marking as good as done.
void markTimersOfChannels();  // whose channels are marked
void dropDeadTimers();

bool timersAreAsync();

void initTimer(Timer *t);
void addTimer(Timer *t, i64 when);      // not waiting now; needs a P
bool removeTimer(Timer *t);             // true if it was waiting
void addTimerLater(Timer *t, i64 when); // moves it if it waits

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TIMERS_H_
