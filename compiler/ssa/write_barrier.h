#ifndef GANNET_COMPILER_SSA_WRITE_BARRIER_H
#define GANNET_COMPILER_SSA_WRITE_BARRIER_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See write_barrier.cc.
void insertWriteBarriers(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
