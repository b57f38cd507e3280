// Orders and dominance of a function's blocks. Computed when asked for; any edit of the graph makes them stale.
#ifndef GANNET_COMPILER_SSA_DOMINATORS_H
#define GANNET_COMPILER_SSA_DOMINATORS_H

#include "compiler/ssa/func.h"

#include <vector>

namespace gannet::ssa {

// The blocks reachable from the entry, each after all its successors that are not reached by a back edge.
std::vector<BlockId> postorder(const Func &f);

// The dominator tree of the reachable blocks.
// Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
class Dominators {
public:
  explicit Dominators(const Func &f);

  bool isReachable(BlockId b) const { return b.raw < nodes_.size() && nodes_[b.raw].postorder != kNone; }
  // None for the entry and for unreachable blocks.
  BlockId idom(BlockId b) const { return nodes_[b.raw].idom; }
  // A block dominates itself. Both are reachable.
  bool dominates(BlockId a, BlockId b) const {
    return nodes_[a.raw].enter <= nodes_[b.raw].enter && nodes_[b.raw].leave <= nodes_[a.raw].leave;
  }
  // Blocks that `b` immediately dominates, in reverse postorder.
  const std::vector<BlockId> &children(BlockId b) const { return nodes_[b.raw].children; }
  // Reachable blocks, each after its dominators.
  const std::vector<BlockId> &preorder() const { return preorder_; }
  // Reachable blocks, entry first, each before its successors but for back edges.
  const std::vector<BlockId> &reversePostorder() const { return rpo_; }
  // Depth in the tree, 0 for the entry.
  std::uint32_t depth(BlockId b) const { return nodes_[b.raw].depth; }

private:
  static constexpr std::uint32_t kNone = 0xffffffffu;
  struct Node {
    BlockId idom;
    std::uint32_t postorder = kNone;
    std::uint32_t enter = 0;
    std::uint32_t leave = 0;
    std::uint32_t depth = 0;
    std::vector<BlockId> children;
  };
  std::vector<Node> nodes_;
  std::vector<BlockId> preorder_;
  std::vector<BlockId> rpo_;
};

} // namespace gannet::ssa

#endif
