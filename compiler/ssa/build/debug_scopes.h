// The blocks of a function, and of those inlined into it, that declare variables, for debuggers: where names hide others.
//
// A block is known by its inlined call and the positions of the code in it, without what was inlined there: that is at the call's
// position.
#ifndef GANNET_COMPILER_SSA_BUILD_DEBUG_SCOPES_H_
#define GANNET_COMPILER_SSA_BUILD_DEBUG_SCOPES_H_

#include "compiler/ir/package.h"
#include "compiler/ssa/func.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace gannet::ssa {

struct DebugScopes {
  std::vector<DebugScope> scopes;
  std::vector<std::uint32_t> of_local; // by ir::Local::id, as DebugVariable::scope
};

// Of the variables that `is_shown` picks. `sites` are the inlined calls by the numbers that the function has for them.
DebugScopes findScopes(const ir::Func &func, std::span<const InlineSiteId> sites,
                       const std::function<bool(const ir::Local &)> &is_shown);

} // namespace gannet::ssa

#endif // GANNET_COMPILER_SSA_BUILD_DEBUG_SCOPES_H_
