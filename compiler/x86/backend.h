// The x86-64 back end: one function from generic SSA to a defined symbol.
//
// Runs the SSA form's late passes (critical edges, layout, order), then selection, allocation and emission. Functions may be
// compiled by several threads at once, each with its own Encoder and Unit (object::Unit::append gathers them).
#ifndef GANNET_COMPILER_X86_BACKEND_H
#define GANNET_COMPILER_X86_BACKEND_H

#include "compiler/base/source.h"
#include "compiler/object/unit.h"
#include "compiler/ssa/func.h"
#include "compiler/ssa/live_names.h"
#include "compiler/ssa/passes.h"
#include "compiler/x86/encoder.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::x86 {

struct BackendOptions {
  const SourceSet *sources = nullptr; // for line tables; null: none
  unsigned level = 1;                 // of the architecture (GOAMD64)
  bool check_allocation = false;      // replay the register allocation (slow); a fault ends the process
  std::span<const std::uint8_t> arg_info; // FUNCDATA_ArgInfo (ssa/build/arg_info.h); empty: none
  const ssa::PassOptions *passes = nullptr; // of the late passes; null: as they come
  std::vector<ssa::Remark> *remarks = nullptr; // what `passes` ask to be told goes here
  const ssa::LiveNames *live_names = nullptr; // -live: what lives at calls is told in `remarks`; null: not asked for
  // Told the machine form after selection ("selected") and after register allocation ("allocated").
  std::function<void(std::string_view stage, std::string text)> on_stage;
};

// Defines f.name() in `unit`. `f` is used up. False with `error` (to be shown at the function's
// position) if its frame is too large or it holds an operation that is not supported.
bool compileFunc(ssa::Func &f, const BackendOptions &options, Encoder &encoder, object::Unit &unit, std::string &error);

// The code of a defined text symbol, an instruction a line: offset, text, relocations, and if asked for @file:line. For -S.
std::string listing(const object::Unit &unit, object::SymbolId sym, bool positions = false);

} // namespace gannet::x86

#endif
