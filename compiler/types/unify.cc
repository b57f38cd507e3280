#include "compiler/types/unify.h"

#include <utility>

#include "compiler/types/lookup.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace gannet::types {

namespace {

// Unification of types that grow by themselves is given up here.
constexpr int kMaxDepth = 100;

bool isTypeLiteral(Type *t) {
  Type *u = unalias(t);
  return u->kind != TypeKind::Named && u->kind != TypeKind::TypeParam;
}

// The interface that t is underneath; null for type parameters.
Interface *asInterface(Type *t) { return isTypeParam(t) ? nullptr : underAs<Interface>(t); }

bool sameTerms(const TypeSet &x, const TypeSet &y) {
  if (x.all_types || y.all_types)
    return x.all_types == y.all_types;
  return termsSubsetOf(x.terms, y.terms) && termsSubsetOf(y.terms, x.terms);
}

bool same(Type *x, Type *y) { return x == y || unalias(x) == unalias(y); }

} // namespace

Unifier::Unifier(TypeParamList params, const std::vector<Type *> &known, bool by_methods)
    : params_(params), by_methods_(by_methods) {
  for (std::size_t i = 0; i < params.size(); ++i) {
    slot_.push_back(i);
    types_.push_back(i < known.size() ? known[i] : nullptr);
  }
}

std::ptrdiff_t Unifier::indexOf(Type *t) const {
  if (TypeParam *p = unaliasAs<TypeParam>(t))
    for (std::size_t i = 0; i < params_.size(); ++i)
      if (params_[i] == p)
        return static_cast<std::ptrdiff_t>(i);
  return -1;
}

std::size_t Unifier::unknownCount() const {
  std::size_t n = 0;
  for (std::size_t i = 0; i < params_.size(); ++i)
    n += at(i) == nullptr;
  return n;
}

std::vector<Type *> Unifier::inferred() const {
  std::vector<Type *> out;
  for (std::size_t i = 0; i < params_.size(); ++i)
    out.push_back(at(i));
  return out;
}

// False if both have types already.
bool Unifier::join(std::size_t i, std::size_t j) {
  std::size_t a = slot_[i], b = slot_[j];
  if (a == b)
    return true;
  if (types_[a] && types_[b])
    return false;
  if (types_[a])
    std::swap(a, b);
  for (std::size_t &s : slot_)
    if (s == a)
      s = b;
  return true;
}

// The i-th parameter has a type, or gets y.
bool Unifier::matchParam(std::size_t i, Type *y, UnifyMode mode, const Pair *pairs) {
  Type *x = at(i);
  if (!x) {
    types_[slot_[i]] = y;
    return true;
  }
  if (!match(x, y, mode, pairs))
    return false;
  Interface *xi = asInterface(x), *yi = asInterface(y);
  bool x_named = unaliasAs<Named>(x), y_named = unaliasAs<Named>(y);
  // Different interfaces, or an interface and something else, have no type in common.
  if (xi && yi) {
    if (x_named && y_named)
      return identical(x, y);
    if (typeSet(xi).methods.size() != typeSet(yi).methods.size())
      return false;
  } else if (xi || yi) {
    return false;
  }
  if (mode == UnifyMode::Exact || x_named)
    return true;
  // A declared type wins over a literal, and a channel with a direction over one without.
  Chan *c = underAs<Chan>(y);
  if (y_named || (c && c->dir != ChanDir::Both))
    types_[slot_[i]] = y;
  return true;
}

// Two interfaces: the methods of the smaller must be methods of the larger.
bool Unifier::byMethods(Interface *xi, Interface *yi, const Pair *pairs) {
  TypeSet &xs = typeSet(xi), &ys = typeSet(yi);
  if (xs.is_comparable != ys.is_comparable || !sameTerms(xs, ys))
    return false;
  for (const Pair *p = pairs; p; p = p->outer)
    if ((p->x == xi && p->y == yi) || (p->x == yi && p->y == xi))
      return true;
  Pair own{xi, yi, pairs};
  bool swapped = xs.methods.size() > ys.methods.size();
  TypeSet &small = swapped ? ys : xs, &large = swapped ? xs : ys;
  for (Func *m : small.methods) {
    int k = large.methodIndex(m->pkg, m->name);
    if (k < 0 || !match(m->type, large.methods[static_cast<std::size_t>(k)]->type, UnifyMode::Exact, &own))
      return false;
  }
  return true;
}

// An interface and another type, which must have its methods.
bool Unifier::hasMethods(Interface *i, Type *t, const Pair *pairs) {
  for (Func *m : typeSet(i).methods) {
    Func *f = as<Func>(lookupFieldOrMethod(t, false, m->pkg, m->name).object);
    if (!f || !f->type || !match(m->type, f->type, UnifyMode::Exact, pairs))
      return false;
  }
  return true;
}

