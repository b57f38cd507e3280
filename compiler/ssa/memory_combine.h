#ifndef GANNET_COMPILER_SSA_MEMORY_COMBINE_H
#define GANNET_COMPILER_SSA_MEMORY_COMBINE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See memory_combine.cc.
void combineMemory(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
