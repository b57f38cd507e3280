// What a function's arguments are, for the lines of a goroutine trace: FUNCDATA_ArgInfo in the form of internal/abi (TraceArgs*).
//
// A byte code: an offset from the caller's SP and a size for each word-sized or smaller component, marks around aggregates, a
// mark where components are left out, an end. Arguments in registers have the offsets of their spill slots.
#ifndef GANNET_COMPILER_SSA_BUILD_ARG_INFO_H_
#define GANNET_COMPILER_SSA_BUILD_ARG_INFO_H_

#include "compiler/data/layout.h"
#include "compiler/ssa/abi.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gannet::ssa {

std::vector<std::uint8_t> argInfo(std::span<types::Type *const> params, const AbiSignature &sig, data::Layouts &layouts);

} // namespace gannet::ssa

#endif // GANNET_COMPILER_SSA_BUILD_ARG_INFO_H_
