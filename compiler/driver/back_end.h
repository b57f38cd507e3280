// The second half of a compilation: from the package's IR to its object.
#ifndef GANNET_COMPILER_DRIVER_BACK_END_H
#define GANNET_COMPILER_DRIVER_BACK_END_H

#include "compiler/base/diagnostics.h"
#include "compiler/driver/options.h"
#include "compiler/driver/symbol_abis.h"
#include "compiler/ir/inline.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

#include <string>

namespace gannet::driver {

// How the optimizations on IR are to be run in front of this back end.
ir::InlineOptions inlineOptions(const Options &options, Diagnostics &diagnostics, ir::HotCalls *hot_calls);

// Fills `unit` with all that the package's object holds. `listing` receives the assembly if -S asks for it. Errors that
// only code generation can see (a write barrier where none may be) are reported.
void generate(ir::Package &package, const SymbolAbis &abis, const Options &options, const ir::InlineOptions &inline_options,
              object::Unit &unit, Diagnostics &diagnostics, std::string &listing);

} // namespace gannet::driver

#endif
