// Indices of arrays that are in range whatever they are: by their type, a mask, a remainder, a quotient or a shift.
#ifndef GANNET_COMPILER_IR_INDEX_BOUNDS_H
#define GANNET_COMPILER_IR_INDEX_BOUNDS_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/package.h"

namespace gannet::ir {

// Marks them kBounded. With -m they are told of to `diagnostics`, if not null.
void markBoundedIndices(const Package &package, Func &func, Diagnostics *diagnostics);

} // namespace gannet::ir

#endif
