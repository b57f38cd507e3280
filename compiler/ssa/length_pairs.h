// Lengths and capacities of one slice: of each pair the first is never greater than the second.
//
// The builder marks values that are a length or a capacity (ValueFlags::NonNegative). Where two of them stand next to each
// other, as parameters, results of one call or words of memory, they are those of one slice: what comes before a string's
// or a slice's length is its pointer, which is not marked.
#ifndef GANNET_COMPILER_SSA_LENGTH_PAIRS_H
#define GANNET_COMPILER_SSA_LENGTH_PAIRS_H

#include "compiler/ssa/func.h"

#include <utility>
#include <vector>

namespace gannet::ssa {

std::vector<std::pair<ValueId, ValueId>> lengthPairs(const Func &f);

} // namespace gannet::ssa

#endif
