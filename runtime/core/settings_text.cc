#include "runtime/core/settings_text.h"

namespace gannet::rt {

namespace {

// Digits only. False if they are more than `most` says.
bool parseDigits(Str s, u64 most, u64 *out) {
  u64 n = 0;
  for (uptr i = 0; i < s.len; i++) {
    if (s[i] < '0' || s[i] > '9') return false;
    const u64 digit = static_cast<u64>(s[i] - '0');
    if (n > (most - digit) / 10) return false;
    n = n * 10 + digit;
  }
  *out = n;
  return s.len > 0;
}

constexpr u64 kMostInt64 = 0x7fffffffffffffff;

}  // namespace

bool parseInt64(Str s, i64 *out) {
  const bool negative = s.len > 0 && s[0] == '-';
  if (negative || (s.len > 0 && s[0] == '+')) s = Str(s.ptr + 1, s.len - 1);
  u64 n = 0;
  if (!parseDigits(s, kMostInt64 + (negative ? 1 : 0), &n)) return false;
  *out = static_cast<i64>(negative ? u64{0} - n : n);
  return true;
}

bool parseInt32(Str s, i32 *out) {
  i64 n = 0;
  if (!parseInt64(s, &n) || n != static_cast<i32>(n)) return false;
  *out = static_cast<i32>(n);
  return true;
}

bool parseByteCount(Str s, i64 *out) {
  struct Unit {
    Str name;
    u32 shift;
  };
  constexpr Unit kUnits[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
  uptr digits = 0;
  while (digits < s.len && s[digits] >= '0' && s[digits] <= '9') digits++;
  const Str number(s.ptr, digits), suffix(s.ptr + digits, s.len - digits);
  for (const Unit &unit : kUnits) {
    u64 n = 0;
    if (!(suffix == unit.name) || !parseDigits(number, kMostInt64 >> unit.shift, &n)) continue;
    *out = static_cast<i64>(n << unit.shift);
    return true;
  }
  return false;
}

}  // namespace gannet::rt
