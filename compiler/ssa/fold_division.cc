// Rules for division by constants: shifts for powers of two, else multiplication by a fixed-point reciprocal.
//
// Of the reciprocal m = floor(2^(64+s)/c) + 1 the error e = m*c - 2^(64+s) is at most c. floor(x*m / 2^(64+s)) is floor(x/c)
// for all 0 <= x < 2^n if e <= 2^(64+s-n) (Granlund and Montgomery, theorem 4.2).
#include "compiler/ssa/folder.h"

#include <bit>

namespace gannet::ssa {

using Wide = unsigned __int128;

bool Folder::foldDivision(ValueId v) {
  ValueId x = arg(v, 0), y = arg(v, 1);
  Type t = type(v);
  bool is_unsigned = op(v) == Op::DivU || op(v) == Op::ModU;
  bool is_mod = op(v) == Op::Mod || op(v) == Op::ModU;
  std::int64_t c = 0, d = 0;
  if (!isConst(y, c) || c == 0)
    return false;
  if (isConst(x, d)) {
    if (is_unsigned) {
      std::uint64_t a = unsignedOf(t, d), b = unsignedOf(t, c);
      return toConst(v, static_cast<std::int64_t>(is_mod ? a % b : a / b));
    }
    if (c == -1)
      return toConst(v, is_mod ? 0 : static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(d)));
    return toConst(v, is_mod ? d % c : d / c);
  }
  // x / 1 -> x, x % 1 -> 0
  if (c == 1)
    return is_mod ? toConst(v, 0) : toCopy(v, x);
  // x / -1 -> -x, x % -1 -> 0
  if (c == -1 && !is_unsigned)
    return is_mod ? toConst(v, 0) : to(v, Op::Neg, {x});
  std::uint64_t u = unsignedOf(t, c);
  if (is_unsigned && isPowerOf2(u)) {
    // x / 2^n -> x >> n, x % 2^n -> x & (2^n - 1)
    if (is_mod)
      return to(v, Op::And, {x, constant(t, static_cast<std::int64_t>(u - 1))});
    return to(v, Op::Shr, {x, constant(Type::I64, std::countr_zero(u))}, 1);
  }
  // a value without sign: signed is unsigned
  if (!is_unsigned && c > 0 && knownBits(x) < sizeBits(t))
    return to(v, is_mod ? Op::ModU : Op::DivU, {x, y});
  if (!late_)
    return false;
  if (is_mod) {
    // x % -c -> x % c
    if (!is_unsigned && c < 0 && c != INT64_MIN && c != -(std::int64_t(1) << (sizeBits(t) - 1)))
      return to(v, Op::Mod, {x, constant(t, -c)});
    // x % 2^n -> ((x + b) & (2^n-1)) - b, b = 2^n-1 if x < 0, else 0
    if (!is_unsigned && c > 0 && isPowerOf2(u)) {
      int n = std::countr_zero(u);
      ValueId sign = emit(v, Op::Sar, t, {x, constant(Type::I64, sizeBits(t) - 1)}, 1);
      ValueId bias = emit(v, Op::Shr, t, {sign, constant(Type::I64, static_cast<std::int64_t>(sizeBits(t)) - n)}, 1);
      ValueId low = emit(v, Op::And, t, {emit(v, Op::Add, t, {x, bias}), constant(t, static_cast<std::int64_t>(u - 1))});
      return to(v, Op::Sub, {low, bias});
    }
    // x % c -> x - x/c*c
    ValueId quotient = emit(v, is_unsigned ? Op::DivU : Op::Div, t, {x, y});
    return to(v, Op::Sub, {x, emit(v, Op::Mul, t, {quotient, y})});
  }
  return is_unsigned ? foldDivU(v, c) : foldDiv(v, c);
}

