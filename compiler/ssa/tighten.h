#ifndef GANNET_COMPILER_SSA_TIGHTEN_H
#define GANNET_COMPILER_SSA_TIGHTEN_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See tighten.cc.
void tighten(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
