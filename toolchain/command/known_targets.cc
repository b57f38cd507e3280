#include "toolchain/command/known_targets.h"

#include "compiler/base/file.h"
#include "toolchain/command/paths.h"

#include <sstream>

namespace gannet::command {

std::string pairFault(const std::string &source, const std::string &goos, const std::string &goarch) {
  if (goos == "linux" && goarch == "amd64")
    return "";
  auto list = readFile(source + "/internal/platform/zosarch.go");
  if (list && list->find("{\"" + goos + "\", \"" + goarch + "\"}") != std::string::npos)
    return "";
  return "unsupported GOOS/GOARCH pair " + goos + "/" + goarch;
}

std::string experimentFault(const std::string &source, const std::string &experiments) {
  std::istringstream words(experiments);
  for (std::string word; std::getline(words, word, ',');) {
    if (word.empty() || word == "none")
      continue;
    std::string name = word.rfind("no", 0) == 0 ? word.substr(2) : word;
    // "regabi" is short for two of them.
    if (name != "regabi" && !pathExists(source + "/internal/goexperiment/exp_" + name + "_on.go"))
      return "unknown GOEXPERIMENT " + name;
  }
  return "";
}

} // namespace gannet::command
