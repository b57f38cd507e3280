// Names of function literals.
#ifndef GANNET_COMPILER_IR_CLOSURE_NAME_H
#define GANNET_COMPILER_IR_CLOSURE_NAME_H

#include "compiler/ir/package.h"

#include <string>
#include <string_view>

namespace gannet::ir {

// The linker symbol of the next function literal in `outer`: F.func1, and F.func1.1 in a literal. `inlined`: of one that came
// with inlined calls, what was called from the outermost on, ".G.H": F.G.H.func1.
inline std::string closureName(Func &outer, std::string_view inlined = {}) {
  const char *infix = outer.is_closure && !outer.wrapper ? "." : ".func";
  return outer.name + std::string(inlined) + infix + std::to_string(++outer.closure_count);
}

// That of the body of a loop over a function: F-range1.
inline std::string rangeBodyName(Func &outer, std::string_view inlined = {}) {
  return outer.name + std::string(inlined) + "-range" + std::to_string(++outer.range_count);
}

// The same as diagnostics show it.
inline std::string closureShortName(const Func &outer, const std::string &name) {
  return std::string(outer.short_name) + name.substr(outer.name.size());
}

} // namespace gannet::ir

#endif
