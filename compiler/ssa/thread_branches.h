#ifndef GANNET_COMPILER_SSA_THREAD_BRANCHES_H
#define GANNET_COMPILER_SSA_THREAD_BRANCHES_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See thread_branches.cc.
void threadBranches(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
