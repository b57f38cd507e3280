// -live: which variables the stack maps show at each call, by name, and which are stack objects, in Go's words.
//
// Told of what the maps hold, not of the source: a value in a spill slot has the name of the variable that it is bound to, or is an
// ".autotmp_N", as are locals that are no variables. Functions that the compiler made, and init, are passed over, as in Go.
#ifndef GANNET_COMPILER_X86_LIVE_REPORT_H
#define GANNET_COMPILER_X86_LIVE_REPORT_H

#include "compiler/ssa/live_names.h"
#include "compiler/ssa/remarks.h"
#include "compiler/x86/local_liveness.h"
#include "compiler/x86/mach.h"
#include "compiler/x86/regalloc.h"

#include <vector>

namespace gannet::x86 {

void reportLiveness(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness,
                    const ssa::LiveNames &names, std::vector<ssa::Remark> &out);

} // namespace gannet::x86

#endif
