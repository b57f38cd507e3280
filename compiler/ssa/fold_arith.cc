// Rules for sums, products and bit operations.
#include "compiler/ssa/folder.h"

#include <bit>

namespace gannet::ssa {

// c op d, all wrapping at the width (constInt does)
bool Folder::foldBinaryConstants(ValueId v) {
  std::int64_t c = 0, d = 0;
  if (!isConst(arg(v, 0), c) || !isConst(arg(v, 1), d))
    return false;
  auto a = static_cast<std::uint64_t>(c), b = static_cast<std::uint64_t>(d);
  Type t = type(v);
  switch (op(v)) {
  case Op::Add:
    return toConst(v, static_cast<std::int64_t>(a + b));
  case Op::Sub:
    return toConst(v, static_cast<std::int64_t>(a - b));
  case Op::Mul:
    return toConst(v, static_cast<std::int64_t>(a * b));
  case Op::And:
    return toConst(v, c & d);
  case Op::Or:
    return toConst(v, c | d);
  case Op::Xor:
    return toConst(v, c ^ d);
  case Op::MulHi:
    return toConst(v, static_cast<std::int64_t>((static_cast<__int128>(c) * d) >> sizeBits(t)));
  case Op::MulHiU:
    return toConst(v, static_cast<std::int64_t>(
                          (static_cast<unsigned __int128>(unsignedOf(t, c)) * unsignedOf(t, d)) >> sizeBits(t)));
  default:
    return false;
  }
}

bool Folder::foldAdd(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  if (isConst(y, c)) {
    // x + 0 -> x
    if (c == 0)
      return toCopy(v, x);
    // (x + d) + c -> x + (c+d)
    if (op(x) == Op::Add && isConst(arg(x, 1), d))
      return to(v, Op::Add, {arg(x, 0), constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(c) + static_cast<std::uint64_t>(d)))});
    // (d - x) + c -> (c+d) - x
    if (op(x) == Op::Sub && isConst(arg(x, 0), d))
      return to(v, Op::Sub, {constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(c) + static_cast<std::uint64_t>(d))), arg(x, 1)});
    return false;
  }
  for (int side = 0; side < 2; ++side) {
    ValueId a = side == 0 ? x : y, b = side == 0 ? y : x;
    // a + (-n) -> a - n
    if (op(b) == Op::Neg)
      return to(v, Op::Sub, {a, arg(b, 0)});
    // a + (n - a) -> n
    if (op(b) == Op::Sub && arg(b, 1) == a)
      return toCopy(v, arg(b, 0));
  }
  return false;
}

bool Folder::foldSub(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  // x - x -> 0
  if (x == y)
    return toConst(v, 0);
  // x - c -> x + -c
  if (isConst(y, c))
    return to(v, Op::Add, {x, constant(t, static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(c)))});
  if (isConst(x, c)) {
    // 0 - y -> -y
    if (c == 0)
      return to(v, Op::Neg, {y});
    // c - (n + d) -> (c-d) - n
    if (op(y) == Op::Add && isConst(arg(y, 1), d))
      return to(v, Op::Sub, {constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(c) - static_cast<std::uint64_t>(d))), arg(y, 0)});
    return false;
  }
  // x - (-n) -> x + n
  if (op(y) == Op::Neg)
    return to(v, Op::Add, {x, arg(y, 0)});
  // (a + b) - a -> b
  if (op(x) == Op::Add) {
    if (arg(x, 0) == y)
      return toCopy(v, arg(x, 1));
    if (arg(x, 1) == y)
      return toCopy(v, arg(x, 0));
  }
  // x - (x + n) -> -n
  if (op(y) == Op::Add) {
    if (arg(y, 0) == x)
      return to(v, Op::Neg, {arg(y, 1)});
    if (arg(y, 1) == x)
      return to(v, Op::Neg, {arg(y, 0)});
  }
  // x - (x - n) -> n
  if (op(y) == Op::Sub && arg(y, 0) == x)
    return toCopy(v, arg(y, 1));
  return false;
}

bool Folder::foldMul(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  if (!isConst(y, c)) {
    // -x * -y -> x * y
    if (op(x) == Op::Neg && op(y) == Op::Neg)
      return to(v, Op::Mul, {arg(x, 0), arg(y, 0)});
    return false;
  }
  // x * 0 -> 0, x * 1 -> x, x * -1 -> -x
  if (c == 0)
    return toConst(v, 0);
  if (c == 1)
    return toCopy(v, x);
  if (c == -1)
    return to(v, Op::Neg, {x});
  // x * 2^n -> x << n
  std::uint64_t bits = unsignedOf(t, c);
  if (isPowerOf2(bits))
    return to(v, Op::Shl, {x, constant(Type::I64, std::countr_zero(bits))}, 1);
  // (x * d) * c -> x * (c*d)
  if (op(x) == Op::Mul && isConst(arg(x, 1), d))
    return to(v, Op::Mul, {arg(x, 0), constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(c) * static_cast<std::uint64_t>(d)))});
  // (-x) * c -> x * -c
  if (op(x) == Op::Neg)
    return to(v, Op::Mul, {arg(x, 0), constant(t, static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(c)))});
  return false;
}

