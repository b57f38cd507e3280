// Instruction selection: the SSA form to machine instructions over virtual registers.
//
// Folds addresses, loads, immediates and compares into their users; drops nil checks that a faulting access of the same
// pointer, before any change of memory, makes; leaves registers, frame and branches open.
#ifndef GANNET_COMPILER_X86_SELECT_H
#define GANNET_COMPILER_X86_SELECT_H

#include "compiler/ssa/remarks.h"
#include "compiler/x86/mach.h"

#include <string>
#include <vector>

namespace gannet::x86 {

// Fills `mf` (empty but for its Func) from mf.ssa. False with `error` naming an operation that is not supported.
// `nil_checks`, if not null, is told which of them became instructions and which did not.
bool selectInstructions(MachFunc &mf, unsigned level, std::string &error, std::vector<ssa::Remark> *nil_checks = nullptr);

} // namespace gannet::x86

#endif
