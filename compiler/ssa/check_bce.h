#ifndef GANNET_COMPILER_SSA_CHECK_BCE_H
#define GANNET_COMPILER_SSA_CHECK_BCE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See check_bce.cc.
void checkBoundsChecks(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
