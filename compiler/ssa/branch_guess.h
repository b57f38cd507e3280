// Which way branches of unknown likelihood go, guessed from the shape of the code.
//
// Method: Ball, Larus, "Branch Prediction for Free" (1993): a loop is stayed in rather than left; of two ways the one that ends in
// a call that does not return is rarer than one that returns, that rarer than one that calls, and that than the others.
#ifndef GANNET_COMPILER_SSA_BRANCH_GUESS_H
#define GANNET_COMPILER_SSA_BRANCH_GUESS_H

#include "compiler/ssa/loops.h"
#include "compiler/ssa/pass_context.h"

#include <cstdint>
#include <vector>

namespace gannet::ssa {

// By block id: 1 if successor 0 is the more likely one, -1 if successor 1 is, 0 if nothing speaks for either. Says which
// rule decided if the pass is asked to tell.
std::vector<std::int8_t> guessBranches(PassContext &ctx, const Func &f, const Dominators &doms, const Loops &loops);

} // namespace gannet::ssa

#endif
