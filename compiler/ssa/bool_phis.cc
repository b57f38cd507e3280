// Phis of bools that a branch above decides become what it tests:
//
//     if c { x = true } else { x = false }        x = c
//     if c { x = true } else { x = y }            x = c || y, where y is computed on both ways
//     if c { x = y } else { x = false }           x = c && y
//
// The branch is the end of the phi's immediate dominator, and each of the two edges into the phi's block is behind another
// side of it: then c, as it was when the branch was taken last, tells which edge control came by. What is told of stands
// at the phi's block if the sides are straight, at the branch if more is in them.
#include "compiler/ssa/bool_phis.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"

#include <optional>

namespace gannet::ssa {
namespace {

class Simplifier {
public:
  Simplifier(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), doms_(f) {}

  void run() {
    for (BlockId b : doms_.preorder())
      if (f_[b].preds.size() == 2)
        visit(b);
    eliminateCopies(ctx_, f_);
  }

private:
  void visit(BlockId b) {
    std::vector<ValueId> phis;
    for (ValueId v : f_[b].values)
      if (f_[v].op == Op::Phi && f_[v].type == Type::Bool)
        phis.push_back(v);
    if (phis.empty())
      return;
    BlockId top = doms_.idom(b);
    if (!top || f_[top].kind != BlockKind::If)
      return;
    std::optional<bool> first = sideOf(top, f_[b].preds[0]), second = sideOf(top, f_[b].preds[1]);
    if (!first || !second || *first == *second)
      return;
    place_ = isStraight(top, f_[b].preds[0].block) && isStraight(top, f_[b].preds[1].block) ? f_[b].pos : f_[top].pos;
    for (ValueId phi : phis)
      simplify(phi, f_[top].controls[0], *first ? 0 : 1);
  }

  bool isStraight(BlockId top, BlockId b) const {
    while (b != top && f_[b].preds.size() == 1 && f_[b].succs.size() == 1)
      b = f_[b].preds[0].block;
    return b == top;
  }

  // Which way the branch at the end of `top` went if control comes by this edge; none if that is open.
  std::optional<bool> sideOf(BlockId top, Edge pred) const {
    if (!doms_.isReachable(pred.block))
      return std::nullopt;
    if (pred.block == top)
      return pred.index == 0;
    for (unsigned side = 0; side < 2; ++side) {
      BlockId s = f_[top].succs[side].block;
      if (f_[s].preds.size() == 1 && doms_.dominates(s, pred.block))
        return side == 0;
    }
    return std::nullopt;
  }

  // `yes`: index of the operand from the side where c holds.
  void simplify(ValueId phi, ValueId c, unsigned yes) {
    auto known = [&](ValueId v, bool side) -> std::optional<bool> {
      if (v == c)
        return side;
      if (f_[v].op == Op::Const)
        return f_[v].aux_int != 0;
      return std::nullopt;
    };
    ValueId if_true = f_[phi].arg(yes), if_false = f_[phi].arg(1 - yes);
    std::optional<bool> t = known(if_true, true), e = known(if_false, false);
    if (t && e && *t != *e)
      return *t ? become(phi, Op::Copy, c) : become(phi, Op::BoolNot, c);
    if (t && *t && isComputed(if_false, phi))
      return become(phi, Op::BoolOr, c, if_false);
    if (e && !*e && isComputed(if_true, phi))
      return become(phi, Op::BoolAnd, c, if_true);
  }

  // Whether v is there however control came to the phi's block.
  bool isComputed(ValueId v, ValueId phi) const {
    return f_[v].op != Op::Const && f_[v].block != f_[phi].block && doms_.dominates(f_[v].block, f_[phi].block);
  }

  void become(ValueId phi, Op op, ValueId x, ValueId y = {}) {
    if (!ctx_.step())
      return;
    if (ctx_.debug() > 0)
      ctx_.remark(place_, std::string("converted OpPhi to ") + nameOf(op));
    BlockId b = f_[phi].block;
    if (op == Op::Copy) {
      f_.makeCopy(phi, x);
      return;
    }
    // a phi stands before what is none: the new value behind all of them
    ValueId made = y ? f_.add(b, op, Type::Bool, {x, y}, f_[phi].pos) : f_.add(b, op, Type::Bool, {x}, f_[phi].pos);
    f_.makeCopy(phi, made);
  }

  static const char *nameOf(Op op) {
    switch (op) {
    case Op::BoolNot:
      return "Not";
    case Op::BoolOr:
      return "OrB";
    case Op::BoolAnd:
      return "AndB";
    default:
      return "Copy";
    }
  }

  PassContext &ctx_;
  Func &f_;
  Dominators doms_;
  SrcPos place_; // what is told of the block at hand stands here
};

} // namespace

void simplifyBoolPhis(PassContext &ctx, Func &f) { Simplifier(ctx, f).run(); }

} // namespace gannet::ssa
