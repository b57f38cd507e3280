#include "compiler/base/symbol_path.h"

namespace gannet {

std::string pathInSymbols(std::string_view path) {
  static constexpr char kHex[] = "0123456789abcdef";
  const std::size_t slash = path.rfind('/');
  const std::size_t last = slash == std::string_view::npos ? 0 : slash + 1;
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    if (c <= ' ' || (c == '.' && i >= last) || c == '%' || c == '"' || c >= 0x7f) {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += static_cast<char>(c);
    }
  }
  return out;
}

} // namespace gannet
