// Sizes, alignments and field offsets of types on linux/amd64, by gc's rules.
//
// A struct whose last field has size zero while others do not is padded by one byte, so that the field's address stays
// inside; sync/atomic's (and internal/runtime/atomic's) align64 forces 8-byte alignment.
#ifndef GANNET_COMPILER_TYPES_SIZES_H
#define GANNET_COMPILER_TYPES_SIZES_H

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/types/type.h"

namespace gannet::types {

inline constexpr std::int64_t kWordBytes = 8;

// Bytes; below 0 if the type is too large for the address space. The type must have no free type parameters.
std::int64_t sizeOf(Type *t);
std::int64_t alignOf(Type *t);
// Byte offsets of the fields; an offset is below 0 if it overflows.
std::vector<std::int64_t> fieldOffsets(const Struct *s);
// Offset of the field that the path of indices leads to, from the start of `t`; no pointer is followed.
std::int64_t offsetOf(Type *t, std::span<const int> path);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_SIZES_H
