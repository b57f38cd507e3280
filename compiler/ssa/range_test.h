// Two comparisons of one integer with constants as one: lo <= x && x <= hi is x
// - lo <= hi - lo without sign.
#ifndef GANNET_COMPILER_SSA_RANGE_TEST_H
#define GANNET_COMPILER_SSA_RANGE_TEST_H

#include "compiler/ssa/pass_context.h"

#include <optional>

namespace gannet::ssa {

// x <= c if `upper`, else x >= c. c is the number itself if `is_signed`, else
// its bits.
struct Limit {
  ValueId x;
  bool upper = false;
  bool is_signed = false;
  std::int64_t c = 0;
};

// What it says of an integer that `cond` holds (or does not): none if it is no
// comparison with a constant, or says nothing or that it cannot be.
std::optional<Limit> limitOf(const Func &f, ValueId cond, bool holds);

// A new value at the end of `b` that tells whether both limits hold; none if
// they are of two values, or no range.
ValueId rangeTest(Func &f, BlockId b, const Limit &one, const Limit &two,
                  SrcPos pos);

// The pass: branches on two such comparisons in a row that leave for one block
// if either fails become one branch.
void joinRangeTests(PassContext &ctx, Func &f);

} // namespace gannet::ssa

#endif
