// The loop nest: natural loops, one a header, from back edges to a block that dominates their source.
#ifndef GANNET_COMPILER_SSA_LOOPS_H
#define GANNET_COMPILER_SSA_LOOPS_H

#include "compiler/ssa/dominators.h"

namespace gannet::ssa {

struct Loop {
  BlockId header;
  std::int32_t parent = -1;          // index of the loop around it
  std::uint32_t depth = 1;           // 1 for an outermost loop
  std::vector<BlockId> blocks;       // inner loops' blocks included, header first, then in reverse postorder
  std::vector<BlockId> latches;      // sources of its back edges
  bool has_call = false;
};

class Loops {
public:
  Loops(const Func &f, const Dominators &doms);

  const std::vector<Loop> &all() const { return loops_; } // outer ones before inner ones
  // Index of the innermost loop around a block, -1 for none.
  std::int32_t innermost(BlockId b) const { return innermost_[b.raw]; }
  std::uint32_t depth(BlockId b) const { return innermost_[b.raw] < 0 ? 0 : loops_[innermost_[b.raw]].depth; }
  bool contains(std::int32_t loop, BlockId b) const {
    for (std::int32_t l = innermost_[b.raw]; l >= 0; l = loops_[l].parent)
      if (l == loop)
        return true;
    return false;
  }
  // Some cycle has an entry that does not dominate it: such cycles are not listed.
  bool isIrreducible() const { return irreducible_; }

private:
  std::vector<Loop> loops_;
  std::vector<std::int32_t> innermost_;
  bool irreducible_ = false;
};

} // namespace gannet::ssa

#endif
