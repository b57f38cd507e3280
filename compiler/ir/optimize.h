// All optimization on IR, in order: instances, inlining with devirtualization, conversions that need no
// copy, indices in range, escape analysis.
#ifndef GANNET_COMPILER_IR_OPTIMIZE_H
#define GANNET_COMPILER_IR_OPTIMIZE_H

#include "compiler/ir/escape.h"
#include "compiler/ir/index_bounds.h"
#include "compiler/ir/inline.h"
#include "compiler/ir/temp_conversions.h"

namespace gannet::ir {

// Treats all functions of package.funcs that were not treated before, and the instances that are pending: call it again
// when later parts have queued more.
inline void optimize(Package &package, const InlineOptions &options) {
  std::vector<Func *> done;
  std::vector<Func *> dropped = inlineCalls(package, options, done);
  if (package.options.explain == 0)
    dropped.clear();
  for (const std::vector<Func *> *funcs : {&done, &dropped}) { // -m tells of what was dropped, too, but by itself
    for (Func *f : *funcs) {
      markTempConversions(*f);
      markBoundedIndices(package, *f, options.diagnostics);
    }
    if (!funcs->empty())
      analyzeEscapes(package, *funcs, options.diagnostics);
  }
}

} // namespace gannet::ir

#endif
