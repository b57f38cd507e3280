// What the tables of a function's record say to debuggers.
#ifndef GANNET_LINK_DWARF_FUNCTIONS_H
#define GANNET_LINK_DWARF_FUNCTIONS_H

#include "compiler/base/reused_list.h"
#include "compiler/object/debug.h"
#include "compiler/object/reader.h"

#include <cstdint>
#include <span>
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

// The tree of inlined calls, each with the code that came from it or from what was inlined into it. One can be set for function
// after function.
struct InlineTree {
  ReusedList<Pieces> pieces; // by call; none: no code of it is left
  std::vector<std::uint32_t> blocks; // by call: the block that it stands in, as DebugVariable::scope

  void set(const object::FuncView &f, std::span<const object::DebugScope> scopes);
};

// What stands in a function, in each of its blocks and in each inlined call. Blocks and calls without code are left out, with
// what they declare. Numbers count from 1; 0 ends a list. One can be set for function after function.
class Nesting {
public:
  struct Contents {
    std::uint32_t variables = 0;         // the first
    std::uint32_t blocks = 0, calls = 0; // the last
    bool empty() const { return variables == 0 && blocks == 0 && calls == 0; }
  };

  void set(const object::FuncView &f, const InlineTree &tree, std::span<const object::DebugScope> scopes,
           std::span<const object::DebugVariable> variables);
  // Of a block; of a call if `block` is 0, and of the function if both are.
  const Contents &in(std::uint32_t call, std::uint32_t block) const { return contents_[block != 0 ? call_count_ + block : call]; }
  std::uint32_t behindVariable(std::uint32_t v) const { return variables_[v - 1]; } // those by ascending number
  std::uint32_t behindBlock(std::uint32_t s) const { return blocks_[s - 1]; }       // these by descending
  std::uint32_t behindCall(std::uint32_t c) const { return calls_[c - 1]; }

private:
  Contents &at(std::uint32_t call, std::uint32_t block) { return contents_[block != 0 ? call_count_ + block : call]; }

  std::uint32_t call_count_ = 0;
  std::vector<Contents> contents_; // of the function, of the calls, of the blocks
  std::vector<std::uint32_t> variables_, blocks_, calls_; // what comes behind each
};

} // namespace gannet::link

#endif
