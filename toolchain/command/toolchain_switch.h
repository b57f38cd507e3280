// Other toolchains than this one: Go's own program finds, or downloads, the one that is asked for, and has it carry out the command line.
// Unless asked, Gannet stays itself: its GOTOOLCHAIN is local by default.
#ifndef GANNET_TOOLCHAIN_COMMAND_TOOLCHAIN_SWITCH_H
#define GANNET_TOOLCHAIN_COMMAND_TOOLCHAIN_SWITCH_H

#include "toolchain/command/commands.h"

#include <optional>
#include <string>

namespace gannet::command {

// Carries the command line out with the toolchain that the environment and the files of the current directory ask for; none if that is
// this one. Returns the exit status.
std::optional<int> runOtherToolchain(const std::string &command, const Arguments &arguments);

} // namespace gannet::command

#endif
