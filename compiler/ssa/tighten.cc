// Tightening: a value that only other blocks use is computed there, so that it
// is not where it is not needed, and is in no register on the way: what append
// stores would else be kept across the call that makes room.
//
// A pure value of one operand (constants and addresses apart) moves to the last
// block that dominates its users and is in no deeper loop. With more operands
// more than one of them might then live longer. Users move before their
// operands, so that chains follow.
#include "compiler/ssa/tighten.h"

#include "compiler/ssa/loops.h"
#include "compiler/ssa/order.h"

namespace gannet::ssa {
namespace {

class Tightener {
public:
  Tightener(PassContext &ctx, Func &f)
      : ctx_(ctx), f_(f), doms_(f), loops_(f, doms_) {}

  void run() {
    if (loops_.isIrreducible())
      return;
    findUsers();
    const std::vector<BlockId> &rpo = doms_.reversePostorder();
    for (std::size_t i = rpo.size(); i-- > 0;) {
      if (f_[rpo[i]].no_preempt != 0)
        continue;
      const std::vector<ValueId> order = orderedValues(f_, rpo[i]);
      for (std::size_t k = order.size(); k-- > 0;)
        if (mayMove(order[k]))
          visit(order[k]);
    }
  }

private:
  // A use: by a value (a phi's: at the end of the predecessor), or by a block's
  // control.
  struct User {
    ValueId value; // none: a control
    BlockId block; // where, if `value` is none or a phi
  };

  void findUsers() {
    first_.assign(f_.valueCount() + 1, 0);
    auto each = [&](auto note) {
      for (BlockId b : doms_.reversePostorder()) {
        for (ValueId v : f_[b].values)
          for (unsigned i = 0; i != f_[v].argCount(); ++i)
            if (f_[v].op == Op::Phi)
              note(f_[v].arg(i), User{v, f_[b].preds[i].block});
            else
              note(f_[v].arg(i), User{v, {}});
        for (ValueId c : f_[b].controls)
          note(c, User{{}, b});
      }
    };
    each([&](ValueId used, const User &) { ++first_[used.raw + 1]; });
    for (std::size_t i = 1; i != first_.size(); ++i)
      first_[i] += first_[i - 1];
    users_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    each([&](ValueId used, const User &user) {
      users_[next[used.raw]++] = user;
    });
  }

  bool mayMove(ValueId v) const {
    const Value &value = f_[v];
    if (!isPure(value.op) ||
        hasEffect(value.op, Effects::Cheap | Effects::Entry) ||
        !isScalar(value.type) || value.op == Op::Copy ||
        value.op == Op::Select || (value.flags & ValueFlags::InNoPreempt) != 0)
      return false;
    unsigned kept = 0; // operands in registers
    for (ValueId a : value.args()) {
      if (f_[a].type == Type::Tuple || f_[a].type == Type::Flags ||
          f_[a].type == Type::Mem)
        return false;
      kept += !hasEffect(f_[a].op, Effects::Cheap);
    }
    return kept <= 1;
  }

  BlockId commonDominator(BlockId a, BlockId b) const {
    while (a != b)
      if (doms_.depth(a) > doms_.depth(b))
        a = doms_.idom(a);
      else
        b = doms_.idom(b);
    return a;
  }

  void visit(ValueId v) {
    const BlockId home = f_[v].block;
    BlockId to;
    for (std::uint32_t i = first_[v.raw]; i != first_[v.raw + 1]; ++i) {
      const User &u = users_[i];
      const BlockId b = u.block ? u.block : f_[u.value].block;
      to = to ? commonDominator(to, b) : b;
      if (to == home)
        return;
    }
    if (!to)
      return;
    while (to != home &&
           (loops_.depth(to) > loops_.depth(home) || f_[to].no_preempt != 0))
      to = doms_.idom(to);
    if (to != home && ctx_.step())
      f_.move(v, to);
  }

  PassContext &ctx_;
  Func &f_;
  Dominators doms_;
  Loops loops_;
  std::vector<std::uint32_t> first_; // by value, into users_
  std::vector<User> users_;
};

} // namespace

void tighten(PassContext &ctx, Func &f) { Tightener(ctx, f).run(); }

} // namespace gannet::ssa
