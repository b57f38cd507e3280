// Places in the frame for spilled values: values that are never live at once
// share one.
#ifndef GANNET_COMPILER_X86_SLOTS_H
#define GANNET_COMPILER_X86_SLOTS_H

#include "compiler/x86/liveness.h"
#include "compiler/x86/regalloc.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace gannet::x86 {

// Fills slots, slot_of and slot_until of `out`. `spilled` is by vreg; `params`
// gives the values that stand in registers at entry, each with its index in
// AbiSignature::param_regs: they have slots of their own.
void giveSlots(MachFunc &mf, const Liveness &live,
               const std::vector<std::uint8_t> &spilled,
               const std::vector<std::pair<VReg, std::int32_t>> &params,
               Allocation &out);

} // namespace gannet::x86

#endif
