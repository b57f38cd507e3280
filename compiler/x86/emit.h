// Allocated machine instructions to code, with everything tracebacks and the collector need to know of it.
#ifndef GANNET_COMPILER_X86_EMIT_H
#define GANNET_COMPILER_X86_EMIT_H

#include "compiler/base/source.h"
#include "compiler/object/unit.h"
#include "compiler/x86/frame.h"
#include "compiler/x86/mach.h"
#include "compiler/x86/regalloc.h"

namespace gannet::x86 {

// Defines the function's symbol in `unit` with code, relocations and record, and the read-only data that it refers to.
// `sources` may be null: positions are then left out. `arg_info` as in BackendOptions.
void emitFunction(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness,
                  const SourceSet *sources, std::span<const std::uint8_t> arg_info, Encoder &encoder, object::Unit &unit);

} // namespace gannet::x86

#endif
