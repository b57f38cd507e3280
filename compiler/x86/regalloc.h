// Register allocation: gives every operand a register, places spills, reloads, rematerializations and edge moves.
//
// Greedy over SSA form, in reverse postorder: a value keeps the registers it is in; what is evicted has the farthest next
// use (calls and loop exits count as far). A value that is ever out of registers while live is stored once, and loaded where
// it is needed: all registers are caller-saved, so that is every value live across a call. The store stands behind the
// definition, or at the start of the last block that dominates all loads and maps and is in no deeper loop; of values that are needed
// behind unlikely branches alone, there is a store behind each.
// An argument's place is the spill slot that the caller has for it, where a trace finds it.
// Constants and addresses are made again instead. The state at a block's start is taken from one predecessor; the other
// edges get parallel moves. Source: Braun and Hack, "Register Spilling and Live-Range Splitting for SSA-Form Programs" (2009).
#ifndef GANNET_COMPILER_X86_REGALLOC_H
#define GANNET_COMPILER_X86_REGALLOC_H

#include "compiler/x86/mach.h"

#include <array>
#include <string>
#include <vector>

namespace gannet::x86 {

// Where a value may be.
struct Loc {
  enum class Kind : std::uint8_t { None, Register, Slot, Scratch, Remat };
  Kind kind = Kind::None;
  Reg reg = Reg::None;
  VReg vreg = kNoVReg; // Slot, Remat: whose

  static Loc inReg(Reg r) { return {Kind::Register, r, kNoVReg}; }
  static Loc inSlot(VReg v) { return {Kind::Slot, Reg::None, v}; }
  static Loc scratch() { return {Kind::Scratch, Reg::None, kNoVReg}; }
  static Loc remat(VReg v) { return {Kind::Remat, Reg::None, v}; }
  friend bool operator==(const Loc &, const Loc &) = default;
};

// A move that allocation adds: ahead of instruction `at` of the block, or at its end.
struct Edit {
  std::uint32_t at = 0;
  VReg value = kNoVReg; // what is moved: its type says how
  Loc to, from;
  bool exchange = false; // both change places
};

using RegState = std::array<VReg, 32>;

// A place in the frame, or the spill slot that a caller gives a register argument: of the argument's size, and nobody else's.
struct SpillSlot {
  std::uint32_t bytes = 8;
  bool pointer = false;
  std::int32_t param = -1; // index into AbiSignature::param_regs; -1: in the frame
};

struct Allocation {
  struct Block {
    std::vector<Edit> start;          // at the block's start, ahead of stores of phis
    std::vector<Edit> edits;          // by `at`
    std::vector<std::pair<VReg, Reg>> stores; // at the block's start, behind `start`: spills that were put off
    std::vector<std::pair<std::uint32_t, VReg>> slot_reads; // instructions whose memory operand is the value's slot
    RegState at_start, at_end;        // for the checker
    std::vector<std::uint32_t> call_at; // instructions that are calls, and
    std::vector<std::vector<VReg>> call_live; // the pointers in slots across each
  };
  std::vector<Block> blocks;
  std::vector<std::int32_t> slot_of;  // by vreg; -1: not spilled
  std::vector<std::uint32_t> slot_until; // by vreg: the last position (see positionsOf) at which the slot is the value's
  std::vector<SpillSlot> slots;
  std::vector<std::uint8_t> stored_at_def; // by vreg: spilled right behind its definition
  bool needs_scratch = false;

  bool spilled(VReg v) const { return slot_of[v] >= 0; }
};

// The component of the signature that the register holds at entry; -1 if it is none.
std::int32_t paramIn(const MachFunc &mf, Reg r);

// Positions count what is emitted: by block in layout order, one for its start, one for each instruction (it and the moves ahead
// of it), two for its end. Gives those of the blocks' starts.
std::vector<std::uint32_t> positionsOf(const MachFunc &mf);

// Splits critical edges of `mf`, then fills `out`.
void allocateRegisters(MachFunc &mf, Allocation &out);

// Replays the allocation against the virtual registers. Returns the faults, a line each; empty if there is none.
std::string checkAllocation(const MachFunc &mf, const Allocation &allocation);

} // namespace gannet::x86

#endif
