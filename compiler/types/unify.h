// Unification: makes two types equal by choosing types for type parameters that occur in them.
//
// The parameters that may be chosen for are the bound ones; others are types like any other. Each call of unify may fix
// further parameters; after a failed call the state is of no use.
//
// Types unify more loosely than they are identical: a declared type and a type literal unify if their underlying types
// do, channel directions may differ, an interface unifies with a type that has its methods. Whether the types chosen are right in the
// end is for instantiation and assignment to decide.
// Source: Go specification, "Type unification".
#ifndef GANNET_COMPILER_TYPES_UNIFY_H
#define GANNET_COMPILER_TYPES_UNIFY_H

#include <cstdint>
#include <vector>

#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

// How closely types must match. Assign: loosely at the top, exactly for what they are made of. Inexact: loosely all over.
enum class UnifyMode : std::uint8_t { Inexact, Assign, Exact };

class Unifier {
public:
  // `known` are types chosen already: shorter than `params`, or null where nothing is. `by_methods`: interfaces unify by
  // their methods (Go 1.21).
  Unifier(TypeParamList params, const std::vector<Type *> &known, bool by_methods);

  bool unify(Type *x, Type *y, UnifyMode mode) { return match(x, y, mode, nullptr); }

  // The type chosen for the i-th parameter, or null.
  Type *at(std::size_t i) const { return types_[slot_[i]]; }
  Type *at(TypeParam *p) const { return at(static_cast<std::size_t>(indexOf(p))); }
  void set(TypeParam *p, Type *t) { types_[slot_[static_cast<std::size_t>(indexOf(p))]] = t; }
  std::size_t unknownCount() const;
  std::vector<Type *> inferred() const;

private:
  // Pairs of interfaces under comparison, innermost first: meeting one again ends a cycle.
  struct Pair {
    Interface *x, *y;
    const Pair *outer;
  };

  std::ptrdiff_t indexOf(Type *t) const; // -1: not a bound type parameter
  bool join(std::size_t i, std::size_t j);
  bool match(Type *x, Type *y, UnifyMode mode, const Pair *pairs);
  bool matchParam(std::size_t i, Type *y, UnifyMode mode, const Pair *pairs);
  bool byMethods(Interface *xi, Interface *yi, const Pair *pairs);
  bool hasMethods(Interface *i, Type *t, const Pair *pairs);
  bool structure(Type *x, Type *y, UnifyMode mode, const Pair *pairs);
  bool interfaces(Interface *x, Interface *y, const Pair *pairs);
  bool structs(Struct *x, Struct *y, UnifyMode mode, const Pair *pairs);
  bool tuples(Tuple *x, Tuple *y, UnifyMode mode, const Pair *pairs);
  bool instances(Named *x, Named *y, UnifyMode mode, const Pair *pairs);

  TypeParamList params_;
  // Parameters that were unified with each other share a slot.
  std::vector<std::size_t> slot_;
  std::vector<Type *> types_;
  bool by_methods_;
  int depth_ = 0;
};

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_UNIFY_H
