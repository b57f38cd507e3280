// What a pass is given beside the function, and what a pass is: a name, a function, and what it needs and breaks.
#ifndef GANNET_COMPILER_SSA_PASS_CONTEXT_H
#define GANNET_COMPILER_SSA_PASS_CONTEXT_H

#include "compiler/ssa/func.h"
#include "compiler/ssa/remarks.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::ssa {

// The symbol whose address stands in read-only data of the function's own, a symbol's name and an offset; empty if that is not known.
using StaticAddress = std::function<std::string(std::string_view symbol, std::int64_t offset)>;
// The `bytes` bytes (8 at most, little-endian) that stand in read-only data of the function's own; none if that is not known.
using StaticBytes = std::function<std::optional<std::uint64_t>(std::string_view symbol, std::int64_t offset, unsigned bytes)>;

class PassContext {
public:
  // Asked before each change: false once the step limit is used up, which is how a bad change is found by bisection.
  bool step() { return steps_left_ < 0 || steps_left_-- > 0; }
  void setStepLimit(std::int64_t limit) { steps_left_ = limit; } // -1: none

  // An error against the user's program that only a pass can see (a write barrier where none may be).
  void error(SrcPos pos, std::string message) { errors_.push_back({pos, std::move(message)}); }
  const std::vector<Remark> &errors() const { return errors_; }

  // What the pass is to tell of its work: `subjects`, and, if the level is above 0 (-d=ssa/PASS/debug=N), each change.
  RemarkSubjects subjects;
  const StaticAddress *static_address = nullptr; // null: nothing is known
  const StaticBytes *static_bytes = nullptr;     // null: nothing is known
  int debug() const { return debug_; }
  void setDebug(int level) { debug_ = level; }
  void remark(SrcPos pos, std::string message) { remarks_.push_back({pos, std::move(message)}); }
  const std::vector<Remark> &remarks() const { return remarks_; }

private:
  std::int64_t steps_left_ = -1;
  int debug_ = 0;
  std::vector<Remark> errors_;
  std::vector<Remark> remarks_;
};

// What holds of a function between passes.
struct Prop {
  enum : std::uint32_t {
    Ssa = 1 << 0,             // verify() holds
    Barriers = 1 << 1,        // write barriers are in place: no pass adds a store of a pointer
    NoCriticalEdges = 1 << 2,
    Scheduled = 1 << 3,       // the values of each block are in order
    LaidOut = 1 << 4,         // the block order is final
  };
};

struct Pass {
  std::string_view name;
  void (*run)(PassContext &, Func &);
  std::uint32_t needs = Prop::Ssa;
  std::uint32_t gives = 0;
  std::uint32_t breaks = 0;
  bool required = false; // runs even when optimization is off, and cannot be disabled
};

// Whether each pass finds what it needs, starting from `have`.
constexpr bool isOrdered(std::span<const Pass> passes, std::uint32_t have) {
  for (const Pass &p : passes) {
    if ((p.needs & ~have) != 0)
      return false;
    have = (have | p.gives) & ~p.breaks;
  }
  return true;
}

} // namespace gannet::ssa

#endif