bool Folder::foldAnd(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  // x & x -> x
  if (x == y)
    return toCopy(v, x);
  for (int side = 0; side < 2; ++side) {
    ValueId a = side == 0 ? x : y, b = side == 0 ? y : x;
    // a & (a & n) -> a & n; a & (a | n) -> a
    if (op(b) == Op::And && (arg(b, 0) == a || arg(b, 1) == a))
      return toCopy(v, b);
    if (op(b) == Op::Or && (arg(b, 0) == a || arg(b, 1) == a))
      return toCopy(v, a);
    // a & ~a -> 0
    if (op(b) == Op::Not && arg(b, 0) == a)
      return toConst(v, 0);
  }
  if (!isConst(y, c))
    return false;
  // x & 0 -> 0, x & -1 -> x
  if (c == 0)
    return toConst(v, 0);
  if (c == -1)
    return toCopy(v, x);
  // (x & d) & c -> x & (c&d)
  if (op(x) == Op::And && isConst(arg(x, 1), d))
    return to(v, Op::And, {arg(x, 0), constant(t, c & d)});
  // a mask that covers all bits that may be set
  std::uint64_t mask = unsignedOf(t, c);
  unsigned bits = knownBits(x);
  std::uint64_t may = bits >= 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << bits) - 1;
  if ((may & ~mask) == 0)
    return toCopy(v, x);
  // (x << d) & c, x with low bits masked away already
  if (op(x) == Op::Shl && isConst(arg(x, 1), d) && d >= 0 && d < static_cast<std::int64_t>(sizeBits(t)) &&
      (mask | ((std::uint64_t(1) << d) - 1)) == unsignedOf(t, -1))
    return toCopy(v, x);
  // (x | d) & c -> x & c if c & d is 0
  if (op(x) == Op::Or && isConst(arg(x, 1), d) && (c & d) == 0)
    return to(v, Op::And, {arg(x, 0), y});
  return false;
}

bool Folder::foldOr(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  // x | x -> x
  if (x == y)
    return toCopy(v, x);
  for (int side = 0; side < 2; ++side) {
    ValueId a = side == 0 ? x : y, b = side == 0 ? y : x;
    // a | (a | n) -> a | n; a | (a & n) -> a
    if (op(b) == Op::Or && (arg(b, 0) == a || arg(b, 1) == a))
      return toCopy(v, b);
    if (op(b) == Op::And && (arg(b, 0) == a || arg(b, 1) == a))
      return toCopy(v, a);
    // (n << c) | (n >> (w-c)) -> rotl n, c
    if (op(a) == Op::Shl && op(b) == Op::Shr && arg(a, 0) == arg(b, 0) && isConst(arg(a, 1), c) && isConst(arg(b, 1), d) &&
        c > 0 && d > 0 && c + d == static_cast<std::int64_t>(sizeBits(t)))
      return to(v, Op::RotL, {arg(a, 0), constant(Type::I64, c)});
  }
  if (!isConst(y, c))
    return false;
  // x | 0 -> x, x | -1 -> -1
  if (c == 0)
    return toCopy(v, x);
  if (c == -1)
    return toConst(v, -1);
  // (x | d) | c -> x | (c|d)
  if (op(x) == Op::Or && isConst(arg(x, 1), d))
    return to(v, Op::Or, {arg(x, 0), constant(t, c | d)});
  return false;
}

bool Folder::foldXor(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  // x ^ x -> 0
  if (x == y)
    return toConst(v, 0);
  for (int side = 0; side < 2; ++side) {
    ValueId a = side == 0 ? x : y, b = side == 0 ? y : x;
    // a ^ (a ^ n) -> n
    if (op(b) == Op::Xor && arg(b, 0) == a)
      return toCopy(v, arg(b, 1));
    if (op(b) == Op::Xor && arg(b, 1) == a)
      return toCopy(v, arg(b, 0));
    // (n << c) ^ (n >> (w-c)) -> rotl n, c
    if (op(a) == Op::Shl && op(b) == Op::Shr && arg(a, 0) == arg(b, 0) && isConst(arg(a, 1), c) && isConst(arg(b, 1), d) &&
        c > 0 && d > 0 && c + d == static_cast<std::int64_t>(sizeBits(t)))
      return to(v, Op::RotL, {arg(a, 0), constant(Type::I64, c)});
  }
  if (!isConst(y, c))
    return false;
  // x ^ 0 -> x, x ^ -1 -> ~x
  if (c == 0)
    return toCopy(v, x);
  if (c == -1)
    return to(v, Op::Not, {x});
  // (x ^ d) ^ c -> x ^ (c^d)
  if (op(x) == Op::Xor && isConst(arg(x, 1), d))
    return to(v, Op::Xor, {arg(x, 0), constant(t, c ^ d)});
  return false;
}

bool Folder::foldArith(ValueId v) {
  std::int64_t c = 0;
  switch (op(v)) {
  case Op::Neg:
    // -c; -(-x) -> x; -(x - y) -> y - x
    if (isConst(arg(v, 0), c))
      return toConst(v, static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(c)));
    if (op(arg(v, 0)) == Op::Neg)
      return toCopy(v, arg(arg(v, 0), 0));
    if (op(arg(v, 0)) == Op::Sub)
      return to(v, Op::Sub, {arg(arg(v, 0), 1), arg(arg(v, 0), 0)});
    return false;
  case Op::Not:
    // ~c; ~~x -> x
    if (isConst(arg(v, 0), c))
      return toConst(v, ~c);
    if (op(arg(v, 0)) == Op::Not)
      return toCopy(v, arg(arg(v, 0), 0));
    return false;
  default:
    break;
  }
  if (foldBinaryConstants(v))
    return true;
  switch (op(v)) {
  case Op::Add:
    return foldAdd(v);
  case Op::Sub:
    return foldSub(v);
  case Op::Mul:
    return foldMul(v);
  case Op::And:
    return foldAnd(v);
  case Op::Or:
    return foldOr(v);
  case Op::Xor:
    return foldXor(v);
  case Op::MulHiU:
  case Op::MulHi:
    return isConstValue(arg(v, 1), 0) && toConst(v, 0);
  default:
    return false;
  }
}

} // namespace gannet::ssa
