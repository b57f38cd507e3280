// What two addresses may have in common: computed from how they are made, never stored in the IR.
#ifndef GANNET_COMPILER_SSA_ALIAS_H
#define GANNET_COMPILER_SSA_ALIAS_H

#include "compiler/ssa/func.h"

namespace gannet::ssa {

// An address as base + index + constant offset, the base being no OffPtr, Copy or NilCheck, the index the variable part of one
// AddPtr. Addresses of locals and symbols are taken apart too: the base is then none, and `local` or `sym` says whose
// they are.
struct Address {
  ValueId base;
  LocalId local;
  SymId sym;
  ValueId index;
  std::int64_t offset = 0;
  bool exact = true; // false: more was added than index and offset say
};

Address addressOf(const Func &f, ValueId ptr);

// Whether the offsets of the two count from one place.
inline bool areComparable(const Address &a, const Address &b) {
  return a.exact && b.exact && a.base == b.base && a.local == b.local && a.sym == b.sym && a.index == b.index;
}

// The pointer that this one was computed from inside one object: through OffPtr, AddPtr, Copy, NilCheck.
ValueId baseOf(const Func &f, ValueId ptr);

// Whether [a, a+size_a) and [b, b+size_b) may share a byte.
bool mayOverlap(const Func &f, const Address &a, std::int64_t size_a, const Address &b, std::int64_t size_b);
// Whether they begin at the same address for sure.
bool mustEqual(const Address &a, const Address &b);

// A local that no call and no pointer but its own LocalAddrs reaches. `escaped` by local id: the address is used
// otherwise than to read or write memory in it.
std::vector<bool> escapedLocals(const Func &f);

// The value of runtime.newobject and its like: fresh memory that nothing else points to at that moment.
bool isFreshAllocation(const Func &f, ValueId v);

// How many bytes a Store, Load, Zero or Move touches at operand 0 (a Move also reads so many at operand 1).
std::int64_t accessBytes(const Func &f, ValueId v);

} // namespace gannet::ssa

#endif
