// A loop over independent items on several threads. Which thread takes which item is not defined; results go
// into slots indexed by item, so that the outcome is the same at any thread count.
#ifndef GANNET_COMPILER_BASE_PARALLEL_H
#define GANNET_COMPILER_BASE_PARALLEL_H

#include <cstddef>
#include <functional>

namespace gannet {

// The number of processors this process may use, at least 1.
unsigned processorCount();

// Calls body(item, worker) once for each item in [0, count), on at most `threads` threads, worker < threads.
// Returns when all are done. With one thread it runs in order on the caller's.
void parallelFor(std::size_t count, unsigned threads, const std::function<void(std::size_t, unsigned)> &body);

} // namespace gannet

#endif
