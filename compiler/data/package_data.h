// What a package's object holds beside code and descriptors: its variables, embedded files, and its inittask.
#ifndef GANNET_COMPILER_DATA_PACKAGE_DATA_H_
#define GANNET_COMPILER_DATA_PACKAGE_DATA_H_

#include "compiler/base/diagnostics.h"
#include "compiler/data/layout.h"
#include "compiler/data/static_data.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

namespace gannet::data {

// Defines the package's variables, with their static contents or zero. Files for //go:embed are read here; what
// cannot be read is reported.
void emitGlobals(ir::Package &package, Layouts &layouts, NeededTypes &needed, object::Unit &unit,
                 Diagnostics &diagnostics);

// Defines PKG..inittask if the package has anything to initialize, or imports that might.
void emitInitTask(const ir::Package &package, object::Unit &unit);

} // namespace gannet::data

#endif // GANNET_COMPILER_DATA_PACKAGE_DATA_H_
