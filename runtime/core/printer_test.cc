// The text of numbers in lines that the runtime writes.
#include "runtime/core/fatal.h"

#include <gtest/gtest.h>
#include <string>

namespace gannet::rt {

void Printer::flush() { len = 0; }  // tests print into a buffer

namespace {

template <class F> std::string printed(F print) {
  char text[200];
  Printer p;
  p.out = text;
  p.out_cap = sizeof text;
  print(p);
  return std::string(text, p.out_len);
}

std::string real(double x) {
  return printed([x](Printer &p) { p.real(x); });
}
std::string ms(i64 ns) {
  return printed([ns](Printer &p) { p.ms(ns); });
}

TEST(Printer, RealNumbersAreAsShortAsTheyCanBe) {
  EXPECT_EQ(real(0), "0");
  EXPECT_EQ(real(0.25), "0.25");
  EXPECT_EQ(real(3), "3");
  EXPECT_EQ(real(-12.5), "-12.5");
  EXPECT_EQ(real(100), "100");
  EXPECT_EQ(real(1e20), "100000000000000000000");
  EXPECT_EQ(real(1.0 / 3), "0.333333");
  EXPECT_EQ(real(0.00031047813), "0.000310478");
  EXPECT_EQ(real(-2.5e-9), "-2.5e-09");
  EXPECT_EQ(real(1e100), "1e+100");
  EXPECT_EQ(real(9.9999999), "10");
}

TEST(Printer, MillisecondsHaveTwoDigits) {
  EXPECT_EQ(ms(0), "0");
  EXPECT_EQ(ms(999), "0");
  EXPECT_EQ(ms(1000), "0.001");
  EXPECT_EQ(ms(12345), "0.012");
  EXPECT_EQ(ms(123456), "0.12");
  EXPECT_EQ(ms(1234567), "1.2");
  EXPECT_EQ(ms(9999999), "9.9");
  EXPECT_EQ(ms(12345678), "12");
  EXPECT_EQ(ms(-5), "0");
}

}  // namespace
}  // namespace gannet::rt
