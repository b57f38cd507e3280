// IR as text, for -W, golden tests and internal errors: one statement a line, expressions in prefix form.
#ifndef GANNET_COMPILER_IR_PRINT_H
#define GANNET_COMPILER_IR_PRINT_H

#include "compiler/ir/package.h"

#include <string>

namespace gannet::ir {

std::string print(const Func &func);
std::string print(const Node &node);
// All functions to emit and the static initializers of variables.
std::string print(const Package &package);

} // namespace gannet::ir

#endif
