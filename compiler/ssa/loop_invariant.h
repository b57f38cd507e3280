#ifndef GANNET_COMPILER_SSA_LOOP_INVARIANT_H
#define GANNET_COMPILER_SSA_LOOP_INVARIANT_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See loop_invariant.cc.
void hoistInvariants(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
