// Branch elimination: a small diamond or triangle whose sides compute little becomes straight code with selects.
//
//     b -> s -> j, b -> j        s empty or cheap: its values move to b, phis of j become condselects
//     b -> s -> j, b -> t -> j   the same with both sides
//
// Only what may be computed without need moves (op.h, isSpeculable), at most kMaxMoved cheap values a side, and at most
// kMaxSelects phis. Not where the branch is likely to go one way: a predicted branch is cheaper than the wait for both
// sides. Not in front of a loop's header: a select would lengthen the loop's chain of dependence.
// Source: as for the trade-off, measured on sort and search kernels (tests/benchmarks).
#include "compiler/ssa/branch_elim.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dead_code.h"
#include "compiler/ssa/loops.h"

namespace gannet::ssa {
namespace {

constexpr unsigned kMaxMoved = 2;
constexpr unsigned kMaxSelects = 2;

// So cheap that computing it for nothing costs about a cycle.
bool isCheap(const Func &f, ValueId v) {
  const Value &value = f[v];
  if (!isSpeculable(value.op) || !isScalar(value.type))
    return false;
  switch (value.op) {
  case Op::Const:
  case Op::Addr:
  case Op::LocalAddr:
  case Op::Add:
  case Op::Sub:
  case Op::And:
  case Op::Or:
  case Op::Xor:
  case Op::Neg:
  case Op::Not:
  case Op::SignExt:
  case Op::ZeroExt:
  case Op::Trunc:
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le:
  case Op::LtU:
  case Op::LeU:
  case Op::BoolNot:
    return true;
  case Op::Shl:
  case Op::Shr:
  case Op::Sar:
    return f[value.arg(1)].op == Op::Const;
  default:
    return false;
  }
}

class Eliminator {
public:
  Eliminator(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), is_header_(f.blockCount(), false) {
    Dominators doms(f);
    Loops loops(f, doms);
    for (const Loop &loop : loops.all())
      is_header_[loop.header.raw] = true;
  }

  void run() {
    for (bool changed = true; changed;) {
      changed = false;
      std::vector<BlockId> blocks = f_.blocks();
      for (BlockId b : blocks)
        changed |= !f_[b].removed && visit(b);
      if (changed) {
        removeUnreachableBlocks(f_);
        eliminateCopies(ctx_, f_);
      }
    }
  }

private:
  // A side: an empty or cheap block between b and the join, or none when b's edge leads there directly.
  struct Side {
    BlockId block;      // none: the direct edge
    unsigned pred_index; // of the join
  };

  bool isSideBlock(BlockId s) const {
    const Block &block = f_[s];
    if (block.kind != BlockKind::Plain || block.preds.size() != 1 || block.values.size() > kMaxMoved || block.no_preempt != 0)
      return false;
    for (ValueId v : block.values)
      if (!isCheap(f_, v))
        return false;
    return true;
  }

  bool visit(BlockId b) {
    const Block &block = f_[b];
    if (block.kind != BlockKind::If || block.likely != 0 || block.no_preempt != 0)
      return false;
    BlockId s0 = block.succs[0].block, s1 = block.succs[1].block;
    if (s0 == s1)
      return false;
    BlockId join;
    Side sides[2];
    if (isSideBlock(s0) && f_[s0].succs[0].block == s1)
      join = s1, sides[0] = {s0, f_[s0].succs[0].index}, sides[1] = {{}, block.succs[1].index};
    else if (isSideBlock(s1) && f_[s1].succs[0].block == s0)
      join = s0, sides[0] = {{}, block.succs[0].index}, sides[1] = {s1, f_[s1].succs[0].index};
    else if (isSideBlock(s0) && isSideBlock(s1) && f_[s0].succs[0].block == f_[s1].succs[0].block)
      join = f_[s0].succs[0].block, sides[0] = {s0, f_[s0].succs[0].index}, sides[1] = {s1, f_[s1].succs[0].index};
    else
      return false;
    if (join == b || !isWorthwhile(join, sides) || !ctx_.step())
      return false;
    convert(b, join, sides);
    return true;
  }

  bool isWorthwhile(BlockId join, const Side sides[2]) const {
    unsigned selects = 0;
    for (ValueId v : f_[join].values) {
      const Value &phi = f_[v];
      if (phi.op != Op::Phi)
        continue;
      ValueId x = phi.arg(sides[0].pred_index), y = phi.arg(sides[1].pred_index);
      if (x == y)
        continue;
      if (phi.type == Type::Mem || isFloat(phi.type) || !isScalar(phi.type) || phi.type == Type::V128 || ++selects > kMaxSelects)
        return false;
      // a load that one side needs not wait for the other's makes the select a stall
      if (f_[x].op == Op::Load || f_[y].op == Op::Load)
        return false;
    }
    return selects > 0 && !is_header_[join.raw];
  }

  void convert(BlockId b, BlockId join, const Side sides[2]) {
    ValueId cond = f_[b].controls[0];
    for (unsigned i = 0; i < 2; ++i)
      if (sides[i].block) {
        std::vector<ValueId> values = f_[sides[i].block].values;
        for (ValueId v : values)
          f_.move(v, b);
      }
    std::vector<ValueId> phis;
    for (ValueId v : f_[join].values)
      if (f_[v].op == Op::Phi)
        phis.push_back(v);
    // one edge stays and brings the selected values; then the other goes
    unsigned keep = sides[0].block ? 1 : 0; // prefer to keep a direct edge
    if (sides[0].block && sides[1].block)
      keep = 0;
    for (ValueId v : phis) {
      ValueId x = f_[v].arg(sides[0].pred_index), y = f_[v].arg(sides[1].pred_index);
      ValueId merged = x == y ? x : f_.add(b, Op::CondSelect, f_[v].type, {x, y, cond}, f_[v].pos);
      f_.setArg(v, sides[keep].pred_index, merged);
    }
    f_.clearControls(b);
    f_[b].kind = BlockKind::Plain;
    f_[b].likely = 0;
    f_.removeEdge(b, keep == 0 ? 1 : 0);
    // the side that was dropped still leads to the join
    BlockId dropped = sides[1 - keep].block;
    if (dropped)
      f_.removeEdge(dropped, 0);
  }

  PassContext &ctx_;
  Func &f_;
  std::vector<bool> is_header_;
};

} // namespace

void eliminateBranches(PassContext &ctx, Func &f) { Eliminator(ctx, f).run(); }

} // namespace gannet::ssa
