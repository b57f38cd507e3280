// Timers: of Go code (functions run on a goroutine), of sleeping goroutines and of poll deadlines (C++ functions).
#ifndef GANNET_RUNTIME_CORE_TIMERS_H_
#define GANNET_RUNTIME_CORE_TIMERS_H_

#include "runtime/core/sched.h"

namespace gannet::rt {

struct Timer {
  i64 when, period;  // period 0: fires once
  void (*fire)(Timer *, u64 arg, u64 seq);  // C++ timers; null for those of Go
  u64 arg, seq;      // of fire
  FuncVal *fn;       // Go timers: fn(arg, seq, delta)
  void *arg_type, *arg_data;
  Hchan *chan;       // of a channel timer
  Timer *due_next;
  i64 due_delta;
  i32 heap_index;    // -1: not waiting
  u32 heap_id;
  bool due, running; // Go timers: expired and queued; its function is being called
};

void initTimer(Timer *t);
void addTimer(Timer *t, i64 when);      // not waiting now; needs a P
bool removeTimer(Timer *t);             // true if it was waiting
void addTimerLater(Timer *t, i64 when); // moves it if it waits

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TIMERS_H_
