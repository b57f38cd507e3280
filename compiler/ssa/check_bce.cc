// Tells which bounds checks are left (-d=ssa/check_bce/debug). Changes nothing.
#include "compiler/ssa/check_bce.h"

namespace gannet::ssa {

void checkBoundsChecks(PassContext &ctx, Func &f) {
  if (ctx.debug() == 0)
    return;
  for (BlockId b : f.blocks())
    for (ValueId v : f[b].values)
      if (f[v].op == Op::IsInBounds || f[v].op == Op::IsSliceInBounds)
        ctx.remark(f[v].pos, f[v].op == Op::IsInBounds ? "Found IsInBounds" : "Found IsSliceInBounds");
}

} // namespace gannet::ssa
