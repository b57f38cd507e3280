// The builder's subcommands. Each returns the exit status of the process, errors reported.
#ifndef GANNET_TOOLCHAIN_BUILDER_COMMANDS_H
#define GANNET_TOOLCHAIN_BUILDER_COMMANDS_H

#include "toolchain/builder/arguments.h"

namespace gannet::builder {

// A package: its files to an object and an interface.
int compileCommand(const Arguments &arguments);
// A program: the objects of its packages to an executable.
int linkCommand(const Arguments &arguments);
// The main package of a test program.
int testMainCommand(const Arguments &arguments);

} // namespace gannet::builder

#endif
