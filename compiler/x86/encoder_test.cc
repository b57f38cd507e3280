// The encoder against known bytes, and Code's relaxation.
#include "compiler/x86/encoder.h"

#include <gtest/gtest.h>

namespace gannet::x86 {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string out;
  for (std::uint8_t b : bytes) {
    char two[4];
    std::snprintf(two, sizeof two, "%02x ", b);
    out += two;
  }
  if (!out.empty())
    out.pop_back();
  return out;
}

std::string one(std::string_view name, std::initializer_list<Operand> operands, std::uint8_t prefix = 0) {
  Encoder encoder;
  std::vector<std::uint8_t> out;
  Encoder::Result r =
      encoder.encode({findOpcode(name), prefix, std::span<const Operand>(operands.begin(), operands.size())}, out);
  return r.length == 0 ? encoder.error() : hex(out);
}

TEST(Encoder, SpreadsLogicalOperands) {
  EXPECT_EQ(one("ADD64rr", {Reg::AX, Reg::R9}), "4c 01 c8");
  EXPECT_EQ(one("MOV64rm", {Reg::CX, Mem{.base = Reg::SP, .disp = 8}}), "48 8b 4c 24 08");
  EXPECT_EQ(one("MOV8mr", {Mem{.base = Reg::AX, .index = Reg::R12, .scale = 4}, Reg::SI}), "42 88 34 a0");
  EXPECT_EQ(one("LEA64r", {Reg::AX, Mem{.base = Reg::BX, .index = Reg::BX, .scale = 2}}), "48 8d 04 5b");
  EXPECT_EQ(one("SHL64rCL", {Reg::DX}), "48 d3 e2");
  EXPECT_EQ(one("SETCCr", {Reg::AX, Cond::E}), "0f 94 c0");
  EXPECT_EQ(one("STOSQ", {}, kRep), "f3 48 ab");
  EXPECT_EQ(one("MOVSQ", {}, kRep), "f3 48 a5");
  EXPECT_EQ(one("CMPXCHG64rm", {Mem{.base = Reg::BX}, Reg::CX}, kLock), "f0 48 0f b1 0b");
  EXPECT_EQ(one("XADD64rm", {Reg::CX, Mem{.base = Reg::BX}}, kLock), "f0 48 0f c1 0b");
  EXPECT_EQ(one("MOVSDrr", {Reg::X0, Reg::X1}), "f2 0f 10 c1");
  EXPECT_EQ(one("VPERMBZrrkz", {Reg::X1, Reg::K2, Reg::X3, Reg::X4}), "62 f2 65 ca 8d cc");
  EXPECT_EQ(one("VPADDDYrr", {Reg::X1, Reg::X2, Reg::X3}), "c5 ed fe cb");
  EXPECT_EQ(one("MOV64rm", {Reg::R14, Mem{.segment = Reg::FS, .disp = -8}}), "64 4c 8b 34 25 f8 ff ff ff");
}

TEST(Encoder, RefusesWhatDoesNotFit) {
  EXPECT_EQ(one("ADD64rr", {Reg::AX}), "ADD64rr: too few operands");
  EXPECT_EQ(one("ADD64rr", {Reg::AX, Reg::X0}), "ADD64rr: register of another class");
  EXPECT_EQ(one("ADD64rr", {Reg::AX, imm(3)}), "ADD64rr: register operand expected");
  EXPECT_EQ(one("MOV64rr", {Reg::AX, Reg::BX, Reg::CX}), "MOV64rr: too many operands");
  EXPECT_FALSE(findOpcode("NOSUCH").known());
}

TEST(Encoder, ShapesLeaveTiedOperandsOut) {
  EXPECT_EQ(shape(findOpcode("ADD64rm")).slots, (std::vector{Slot::Gpr64, Slot::Mem}));
  EXPECT_EQ(shape(findOpcode("LEA64r")).slots, (std::vector{Slot::Gpr64, Slot::Mem}));
  EXPECT_EQ(shape(findOpcode("VPERMBZrrkz")).slots, (std::vector{Slot::Zmm, Slot::Mask, Slot::Zmm, Slot::Zmm}));
}

TEST(Code, ReportsFixups) {
  Encoder encoder;
  Code code(encoder);
  code.emit(op::CMP32mi8, {Mem{.disp = 4, .sym = 7}, imm(0)});
  code.call(9);
  code.emit(op::MOV64ri, {Reg::AX, Operand::symbol(3, 5)});
  ASSERT_TRUE(code.finish());
  ASSERT_EQ(code.fixups().size(), 3u);
  EXPECT_EQ(code.fixups()[0].offset, 2u);
  EXPECT_EQ(code.fixups()[0].addend, 4 - 5);
  EXPECT_EQ(code.fixups()[1].kind, FixupKind::Call32);
  EXPECT_EQ(code.fixups()[1].addend, -4);
  EXPECT_EQ(code.fixups()[2].kind, FixupKind::Abs64);
  EXPECT_EQ(code.fixups()[2].addend, 5);
}

TEST(Code, RelaxesJumps) {
  Encoder encoder;
  Code code(encoder);
  Label top = code.newLabel(), end = code.newLabel(), far = code.newLabel();
  code.bind(top);
  code.jump(Cond::E, end);
  code.jump(far);
  code.jump(top);
  code.bind(end);
  code.align(16);
  for (int i = 0; i != 200; ++i)
    code.emit(op::NOOP, {});
  code.bind(far);
  code.emit(op::RET64, {});
  ASSERT_TRUE(code.finish());
  EXPECT_EQ(hex(code.finalBytes().first(9)), "74 0e e9 d1 00 00 00 eb f7");
  EXPECT_EQ(code.offset(far), 216u);
  EXPECT_EQ(code.finalBytes().size(), 217u);
}

TEST(Disassembler, DecodesAndFindsTargets) {
  Disassembler d;
  const std::uint8_t call[] = {0xe8, 0x10, 0, 0, 0};
  Decoded got = d.decode(call, 0x1000);
  EXPECT_EQ(got.length, 5u);
  EXPECT_TRUE(got.has_target);
  EXPECT_EQ(got.target, 0x1015u);
}

} // namespace
} // namespace gannet::x86
