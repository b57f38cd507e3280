#ifndef GANNET_COMPILER_SSA_FOLD_H
#define GANNET_COMPILER_SSA_FOLD_H

#include "compiler/ssa/pass_context.h"

namespace gannet::ssa {

// See fold.cc. `fold` leaves divisions by constants whole, for passes that reason about them; `foldLate` expands them.
void fold(PassContext &ctx, Func &f);
void foldLate(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
