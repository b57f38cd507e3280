// Values as text for messages, and as bytes for export files.
#include "compiler/constant/rep.h"
#include "compiler/syntax/unicode.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>

namespace gannet::constant {
namespace {

using Tag = Value::Tag;

std::string decimal(const Integer &i) {
  std::string out(mpz_sizeinbase(i.v, 10) + 2, '\0');
  mpz_get_str(out.data(), 10, i.v);
  out.resize(out.find('\0'));
  return out;
}

std::string sixDigits(double d) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.6g", d);
  return buffer;
}

// Go's %g: the fewest digits that give d back, with an exponent if that is below -4 or above 5.
std::string shortest(double d) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::scientific).ptr;
  std::string_view text(buffer, std::size_t(end - buffer));
  int exponent = std::atoi(std::string(text.substr(text.find('e') + 1)).c_str());
  if (exponent < -4 || exponent >= 6)
    return std::string(text);
  end = std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::fixed).ptr;
  return std::string(buffer, std::size_t(end - buffer));
}

std::string floatString(const Value &x) {
  double d = float64Val(x);
  if (std::isfinite(d) && (sign(x) == 0) == (d == 0)) {
    std::string s = sixDigits(d);
    // A fraction must not read as an integer.
    if (s.find('.') == std::string::npos && !toInt(x).known())
      s = shortest(d);
    return s;
  }
  // Beyond float64: decimal mantissa and exponent by logarithms.
  Float f;
  getFloat(x, f);
  long binary_exponent;
  double mantissa = mpfr_get_d_2exp(&binary_exponent, f.v, MPFR_RNDN);
  double decimal_exponent = double(binary_exponent) * (0.6931471805599453 / 2.302585092994046);
  long e = long(decimal_exponent);
  mantissa *= std::pow(10, decimal_exponent - double(e));
  if (double m = std::fabs(mantissa); m < 1 - 0.5e-6) {
    mantissa *= 10;
    e--;
  } else if (m >= 10) {
    mantissa /= 10;
    e++;
  }
  return sixDigits(mantissa) + (e < 0 ? "e" : "e+") + std::to_string(e);
}

std::string shortenedQuote(std::string_view text) {
  constexpr int kMaxRunes = 72;
  std::string s = syntax::quote(text);
  std::size_t at = 0, keep = 0;
  int runes = 0;
  for (; at < s.size(); runes++) {
    if (runes == kMaxRunes - 3)
      keep = at;
    at += syntax::decodeRune(std::string_view(s).substr(at)).width;
  }
  return runes > kMaxRunes ? s.substr(0, keep) + "..." : s;
}

// The binary form: a letter for the representation, then numbers as length and little-endian bytes.
void putLength(std::uint64_t n, std::string &out) {
  for (; n >= 0x80; n >>= 7)
    out += char(n | 0x80);
  out += char(n);
}

bool takeLength(std::string_view &in, std::uint64_t &n) {
  n = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    unsigned char c = (unsigned char)in[0];
    in.remove_prefix(1);
    n |= std::uint64_t(c & 0x7f) << shift;
    if (c < 0x80)
      return true;
  }
  return false;
}

void putInteger(const Integer &i, std::string &out) {
  std::size_t bytes = (mpz_sizeinbase(i.v, 2) + 7) / 8;
  if (mpz_sgn(i.v) == 0)
    bytes = 0;
  putLength(bytes * 2 + (mpz_sgn(i.v) < 0), out);
  std::string buffer(bytes, '\0');
  mpz_export(buffer.data(), nullptr, -1, 1, 0, 0, i.v);
  out += buffer;
}

bool takeInteger(std::string_view &in, Integer &out) {
  std::uint64_t head;
  if (!takeLength(in, head) || head / 2 > in.size())
    return false;
  mpz_import(out.v, head / 2, -1, 1, 0, 0, in.data());
  if (head & 1)
    mpz_neg(out.v, out.v);
  in.remove_prefix(head / 2);
  return true;
}

