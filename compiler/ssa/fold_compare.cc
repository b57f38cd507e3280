// Rules for comparisons, bools and selects.
#include "compiler/ssa/folder.h"
#include "compiler/ssa/range_test.h"

namespace gannet::ssa {

bool Folder::foldEquality(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  bool is_eq = op(v) == Op::Eq;
  std::int64_t c = 0, d = 0;
  // x == x -> true
  if (x == y)
    return toConst(v, is_eq);
  if (isConst(x, c) && isConst(y, d))
    return toConst(v, (c == d) == is_eq);
  Type t = type(x);
  if (t == Type::Bool && isConst(y, c))
    // x == true -> x, x == false -> !x
    return (c != 0) == is_eq ? toCopy(v, x) : to(v, Op::BoolNot, {x});
  if (t == Type::Ptr) {
    // p != nil -> isnonnil p
    if (isConstValue(y, 0))
      return is_eq ? to(v, Op::BoolNot, {emit(v, Op::IsNonNil, Type::Bool, {x})}) : to(v, Op::IsNonNil, {x});
    // p+c == p+d; the same base
    ValueId px = op(x) == Op::OffPtr ? arg(x, 0) : x, py = op(y) == Op::OffPtr ? arg(y, 0) : y;
    if (px == py)
      return toConst(v, ((op(x) == Op::OffPtr ? at(x).aux_int : 0) == (op(y) == Op::OffPtr ? at(y).aux_int : 0)) == is_eq);
    return false;
  }
  if (!isInt(t) || !isConst(y, c)) {
    // x+c == y+c and the like are left to the comparison of differences
    return false;
  }
  // x + d == c -> x == c-d
  if (op(x) == Op::Add && isConst(arg(x, 1), d))
    return to(v, op(v), {arg(x, 0), constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(c) - static_cast<std::uint64_t>(d)))});
  // x ^ d == c -> x == c^d
  if (op(x) == Op::Xor && isConst(arg(x, 1), d))
    return to(v, op(v), {arg(x, 0), constant(t, c ^ d)});
  // x - y == 0, x ^ y == 0 -> x == y
  if ((op(x) == Op::Sub || op(x) == Op::Xor) && c == 0)
    return to(v, op(v), {arg(x, 0), arg(x, 1)});
  // -x == 0 -> x == 0
  if (op(x) == Op::Neg && c == 0)
    return to(v, op(v), {arg(x, 0), y});
  if (op(x) == Op::ZeroExt) {
    ValueId from = arg(x, 0);
    std::uint64_t bits = unsignedOf(t, c), most = unsignedOf(type(from), -1);
    if (bits > most)
      return toConst(v, !is_eq);
    return to(v, op(v), {from, constant(type(from), c)});
  }
  if (op(x) == Op::SignExt) {
    ValueId from = arg(x, 0);
    unsigned w = sizeBits(type(from));
    if ((static_cast<std::int64_t>(static_cast<std::uint64_t>(c) << (64 - w)) >> (64 - w)) != c)
      return toConst(v, !is_eq);
    return to(v, op(v), {from, constant(type(from), c)});
  }
  // x % 2^n == 0 -> x & (2^n-1) == 0, signed too
  if (op(x) == Op::Mod && c == 0 && isConst(arg(x, 1), d) && d > 0 && isPowerOf2(static_cast<std::uint64_t>(d)))
    return to(v, op(v), {emit(v, Op::And, t, {arg(x, 0), constant(t, d - 1)}), y});
  // bits that cannot be set
  unsigned bits = knownBits(x);
  if (bits < 64 && (unsignedOf(t, c) >> bits) != 0)
    return toConst(v, !is_eq);
  return false;
}

