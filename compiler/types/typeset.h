// Type sets of interfaces and unions: all methods, and the terms that restrict the types.
//
// Source: Go specification, "Interface types", "General interfaces".
#ifndef GANNET_COMPILER_TYPES_TYPESET_H
#define GANNET_COMPILER_TYPES_TYPESET_H

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

struct TypeSet {
  std::span<Func *const> methods; // all methods, embedded ones included, sorted by name (and package if unexported)
  std::span<const Term> terms;    // normalised union; meaningless if all_types
  bool all_types = true;          // no restriction by terms
  bool is_comparable = false;     // restricted to strictly comparable types; only if all_types

  bool empty() const { return !all_types && terms.empty(); }
  bool isAll() const { return isMethodSet() && methods.empty(); } // any type at all
  bool isMethodSet() const { return !is_comparable && all_types; }
  bool hasTerms() const { return !all_types && !terms.empty(); }
  // Index in methods, or -1.
  int methodIndex(const Package *pkg, std::string_view name, bool fold_case = false) const;
  bool isComparable() const; // every type in the set is strictly comparable
};

class Checker;

// The type set of an interface, computed once. `checker` receives errors in the interface (duplicate methods, ...) with
// their positions; without one they are silent, since reported before.
TypeSet &typeSet(Interface *i, Checker *checker = nullptr, Pos pos = Pos());
// The type set of a union: its terms only.
TypeSet &unionTypeSet(Context &context, Union *u, Checker *checker = nullptr, Pos pos = Pos());

// The interface a type parameter is constrained by; wraps other constraints in an implicit interface.
Interface *constraintOf(TypeParam *p);

// Calls f with each term of the type parameter's set: f(null) once if there are no specific types. Ends at false.
bool eachTerm(TypeParam *p, const std::function<bool(const Term *)> &f);
// Calls f with (type, underlying type) of each type in t's set if t is a type parameter: (null, null) if there are no
// specific types; else with (t, under(t)). Ends at false.
bool eachUnderlying(Type *t, const std::function<bool(Type *, Type *)> &f);

// The common underlying type of all types in t's type set (t itself if no type parameter), or null: then *cause says
// why. Channels of different direction agree on the restricted direction. `accept` may refuse a type (t, u) with a text.
Type *commonUnder(Type *t, const std::function<std::string(Type *, Type *)> &accept, std::string *cause,
                  const Package *qualifier);

// A term as messages show it: with full package paths.
std::string termString(const Term &t);

// Set operations on terms, for union.cc, infer.cc and implements.
bool termIncludes(const Term &term, Type *t);
// Is every type of x in y?
bool termsSubsetOf(std::span<const Term> x, std::span<const Term> y);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_TYPESET_H
