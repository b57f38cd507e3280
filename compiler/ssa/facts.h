// What is known of integers at a place in the program: differences between values, as x <= y + c without overflow.
//
// Values are nodes, read as signed numbers of their own width; zero is a node too, so that a constant bound is a difference. Facts
// are scoped: those learned since a mark go when it is undone. Besides what was learned, an operation itself says something
// of its result (a sum without overflow, an extension, a mask), which is looked up when a question gets there.
// Method: Bodik, Gupta, Sarkar, "ABCD: Eliminating Array Bounds Checks on Demand" (2000), without its pi nodes: scopes follow the
// dominator tree instead.
#ifndef GANNET_COMPILER_SSA_FACTS_H
#define GANNET_COMPILER_SSA_FACTS_H

#include "compiler/ssa/dominators.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace gannet::ssa {

class Facts {
public:
  Facts(const Func &f, const Dominators &doms) : f_(f), doms_(doms), above_(f.valueCount()), below_(f.valueCount()) {}

  // x <= y + c. A none-id stands for zero.
  void learnLe(ValueId x, ValueId y, std::int64_t c);
  void learnNonNegative(ValueId x) { learnLe({}, x, 0); }
  void learnNe(ValueId x, ValueId y);

  bool isLe(ValueId x, ValueId y, std::int64_t c);
  bool isLt(ValueId x, ValueId y) { return isLe(x, y, -1); }
  bool isNonNegative(ValueId x) { return isLe({}, x, 0); }
  bool isNe(ValueId x, ValueId y);

  std::size_t mark() const { return trail_.size(); }
  void undo(std::size_t mark);

private:
  struct Bound {
    ValueId other; // none: zero
    std::int64_t c;
  };
  struct Step {
    bool is_ne;
    ValueId x, y;
  };
  void learnOfTerm(ValueId x, ValueId y, std::int64_t c);
  using Best = std::unordered_map<std::uint32_t, std::int64_t>;

  // Adds the bounds that the operation of x gives: x <= other + c, and x >= other + c.
  void boundsAbove(ValueId x, int depth, std::vector<Bound> &out);
  void boundsBelow(ValueId x, int depth, std::vector<Bound> &out);
  void boundsOfSum(ValueId x, int depth, bool above, std::vector<Bound> &out);
  void boundsOfPhi(ValueId x, int depth, bool above, std::vector<Bound> &out);
  // The least c found with x <= goal + c (greatest with x >= goal + c); false if none is found.
  bool search(ValueId x, ValueId goal, bool above, int depth, std::int64_t &c);
  bool isLeAt(ValueId x, ValueId y, std::int64_t c, int depth);

  const Func &f_;
  const Dominators &doms_;
  SideTable<ValueId, std::vector<Bound>> above_; // x <= other + c
  SideTable<ValueId, std::vector<Bound>> below_; // x >= other + c
  std::vector<std::pair<ValueId, ValueId>> unequal_;
  std::vector<Step> trail_;
  int budget_ = 0; // nodes that the question at hand may still look at
};

} // namespace gannet::ssa

#endif
