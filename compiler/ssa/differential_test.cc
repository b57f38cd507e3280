// Random functions give the same results, calls and memory before and after the passes; each is also printed and read back,
// and verified after every pass. A failure names the seed, and `ssa_opt` can be given the printed function.
#include "compiler/ssa/interp.h"
#include "compiler/ssa/parse.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/print.h"
#include "compiler/ssa/random_func.h"
#include "compiler/ssa/verify.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace gannet::ssa {
namespace {

const std::vector<std::vector<std::uint64_t>> kInputs = {
    {0, 0, 0, 0, 0, 0, 0},
    {1, 2, 3, 4, 0x4008000000000000, 0x80000000, 0x80000000},
    {0xffffffffffffffff, 0x8000000000000000, 0x80000000, 0x80, 0xbff0000000000000, 0x80000000, 0x80000010},
    {12345678901234567, 100, 77777, 200, 0x3fb999999999999a, 0x80000100, 0x80000100},
    {16, 15, 0x7fffffff, 127, 0x7ff0000000000000, 0x80000008, 0},
};

std::string difference(const InterpResult &a, const InterpResult &b) {
  if (a.end != b.end)
    return "ends differ " + a.note + " " + b.note;
  if (a.trace != b.trace)
    return "traces differ:\n" + a.trace + "---\n" + b.trace;
  if (a.end == InterpResult::End::Returned && a.results != b.results) {
    std::string text = "results differ:";
    for (std::size_t i = 0; i < a.results.size(); ++i)
      text += " " + std::to_string(a.results[i]) + "/" + std::to_string(b.results[i]);
    return text;
  }
  if (a.heap != b.heap)
    return "memory differs";
  return {};
}

// Adds to `returned` how many of the inputs ran to a return.
void compare(std::uint64_t seed, int size, int &returned) {
  std::unique_ptr<Func> f = randomFunc(seed, size);
  std::vector<std::string> faults = verify(*f);
  ASSERT_TRUE(faults.empty()) << faults[0] << "\n" << print(*f);
  std::string text = print(*f);
  auto again = parse(text);
  ASSERT_TRUE(again) << again.error();
  ASSERT_EQ(print(*again->front()), text);

  std::vector<InterpResult> before;
  for (const auto &input : kInputs)
    before.push_back(interpret(*f, input));
  for (const InterpResult &r : before)
    returned += r.end == InterpResult::End::Returned;
  for (std::span<const Pass> list : {genericPasses(), latePasses()})
    for (const Pass &p : list) {
      PassContext ctx;
      p.run(ctx, *f);
      faults = verify(*f, {.scheduled = (p.gives & Prop::Scheduled) != 0});
      ASSERT_TRUE(faults.empty()) << "seed " << seed << " after " << p.name << ": " << faults[0] << "\n" << print(*f) << text;
      for (std::size_t i = 0; i < kInputs.size(); ++i) {
        if (before[i].end == InterpResult::End::OutOfSteps || before[i].end == InterpResult::End::Unsupported)
          continue;
        std::string what = difference(before[i], interpret(*f, kInputs[i]));
        ASSERT_TRUE(what.empty()) << "seed " << seed << " after " << p.name << ", input " << i << ": " << what << "\n"
                                  << print(*f) << "before:\n" << text;
      }
    }
}

// More seeds than a test needs: `FIRST_SEED=1000 LAST_SEED=9000 differential_test`.
TEST(Differential, Asked) {
  const char *first = std::getenv("FIRST_SEED"), *last = std::getenv("LAST_SEED");
  if (first == nullptr || last == nullptr)
    GTEST_SKIP();
  int returned = 0;
  for (std::uint64_t seed = std::strtoull(first, nullptr, 10); seed <= std::strtoull(last, nullptr, 10) && !HasFatalFailure(); ++seed)
    compare(seed, 3 + static_cast<int>(seed % 8), returned);
}

TEST(Differential, Small) {
  int returned = 0;
  for (std::uint64_t seed = 1; seed <= 400 && !HasFatalFailure(); ++seed)
    compare(seed, 4, returned);
  EXPECT_GT(returned, 400) << "the functions end too early to show anything";
}

TEST(Differential, Large) {
  int returned = 0;
  for (std::uint64_t seed = 1; seed <= 40 && !HasFatalFailure(); ++seed)
    compare(seed, 12, returned);
}

} // namespace
} // namespace gannet::ssa
