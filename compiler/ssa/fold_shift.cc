// Rules for shifts, rotates and bit counts.
#include "compiler/ssa/folder.h"

#include <bit>

namespace gannet::ssa {
namespace {

std::int64_t signExtended(std::uint64_t bits, unsigned width) {
  return static_cast<std::int64_t>(bits << (64 - width)) >> (64 - width);
}

} // namespace

bool Folder::foldShift(ValueId v) {
  ValueId x = arg(v, 0);
  Type t = type(v);
  unsigned w = sizeBits(t);
  std::int64_t c = 0, d = 0, k = 0;
  switch (op(v)) {
  case Op::Ctz:
    return isConst(x, c) && toConst(v, c == 0 ? w : static_cast<std::int64_t>(std::countr_zero(unsignedOf(t, c))));
  case Op::BitLen:
    return isConst(x, c) && toConst(v, static_cast<std::int64_t>(std::bit_width(unsignedOf(t, c))));
  case Op::PopCount:
    return isConst(x, c) && toConst(v, std::popcount(unsignedOf(t, c)));
  case Op::Bswap:
    // bswap bswap x -> x
    if (isConst(x, c))
      return toConst(v, static_cast<std::int64_t>(__builtin_bswap64(unsignedOf(t, c)) >> (64 - w)));
    return op(x) == Op::Bswap && toCopy(v, arg(x, 0));
  case Op::RotL: {
    ValueId n = arg(v, 1);
    if (!isConst(n, c))
      return false;
    c &= static_cast<std::int64_t>(w - 1);
    // rotl x, 0 -> x; rotl d, c; rotl (rotl x, d), c -> rotl x, c+d
    if (c == 0)
      return toCopy(v, x);
    if (isConst(x, d)) {
      std::uint64_t bits = unsignedOf(t, d);
      return toConst(v, static_cast<std::int64_t>(bits << c | bits >> (w - static_cast<unsigned>(c))));
    }
    if (op(x) == Op::RotL && isConst(arg(x, 1), d))
      return to(v, Op::RotL, {arg(x, 0), constant(Type::I64, (c + d) & (w - 1))});
    return false;
  }
  default:
    break;
  }

  ValueId n = arg(v, 1);
  // the count is unsigned of any width: its zero extension says nothing more
  if (op(n) == Op::ZeroExt && type(arg(n, 0)) != Type::Bool)
    return to(v, op(v), {x, arg(n, 0)}, at(v).aux_int);
  // 0 << n -> 0, and so on
  if (isConstValue(x, 0))
    return toConst(v, 0);
  if (!isConst(n, c)) {
    // n & m with m < w, or few bits: bounded
    if (at(v).aux_int == 0 && (std::uint64_t(1) << std::min(knownBits(n), 63u)) <= w && ctx_.step()) {
      f_[v].aux_int = 1;
      return true;
    }
    return false;
  }
  std::uint64_t count = unsignedOf(type(n), c);
  if (count >= w) {
    // x << c -> 0; x >> c -> its sign
    if (op(v) != Op::Sar)
      return toConst(v, 0);
    return to(v, Op::Sar, {x, constant(Type::I64, w - 1)}, 1);
  }
  if (count == 0)
    return toCopy(v, x);
  if (isConst(x, d)) {
    if (op(v) == Op::Shl)
      return toConst(v, static_cast<std::int64_t>(static_cast<std::uint64_t>(d) << count));
    if (op(v) == Op::Shr)
      return toConst(v, static_cast<std::int64_t>(unsignedOf(t, d) >> count));
    return toConst(v, signExtended(unsignedOf(t, d), w) >> count);
  }
  if (type(n) != Type::I64 || at(v).aux_int == 0)
    return to(v, op(v), {x, constant(Type::I64, static_cast<std::int64_t>(count))}, 1);
  bool inner = (op(x) == Op::Shl || op(x) == Op::Shr || op(x) == Op::Sar) && isConst(arg(x, 1), d) && d >= 0 &&
               d < static_cast<std::int64_t>(w);
  if (inner && op(x) == op(v)) {
    // (x << d) << c -> x << (c+d), and so on
    std::int64_t sum = static_cast<std::int64_t>(count) + d;
    if (sum >= static_cast<std::int64_t>(w) && op(v) != Op::Sar)
      return toConst(v, 0);
    return to(v, op(v), {arg(x, 0), constant(Type::I64, std::min<std::int64_t>(sum, w - 1))}, 1);
  }
  // (x >> c) << c, (x << c) >> c -> x & mask
  if (inner && d == static_cast<std::int64_t>(count) && op(v) == Op::Shl)
    return to(v, Op::And, {arg(x, 0), constant(t, static_cast<std::int64_t>(~std::uint64_t(0) << count))});
  if (inner && d == static_cast<std::int64_t>(count) && op(v) == Op::Shr && op(x) == Op::Shl)
    return to(v, Op::And, {arg(x, 0), constant(t, static_cast<std::int64_t>(unsignedOf(t, -1) >> count))});
  // x >> c -> 0 if no bit from c on may be set
  if (op(v) == Op::Shr && knownBits(x) <= count)
    return toConst(v, 0);
  // a value with a clear sign bit: arithmetic is logical
  if (op(v) == Op::Sar && knownBits(x) < w)
    return to(v, Op::Shr, {x, n}, 1);
  // (x & m) >> c -> x >> c if m only clears bits that are shifted out
  if (op(v) == Op::Shr && op(x) == Op::And && isConst(arg(x, 1), k) &&
      (unsignedOf(t, k) | ((std::uint64_t(1) << count) - 1)) == unsignedOf(t, -1))
    return to(v, Op::Shr, {arg(x, 0), n}, 1);
  return false;
}

} // namespace gannet::ssa
