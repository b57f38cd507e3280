// Exact values of Go constants: booleans, strings, integers and floating-point numbers of any size, complex numbers.
//
// Integers are unbounded. Floating-point numbers are exact rationals while those are of moderate size, and 512-bit
// binary fractions beyond, as in Go's own tools. Small integers need no memory. A value is immutable; copies share.
// Copying and reading from several threads at once is safe.
//
// Operations on unknown values give unknown; an operation that makes no sense for its operand is an internal error.
#ifndef GANNET_COMPILER_CONSTANT_VALUE_H
#define GANNET_COMPILER_CONSTANT_VALUE_H

#include "compiler/syntax/token.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gannet::constant {

enum class Kind : std::uint8_t { Unknown, Bool, String, Int, Float, Complex };

class Value {
public:
  Value() = default; // unknown
  Value(const Value &other);
  Value(Value &&other) noexcept;
  Value &operator=(const Value &other);
  Value &operator=(Value &&other) noexcept;
  ~Value();

  static Value ofBool(bool b);
  static Value ofString(std::string text);
  static Value ofInt64(std::int64_t i);
  static Value ofUint64(std::uint64_t u);
  // Unknown for infinities and NaN. Negative zero becomes zero.
  static Value ofFloat64(double d);
  // A literal as written in source ("0x_1F", "1e400i", "'\n'", "`raw`"); unknown if it is malformed.
  static Value ofLiteral(std::string_view text, syntax::LitKind kind);

  Kind kind() const;
  bool known() const { return kind() != Kind::Unknown; }
  bool isNumeric() const { return kind() >= Kind::Int; }

  bool boolVal() const;               // kind Bool
  std::string_view stringVal() const; // kind String; lives as long as this value or a copy

  struct Rep; // private to value.cc and its neighbours
  enum class Tag : std::uint8_t { Unknown, Bool, Small, Str, Big, Rat, Flt, Cplx };
  Tag tag() const { return tag_; }
  const Rep *rep() const { return rep_; }
  std::int64_t small() const { return small_; }
  static Value adopt(Tag tag, Rep *rep); // takes over one reference

private:
  Tag tag_ = Tag::Unknown;
  union {
    std::int64_t small_ = 0;
    Rep *rep_;
  };
};

// op is Add, Sub, Xor (bitwise complement) or Not. For Xor of an unsigned type `unsigned_bits` is its size; 0 otherwise.
Value unaryOp(syntax::Operator op, const Value &x, unsigned unsigned_bits = 0);

// Arithmetic, logic (AndAnd, OrOr) and string concatenation. Operands are first brought to the larger kind. Div of two integers
// gives an exact fraction; for Go's truncated integer division use divInts. Division by zero gives unknown.
Value binaryOp(const Value &x, syntax::Operator op, const Value &y);
Value divInts(const Value &x, const Value &y);

// Shl or Shr of an integer.
Value shift(const Value &x, syntax::Operator op, std::uint32_t count);

// op is one of the six comparisons; Eql and Neq only for booleans and complex numbers.
bool compare(const Value &x, syntax::Operator op, const Value &y);

// Conversions between numeric kinds; unknown if the value cannot be represented in that kind (1.5 as an integer,
// 1i as a float).
Value toInt(const Value &x);
Value toFloat(const Value &x);
Value toComplex(const Value &x);

Value real(const Value &x);
Value imag(const Value &x);
Value makeComplex(const Value &re, const Value &im); // of Int or Float

// -1, 0 or 1; for a complex number 0 if it is zero, else 1.
int sign(const Value &x);
// Bits of |x|, x an Int.
unsigned bitLen(const Value &x);

// Nothing if x is not an Int of that range.
std::optional<std::int64_t> int64Val(const Value &x);
std::optional<std::uint64_t> uint64Val(const Value &x);
// The integer's value modulo 2^64 in two's complement: what a machine word of any integer type holds. x is an Int.
std::uint64_t wordVal(const Value &x);
// Nearest, ties to even; an infinity on overflow. x is an Int or Float.
double float64Val(const Value &x);
float float32Val(const Value &x);

// x rounded to the precision of float32 or float64 (complex: both parts); unknown if it overflows.
Value roundFloat32(const Value &x);
Value roundFloat64(const Value &x);

// Exact division into a numerator and denominator where x is kept as a rational; used by tests.
std::string exactString(const Value &x);
// For messages, as Go's: strings quoted and shortened to 72 characters, floats as %.6g, complex "(1 + 2i)".
std::string toString(const Value &x);

// A self-delimiting binary form, the same for equal values; for export files.
void encode(const Value &x, std::string &out);
// Reads one value and removes it from `in`; nothing if `in` is malformed.
std::optional<Value> decode(std::string_view &in);

} // namespace gannet::constant

#endif
