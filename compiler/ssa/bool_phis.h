#ifndef GANNET_COMPILER_SSA_BOOL_PHIS_H
#define GANNET_COMPILER_SSA_BOOL_PHIS_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See bool_phis.cc.
void simplifyBoolPhis(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
