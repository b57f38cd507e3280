// Scheduling: puts the values of each block into the order in which they are computed.
//
// The order is that of the source as far as operands and memory allow (order.h), since that is what the program's author
// found readable and what keeps lifetimes short; constants, addresses and flags go right before their first user.
#include "compiler/ssa/schedule.h"

#include "compiler/ssa/order.h"

namespace gannet::ssa {

void schedule(PassContext &, Func &f) {
  for (BlockId b : f.blocks())
    f[b].values = orderedValues(f, b, /*sink_cheap=*/true);
}

} // namespace gannet::ssa
