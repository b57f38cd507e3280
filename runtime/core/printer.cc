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

}  // namespace gannet::rt
