// The builder's subcommands. Several may run in one process at a time.
#ifndef GANNET_TOOLCHAIN_BUILDER_COMMANDS_H
#define GANNET_TOOLCHAIN_BUILDER_COMMANDS_H

#include "toolchain/builder/arguments.h"

namespace gannet::builder {

struct CommandResult {
  int status = 0;       // exit status
  std::string messages; // for standard error, whole lines
};

// Does what `words`, the command line's, ask for: their flag -command names the subcommand. Status 2 if they cannot be read or name none.
CommandResult runCommand(const std::vector<std::string> &words);

// A package: its files to an object and an interface.
CommandResult compileCommand(const Arguments &arguments);
// A program: the objects of its packages to an executable.
CommandResult linkCommand(const Arguments &arguments);
// A GOPATH: the sources of packages to a zip archive.
CommandResult goPathCommand(const Arguments &arguments);
// The main package of a test program.
CommandResult testMainCommand(const Arguments &arguments);
// A program of the toolchain with the arguments given, its output as messages.
CommandResult toolCommand(const Arguments &arguments);

} // namespace gannet::builder

#endif
