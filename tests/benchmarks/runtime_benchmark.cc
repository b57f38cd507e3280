// The runtime's structures in their hosted build: run queues, timer heap, size classes.
#include "runtime/core/run_queue.h"
#include "runtime/core/size_classes.h"
#include "runtime/core/timer_heap.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <vector>

namespace gannet::rt {

void checkFailed(const char *, const char *, int) { std::abort(); }
void futexSleep(Atomic<u32> *, u32, i64) { std::this_thread::yield(); }
void futexWake(Atomic<u32> *, u32) {}

namespace {

struct Item {
  Item *schedlink;
  i64 when;
  i32 heap_index;
};

void runQueuePushPop(benchmark::State &state) {
  RunQueue<Item> queue{};
  GList<Item> overflow{};
  std::vector<Item> items(64);
  for (auto _ : state) {
    for (Item &i : items)
      queue.push(&i, overflow);
    while (Item *i = queue.pop())
      benchmark::DoNotOptimize(i);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * items.size()));
}
BENCHMARK(runQueuePushPop);

void runQueueSteal(benchmark::State &state) {
  RunQueue<Item> queue{}, thief{};
  GList<Item> overflow{};
  std::vector<Item> items(64);
  for (auto _ : state) {
    for (Item &i : items)
      queue.push(&i, overflow);
    while (Item *i = thief.stealFrom(queue)) {
      benchmark::DoNotOptimize(i);
      while (Item *j = thief.pop())
        benchmark::DoNotOptimize(j);
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * items.size()));
}
BENCHMARK(runQueueSteal);

Item **grown(Item **old, u32 count, u32 bigger) {
  Item **items = new Item *[bigger];
  std::copy(old, old + count, items);
  delete[] old;
  return items;
}

// Moves the first timer of a heap of the given size to a later time, as a ticker does.
void timerHeap(benchmark::State &state) {
  TimerHeap<Item, grown> heap{};
  std::vector<Item> items(static_cast<std::size_t>(state.range(0)));
  i64 now = 0;
  for (Item &i : items) {
    i.when = now += 7919 % 101;
    heap.add(&i);
  }
  for (auto _ : state) {
    Item *first = heap.first();
    first->when += 1 + now % 4096;
    now = (now * 5 + 1) & 0xffffff;
    heap.update(first);
  }
  delete[] heap.items;
}
BENCHMARK(timerHeap)->Arg(16)->Arg(10000);

void sizeClass(benchmark::State &state) {
  uptr bytes = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sizeClassOf(bytes));
    bytes = (bytes * 5 + 37) % kMaxSmallBytes + 1;
  }
}
BENCHMARK(sizeClass);

} // namespace
} // namespace gannet::rt

BENCHMARK_MAIN();
