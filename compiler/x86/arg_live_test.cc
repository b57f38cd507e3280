#include "compiler/x86/arg_live.h"

#include <gtest/gtest.h>

namespace gannet::x86 {
namespace {

// f([2]int, string, int): the array lies in memory, the others came in registers; {a, b}, {p, n}, i.
ssa::AbiSignature signature() {
  ssa::AbiSignature sig;
  for (std::int64_t spill : {16, 24, 32})
    sig.param_regs.push_back({.spill_offset = spill});
  return sig;
}
constexpr std::uint8_t kInfo[] = {0xfe, 0, 8, 8, 8, 0xfd, 0xfe, 16, 8, 24, 8, 0xfd, 32, 8, 0xff};

TEST(ArgLive, StoredComponentsAreMarked) {
  EXPECT_EQ(argLiveInfo(signature(), kInfo, {}), (std::vector<std::uint8_t>{16, 0}));
  const std::int64_t stored[] = {24, 32};
  EXPECT_EQ(argLiveInfo(signature(), kInfo, stored), (std::vector<std::uint8_t>{16, 0x18}));
}

TEST(ArgLive, NothingInRegisters) { EXPECT_TRUE(argLiveInfo({}, kInfo, {}).empty()); }

TEST(ArgLive, ComponentsTooFarAwayCount) {
  const std::uint8_t info[] = {0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 16, 8, 0xff};
  const std::int64_t stored[] = {16};
  EXPECT_EQ(argLiveInfo(signature(), info, stored), (std::vector<std::uint8_t>{16, 0, 1}));
}

} // namespace
} // namespace gannet::x86
