#ifndef GANNET_COMPILER_SSA_MEMORY_FORWARD_H
#define GANNET_COMPILER_SSA_MEMORY_FORWARD_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See memory_forward.cc.
void forwardMemory(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
