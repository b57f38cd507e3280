#include "toolchain/command/gopath_mode.h"

#include "toolchain/command/paths.h"

namespace gannet::command {

bool isGopathMode(const Environment &environment) {
  const std::string mode = environment.get("GO111MODULE");
  if (mode != "auto")
    return mode == "off";
  const std::string mod_file = nearestFile(currentDir(), "go.mod"); // one in the root of temporary files is of no module
  return (mod_file.empty() || parentDir(mod_file) == temporaryRoot()) && nearestFile(currentDir(), "go.work").empty();
}

} // namespace gannet::command
