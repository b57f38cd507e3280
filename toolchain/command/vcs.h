// What version control knows of a program's sources, for its build information: revision, time, whether there are changes, and
// the version of the main module that follows from tags. git is asked; of other systems nothing is said.
// Source: go help build (-buildvcs); Go Modules Reference, "Pseudo-versions", "Mapping versions to commits".
#ifndef GANNET_TOOLCHAIN_COMMAND_VCS_H
#define GANNET_TOOLCHAIN_COMMAND_VCS_H

#include "compiler/base/error.h"
#include "toolchain/command/package.h"

#include <string>
#include <vector>

namespace gannet::command {

enum class VcsMode : std::uint8_t { Never, IfThere, Always }; // -buildvcs=false, auto, true

// Takes a value of -buildvcs. An empty result is success, otherwise the message.
std::string parseVcsMode(const std::string &text, VcsMode &mode);

// Adds to those of `packages` that are programs of a main module what is to be said of them. Fails, as go does, if the
// repository cannot be asked.
ErrorOr<void> stampVcs(const std::vector<Package *> &packages, VcsMode mode);

// The version of a module at a commit with these tags, all those of its ancestors, that commit's time ("20060102150405") and its
// full name. Tags of the module begin with `prefix` ("" or "dir/"); `major` is of the module's path ("v2"; empty: v0 or v1).
std::string moduleVersionAt(const std::vector<std::string> &tags_here, const std::vector<std::string> &tags_before,
                            const std::string &prefix, const std::string &major, const std::string &time,
                            const std::string &revision);

} // namespace gannet::command

#endif
