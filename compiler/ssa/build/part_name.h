// What Go's messages call a part of a variable that is no memory.
#ifndef GANNET_COMPILER_SSA_BUILD_PART_NAME_H_
#define GANNET_COMPILER_SSA_BUILD_PART_NAME_H_

#include "compiler/types/type.h"

#include <cstdint>
#include <string>

namespace gannet::ssa {

// Of the scalar `offset` bytes from the start of a value of that type: ".ptr" of a string or slice, ".data" of an interface, ".f" of a
// struct's field and so on inwards; empty if the scalar is all of the value.
std::string partName(types::Type *type, std::int64_t offset);

} // namespace gannet::ssa

#endif // GANNET_COMPILER_SSA_BUILD_PART_NAME_H_
