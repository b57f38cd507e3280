// Argument maps of functions that assembly defines: which words of their ABI0 arguments hold pointers.
#ifndef GANNET_COMPILER_DATA_ARG_MAP_H_
#define GANNET_COMPILER_DATA_ARG_MAP_H_

#include "compiler/data/layout.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

namespace gannet::data {

// Defines `NAME.args_stackmap` for a function declared without a body. Map 0 has the parameters; map 1, there if the
// function has results, has results too (assembly selects it once it has stored them).
void emitArgMap(const ir::Func &func, Layouts &layouts, object::Unit &unit);

} // namespace gannet::data

#endif // GANNET_COMPILER_DATA_ARG_MAP_H_
