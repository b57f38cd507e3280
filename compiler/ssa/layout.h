#ifndef GANNET_COMPILER_SSA_LAYOUT_H
#define GANNET_COMPILER_SSA_LAYOUT_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See layout.cc.
void layOutBlocks(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
