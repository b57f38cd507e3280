// IR in Go's syntax, for messages of -m.
#ifndef GANNET_COMPILER_IR_SOURCE_TEXT_H
#define GANNET_COMPILER_IR_SOURCE_TEXT_H

#include "compiler/ir/node.h"

#include <string>

namespace gannet::types {
struct Package;
}
namespace gannet::ir {

// `pkg` is the package that messages are for: its names stand without it.
std::string sourceText(const Node &n, const types::Package *pkg);
// A function's type and body: "func(int) int { return x + 1 }".
std::string bodyText(const Func &f, const types::Package *pkg);

} // namespace gannet::ir

#endif
