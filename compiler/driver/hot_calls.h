// Reads the profile that -pgoprofile names.
#ifndef GANNET_COMPILER_DRIVER_HOT_CALLS_H
#define GANNET_COMPILER_DRIVER_HOT_CALLS_H

#include "compiler/base/error.h"
#include "compiler/driver/options.h"
#include "compiler/ir/hot_calls.h"

#include <memory>

namespace gannet::driver {

// Null if there is no profile, or nothing in it. `sources` is kept. Fails with the text to print.
ErrorOr<std::unique_ptr<ir::HotCalls>> readHotCalls(const Options &options, const SourceSet &sources);

} // namespace gannet::driver

#endif
