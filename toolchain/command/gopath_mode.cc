#include "toolchain/command/gopath_mode.h"

#include "toolchain/command/paths.h"

namespace gannet::command {

bool isGopathMode(const Environment &environment) {
  const std::string mode = environment.get("GO111MODULE");
  if (mode != "auto")
    return mode == "off";
  for (std::string at = currentDir();; at = parentDir(at)) {
    if (pathExists(at + "/go.mod") || pathExists(at + "/go.work"))
      return false;
    if (at == "/")
      return true;
  }
}

} // namespace gannet::command
