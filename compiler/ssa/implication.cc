#include "compiler/ssa/implication.h"

#include <utility>

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
