// UTF-8 and the properties of code points, by binary search in range tables.
#include "compiler/syntax/unicode.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <span>

namespace gannet::syntax {
namespace {

struct Range {
  std::uint32_t low, high;
};

#include "compiler/syntax/unicode_tables.inc"

bool inRanges(std::span<const Range> ranges, char32_t rune) {
  auto at = std::lower_bound(ranges.begin(), ranges.end(), rune, [](const Range &r, char32_t c) { return r.high < c; });
  return at != ranges.end() && at->low <= rune;
}

bool isContinuation(unsigned char c) { return (c & 0xc0) == 0x80; }

void appendHex(std::string &out, std::uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out += "0123456789abcdef"[value >> shift & 15];
}

// What one rune looks like between quotes of kind `quote_char`.
void appendEscaped(std::string &out, char32_t rune, char quote_char) {
  if (rune == char32_t(quote_char) || rune == '\\') {
    out += '\\';
    out += char(rune);
    return;
  }
  if (isPrintable(rune))
    return appendRune(out, rune);
  constexpr std::string_view kNamed = "abtnvfr"; // 7 to 13
  if (rune >= 7 && rune <= 13) {
    out += '\\';
    out += kNamed[rune - 7];
  } else if (rune < ' ' || rune == 0x7f) {
    out += "\\x";
    appendHex(out, rune, 2);
  } else if (rune < 0x10000) {
    out += "\\u";
    appendHex(out, rune, 4);
  } else {
    out += "\\U";
    appendHex(out, rune, 8);
  }
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  char lower = char(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

// Reads one escape after its backslash; advances `at`.
bool unescape(std::string_view text, std::size_t &at, char quote_char, std::string &out) {
  char c = text[at++];
  constexpr std::string_view kLetters = "abfnrtv\\", kValues = "\a\b\f\n\r\t\v\\";
  if (std::size_t i = kLetters.find(c); i != std::string_view::npos) {
    out += kValues[i];
    return true;
  }
  if (c == quote_char) {
    out += c;
    return true;
  }
  int count = 3, base = 8;
  if (c == 'x')
    count = 2, base = 16;
  else if (c == 'u')
    count = 4, base = 16;
  else if (c == 'U')
    count = 8, base = 16;
  else if (c >= '0' && c <= '7')
    at--;
  else
    return false;
  if (at + std::size_t(count) > text.size())
    return false;
  std::uint32_t value = 0;
  for (int i = 0; i < count; i++) {
    int digit = hexDigit(text[at++]);
    if (digit >= base)
      return false;
    value = value * std::uint32_t(base) + std::uint32_t(digit);
  }
  if (c == 'u' || c == 'U') {
    if (value > kMaxRune || (value >= 0xd800 && value < 0xe000))
      return false;
    appendRune(out, value);
    return true;
  }
  if (value > 255)
    return false;
  out += char(value);
  return true;
}

} // namespace

DecodedRune decodeRune(std::string_view text) {
  if (text.empty())
    return {kRuneError, 0};
  auto byte = [&](std::size_t i) -> unsigned char { return i < text.size() ? (unsigned char)text[i] : 0; };
  unsigned char c = byte(0);
  if (c < 0x80)
    return {c, 1};
  if (c >= 0xc2 && c < 0xe0 && isContinuation(byte(1)))
    return {char32_t((c & 0x1f) << 6 | (byte(1) & 0x3f)), 2};
  if (c >= 0xe0 && c < 0xf0 && isContinuation(byte(1)) && isContinuation(byte(2))) {
    char32_t rune = char32_t((c & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f));
    if (rune >= 0x800 && (rune < 0xd800 || rune >= 0xe000))
      return {rune, 3};
  }
  if (c >= 0xf0 && c < 0xf5 && isContinuation(byte(1)) && isContinuation(byte(2)) && isContinuation(byte(3))) {
    char32_t rune =
        char32_t((c & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f));
    if (rune >= 0x10000 && rune <= kMaxRune)
      return {rune, 4};
  }
  return {kRuneError, 1};
}

void appendRune(std::string &out, char32_t rune) {
  if (rune > kMaxRune || (rune >= 0xd800 && rune < 0xe000))
    rune = kRuneError;
  if (rune < 0x80) {
    out += char(rune);
  } else if (rune < 0x800) {
    out += char(0xc0 | rune >> 6);
    out += char(0x80 | (rune & 0x3f));
  } else if (rune < 0x10000) {
    out += char(0xe0 | rune >> 12);
    out += char(0x80 | (rune >> 6 & 0x3f));
    out += char(0x80 | (rune & 0x3f));
  } else {
    out += char(0xf0 | rune >> 18);
    out += char(0x80 | (rune >> 12 & 0x3f));
    out += char(0x80 | (rune >> 6 & 0x3f));
    out += char(0x80 | (rune & 0x3f));
  }
}

bool isLetter(char32_t rune) {
  if (rune < 0x80)
    return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
  return inRanges(kLetters, rune);
}

bool isDigit(char32_t rune) {
  if (rune < 0x80)
    return rune >= '0' && rune <= '9';
  return inRanges(kDigits, rune);
}

bool isUpper(char32_t rune) {
  if (rune < 0x80)
    return rune >= 'A' && rune <= 'Z';
  return inRanges(kUppers, rune);
}

bool isLower(char32_t rune) {
  if (rune < 0x80)
    return rune >= 'a' && rune <= 'z';
  return inRanges(kLowers, rune);
}

bool isPrintable(char32_t rune) {
  if (rune < 0x80)
    return rune >= ' ' && rune < 0x7f;
  return inRanges(kPrintables, rune);
}

bool isExported(std::string_view name) { return isUpper(decodeRune(name).rune) && !name.empty(); }

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    DecodedRune d = decodeRune(text);
    if (d.rune == kRuneError && d.width == 1) {
      out += "\\x";
      appendHex(out, (unsigned char)text[0], 2);
    } else {
      appendEscaped(out, d.rune, '"');
    }
    text.remove_prefix(d.width);
  }
  return out + '"';
}

std::string quoteRune(char32_t rune) {
  std::string out = "'";
  appendEscaped(out, rune > kMaxRune ? kRuneError : rune, '\'');
  return out + '\'';
}

std::string describeRune(char32_t rune) {
  char number[16];
  std::snprintf(number, sizeof number, "U+%04X", unsigned(rune));
  std::string out = number;
  if (rune <= kMaxRune && isPrintable(rune)) {
    out += " '";
    appendRune(out, rune);
    out += '\'';
  }
  return out;
}

bool unquote(std::string_view literal, std::string &out) {
  if (literal.size() < 2 || literal.front() != literal.back())
    return false;
  char quote_char = literal.front();
  std::string_view text = literal.substr(1, literal.size() - 2);
  if (quote_char == '`') {
    for (char c : text)
      if (c != '\r')
        out += c;
    return text.find('`') == std::string_view::npos;
  }
  if (quote_char != '"' && quote_char != '\'')
    return false;
  for (std::size_t at = 0; at < text.size();) {
    char c = text[at];
    if (c == quote_char || c == '\n')
      return false;
    if (c != '\\') {
      out += c;
      at++;
    } else if (++at >= text.size() || !unescape(text, at, quote_char, out)) {
      return false;
    }
  }
  return true;
}

} // namespace gannet::syntax
