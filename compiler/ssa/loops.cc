// Finds the loops of loops.h: headers in reverse postorder, so that outer loops come before those inside them.
#include "compiler/ssa/loops.h"

namespace gannet::ssa {

Loops::Loops(const Func &f, const Dominators &doms) : innermost_(f.blockCount(), -1) {
  std::vector<std::uint32_t> rpo_index(f.blockCount(), 0);
  const std::vector<BlockId> &rpo = doms.reversePostorder();
  for (std::uint32_t i = 0; i < rpo.size(); ++i)
    rpo_index[rpo[i].raw] = i;

  for (BlockId header : rpo) {
    Loop loop;
    loop.header = header;
    for (const Edge &e : f[header].preds) {
      if (!doms.isReachable(e.block) || rpo_index[e.block.raw] < rpo_index[header.raw])
        continue;
      if (doms.dominates(header, e.block))
        loop.latches.push_back(e.block);
      else
        irreducible_ = true;
    }
    if (loop.latches.empty())
      continue;
    std::vector<bool> inside(f.blockCount(), false);
    inside[header.raw] = true;
    std::vector<BlockId> work;
    for (BlockId latch : loop.latches)
      if (!inside[latch.raw]) {
        inside[latch.raw] = true;
        work.push_back(latch);
      }
    while (!work.empty()) {
      BlockId b = work.back();
      work.pop_back();
      for (const Edge &e : f[b].preds)
        if (doms.isReachable(e.block) && !inside[e.block.raw]) {
          inside[e.block.raw] = true;
          work.push_back(e.block);
        }
    }
    auto index = static_cast<std::int32_t>(loops_.size());
    loop.parent = innermost_[header.raw];
    loop.depth = loop.parent < 0 ? 1 : loops_[loop.parent].depth + 1;
    for (std::uint32_t i = rpo_index[header.raw]; i < rpo.size(); ++i) {
      BlockId b = rpo[i];
      if (!inside[b.raw])
        continue;
      loop.blocks.push_back(b);
      innermost_[b.raw] = index;
      for (ValueId v : f[b].values)
        loop.has_call |= isCall(f[v].op);
    }
    loops_.push_back(std::move(loop));
  }
}

} // namespace gannet::ssa
