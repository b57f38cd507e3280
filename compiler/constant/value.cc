// Values and their arithmetic. Each operation takes the smallest representation that holds both operands:
// machine word, GMP integer, GMP rational, MPFR float, complex.
#include "compiler/constant/value.h"

#include "compiler/base/check.h"
#include "compiler/constant/rep.h"

#include <cmath>
#include <utility>
#include <vector>

namespace gannet::constant {

using syntax::Operator;
using Tag = Value::Tag;

namespace {

bool hasRep(Tag t) { return t >= Tag::Str; }

void release(Tag tag, Value::Rep *rep);

// Long chains of concatenations are freed without recursion.
void deleteString(StrRep *first) {
  std::vector<StrRep *> pending{first};
  while (!pending.empty()) {
    StrRep *s = pending.back();
    pending.pop_back();
    for (Value *part : {&s->left, &s->right}) {
      if (part->tag() != Tag::Str)
        continue;
      Value::Rep *rep = const_cast<Value::Rep *>(part->rep());
      if (rep->refs.fetch_sub(1, std::memory_order_acq_rel) == 1)
        pending.push_back(static_cast<StrRep *>(rep));
      ::new (part) Value; // its reference is gone
    }
    delete s->flat.load();
    delete s;
  }
}

void release(Tag tag, Value::Rep *rep) {
  if (tag == Tag::Str && rep->refs.load(std::memory_order_acquire) == 1)
    return deleteString(static_cast<StrRep *>(rep));
  if (rep->refs.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  switch (tag) {
  case Tag::Str:
    return deleteString(static_cast<StrRep *>(rep));
  case Tag::Big:
    delete static_cast<BigRep *>(rep);
    return;
  case Tag::Rat:
    delete static_cast<RatRep *>(rep);
    return;
  case Tag::Flt:
    delete static_cast<FltRep *>(rep);
    return;
  case Tag::Cplx:
    delete static_cast<CplxRep *>(rep);
    return;
  default:
    GANNET_UNREACHABLE("a constant without memory");
  }
}

const StrRep *strRep(const Value &x) { return static_cast<const StrRep *>(x.rep()); }
const CplxRep *cplxRep(const Value &x) { return static_cast<const CplxRep *>(x.rep()); }

[[noreturn]] void badOperand(const char *what) { internalError(__FILE__, __LINE__, what); }

Value zero() { return Value::ofInt64(0); }

} // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Values

Value::Value(const Value &other) : tag_(other.tag_), small_(other.small_) {
  if (hasRep(tag_))
    rep_->refs.fetch_add(1, std::memory_order_relaxed); // the other reference keeps it alive meanwhile
}

Value::Value(Value &&other) noexcept : tag_(other.tag_), small_(other.small_) {
  other.tag_ = Tag::Unknown;
  other.small_ = 0;
}

Value &Value::operator=(const Value &other) {
  Value copy(other);
  return *this = std::move(copy);
}

Value &Value::operator=(Value &&other) noexcept {
  std::swap(tag_, other.tag_);
  std::swap(small_, other.small_);
  return *this;
}

Value::~Value() {
  if (hasRep(tag_))
    release(tag_, rep_);
}

Value Value::adopt(Tag tag, Rep *rep) {
  Value v;
  v.tag_ = tag;
  v.rep_ = rep;
  return v;
}

Value Value::ofBool(bool b) {
  Value v;
  v.tag_ = Tag::Bool;
  v.small_ = b;
  return v;
}

Value Value::ofInt64(std::int64_t i) {
  Value v;
  v.tag_ = Tag::Small;
  v.small_ = i;
  return v;
}

Value Value::ofUint64(std::uint64_t u) {
  if (u <= std::uint64_t(INT64_MAX))
    return ofInt64(std::int64_t(u));
  Integer i;
  mpz_set_ui(i.v, u);
  return fromInteger(i);
}

Value Value::ofString(std::string text) {
  StrRep *rep = new StrRep;
  rep->size_bytes = text.size();
  rep->flat = new std::string(std::move(text));
  return adopt(Tag::Str, rep);
}

Value Value::ofFloat64(double d) {
  if (!std::isfinite(d))
    return {};
  Rational q;
  mpq_set_d(q.v, d);
  return fromRational(q);
}

Kind Value::kind() const {
  switch (tag_) {
  case Tag::Unknown:
    return Kind::Unknown;
  case Tag::Bool:
    return Kind::Bool;
  case Tag::Small:
  case Tag::Big:
    return Kind::Int;
  case Tag::Str:
    return Kind::String;
  case Tag::Rat:
  case Tag::Flt:
    return Kind::Float;
  case Tag::Cplx:
    return Kind::Complex;
  }
  GANNET_UNREACHABLE("a constant of no kind");
}

bool Value::boolVal() const {
  GANNET_CHECK(tag_ == Tag::Bool, "not a boolean constant");
  return small_ != 0;
}

std::string_view Value::stringVal() const {
  GANNET_CHECK(tag_ == Tag::Str, "not a string constant");
  StrRep *rep = static_cast<StrRep *>(rep_);
  if (std::string *flat = rep->flat.load(std::memory_order_acquire))
    return *flat;
  // Leaves from right to left, written from the end.
  auto *joined = new std::string(rep->size_bytes, '\0');
  std::size_t at = rep->size_bytes;
  std::vector<const StrRep *> pending{rep};
  while (!pending.empty()) {
    const StrRep *s = pending.back();
    pending.pop_back();
    if (const std::string *flat = s->flat.load(std::memory_order_acquire)) {
      at -= flat->size();
      joined->replace(at, flat->size(), *flat);
    } else {
      pending.push_back(strRep(s->left));
      pending.push_back(strRep(s->right));
    }
  }
  std::string *expected = nullptr;
  if (!rep->flat.compare_exchange_strong(expected, joined, std::memory_order_acq_rel)) {
    delete joined; // another thread was first
    joined = expected;
  }
  return *joined;
}

// ---------------------------------------------------------------------------------------------------------------------
// Between values and numbers

Value fromInteger(Integer &i) {
  if (mpz_fits_slong_p(i.v))
    return Value::ofInt64(mpz_get_si(i.v));
  BigRep *rep = new BigRep;
  mpz_swap(rep->i.v, i.v);
  return Value::adopt(Tag::Big, rep);
}

Value fromRational(Rational &q) {
  if (long(mpz_sizeinbase(mpq_numref(q.v), 2)) > kMaxRationalBits ||
      long(mpz_sizeinbase(mpq_denref(q.v), 2)) > kMaxRationalBits) {
    Float f;
    mpfr_set_q(f.v, q.v, MPFR_RNDN);
    return fromFloat(f);
  }
  RatRep *rep = new RatRep;
  mpq_swap(rep->q.v, q.v);
  return Value::adopt(Tag::Rat, rep);
}

Value fromFloat(Float &f) {
  if (mpfr_nan_p(f.v) || mpfr_inf_p(f.v))
    return {};
  bool is_zero = mpfr_zero_p(f.v) || mpfr_get_exp(f.v) < INT32_MIN;
  if (is_zero) {
    Rational q;
    return fromRational(q);
  }
  if (mpfr_get_exp(f.v) > INT32_MAX)
    return {};
  FltRep *rep = new FltRep;
  mpfr_swap(rep->f.v, f.v);
  return Value::adopt(Tag::Flt, rep);
}

void getInteger(const Value &x, Integer &out) {
  if (x.tag() == Tag::Small)
    mpz_set_si(out.v, x.small());
  else if (x.tag() == Tag::Big)
    mpz_set(out.v, static_cast<const BigRep *>(x.rep())->i.v);
  else
    badOperand("not an integer constant");
}

void getRational(const Value &x, Rational &out) {
  if (x.tag() == Tag::Rat) {
    mpq_set(out.v, static_cast<const RatRep *>(x.rep())->q.v);
    return;
  }
  Integer i;
  getInteger(x, i);
  mpq_set_z(out.v, i.v);
}

void getFloat(const Value &x, Float &out) {
  if (x.tag() == Tag::Flt) {
    mpfr_set(out.v, static_cast<const FltRep *>(x.rep())->f.v, MPFR_RNDN);
  } else if (x.tag() == Tag::Rat) {
    mpfr_set_q(out.v, static_cast<const RatRep *>(x.rep())->q.v, MPFR_RNDN);
  } else {
    Integer i;
    getInteger(x, i);
    mpfr_set_z(out.v, i.v, MPFR_RNDN);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Operations

namespace {

// Order of representations: the larger one of two operands is what an operation works in.
enum class Level : std::uint8_t { Integer, Rational, Float, Complex };
Level level(const Value &x) {
  switch (x.tag()) {
  case Tag::Small:
  case Tag::Big:
    return Level::Integer;
  case Tag::Rat:
    return Level::Rational;
  case Tag::Flt:
    return Level::Float;
  case Tag::Cplx:
    return Level::Complex;
  default:
    badOperand("not a numeric constant");
  }
}
Level commonLevel(const Value &x, const Value &y) { return std::max(level(x), level(y)); }

Value concat(const Value &x, const Value &y) {
  StrRep *rep = new StrRep;
  rep->size_bytes = strRep(x)->size_bytes + strRep(y)->size_bytes;
  rep->left = x;
  rep->right = y;
  return Value::adopt(Tag::Str, rep);
}

// Done in machine words if the result fits.
bool smallOp(std::int64_t x, Operator op, std::int64_t y, std::int64_t &out) {
  switch (op) {
  case Operator::Add:
    return !__builtin_add_overflow(x, y, &out);
  case Operator::Sub:
    return !__builtin_sub_overflow(x, y, &out);
  case Operator::Mul:
    return !__builtin_mul_overflow(x, y, &out);
  case Operator::Rem:
    out = y == -1 ? 0 : x % y;
    return true;
  case Operator::And:
    out = x & y;
    return true;
  case Operator::Or:
    out = x | y;
    return true;
  case Operator::Xor:
    out = x ^ y;
    return true;
  case Operator::AndNot:
    out = x & ~y;
    return true;
  default:
    return false;
  }
}

Value integerOp(const Value &x, Operator op, const Value &y) {
  std::int64_t small;
  if (x.tag() == Tag::Small && y.tag() == Tag::Small && smallOp(x.small(), op, y.small(), small))
    return Value::ofInt64(small);
  Integer a, b;
  getInteger(x, a);
  getInteger(y, b);
  switch (op) {
  case Operator::Add:
    mpz_add(a.v, a.v, b.v);
    break;
  case Operator::Sub:
    mpz_sub(a.v, a.v, b.v);
    break;
  case Operator::Mul:
    mpz_mul(a.v, a.v, b.v);
    break;
  case Operator::Div: {
    Rational q;
    mpz_set(mpq_numref(q.v), a.v);
    mpz_set(mpq_denref(q.v), b.v);
    mpq_canonicalize(q.v);
    return fromRational(q);
  }
  case Operator::Rem:
    mpz_tdiv_r(a.v, a.v, b.v);
    break;
  case Operator::And:
    mpz_and(a.v, a.v, b.v);
    break;
  case Operator::Or:
    mpz_ior(a.v, a.v, b.v);
    break;
  case Operator::Xor:
    mpz_xor(a.v, a.v, b.v);
    break;
  case Operator::AndNot:
    mpz_com(b.v, b.v);
    mpz_and(a.v, a.v, b.v);
    break;
  default:
    badOperand("an operator that integer constants do not have");
  }
  return fromInteger(a);
}

Value rationalOp(const Value &x, Operator op, const Value &y) {
  Rational a, b;
  getRational(x, a);
  getRational(y, b);
  switch (op) {
  case Operator::Add:
    mpq_add(a.v, a.v, b.v);
    break;
  case Operator::Sub:
    mpq_sub(a.v, a.v, b.v);
    break;
  case Operator::Mul:
    mpq_mul(a.v, a.v, b.v);
    break;
  case Operator::Div:
    mpq_div(a.v, a.v, b.v);
    break;
  default:
    badOperand("an operator that floating-point constants do not have");
  }
  return fromRational(a);
}

Value floatOp(const Value &x, Operator op, const Value &y) {
  Float a, b;
  getFloat(x, a);
  getFloat(y, b);
  switch (op) {
  case Operator::Add:
    mpfr_add(a.v, a.v, b.v, MPFR_RNDN);
    break;
  case Operator::Sub:
    mpfr_sub(a.v, a.v, b.v, MPFR_RNDN);
    break;
  case Operator::Mul:
    mpfr_mul(a.v, a.v, b.v, MPFR_RNDN);
    break;
  case Operator::Div:
    mpfr_div(a.v, a.v, b.v, MPFR_RNDN);
    break;
  default:
    badOperand("an operator that floating-point constants do not have");
  }
  return fromFloat(a);
}

Value complexOp(const Value &x, Operator op, const Value &y) {
  Value a = real(x), b = imag(x), c = real(y), d = imag(y);
  auto add = [](const Value &p, const Value &q) { return binaryOp(p, Operator::Add, q); };
  auto sub = [](const Value &p, const Value &q) { return binaryOp(p, Operator::Sub, q); };
  auto mul = [](const Value &p, const Value &q) { return binaryOp(p, Operator::Mul, q); };
  switch (op) {
  case Operator::Add:
    return makeComplex(add(a, c), add(b, d));
  case Operator::Sub:
    return makeComplex(sub(a, c), sub(b, d));
  case Operator::Mul:
    return makeComplex(sub(mul(a, c), mul(b, d)), add(mul(b, c), mul(a, d)));
  case Operator::Div: {
    Value norm = add(mul(c, c), mul(d, d));
    return makeComplex(binaryOp(add(mul(a, c), mul(b, d)), Operator::Div, norm),
                       binaryOp(sub(mul(b, c), mul(a, d)), Operator::Div, norm));
  }
  default:
    badOperand("an operator that complex constants do not have");
  }
}

bool decide(int order, Operator op) {
  switch (op) {
  case Operator::Eql:
    return order == 0;
  case Operator::Neq:
    return order != 0;
  case Operator::Lss:
    return order < 0;
  case Operator::Leq:
    return order <= 0;
  case Operator::Gtr:
    return order > 0;
  case Operator::Geq:
    return order >= 0;
  default:
    badOperand("not a comparison");
  }
}

int orderOf(const Value &x, const Value &y) {
  switch (commonLevel(x, y)) {
  case Level::Integer: {
    if (x.tag() == Tag::Small && y.tag() == Tag::Small)
      return x.small() < y.small() ? -1 : x.small() > y.small();
    Integer a, b;
    getInteger(x, a);
    getInteger(y, b);
    return mpz_cmp(a.v, b.v);
  }
  case Level::Rational: {
    Rational a, b;
    getRational(x, a);
    getRational(y, b);
    return mpq_cmp(a.v, b.v);
  }
  case Level::Float: {
    Float a, b;
    getFloat(x, a);
    getFloat(y, b);
    return mpfr_cmp(a.v, b.v);
  }
  case Level::Complex:
    break;
  }
  badOperand("complex constants have no order");
}

} // namespace

Value unaryOp(Operator op, const Value &x, unsigned unsigned_bits) {
  if (!x.known() || op == Operator::Add)
    return x;
  if (op == Operator::Not)
    return Value::ofBool(!x.boolVal());
  if (op == Operator::Sub) {
    if (x.tag() == Tag::Cplx)
      return makeComplex(unaryOp(op, real(x)), unaryOp(op, imag(x)));
    return binaryOp(zero(), Operator::Sub, x);
  }
  GANNET_CHECK(op == Operator::Xor, "not a unary operator of constants");
  Integer i;
  getInteger(x, i);
  mpz_com(i.v, i.v);
  if (unsigned_bits > 0)
    mpz_fdiv_r_2exp(i.v, i.v, unsigned_bits);
  return fromInteger(i);
}

Value binaryOp(const Value &x, Operator op, const Value &y) {
  if (!x.known() || !y.known())
    return {};
  if (x.tag() == Tag::Bool) {
    GANNET_CHECK(op == Operator::AndAnd || op == Operator::OrOr, "not an operator of boolean constants");
    return Value::ofBool(op == Operator::AndAnd ? x.boolVal() && y.boolVal() : x.boolVal() || y.boolVal());
  }
  if (x.tag() == Tag::Str) {
    GANNET_CHECK(op == Operator::Add && y.tag() == Tag::Str, "not an operator of string constants");
    return concat(x, y);
  }
  if ((op == Operator::Div || op == Operator::Rem) && y.tag() != Tag::Cplx && sign(y) == 0)
    return {};
  switch (commonLevel(x, y)) {
  case Level::Integer:
    return integerOp(x, op, y);
  case Level::Rational:
    return rationalOp(x, op, y);
  case Level::Float:
    return floatOp(x, op, y);
  case Level::Complex:
    return complexOp(x, op, y);
  }
  GANNET_UNREACHABLE("a level of constants");
}

Value divInts(const Value &x, const Value &y) {
  if (!x.known() || !y.known() || sign(y) == 0)
    return {};
  Integer a, b;
  getInteger(x, a);
  getInteger(y, b);
  mpz_tdiv_q(a.v, a.v, b.v);
  return fromInteger(a);
}

Value shift(const Value &x, Operator op, std::uint32_t count) {
  if (!x.known())
    return {};
  Integer i;
  getInteger(x, i);
  if (op == Operator::Shl)
    mpz_mul_2exp(i.v, i.v, count);
  else
    mpz_fdiv_q_2exp(i.v, i.v, count);
  return fromInteger(i);
}

bool compare(const Value &x, Operator op, const Value &y) {
  if (!x.known() || !y.known())
    return false;
  if (x.tag() == Tag::Bool)
    return decide(x.boolVal() != y.boolVal(), op);
  if (x.tag() == Tag::Str)
    return decide(x.stringVal().compare(y.stringVal()), op);
  if (commonLevel(x, y) != Level::Complex)
    return decide(orderOf(x, y), op);
  bool equal = orderOf(real(x), real(y)) == 0 && orderOf(imag(x), imag(y)) == 0;
  return decide(!equal, op);
}

// ---------------------------------------------------------------------------------------------------------------------
// Conversions

Value toInt(const Value &x) {
  switch (x.tag()) {
  case Tag::Small:
  case Tag::Big:
    return x;
  case Tag::Rat: {
    Rational q;
    getRational(x, q);
    if (mpz_cmp_ui(mpq_denref(q.v), 1) != 0)
      return {};
    Integer i;
    mpz_set(i.v, mpq_numref(q.v));
    return fromInteger(i);
  }
  case Tag::Flt: {
    const auto &f = static_cast<const FltRep *>(x.rep())->f;
    if (mpfr_get_exp(f.v) > kMaxRationalBits)
      return {}; // would be enormous, and no type could hold it
    // A value meant as an integer may be off by rounding errors in its last bits: let go of four of them.
    for (mpfr_rnd_t mode : {MPFR_RNDN, MPFR_RNDZ, MPFR_RNDA}) {
      Float rounded(mode == MPFR_RNDN ? kFloatBits : kFloatBits - 4);
      mpfr_set(rounded.v, f.v, mode);
      if (!mpfr_integer_p(rounded.v))
        continue;
      Integer i;
      mpfr_get_z(i.v, rounded.v, MPFR_RNDZ);
      return fromInteger(i);
    }
    return {};
  }
  case Tag::Cplx:
    return sign(imag(x)) == 0 ? toInt(real(x)) : Value();
  default:
    return {};
  }
}

Value toFloat(const Value &x) {
  switch (x.tag()) {
  case Tag::Small:
  case Tag::Big: {
    Rational q;
    getRational(x, q);
    return fromRational(q);
  }
  case Tag::Rat:
  case Tag::Flt:
    return x;
  case Tag::Cplx:
    return sign(imag(x)) == 0 ? toFloat(real(x)) : Value();
  default:
    return {};
  }
}

Value toComplex(const Value &x) {
  if (isReal(x))
    return makeComplex(x, zero());
  return x.tag() == Tag::Cplx ? x : Value();
}

Value real(const Value &x) { return x.tag() == Tag::Cplx ? cplxRep(x)->re : isReal(x) ? x : Value(); }
Value imag(const Value &x) { return x.tag() == Tag::Cplx ? cplxRep(x)->im : isReal(x) ? zero() : Value(); }

Value makeComplex(const Value &re, const Value &im) {
  if (!re.known() || !im.known())
    return {};
  CplxRep *rep = new CplxRep;
  rep->re = re;
  rep->im = im;
  return Value::adopt(Tag::Cplx, rep);
}

int sign(const Value &x) {
  switch (x.tag()) {
  case Tag::Unknown:
    return 1; // not zero, so that division by it is not an error
  case Tag::Small:
    return x.small() < 0 ? -1 : x.small() > 0;
  case Tag::Big:
    return mpz_sgn(static_cast<const BigRep *>(x.rep())->i.v);
  case Tag::Rat:
    return mpq_sgn(static_cast<const RatRep *>(x.rep())->q.v);
  case Tag::Flt:
    return mpfr_sgn(static_cast<const FltRep *>(x.rep())->f.v);
  case Tag::Cplx:
    return sign(real(x)) | sign(imag(x)) ? 1 : 0;
  default:
    badOperand("not a numeric constant");
  }
}

unsigned bitLen(const Value &x) {
  if (!x.known() || sign(x) == 0)
    return 0;
  Integer i;
  getInteger(x, i);
  return unsigned(mpz_sizeinbase(i.v, 2));
}

std::optional<std::int64_t> int64Val(const Value &x) {
  if (x.tag() == Tag::Small)
    return x.small();
  return std::nullopt;
}

std::optional<std::uint64_t> uint64Val(const Value &x) {
  if (x.tag() == Tag::Small && x.small() >= 0)
    return std::uint64_t(x.small());
  if (x.tag() == Tag::Big) {
    const auto &i = static_cast<const BigRep *>(x.rep())->i;
    if (mpz_fits_ulong_p(i.v))
      return mpz_get_ui(i.v);
  }
  return std::nullopt;
}

std::uint64_t wordVal(const Value &x) {
  if (x.tag() == Tag::Small)
    return std::uint64_t(x.small());
  Integer i;
  getInteger(x, i);
  mpz_fdiv_r_2exp(i.v, i.v, 64);
  return mpz_get_ui(i.v);
}

double roundTo(const Value &x, long bits, long min_exponent) {
  if (sign(x) == 0)
    return 0;
  // x = numerator / denominator * 2^scale
  Integer numerator, denominator;
  long scale = 0;
  if (x.tag() == Tag::Flt) {
    const auto &f = static_cast<const FltRep *>(x.rep())->f;
    if (mpfr_get_exp(f.v) > 2000)
      return mpfr_sgn(f.v) * HUGE_VAL;
    if (mpfr_get_exp(f.v) < -2000)
      return mpfr_sgn(f.v) * 0.0;
    scale = mpfr_get_z_2exp(numerator.v, f.v);
    mpz_set_ui(denominator.v, 1);
  } else {
    Rational q;
    getRational(x, q);
    mpz_set(numerator.v, mpq_numref(q.v));
    mpz_set(denominator.v, mpq_denref(q.v));
  }
  bool negative = mpz_sgn(numerator.v) < 0;
  mpz_abs(numerator.v, numerator.v);

  // An integer quotient of at least bits + 2 bits, and whether something remains.
  long up = bits + 2 - (long(mpz_sizeinbase(numerator.v, 2)) - long(mpz_sizeinbase(denominator.v, 2)));
  if (up > 0)
    mpz_mul_2exp(numerator.v, numerator.v, std::uint64_t(up));
  else
    mpz_mul_2exp(denominator.v, denominator.v, std::uint64_t(-up));
  Integer quotient, rest;
  mpz_tdiv_qr(quotient.v, rest.v, numerator.v, denominator.v);
  scale -= up;

  long length = long(mpz_sizeinbase(quotient.v, 2));
  long exponent = length - 1 + scale; // of the leading bit
  long precision = exponent >= min_exponent ? bits : bits - (min_exponent - exponent);
  if (precision < 0)
    return negative ? -0.0 : 0.0;
  std::uint64_t drop = std::uint64_t(length - precision);
  bool half = mpz_tstbit(quotient.v, drop - 1);
  bool below = mpz_scan1(quotient.v, 0) < drop - 1 || mpz_sgn(rest.v) != 0;
  mpz_tdiv_q_2exp(quotient.v, quotient.v, drop);
  if (half && (below || mpz_odd_p(quotient.v)))
    mpz_add_ui(quotient.v, quotient.v, 1);
  long power = scale + long(drop);
  double magnitude = power > 5000 ? HUGE_VAL : std::ldexp(double(mpz_get_ui(quotient.v)), int(power));
  return negative ? -magnitude : magnitude;
}

double float64Val(const Value &x) { return roundTo(x, 53, -1022); }

float float32Val(const Value &x) {
  double d = roundTo(x, 24, -126);
  constexpr double kLimit = 3.4028234663852886e38;
  return std::fabs(d) > kLimit ? float(std::copysign(HUGE_VAL, d)) : float(d);
}

namespace {

template <typename F> Value rounded(const Value &x, F nearest) {
  if (x.tag() == Tag::Cplx)
    return makeComplex(rounded(real(x), nearest), rounded(imag(x), nearest));
  return x.known() ? Value::ofFloat64(nearest(x)) : Value();
}

} // namespace

Value roundFloat32(const Value &x) { return rounded(x, float32Val); }
Value roundFloat64(const Value &x) { return rounded(x, float64Val); }

} // namespace gannet::constant
