// Batches and tables of the execution trace, called directly.
#include "runtime/core/trace_encode.h"
#include "runtime/core/trace_table.h"

#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace gannet::rt {

namespace {

void *newChunk() { return std::calloc(1, TraceArena::kChunkBytes); }
void freeChunk(void *p) { std::free(p); }
void *noChunk() { return nullptr; }
u64 put(TraceTable &t, const void *data, u32 bytes, void *(*new_chunk)() = newChunk) {
  return TraceTable::idOf(t.put(data, bytes, new_chunk));
}

struct Reader {
  const u8 *p, *end;
  u64 number() {
    u64 v = 0;
    for (int shift = 0; p < end; shift += 7) {
      v |= static_cast<u64>(*p & 0x7f) << shift;
      if ((*p++ & 0x80) == 0) return v;
    }
    ADD_FAILURE() << "truncated";
    return 0;
  }
};

TEST(TraceBuffer, WritesABatch) {
  auto b = std::make_unique<TraceBuffer>();
  b->begin(3, 70, 1000);
  b->event(TraceEvent::GoStart, 1300, 5u, ~u64{0});
  b->event(TraceEvent::GoDestroy, 1200);  // the clock went back: later than the one before all the same
  b->end();
  Reader in{b->data, b->data + b->used};
  EXPECT_EQ(in.number(), static_cast<u64>(TraceEvent::EventBatch));
  EXPECT_EQ(in.number(), 3u);
  EXPECT_EQ(in.number(), 70u);
  EXPECT_EQ(in.number(), 1000u);
  u64 size = in.number();
  EXPECT_EQ(size, static_cast<u64>(in.end - in.p));
  EXPECT_EQ(in.number(), static_cast<u64>(TraceEvent::GoStart));
  EXPECT_EQ(in.number(), 300u);
  EXPECT_EQ(in.number(), 5u);
  EXPECT_EQ(in.number(), ~u64{0});
  EXPECT_EQ(in.number(), static_cast<u64>(TraceEvent::GoDestroy));
  EXPECT_EQ(in.number(), 1u);
  EXPECT_EQ(in.p, in.end);
}

TEST(TraceBuffer, HasRoomForTheLargestEvent) {
  auto b = std::make_unique<TraceBuffer>();
  b->begin(1, 1, 1);
  u64 big = ~u64{0}, time = 1;
  u32 events = 0;
  for (; b->hasRoom(kMaxEventBytes); events++) b->event(TraceEvent::UserLog, time += u64{1} << 62, big, big, big, big);
  EXPECT_LE(b->used, sizeof b->data);
  EXPECT_GT(events, sizeof b->data / kMaxEventBytes - 2);
}

TEST(TraceTable, EqualStringsHaveOneNumber) {
  auto t = std::make_unique<TraceTable>();
  u64 a = put(*t, "abc", 3), b = put(*t, "abd", 3), none = put(*t, "", 0);
  EXPECT_NE(a, 0u);
  EXPECT_NE(a, b);
  EXPECT_NE(none, a);
  EXPECT_EQ(put(*t, "abc", 3), a);
  EXPECT_EQ(put(*t, "", 0), none);
  std::set<std::string> all;
  for (auto *n = t->first(); n != nullptr; n = n->next) all.insert(std::string(reinterpret_cast<char *>(n->data), n->bytes));
  EXPECT_EQ(all, (std::set<std::string>{"", "abc", "abd"}));
  t->reset(freeChunk);
  EXPECT_EQ(t->first(), nullptr);
  EXPECT_EQ(put(*t, "abc", 3), 1u);
  t->reset(freeChunk);
  EXPECT_EQ(put(*t, "abc", 3, noChunk), 0u);
}

TEST(TraceTable, ManyThreadsAgree) {
  constexpr u64 kThreads = 4, kStrings = 5000;
  auto t = std::make_unique<TraceTable>();
  std::vector<std::vector<u64>> ids(kThreads, std::vector<u64>(kStrings));
  std::vector<std::thread> threads;
  for (u64 n = 0; n < kThreads; n++)
    threads.emplace_back([&, n] {
      for (u64 i = 0; i < kStrings; i++) {
        u64 key = (i * 7919 + n * 1000) % kStrings;  // each in an order of its own
        ids[n][key] = put(*t, &key, sizeof key);
      }
    });
  for (auto &thread : threads) thread.join();
  std::set<u64> distinct(ids[0].begin(), ids[0].end());
  EXPECT_EQ(distinct.size(), kStrings);
  for (u64 n = 1; n < kThreads; n++) EXPECT_EQ(ids[n], ids[0]);
  u64 listed = 0;
  for (auto *n = t->first(); n != nullptr; n = n->next) listed++;
  EXPECT_EQ(listed, kStrings);
  t->reset(freeChunk);
}

}  // namespace
}  // namespace gannet::rt
