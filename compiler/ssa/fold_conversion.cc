// Rules for extensions, truncations and floats. Floats fold only where the result has the same bits on any machine.
#include "compiler/ssa/folder.h"

#include <bit>
#include <cmath>

namespace gannet::ssa {

bool Folder::foldFloat(ValueId v) {
  ValueId x = arg(v, 0);
  double a = 0, b = 0;
  bool left = isFloatConst(x, a);
  bool is_f32 = type(v) == Type::F32;
  auto rounded = [&](double r) { return is_f32 ? static_cast<double>(static_cast<float>(r)) : r; };
  switch (op(v)) {
  case Op::NegF:
    // -(-x) -> x
    if (op(x) == Op::NegF)
      return toCopy(v, arg(x, 0));
    return left && toFloat(v, -a);
  case Op::ConvF:
    return left && !std::isnan(a) && toFloat(v, is_f32 ? static_cast<double>(static_cast<float>(a)) : a);
  default:
    break;
  }
  ValueId y = arg(v, 1);
  bool right = isFloatConst(y, b);
  if (left && right && !std::isnan(a) && !std::isnan(b)) {
    // a double holds the exact sum or product of floats well enough to be rounded once more without error
    double r = op(v) == Op::AddF ? a + b : op(v) == Op::SubF ? a - b : op(v) == Op::MulF ? a * b : a / b;
    return !std::isnan(r) && toFloat(v, rounded(r));
  }
  if (!right)
    return false;
  switch (op(v)) {
  case Op::MulF:
    // x * 1 -> x, x * -1 -> -x, x * 2 -> x + x
    if (b == 1)
      return toCopy(v, x);
    if (b == -1)
      return to(v, Op::NegF, {x});
    return b == 2 && to(v, Op::AddF, {x, x});
  case Op::DivF: {
    // x / 1 -> x; x / 2^n -> x * 2^-n, exact
    if (b == 1)
      return toCopy(v, x);
    int exponent = 0;
    if (const int limit = type(v) == Type::F32 ? 120 : 1000; // neither the divisor nor its inverse is denormal
        std::isfinite(b) && b != 0 && std::fabs(std::frexp(b, &exponent)) == 0.5 && std::abs(exponent) < limit)
      return to(v, Op::MulF, {x, f_.constFloat(type(v), 1 / b)});
    return false;
  }
  case Op::SubF:
    // x - 0 -> x (but x + 0 would make -0 positive)
    return b == 0 && !std::signbit(b) && toCopy(v, x);
  default:
    return false;
  }
}

bool Folder::foldConversion(ValueId v) {
  ValueId x = arg(v, 0);
  Type t = type(v);
  std::int64_t c = 0, d = 0;
  double a = 0;
  switch (op(v)) {
  case Op::SignExt:
    if (isConst(x, c))
      return toConst(v, c);
    // signext(signext x), signext(zeroext x) -> one
    if (op(x) == Op::SignExt)
      return to(v, Op::SignExt, {arg(x, 0)});
    if (op(x) == Op::ZeroExt && (type(arg(x, 0)) == Type::Bool || sizeBytes(type(arg(x, 0))) < sizeBytes(type(x))))
      return to(v, Op::ZeroExt, {arg(x, 0)});
    // the sign bit is clear
    if (knownBits(x) < sizeBits(type(x)))
      return to(v, Op::ZeroExt, {x});
    // signext(trunc y) -> y if y was extended from no more bits
    if (op(x) == Op::Trunc && type(arg(x, 0)) == t && op(arg(x, 0)) == Op::SignExt &&
        sizeBytes(type(arg(arg(x, 0), 0))) <= sizeBytes(type(x)))
      return toCopy(v, arg(x, 0));
    return false;
  case Op::ZeroExt:
    if (isConst(x, c))
      return toConst(v, static_cast<std::int64_t>(unsignedOf(type(x), c)));
    if (op(x) == Op::ZeroExt)
      return to(v, Op::ZeroExt, {arg(x, 0)});
    if (op(x) == Op::Trunc && type(arg(x, 0)) == t) {
      // zeroext(trunc y) -> y if no higher bit may be set
      if (knownBits(arg(x, 0)) <= sizeBits(type(x)))
        return toCopy(v, arg(x, 0));
    }
    return false;
  case Op::Trunc: {
    if (isConst(x, c))
      return toConst(v, c);
    // trunc(trunc x) -> trunc x
    if (op(x) == Op::Trunc)
      return to(v, Op::Trunc, {arg(x, 0)});
    if (op(x) == Op::SignExt || op(x) == Op::ZeroExt) {
      ValueId from = arg(x, 0);
      if (type(from) == t)
        return toCopy(v, from);
      if (type(from) == Type::Bool)
        return to(v, Op::ZeroExt, {from});
      return to(v, sizeBytes(type(from)) > sizeBytes(t) ? Op::Trunc : op(x), {from});
    }
    // trunc(x & m) -> trunc x if m keeps the low bits
    if (op(x) == Op::And && isConst(arg(x, 1), d) && unsignedOf(t, d) == unsignedOf(t, -1))
      return to(v, Op::Trunc, {arg(x, 0)});
    return false;
  }
  case Op::IntToF:
    // exact, or rounded as the machine does: to nearest even
    if (!isConst(x, c))
      return false;
    return toFloat(v, t == Type::F32 ? static_cast<double>(static_cast<float>(c)) : static_cast<double>(c));
  case Op::FToInt: {
    if (!isFloatConst(x, a) || std::isnan(a))
      return false;
    double limit = t == Type::I32 ? 2147483648.0 : 9223372036854775808.0;
    return a > -limit && a < limit && toConst(v, static_cast<std::int64_t>(a));
  }
  case Op::Bitcast:
    if (op(x) == Op::Bitcast && type(arg(x, 0)) == t)
      return toCopy(v, arg(x, 0));
    if (op(x) == Op::ConstF)
      return toConst(v, at(x).aux_int);
    return false;
  default:
    return foldFloat(v);
  }
}

} // namespace gannet::ssa
