#include "link/unquote.h"

#include <cstdint>

namespace gannet::link {

namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Takes `count` digits from the front of `text`; none if there are not so many.
std::optional<std::uint32_t> takeHex(std::string_view &text, std::size_t count) {
  std::uint32_t value = 0;
  if (text.size() < count)
    return std::nullopt;
  for (char c : text.substr(0, count)) {
    int digit = hexDigit(c);
    if (digit < 0)
      return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  text.remove_prefix(count);
  return value;
}

void addUtf8(std::string &out, std::uint32_t c) {
  auto more = [&](int shift) { out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3f))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (c >> 6)));
    more(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | (c >> 12)));
    more(6);
    more(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | (c >> 18)));
    more(12);
    more(6);
    more(0);
  }
}

// Takes what follows a backslash.
bool takeEscape(std::string_view &text, std::string &out) {
  static constexpr std::string_view kLetters = "abfnrtv\\\"", kBytes = "\a\b\f\n\r\t\v\\\"";
  if (text.empty())
    return false;
  char letter = text.front();
  text.remove_prefix(1);
  if (std::size_t at = kLetters.find(letter); at != std::string_view::npos) {
    out.push_back(kBytes[at]);
    return true;
  }
  if (letter != 'x' && letter != 'u' && letter != 'U')
    return false;
  std::optional<std::uint32_t> value = takeHex(text, letter == 'x' ? 2 : letter == 'u' ? 4 : 8);
  if (!value || *value > 0x10ffff)
    return false;
  if (letter == 'x')
    out.push_back(static_cast<char>(*value));
  else
    addUtf8(out, *value);
  return true;
}

} // namespace

std::optional<std::string> unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string out;
  while (!text.empty()) {
    char c = text.front();
    text.remove_prefix(1);
    if (c != '\\')
      out.push_back(c);
    else if (!takeEscape(text, out))
      return std::nullopt;
  }
  return out;
}

} // namespace gannet::link
