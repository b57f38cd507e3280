// Keeps carries in the flag. Selection gives each carry a register:
//
//     add x, y;  carrymask m;  neg c = m;  neg t = c;  adc z, w
//
// After the second instruction of such a pair the flag is the carry still, so where nothing between writes the flags the
// second NEG goes, and the pair too if nothing else wants the register: add x, y; adc z, w.
#ifndef GANNET_COMPILER_X86_CARRY_CHAIN_H
#define GANNET_COMPILER_X86_CARRY_CHAIN_H

#include "compiler/x86/mach.h"

namespace gannet::x86 {

void chainCarries(MachFunc &mf);

} // namespace gannet::x86

#endif
