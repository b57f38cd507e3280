// Loops over testing.(*B).Loop: what their statements compute counts as used, so that nothing of it is optimized away.
// Source: the documentation of testing.B.Loop.
#ifndef GANNET_COMPILER_IR_BENCH_LOOPS_H
#define GANNET_COMPILER_IR_BENCH_LOOPS_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/package.h"

namespace gannet::ir {

// Puts a KeepAlive behind each call and assignment in such loops: of the results, or of the arguments if there are none, or
// of what is assigned to. Before inlining. With -m=2 they are told of to `diagnostics`, if not null.
void keepBenchmarkLoops(Package &package, Func &func, Diagnostics *diagnostics);

} // namespace gannet::ir

#endif
