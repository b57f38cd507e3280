// Checks the invariants of node.h on concrete functions.
#ifndef GANNET_COMPILER_IR_VERIFY_H
#define GANNET_COMPILER_IR_VERIFY_H

#include "compiler/ir/package.h"

#include <string>

namespace gannet::ir {

// Faults, one a line, naming function and position; empty if there are none. At most about a dozen are told.
std::string verify(const Package &package);

} // namespace gannet::ir

#endif
