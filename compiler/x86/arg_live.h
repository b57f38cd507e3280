// FUNCDATA_ArgLiveInfo and PCDATA_ArgLiveIndex: which arguments that came in registers stand in their spill slots, where a trace
// reads them.
//
// An argument's slot is its own, so once it is stored there it stays. It is stored right at the entry or at the start of a block:
// what holds in a block is what holds at the end of all its predecessors, and what the block stores.
#ifndef GANNET_COMPILER_X86_ARG_LIVE_H
#define GANNET_COMPILER_X86_ARG_LIVE_H

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
  ArgLive(const MachFunc &mf, const Allocation &allocation, std::span<const std::uint8_t> arg_info);

  Params atStart(std::uint32_t block) const { return in_.empty() ? 0 : in_[block]; }
  Params atEnd(std::uint32_t block) const { return in_.empty() ? 0 : in_[block] | stored_[block]; }
  // The pcdata value where these are stored; -1 where none is.
  std::int32_t row(Params stored);
  // The first byte is the offset of the spill area from the caller's SP (what lies below was passed there and can always be
  // read); then comes the row of -1, and the others at the offsets that their pcdata values are. A row has a bit for each component
  // that `arg_info` describes, in its order. Empty if no argument is in a register.
  const std::vector<std::uint8_t> &info() const { return info_; }

private:
  void flow(const MachFunc &mf);
  std::vector<std::uint8_t> rowBits(Params stored) const;

  std::span<const ssa::AbiRegComponent> regs_;
  std::span<const std::uint8_t> arg_info_;
  std::vector<Params> in_, stored_; // by block; empty if nothing is stored
  std::vector<std::uint8_t> info_;
};

} // namespace gannet::x86

#endif
