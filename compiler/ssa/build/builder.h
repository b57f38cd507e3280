// From mid-level IR to SSA: every Go construct becomes values, blocks and runtime calls.
//
// SSA form is made on the fly (Braun, Buchwald, Hack, Leißa, Mallon, Zwinkau: Simple and Efficient Construction of Static
// Single Assignment Form, 2013). A variable whose address is not taken and whose type flattens to at most four scalars
// is a value for each scalar; others live in memory, and without optimization (-N) all do, for debuggers. Memory is one
// more variable.
//
// Static data that the code names goes to a unit of the function's own. Building one package's functions shares the
// package's IR and layouts and adds to them (wrappers, types), so it is done on one thread, in the order of
// Package::funcs, which may grow meanwhile; what follows on each function may run in parallel.
#ifndef GANNET_COMPILER_SSA_BUILD_BUILDER_H_
#define GANNET_COMPILER_SSA_BUILD_BUILDER_H_

#include "compiler/base/diagnostics.h"
#include "compiler/data/debug_types.h"
#include "compiler/data/layout.h"
#include "compiler/data/static_data.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"
#include "compiler/ssa/func.h"
#include "compiler/ssa/live_names.h"
#include "compiler/ssa/remarks.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::ssa {

// A relocation of kind mark (object/unit.h) that the function's text symbol gets.
struct LinkMark {
  object::RelocKind kind;
  std::string target;
  std::int64_t addend = 0;
};

struct BuiltFunc {
  std::unique_ptr<Func> func;
  std::vector<LinkMark> marks; // to be added to the text symbol once it is there
  std::vector<std::uint8_t> arg_info; // build/arg_info.h; empty if nobody asks
  LiveNames live_names; // if BuildContext::names_live
};

struct BuildContext {
  ir::Package &package;
  data::Layouts &layouts;
  data::NeededTypes &needed;
  Diagnostics &diagnostics;
  bool no_bounds_checks = false; // -B: indices and slices are taken to be in range
  data::DebugTypes *debug_types = nullptr; // null: nothing is told to debuggers
  RemarkSubjects remarks = {}; // what to tell of, to `diagnostics`
  bool names_live = false; // -live: names and types of variables are kept
  unsigned level = 1; // of the architecture (GOAMD64): what every processor of that level has is used without asking
  bool count_edges = false; // for fuzzing: counters of the ways through the code (edge_counters.cc)
};

// The SSA form of a concrete, finalized function with a body. Static data goes to `unit`.
BuiltFunc build(BuildContext context, ir::Func &func, object::Unit &unit);

// A function `func` of one ABI under its name in the other: ABIInternal calling NAME.abi0 (for Go callers of
// assembly), or, as `NAME.abi0`, ABI0 calling NAME (for assembly callers of Go).
BuiltFunc buildAbiWrapper(BuildContext context, ir::Func &func, Abi wrapper_abi);

// Do calls of the function of that symbol become operations?
bool isIntrinsic(std::string_view symbol);

} // namespace gannet::ssa

#endif // GANNET_COMPILER_SSA_BUILD_BUILDER_H_