bool Folder::foldOrdering(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Op o = op(v);
  bool is_unsigned = o == Op::LtU || o == Op::LeU;
  bool or_equal = o == Op::Le || o == Op::LeU;
  Type t = type(x);
  std::int64_t c = 0, d = 0;
  // x < x -> false, x <= x -> true
  if (x == y)
    return toConst(v, or_equal);
  bool left = isConst(x, c), right = isConst(y, d);
  if (left && right) {
    if (is_unsigned) {
      std::uint64_t a = unsignedOf(t, c), b = unsignedOf(t, d);
      return toConst(v, or_equal ? a <= b : a < b);
    }
    return toConst(v, or_equal ? c <= d : c < d);
  }
  if (!isInt(t))
    return false;
  unsigned w = sizeBits(t);
  std::int64_t smallest = static_cast<std::int64_t>(~std::uint64_t(0) << (w - 1)), largest = ~smallest;
  if (is_unsigned) {
    // x <u 0 -> false, 0 <=u x -> true, max <u x -> false, x <=u max -> true
    if ((right && d == 0 && !or_equal) || (left && c == -1 && !or_equal))
      return toConst(v, 0);
    if ((left && c == 0 && or_equal) || (right && d == -1 && or_equal))
      return toConst(v, 1);
    // x <u 1, x <=u 0 -> x == 0; 0 <u x -> x != 0
    if ((right && d == 1 && !or_equal) || (right && d == 0 && or_equal))
      return to(v, Op::Eq, {x, constant(t, 0)});
    if ((left && c == 0 && !or_equal) || (left && c == 1 && or_equal))
      return to(v, Op::Ne, {y, constant(t, 0)});
    // beyond the bits that may be set
    if (right && knownBits(x) < 64 && (unsignedOf(t, d) >> knownBits(x)) != 0)
      return toConst(v, 1);
    if (left && knownBits(y) < 64 && (unsignedOf(t, c) >> knownBits(y)) != 0)
      return toConst(v, 0);
  } else {
    if ((right && d == smallest && !or_equal) || (left && c == largest && !or_equal))
      return toConst(v, 0);
    if ((left && c == smallest && or_equal) || (right && d == largest && or_equal))
      return toConst(v, 1);
    // a value without sign
    if (right && knownBits(x) < w) {
      if (d < 0)
        return toConst(v, 0);
      return to(v, or_equal ? Op::LeU : Op::LtU, {x, y});
    }
    if (left && knownBits(y) < w) {
      if (c < 0)
        return toConst(v, 1);
      return to(v, or_equal ? Op::LeU : Op::LtU, {x, y});
    }
    // x <= c -> x < c+1; c <= x -> c-1 < x; not before proofs are told of, in the words of the source
    if (late_ && right && or_equal)
      return to(v, Op::Lt, {x, constant(t, d + 1)});
    if (late_ && left && or_equal)
      return to(v, Op::Lt, {constant(t, c - 1), y});
  }
  // both sides extended alike from one width: compare there
  Op ext = is_unsigned ? Op::ZeroExt : Op::SignExt;
  if (op(x) == ext && op(y) == ext && type(arg(x, 0)) == type(arg(y, 0)) && isInt(type(arg(x, 0))))
    return to(v, o, {arg(x, 0), arg(y, 0)});
  return false;
}

bool Folder::foldBool(ValueId v) {
  ValueId x = arg(v, 0);
  std::int64_t c = 0;
  if (op(v) == Op::BoolNot) {
    if (isConst(x, c))
      return toConst(v, c == 0);
    // !!x -> x
    if (op(x) == Op::BoolNot)
      return toCopy(v, arg(x, 0));
    ValueId a = at(x).argCount() > 0 ? arg(x, 0) : x, b = at(x).argCount() > 1 ? arg(x, 1) : x;
    switch (op(x)) {
    // !(a == b) -> a != b; !(a < b) -> b <= a (not for floats: neither holds of NaN)
    case Op::Eq:
      return to(v, Op::Ne, {a, b});
    case Op::Ne:
      return to(v, Op::Eq, {a, b});
    case Op::Lt:
      return to(v, Op::Le, {b, a});
    case Op::Le:
      return to(v, Op::Lt, {b, a});
    case Op::LtU:
      return to(v, Op::LeU, {b, a});
    case Op::LeU:
      return to(v, Op::LtU, {b, a});
    case Op::EqF:
      return to(v, Op::NeF, {a, b});
    case Op::NeF:
      return to(v, Op::EqF, {a, b});
    default:
      return false;
    }
  }
  ValueId y = arg(v, 1);
  if (x == y)
    return toCopy(v, x);
  if (!isConst(y, c))
    return late_ && foldRange(v);
  // x && true -> x, x && false -> false, x || true -> true, x || false -> x
  if (op(v) == Op::BoolAnd)
    return c != 0 ? toCopy(v, x) : toConst(v, 0);
  return c != 0 ? toConst(v, 1) : toCopy(v, x);
}

