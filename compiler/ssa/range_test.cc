// The branches that are joined:
//
//     a: if lo <= x -> b, out            a: if x - lo <=u hi - lo -> b, out
//     b: if x <= hi -> in, out           b: -> in
//
// in any order, with either sign. b does nothing else that must not be done
// without need, and what phis of `out` get is the same by both edges. This runs
// behind prove, to which two limits say more than one range.
#include "compiler/ssa/range_test.h"

#include "compiler/ssa/dominators.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

constexpr std::size_t kMostMoved =
    4; // values of b, which are then computed ahead of the test

// The constant read with or without sign, so that it compares as a 128-bit
// number.
__int128 numberOf(Type t, std::int64_t c, bool is_signed) {
  if (is_signed)
    return c;
  const auto bits = static_cast<std::uint64_t>(c);
  return sizeBits(t) == 64 ? bits
                           : bits & ((std::uint64_t(1) << sizeBits(t)) - 1);
}

// Whether phis of `to` get the same by the two edges.
bool areAlike(const Func &f, BlockId to, unsigned one, unsigned two) {
  for (ValueId v : f[to].values) {
    if (f[v].op != Op::Phi)
      break;
    if (f[v].arg(one) != f[v].arg(two))
      return false;
  }
  return true;
}

bool join(PassContext &ctx, Func &f, BlockId b) {
  const Block &second = f[b];
  if (second.kind != BlockKind::If || second.preds.size() != 1 ||
      second.values.size() > kMostMoved || second.no_preempt != 0)
    return false;
  const BlockId a = second.preds[0].block;
  const unsigned to_b = second.preds[0].index;
  if (a == b || f[a].kind != BlockKind::If || f[a].no_preempt != 0)
    return false;
  const Edge out = f[a].succs[1 - to_b];
  if (second.succs[0].block == second.succs[1].block || out.block == b)
    return false;
  const unsigned to_out = second.succs[0].block == out.block ? 0 : 1;
  if (second.succs[to_out].block != out.block ||
      !areAlike(f, out.block, out.index, second.succs[to_out].index))
    return false;
  for (ValueId v : second.values)
    if (f[v].op == Op::Phi || !isSpeculable(f[v].op))
      return false;
  std::optional<Limit> one = limitOf(f, f[a].controls[0], to_b == 0),
                       two = limitOf(f, second.controls[0], to_out == 1);
  if (!one || !two || !ctx.step())
    return false;
  ValueId both = rangeTest(f, a, *one, *two, f[f[a].controls[0]].pos);
  if (!both)
    return false;
  const std::vector<ValueId> values = f[b].values;
  for (ValueId v : values)
    f.move(v, a);
  if (to_b == 1)
    f.swapSuccs(a);
  f.setControl(a, both);
  f.clearControls(b);
  f[b].kind = BlockKind::Plain, f[b].likely = 0;
  f.removeEdge(b, to_out);
  return true;
}

} // namespace

std::optional<Limit> limitOf(const Func &f, ValueId cond, bool holds) {
  const Value &v = f[cond];
  if (v.op == Op::BoolNot)
    return limitOf(f, v.arg(0), !holds);
  const bool strict = v.op == Op::Lt || v.op == Op::LtU,
             is_signed = v.op == Op::Lt || v.op == Op::Le;
  if ((!strict && v.op != Op::Le && v.op != Op::LeU) ||
      !isInt(f[v.arg(0)].type))
    return std::nullopt;
  const Type t = f[v.arg(0)].type;
  const bool right = f[v.arg(1)].op == Op::Const; // x < c
  if (right == (f[v.arg(0)].op == Op::Const))
    return std::nullopt;
  const bool upper = right == holds;
  // x < c is x <= c - 1, and what does not hold of x <= c is x >= c + 1
  __int128 c = numberOf(t, f[v.arg(right ? 1 : 0)].aux_int, is_signed);
  if (strict == holds)
    c += upper ? -1 : 1;
  const unsigned bits = sizeBits(t);
  const __int128 least = is_signed ? -(__int128(1) << (bits - 1)) : 0,
                 greatest = (__int128(1) << (is_signed ? bits - 1 : bits)) - 1;
  if (c < least || c > greatest)
    return std::nullopt;
  return Limit{v.arg(right ? 0 : 1), upper, is_signed,
               static_cast<std::int64_t>(c)};
}

ValueId rangeTest(Func &f, BlockId b, const Limit &one, const Limit &two,
                  SrcPos pos) {
  if (one.x != two.x || one.upper == two.upper ||
      one.is_signed != two.is_signed)
    return {};
  const Type t = f[one.x].type;
  const std::int64_t lo = one.upper ? two.c : one.c,
                     hi = one.upper ? one.c : two.c;
  if (numberOf(t, lo, one.is_signed) > numberOf(t, hi, one.is_signed))
    return {};
  ValueId from = one.x;
  if (lo != 0)
    from = f.add(b, Op::Add, t,
                 {from, f.constInt(t, static_cast<std::int64_t>(
                                          0 - static_cast<std::uint64_t>(lo)))},
                 pos);
  const auto width = static_cast<std::int64_t>(static_cast<std::uint64_t>(hi) -
                                               static_cast<std::uint64_t>(lo));
  return f.add(b, Op::LeU, Type::Bool, {from, f.constInt(t, width)}, pos);
}

void joinRangeTests(PassContext &ctx, Func &f) {
  std::vector<BlockId> order = postorder(f); // inner ones of a chain first
  for (BlockId b : order)
    join(ctx, f, b);
}

} // namespace gannet::ssa
