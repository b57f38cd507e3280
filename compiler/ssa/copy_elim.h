#ifndef GANNET_COMPILER_SSA_COPY_ELIM_H
#define GANNET_COMPILER_SSA_COPY_ELIM_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See copy_elim.cc.
void eliminateCopies(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
