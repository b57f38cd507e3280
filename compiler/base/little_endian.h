// Numbers as bytes of the output.
#ifndef GANNET_COMPILER_BASE_LITTLE_ENDIAN_H
#define GANNET_COMPILER_BASE_LITTLE_ENDIAN_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace gannet {

// The lowest bytes of v, little-endian; `bytes` is 8 at most.
inline void appendLe(std::string &out, std::uint64_t v, int bytes) {
  char all[8];
  for (int i = 0; i < 8; i++)
    all[i] = char(v >> (8 * i));
  out.append(all, std::size_t(bytes));
}

} // namespace gannet

#endif
