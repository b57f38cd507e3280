// The assignment algorithm of abi.h.
#include "compiler/ssa/abi.h"

namespace gannet::ssa {
namespace {

std::int64_t alignUp(std::int64_t n, std::int64_t align) { return (n + align - 1) & ~(align - 1); }

// Assigns one sequence (parameters, or results): registers start afresh, the stack goes on.
class Assigner {
public:
  Assigner(Abi abi, std::int64_t stack_bytes) : abi_(abi), stack_bytes_(stack_bytes) {}

  void assign(const AbiType &type, std::vector<AbiSlot> &slots, std::vector<AbiRegComponent> &regs) {
    AbiSlot slot;
    slot.size_bytes = type.size_bytes;
    slot.align_bytes = type.align_bytes;
    slot.layout = type.layout;
    slot.in_registers = fits(type);
    if (slot.in_registers) {
      slot.first_reg = static_cast<std::uint32_t>(regs.size());
      slot.reg_count = static_cast<std::uint32_t>(type.components.size());
      for (const AbiComponent &c : type.components) {
        bool is_float = inFloatRegister(c.type);
        unsigned &next = is_float ? next_float_ : next_int_;
        regs.push_back({.type = c.type,
                        .reg = {is_float, static_cast<std::uint8_t>(next++)},
                        .slot = static_cast<std::uint32_t>(slots.size()),
                        .offset_bytes = c.offset_bytes});
      }
    } else {
      stack_bytes_ = alignUp(stack_bytes_, type.align_bytes);
      slot.stack_offset = stack_bytes_;
      stack_bytes_ += type.size_bytes;
    }
    slots.push_back(slot);
  }

  std::int64_t stackBytes() const { return stack_bytes_; }

private:
  bool fits(const AbiType &type) const {
    if (abi_ == Abi::Abi0 || type.in_memory || type.size_bytes == 0)
      return false;
    unsigned ints = next_int_, floats = next_float_;
    for (const AbiComponent &c : type.components)
      ++(inFloatRegister(c.type) ? floats : ints);
    return ints <= kAbiIntRegs && floats <= kAbiFloatRegs;
  }

  Abi abi_;
  std::int64_t stack_bytes_;
  unsigned next_int_ = 0;
  unsigned next_float_ = 0;
};

} // namespace

AbiSignature assignAbi(Abi abi, std::span<const AbiType> params, std::span<const AbiType> results) {
  constexpr std::int64_t kWordBytes = 8;
  AbiSignature sig;
  sig.abi = abi;
  Assigner in(abi, 0);
  for (const AbiType &type : params)
    in.assign(type, sig.params, sig.param_regs);
  sig.params_end = in.stackBytes();
  sig.results_offset = alignUp(sig.params_end, kWordBytes);
  Assigner out(abi, sig.results_offset);
  for (const AbiType &type : results)
    out.assign(type, sig.results, sig.result_regs);
  sig.results_end = alignUp(out.stackBytes(), kWordBytes);

  std::int64_t spill = sig.results_end;
  for (AbiSlot &slot : sig.params) {
    if (!slot.in_registers)
      continue;
    spill = alignUp(spill, slot.align_bytes);
    slot.spill_offset = spill;
    for (std::uint32_t i = 0; i < slot.reg_count; ++i) {
      AbiRegComponent &c = sig.param_regs[slot.first_reg + i];
      c.spill_offset = spill + c.offset_bytes;
    }
    spill += slot.size_bytes;
  }
  sig.total_bytes = alignUp(spill, kWordBytes);
  return sig;
}

} // namespace gannet::ssa
