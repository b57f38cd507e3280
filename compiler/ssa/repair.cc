// The on-demand reading of repair.h. A chain of blocks with one predecessor is walked in a loop; recursion is over joins, whose
// phi is made before its operands are asked for, so that it ends.
#include "compiler/ssa/repair.h"

namespace gannet::ssa {

ValueId Repair::atEnd(BlockId b) {
  std::vector<BlockId> chain;
  ValueId out;
  for (;;) {
    auto found = at_end_.find(b.raw);
    if (found != at_end_.end()) {
      out = found->second;
      break;
    }
    chain.push_back(b);
    if (f_[b].preds.size() != 1) {
      out = atStart(b);
      break;
    }
    b = f_[b].preds[0].block;
  }
  for (BlockId c : chain)
    at_end_[c.raw] = out;
  return out;
}

ValueId Repair::atStart(BlockId b) {
  if (f_[b].preds.size() == 1)
    return atEnd(f_[b].preds[0].block);
  auto found = at_start_.find(b.raw);
  if (found != at_start_.end())
    return found->second;
  GANNET_CHECK(!f_[b].preds.empty(), "a use that no definition reaches");
  ValueId phi = f_.addPhi(b, type_, {}, pos_);
  at_start_[b.raw] = phi;
  if (at_end_.find(b.raw) == at_end_.end())
    at_end_[b.raw] = phi;
  for (std::size_t i = 0; i < f_[b].preds.size(); ++i)
    f_.addArg(phi, atEnd(f_[b].preds[i].block));
  return phi;
}

} // namespace gannet::ssa
