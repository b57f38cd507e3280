// From the typed syntax tree to IR: every function, method, literal and initializer of a checked package.
#ifndef GANNET_COMPILER_IR_BUILD_H
#define GANNET_COMPILER_IR_BUILD_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/package.h"

#include <map>
#include <span>
#include <string>

namespace gannet::syntax {
struct File;
}
namespace gannet::types {
class Info;
}

namespace gannet::ir {

// Symbol name -> ABI, of what the package's assembly defines.
using AssemblyAbis = std::map<std::string, Abi>;

// Fills `package` with the functions (in open form: not finalized), variables and initializers of the files. Functions without
// a body have the ABI that `assembly` says. What is not supported is reported; after errors the package is not to be used.
void build(Package &package, const types::Info &info, std::span<syntax::File *const> files, const AssemblyAbis &assembly,
           Diagnostics &diagnostics);

} // namespace gannet::ir

#endif
