// Channels, select and semaphores under contention, built with ThreadSanitizer. Each test checks that nothing is lost, doubled or
// reordered; the sanitizer, that every access is ordered.
#include "runtime/core/model/host.h"

#include <atomic>
#include <gtest/gtest.h>
#include <memory>

namespace gannet::rt::model {
namespace {

constexpr u64 kEach = 500;

std::vector<std::unique_ptr<Goroutine>> start(int n, std::function<void(int)> body) {
  std::vector<std::unique_ptr<Goroutine>> all;
  for (int i = 0; i < n; i++) all.push_back(std::make_unique<Goroutine>([=] { body(i); }));
  return all;
}

// Several senders and receivers; each receiver sees each sender's values in order.
void manyToMany(u64 capacity) {
  constexpr int kSenders = 3, kReceivers = 3;
  Hchan *c = makeChan(capacity);
  std::atomic<u64> sum{0}, count{0};
  {
    auto receivers = start(kReceivers, [&](int) {
      u64 last[kSenders] = {};
      u64 v = 0;
      while (receive(c, &v)) {
        u64 sender = v >> 32, n = v & 0xffffffff;
        ASSERT_LT(last[sender], n);
        last[sender] = n;
        sum += n;
        count++;
      }
    });
    {
      auto senders = start(kSenders, [&](int who) {
        for (u64 n = 1; n <= kEach; n++) ASSERT_TRUE(send(c, static_cast<u64>(who) << 32 | n));
      });
    }
    Goroutine closer([&] { close(c); });
  }
  EXPECT_EQ(count, kEach * kSenders);
  EXPECT_EQ(sum, kSenders * (kEach * (kEach + 1) / 2));
  freeChan(c);
}

TEST(Channel, UnbufferedHandsEachValueOver) { manyToMany(0); }
TEST(Channel, BufferedKeepsEachValue) { manyToMany(7); }

TEST(Channel, CloseWakesAllAndFailsSenders) {
  Hchan *c = makeChan(0);
  std::atomic<int> failed{0};
  {
    auto senders = start(4, [&](int) { failed += send(c, 1) ? 0 : 1; });
    Goroutine closer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      close(c);
    });
  }
  EXPECT_EQ(failed, 4);
  u64 v = 7;
  Goroutine late([&] { EXPECT_FALSE(receive(c, &v)); });
  late.join();
  EXPECT_EQ(v, 0u);
  freeChan(c);
}

// One selects over what two others send and take: no value is lost when a case fires while others are left.
TEST(Select, LosesNothing) {
  Hchan *in[2] = {makeChan(0), makeChan(3)}, *out = makeChan(1);
  std::atomic<u64> got{0}, sent{0};
  {
    Goroutine a([&] {
      for (u64 i = 1; i <= kEach; i++) send(in[0], i);
    });
    Goroutine b([&] {
      for (u64 i = 1; i <= kEach; i++) send(in[1], i);
    });
    Goroutine taker([&] {
      u64 v = 0;
      while (receive(out, &v)) sent += v;
    });
    Goroutine selector([&] {
      u64 received = 0;
      while (received < 2 * kEach) {
        u64 one = 1, v[2] = {};
        bool ok = false;
        i64 i = select({{out, &one}, {in[0], &v[0]}, {in[1], &v[1]}}, 1, true, &ok);
        if (i == 0) continue;
        ASSERT_TRUE(ok);
        got += v[i - 1];
        received++;
      }
      close(out);
    });
  }
  EXPECT_EQ(got, kEach * (kEach + 1));
  EXPECT_GT(sent, 0u);
  for (Hchan *c : in) freeChan(c);
  freeChan(out);
}

TEST(Select, WithoutBlockingTakesOnlyWhatIsReady) {
  Hchan *c = makeChan(1);
  Goroutine g([&] {
    u64 v = 0;
    bool ok = false;
    EXPECT_EQ(select({{c, &v}}, 0, false, &ok), -1);
    send(c, 5);
    EXPECT_EQ(select({{c, &v}}, 0, false, &ok), 0);
    EXPECT_TRUE(ok);
    EXPECT_EQ(v, 5u);
  });
  g.join();
  freeChan(c);
}

// A semaphore of one permit is a lock: the plain counter is ordered by it alone.
void excludes(bool lifo, bool handoff) {
  u32 semaphore = 1;
  u64 counter = 0;
  {
    auto all = start(4, [&](int) {
      for (u64 i = 0; i < kEach; i++) {
        acquire(&semaphore, lifo);
        counter++;
        release(&semaphore, handoff);
      }
    });
  }
  EXPECT_EQ(counter, 4 * kEach);
  EXPECT_EQ(semaphore, 1u);
}

TEST(Semaphore, Excludes) { excludes(false, false); }
TEST(Semaphore, ExcludesWithHandOff) { excludes(true, true); }

}  // namespace
}  // namespace gannet::rt::model
