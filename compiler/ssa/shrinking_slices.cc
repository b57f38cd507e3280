#include "compiler/ssa/shrinking_slices.h"

#include <optional>
#include <utility>
#include <vector>

namespace gannet::ssa {
namespace {

// How much less a value is: a constant, or a value.
struct Cut {
  ValueId by;
  std::int64_t constant = 0; // if there is no `by`

  bool operator==(const Cut &) const = default;
};

struct Shrinking {
  ValueId phi, start;
  Cut cut;
};

std::optional<std::int64_t> constantOf(const Func &f, ValueId v) {
  if (f[v].op != Op::Const)
    return std::nullopt;
  return f[v].aux_int;
}

std::optional<Cut> cutOf(const Func &f, ValueId next, ValueId phi) {
  const Value &n = f[next];
  if ((n.op != Op::Sub && n.op != Op::Add) || n.arg(0) != phi)
    return std::nullopt;
  std::optional<std::int64_t> c = constantOf(f, n.arg(1));
  if (!c)
    return n.op == Op::Sub ? std::optional(Cut{n.arg(1)}) : std::nullopt;
  if (n.op == Op::Add && (*c >= 0 || *c == INT64_MIN))
    return std::nullopt;
  return Cut{{}, n.op == Op::Add ? -*c : *c};
}

// Does `cond` say by being `holds` that 0 <= cut <= length?
bool isWithin(const Func &f, ValueId cond, bool holds, const Cut &cut, ValueId length) {
  const Value &c = f[cond];
  if (c.op == Op::BoolNot)
    return isWithin(f, c.arg(0), !holds, cut, length);
  if (c.argCount() != 2)
    return false;
  ValueId low = c.arg(0), high = c.arg(1);
  if (c.op == Op::IsSliceInBounds || c.op == Op::IsInBounds) {
    if (!holds || high != length)
      return false;
    if (low == cut.by)
      return true;
  } else if (c.op == Op::Le || c.op == Op::Lt) {
    if (!holds) // b < a, or b <= a
      std::swap(low, high);
    if (high != length)
      return false;
  } else {
    return false;
  }
  // a constant that is not less
  std::optional<std::int64_t> least = constantOf(f, low);
  return !cut.by && cut.constant >= 0 && least && *least >= cut.constant;
}

bool isTested(const Func &f, const Dominators &doms, BlockId header, BlockId latch, const Shrinking &s) {
  for (BlockId b = latch; b != header; b = doms.idom(b)) {
    if (f[b].preds.size() != 1)
      continue;
    Edge e = f[b].preds[0];
    const Block &pred = f[e.block];
    if (pred.kind == BlockKind::If && pred.succs[0].block != pred.succs[1].block &&
        isWithin(f, pred.controls[0], e.index == 0, s.cut, s.phi))
      return true;
  }
  return false;
}

} // namespace

void learnShrinkingSlices(const Func &f, const Dominators &doms, Facts &facts, BlockId header) {
  const Block &block = f[header];
  if (block.preds.size() != 2)
    return;
  for (unsigned back = 0; back < 2; ++back) {
    BlockId latch = block.preds[back].block;
    if (!doms.isReachable(latch) || !doms.dominates(header, latch) || !doms.isReachable(block.preds[1 - back].block))
      continue;
    std::vector<Shrinking> phis;
    for (ValueId v : block.values)
      if (f[v].op == Op::Phi && f[v].type == Type::I64)
        if (std::optional<Cut> cut = cutOf(f, f[v].arg(back), v))
          phis.push_back({v, f[v].arg(1 - back), *cut});
    for (const Shrinking &length : phis) {
      if (!facts.isNonNegative(length.start) || !isTested(f, doms, header, latch, length))
        continue;
      facts.learnNonNegative(length.phi);
      for (const Shrinking &capacity : phis)
        if (capacity.phi != length.phi && capacity.cut == length.cut && facts.isLe(length.start, capacity.start, 0))
          facts.learnLe(length.phi, capacity.phi, 0);
    }
  }
}

} // namespace gannet::ssa
