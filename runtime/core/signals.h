// Signals: handlers, faults that become Go panics, the queue of os/signal, profiling ticks.
#ifndef GANNET_RUNTIME_CORE_SIGNALS_H_
#define GANNET_RUNTIME_CORE_SIGNALS_H_

#include "runtime/core/layout.h"

namespace gannet::rt {

inline constexpr u32 kProfileSignal = 27, kAllThreadsSignal = 33;

void performOnThread(M *m);  // all_threads.cc: in the handler of kAllThreadsSignal

void initSignals();            // once, on the first thread: installs handlers
void initThreadSignals(M *m);  // on each thread: signal stack, mask, thread id

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_SIGNALS_H_
