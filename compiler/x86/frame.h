// The frame of a function, from the top (saved BP) down: locals with pointers, pointer spill slots, other locals, other
// slots; the outgoing argument area is at the bottom, at SP. Pointers stand together so that locals' maps stay short; those
// that are cleared at entry come first. Arguments that came in registers are spilled to the caller's frame, where it has room
// for each behind the stack arguments and results; parameters that are variables in memory stand there too, but for those that have
// to be cleared at entry.
#ifndef GANNET_COMPILER_X86_FRAME_H
#define GANNET_COMPILER_X86_FRAME_H

#include "compiler/object/pcln.h"
#include "compiler/x86/local_liveness.h"
#include "compiler/x86/mach.h"
#include "compiler/x86/regalloc.h"

#include <cstdint>
#include <vector>

namespace gannet::x86 {

// gc's limit of a frame, and of the bytes of a function's arguments and results.
inline constexpr std::int64_t kMaxFrameBytes = std::int64_t{1} << 30;

struct Frame {
  std::int64_t size = 0;              // what SP goes down by: locals, outgoing arguments, saved BP. 0: no frame at all
  std::vector<std::int64_t> local_at; // by LocalId: from SP; parameters and results in the caller's frame
  std::vector<std::uint8_t> local_used; // by LocalId: it has a place
  std::vector<std::uint8_t> local_outside; // by LocalId: in the caller's frame
  std::vector<std::int64_t> slot_at;  // by slot: from SP; those of arguments in the caller's frame
  std::int64_t scratch_at = 0;
  std::int64_t zero_from = 0, zero_to = 0; // bytes from SP to be cleared at entry
  std::uint32_t map_words = 0;        // words below the saved BP that maps cover
  bool has_bp = false;

  std::int64_t callerSp() const { return size + 8; } // from SP
};

Frame layOutFrame(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness);

// The frame's variables that are reached through pointers, by address.
std::vector<object::StackObject> stackObjects(const MachFunc &mf, const Frame &frame, const LocalLiveness &liveness);

// Stack maps of one function, rows shared by equal calls. Row 0 is the entry's: parameters in memory and in the spill area.
class StackMaps {
public:
  StackMaps(const MachFunc &mf, const Allocation &allocation, const Frame &frame, const LocalLiveness &liveness);
  // The row for a call across which these spilled pointers and these parts of variables live.
  std::uint32_t row(const std::vector<VReg> &live, const LocalLiveness::Units &locals);
  std::uint32_t argBits() const { return arg_bits_; }
  std::uint32_t localBits() const { return frame_.map_words; }
  const std::vector<std::vector<std::uint8_t>> &argRows() const { return arg_rows_; }
  const std::vector<std::vector<std::uint8_t>> &localRows() const { return local_rows_; }

private:
  using Bits = std::vector<std::uint8_t>;
  void mark(Bits &bits, std::int64_t word) const { bits[static_cast<std::size_t>(word / 8)] |= 1 << (word % 8); }
  void markLayout(Bits &bits, std::int64_t word, ssa::LayoutId layout) const;

  const MachFunc &mf_;
  const Allocation &allocation_;
  const Frame &frame_;
  const LocalLiveness &liveness_;
  std::uint32_t arg_bits_;
  Bits call_args_; // what lies there at every call
  std::vector<Bits> arg_rows_, local_rows_;
};

} // namespace gannet::x86

#endif
