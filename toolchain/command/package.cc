#include "toolchain/command/package.h"

#include "toolchain/command/paths.h"

namespace gannet::command {

std::string executableName(const Package &package) {
  if (package.import_path == "command-line-arguments") {
    std::string file = package.go_files[0];
    return file.substr(0, file.size() - 3);
  }
  std::string name = baseName(package.import_path);
  bool version = name.size() > 1 && name[0] == 'v';
  for (std::size_t i = 1; version && i < name.size(); ++i)
    version = name[i] >= '0' && name[i] <= '9';
  if (version && package.import_path.find('/') != std::string::npos)
    name = baseName(parentDir(package.import_path));
  return name;
}

} // namespace gannet::command
