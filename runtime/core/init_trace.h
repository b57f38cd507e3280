// GODEBUG=inittrace=1: what the initialization of each package costs. See init_trace.cc.
#ifndef GANNET_RUNTIME_CORE_INIT_TRACE_H_
#define GANNET_RUNTIME_CORE_INIT_TRACE_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// From the start to the end of initialization: every allocation is to come to noteInitAlloc. System stack of an M.
bool countsInitAllocs();
// The current goroutine got the object at p.
void noteInitAlloc(const void *p);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_INIT_TRACE_H_
