// The order in which functions are analyzed: callees before callers.
#ifndef GANNET_COMPILER_IR_CALL_GRAPH_H
#define GANNET_COMPILER_IR_CALL_GRAPH_H

#include "compiler/ir/package.h"

#include <vector>

namespace gannet::ir {

// The strongly connected components of the call graph of `roots` and the closures in them, callees first. A function is in
// the component of the closures in it that capture something if `closures_with_outer`.
struct Component {
  std::vector<Func *> funcs; // in the order in which the walk from the first of them came to them
  bool recursive = false;
};
std::vector<Component> callOrder(const std::vector<Func *> &roots, bool closures_with_outer);

} // namespace gannet::ir

#endif
