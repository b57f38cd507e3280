// Variables that become SSA values while blocks are still being made (Braun et al. 2013, sections 2.2 and 2.3).
//
// A variable is a number with a type. A block is sealed once all its predecessors are known; reading a variable in an
// unsealed block makes a phi that is completed at sealing. Phis that turn out to name one value only are forwarded to
// it; `finish` rewrites what names them. No recursion: chains of blocks are as long as the user's function.
#ifndef GANNET_COMPILER_SSA_BUILD_VARIABLES_H_
#define GANNET_COMPILER_SSA_BUILD_VARIABLES_H_

#include "compiler/ssa/func.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace gannet::ssa {

class Variables {
public:
  using Id = std::uint32_t;
  static constexpr Id kMemory = 0;

  explicit Variables(Func &f) : f_(f) { types_.push_back(Type::Mem); }

  Id add(Type t) {
    types_.push_back(t);
    return static_cast<Id>(types_.size() - 1);
  }
  Type type(Id v) const { return types_[v]; }

  void write(BlockId b, Id v, ValueId value) {
    defs_[key(b, v)] = value;
    if (v < watched_.size() && watched_[v])
      bindings_.push_back({v, value});
  }
  ValueId read(BlockId b, Id v);
  // What the variable is to be from here on is told by bindings().
  void watch(Id v) {
    watched_.resize(std::max<std::size_t>(watched_.size(), v + std::size_t{1}));
    watched_[v] = true;
  }
  struct Binding {
    Id variable;
    ValueId value;
  };
  // The values of watched variables, in the order in which they were written, phis among them. After finish().
  const std::vector<Binding> &bindings() const { return bindings_; }
  // All predecessors of b are known.
  void seal(BlockId b);
  bool isSealed(BlockId b) const { return b.raw < sealed_.size() && sealed_[b.raw]; }
  // Seals what is left, removes trivial phis and rewrites their uses. Nothing may be read afterwards.
  void finish();

  // What a value stands for now.
  ValueId resolve(ValueId v) const;

  // Used where a variable is read that nothing wrote: only in code that cannot be reached.
  ValueId initial_memory;

private:
  static std::uint64_t key(BlockId b, Id v) { return std::uint64_t(b.raw) << 32 | v; }
  ValueId find(BlockId b, Id v);
  ValueId makePhi(BlockId b, Id v);
  void completePending();
  bool forwardIfTrivial(ValueId phi);

  struct Phi {
    ValueId value;
    Id variable;
  };

  Func &f_;
  std::vector<Type> types_;
  std::unordered_map<std::uint64_t, ValueId> defs_;                 // by key; never iterated
  std::vector<bool> sealed_;
  std::unordered_map<std::uint32_t, std::vector<Phi>> incomplete_; // by unsealed block; taken out at sealing
  std::vector<Phi> pending_;                                       // phis of sealed blocks without operands yet
  std::vector<ValueId> phis_;
  SideTable<ValueId, ValueId> forward_;
  std::vector<bool> watched_; // by variable
  std::vector<Binding> bindings_;
};

} // namespace gannet::ssa

#endif // GANNET_COMPILER_SSA_BUILD_VARIABLES_H_
