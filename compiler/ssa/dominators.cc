// The computations of dominators.h, with explicit stacks: graphs are as deep as users write them.
#include "compiler/ssa/dominators.h"

#include <algorithm>

namespace gannet::ssa {

std::vector<BlockId> postorder(const Func &f) {
  struct Frame {
    BlockId block;
    std::uint32_t next = 0;
  };
  std::vector<BlockId> out;
  std::vector<bool> seen(f.blockCount(), false);
  std::vector<Frame> stack{{f.entry(), 0}};
  seen[f.entry().raw] = true;
  while (!stack.empty()) {
    Frame &top = stack.back();
    const std::vector<Edge> &succs = f[top.block].succs;
    if (top.next == succs.size()) {
      out.push_back(top.block);
      stack.pop_back();
      continue;
    }
    BlockId succ = succs[top.next++].block;
    if (!seen[succ.raw]) {
      seen[succ.raw] = true;
      stack.push_back({succ, 0});
    }
  }
  return out;
}

Dominators::Dominators(const Func &f) : nodes_(f.blockCount()) {
  rpo_ = postorder(f);
  for (std::uint32_t i = 0; i < rpo_.size(); ++i)
    nodes_[rpo_[i].raw].postorder = i;
  std::reverse(rpo_.begin(), rpo_.end());

  BlockId entry = f.entry();
  nodes_[entry.raw].idom = entry;
  auto meet = [&](BlockId a, BlockId b) {
    while (a != b) {
      while (nodes_[a.raw].postorder < nodes_[b.raw].postorder)
        a = nodes_[a.raw].idom;
      while (nodes_[b.raw].postorder < nodes_[a.raw].postorder)
        b = nodes_[b.raw].idom;
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (BlockId b : rpo_) {
      if (b == entry)
        continue;
      BlockId best;
      for (const Edge &e : f[b].preds)
        if (isReachable(e.block) && nodes_[e.block.raw].idom)
          best = best ? meet(best, e.block) : e.block;
      if (nodes_[b.raw].idom != best) {
        nodes_[b.raw].idom = best;
        changed = true;
      }
    }
  }
  nodes_[entry.raw].idom = {};
  for (BlockId b : rpo_)
    if (b != entry)
      nodes_[nodes_[b.raw].idom.raw].children.push_back(b);

  std::uint32_t clock = 0;
  std::vector<std::pair<BlockId, std::size_t>> stack{{entry, 0}};
  nodes_[entry.raw].enter = clock++;
  preorder_.push_back(entry);
  while (!stack.empty()) {
    auto &[b, next] = stack.back();
    if (next == nodes_[b.raw].children.size()) {
      nodes_[b.raw].leave = clock++;
      stack.pop_back();
      continue;
    }
    BlockId child = nodes_[b.raw].children[next++];
    nodes_[child.raw].enter = clock++;
    nodes_[child.raw].depth = nodes_[b.raw].depth + 1;
    preorder_.push_back(child);
    stack.push_back({child, 0});
  }
}

} // namespace gannet::ssa
