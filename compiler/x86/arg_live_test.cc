#include "compiler/x86/arg_live.h"

#include <gtest/gtest.h>

namespace gannet::x86 {
namespace {

// f([2]int, string, int): the array lies in memory, the others came in registers; {a, b}, {p, n}, i.
constexpr std::uint8_t kInfo[] = {0xfe, 0, 8, 8, 8, 0xfd, 0xfe, 16, 8, 24, 8, 0xfd, 32, 8, 0xff};

// n and i have slots. n is stored at the entry, i in block 1 of a diamond 0 -> {1, 2} -> 3.
class ArgLiveTest : public testing::Test {
protected:
  ArgLiveTest() {
    for (std::int64_t spill : {16, 24, 32})
      f_.sig.param_regs.push_back({.spill_offset = spill});
    mf_.blocks.resize(4), mf_.order = {0, 1, 2, 3};
    mf_.blocks[0].succs = {1, 2};
    mf_.blocks[1].succs = mf_.blocks[2].succs = {3};
    const VReg n = mf_.newVReg(ssa::Type::I64), i = mf_.newVReg(ssa::Type::I64);
    allocation_.blocks.resize(4);
    allocation_.slots = {{.param = 1}, {.param = 2}};
    allocation_.slot_of = {0, 1};
    allocation_.stored_at_def = {1, 0};
    allocation_.blocks[1].stores.emplace_back(i, Reg::CX);
    (void)n;
  }

  ssa::Func f_{"f"};
  MachFunc mf_{f_};
  Allocation allocation_;
  Frame frame_;
};

TEST_F(ArgLiveTest, HoldsWhereAllPathsStored) {
  ArgLive live(mf_, allocation_, frame_, kInfo);
  EXPECT_EQ(live.atStart(0), 0u);
  EXPECT_EQ(live.byAllocation(0), 0b010u);
  EXPECT_EQ(live.atStart(1), 0b010u);
  EXPECT_EQ(live.byAllocation(1), 0b100u);
  EXPECT_EQ(live.atStart(3), 0b010u);
}

// The string is a variable; block 0 stores its second word.
TEST_F(ArgLiveTest, HoldsBehindTheStoreOfAVariable) {
  f_.addLocal({.name = "s", .layout = f_.addLayout({.size_bytes = 16}), .kind = ssa::LocalKind::RegisterParam, .frame_offset = 16});
  frame_.local_used = frame_.local_outside = {1};
  allocation_.slots[0].param = -1;
  MMem m;
  m.frame = FrameBase::Local, m.local = 0, m.disp = 8;
  mf_.mems.push_back(m);
  mf_.operands.resize(2);
  mf_.operands[0].kind = MOperand::Kind::Mem, mf_.operands[0].vreg = 0;
  MInst store;
  store.op = op::MOV64mr, store.count = 2;
  mf_.blocks[0].insts.push_back(store);
  ArgLive live(mf_, allocation_, frame_, kInfo);
  EXPECT_EQ(live.by(store), 0b010u);
  EXPECT_EQ(live.byAllocation(0), 0u);
  EXPECT_EQ(live.atStart(3), 0b010u);
}

TEST_F(ArgLiveTest, RowsMarkComponents) {
  ArgLive live(mf_, allocation_, frame_, kInfo);
  EXPECT_EQ(live.row(0), -1);
  EXPECT_EQ(live.row(0b010), 2);
  EXPECT_EQ(live.row(0b110), 3);
  EXPECT_EQ(live.row(0b010), 2);
  EXPECT_EQ(live.info(), (std::vector<std::uint8_t>{16, 0, 0x08, 0x18}));
}

TEST_F(ArgLiveTest, ComponentsTooFarAwayCount) {
  const std::uint8_t info[] = {0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 0xfb, 24, 8, 0xff};
  ArgLive live(mf_, allocation_, frame_, info);
  EXPECT_EQ(live.row(0b010), 3);
  EXPECT_EQ(live.info(), (std::vector<std::uint8_t>{16, 0, 0, 0, 1}));
}

TEST_F(ArgLiveTest, NothingInRegisters) {
  f_.sig.param_regs.clear();
  EXPECT_TRUE(ArgLive(mf_, {}, {}, kInfo).info().empty());
}

} // namespace
} // namespace gannet::x86
