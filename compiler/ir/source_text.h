// IR expressions in Go's syntax, for messages of -m.
#ifndef GANNET_COMPILER_IR_SOURCE_TEXT_H
#define GANNET_COMPILER_IR_SOURCE_TEXT_H

#include "compiler/ir/node.h"

#include <string>

namespace gannet::ir {

std::string sourceText(const Node &n);

} // namespace gannet::ir

#endif