// lo <= x && x <= hi -> x - lo <= hi - lo without sign; x < lo || hi < x -> its contrary
bool Folder::foldRange(ValueId v) {
  const bool holds = op(v) == Op::BoolAnd;
  const std::optional<Limit> one = limitOf(f_, arg(v, 0), holds), two = limitOf(f_, arg(v, 1), holds);
  ValueId both = one && two ? rangeTest(f_, at(v).block, *one, *two, at(v).pos) : ValueId();
  if (!both)
    return false;
  return holds ? toCopy(v, both) : to(v, Op::BoolNot, {both});
}

bool Folder::foldSelect(ValueId v) {
  ValueId a = arg(v, 0), b = arg(v, 1), cond = arg(v, 2);
  std::int64_t c = 0, d = 0, k = 0;
  // both alike; a constant condition
  if (a == b)
    return toCopy(v, a);
  if (isConst(cond, k))
    return toCopy(v, k != 0 ? a : b);
  // !c ? a : b -> c ? b : a
  if (op(cond) == Op::BoolNot)
    return to(v, Op::CondSelect, {b, a, arg(cond, 0)});
  // c ? 1 : 0 -> c, c ? 0 : 1 -> !c
  if (isConst(a, c) && isConst(b, d) && ((c == 1 && d == 0) || (c == 0 && d == 1) || (type(v) == Type::Bool && c != d))) {
    bool inverted = c == 0;
    if (type(v) == Type::Bool)
      return inverted ? to(v, Op::BoolNot, {cond}) : toCopy(v, cond);
    if (isInt(type(v))) {
      ValueId bit = inverted ? emit(v, Op::BoolNot, Type::Bool, {cond}) : cond;
      return to(v, Op::ZeroExt, {bit});
    }
  }
  // the length of x >> 0 and the like: nothing more
  return false;
}

bool Folder::foldCompare(ValueId v) {
  std::int64_t c = 0, d = 0;
  double x = 0, y = 0;
  switch (op(v)) {
  case Op::Eq:
  case Op::Ne:
    return foldEquality(v);
  case Op::Lt:
  case Op::Le:
  case Op::LtU:
  case Op::LeU:
    return foldOrdering(v);
  case Op::EqF:
    return isFloatConst(arg(v, 0), x) && isFloatConst(arg(v, 1), y) && toConst(v, x == y);
  case Op::NeF:
    return isFloatConst(arg(v, 0), x) && isFloatConst(arg(v, 1), y) && toConst(v, x != y);
  case Op::LtF:
    return isFloatConst(arg(v, 0), x) && isFloatConst(arg(v, 1), y) && toConst(v, x < y);
  case Op::LeF:
    return isFloatConst(arg(v, 0), x) && isFloatConst(arg(v, 1), y) && toConst(v, x <= y);
  case Op::BoolAnd:
  case Op::BoolOr:
  case Op::BoolNot:
    return foldBool(v);
  case Op::CondSelect:
    return foldSelect(v);
  case Op::IsNonNil: {
    ValueId p = arg(v, 0);
    if (isConst(p, c))
      return toConst(v, c != 0);
    bool known = op(p) == Op::Addr || op(p) == Op::LocalAddr || op(p) == Op::NilCheck || (at(p).flags & ValueFlags::NonNil) != 0;
    return known && toConst(v, 1);
  }
  case Op::IsInBounds:
  case Op::IsSliceInBounds: {
    // 0 <= c < d, as unsigned numbers; an index with too few bits to get there
    ValueId index = arg(v, 0), length = arg(v, 1);
    bool equal_too = op(v) == Op::IsSliceInBounds;
    if (index == length)
      return toConst(v, equal_too);
    if (!isConst(length, d))
      return false;
    auto n = static_cast<std::uint64_t>(d);
    if (isConst(index, c)) {
      auto i = static_cast<std::uint64_t>(c);
      return toConst(v, equal_too ? i <= n : i < n);
    }
    unsigned bits = knownBits(index);
    if (d >= 0 && bits < 64 && (n >> bits) != 0)
      return toConst(v, 1);
    // x & m, m < n: at most m. x % m, m <= n: below m
    if (op(index) == Op::And && isConst(arg(index, 1), c) && c >= 0 && static_cast<std::uint64_t>(c) < n && d >= 0)
      return toConst(v, 1);
    if (op(index) == Op::ModU && isConst(arg(index, 1), c) && c > 0 && c <= d)
      return toConst(v, 1);
    return false;
  }
  default:
    return false;
  }
}

} // namespace gannet::ssa
