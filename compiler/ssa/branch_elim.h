#ifndef GANNET_COMPILER_SSA_BRANCH_ELIM_H
#define GANNET_COMPILER_SSA_BRANCH_ELIM_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See branch_elim.cc.
void eliminateBranches(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
