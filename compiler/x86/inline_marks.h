// Where the caller of an inlined call is found: an address in the function
// whose line is that of the call. A trace that shows a frame of an inlined
// function goes on from there.
#ifndef GANNET_COMPILER_X86_INLINE_MARKS_H
#define GANNET_COMPILER_X86_INLINE_MARKS_H

#include "compiler/base/source.h"
#include "compiler/x86/mach.h"

#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

namespace gannet::x86 {

class InlineMarks {
public:
  static constexpr std::uint32_t kNone = ~0u;

  // `sources` may be null: no lines are known then. Both are kept.
  InlineMarks(const MachFunc &mf, const SourceSet *sources);

  // Some other instruction has the line of the call: no instruction is needed
  // in the mark's place.
  bool hasOther(ssa::InlineSiteId site) const;
  // `at` is where the mark's own instruction is.
  void place(ssa::InlineSiteId site, std::uint32_t at) {
    marks_[site.raw] = at;
  }
  // An instruction of that position is emitted at `at`.
  void emitted(const MInst &inst, std::uint32_t at) {
    if (!lines_.empty())
      note(inst, at);
  }
  // Where the caller of the call is, as a provisional offset; kNone: the call
  // has no mark.
  std::uint32_t of(ssa::InlineSiteId site) const;

private:
  // The inlined call whose code it is, file, line.
  using Key = std::tuple<std::uint32_t, std::string_view, std::uint32_t>;
  struct Line {
    Key key;
    bool used = false;        // by an instruction that is sure to be emitted
    std::uint32_t at = kNone; // of the first
  };

  Key keyOf(const ssa::SrcPos &pos) const;
  std::uint32_t find(const Key &key) const; // into lines_, kNone
  std::uint32_t lineOf(const MInst &inst) const;
  void note(const MInst &inst, std::uint32_t at);

  const MachFunc &mf_;
  const SourceSet *sources_;
  std::vector<std::uint32_t>
      marks_; // by site: offset of the mark's own instruction
  std::vector<std::uint32_t>
      line_of_;             // by site: into lines_; kNone: the call has no mark
  std::vector<Line> lines_; // of the calls that have marks, by key
  std::vector<std::uint8_t> sites_; // by site + 1: whether a line is of it
};

} // namespace gannet::x86

#endif
