// Trimming: a block that is the only successor of its only predecessor is appended to it, and an empty block that only jumps is
// passed over, if the phis behind it allow.
//
// (1) a -> b, b's only predecessor: b's values and end go to a.
// (2) p -> b -> c with b empty: p's edge goes to c; c's phis get for it what they had for b. Not if p reaches c
//     by another edge too (the new edge would be critical or double), nor if b is c itself.
#include "compiler/ssa/trim.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dead_code.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

bool mergeIntoPredecessor(Func &f, BlockId b) {
  if (b == f.entry() || f[b].preds.size() != 1)
    return false;
  BlockId a = f[b].preds[0].block;
  if (a == b || f[a].kind != BlockKind::Plain || f[a].no_preempt != 0 || f[b].no_preempt != 0)
    return false;
  for (ValueId v : f[b].values)
    if (f[v].op == Op::Phi)
      f.makeCopy(v, f[v].arg(0));
  f.absorb(a, b);
  return true;
}

bool passOver(Func &f, BlockId b) {
  Block &block = f[b];
  if (b == f.entry() || block.kind != BlockKind::Plain || !block.values.empty() || block.no_preempt != 0 ||
      block.preds.empty())
    return false;
  BlockId c = block.succs[0].block;
  if (c == b)
    return false;
  std::vector<BlockId> sources;
  for (Edge e : block.preds) {
    sources.push_back(e.block);
    for (Edge s : f[e.block].succs)
      if (s.block == c)
        return false;
  }
  std::sort(sources.begin(), sources.end());
  if (std::adjacent_find(sources.begin(), sources.end()) != sources.end())
    return false;
  std::uint32_t through = block.succs[0].index;
  while (!f[b].preds.empty()) {
    Edge e = f[b].preds.back();
    f.redirectEdge(e.block, e.index, c);
    for (ValueId v : f[c].values)
      if (f[v].op == Op::Phi)
        f.addArg(v, f[v].arg(through));
  }
  f.removeEdge(b, 0);
  return true;
}

} // namespace

void trimBlocks(PassContext &ctx, Func &f) {
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<BlockId> blocks = f.blocks();
    for (BlockId b : blocks) {
      if (f[b].removed || (b != f.entry() && f[b].preds.empty()))
        continue;
      if (passOver(f, b) || mergeIntoPredecessor(f, b))
        changed = true;
    }
    removeUnreachableBlocks(f);
  }
  eliminateCopies(ctx, f); // what phis of one operand became
}

} // namespace gannet::ssa
