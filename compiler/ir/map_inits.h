// Moves the making of map variables out of the init function into functions of their own, `pkg.map.init.N`.
#ifndef GANNET_COMPILER_IR_MAP_INITS_H
#define GANNET_COMPILER_IR_MAP_INITS_H

#include "compiler/ir/package.h"

namespace gannet::ir {

// After foldInlinedInits. Such a function does nothing but fill its variable (Global::map_init), so that the linker drops the call and
// the function where nothing else names the variable.
void outlineMapInits(Package &package);

} // namespace gannet::ir

#endif
