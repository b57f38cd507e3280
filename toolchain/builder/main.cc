// builder: what a Bazel action of a user's package runs. A rule knows the files of a target by name only; which of them count,
// what they import and embed, and which tests they have is found out here, then the compiler, assembler or linker is run.
#include "toolchain/builder/worker.h"

#include <cstdio>
#include <string_view>
#include <unistd.h>

int main(int argc, char **argv) {
  using namespace gannet::builder;
  static const Command kCommands[] = {
      {"compile", compileCommand}, {"gopath", goPathCommand}, {"link", linkCommand}, {"testmain", testMainCommand}};
  for (const Command &command : kCommands) {
    if (argc < 2 || command.name != argv[1])
      continue;
    if (argc == 3 && std::string_view(argv[2]) == "--persistent_worker")
      return runWorker(command, STDIN_FILENO, STDOUT_FILENO);
    auto arguments = Arguments::read({argv + 2, argv + argc});
    if (!arguments) {
      std::fprintf(stderr, "%s\n", arguments.error().c_str());
      return 2;
    }
    CommandResult result = command.run(*arguments);
    std::fwrite(result.messages.data(), 1, result.messages.size(), stderr);
    return result.status;
  }
  std::fputs("usage: builder compile|gopath|link|testmain @FILE|--persistent_worker\n", stderr);
  return 2;
}
