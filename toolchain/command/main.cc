// The `gannet` command, and the program gofmt if it is called by that name.
#include "toolchain/command/commands.h"
#include "toolchain/command/gopath_mode.h"
#include "toolchain/command/interrupt.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/session.h"
#include "toolchain/command/toolchain_switch.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
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

// Without modules, what deals with packages is for Go's own program to do as a whole: none if there are modules.
std::optional<int> runWithoutModules(const std::string &name, const gannet::command::Arguments &rest) {
  using namespace gannet::command;
  auto sdk = findSdk();
  if (!sdk)
    return std::nullopt; // the subcommand says so
  Environment environment(sdk->root);
  if (!isGopathMode(environment))
    return std::nullopt;
  return checkTarget(environment) ? handOver({name.c_str(), rest}) : 1;
}

} // namespace

int main(int argc, char **argv) {
  using namespace gannet::command;
  static const struct {
    const char *name;
    int (*run)(const Arguments &);
    bool loads_packages = false;
  } kCommands[] = {
      {"bug", commandBug},
      {"build", commandBuild, true},
      {"clean", commandClean},
      {"doc", commandDoc},
      {"env", commandEnv},
      {"fix", commandFix},
      {"fmt", commandFmt},
      {"generate", commandGenerate},
      {"get", commandGet},
      {"help", commandHelp},
      {"install", commandInstall, true},
      {"list", commandList, true},
      {"mod", commandMod},
      {"run", commandRun, true},
      {"telemetry", commandTelemetry},
      {"test", commandTest, true},
      {"tool", commandTool},
      {"version", commandVersion},
      {"vet", commandVet},
      {"work", commandWork},
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
  if (auto status = runOtherToolchain(name, rest))
    return *status;
  for (const auto &command : kCommands) {
    if (name != command.name)
      continue;
    if (command.loads_packages)
      if (auto status = runWithoutModules(name, rest))
        return *status;
    return command.run(rest);
  }
  const char *own = invokedAs();
  std::fprintf(stderr, "%s %s: unknown command\nRun '%s help' for usage.\n", own, name.c_str(), own);
  return 2;
}
