// How values that do not fit a machine word are held: reference-counted, immutable nodes.
#ifndef GANNET_COMPILER_CONSTANT_REP_H
#define GANNET_COMPILER_CONSTANT_REP_H

#include "compiler/constant/value.h"

#include <gmp.h>
#include <mpfr.h>

#include <atomic>
#include <string>

namespace gannet::constant {

// Owners of GMP and MPFR numbers.
struct Integer {
  mpz_t v;
  Integer() { mpz_init(v); }
  ~Integer() { mpz_clear(v); }
  Integer(const Integer &) = delete;
  Integer &operator=(const Integer &) = delete;
};
struct Rational {
  mpq_t v;
  Rational() { mpq_init(v); }
  ~Rational() { mpq_clear(v); }
  Rational(const Rational &) = delete;
  Rational &operator=(const Rational &) = delete;
};
inline constexpr mpfr_prec_t kFloatBits = 512;
struct Float {
  mpfr_t v;
  // Go's exponents have 32 bits; MPFR's range, which is the thread's, is smaller by default.
  explicit Float(mpfr_prec_t bits = kFloatBits) {
    constexpr mpfr_exp_t kExponentLimit = mpfr_exp_t(1) << 31;
    if (mpfr_get_emax() != kExponentLimit - 1) {
      mpfr_set_emax(kExponentLimit - 1);
      mpfr_set_emin(-kExponentLimit);
    }
    mpfr_init2(v, bits);
  }
  ~Float() { mpfr_clear(v); }
  Float(const Float &) = delete;
  Float &operator=(const Float &) = delete;
};

struct Value::Rep {
  std::atomic<std::uint32_t> refs{1};
};
// A string, or the concatenation of two that nobody has asked for yet. `flat` is filled on demand, by whoever is first.
struct StrRep : Value::Rep {
  std::atomic<std::string *> flat{nullptr};
  Value left, right;
  std::size_t size_bytes = 0;
};
struct BigRep : Value::Rep {
  Integer i;
};
struct RatRep : Value::Rep {
  Rational q;
};
struct FltRep : Value::Rep {
  Float f;
};
struct CplxRep : Value::Rep {
  Value re, im;
};

// Numbers beyond this binary exponent are floats rather than rationals.
inline constexpr long kMaxRationalBits = 4096;

// Values from numbers; the arguments may be changed.
Value fromInteger(Integer &i);
Value fromRational(Rational &q); // in lowest terms
Value fromFloat(Float &f);

// Numbers from values of fitting tags (an Int for the first, Int or Rat for the second, any real for the third).
void getInteger(const Value &x, Integer &out);
void getRational(const Value &x, Rational &out);
void getFloat(const Value &x, Float &out);

inline bool isInt(const Value &x) { return x.tag() == Value::Tag::Small || x.tag() == Value::Tag::Big; }
inline bool isReal(const Value &x) { return x.tag() >= Value::Tag::Small && x.tag() != Value::Tag::Str && x.tag() != Value::Tag::Cplx; }

// The nearest number with `bits` of mantissa and least normal exponent `min_exponent`; an infinity on overflow
// of float64.
double roundTo(const Value &x, long bits, long min_exponent);

} // namespace gannet::constant

#endif
