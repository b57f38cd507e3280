// What an instruction does with its memory operand.
#ifndef GANNET_COMPILER_X86_MEMORY_ACCESS_H
#define GANNET_COMPILER_X86_MEMORY_ACCESS_H

#include <cstdint>

namespace gannet::x86 {

struct MemoryAccess {
  enum class Kind : std::uint8_t {
    Unknown, // may read any part of what the operand is in, and write it
    Reads,   // `bytes`
    Writes,  // `bytes`, and does not look at what was there
    Address, // only computes it
  };
  Kind kind = Kind::Unknown;
  std::uint8_t bytes = 0;
};

// `op` is an op::Id or a Pseudo.
MemoryAccess accessOf(std::uint16_t op);

} // namespace gannet::x86

#endif
