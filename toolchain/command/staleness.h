// What `list` says of a package's staleness: whether `install` would have something to do for it. Source: go help list, of
// the fields Stale and StaleReason.
#ifndef GANNET_TOOLCHAIN_COMMAND_STALENESS_H
#define GANNET_TOOLCHAIN_COMMAND_STALENESS_H

#include "toolchain/command/build.h"
#include "toolchain/command/loader.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gannet::command {

// Why packages are stale; those that are not are left out.
using StaleReasons = std::map<const Package *, std::string>;

// Of the packages and all that they depend on, which the builder has compiled or looked up. `target` gives where the program
// of a main package is installed, "" for nowhere. `rebuild_all`: -a.
StaleReasons staleReasons(const Loader &loader, const Builder &builder, const std::vector<Package *> &roots,
                          const std::function<std::string(const Package &)> &target, bool rebuild_all);

} // namespace gannet::command

#endif
