#include "compiler/ssa/implication.h"

#include <utility>
#include <vector>

namespace gannet::ssa {
namespace {

// How two values may stand to each other: bits.
enum Relation : unsigned { Less = 1, Equal = 2, Greater = 4, All = 7 };

struct Comparison {
  ValueId a, b;
  unsigned relations = 0;     // with which the condition holds
  enum { Either, Signed, Unsigned } order = Either;
};

std::optional<Comparison> comparisonOf(const Func &f, ValueId v) {
  const Value &value = f[v];
  if (value.op == Op::IsNonNil)
    return Comparison{value.arg(0), {}, Less | Greater, Comparison::Either};
  if (value.argCount() != 2 || (!isInt(f[value.arg(0)].type) && f[value.arg(0)].type != Type::Ptr))
    return std::nullopt;
  ValueId a = value.arg(0), b = value.arg(1);
  switch (value.op) {
  case Op::Eq:
    return Comparison{a, b, Equal, Comparison::Either};
  case Op::Ne:
    return Comparison{a, b, Less | Greater, Comparison::Either};
  case Op::Lt:
    return Comparison{a, b, Less, Comparison::Signed};
  case Op::Le:
    return Comparison{a, b, Less | Equal, Comparison::Signed};
  case Op::LtU:
    return Comparison{a, b, Less, Comparison::Unsigned};
  case Op::LeU:
    return Comparison{a, b, Less | Equal, Comparison::Unsigned};
  default:
    return std::nullopt;
  }
}

// Values of an integer, read as signed: ranges in order that do not touch, ends included.
struct Range {
  std::int64_t low, high;
};
using Ranges = std::vector<Range>;

struct Limits {
  std::int64_t smallest, largest;
};

Limits limitsOf(Type t) {
  std::int64_t largest = INT64_MAX >> (64 - sizeBits(t));
  return {-largest - 1, largest};
}

Ranges without(const Ranges &r, Limits all) {
  Ranges out;
  std::int64_t next = all.smallest;
  for (const Range &taken : r) {
    if (taken.low > next)
      out.push_back({next, taken.low - 1});
    if (taken.high == all.largest)
      return out;
    next = taken.high + 1;
  }
  out.push_back({next, all.largest});
  return out;
}

bool overlap(const Ranges &a, const Ranges &b) {
  for (const Range &x : a)
    for (const Range &y : b)
      if (x.low <= y.high && y.low <= x.high)
        return true;
  return false;
}

// What is less than c, or at most c.
Ranges below(std::int64_t c, bool or_equal, bool is_unsigned, Limits all) {
  if (c == (is_unsigned ? 0 : all.smallest) && !or_equal)
    return {};
  const std::int64_t last = or_equal ? c : is_unsigned && c == all.smallest ? all.largest : c - 1;
  if (!is_unsigned)
    return {{all.smallest, last}};
  if (last >= 0)
    return {{0, last}};
  // without sign, what is negative comes behind the rest
  return last == -1 ? Ranges{{all.smallest, all.largest}} : Ranges{{all.smallest, last}, {0, all.largest}};
}

struct ValueRanges {
  ValueId of;
  Ranges with; // the condition
};

// A comparison with a constant.
std::optional<ValueRanges> rangesOf(const Func &f, ValueId cond) {
  const Value &value = f[cond];
  if (value.argCount() != 2 || !isInt(f[value.arg(0)].type))
    return std::nullopt;
  const bool constant_left = f[value.arg(0)].op == Op::Const;
  ValueId x = value.arg(constant_left ? 1 : 0), constant = value.arg(constant_left ? 0 : 1);
  if (f[constant].op != Op::Const || f[x].op == Op::Const)
    return std::nullopt;
  const std::int64_t c = f[constant].aux_int;
  const Limits all = limitsOf(f[x].type);
  if (c < all.smallest || c > all.largest)
    return std::nullopt;
  auto ordered = [&](bool or_equal, bool is_unsigned) -> ValueRanges { // c < x is not x <= c
    return {x, constant_left ? without(below(c, !or_equal, is_unsigned, all), all) : below(c, or_equal, is_unsigned, all)};
  };
  switch (value.op) {
  case Op::Eq:
    return ValueRanges{x, {{c, c}}};
  case Op::Ne:
    return ValueRanges{x, without({{c, c}}, all)};
  case Op::Lt:
    return ordered(false, false);
  case Op::Le:
    return ordered(true, false);
  case Op::LtU:
    return ordered(false, true);
  case Op::LeU:
    return ordered(true, true);
  default:
    return std::nullopt;
  }
}

// Both compare one value with constants, which need not be the same.
std::optional<bool> impliedByRanges(const Func &f, ValueId known, bool holds, ValueId asked) {
  std::optional<ValueRanges> k = rangesOf(f, known), q = rangesOf(f, asked);
  if (!k || !q || k->of != q->of)
    return std::nullopt;
  const Limits all = limitsOf(f[k->of].type);
  const Ranges possible = holds ? k->with : without(k->with, all);
  if (!overlap(possible, q->with))
    return false;
  if (!overlap(possible, without(q->with, all)))
    return true;
  return std::nullopt;
}

unsigned mirrored(unsigned r) { return (r & Equal) | (r & Less ? Greater : 0) | (r & Greater ? Less : 0); }

} // namespace

std::optional<bool> implied(const Func &f, ValueId known, bool holds, ValueId asked) {
  while (f[known].op == Op::BoolNot)
    known = f[known].arg(0), holds = !holds;
  bool negated = false;
  while (f[asked].op == Op::BoolNot)
    asked = f[asked].arg(0), negated = !negated;
  if (known == asked)
    return holds != negated;
  const Value &k = f[known], &q = f[asked];
  // the same float comparison twice; of another one nothing follows, for the operands may be no numbers
  if (k.op == q.op && k.argCount() == 2 && q.argCount() == 2 && isFloat(f[k.arg(0)].type) && k.arg(0) == q.arg(0) &&
      k.arg(1) == q.arg(1))
    return holds != negated;
  if (std::optional<bool> by_ranges = impliedByRanges(f, known, holds, asked))
    return *by_ranges != negated;
  std::optional<Comparison> x = comparisonOf(f, known), y = comparisonOf(f, asked);
  if (!x || !y)
    return std::nullopt;
  if (x->a != y->a || x->b != y->b) {
    if (x->a != y->b || x->b != y->a)
      return std::nullopt;
    y->relations = mirrored(y->relations);
  }
  unsigned possible = holds ? x->relations : All & ~x->relations;
  // less in one order may be greater in the other, but not equal
  if (x->order != y->order && x->order != Comparison::Either && y->order != Comparison::Either && (possible & ~Equal) != 0)
    possible |= Less | Greater;
  if ((possible & ~y->relations) == 0)
    return !negated;
  if ((possible & y->relations) == 0)
    return negated;
  return std::nullopt;
}

} // namespace gannet::ssa
