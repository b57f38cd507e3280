#ifndef GANNET_COMPILER_SSA_PROVE_H
#define GANNET_COMPILER_SSA_PROVE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See prove.cc.
void prove(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
