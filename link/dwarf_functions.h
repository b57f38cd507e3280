// What the tables of a function's record say to debuggers.
#ifndef GANNET_LINK_DWARF_FUNCTIONS_H
#define GANNET_LINK_DWARF_FUNCTIONS_H

#include "compiler/object/debug.h"
#include "compiler/object/reader.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace gannet::link {

// Pieces of a function's code, [from, to) from its start, in order.
using Pieces = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

// Did any of the function's code come from an inlined call?
bool holdsInlined(const object::FuncView &f);

// Where a debugger that stops at a function's start should do so: at the first other line once the frame is complete and arguments
// are where they stay; at that place itself if there is but one line. 0 if that is the function's first instruction.
std::uint32_t endOfPrologue(const object::FuncView &f);

// The tree of inlined calls, each with the code that came from it or from what was inlined into it.
struct InlineTree {
  std::vector<Pieces> pieces; // by call; none: no code of it is left
  std::vector<std::vector<std::uint32_t>> children; // of call i at i + 1; of the function at 0
  std::vector<std::uint32_t> blocks; // by call that the function itself makes: the block that it stands in, as DebugVariable::scope

  InlineTree(const object::FuncView &f, const std::vector<object::DebugScope> &scopes);
};

} // namespace gannet::link

#endif
