// Moves constant initializers of package variables, and the constant parts of literals, out of the init function into
// Global::static_init.
#ifndef GANNET_COMPILER_IR_STATIC_INIT_H
#define GANNET_COMPILER_IR_STATIC_INIT_H

#include "compiler/ir/package.h"

namespace gannet::ir {

// The function that initializes the package's variables, or null.
Func *variableInit(const Package &package);

// After finalizeAll. Drops the init function if nothing is left of it.
void makeStaticInits(Package &package);
// After inlining: so with initializers that are inlined calls, such as errors.New("..."), if what they give is static. Nothing calls
// init functions that do nothing any more.
void foldInlinedInits(Package &package);

} // namespace gannet::ir

#endif
