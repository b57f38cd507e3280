// Runs a Func: what tests compare a function with before and after a pass.
//
// Memory is bytes by made-up address; what was never written reads as bytes computed from the address. A call gives
// results computed from its callee and arguments, and is recorded. Vectors and atomics other than plain loads and
// stores are not supported.
#ifndef GANNET_COMPILER_SSA_INTERP_H
#define GANNET_COMPILER_SSA_INTERP_H

#include "compiler/ssa/func.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gannet::ssa {

struct InterpResult {
  enum class End : std::uint8_t { Returned, Panicked, OutOfSteps, Unsupported } end = End::Returned;
  std::vector<std::uint64_t> results;    // register results
  std::string trace;                     // calls and panics, in order
  std::map<std::uint64_t, std::uint8_t> heap; // bytes written outside locals and outgoing arguments
  std::string note;                      // what is not supported
};

// `args`: register parameters in order, zero-extended bits.
InterpResult interpret(const Func &f, const std::vector<std::uint64_t> &args, std::uint64_t max_steps = 100000);

} // namespace gannet::ssa

#endif
