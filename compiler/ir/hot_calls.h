// The calls that a profile says are hot: those that together make up 99% of all that it counted, heaviest first.
//
// A call is known by its caller's linker symbol, its line less that at which the caller starts, and its callee's symbol; an instance
// of a generic function by the name that profiles show (shape_names.h), which several instances may share. A call in an inlined body
// is one of the function that the body is of, as profiles have it.
// Source: Go's documentation, "Profile-guided optimization"; `go tool compile -d help` for the settings.
#ifndef GANNET_COMPILER_IR_HOT_CALLS_H
#define GANNET_COMPILER_IR_HOT_CALLS_H

#include "compiler/ir/package.h"
#include "compiler/profile/profile.h"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace gannet::ir {

// What -d=pgo... says.
struct ProfileSettings {
  double hot_percent = 99;    // pgoinlinecdfthreshold
  int inline_budget = 2000;   // pgoinlinebudget: of a function that some hot call calls
  bool inlines = true;        // pgoinline
  bool devirtualizes_methods = true, devirtualizes_functions = true; // pgodevirtualize: 0 none, 1 the first, 2 both
  int explain = 0;            // pgodebug
};

class HotCalls {
public:
  HotCalls(profile::CallProfile profile, const ProfileSettings &settings, const SourceSet &sources);
  HotCalls(const HotCalls &) = delete;
  HotCalls &operator=(const HotCalls &) = delete;

  const ProfileSettings &settings() const { return settings_; }
  // Does some hot call call it?
  bool isHot(const Func &callee) const { return hot_callees_.count(symbol(callee)); }
  // Is the call of `callee` at `pos`, in the code of `caller` itself, hot?
  bool isHot(const Func &caller, Pos pos, const Func &callee) const;
  // What was called from there, heaviest first.
  std::vector<const profile::CallEdge *> callsAt(const Func &caller, Pos pos) const;

  // The name that profiles show.
  const std::string &symbol(const Func &f) const;
  // Of the call, less that of its caller's start.
  std::int64_t line(const Func &caller, Pos pos) const;
  // What -d=pgodebug tells.
  void explain(std::string text) { explanations_ += std::move(text) + "\n"; }
  std::string takeExplanations() { return std::move(explanations_); }

private:
  profile::CallProfile profile_;
  ProfileSettings settings_;
  const SourceSet &sources_;
  std::size_t hot_count_ = 0; // so many edges, from the first one, are hot
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> calls_; // indices of edges by caller; never iterated
  std::unordered_set<std::string_view> hot_callees_;                       // never iterated
  mutable std::unordered_map<const Func *, std::string> symbols_;          // of instances and what is in them; never iterated
  std::string explanations_;
};

} // namespace gannet::ir

#endif
