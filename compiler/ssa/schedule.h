#ifndef GANNET_COMPILER_SSA_SCHEDULE_H
#define GANNET_COMPILER_SSA_SCHEDULE_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See schedule.cc.
void schedule(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
