#ifndef GANNET_COMPILER_SSA_EQUAL_PHIS_H
#define GANNET_COMPILER_SSA_EQUAL_PHIS_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See equal_phis.cc.
void mergeEqualPhis(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
