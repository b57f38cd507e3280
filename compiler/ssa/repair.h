// Repair of SSA form after control flow has changed: a variable with several definitions gets phis where they meet.
//
// Say what the definitions are (a value at the end of each block that has one), then rewrite the uses. Phis are placed on
// demand, one a join.
// Source: Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (2013), the reading half.
#ifndef GANNET_COMPILER_SSA_REPAIR_H
#define GANNET_COMPILER_SSA_REPAIR_H

#include "compiler/ssa/func.h"

#include <unordered_map>

namespace gannet::ssa {

class Repair {
public:
  // A variable of that type; new phis stand at `pos`.
  Repair(Func &f, Type type, SrcPos pos) : f_(f), type_(type), pos_(pos) {}

  void define(BlockId b, ValueId v) { at_end_[b.raw] = v; }
  // The variable's value at the end, and at the start, of a block.
  ValueId atEnd(BlockId b);
  ValueId atStart(BlockId b);

private:
  Func &f_;
  Type type_;
  SrcPos pos_;
  std::unordered_map<std::uint32_t, ValueId> at_end_;   // looked up only
  std::unordered_map<std::uint32_t, ValueId> at_start_;
};

} // namespace gannet::ssa

#endif
