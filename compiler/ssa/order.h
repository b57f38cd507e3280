// A valid order of a block's values: what orders them is operands and memory, not their place in the list.
#ifndef GANNET_COMPILER_SSA_ORDER_H
#define GANNET_COMPILER_SSA_ORDER_H

#include "compiler/ssa/func.h"

#include <vector>

namespace gannet::ssa {

// The values of `b` so that phis come first, then what only the entry may hold, then each value after its operands, and
// each value that reads a memory state before the one that replaces that state. Otherwise the present order is kept,
// but that with `sink_cheap` constants, addresses and flags go right before their first user.
// Fails (internal error) if there is no such order.
std::vector<ValueId> orderedValues(const Func &f, BlockId b, bool sink_cheap = false);

// The memory state that a value takes, behind any copies; none if it takes none. For a phi of memory: none.
ValueId memoryArg(const Func &f, ValueId v);

// Whether a value makes a memory state: itself, or the memory element of the tuple that it is (a Select in the same block).
// A copy of a state makes none.
bool makesMemory(const Func &f, ValueId v);

} // namespace gannet::ssa

#endif
