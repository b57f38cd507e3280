// Packages named with a version, "path@version", as install and run take them: built in a module of their own, whatever module
// the current directory is of.
#ifndef GANNET_TOOLCHAIN_COMMAND_VERSIONED_H
#define GANNET_TOOLCHAIN_COMMAND_VERSIONED_H

#include "compiler/base/error.h"
#include "toolchain/command/package.h"

#include <string>
#include <vector>

namespace gannet::command {

// Whether the words name packages with a version. Fails if some do and some do not, or if the versions differ.
ErrorOr<bool> haveVersion(const std::vector<std::string> &named);

// Makes a module in the empty directory `dir` that requires those packages, has Go's `go` download what they need, takes the
// versions off `named`, and makes the directory the current one. False after having said why not.
bool enterModuleFor(const std::string &dir, std::vector<std::string> &named, bool writable);

// Whether these are programs of a module whose go.mod says nothing that counts in a main module alone, as replace does.
bool standsAlone(const std::vector<Package *> &packages);

} // namespace gannet::command

#endif
