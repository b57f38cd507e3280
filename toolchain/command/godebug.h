// The GODEBUG settings that a program starts with: those of the Go version that its main module names, go.mod's godebug lines,
// and the //go:debug lines of its main package. Source: go.dev/doc/godebug, "Default GODEBUG Values".
#ifndef GANNET_TOOLCHAIN_COMMAND_GODEBUG_H
#define GANNET_TOOLCHAIN_COMMAND_GODEBUG_H

#include "toolchain/command/loader.h"

#include <string>
#include <string_view>

namespace gannet::command {

// "key=value,..." sorted by key; empty if all is as this Go version has it.
std::string defaultGodebug(const Loader &loader, const Package &main_package);

// The main module in which packages named with a version are built (versioned.h): the settings are those of their own module.
inline constexpr std::string_view kVersionedModule = "gannet.invalid/versioned";

// Whether this command's own GODEBUG has the setting "key=value".
bool hasSetting(std::string_view setting);

// The first of these "key=value" that go would not take; empty if it takes all.
std::string invalidGodebug(const Sdk &sdk, const std::vector<std::string> &lines);

} // namespace gannet::command

#endif
