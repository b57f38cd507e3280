#ifndef GANNET_COMPILER_SSA_DEAD_STORE_H
#define GANNET_COMPILER_SSA_DEAD_STORE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See dead_store.cc.
void eliminateDeadStores(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
