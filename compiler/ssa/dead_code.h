#ifndef GANNET_COMPILER_SSA_DEAD_CODE_H
#define GANNET_COMPILER_SSA_DEAD_CODE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See dead_code.cc.
void eliminateDeadCode(PassContext &ctx, Func &f);

// Removes the blocks that the entry does not reach, alone. For passes that cut edges.
void removeUnreachableBlocks(Func &f);

} // namespace gannet::ssa

#endif
