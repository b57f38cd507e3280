#include "compiler/base/json.h"

#include <algorithm>
#include <utility>

namespace gannet {

bool Json::take(char c) {
  space();
  if (at_ < text_.size() && text_[at_] == c) {
    at_++;
    return true;
  }
  return false;
}

bool Json::word(std::string_view w) {
  space();
  if (text_.substr(at_).starts_with(w)) {
    at_ += w.size();
    return true;
  }
  return false;
}

bool Json::string(std::string &out) {
  out.clear();
  if (!take('"'))
    return false;
  while (at_ < text_.size()) {
    char c = text_[at_++];
    if (c == '"')
      return true;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (at_ >= text_.size())
      return false;
    char e = text_[at_++];
    switch (e) {
    case 'n': out += '\n'; break;
    case 't': out += '\t'; break;
    case 'r': out += '\r'; break;
    case 'b': out += '\b'; break;
    case 'f': out += '\f'; break;
    case 'u':
      if (!unicode(out))
        return false;
      break;
    default: out += e;
    }
  }
  return false;
}

bool Json::number(std::uint32_t &out) {
  space();
  std::size_t from = at_;
  std::uint64_t value = 0;
  while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && value <= UINT32_MAX)
    value = value * 10 + std::uint64_t(text_[at_++] - '0');
  out = static_cast<std::uint32_t>(value);
  return at_ > from && value <= UINT32_MAX;
}

bool Json::skip() { return skipNested(100); }

bool Json::skipNested(int levels) {
  if (levels == 0)
    return false;
  space();
  std::string text;
  switch (at_ < text_.size() ? text_[at_] : '\0') {
  case '{':
    return object([&](const std::string &) { return skipNested(levels - 1); });
  case '[':
    return array([&] { return skipNested(levels - 1); });
  case '"':
    return string(text);
  default: // null, true, false, a number
    std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    return end > std::exchange(at_, end);
  }
}

bool Json::atEnd() {
  space();
  return at_ == text_.size();
}

void Json::space() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
    at_++;
}

bool Json::unicode(std::string &out) {
  std::uint32_t v = 0;
  for (int i = 0; i < 4; i++) {
    if (at_ >= text_.size())
      return false;
    char c = text_[at_++];
    int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (d < 0)
      return false;
    v = v << 4 | static_cast<std::uint32_t>(d);
  }
  if (v < 0x80) {
    out += static_cast<char>(v);
  } else if (v < 0x800) {
    out += static_cast<char>(0xc0 | v >> 6);
    out += static_cast<char>(0x80 | (v & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | v >> 12);
    out += static_cast<char>(0x80 | (v >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (v & 0x3f));
  }
  return true;
}

} // namespace gannet
