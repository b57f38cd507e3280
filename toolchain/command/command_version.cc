// gannet version: of this toolchain, or of the programs named.
#include "toolchain/command/commands.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/build_flags.h"
#include "toolchain/command/go_program.h"

#include <cstdio>

namespace gannet::command {

int commandVersion(const Arguments &arguments) {
  bool modules = false, verbose = false, json = false;
  Flags flags;
  flags.boolean("m", modules);
  flags.boolean("v", verbose);
  flags.boolean("json", json);
  Arguments files;
  if (std::string message = flags.parse(arguments, files); !message.empty())
    return usageError("version [-m] [-v] [-json] [file ...]", message);
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  if (files.empty() && (modules || verbose)) {
    std::fprintf(stderr, "go: 'go version' only accepts -m or -v with files\n");
    return 2;
  }
  if (!files.empty()) {
    Arguments words = {"version"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return runGo(*sdk, words);
  }
  std::printf("go version %s linux/amd64\n", sdk->fullVersion().c_str());
  return 0;
}

} // namespace gannet::command
