// builder: what a Bazel action of a user's package runs. A rule knows the files of a target by name only; which of them count,
// what they import and embed, and which tests they have is found out here, then the compiler, assembler or linker is run.
#include "toolchain/builder/commands.h"

#include <cstdio>
#include <string_view>

int main(int argc, char **argv) {
  using namespace gannet::builder;
  static const struct {
    std::string_view name;
    int (*run)(const Arguments &);
  } kCommands[] = {{"compile", compileCommand}, {"link", linkCommand}, {"testmain", testMainCommand}};
  for (const auto &command : kCommands) {
    if (argc < 2 || command.name != argv[1])
      continue;
    auto arguments = Arguments::read({argv + 2, argv + argc});
    if (!arguments) {
      std::fprintf(stderr, "%s\n", arguments.error().c_str());
      return 2;
    }
    return command.run(*arguments);
  }
  std::fputs("usage: builder compile|link|testmain @FILE\n", stderr);
  return 2;
}
