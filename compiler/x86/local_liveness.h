// Which pointers in the frame's variables the stack maps show at each call.
//
// A pointer word of a variable lives where code that names the variable may still read it: the unit is the word, or the
// variable if it has many. To take a variable's address is to read all of it; what is reached through that address later
// is not seen here. So a variable whose address is taken is also a *stack object*: the collector finds it through the
// pointers to it that it meets in the stack (runtime/core/stack_objects.h).
// A variable of which some word lives at the entry is cleared there, since nothing need have been stored in it before a
// map shows it, or an address of it is at large.
#ifndef GANNET_COMPILER_X86_LOCAL_LIVENESS_H
#define GANNET_COMPILER_X86_LOCAL_LIVENESS_H

#include "compiler/x86/mach.h"

#include <cstdint>
#include <vector>

namespace gannet::x86 {

class LocalLiveness {
public:
  using Units = std::vector<std::uint64_t>; // a bit a unit

  // After allocation: blocks on edges are part of the order.
  explicit LocalLiveness(const MachFunc &mf);

  bool clearedAtEntry(std::uint32_t local) const { return locals_[local].cleared; }
  bool isStackObject(std::uint32_t local) const { return locals_[local].object; }
  // The units that live across each call of the block, in the order of the calls.
  std::vector<Units> atCalls(std::uint32_t block) const;
  // Calls f(local, word) for each word that the units stand for; word counts from the variable's start.
  template <typename F> void forEachWord(const Units &units, F f) const {
    for (std::uint32_t i = 0; i != units_.size(); ++i) {
      if (!has(units, i))
        continue;
      if (units_[i].word != kWholeLocal) {
        f(units_[i].local, units_[i].word);
        continue;
      }
      const ssa::Layout &layout = layoutOf(units_[i].local);
      for (std::int64_t w = 0; w * 8 < layout.ptr_bytes; ++w)
        if (layout.isPointerWord(w))
          f(units_[i].local, w);
    }
  }

private:
  static constexpr std::int64_t kWholeLocal = -1;
  struct Unit {
    std::uint32_t local;
    std::int64_t word;
  };
  struct LocalInfo {
    std::uint32_t first = 0, count = 0; // units
    bool cleared = false, object = false;
  };
  struct Transfer { // what a block does, seen from its end
    Units gen, kill;
  };

  static bool has(const Units &u, std::uint32_t i) { return (u[i / 64] >> (i % 64) & 1) != 0; }
  static void add(Units &u, std::uint32_t i) { u[i / 64] |= std::uint64_t{1} << (i % 64); }
  static void drop(Units &u, std::uint32_t i) { u[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
  const ssa::Layout &layoutOf(std::uint32_t local) const { return mf_.ssa[mf_.ssa[ssa::LocalId(local)].layout]; }

  void makeUnits();
  void findObjects();
  void solve();
  void keepForRecovery();
  Transfer transferOf(std::uint32_t block) const;
  Units liveOut(std::uint32_t block) const;
  template <typename F> void forEachRead(const MInst &inst, F f) const;    // f(unit)
  template <typename F> void forEachWritten(const MInst &inst, F f) const; // f(unit)
  template <typename F> void forEachPhiRead(std::uint32_t block, F f) const; // at its end; f(unit)
  template <typename F> void unitsOf(std::uint32_t local, F f) const;

  const MachFunc &mf_;
  std::vector<LocalInfo> locals_; // by LocalId
  std::vector<Unit> units_;
  std::vector<Units> in_; // by block; empty if all units live always
  Units always_;          // live across every call: what is read where a recovered panic resumes
};

} // namespace gannet::x86

#endif
