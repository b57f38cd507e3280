#ifndef GANNET_COMPILER_SSA_EQUAL_PHIS_H
#define GANNET_COMPILER_SSA_EQUAL_PHIS_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// Merges phis of a loop that begin with one value and step alike, as the length
// and the capacity of a slice that the loop cuts from its front.
void mergeEqualPhis(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
