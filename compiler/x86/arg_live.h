// FUNCDATA_ArgLiveInfo: which arguments that came in registers stand in their spill slots, where a trace reads them.
#ifndef GANNET_COMPILER_X86_ARG_LIVE_H
#define GANNET_COMPILER_X86_ARG_LIVE_H

#include "compiler/ssa/abi.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gannet::x86 {

// The first byte is the offset of the spill area from the caller's SP (what lies below was passed there and can always be read);
// then comes a bit for each component that `arg_info` describes, in its order: 1 if its offset is among `stored`. It holds for
// all of the function behind its prologue. Empty if no argument is in a register.
std::vector<std::uint8_t> argLiveInfo(const ssa::AbiSignature &sig, std::span<const std::uint8_t> arg_info,
                                      std::span<const std::int64_t> stored);

} // namespace gannet::x86

#endif
