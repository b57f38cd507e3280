#include "toolchain/modules/import_path.h"

#include <algorithm>
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

bool equalsFolded(std::string_view a, std::string_view upper) {
  return a.size() == upper.size() && std::equal(a.begin(), a.end(), upper.begin(), [](char c, char u) {
           return (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) == u;
         });
}

// What Windows takes for the name of a device, whatever its suffix.
bool isDeviceName(std::string_view stem) {
  for (std::string_view name : {"CON", "PRN", "AUX", "NUL"})
    if (equalsFolded(stem, name))
      return true;
  return stem.size() == 4 && stem[3] >= '1' && stem[3] <= '9' &&
         (equalsFolded(stem.substr(0, 3), "COM") || equalsFolded(stem.substr(0, 3), "LPT"));
}

// "name~1": a short name that Windows gives.
bool isShortName(std::string_view stem) {
  std::size_t tilde = stem.rfind('~');
  return tilde != std::string_view::npos && tilde + 1 < stem.size() &&
         stem.find_first_not_of("0123456789", tilde + 1) == std::string_view::npos;
}

enum class Element { OfImportPath, FileName };

std::string elementFault(std::string_view element, Element kind) {
  const std::string_view punctuation = kind == Element::FileName ? "!#$%&()+,-.=@[]^_{}~ " : "-._~+";
  if (element.empty())
    return "empty path element";
  if (element.find_first_not_of('.') == std::string_view::npos)
    return "invalid path element " + quotedText(element);
  if (element.back() == '.')
    return "trailing dot in path element";
  for (std::size_t i = 0; i < element.size(); ++i)
    if (!isLetterOrDigit(element[i]) && punctuation.find(element[i]) == std::string_view::npos &&
        !(kind == Element::FileName && (element[i] & 0x80)))
      return "invalid char " + quotedText(element.substr(i, width(element.substr(i))), '\'');
  const std::string_view stem = element.substr(0, element.find('.'));
  if (isDeviceName(stem))
    return quotedText(stem) + " disallowed as path element component on Windows";
  if (kind == Element::OfImportPath && isShortName(stem))
    return "trailing tilde and digits in path element";
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
    if (std::string fault = elementFault(path.substr(start, end - start), Element::OfImportPath); !fault.empty())
      return fault;
    start = end + 1;
  }
  return "";
}

bool isModuleFileName(std::string_view element) { return elementFault(element, Element::FileName).empty(); }

bool isImportable(std::string_view path) {
  for (char c : path)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || std::string_view("!\"#$%&'()*,:;<=>?[\\]^`{|}").find(c) != std::string_view::npos)
      return false;
  return !path.empty() && path.find("\xef\xbf\xbd") == std::string_view::npos;
}

} // namespace gannet::modules
