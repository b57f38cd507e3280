#ifndef GANNET_COMPILER_SSA_CSE_H
#define GANNET_COMPILER_SSA_CSE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See cse.cc.
void eliminateCommonValues(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
