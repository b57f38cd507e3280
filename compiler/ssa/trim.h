#ifndef GANNET_COMPILER_SSA_TRIM_H
#define GANNET_COMPILER_SSA_TRIM_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See trim.cc.
void trimBlocks(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
