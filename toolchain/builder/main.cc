// builder: what the actions of the Bazel rules run. A rule knows the files of a user's package by name only; which of them count, what they
// import and embed, and which tests they have is found out here, then the compiler, assembler or linker is run.
#include "toolchain/builder/worker.h"

#include <cstdio>
#include <string_view>
#include <unistd.h>

int main(int argc, char **argv) {
  using namespace gannet::builder;
  if (argc == 2 && std::string_view(argv[1]) == "--persistent_worker")
    return runWorker(runCommand, STDIN_FILENO, STDOUT_FILENO);
  if (argc < 2) {
    std::fputs("usage: builder @FILE|--persistent_worker\n", stderr);
    return 2;
  }
  CommandResult result = runCommand({argv + 1, argv + argc});
  std::fwrite(result.messages.data(), 1, result.messages.size(), stderr);
  return result.status;
}
