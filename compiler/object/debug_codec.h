// The debug information of an object as bytes, and back.
#ifndef GANNET_COMPILER_OBJECT_DEBUG_CODEC_H
#define GANNET_COMPILER_OBJECT_DEBUG_CODEC_H

#include "compiler/object/debug.h"

#include <span>

namespace gannet::object {

std::vector<std::uint8_t> encodeDebugInfo(const DebugInfo &info);
// Empty if there are no variables.
std::vector<std::uint8_t> encodeVariables(const std::vector<DebugVariable> &variables, const std::vector<DebugScope> &scopes);

// `out` and `scopes` may hold those of another function, whose memory is used again. Names are views into `bytes`. False if the bytes are damaged, or name types or inlined calls that are not there (`type_count`
// and `call_count` of them).
bool decodeDebugInfo(std::span<const std::uint8_t> bytes, DebugInfo &out);
bool decodeVariables(std::span<const std::uint8_t> bytes, std::size_t type_count, std::size_t call_count,
                     std::vector<DebugVariable> &out, std::vector<DebugScope> &scopes);

} // namespace gannet::object

#endif
