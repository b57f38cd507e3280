// The x86-64 back end: one function from generic SSA to a defined symbol.
//
// Runs the SSA form's late passes (critical edges, layout, order), then selection, allocation and emission. Functions may be
// compiled by several threads at once, each with its own Encoder and Unit (object::Unit::append gathers them).
#ifndef GANNET_COMPILER_X86_BACKEND_H
#define GANNET_COMPILER_X86_BACKEND_H

#include "compiler/base/source.h"
#include "compiler/object/unit.h"
#include "compiler/ssa/func.h"
#include "compiler/x86/encoder.h"

#include <string>

namespace gannet::x86 {

struct BackendOptions {
  const SourceSet *sources = nullptr; // for line tables; null: none
  bool check_allocation = false;      // replay the register allocation (slow); a fault ends the process
  std::string *trace = nullptr;       // appended: the machine form before and after allocation
};

// Defines f.name() in `unit`. `f` is used up. False with `error` (to be shown at the function's
// position) if its frame is too large or it holds an operation that is not supported.
bool compileFunc(ssa::Func &f, const BackendOptions &options, Encoder &encoder, object::Unit &unit, std::string &error);

// The code of a defined text symbol, an instruction a line: offset, bytes, text, relocations. For -S.
std::string listing(const object::Unit &unit, object::SymbolId sym);

} // namespace gannet::x86

#endif
