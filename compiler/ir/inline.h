// Inlining of small functions, and devirtualization of interface calls whose dynamic type is known.
//
// With a profile, functions that hot calls call (hot_calls.h) may cost more, up to a budget of 2000, and are then inlined where such
// calls are.
//
// A function is inlinable if its body's cost is within a budget of 80: about one a node, 57 more for a call that stays a
// call, the callee's own cost for one that is inlined too. Inlining goes bottom-up through calls of inlined bodies; what
// comes of inlining a function does not have it inlined again, so that rings end. An inlined call is a node (Op::InlinedCall)
// that holds a copy of the body; positions keep the tree of calls by Node::inline_site.
// Source: the budget and its rules as gc documents them by -m; "cmd/compile: mid-stack inlining" (Go issue 19348).
#ifndef GANNET_COMPILER_IR_INLINE_H
#define GANNET_COMPILER_IR_INLINE_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/hot_calls.h"
#include "compiler/ir/package.h"

#include <functional>
#include <string_view>
#include <vector>

namespace gannet::ir {

struct InlineOptions {
  // Calls of these functions become operations, which are cheaper than their bodies.
  std::function<bool(std::string_view symbol)> is_intrinsic;
  Diagnostics *diagnostics = nullptr; // notes for -m
  bool eager = false;                 // -l=4: a call that stays one costs next to nothing
  HotCalls *hot_calls = nullptr;      // of a profile, if there is one
  // With a profile: the package of that path, as symbols have it, if this one imports it, directly or not; else null.
  std::function<types::Package *(std::string_view path)> find_package;
};

// Makes all pending instances, then sets Func::inlinable, inl_cost and inline_form of the functions of package.funcs not
// treated before, and inlines in them; repeated while that brings new functions. `done` receives those that were treated.
// Gives the literals that were treated and then dropped from the package, since all calls of them are inlined.
std::vector<Func *> inlineCalls(Package &package, const InlineOptions &options, std::vector<Func *> &done);

} // namespace gannet::ir

#endif
