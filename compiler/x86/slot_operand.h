// Forms of instructions that take an operand from memory instead of a register.
#ifndef GANNET_COMPILER_X86_SLOT_OPERAND_H
#define GANNET_COMPILER_X86_SLOT_OPERAND_H

#include "compiler/x86/mach.h"

namespace gannet::x86 {

// The opcode that reads operand `operand` of `inst` (a register) from memory, op::kCount if there is none. Slots are 8 bytes
// wide and hold the value in their low bytes.
op::Id memoryForm(const MInst &inst, unsigned operand);
// Whether the tied and the other source may change places.
bool isCommutativeInst(const MInst &inst);

} // namespace gannet::x86

#endif
