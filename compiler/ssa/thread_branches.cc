// Branch threading: where a branch tests a phi and the phi's operand on one incoming edge decides it, or the branch at the
// other end of that edge does by what it tests itself, that edge goes where the branch would go.
//
//     b: x = phi(true, y); if x -> s, t         the first predecessor goes to s itself
//
// b may hold phis, and the test if nothing else uses it. Other phis of b that are used behind it are repaired (repair.h).
// Not into or around a loop's header: that would make a loop of two entries.
// Source: the conditions && and || as values, and inlined functions that return constants, bring most of these.
#include "compiler/ssa/thread_branches.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dead_code.h"
#include "compiler/ssa/gc_names.h"
#include "compiler/ssa/implication.h"
#include "compiler/ssa/loops.h"
#include "compiler/ssa/repair.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

constexpr unsigned kMaxPhis = 4; // of a block: each that is used behind costs new ones

class Threader {
public:
  Threader(PassContext &ctx, Func &f) : ctx_(ctx), f_(f) {}

  void run() {
    for (bool changed = true; changed;) {
      changed = false;
      markHeaders();
      std::vector<BlockId> blocks = f_.blocks();
      for (BlockId b : blocks)
        while (visit(b))
          changed = true;
      if (changed) {
        removeUnreachableBlocks(f_);
        eliminateCopies(ctx_, f_);
      }
    }
  }

private:
  void markHeaders() {
    Dominators doms(f_);
    Loops loops(f_, doms);
    is_header_.assign(f_.blockCount(), false);
    for (const Loop &loop : loops.all())
      is_header_[loop.header.raw] = true;
  }

  // Which successor the branch of b takes when entered by predecessor i: 0 or 1, or -1 if that is not known.
  int decides(BlockId b, std::size_t i) const {
    ValueId control = f_[b].controls[0];
    bool negated = false;
    if (f_[control].op == Op::BoolNot && f_[control].block == b)
      negated = true, control = f_[control].arg(0);
    const Value &c = f_[control];
    auto incoming = [&](ValueId v) { return f_[v].op == Op::Phi && f_[v].block == b ? f_[v].arg(static_cast<unsigned>(i)) : v; };
    int value = -1;
    if (c.op == Op::Phi && c.block == b) {
      const Value &x = f_[incoming(control)];
      if (x.op == Op::Const)
        value = x.aux_int != 0;
    } else if ((c.op == Op::Eq || c.op == Op::Ne) && c.block == b) {
      const Value &x = f_[incoming(c.arg(0))], &y = f_[incoming(c.arg(1))];
      if (x.op == Op::Const && y.op == Op::Const)
        value = (x.aux_int == y.aux_int) == (c.op == Op::Eq);
    } else if (c.op == Op::IsNonNil && c.block == b) {
      const Value &x = f_[incoming(c.arg(0))];
      if (x.op == Op::Const)
        value = x.aux_int != 0;
      else if (x.op == Op::Addr || x.op == Op::LocalAddr || x.op == Op::NilCheck || (x.flags & ValueFlags::NonNil) != 0)
        value = 1;
    }
    if (value < 0)
      return -1;
    return (value != 0) != negated ? 0 : 1;
  }

  // The same by what the branch that the edge comes from tests. Not of phis of b: they are others behind the edge.
  int decidedByBranch(BlockId b, Edge pred) const {
    const Block &from = f_[pred.block];
    if (pred.block == b || from.kind != BlockKind::If || from.succs[0].block == from.succs[1].block)
      return -1;
    auto isJoined = [&](ValueId v) { return f_[v].op == Op::Phi && f_[v].block == b; };
    ValueId test = f_[b].controls[0];
    while (f_[test].op == Op::BoolNot)
      test = f_[test].arg(0);
    if (isJoined(test) || std::any_of(f_[test].args().begin(), f_[test].args().end(), isJoined))
      return -1;
    std::optional<bool> value = implied(f_, from.controls[0], pred.index == 0, f_[b].controls[0]);
    return !value ? -1 : *value ? 0 : 1;
  }

  void tell(ValueId control, ValueId known) {
    auto plain = [&](ValueId v) { return f_[v].op == Op::BoolNot ? f_[v].arg(0) : v; };
    ctx_.remark(f_[control].pos, "Redirect " + gcName(f_, plain(control)) + " based on " + gcName(f_, plain(known)));
  }

