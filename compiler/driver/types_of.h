// The types of a compiled package for Go's own tools: its interface file, and those of what it names, made into one archive
// of the form that go/importer reads (export/unified.h). Without positions, which interface files do not have.
#ifndef GANNET_COMPILER_DRIVER_TYPES_OF_H
#define GANNET_COMPILER_DRIVER_TYPES_OF_H

#include "compiler/driver/compile.h"

namespace gannet::driver {

// Writes the archive of package `options.types_of` to `options.output`.
CompileResult writeTypesOf(const Options &options);

} // namespace gannet::driver

#endif
