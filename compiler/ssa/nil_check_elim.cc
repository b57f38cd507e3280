// Nil-check elimination: drops a check of a pointer that cannot be nil there.
//
// A pointer is known not to be nil if (1) a dominating check checked it, (2) it is the address of a variable, a fresh
// allocation or flagged NonNil, (3) it is an earlier check's result, (4) a dominating branch tested it, or (5) it is a
// phi of such pointers. One preorder walk of the dominator tree, facts undone on the way up.
// A dropped check becomes the earlier check, not the bare pointer, so that what it guards stays behind that one.
// Source: Go spec, "Address operators" and "Selectors" (which dereferences panic).
#include "compiler/ssa/nil_check_elim.h"

#include "compiler/ssa/alias.h"
#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"
#include "compiler/ssa/order.h"

namespace gannet::ssa {
namespace {

class Eliminator {
public:
  Eliminator(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), doms_(f), known_(f.valueCount()) {}

  void run() {
    findAlways();
    struct Frame {
      BlockId block;
      std::size_t next = 0;
      std::size_t undo = 0;
    };
    std::vector<Frame> stack;
    auto enter = [&](BlockId b) {
      stack.push_back({b, 0, trail_.size()});
      visit(b);
    };
    enter(f_.entry());
    while (!stack.empty()) {
      Frame &top = stack.back();
      const std::vector<BlockId> &children = doms_.children(top.block);
      if (top.next < children.size()) {
        enter(children[top.next++]);
        continue;
      }
      while (trail_.size() > top.undo) {
        known_[trail_.back()] = ValueId();
        trail_.pop_back();
      }
      stack.pop_back();
    }
    eliminateCopies(ctx_, f_);
  }

private:
  bool isNeverNil(ValueId p) const {
    const Value &v = f_[p];
    return v.op == Op::Addr || v.op == Op::LocalAddr || v.op == Op::OutArgAddr || v.op == Op::NilCheck || v.op == Op::GetG ||
           (v.flags & ValueFlags::NonNil) != 0 || isFreshAllocation(f_, p) || (v.op == Op::GetClosurePtr);
  }

  // Phis whose operands are all never nil, to a fixed point that assumes so of phis at first.
  void findAlways() {
    std::vector<ValueId> phis;
    for (BlockId b : f_.blocks())
      for (ValueId v : f_[b].values) {
        if (f_[v].type != Type::Ptr)
          continue;
        if (isNeverNil(v))
          known_[v] = v;
        else if (f_[v].op == Op::Phi) {
          phis.push_back(v);
          known_[v] = v;
        }
      }
    for (bool changed = true; changed;) {
      changed = false;
      for (ValueId v : phis) {
        if (!known_[v])
          continue;
        for (ValueId a : f_[v].args())
          if (!known_[a]) {
            known_[v] = ValueId();
            changed = true;
            break;
          }
      }
    }
  }

  void learn(ValueId p, ValueId as) {
    if (known_[p])
      return;
    known_[p] = as;
    trail_.push_back(p);
  }

  void visit(BlockId b) {
    if (f_[b].preds.size() == 1) {
      Edge e = f_[b].preds[0];
      const Block &pred = f_[e.block];
      if (pred.kind == BlockKind::If) {
        const Value &control = f_[pred.controls[0]];
        if (control.op == Op::IsNonNil && e.index == 0)
          learn(control.arg(0), control.arg(0));
        if (control.op == Op::BoolNot && f_[control.arg(0)].op == Op::IsNonNil && e.index == 1)
          learn(f_[control.arg(0)].arg(0), f_[control.arg(0)].arg(0));
      }
    }
    bool any = false;
    for (ValueId v : f_[b].values)
      any |= f_[v].op == Op::NilCheck;
    if (!any)
      return;
    for (ValueId v : orderedValues(f_, b)) {
      if (f_[v].op != Op::NilCheck)
        continue;
      ValueId p = f_[v].arg(0);
      while (f_[p].op == Op::Copy)
        p = f_[p].arg(0);
      if (!known_[p] || !ctx_.step()) {
        learn(p, v);
        continue;
      }
      if (ctx_.subjects.nil_checks)
        ctx_.remark(f_[v].pos, "removed nil check");
      f_.makeCopy(v, known_[p]);
    }
  }

  PassContext &ctx_;
  Func &f_;
  Dominators doms_;
  SideTable<ValueId, ValueId> known_; // what stands for a pointer that is known not to be nil
  std::vector<ValueId> trail_;
};

} // namespace

void eliminateNilChecks(PassContext &ctx, Func &f) { Eliminator(ctx, f).run(); }

} // namespace gannet::ssa
