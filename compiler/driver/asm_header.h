// go_asm.h: the package's constants and structure layouts for its assembly.
#ifndef GANNET_COMPILER_DRIVER_ASM_HEADER_H
#define GANNET_COMPILER_DRIVER_ASM_HEADER_H

#include "compiler/types/checker.h"

#include <string>

namespace gannet::driver {

// One #define a line, by name: const_NAME for constants, T__size and T_field for struct types.
// Source: cmd/compile's documentation of -asmhdr; "A Quick Guide to Go's Assembler", "Interacting with Go types and constants".
std::string asmHeader(types::Context &context, const types::Package &package);

} // namespace gannet::driver

#endif
