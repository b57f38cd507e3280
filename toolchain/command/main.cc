// The `gannet` command.
#include "toolchain/command/commands.h"

#include <cstdio>

int main(int argc, char **argv) {
  using namespace gannet::command;
  static const struct {
    const char *name;
    int (*run)(const Arguments &);
  } kCommands[] = {
      {"build", commandBuild}, {"clean", commandClean}, {"env", commandEnv}, {"help", commandHelp},
      {"list", commandList},   {"run", commandRun},     {"test", commandTest}, {"tool", commandTool}, {"version", commandVersion},
  };
  if (argc < 2) {
    commandHelp({});
    return 2;
  }
  Arguments rest(argv + 2, argv + argc);
  for (const auto &command : kCommands)
    if (std::string(argv[1]) == command.name)
      return command.run(rest);
  std::fprintf(stderr, "gannet %s: unknown command\nRun 'gannet help' for usage.\n", argv[1]);
  return 2;
}