  // Phis, the test if only the branch uses it, and what nothing uses.
  bool isSimple(BlockId b) const {
    unsigned phis = 0;
    for (ValueId v : f_[b].values) {
      const Value &value = f_[v];
      if (value.op == Op::Phi) {
        if (++phis > kMaxPhis)
          return false;
        continue;
      }
      if (value.uses == 0 && isPure(value.op))
        continue;
      if (value.uses != 1 || !isPure(value.op))
        return false;
      bool for_control = v == f_[b].controls[0] ||
                         (f_[f_[b].controls[0]].op == Op::BoolNot && f_[f_[b].controls[0]].arg(0) == v);
      if (!for_control)
        return false;
    }
    return true;
  }

  bool visit(BlockId b) {
    if (f_[b].removed || f_[b].kind != BlockKind::If || f_[b].preds.size() < 2 || b.raw >= is_header_.size() || is_header_[b.raw] ||
        f_[b].no_preempt != 0 || !isSimple(b))
      return false;
    for (std::size_t i = 0; i < f_[b].preds.size(); ++i) {
      int to = decides(b, i);
      const bool by_branch = to < 0;
      if (by_branch)
        to = decidedByBranch(b, f_[b].preds[i]);
      if (to < 0)
        continue;
      BlockId target = f_[b].succs[static_cast<std::size_t>(to)].block;
      if (target == b || target.raw >= is_header_.size() || is_header_[target.raw] || f_[f_[b].preds[i].block].no_preempt != 0 || !ctx_.step())
        continue;
      if (by_branch && ctx_.debug() > 0)
        tell(f_[b].controls[0], f_[f_[b].preds[i].block].controls[0]);
      thread(b, i, static_cast<unsigned>(to));
      if (f_[b].preds.empty())
        removeUnreachableBlocks(f_);
      return true;
    }
    return false;
  }

  void thread(BlockId b, std::size_t i, unsigned to) {
    Edge pred = f_[b].preds[i];
    Edge out = f_[b].succs[to];
    BlockId target = out.block;
    // the predecessor gets a block of its own on this edge, so that each phi has one definition there
    BlockId via = f_.splitEdge(pred.block, pred.index);
    std::vector<ValueId> phis, incoming;
    for (ValueId v : f_[b].values)
      if (f_[v].op == Op::Phi) {
        phis.push_back(v);
        incoming.push_back(f_[v].arg(static_cast<unsigned>(i)));
      }
    f_.redirectEdge(via, 0, target);
    for (ValueId q : f_[target].values) {
      if (f_[q].op != Op::Phi)
        continue;
      ValueId x = f_[q].arg(out.index);
      for (std::size_t k = 0; k < phis.size(); ++k)
        if (x == phis[k]) {
          x = incoming[k];
          break;
        }
      f_.addArg(q, x);
    }
    for (std::size_t k = 0; k < phis.size(); ++k)
      repair(b, via, phis[k], incoming[k]);
  }

  // `phi`, in b, is `other` when control comes through `via`. Uses behind b get what reaches them.
  void repair(BlockId b, BlockId via, ValueId phi, ValueId other) {
    struct Use {
      ValueId user;     // none: a control
      BlockId block;
      unsigned index;
      BlockId from;     // of a phi: the predecessor
    };
    std::vector<Use> uses;
    for (BlockId at : f_.blocks()) {
      for (ValueId v : f_[at].values)
        for (unsigned k = 0; k < f_[v].argCount(); ++k) {
          if (f_[v].arg(k) != phi)
            continue;
          if (f_[v].op == Op::Phi)
            uses.push_back({v, at, k, f_[at].preds[k].block});
          else if (at != b)
            uses.push_back({v, at, k, {}});
        }
      if (at != b)
        for (unsigned k = 0; k < f_[at].controls.size(); ++k)
          if (f_[at].controls[k] == phi)
            uses.push_back({{}, at, k, {}});
    }
    Repair repaired(f_, f_[phi].type, f_[phi].pos);
    repaired.define(b, phi);
    repaired.define(via, other);
    for (const Use &u : uses) {
      if (u.from) {
        if (u.from != b)
          f_.setArg(u.user, u.index, repaired.atEnd(u.from));
        continue;
      }
      ValueId value = repaired.atStart(u.block);
      if (u.user)
        f_.setArg(u.user, u.index, value);
      else
        f_.replaceControl(u.block, u.index, value);
    }
  }

  PassContext &ctx_;
  Func &f_;
  std::vector<bool> is_header_;
};

} // namespace

void threadBranches(PassContext &ctx, Func &f) { Threader(ctx, f).run(); }

} // namespace gannet::ssa
