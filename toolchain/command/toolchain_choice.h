// Which toolchain GOTOOLCHAIN, and the lines "go" and "toolchain" of what is worked on, ask for. Source: go.dev/doc/toolchain.
#ifndef GANNET_TOOLCHAIN_COMMAND_TOOLCHAIN_CHOICE_H
#define GANNET_TOOLCHAIN_COMMAND_TOOLCHAIN_CHOICE_H

#include "toolchain/modules/mod_file.h"

#include <string>
#include <string_view>

namespace gannet::command {

// A value of GOTOOLCHAIN.
struct ToolchainSetting {
  bool valid = true;
  std::string version;        // of the toolchain that it names, as "1.26.3"; empty: this one's
  bool follows_lines = false; // version is the least one: go.mod and go.work may ask for a newer one
};
ToolchainSetting parseToolchainSetting(std::string_view value);

// Whether a toolchain other than that of version `own` ("1.26.10") is asked for, or one that cannot be. `lines`: the file of the workspace
// or of the main module, null if there is none.
bool asksForOther(const ToolchainSetting &setting, const modules::ModFile *lines, std::string_view own);

} // namespace gannet::command

#endif
