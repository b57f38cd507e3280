// The text form of a Func, which parse.h reads back.
//
//   func "pkg.F" internal(i64, {ptr+0,i64+8:16/8}) -> (i64) nosplit {
//     layout t0 = 16/8 ptrs 8 mask 1 "type:pkg.T"
//     local l0 = auto "x" t0 addrtaken
//     call c0 = "pkg.G" internal(i64) -> ()
//   b0:
//     v0: mem = initmem
//     v1: i64 = arg [0]
//     v2: ptr = localaddr l0
//     v3: mem = store v2, v1, v0
//     -> b1
//   b1: <- b0
//     ret v1, v3
//   }
//
// A signature lists each parameter as a scalar's type, as {components:size/align} when in registers, or as {:size/align}
// when on the stack; a layout may follow it. Behind a value's operands come [aux_int], "symbol", a table id (t c l), *scale,
// %cond, ^extra, !flags and, if asked for, @file:line:col/site.
#ifndef GANNET_COMPILER_SSA_PRINT_H
#define GANNET_COMPILER_SSA_PRINT_H

#include "compiler/ssa/func.h"

#include <string>

namespace gannet::ssa {

struct PrintOptions {
  bool positions = false;
};

std::string print(const Func &f, PrintOptions options = {});
std::string printValue(const Func &f, ValueId v, PrintOptions options = {}); // one line, without its end
std::string printTerminator(const Func &f, BlockId b);
std::string printSignature(const AbiSignature &sig);

} // namespace gannet::ssa

#endif
