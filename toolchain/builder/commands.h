// The builder's subcommands. Several may run in one process at a time.
#ifndef GANNET_TOOLCHAIN_BUILDER_COMMANDS_H
#define GANNET_TOOLCHAIN_BUILDER_COMMANDS_H

#include "toolchain/builder/arguments.h"

namespace gannet::builder {

struct CommandResult {
  int status = 0;       // exit status
  std::string messages; // for standard error, whole lines
};

// A subcommand by its name on the command line.
struct Command {
  std::string_view name;
  CommandResult (*run)(const Arguments &);
};

// A package: its files to an object and an interface.
CommandResult compileCommand(const Arguments &arguments);
// A program: the objects of its packages to an executable.
CommandResult linkCommand(const Arguments &arguments);
// A GOPATH: the sources of packages to a zip archive.
CommandResult goPathCommand(const Arguments &arguments);
// The main package of a test program.
CommandResult testMainCommand(const Arguments &arguments);

} // namespace gannet::builder

#endif