std::optional<Value> takeValue(std::string_view &in, bool part_of_complex) {
  if (in.empty())
    return std::nullopt;
  char form = in[0];
  in.remove_prefix(1);
  switch (form) {
  case 'u':
    return Value();
  case 'f':
    return Value::ofBool(false);
  case 't':
    return Value::ofBool(true);
  case 's': {
    std::uint64_t size;
    if (!takeLength(in, size) || size > in.size())
      return std::nullopt;
    Value v = Value::ofString(std::string(in.substr(0, size)));
    in.remove_prefix(size);
    return v;
  }
  case 'i': {
    Integer i;
    if (!takeInteger(in, i))
      return std::nullopt;
    return fromInteger(i);
  }
  case 'q': {
    Integer numerator, denominator;
    if (!takeInteger(in, numerator) || !takeInteger(in, denominator) || mpz_sgn(denominator.v) <= 0)
      return std::nullopt;
    Rational q;
    mpz_set(mpq_numref(q.v), numerator.v);
    mpz_set(mpq_denref(q.v), denominator.v);
    mpq_canonicalize(q.v);
    return fromRational(q);
  }
  case 'x': {
    Integer mantissa, exponent;
    if (!takeInteger(in, mantissa) || !takeInteger(in, exponent) || !mpz_fits_sint_p(exponent.v))
      return std::nullopt;
    Float f;
    mpfr_set_z_2exp(f.v, mantissa.v, mpz_get_si(exponent.v), MPFR_RNDN);
    return fromFloat(f);
  }
  case 'c': {
    if (part_of_complex)
      return std::nullopt;
    auto re = takeValue(in, true), im = re ? takeValue(in, true) : std::nullopt;
    if (!im || !isReal(*re) || !isReal(*im))
      return std::nullopt;
    return makeComplex(*re, *im);
  }
  default:
    return std::nullopt;
  }
}

} // namespace

std::string toString(const Value &x) {
  switch (x.tag()) {
  case Tag::Unknown:
    return "unknown";
  case Tag::Bool:
    return x.boolVal() ? "true" : "false";
  case Tag::Str:
    return shortenedQuote(x.stringVal());
  case Tag::Small:
    return std::to_string(x.small());
  case Tag::Big: {
    Integer i;
    getInteger(x, i);
    return decimal(i);
  }
  case Tag::Rat:
  case Tag::Flt:
    return floatString(x);
  case Tag::Cplx:
    return "(" + toString(real(x)) + " + " + toString(imag(x)) + "i)";
  }
  return "";
}

std::string exactString(const Value &x) {
  switch (x.tag()) {
  case Tag::Str:
    return syntax::quote(x.stringVal());
  case Tag::Rat: {
    Rational q;
    getRational(x, q);
    std::unique_ptr<char, void (*)(void *)> text(mpq_get_str(nullptr, 10, q.v), std::free);
    return text.get();
  }
  case Tag::Flt: {
    char *text;
    mpfr_asprintf(&text, "%.40Rg", static_cast<const FltRep *>(x.rep())->f.v);
    std::string out = text;
    mpfr_free_str(text);
    return out;
  }
  case Tag::Cplx:
    return "(" + exactString(real(x)) + " + " + exactString(imag(x)) + "i)";
  default:
    return toString(x);
  }
}

void encode(const Value &x, std::string &out) {
  switch (x.tag()) {
  case Tag::Unknown:
    out += 'u';
    return;
  case Tag::Bool:
    out += x.boolVal() ? 't' : 'f';
    return;
  case Tag::Str:
    out += 's';
    putLength(x.stringVal().size(), out);
    out += x.stringVal();
    return;
  case Tag::Small:
  case Tag::Big: {
    Integer i;
    getInteger(x, i);
    out += 'i';
    return putInteger(i, out);
  }
  case Tag::Rat: {
    Rational q;
    getRational(x, q);
    Integer part;
    out += 'q';
    mpz_set(part.v, mpq_numref(q.v));
    putInteger(part, out);
    mpz_set(part.v, mpq_denref(q.v));
    return putInteger(part, out);
  }
  case Tag::Flt: {
    Integer mantissa, exponent;
    long e = mpfr_get_z_2exp(mantissa.v, static_cast<const FltRep *>(x.rep())->f.v);
    std::uint64_t zeros = mpz_scan1(mantissa.v, 0);
    mpz_tdiv_q_2exp(mantissa.v, mantissa.v, zeros);
    mpz_set_si(exponent.v, e + long(zeros));
    out += 'x';
    putInteger(mantissa, out);
    return putInteger(exponent, out);
  }
  case Tag::Cplx:
    out += 'c';
    encode(real(x), out);
    return encode(imag(x), out);
  }
}

std::optional<Value> decode(std::string_view &in) { return takeValue(in, false); }

} // namespace gannet::constant
