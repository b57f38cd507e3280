// The text of numbers and strings. See fatal.h; flush is in traceback.cc, where it is known whether the process is dying.
#include "runtime/core/fatal.h"

namespace gannet::rt {

Printer &Printer::operator<<(Str s) {
  for (uptr i = 0; i < s.len; i++) {
    if (out != nullptr) {
      if (out_len < out_cap) out[out_len++] = s.ptr[i];
      continue;
    }
    if (len == sizeof buf) flush();
    buf[len++] = s.ptr[i];
  }
  return *this;
}

Printer &Printer::operator<<(u64 n) {
  char digits[20];
  uptr i = sizeof digits;
  do {
    digits[--i] = static_cast<char>('0' + n % 10);
    n /= 10;
  } while (n != 0);
  return *this << Str(digits + i, sizeof digits - i);
}

Printer &Printer::operator<<(i64 n) {
  if (n < 0) return *this << "-" << (u64{0} - static_cast<u64>(n));
  return *this << static_cast<u64>(n);
}

Printer &Printer::hex(u64 n) {
  char digits[18];
  uptr i = sizeof digits;
  do {
    digits[--i] = "0123456789abcdef"[n & 15];
    n >>= 4;
  } while (n != 0);
  digits[--i] = 'x';
  digits[--i] = '0';
  return *this << Str(digits + i, sizeof digits - i);
}

// Go's form in trace lines: two digits, at most three behind the point.
Printer &Printer::ms(i64 ns) {
  u64 n = static_cast<u64>(max<i64>(ns, 0)) / 1000, unit = 1000;
  if (n >= 10000) return *this << n / 1000;
  if (n == 0) return *this << "0";
  for (; n >= 100; n /= 10) unit /= 10;
  *this << n / unit;
  if (unit == 1) return *this;
  *this << ".";
  for (u64 u = unit / 10; u > 0; u /= 10) *this << n / u % 10;
  return *this;
}

// Six digits, as Go's print writes a number that needs no more. Finite numbers only.
Printer &Printer::real(double x) {
  if (x == 0) return *this << "0";
  if (x < 0) return (*this << "-").real(-x);
  i32 exponent = 0;  // of ten: 1 <= x < 10 then
  for (; x >= 10; x /= 10) exponent++;
  for (; x < 1; x *= 10) exponent--;
  u64 digits = static_cast<u64>(x * 1e5 + 0.5);
  if (digits >= 1000000) {
    digits /= 10;
    exponent++;
  }
  i32 count = 6;
  for (; digits % 10 == 0; digits /= 10) count--;
  char text[6];
  for (i32 i = count; i-- > 0; digits /= 10) text[i] = static_cast<char>('0' + digits % 10);
  const bool scientific = exponent < -4 || exponent >= 21;
  const i32 point = scientific ? 1 : exponent + 1;  // how many digits are before it
  if (point <= 0) *this << "0.";
  for (i32 i = point; i < 0; i++) *this << "0";
  for (i32 i = 0; i < max(count, point); i++) {
    if (i == point && i > 0) *this << ".";
    *this << Str(i < count ? text + i : "0", 1);
  }
  if (!scientific) return *this;
  const u32 e = static_cast<u32>(exponent < 0 ? -exponent : exponent);
  return *this << (exponent < 0 ? "e-" : "e+") << (e < 10 ? "0" : "") << e;
}

}  // namespace gannet::rt
