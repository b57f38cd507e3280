// Block layout: the order of blocks in the code.
//
// A reverse postorder in which the successor that should follow is walked last: the likely one, the one inside the loop. So a
// loop's blocks stand together, and likely paths fall through. Where nobody knows what is likely, a guess decides. Cold blocks (those that end in a call that does not return,
// or that only unlikely edges reach) go to the end, in the same order.
#include "compiler/ssa/layout.h"

#include "compiler/ssa/branch_guess.h"
#include "compiler/ssa/loops.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

class Layouter {
public:
  Layouter(PassContext &ctx, Func &f)
      : f_(f), doms_(f), loops_(f, doms_), guess_(guessBranches(ctx, f, doms_, loops_)), cold_(f.blockCount(), false) {}

  void run() {
    findCold();
    std::vector<BlockId> order = walk();
    std::vector<BlockId> out;
    for (bool cold : {false, true})
      for (BlockId b : order)
        if (cold_[b.raw] == cold)
          out.push_back(b);
    rotateLoops(out);
    for (BlockId b : f_.blocks()) // unreachable ones, if any are left
      if (!doms_.isReachable(b))
        out.push_back(b);
    f_.setBlockOrder(std::move(out));
  }

private:
  bool isUnlikely(Edge from_pred) const {
    const Block &pred = f_[from_pred.block];
    return pred.likely != 0 && pred.succs.size() == 2 && (pred.likely > 0 ? 1u : 0u) == from_pred.index;
  }

  void findCold() {
    const std::vector<BlockId> &rpo = doms_.reversePostorder();
    for (std::size_t i = rpo.size(); i-- > 0;) {
      const Block &b = f_[rpo[i]];
      bool all = b.kind == BlockKind::Exit;
      if (!b.succs.empty())
        all = std::all_of(b.succs.begin(), b.succs.end(), [&](Edge e) { return cold_[e.block.raw]; });
      cold_[rpo[i].raw] = all;
    }
    for (BlockId b : rpo) {
      const std::vector<Edge> &preds = f_[b].preds;
      if (!preds.empty() && std::all_of(preds.begin(), preds.end(), [&](Edge e) { return cold_[e.block.raw] || isUnlikely(e); }))
        cold_[b.raw] = true;
    }
    cold_[f_.entry().raw] = false;
  }

  // Successors in the order of walking: what should follow directly comes last.
  std::vector<BlockId> successors(BlockId b) const {
    const Block &block = f_[b];
    std::vector<std::pair<int, BlockId>> ranked;
    for (std::uint32_t i = 0; i < block.succs.size(); ++i) {
      BlockId s = block.succs[i].block;
      int rank = 0;
      if (cold_[s.raw])
        rank -= 100;
      std::int32_t loop = loops_.innermost(b);
      if (loop >= 0 && !loops_.contains(loop, s))
        rank -= 10;
      if (block.likely != 0)
        rank += (block.likely > 0) == (i == 0) ? 5 : -5;
      else if (guess_[b.raw] != 0)
        rank += (guess_[b.raw] > 0) == (i == 0) ? 1 : -1;
      ranked.push_back({rank * 2 + (i == 0 ? 1 : 0), s});
    }
    std::sort(ranked.begin(), ranked.end(), [](const auto &x, const auto &y) { return x.first != y.first ? x.first < y.first : x.second < y.second; });
    std::vector<BlockId> out;
    for (const auto &[rank, s] : ranked)
      out.push_back(s);
    return out;
  }

  std::vector<BlockId> walk() const {
    struct Frame {
      BlockId block;
      std::vector<BlockId> succs;
      std::size_t next = 0;
    };
    std::vector<bool> seen(f_.blockCount(), false);
    std::vector<BlockId> out;
    std::vector<Frame> stack;
    auto push = [&](BlockId b) {
      seen[b.raw] = true;
      stack.push_back({b, successors(b), 0});
    };
    push(f_.entry());
    while (!stack.empty()) {
      Frame &top = stack.back();
      if (top.next == top.succs.size()) {
        out.push_back(top.block);
        stack.pop_back();
        continue;
      }
      BlockId s = top.succs[top.next++];
      if (!seen[s.raw])
        push(s);
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

  // A loop whose header tests and whose last block jumps back: with the header behind that block the jump goes, and each
  // round has one branch. The way in jumps once instead.
  void rotateLoops(std::vector<BlockId> &order) const {
    for (const Loop &loop : loops_.all()) {
      BlockId header = loop.header;
      if (f_[header].kind != BlockKind::If || header == f_.entry() || f_[header].no_preempt != 0)
        continue;
      auto at = std::find(order.begin(), order.end(), header);
      if (at + 1 == order.end() || !loops_.contains(loops_.innermost(header), *(at + 1)))
        continue;
      BlockId next = *(at + 1);
      if (f_[header].succs[0].block != next && f_[header].succs[1].block != next)
        continue;
      auto last = order.end();
      for (auto it = at + 1; it != order.end(); ++it)
        if (f_[*it].kind == BlockKind::Plain && f_[*it].succs[0].block == header && !cold_[it->raw])
          last = it;
      if (last == order.end())
        continue;
      std::rotate(at, at + 1, last + 1);
    }
  }

  Func &f_;
  Dominators doms_;
  Loops loops_;
  std::vector<std::int8_t> guess_;
  std::vector<bool> cold_;
};

} // namespace

void layOutBlocks(PassContext &ctx, Func &f) { Layouter(ctx, f).run(); }

} // namespace gannet::ssa
