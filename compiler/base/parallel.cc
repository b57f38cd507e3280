#include "compiler/base/parallel.h"

#include <atomic>
#include <sched.h>
#include <thread>
#include <vector>

namespace gannet {

unsigned processorCount() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0)
      return static_cast<unsigned>(count);
  }
  return 1;
}

void parallelFor(std::size_t count, unsigned threads, const std::function<void(std::size_t, unsigned)> &body) {
  if (threads > count)
    threads = static_cast<unsigned>(count);
  if (threads <= 1) {
    for (std::size_t i = 0; i < count; ++i)
      body(i, 0);
    return;
  }
  std::atomic<std::size_t> next{0};
  auto work = [&](unsigned worker) {
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      body(i, worker);
  };
  std::vector<std::thread> others;
  for (unsigned w = 1; w < threads; ++w)
    others.emplace_back(work, w);
  work(0);
  for (std::thread &t : others)
    t.join();
}

} // namespace gannet
