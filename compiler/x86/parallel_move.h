// Moves that happen at once, put into an order.
#ifndef GANNET_COMPILER_X86_PARALLEL_MOVE_H
#define GANNET_COMPILER_X86_PARALLEL_MOVE_H

#include "compiler/x86/regalloc.h"

namespace gannet::x86 {

struct Move {
  VReg value;
  Loc to, from;
};

// Appends edits at `at` that do all of `moves`; every `to` stands once. Cycles of general registers are exchanges, others go
// through the scratch slot: true if that was used.
bool sequentialize(const MachFunc &mf, const std::vector<Move> &moves, std::uint32_t at, std::vector<Edit> &out);

} // namespace gannet::x86

#endif
