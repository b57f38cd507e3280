#include "compiler/driver/symbol_abis.h"

namespace gannet::driver {

ErrorOr<SymbolAbis> parseSymbolAbis(const std::string &name, std::string_view text, const std::string &package_path) {
  SymbolAbis out;
  int line_number = 0;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (line.empty() || line[0] == '#')
      continue;
    std::size_t first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
      return Error{name + ":" + std::to_string(line_number) + ": invalid symabi: syntax is \"def|ref sym abi\""};
    std::string_view kind = line.substr(0, first), abi = line.substr(last + 1);
    std::string symbol(line.substr(first + 1, last - first - 1));
    if (symbol.rfind("\"\".", 0) == 0)
      symbol = package_path + symbol.substr(2);
    if (abi != "ABI0" && abi != "ABIInternal")
      return Error{name + ":" + std::to_string(line_number) + ": invalid symabi: unknown abi \"" + std::string(abi) + "\""};
    ir::Abi which = abi == "ABI0" ? ir::Abi::Abi0 : ir::Abi::Internal;
    if (kind == "def")
      out.defined[symbol] = which;
    else if (kind == "ref")
      out.referred[symbol] = which;
    else
      return Error{name + ":" + std::to_string(line_number) + ": invalid symabi: unknown kind \"" + std::string(kind) + "\""};
  }
  return out;
}

} // namespace gannet::driver
