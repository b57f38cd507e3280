// Loop-invariant motion: what a loop computes anew each time though nothing in it changes is computed once in front.
//
// A value moves to the end of the block before the header if (1) it is pure and may be computed without need, or (2) it is a
// load from memory that the loop does not write, whose pointer is known to be good in front of the loop or whose
// block runs in each round before any exit; and (3) its operands are outside the loop. Constants and addresses stay: they
// cost nothing. Across calls a value in a register would be spilled and reloaded, which is no gain: in a loop with
// calls only what is dearer than a reload moves.
// Inner loops come first; what leaves one may then leave the next.
#include "compiler/ssa/loop_invariant.h"

#include "compiler/ssa/alias.h"
#include "compiler/ssa/loops.h"
#include "compiler/ssa/order.h"

namespace gannet::ssa {
namespace {

constexpr unsigned kMaxMoved = 8; // a loop: more would only be spilled

class Hoister {
public:
  Hoister(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), doms_(f), loops_(f, doms_) {}

  void run() {
    for (std::size_t i = loops_.all().size(); i-- > 0;)
      visit(static_cast<std::int32_t>(i));
  }

private:
  // The one block that enters the loop and goes nowhere else.
  BlockId preheader(const Loop &loop) const {
    BlockId out;
    for (Edge e : f_[loop.header].preds) {
      if (doms_.dominates(loop.header, e.block))
        continue;
      if (out || f_[e.block].succs.size() != 1)
        return {};
      out = e.block;
    }
    return out;
  }

  bool isOutside(std::int32_t loop, ValueId v) const { return !loops_.contains(loop, f_[v].block); }

  static bool isDear(Op op) {
    switch (op) {
    case Op::Mul:
    case Op::MulHi:
    case Op::MulHiU:
    case Op::DivF:
    case Op::SqrtF:
    case Op::IntToF:
    case Op::FToInt:
    case Op::PopCount:
      return true;
    default:
      return false;
    }
  }

  void visit(std::int32_t index) {
    const Loop &loop = loops_.all()[index];
    BlockId target = preheader(loop);
    if (!target || f_[target].no_preempt != 0)
      return;
    bool changes_memory = false;
    for (BlockId b : loop.blocks)
      for (ValueId v : f_[b].values)
        changes_memory |= makesMemory(f_, v) && f_[v].op != Op::Phi;
    unsigned moved = 0;
    for (BlockId b : loop.blocks) {
      std::vector<ValueId> order = orderedValues(f_, b);
      for (ValueId v : order)
        if (moved < kMaxMoved && mayMove(index, loop, b, v, changes_memory) && ctx_.step()) {
          f_.move(v, target);
          ++moved;
        }
    }
  }

  bool mayMove(std::int32_t index, const Loop &loop, BlockId b, ValueId v, bool changes_memory) const {
    const Value &value = f_[v];
    if (value.op == Op::Phi || value.op == Op::Select || !isScalar(value.type))
      return false;
    for (ValueId a : value.args())
      if (!isOutside(index, a))
        return false;
    if (value.op == Op::Load)
      return !changes_memory && !loop.has_call && runsEachRound(loop, b) && b == loop.header;
    if (!isSpeculable(value.op) || hasEffect(value.op, Effects::Cheap) || value.op == Op::Copy)
      return false;
    if (value.type == Type::Bool) // a branch wants its comparison beside it
      return false;
    // an address that a load or store takes apart for nothing
    if (value.op == Op::OffPtr || value.op == Op::AddPtr)
      return false;
    return !loop.has_call || isDear(value.op);
  }

  bool runsEachRound(const Loop &loop, BlockId b) const {
    for (BlockId latch : loop.latches)
      if (!doms_.dominates(b, latch))
        return false;
    return true;
  }

  PassContext &ctx_;
  Func &f_;
  Dominators doms_;
  Loops loops_;
};

} // namespace

void hoistInvariants(PassContext &ctx, Func &f) { Hoister(ctx, f).run(); }

} // namespace gannet::ssa
