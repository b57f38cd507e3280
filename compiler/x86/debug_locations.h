// Where the variables that live in registers and spill slots are, instruction by instruction, for debuggers.
//
// A binding of a variable's part holds from the definition of its value up to the definition of another of that part's; at a join
// it holds if it does at the end of all predecessors. The value is looked for in the registers and in its slot, which is its
// own up to the value's last use. After that a register that is not overwritten still shows it.
#ifndef GANNET_COMPILER_X86_DEBUG_LOCATIONS_H
#define GANNET_COMPILER_X86_DEBUG_LOCATIONS_H

#include "compiler/x86/mach.h"
#include "compiler/x86/regalloc.h"

#include <cstdint>
#include <vector>

namespace gannet::x86 {

// Told what is emitted, in order; offsets are those that the code has at that time.
class DebugLocations {
public:
  DebugLocations(const MachFunc &mf, const Allocation &allocation);

  // Nothing need be told if there is no variable to follow.
  bool any() const { return !parts_.empty(); }
  void startBlock(std::uint32_t block, std::uint32_t at);
  // The moves at the block's start are done.
  void arrived(std::uint32_t at);
  void endBlock(std::uint32_t at);
  // Instruction `index` of the block, and the moves ahead of it, come next.
  void step(std::uint32_t index, std::uint32_t at);
  void moved(const Edit &e, std::uint32_t at);
  // Ahead of the instruction: calls overwrite registers while they run.
  void clobbers(const MInst &inst, std::uint32_t at);
  void defines(const MInst &inst, std::uint32_t at);
  void stored(VReg v, std::uint32_t at);

  struct Range {
    std::uint32_t variable, offset, size_bytes;
    std::uint32_t from, to;
    Loc loc; // Register or Slot
  };
  // Sorted by variable, part and offset in the code.
  std::vector<Range> take();

private:
  static constexpr std::uint32_t kNone = ~0u;
  struct Part {
    std::uint32_t variable, offset;
    std::uint32_t binding = kNone; // what it holds now
    Loc loc;                       // where, since `from`
    std::uint32_t from = 0;
  };
  struct Binding {
    std::uint32_t part, size_bytes;
    VReg vreg;
  };
  using BlockState = std::vector<std::uint32_t>; // by part: the binding; then by slotted value: whether its slot holds it

  void collect();
  void flow();
  template <typename F> void forEachDefinition(std::uint32_t block, F f) const;
  void transfer(std::uint32_t block, BlockState &state) const;
  void bind(VReg v, std::uint32_t at);
  void place(Reg r, VReg v, std::uint32_t at);
  void lookAgain(VReg v, std::uint32_t at); // where is it now?
  void update(Part &part, std::uint32_t at);
  void locate(Part &part, Loc loc, std::uint32_t at);
  void close(Part &part, std::uint32_t at);
  Loc find(VReg v) const;

  const MachFunc &mf_;
  const Allocation &allocation_;
  std::vector<Part> parts_;
  std::vector<Binding> bindings_;
  std::vector<std::uint32_t> first_binding_; // by vreg, into by_vreg_; one more at the end
  std::vector<std::uint32_t> by_vreg_;       // bindings
  std::vector<std::uint32_t> slotted_of_;    // by vreg: number among those with a slot, kNone
  std::uint32_t slotted_count_ = 0;
  std::vector<BlockState> in_;               // by block; empty: not reached
  std::vector<std::uint32_t> positions_;     // by block, as positionsOf
  std::vector<std::uint8_t> in_slot_;        // by slotted value
  RegState content_;
  std::uint32_t block_ = 0, position_ = 0;
  std::uint32_t first_end_ = kNone; // the first position at which a slot that is a place ends
  std::vector<Range> ranges_;
};

} // namespace gannet::x86

#endif
