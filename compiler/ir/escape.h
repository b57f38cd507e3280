// Escape analysis: which variables and allocations may stand in the frame, and what callers must know of parameters.
//
// Every variable and every place that makes a value with storage is a location. Assignments become edges between
// locations, weighted with the number of dereferences less that of address-takings (-1: the address flows). A location
// escapes if its address reaches one that outlives it: the heap, a result, a variable of an outer loop. Functions are
// analyzed in strongly connected components of the call graph, callees first, closures that capture with the function they
// stand in; calls out of the component use the callee's summary (Func::leaks), which is also exported.
// What is written through or called flows to a place of its own: bytes made from a string that nobody writes to are not copied.
// Source: Go's published description of its escape analysis ("Escape analysis overview", cmd/compile/internal/escape).
#ifndef GANNET_COMPILER_IR_ESCAPE_H
#define GANNET_COMPILER_IR_ESCAPE_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/package.h"

#include <vector>

namespace gannet::ir {

// Sets Local::on_heap, the stack flag of allocating nodes, and Func::leaks. Everything not analyzed is on the heap.
void analyzeEscapes(Package &package, const std::vector<Func *> &funcs, Diagnostics *diagnostics);

// With -m, tells of the parameters of functions that the package only declares.
void explainDeclarations(const Package &package, Diagnostics &diagnostics);

} // namespace gannet::ir

#endif
