// Building without modules, out of GOPATH: all of a command line is then for Go's own program, with Gannet's tools.
// Source: go help modules, of GO111MODULE.
#ifndef GANNET_TOOLCHAIN_COMMAND_GOPATH_MODE_H
#define GANNET_TOOLCHAIN_COMMAND_GOPATH_MODE_H

#include "toolchain/command/environment.h"

namespace gannet::command {

// Whether GO111MODULE asks for it: "off", or "auto" outside of every module and workspace.
bool isGopathMode(const Environment &environment);

} // namespace gannet::command

#endif
