#include "toolchain/command/gopath_mode.h"

#include "toolchain/command/paths.h"

namespace gannet::command {

bool isGopathMode(const Environment &environment) {
  const std::string mode = environment.get("GO111MODULE");
  if (mode != "auto")
    return mode == "off";
  return nearestFile(currentDir(), "go.mod").empty() && nearestFile(currentDir(), "go.work").empty();
}

} // namespace gannet::command
