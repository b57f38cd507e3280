// Critical-edge splitting: an edge from a block with several successors to one with several predecessors gets a block of its
// own, where the register allocator can place the moves that belong to that edge alone.
#include "compiler/ssa/split_critical.h"

namespace gannet::ssa {

void splitCriticalEdges(PassContext &, Func &f) {
  std::vector<BlockId> blocks = f.blocks();
  for (BlockId b : blocks) {
    if (f[b].succs.size() < 2)
      continue;
    for (unsigned i = 0; i < f[b].succs.size(); ++i)
      if (f[f[b].succs[i].block].preds.size() > 1)
        f.splitEdge(b, i);
  }
}

} // namespace gannet::ssa
