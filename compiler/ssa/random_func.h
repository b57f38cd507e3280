// Makes a random valid function from a seed: what differential tests of passes run on.
#ifndef GANNET_COMPILER_SSA_RANDOM_FUNC_H
#define GANNET_COMPILER_SSA_RANDOM_FUNC_H

#include "compiler/ssa/func.h"

#include <memory>

namespace gannet::ssa {

// Register parameters: i64, i64, i32, i8, f64, ptr, ptr. Results: i64, i32, f64, ptr.
std::unique_ptr<Func> randomFunc(std::uint64_t seed, int size);

} // namespace gannet::ssa

#endif
