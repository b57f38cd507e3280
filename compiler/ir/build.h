// From the typed syntax tree to IR: every function, method, literal and initializer of a checked package.
#ifndef GANNET_COMPILER_IR_BUILD_H
#define GANNET_COMPILER_IR_BUILD_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/package.h"

#include <span>

namespace gannet::syntax {
struct File;
}
namespace gannet::types {
class Info;
}

namespace gannet::ir {

// Fills `package` with the functions (in open form: not finalized), variables and initializers of the files. What is not
// supported is reported; after errors the package is not to be used.
void build(Package &package, const types::Info &info, std::span<syntax::File *const> files, Diagnostics &diagnostics);

} // namespace gannet::ir

#endif
