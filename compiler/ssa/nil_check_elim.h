#ifndef GANNET_COMPILER_SSA_NIL_CHECK_ELIM_H
#define GANNET_COMPILER_SSA_NIL_CHECK_ELIM_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See nil_check_elim.cc.
void eliminateNilChecks(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
