// Equal phis of loops: two that begin with one value and step alike are one.
//
// The length and the capacity of p[:len(p):len(p)] are such two if the loop
// cuts p by p = p[n:]. Common-value elimination does not see it, for the steps
// are equal only if the phis are. Here that is assumed, and what the phis get
// on the way round is compared under the assumption, other phis on the way by
// the same means. If all holds, all pairs that were assumed are equal; if
// anything fails, none. Keeps: the first of each two in its block.
#include "compiler/ssa/equal_phis.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

constexpr std::size_t kMostAssumed = 32; // pairs of phis
constexpr unsigned kDeepest = 8;         // operations between two phis

class Merger {
public:
  Merger(PassContext &ctx, Func &f) : ctx_(ctx), f_(f) {}

  void run() {
    std::vector<BlockId> order = postorder(f_);
    std::vector<std::uint32_t> place(f_.blockCount(), 0);
    for (std::uint32_t i = 0; i != order.size(); ++i)
      place[order[i].raw] = i;
    bool changed = false;
    for (std::size_t i = order.size(); i-- > 0;) {
      const std::vector<Edge> &preds = f_[order[i]].preds;
      if (std::any_of(preds.begin(), preds.end(), [&](Edge e) {
            return place[e.block.raw] <= i;
          })) // a loop's header
        changed |= visit(order[i]);
    }
    if (changed)
      eliminateCopies(ctx_, f_);
  }

private:
  bool visit(BlockId b) {
    std::vector<ValueId> phis;
    for (ValueId v : f_[b].values)
      if (f_[v].op == Op::Phi && f_[v].type != Type::Mem)
        phis.push_back(v);
    bool changed = false;
    for (std::size_t i = 0; i != phis.size(); ++i)
      for (std::size_t k = i + 1; k != phis.size(); ++k) {
        if (f_[phis[i]].op != Op::Phi || f_[phis[k]].op != Op::Phi)
          continue;
        assumed_.clear();
        if (!areEqual(phis[i], phis[k], kDeepest) || !ctx_.step())
          continue;
        for (auto [kept, other] : assumed_)
          if (ValueId first = source(kept);
              f_[other].op == Op::Phi &&
              first != other) // not merged by another pair
            f_.makeCopy(other, first);
        changed = true;
      }
    return changed;
  }

  ValueId source(ValueId v) const {
    while (f_[v].op == Op::Copy)
      v = f_[v].arg(0);
    return v;
  }

  // Under the assumptions, to which pairs of phis are added.
  bool areEqual(ValueId a, ValueId b, unsigned depth) {
    a = source(a), b = source(b);
    if (a == b)
      return true;
    const Value &x = f_[a], &y = f_[b];
    if (x.op != y.op || x.type != y.type || x.argCount() != y.argCount())
      return false;
    if (x.op == Op::Phi) {
      if (x.block != y.block || x.type == Type::Mem)
        return false;
      if (std::find(assumed_.begin(), assumed_.end(), std::pair(a, b)) !=
          assumed_.end())
        return true;
      if (assumed_.size() == kMostAssumed)
        return false;
      assumed_.emplace_back(a, b);
      depth = kDeepest;
    } else if (depth == 0 || !isPure(x.op) || x.aux_int != y.aux_int ||
               x.sym != y.sym || x.aux_id != y.aux_id) {
      return false;
    }
    for (unsigned i = 0; i != f_[a].argCount(); ++i)
      if (!areEqual(f_[a].arg(i), f_[b].arg(i), depth - 1))
        return false;
    return true;
  }

  PassContext &ctx_;
  Func &f_;
  std::vector<std::pair<ValueId, ValueId>> assumed_;
};

} // namespace

void mergeEqualPhis(PassContext &ctx, Func &f) { Merger(ctx, f).run(); }

} // namespace gannet::ssa