bool Folder::foldDivU(ValueId v, std::int64_t c) {
  ValueId x = arg(v, 0);
  Type t = type(v);
  std::uint64_t u = unsignedOf(t, c);
  if (t == Type::I8 || t == Type::I16) {
    // x < 2^16, c < 2^16: s = 32-64, m = 2^32/c + 1
    ValueId wide = emit(v, Op::ZeroExt, Type::I64, {x});
    auto m = static_cast<std::int64_t>((std::uint64_t(1) << 32) / u + 1);
    ValueId product = emit(v, Op::Mul, Type::I64, {wide, constant(Type::I64, m)});
    return to(v, Op::Trunc, {emit(v, Op::Shr, Type::I64, {product, constant(Type::I64, 32)}, 1)});
  }
  if (t == Type::I32) {
    // x < 2^32, e <= c < 2^32: s = 0 serves
    ValueId wide = emit(v, Op::ZeroExt, Type::I64, {x});
    std::uint64_t m = ~std::uint64_t(0) / u + 1; // c is no power of two
    return to(v, Op::Trunc, {emit(v, Op::MulHiU, Type::I64, {wide, constant(Type::I64, static_cast<std::int64_t>(m))})});
  }
  if (u > (std::uint64_t(1) << 63)) // x / c is x >= c
    return to(v, Op::ZeroExt, {emit(v, Op::LeU, Type::Bool, {constant(t, c), x})});
  int even = std::countr_zero(u);
  // the smallest s with which m fits 64 bits and is exact enough, for x or for x >> even
  for (int shift : {0, even}) {
    std::uint64_t odd = u >> shift;
    int n = 64 - shift;
    for (int s = 0; s < 64; ++s) {
      Wide power = Wide(1) << (63 + s); // half of 2^(64+s), which may not fit
      Wide m = power / odd * 2 + (power % odd * 2) / odd + 1;
      if (m >> 64 != 0)
        break;
      Wide e = m * odd - power - power;
      if (e > (Wide(1) << (64 + s - n)))
        continue;
      ValueId from = shift == 0 ? x : emit(v, Op::Shr, t, {x, constant(Type::I64, shift)}, 1);
      ValueId high = emit(v, Op::MulHiU, t, {from, constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(m)))});
      return s == 0 ? toCopy(v, high) : to(v, Op::Shr, {high, constant(Type::I64, s)}, 1);
    }
    if (even == 0)
      break;
  }
  // m has 65 bits: x*m >> 64 is x + mulhi(x, m - 2^64), whose carry the average keeps
  int s = static_cast<int>(std::bit_width(u - 1));
  Wide m = ((Wide(1) << s) - u) * (Wide(1) << 63) * 2 / u + 1;
  ValueId high = emit(v, Op::MulHiU, t, {x, constant(t, static_cast<std::int64_t>(static_cast<std::uint64_t>(m)))});
  ValueId half = emit(v, Op::AvgU, t, {x, high});
  return s == 1 ? toCopy(v, half) : to(v, Op::Shr, {half, constant(Type::I64, s - 1)}, 1);
}

bool Folder::foldDiv(ValueId v, std::int64_t c) {
  ValueId x = arg(v, 0);
  Type t = type(v);
  unsigned w = sizeBits(t);
  std::int64_t smallest = static_cast<std::int64_t>(~std::uint64_t(0) << (w - 1));
  // x / min -> x == min
  if (c == smallest)
    return to(v, Op::ZeroExt, {emit(v, Op::Eq, Type::Bool, {x, constant(t, c)})});
  // x / -c -> -(x / c)
  if (c < 0)
    return to(v, Op::Neg, {emit(v, Op::Div, t, {x, constant(t, -c)})});
  auto u = static_cast<std::uint64_t>(c);
  if (isPowerOf2(u)) {
    // x / 2^n -> (x + b) >> n, b = 2^n-1 if x < 0, else 0
    int n = std::countr_zero(u);
    ValueId sign = n == 1 ? x : emit(v, Op::Sar, t, {x, constant(Type::I64, w - 1)}, 1);
    ValueId bias = emit(v, Op::Shr, t, {sign, constant(Type::I64, static_cast<std::int64_t>(w) - n)}, 1);
    return to(v, Op::Sar, {emit(v, Op::Add, t, {x, bias}), constant(Type::I64, n)}, 1);
  }
  if (t != Type::I64) {
    // |x| <= 2^31, e <= c < 2^31, s = 0: floor(x*m / 2^64) is floor(x/c), one less than x/c rounds to if x < 0
    ValueId wide = emit(v, Op::SignExt, Type::I64, {x});
    std::uint64_t m = ~std::uint64_t(0) / u + 1;
    ValueId high = emit(v, Op::MulHi, Type::I64, {wide, constant(Type::I64, static_cast<std::int64_t>(m))});
    if (m >> 63 != 0) // as a signed number it is m - 2^64; c >= 3 keeps m below 2^63
      GANNET_UNREACHABLE("reciprocal");
    ValueId sign = emit(v, Op::Sar, Type::I64, {wide, constant(Type::I64, 63)}, 1);
    return to(v, Op::Trunc, {emit(v, Op::Sub, Type::I64, {high, sign})});
  }
  // |x| <= 2^63: m = floor(2^(64+s)/c) + 1 with e <= 2^(s+1); s = bitlen(c-1) - 1 serves always
  int s = 0;
  Wide m = 0;
  for (; s < 64; ++s) {
    Wide power = Wide(1) << (63 + s);
    m = power / u * 2 + (power % u * 2) / u + 1;
    Wide e = m * u - power - power;
    if (e <= (Wide(1) << (s + 1)))
      break;
  }
  auto low = static_cast<std::uint64_t>(m);
  ValueId high = emit(v, Op::MulHi, t, {x, constant(t, static_cast<std::int64_t>(low))});
  if (low >> 63 != 0) // taken as m - 2^64
    high = emit(v, Op::Add, t, {high, x});
  if (s != 0)
    high = emit(v, Op::Sar, t, {high, constant(Type::I64, s)}, 1);
  return to(v, Op::Sub, {high, emit(v, Op::Sar, t, {x, constant(Type::I64, 63)}, 1)});
}

} // namespace gannet::ssa
