// FUNCDATA_ArgLiveInfo and PCDATA_ArgLiveIndex: which arguments that came in registers stand in their spill slots, where a trace
// reads them.
//
// An argument's slot is its own, or its variable's, so once it is stored there it stays. Allocation stores it right at the entry or
// at the start of a block; variables are stored by instructions. What holds in a block is what holds at the end of all its
// predecessors, and what the block has stored.
#ifndef GANNET_COMPILER_X86_ARG_LIVE_H
#define GANNET_COMPILER_X86_ARG_LIVE_H

#include "compiler/x86/frame.h"
#include "compiler/x86/mach.h"
#include "compiler/x86/regalloc.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gannet::x86 {

class ArgLive {
public:
  using Params = std::uint32_t; // a bit for each of AbiSignature::param_regs

  // `arg_info` as in BackendOptions; if it is empty nothing is to be told.
  ArgLive(const MachFunc &mf, const Allocation &allocation, const Frame &frame, std::span<const std::uint8_t> arg_info);

  // Nothing is ever stored.
  bool none() const { return in_.empty(); }
  Params atStart(std::uint32_t block) const { return in_[block]; } // of the block
  Params byAllocation(std::uint32_t block) const { return allocated_[block]; } // at its start; in the entry block, behind PEntry
  Params by(const MInst &inst) const;
  // The pcdata value where these are stored; -1 where none is.
  std::int32_t row(Params stored);
  // The first byte is the offset of the spill area from the caller's SP (what lies below was passed there and can always be
  // read); then comes the row of -1, and the others at the offsets that their pcdata values are. A row has a bit for each component
  // that `arg_info` describes, in its order. Empty if no argument is in a register.
  const std::vector<std::uint8_t> &info() const { return info_; }

private:
  void findStores(const Allocation &allocation, const Frame &frame);
  void flow();
  std::vector<std::uint8_t> rowBits(Params stored) const;

  const MachFunc &mf_;
  std::span<const ssa::AbiRegComponent> regs_;
  std::span<const std::uint8_t> arg_info_;
  std::vector<std::uint8_t> in_slots_; // by LocalId: a variable that stands in the slots; empty if there is none
  std::vector<Params> in_, allocated_; // by block; empty if nothing is stored
  std::vector<std::uint8_t> info_;
};

} // namespace gannet::x86

#endif
