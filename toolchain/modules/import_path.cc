#include "toolchain/modules/import_path.h"

#include <cstdio>

namespace gannet::modules {

namespace {

bool isLetterOrDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// How many bytes the character at the beginning of `text` takes.
std::size_t width(std::string_view text) {
  std::size_t n = 1;
  while ((text[0] & 0x80) && n < text.size() && (text[n] & 0xc0) == 0x80)
    ++n;
  return n;
}

std::string elementFault(std::string_view element) {
  if (element.empty())
    return "empty path element";
  if (element.find_first_not_of('.') == std::string_view::npos)
    return "invalid path element " + quotedText(element);
  if (element.back() == '.')
    return "trailing dot in path element";
  for (std::size_t i = 0; i < element.size(); ++i)
    if (!isLetterOrDigit(element[i]) && std::string_view("-._~+").find(element[i]) == std::string_view::npos)
      return "invalid char " + quotedText(element.substr(i, width(element.substr(i))), '\'');
  return "";
}

} // namespace

std::string quotedText(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    if (c == quote || c == '\\')
      out += '\\';
    if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(c));
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + quote;
}

std::string importPathFault(std::string_view path) {
  if (path.empty())
    return "empty string";
  if (path[0] == '-')
    return "leading dash";
  if (path.find("//") != std::string_view::npos)
    return "double slash";
  if (path.back() == '/')
    return "trailing slash";
  for (std::size_t start = 0; start <= path.size();) {
    std::size_t end = std::min(path.find('/', start), path.size());
    if (std::string fault = elementFault(path.substr(start, end - start)); !fault.empty())
      return fault;
    start = end + 1;
  }
  return "";
}

bool isImportable(std::string_view path) {
  for (char c : path)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || std::string_view("!\"#$%&'()*,:;<=>?[\\]^`{|}").find(c) != std::string_view::npos)
      return false;
  return !path.empty() && path.find("\xef\xbf\xbd") == std::string_view::npos;
}

} // namespace gannet::modules
