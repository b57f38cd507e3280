#include "toolchain/command/build_json.h"

#include "toolchain/command/test_json.h"

#include <algorithm>

namespace gannet::command {

std::string buildEvents(const std::string &import_path, const std::string &output, bool failed) {
  const std::string head = "{\"ImportPath\":" + goJsonString(import_path) + ",\"Action\":";
  std::string events;
  for (std::size_t at = 0; at < output.size();) {
    std::size_t end = std::min(output.find('\n', at), output.size() - 1) + 1;
    events += head + "\"build-output\",\"Output\":" + goJsonString(output.substr(at, end - at)) + "}\n";
    at = end;
  }
  return events + (failed ? head + "\"build-fail\"}\n" : "");
}

} // namespace gannet::command
