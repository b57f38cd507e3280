// Names of function literals.
#ifndef GANNET_COMPILER_IR_CLOSURE_NAME_H
#define GANNET_COMPILER_IR_CLOSURE_NAME_H

#include "compiler/ir/package.h"

#include <string>

namespace gannet::ir {

// The linker symbol of the next function literal in `outer`: F.func1, and F.func1.1 in a literal.
inline std::string closureName(Func &outer) {
  const char *infix = outer.is_closure && !outer.wrapper ? "." : ".func";
  return outer.name + infix + std::to_string(++outer.closure_count);
}

// The same as diagnostics show it.
inline std::string closureShortName(const Func &outer, const std::string &name) {
  return std::string(outer.short_name) + name.substr(outer.name.size());
}

} // namespace gannet::ir

#endif
