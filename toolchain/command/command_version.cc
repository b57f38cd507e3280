// gannet version: of this toolchain, or of the programs named.
#include "toolchain/command/commands.h"
#include "toolchain/command/go_program.h"

#include <cstdio>

namespace gannet::command {

int commandVersion(const Arguments &arguments) {
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  if (!arguments.empty()) {
    Arguments words = {"version"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return runGo(*sdk, words);
  }
  std::printf("go version %s linux/amd64\n", sdk->fullVersion().c_str());
  return 0;
}

} // namespace gannet::command
