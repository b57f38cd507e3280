// Loops that cut slices: for len(s) >= n { ...; s = s[n:] }.
//
// The phi of a length that each round makes less by k, behind a test that k is not negative and not greater than it, is never
// negative. If the capacity is a phi of the same loop, less by the same k each round, the length stays within it.
#ifndef GANNET_COMPILER_SSA_SHRINKING_SLICES_H
#define GANNET_COMPILER_SSA_SHRINKING_SLICES_H

#include "compiler/ssa/dominators.h"
#include "compiler/ssa/facts.h"
#include "compiler/ssa/func.h"

namespace gannet::ssa {

// Tells `facts`, which hold where the loop is entered, of the phis of `header`.
void learnShrinkingSlices(const Func &f, const Dominators &doms, Facts &facts, BlockId header);

} // namespace gannet::ssa

#endif
