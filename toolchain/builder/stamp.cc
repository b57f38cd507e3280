#include "toolchain/builder/stamp.h"

namespace gannet::builder {

void addStatus(std::string_view text, StatusValues &values) {
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::size_t space = line.find(' ');
    if (space != std::string_view::npos)
      values[std::string(line.substr(0, space))] = line.substr(space + 1);
  }
}

std::string stamped(std::string_view text, const StatusValues &values) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t close = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    if (close != std::string_view::npos)
      if (auto found = values.find(text.substr(at + 1, close - at - 1)); found != values.end()) {
        out += found->second;
        at = close + 1;
        continue;
      }
    out += text[at++];
  }
  return out;
}

} // namespace gannet::builder
