// Drops function literals that nothing can call any more, since inlining took the calls of the variables that held them.
//
// Such a variable is only assigned to: from a literal, from another variable of the kind, or from an inlined call whose result it
// is. Without the literals, the variables that they captured by reference need no address, and live in registers.
#ifndef GANNET_COMPILER_IR_UNUSED_LITERALS_H
#define GANNET_COMPILER_IR_UNUSED_LITERALS_H

#include "compiler/ir/package.h"

#include <vector>

namespace gannet::ir {

// Gives the Closure nodes that were dropped. A blank variable that is assigned a literal is meant to hold it.
std::vector<Node *> dropUnusedLiterals(Func &func);

// Finds anew which of the variables that these nodes (Closure, no part of `func` any more) captured are captured still, and have
// their address taken.
void releaseCaptures(Func &func, const std::vector<Node *> &dropped);

} // namespace gannet::ir

#endif
