// Common-value elimination: of equal values, one that dominates the other serves for both.
//
// Equal are values of the same operation, type, aux and operands, if the operation is pure; a load also needs the same memory
// state, and a phi the same block. Values are numbered along the dominator tree, operands first, so equal operands
// are already one value when their users are looked at.
// Keeps: the first of each on a path. Undefined values are never made equal.
#include "compiler/ssa/cse.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"
#include "compiler/ssa/order.h"

#include <unordered_map>

namespace gannet::ssa {
namespace {

class Eliminator {
public:
  Eliminator(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), doms_(f) {}

  void run() {
    for (BlockId b : doms_.preorder())
      for (ValueId v : orderedValues(f_, b))
        number(v);
    eliminateCopies(ctx_, f_);
  }

private:
  static bool isCandidate(const Value &v) {
    if (v.op == Op::Phi)
      return v.type != Type::Mem;
    if (v.op == Op::Load || v.op == Op::GetG)
      return true;
    return isPure(v.op) && v.op != Op::Copy;
  }

  static ValueId source(const Func &f, ValueId v) {
    while (f[v].op == Op::Copy)
      v = f[v].arg(0);
    return v;
  }

  std::uint64_t hash(const Value &v) const {
    std::uint64_t h = static_cast<std::uint64_t>(v.op) * 31 + static_cast<std::uint64_t>(v.type);
    auto mix = [&](std::uint64_t x) { h = (h ^ x) * 0x9e3779b97f4a7c15u, h ^= h >> 29; };
    mix(static_cast<std::uint64_t>(v.aux_int));
    mix(v.sym.raw);
    mix(v.aux_id);
    for (ValueId a : v.args())
      mix(a.raw);
    if (v.op == Op::Phi)
      mix(v.block.raw);
    return h;
  }

  bool equal(const Value &a, const Value &b) const {
    if (a.op != b.op || a.type != b.type || a.aux_int != b.aux_int || a.sym != b.sym || a.aux_id != b.aux_id ||
        a.argCount() != b.argCount() || (a.op == Op::Phi && a.block != b.block))
      return false;
    for (unsigned i = 0; i < a.argCount(); ++i)
      if (a.arg(i) != b.arg(i))
        return false;
    return true;
  }

  void number(ValueId v) {
    for (unsigned i = 0; i < f_[v].argCount(); ++i)
      if (f_[f_[v].arg(i)].op == Op::Copy)
        f_.setArg(v, i, source(f_, f_[v].arg(i)));
    const Value &value = f_[v];
    if (!isCandidate(value))
      return;
    bool constant = f_[value.argCount() > 1 ? value.arg(1) : v].op == Op::Const; // stays on the right
    if (isCommutative(value.op) && !constant && value.arg(1) < value.arg(0)) {
      ValueId args[] = {value.arg(1), value.arg(0)};
      if (f_[args[1]].op != Op::Const && f_[args[0]].op != Op::Const)
        f_.setArgs(v, args);
    }
    std::vector<ValueId> &same = numbers_[hash(value)];
    for (ValueId first : same) {
      if (!equal(f_[first], value) || !doms_.dominates(f_[first].block, value.block))
        continue;
      if (ctx_.step()) {
        f_[first].flags |= value.flags & (ValueFlags::NonNil | ValueFlags::NonNegative);
        f_.makeCopy(v, first);
      }
      return;
    }
    same.push_back(v);
  }

  PassContext &ctx_;
  Func &f_;
  Dominators doms_;
  std::unordered_map<std::uint64_t, std::vector<ValueId>> numbers_; // looked up only
};

} // namespace

void eliminateCommonValues(PassContext &ctx, Func &f) { Eliminator(ctx, f).run(); }

} // namespace gannet::ssa
