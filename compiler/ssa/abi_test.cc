// The examples of Go's ABI specification, and the corners of the assignment.
#include "compiler/ssa/abi.h"

#include <gtest/gtest.h>

namespace gannet::ssa {
namespace {

AbiType scalar(Type t) {
  auto size = static_cast<std::int64_t>(sizeBytes(t));
  return {.size_bytes = size, .align_bytes = size, .in_memory = false, .components = {{t, 0}}, .layout = {}};
}
AbiType memory(std::int64_t size, std::int64_t align) {
  return {.size_bytes = size, .align_bytes = align, .in_memory = true, .components = {}, .layout = {}};
}
AbiType stringType() {
  return {.size_bytes = 16, .align_bytes = 8, .in_memory = false, .components = {{Type::Ptr, 0}, {Type::I64, 8}}, .layout = {}};
}

// func f(a1 uint8, a2 [2]uintptr, a3 uint8) (r1 struct{x uintptr; y [2]uintptr}, r2 string): the specification's
// example. a1 and a3 in registers, a2 and r1 on the stack, r2 in registers.
TEST(Abi, SpecificationExample) {
  AbiType params[] = {scalar(Type::I8), memory(16, 8), scalar(Type::I8)};
  AbiType results[] = {memory(24, 8), stringType()};
  AbiSignature sig = assignAbi(Abi::Internal, params, results);
  EXPECT_EQ(sig.param_regs[0].reg.index, 0);
  EXPECT_EQ(sig.param_regs[1].reg.index, 1);
  EXPECT_EQ(sig.params[1].stack_offset, 0);
  EXPECT_EQ(sig.results[0].stack_offset, 16);
  EXPECT_EQ(sig.results_end, 40);
  EXPECT_EQ(sig.result_regs[0].reg.index, 0);
  EXPECT_EQ(sig.result_regs[1].reg.index, 1);
  EXPECT_EQ(sig.params[0].spill_offset, 40);
  EXPECT_EQ(sig.params[2].spill_offset, 41);
  EXPECT_EQ(sig.total_bytes, 48);
}

// A type goes to registers all or none; later smaller ones may still fit.
TEST(Abi, AllOrNone) {
  std::vector<AbiType> params(8, scalar(Type::I64));
  params.push_back(stringType());
  params.push_back(scalar(Type::I64));
  AbiSignature sig = assignAbi(Abi::Internal, params, {});
  EXPECT_FALSE(sig.params[8].in_registers);
  EXPECT_EQ(sig.params[8].stack_offset, 0);
  EXPECT_TRUE(sig.params[9].in_registers);
  EXPECT_EQ(sig.param_regs.back().reg.index, 8);
}

TEST(Abi, FloatsCountApart) {
  AbiType params[] = {scalar(Type::F64), scalar(Type::I32), scalar(Type::F32)};
  AbiSignature sig = assignAbi(Abi::Internal, params, {});
  EXPECT_TRUE(sig.param_regs[0].reg.is_float);
  EXPECT_EQ(sig.param_regs[1].reg.index, 0);
  EXPECT_EQ(sig.param_regs[2].reg.index, 1);
  EXPECT_EQ(sig.params[1].spill_offset, 8);
  EXPECT_EQ(sig.params[2].spill_offset, 12);
}

TEST(Abi, Abi0IsAllOnTheStack) {
  AbiType params[] = {scalar(Type::I8), scalar(Type::I64)};
  AbiType results[] = {scalar(Type::I8)};
  AbiSignature sig = assignAbi(Abi::Abi0, params, results);
  EXPECT_TRUE(sig.param_regs.empty());
  EXPECT_EQ(sig.params[1].stack_offset, 8);
  EXPECT_EQ(sig.results[0].stack_offset, 16);
  EXPECT_EQ(sig.results_end, 24);
  EXPECT_EQ(sig.total_bytes, 24);
}

TEST(Abi, NoSizeIsOnTheStack) {
  AbiType params[] = {{.size_bytes = 0, .align_bytes = 1, .in_memory = false, .components = {}, .layout = {}}, scalar(Type::I64)};
  AbiSignature sig = assignAbi(Abi::Internal, params, {});
  EXPECT_FALSE(sig.params[0].in_registers);
  EXPECT_EQ(sig.param_regs[0].reg.index, 0);
}

} // namespace
} // namespace gannet::ssa
