#ifndef GANNET_COMPILER_SSA_SPLIT_CRITICAL_H
#define GANNET_COMPILER_SSA_SPLIT_CRITICAL_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See split_critical.cc.
void splitCriticalEdges(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
