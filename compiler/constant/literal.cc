// Literals as written in source, to values. The scanner has reported what is wrong with them; here that gives unknown.
#include "compiler/constant/rep.h"
#include "compiler/syntax/unicode.h"

#include <algorithm>
#include <cstdlib>

namespace gannet::constant {
namespace {

using syntax::LitKind;

int digitValue(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  char lower = char(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

bool setInteger(Integer &out, const std::string &digits, int base) {
  if (digits.empty() || std::any_of(digits.begin(), digits.end(), [&](char c) { return digitValue(c) >= base; }))
    return false;
  return mpz_set_str(out.v, digits.c_str(), base) == 0;
}

// Digits without separators; takes a base prefix off. A leading 0 alone means octal.
int splitBase(std::string &digits, bool leading_zero_is_octal) {
  if (digits.size() < 2 || digits[0] != '0')
    return 10;
  int base = 0;
  switch (digits[1] | 0x20) {
  case 'x':
    base = 16;
    break;
  case 'o':
    base = 8;
    break;
  case 'b':
    base = 2;
    break;
  default:
    return leading_zero_is_octal ? 8 : 10;
  }
  digits.erase(0, 2);
  return base;
}

Value integerLiteral(std::string digits) {
  int base = splitBase(digits, true);
  Integer i;
  return setInteger(i, digits, base) ? fromInteger(i) : Value();
}

// mantissa * base^exponent with base 2 or 10. Exact if that is of moderate size.
Value scaled(Integer &mantissa, unsigned base, long exponent) {
  double bits = double(mpz_sizeinbase(mantissa.v, 2)) + double(exponent) * (base == 2 ? 1 : 3.3219280948873626);
  if (mpz_sgn(mantissa.v) == 0 || (bits > -kMaxRationalBits && bits < kMaxRationalBits)) {
    Rational q;
    if (mpz_sgn(mantissa.v) == 0)
      return fromRational(q);
    Integer power;
    mpz_ui_pow_ui(power.v, base, std::uint64_t(std::labs(exponent)));
    if (exponent >= 0) {
      mpz_mul(mpq_numref(q.v), mantissa.v, power.v);
    } else {
      mpz_set(mpq_numref(q.v), mantissa.v);
      mpz_set(mpq_denref(q.v), power.v);
      mpq_canonicalize(q.v);
    }
    return fromRational(q);
  }
  Float f;
  if (base == 2) {
    mpfr_set_z_2exp(f.v, mantissa.v, exponent, MPFR_RNDN);
  } else {
    // Extra bits make the two roundings of power and product harmless.
    Float power(kFloatBits + 128), product(kFloatBits + 128);
    mpfr_ui_pow_ui(power.v, base, std::uint64_t(std::labs(exponent)), MPFR_RNDN);
    mpfr_set_z(product.v, mantissa.v, MPFR_RNDN);
    if (exponent >= 0)
      mpfr_mul(f.v, product.v, power.v, MPFR_RNDN);
    else
      mpfr_div(f.v, product.v, power.v, MPFR_RNDN);
  }
  return fromFloat(f);
}

Value floatLiteral(std::string text) {
  int base = splitBase(text, false);
  std::size_t e = text.find_first_of(base == 16 ? "pP" : "eE");
  long exponent = 0;
  if (e != std::string::npos) {
    std::string digits = text.substr(e + 1);
    std::size_t sign = !digits.empty() && (digits[0] == '-' || digits[0] == '+');
    if (digits.size() == sign || digits.find_first_not_of("0123456789", sign) != std::string::npos)
      return {};
    constexpr long kFar = 4000000000; // beyond any representable value
    exponent = digits.size() > 11 ? (digits[0] == '-' ? -kFar : kFar) : std::strtol(digits.c_str(), nullptr, 10);
    text.erase(e);
  }
  if (std::size_t point = text.find('.'); point != std::string::npos) {
    exponent -= long(text.size() - point - 1) * (base == 16 ? 4 : 1);
    text.erase(point, 1);
  }
  Integer mantissa;
  if (!setInteger(mantissa, text, base))
    return {};
  return scaled(mantissa, base == 10 ? 10 : 2, exponent);
}

Value imaginaryLiteral(std::string text) {
  if (text.empty() || text.back() != 'i')
    return {};
  text.pop_back();
  bool prefixed = text.size() > 1 && text[0] == '0' && digitValue(text[1]) > 9 && text[1] != 'e' && text[1] != 'E';
  bool has_prefix = prefixed || (text.size() > 1 && text[0] == '0' && std::string_view("xXoObB").find(text[1]) != std::string_view::npos);
  bool hex = text.size() > 1 && (text[1] | 0x20) == 'x';
  bool is_float = text.find('.') != std::string::npos || text.find_first_of(hex ? "pP" : has_prefix ? "" : "eE") != std::string::npos;
  Value part;
  if (is_float) {
    part = floatLiteral(std::move(text));
  } else if (has_prefix) {
    part = integerLiteral(std::move(text));
  } else { // for backward compatibility 0123i is decimal
    Integer i;
    if (setInteger(i, text, 10))
      part = fromInteger(i);
  }
  return makeComplex(Value::ofInt64(0), part);
}

Value runeLiteral(std::string_view text) {
  std::string bytes;
  if (!syntax::unquote(text, bytes) || bytes.empty())
    return {};
  if (bytes.size() == 1) // also '\xff', which is no UTF-8
    return Value::ofInt64((unsigned char)bytes[0]);
  syntax::DecodedRune d = syntax::decodeRune(bytes);
  return d.width == bytes.size() ? Value::ofInt64(d.rune) : Value();
}

} // namespace

Value Value::ofLiteral(std::string_view text, LitKind kind) {
  if (kind == LitKind::String) {
    std::string value;
    return syntax::unquote(text, value) ? ofString(std::move(value)) : Value();
  }
  if (kind == LitKind::Rune)
    return runeLiteral(text);
  std::string digits(text);
  std::erase(digits, '_');
  switch (kind) {
  case LitKind::Int:
    return integerLiteral(std::move(digits));
  case LitKind::Float:
    return floatLiteral(std::move(digits));
  default:
    return imaginaryLiteral(std::move(digits));
  }
}

} // namespace gannet::constant
