// The debug information of an object as bytes, and back.
#ifndef GANNET_COMPILER_OBJECT_DEBUG_CODEC_H
#define GANNET_COMPILER_OBJECT_DEBUG_CODEC_H

#include "compiler/base/reused_list.h"
#include "compiler/object/debug.h"

#include <span>

namespace gannet::object {

std::vector<std::uint8_t> encodeDebugInfo(const DebugInfo &info);
// Empty if there are no variables.
std::vector<std::uint8_t> encodeVariables(const std::vector<DebugVariable> &variables, const std::vector<DebugScope> &scopes);

// False if the bytes are damaged.
bool decodeDebugInfo(std::span<const std::uint8_t> bytes, DebugInfo &out);

// The variables and blocks of a function; those of one function after the other can be read into it.
class FunctionVariables {
public:
  // Names are views into `bytes`. False, with nothing read, if they are damaged, or name types or inlined calls that are not there
  // (`type_count` and `call_count` of them).
  bool decode(std::span<const std::uint8_t> bytes, std::size_t type_count, std::size_t call_count);
  std::span<const DebugVariable> variables() const { return variables_.view(); }
  std::span<const DebugScope> scopes() const { return scopes_.view(); }

private:
  bool read(std::span<const std::uint8_t> bytes, std::size_t type_count, std::size_t call_count);

  ReusedList<DebugVariable> variables_;
  ReusedList<DebugScope> scopes_;
};

} // namespace gannet::object

#endif
