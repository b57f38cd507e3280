// Calls whose callee a profile knows best: an interface call or a call of a function value becomes
//
//   if t, ok := x.(T); ok { t.M(args) } else { x.M(args) }           if x == F { F(args) } else { x(args) }
//
// for the method or function that was called from there most often. The direct call can then be inlined.
//
// Only the heaviest callee counts. If it is not to be seen from this package, nothing is done, rather than to prefer the second one;
// callees that cannot be those of the call are of others on its line. Closures need their context, methods as function values hide
// behind wrappers: both are left alone, and so is what cannot be inlined.
// Source: Go's documentation, "Profile-guided optimization".
#ifndef GANNET_COMPILER_IR_HOT_DISPATCH_H
#define GANNET_COMPILER_IR_HOT_DISPATCH_H

#include "compiler/ir/inline.h"

namespace gannet::ir {

// Rewrites the calls of `func`, in which nothing is inlined yet. There is a profile.
void dispatchHotCalls(Package &package, Func &func, const InlineOptions &options);

} // namespace gannet::ir

#endif
