// Profile-guided optimization (-pgo): which profile each package is compiled with.
//
// With -pgo=auto, the file default.pgo beside a main package is the profile of that program: of the package and all that it depends
// on. Where several packages are built at once, programs may have different ones; what they share is then compiled once for each
// profile, in copies that list names by their program, "dep [main]". Profiles are summed up before any compile (Builder).
// Source: go help build (-pgo); Go's documentation, "Profile-guided optimization".
#ifndef GANNET_TOOLCHAIN_COMMAND_PROFILES_H
#define GANNET_TOOLCHAIN_COMMAND_PROFILES_H

#include "toolchain/command/loader.h"

#include <string>
#include <vector>

namespace gannet::command {

// `mode` is the value of -pgo: "off", "auto" or a file. What the packages depend on is replaced where that must be.
void attachProfiles(Loader &loader, const std::vector<Package *> &roots, const std::string &mode);

} // namespace gannet::command

#endif