bool Unifier::match(Type *x, Type *y, UnifyMode mode, const Pair *pairs) {
  if (!x || !y)
    return x == y;
  if (same(x, y))
    return true;
  struct Level {
    int &depth;
    explicit Level(int &d) : depth(d) { ++depth; }
    ~Level() { --depth; }
  } level(depth_);
  if (depth_ > kMaxDepth)
    return false;

  // Declared types on the right, bound type parameters on the left.
  if (unaliasAs<Named>(x) || indexOf(y) >= 0)
    std::swap(x, y);
  Named *yn = unaliasAs<Named>(y);
  if (mode != UnifyMode::Exact && yn && isTypeLiteral(x) && !(by_methods_ && isInterface(x))) {
    y = yn->underlying();
    if (same(x, y))
      return true;
  }

  std::ptrdiff_t i = indexOf(x), j = indexOf(y);
  if (i >= 0 && j >= 0) {
    auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    return join(a, b) || match(at(a), at(b), mode, pairs);
  }
  if (i >= 0)
    return matchParam(static_cast<std::size_t>(i), y, mode, pairs);

  if (by_methods_ && mode != UnifyMode::Exact) {
    Interface *xi = asInterface(x), *yi = asInterface(y);
    if (xi && yi)
      return byMethods(xi, yi, pairs);
    if (xi || yi)
      return hasMethods(xi ? xi : yi, xi ? y : x, pairs);
  }
  if (isTypeParam(y))
    std::swap(x, y);
  return structure(unalias(x), unalias(y), mode, pairs);
}

// Neither is a bound type parameter or an alias.
bool Unifier::structure(Type *x, Type *y, UnifyMode mode, const Pair *pairs) {
  UnifyMode parts = mode == UnifyMode::Assign ? UnifyMode::Exact : mode;
  if (x->kind == TypeKind::TypeParam) { // of an enclosing function: what all its types have in common
    Type *core = commonUnder(x, nullptr, nullptr, nullptr);
    return core && match(core, y, UnifyMode::Assign, pairs);
  }
  if (x->kind != y->kind)
    return false;
  switch (x->kind) {
  case TypeKind::Basic:
    return static_cast<Basic *>(x)->basic == static_cast<Basic *>(y)->basic;
  case TypeKind::Array: {
    auto *a = static_cast<Array *>(x), *b = static_cast<Array *>(y);
    return (a->len < 0 || b->len < 0 || a->len == b->len) && match(a->elem, b->elem, parts, pairs);
  }
  case TypeKind::Slice:
    return match(static_cast<Slice *>(x)->elem, static_cast<Slice *>(y)->elem, parts, pairs);
  case TypeKind::Pointer:
    return match(static_cast<Pointer *>(x)->elem, static_cast<Pointer *>(y)->elem, parts, pairs);
  case TypeKind::Struct:
    return structs(static_cast<Struct *>(x), static_cast<Struct *>(y), parts, pairs);
  case TypeKind::Tuple:
    return tuples(static_cast<Tuple *>(x), static_cast<Tuple *>(y), mode, pairs);
  case TypeKind::Signature: {
    auto *a = static_cast<Signature *>(x), *b = static_cast<Signature *>(y);
    return a->variadic == b->variadic && tuples(a->params, b->params, parts, pairs) &&
           tuples(a->results, b->results, parts, pairs);
  }
  case TypeKind::Interface:
    return interfaces(static_cast<Interface *>(x), static_cast<Interface *>(y), pairs);
  case TypeKind::Map: {
    auto *a = static_cast<Map *>(x), *b = static_cast<Map *>(y);
    return match(a->key, b->key, parts, pairs) && match(a->elem, b->elem, parts, pairs);
  }
  case TypeKind::Chan: {
    auto *a = static_cast<Chan *>(x), *b = static_cast<Chan *>(y);
    return (mode != UnifyMode::Exact || a->dir == b->dir) && match(a->elem, b->elem, parts, pairs);
  }
  case TypeKind::Named:
    return instances(static_cast<Named *>(x), static_cast<Named *>(y), mode, pairs);
  case TypeKind::Union:
  case TypeKind::TypeParam:
  case TypeKind::Alias:
    break;
  }
  return false;
}

bool Unifier::structs(Struct *x, Struct *y, UnifyMode mode, const Pair *pairs) {
  if (x->fields.size() != y->fields.size())
    return false;
  for (std::size_t i = 0; i < x->fields.size(); ++i) {
    Var *f = x->fields[i], *g = y->fields[i];
    if (f->embedded != g->embedded || x->tag(i) != y->tag(i) || !sameId(f->pkg, f->name, g->pkg, g->name, false) ||
        !match(f->type, g->type, mode, pairs))
      return false;
  }
  return true;
}

bool Unifier::tuples(Tuple *x, Tuple *y, UnifyMode mode, const Pair *pairs) {
  VarList a = vars(x), b = vars(y);
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!match(a[i]->type, b[i]->type, mode, pairs))
      return false;
  return true;
}

bool Unifier::interfaces(Interface *x, Interface *y, const Pair *pairs) {
  TypeSet &xs = typeSet(x), &ys = typeSet(y);
  if (xs.is_comparable != ys.is_comparable || !sameTerms(xs, ys) || xs.methods.size() != ys.methods.size())
    return false;
  for (const Pair *p = pairs; p; p = p->outer)
    if ((p->x == x && p->y == y) || (p->x == y && p->y == x))
      return true;
  Pair own{x, y, pairs};
  for (std::size_t i = 0; i < xs.methods.size(); ++i) { // both sorted
    Func *f = xs.methods[i], *g = ys.methods[i];
    if (!sameId(f->pkg, f->name, g->pkg, g->name, false) || !match(f->type, g->type, UnifyMode::Exact, &own))
      return false;
  }
  return true;
}

bool Unifier::instances(Named *x, Named *y, UnifyMode mode, const Pair *pairs) {
  if (x->type_args.size() != y->type_args.size())
    return false;
  for (std::size_t i = 0; i < x->type_args.size(); ++i)
    if (!match(x->type_args[i], y->type_args[i], mode, pairs))
      return false;
  return x->origin == y->origin;
}

} // namespace gannet::types
