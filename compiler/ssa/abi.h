// Where parameters and results are: Go's ABIInternal and ABI0 for amd64, over flattened types.
//
// ABIInternal: a type's scalar components go to registers all or none; integers and pointers to AX BX CX DI SI R8 R9
// R10 R11, floats to X0-X14; a type that holds an array of two or more elements, or has no size, goes on the stack.
// Stack part, from the caller's SP at the call (the callee's at entry + 8): parameters, results from a word boundary,
// then spill slots for the register parameters, for the callee's use. ABI0 has no registers and no spill area.
// Source: Go's "Go internal ABI specification" (cmd/compile/abi-internal), sections on function calls.
#ifndef GANNET_COMPILER_SSA_ABI_H
#define GANNET_COMPILER_SSA_ABI_H

#include "compiler/ssa/ids.h"
#include "compiler/ssa/op.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gannet::ssa {

enum class Abi : std::uint8_t { Internal, Abi0 };

// One machine scalar of a flattened Go type, at its offset in it.
struct AbiComponent {
  Type type = Type::I64;
  std::int64_t offset_bytes = 0;
  bool is_length = false; // of a string or slice, or its capacity: not negative
};

// A Go type as the ABI sees it. `components` are its scalars in order of offset, blank fields included, and may be left
// out when `in_memory` (it holds an array of two or more elements: never in registers).
struct AbiType {
  std::int64_t size_bytes = 0;
  std::int64_t align_bytes = 1;
  bool in_memory = false;
  std::vector<AbiComponent> components;
  LayoutId layout; // in the Func that owns the signature: pointers of the stack form
};

// Integer registers are numbered 0.. in the order above, float registers likewise.
struct AbiReg {
  bool is_float = false;
  std::uint8_t index = 0;
};

inline constexpr unsigned kAbiIntRegs = 9;
inline constexpr unsigned kAbiFloatRegs = 15;

// One register component of a parameter or result: those that Arg, calls and Ret list, in order.
struct AbiRegComponent {
  Type type = Type::I64;
  AbiReg reg;
  std::uint32_t slot = 0;           // which parameter or result
  std::int64_t offset_bytes = 0;    // within it
  std::int64_t spill_offset = -1;   // parameters only: its place in the spill area, from the caller's SP
};

struct AbiSlot {
  std::int64_t size_bytes = 0;
  std::int64_t align_bytes = 1;
  bool in_registers = false;
  std::uint32_t first_reg = 0;      // into param_regs or result_regs
  std::uint32_t reg_count = 0;
  std::int64_t stack_offset = -1;   // when not in registers; from the caller's SP
  std::int64_t spill_offset = -1;   // parameters in registers
  LayoutId layout;
};

struct AbiSignature {
  Abi abi = Abi::Internal;
  std::vector<AbiSlot> params;      // receiver first
  std::vector<AbiSlot> results;
  std::vector<AbiRegComponent> param_regs;
  std::vector<AbiRegComponent> result_regs;
  std::int64_t params_end = 0;      // bytes of stack parameters, before padding
  std::int64_t results_offset = 0;  // where results start (word aligned)
  std::int64_t results_end = 0;     // bytes of parameters and results, word aligned: what Go calls the args size
  std::int64_t total_bytes = 0;     // with the spill area: what a caller reserves
};

AbiSignature assignAbi(Abi abi, std::span<const AbiType> params, std::span<const AbiType> results);

} // namespace gannet::ssa

#endif
