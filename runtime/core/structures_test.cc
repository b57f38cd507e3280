// Run queue, timer heap and size classes, called directly.
#include "runtime/core/run_queue.h"
#include "runtime/core/size_classes.h"
#include "runtime/core/timer_heap.h"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <random>
#include <thread>
#include <vector>

namespace gannet::rt {

namespace {

struct Item {
  Item *schedlink;
  i64 when;
  i32 heap_index;
};

TEST(RunQueue, IsFirstInFirstOutAndOverflowsByHalf) {
  RunQueue<Item> q{};
  std::vector<Item> items(257);
  GList<Item> overflow{};
  for (int i = 0; i < 256; i++) ASSERT_TRUE(q.push(&items[i], overflow));
  EXPECT_FALSE(q.push(&items[256], overflow));
  EXPECT_EQ(overflow.count, 129u);
  for (int i = 0; i < 128; i++) EXPECT_EQ(overflow.pop(), &items[i]);
  EXPECT_EQ(overflow.pop(), &items[256]);
  EXPECT_EQ(overflow.pop(), nullptr);
  for (int i = 128; i < 256; i++) EXPECT_EQ(q.pop(), &items[i]);
  EXPECT_EQ(q.pop(), nullptr);
}

TEST(RunQueue, ThievesTakeHalf) {
  RunQueue<Item> a{}, b{};
  std::vector<Item> items(10);
  GList<Item> overflow{};
  for (auto &i : items) a.push(&i, overflow);
  EXPECT_NE(b.stealFrom(a), nullptr);
  EXPECT_EQ(a.size(), 5u);
  EXPECT_EQ(b.size(), 4u);
}

// Every item is taken exactly once, whoever takes it.
TEST(RunQueue, NothingIsLostOrDoubled) {
  constexpr int kItems = 200000, kThieves = 3;
  RunQueue<Item> q{};
  std::vector<Item> items(kItems);
  std::vector<std::atomic<int>> taken(kItems);
  std::atomic<bool> stop{false};
  auto take = [&](Item *i) { taken[static_cast<std::size_t>(i - items.data())]++; };
  std::vector<std::thread> thieves;
  for (int t = 0; t < kThieves; t++)
    thieves.emplace_back([&] {
      RunQueue<Item> mine{};
      for (;;) {
        bool last = stop;
        while (Item *i = mine.stealFrom(q)) {
          take(i);
          while (Item *j = mine.pop()) take(j);
        }
        if (last) return;
      }
    });
  GList<Item> overflow{};
  for (int i = 0; i < kItems; i++) {
    q.push(&items[i], overflow);
    while (Item *o = overflow.pop()) take(o);
    if (i % 3 == 0)
      if (Item *p = q.pop()) take(p);
  }
  stop = true;
  for (auto &t : thieves) t.join();
  while (Item *p = q.pop()) take(p);
  for (auto &n : taken) ASSERT_EQ(n, 1);
}

Item **grow(Item **old, u32 count, u32 bigger) {
  auto **items = new Item *[bigger];
  std::copy(old, old + count, items);
  delete[] old;
  return items;
}

TEST(TimerHeap, KeepsItsOrderThroughChanges) {
  std::mt19937 random(7);
  TimerHeap<Item, grow> heap{};
  std::vector<Item> items(500);
  for (auto &i : items) {
    i.heap_index = -1;
    i.when = random() % 1000;
  }
  for (int step = 0; step < 20000; step++) {
    Item &i = items[random() % items.size()];
    if (i.heap_index < 0) {
      i.when = random() % 1000;
      heap.add(&i);
    } else if (random() % 2 != 0) {
      heap.remove(&i);
      EXPECT_EQ(i.heap_index, -1);
    } else {
      i.when = random() % 1000;
      heap.update(&i);
    }
    ASSERT_TRUE(heap.isValid());
  }
  i64 last = 0;
  while (!heap.empty()) {
    Item *i = heap.first();
    EXPECT_GE(i->when, last);
    last = i->when;
    heap.remove(i);
  }
}

TEST(TimerHeap, StaysInOrderWhenFiltered) {
  std::mt19937 random(11);
  for (u32 size = 0; size < 200; size++) {
    TimerHeap<Item, grow> heap{};
    std::vector<Item> items(size);
    u32 kept = 0;
    for (auto &i : items) {
      i.when = random() % 1000;
      kept += i.when % 3 != 0;
      heap.add(&i);
    }
    heap.filter([](Item *i) { return i->when % 3 != 0; });
    EXPECT_EQ(heap.count, kept);
    ASSERT_TRUE(heap.isValid());
    for (auto &i : items) EXPECT_EQ(i.heap_index >= 0, i.when % 3 != 0);
  }
}

TEST(SizeClasses, AreTheSmallestThatHold) {
  for (uptr n = 1; n <= kMaxSmallBytes; n++) {
    u32 c = sizeClassOf(n);
    ASSERT_GE(kClassBytes[c], n);
    ASSERT_LT(kClassBytes[c - 1], n);
  }
}

TEST(SizeClasses, MagicDivides) {
  for (u32 c = 1; c < kSizeClassCount; c++)
    for (u64 off = 0; off < kClassPages[c] * kPageBytes; off++)
      ASSERT_EQ((off * kSizeClasses.div_magic[c]) >> 32, off / kClassBytes[c]);
}

TEST(Mutex, Excludes) {
  Mutex m{};
  int n = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++)
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; i++) {
        MutexGuard g(m);
        n++;
      }
    });
  for (auto &t : threads) t.join();
  EXPECT_EQ(n, 80000);
}

}  // namespace
}  // namespace gannet::rt
