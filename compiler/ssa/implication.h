// What one condition says of another, when both compare the same two values, or one value with constants.
#ifndef GANNET_COMPILER_SSA_IMPLICATION_H
#define GANNET_COMPILER_SSA_IMPLICATION_H

#include "compiler/ssa/func.h"

#include <optional>

namespace gannet::ssa {

// The value of the bool `asked` where `known` is `holds`; none if that does not follow.
std::optional<bool> implied(const Func &f, ValueId known, bool holds, ValueId asked);

} // namespace gannet::ssa

#endif
