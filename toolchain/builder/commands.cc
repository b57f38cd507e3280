#include "toolchain/builder/commands.h"

namespace gannet::builder {

namespace {

struct Command {
  std::string_view name;
  CommandResult (*run)(const Arguments &);
};

constexpr Command kCommands[] = {{"compile", compileCommand},
                                 {"gopath", goPathCommand},
                                 {"link", linkCommand},
                                 {"testmain", testMainCommand},
                                 {"tool", toolCommand}};

} // namespace

CommandResult runCommand(const std::vector<std::string> &words) {
  ErrorOr<Arguments> arguments = Arguments::read(words);
  if (!arguments)
    return {2, arguments.error() + "\n"};
  const std::string &name = arguments->one("command");
  for (const Command &command : kCommands)
    if (command.name == name)
      return command.run(*arguments);
  return {2, "builder: no command \"" + name + "\": compile, gopath, link, testmain or tool\n"};
}

} // namespace gannet::builder
