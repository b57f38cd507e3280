// GODEBUG=schedtrace=X, scheddetail=1: the state of the scheduler, every X milliseconds. See sched_trace.cc.
#ifndef GANNET_RUNTIME_CORE_SCHED_TRACE_H_
#define GANNET_RUNTIME_CORE_SCHED_TRACE_H_

#include "runtime/core/base.h"

namespace gannet::rt {

bool tracesSched();
// Prints if it is time. `now` is monotonic. The monitor's thread.
void traceSchedAt(i64 now);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_SCHED_TRACE_H_
