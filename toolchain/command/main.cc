// The `gannet` command, and the program gofmt if it is called by that name.
#include "toolchain/command/commands.h"
#include "toolchain/command/interrupt.h"
#include "toolchain/command/paths.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace {

// "-C dir", which may only be the first flag: the command runs in that directory. False after having said what is wrong.
bool changeDir(gannet::command::Arguments &words) {
  if (words.empty() || (words[0].rfind("-C", 0) != 0 && words[0].rfind("--C", 0) != 0))
    return true;
  std::string flag = words[0].substr(words[0][1] == '-' ? 2 : 1), dir;
  if (flag != "C" && flag.rfind("C=", 0) != 0)
    return true;
  words.erase(words.begin());
  if (flag != "C") {
    dir = flag.substr(2);
  } else {
    if (words.empty()) {
      std::fprintf(stderr, "flag needs an argument: -C\n");
      return false;
    }
    dir = words[0];
    words.erase(words.begin());
  }
  if (chdir(dir.c_str()) < 0) {
    std::fprintf(stderr, "go: chdir %s: %s\n", dir.c_str(), std::strerror(errno));
    return false;
  }
  unsetenv("PWD");
  return true;
}

} // namespace

int main(int argc, char **argv) {
  using namespace gannet::command;
  static const struct {
    const char *name;
    int (*run)(const Arguments &);
  } kCommands[] = {
      {"build", commandBuild},       {"clean", commandClean}, {"doc", commandDoc},   {"env", commandEnv},
      {"fix", commandFix},           {"fmt", commandFmt},     {"generate", commandGenerate},
      {"get", commandGet},           {"help", commandHelp},   {"install", commandInstall},
      {"list", commandList},         {"mod", commandMod},     {"run", commandRun},   {"test", commandTest},
      {"tool", commandTool},         {"version", commandVersion}, {"vet", commandVet}, {"work", commandWork},
  };
  watchInterrupts();
  Arguments rest(argv + 1, argv + argc);
  if (baseName(argv[0]) == "gofmt")
    return commandGofmt(rest);
  if (!changeDir(rest)) // before the command's name
    return 1;
  if (rest.empty()) {
    commandHelp({});
    return 2;
  }
  std::string name = rest[0];
  rest.erase(rest.begin());
  if (!changeDir(rest)) // or behind it
    return 1;
  for (const auto &command : kCommands)
    if (name == command.name)
      return command.run(rest);
  std::fprintf(stderr, "gannet %s: unknown command\nRun 'gannet help' for usage.\n", name.c_str());
  return 2;
}
