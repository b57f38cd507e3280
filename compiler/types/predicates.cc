#include "compiler/types/predicates.h"

#include <algorithm>

#include "compiler/syntax/unicode.h"
#include "compiler/types/checker.h"
#include "compiler/types/object.h"
#include "compiler/types/type_string.h"
#include "compiler/types/typeset.h"

namespace gannet::types {

namespace {

// Info bits of t's underlying basic type, 0 if it is something else (type parameters included).
unsigned infoOf(Type *t) {
  t = unalias(t);
  if (!t || t->kind == TypeKind::TypeParam)
    return 0;
  Basic *b = as<Basic>(under(t));
  return b ? b->info : 0;
}

// Does every type of t's type set have one of the info bits?
bool allHave(Type *t, unsigned bits) {
  if (isTypeParam(t))
    return eachUnderlying(t, [&](Type *, Type *u) {
      Basic *b = as<Basic>(u);
      return b && (b->info & bits) != 0;
    });
  return (infoOf(t) & bits) != 0;
}

} // namespace

bool isValid(Type *t) {
  Basic *b = as<Basic>(unalias(t));
  return !(b && b->basic == BasicKind::Invalid);
}

bool isBoolean(Type *t) { return infoOf(t) & kIsBoolean; }
bool isInteger(Type *t) { return infoOf(t) & kIsInteger; }
bool isUnsigned(Type *t) { return infoOf(t) & kIsUnsigned; }
bool isFloat(Type *t) { return infoOf(t) & kIsFloat; }
bool isComplex(Type *t) { return infoOf(t) & kIsComplex; }
bool isNumeric(Type *t) { return infoOf(t) & kIsNumeric; }
bool isString(Type *t) { return infoOf(t) & kIsString; }
bool isConstType(Type *t) { return infoOf(t) & kIsConstType; }

bool allBoolean(Type *t) { return allHave(t, kIsBoolean); }
bool allInteger(Type *t) { return allHave(t, kIsInteger); }
bool allUnsigned(Type *t) { return allHave(t, kIsUnsigned); }
bool allNumeric(Type *t) { return allHave(t, kIsNumeric); }
bool allString(Type *t) { return allHave(t, kIsString); }
bool allOrdered(Type *t) { return allHave(t, kIsOrdered); }
bool allNumericOrString(Type *t) { return allHave(t, kIsNumeric | kIsString); }

bool isUntyped(Type *t) {
  Basic *b = as<Basic>(t);
  return b && (b->info & kIsUntyped);
}
bool isTyped(Type *t) { return !isUntyped(t); }
bool isUntypedNumeric(Type *t) {
  Basic *b = as<Basic>(t);
  return b && (b->info & kIsUntyped) && (b->info & kIsNumeric);
}

bool hasName(Type *t) {
  t = unalias(t);
  return t && (t->kind == TypeKind::Basic || t->kind == TypeKind::Named || t->kind == TypeKind::TypeParam);
}

bool isInterface(Type *t) { return underAs<Interface>(t) != nullptr; }
bool isNonTypeParamInterface(Type *t) { return !isTypeParam(t) && isInterface(t); }
bool isTypeParam(Type *t) {
  t = unalias(t);
  return t && t->kind == TypeKind::TypeParam;
}

bool isGeneric(Type *t) {
  if (Alias *a = as<Alias>(t))
    if (!a->type_params.empty() && a->type_args.empty())
      return true;
  Named *n = as<Named>(unalias(t));
  return n && !n->isInstance() && !n->typeParams().empty();
}

bool hasNil(Type *t) {
  Type *u = under(t);
  if (!u)
    return false;
  switch (u->kind) {
  case TypeKind::Basic:
    return static_cast<Basic *>(u)->basic == BasicKind::UnsafePointer;
  case TypeKind::Slice:
  case TypeKind::Pointer:
  case TypeKind::Signature:
  case TypeKind::Map:
  case TypeKind::Chan:
    return true;
  case TypeKind::Interface:
    return !isTypeParam(t) || eachUnderlying(t, [](Type *, Type *v) { return v && hasNil(v); });
  default:
    return false;
  }
}

namespace {

bool comparableIn(Type *t, bool dynamic, std::vector<Type *> &seen, std::string *cause, const Package *q) {
  if (std::find(seen.begin(), seen.end(), t) != seen.end())
    return true;
  Type *u = under(t);
  if (!u)
    return true;
  auto fail = [&](std::string why) {
    if (cause)
      *cause = std::move(why);
    return false;
  };
  switch (u->kind) {
  case TypeKind::Basic:
    return static_cast<Basic *>(u)->basic != BasicKind::UntypedNil || fail("");
  case TypeKind::Pointer:
  case TypeKind::Chan:
    return true;
  case TypeKind::Struct:
    seen.push_back(t);
    for (Var *f : static_cast<Struct *>(u)->fields)
      if (!comparableIn(f->type, dynamic, seen, nullptr, q)) {
        seen.pop_back();
        return fail("struct containing " + typeString(f->type, q) + " cannot be compared");
      }
    seen.pop_back();
    return true;
  case TypeKind::Array: {
    seen.push_back(t);
    bool ok = comparableIn(static_cast<Array *>(u)->elem, dynamic, seen, nullptr, q);
    seen.pop_back();
    return ok || fail(typeString(t, q) + " cannot be compared");
  }
  case TypeKind::Interface: {
    if (dynamic && !isTypeParam(t))
      return true;
    TypeSet &set = typeSet(static_cast<Interface *>(u));
    if (set.all_types) {
      if (set.is_comparable)
        return true;
    } else {
      seen.push_back(t);
      bool ok = !set.terms.empty();
      for (const Term &term : set.terms)
        ok = ok && comparableIn(term.type, false, seen, nullptr, q);
      seen.pop_back();
      if (ok || set.terms.empty())
        return ok || fail("empty type set");
    }
    return fail(set.empty() ? "empty type set" : "incomparable types in type set");
  }
  default:
    return fail("");
  }
}

// Compares types structurally. Interfaces that are being compared are on a chain, so that recursive ones end.
class Comparer {
public:
  explicit Comparer(bool ignore_tags) : ignore_tags_(ignore_tags) {}

  bool same(Type *x, Type *y) {
    x = unalias(x);
    y = unalias(y);
    if (x == y)
      return true;
    if (!x || !y || x->kind != y->kind)
      return false;
    switch (x->kind) {
    case TypeKind::Basic:
      return static_cast<Basic *>(x)->basic == static_cast<Basic *>(y)->basic;
    case TypeKind::Array: {
      auto *a = static_cast<Array *>(x), *b = static_cast<Array *>(y);
      return (a->len < 0 || b->len < 0 || a->len == b->len) && same(a->elem, b->elem);
    }
    case TypeKind::Slice:
      return same(static_cast<Slice *>(x)->elem, static_cast<Slice *>(y)->elem);
    case TypeKind::Pointer:
      return same(static_cast<Pointer *>(x)->elem, static_cast<Pointer *>(y)->elem);
    case TypeKind::Map:
      return same(static_cast<Map *>(x)->key, static_cast<Map *>(y)->key) &&
             same(static_cast<Map *>(x)->elem, static_cast<Map *>(y)->elem);
    case TypeKind::Chan:
      return static_cast<Chan *>(x)->dir == static_cast<Chan *>(y)->dir &&
             same(static_cast<Chan *>(x)->elem, static_cast<Chan *>(y)->elem);
    case TypeKind::Tuple:
      return sameVars(static_cast<Tuple *>(x)->vars, static_cast<Tuple *>(y)->vars);
    case TypeKind::Struct:
      return sameStructs(static_cast<Struct *>(x), static_cast<Struct *>(y));
    case TypeKind::Signature:
      return sameSignatures(static_cast<Signature *>(x), static_cast<Signature *>(y));
    case TypeKind::Union:
      return sameUnions(static_cast<Union *>(x), static_cast<Union *>(y));
    case TypeKind::Interface:
      return sameInterfaces(static_cast<Interface *>(x), static_cast<Interface *>(y));
    case TypeKind::Named:
      return sameInstances(static_cast<Named *>(x), static_cast<Named *>(y));
    case TypeKind::TypeParam:
      // Those of generic signatures under comparison correspond by index.
      for (const auto &[a, b] : type_params_)
        for (std::size_t i = 0; i < a.size(); ++i)
          if ((a[i] == x && b[i] == y) || (a[i] == y && b[i] == x))
            return true;
      return false;
    case TypeKind::Alias:
      return false;
    }
    return false;
  }

private:
  bool sameVars(VarList a, VarList b) {
    if (a.size() != b.size())
      return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!same(a[i]->type, b[i]->type))
        return false;
    return true;
  }

  bool sameStructs(Struct *x, Struct *y) {
    if (x->fields.size() != y->fields.size())
      return false;
    for (std::size_t i = 0; i < x->fields.size(); ++i) {
      Var *f = x->fields[i], *g = y->fields[i];
      if (f->embedded != g->embedded || (!ignore_tags_ && x->tag(i) != y->tag(i)) ||
          !sameId(f->pkg, f->name, g->pkg, g->name, false) || !same(f->type, g->type))
        return false;
    }
    return true;
  }

  bool sameSignatures(Signature *x, Signature *y) {
    if (x->type_params.size() != y->type_params.size() || x->variadic != y->variadic)
      return false;
    bool generic = !x->type_params.empty();
    if (generic)
      type_params_.push_back({x->type_params, y->type_params});
    bool ok = true;
    for (std::size_t i = 0; ok && i < x->type_params.size(); ++i)
      ok = same(x->type_params[i]->bound, y->type_params[i]->bound);
    ok = ok && sameVars(vars(x->params), vars(y->params)) && sameVars(vars(x->results), vars(y->results));
    if (generic)
      type_params_.pop_back();
    return ok;
  }

  bool sameTerms(std::span<const Term> a, std::span<const Term> b) {
    return termsSubsetOf(a, b) && termsSubsetOf(b, a);
  }

  bool sameUnions(Union *x, Union *y) {
    if (x->type_set && y->type_set)
      return x->type_set->all_types == y->type_set->all_types && sameTerms(x->type_set->terms, y->type_set->terms);
    if (x->terms.size() != y->terms.size())
      return false;
    for (std::size_t i = 0; i < x->terms.size(); ++i)
      if (x->terms[i].tilde != y->terms[i].tilde || !same(x->terms[i].type, y->terms[i].type))
        return false;
    return true;
  }

  bool sameInterfaces(Interface *x, Interface *y) {
    TypeSet &a = typeSet(x), &b = typeSet(y);
    if (a.is_comparable != b.is_comparable || a.all_types != b.all_types || a.methods.size() != b.methods.size())
      return false;
    if (!a.all_types && !sameTerms(a.terms, b.terms))
      return false;
    for (const auto &[p, q] : interfaces_)
      if ((p == x && q == y) || (p == y && q == x))
        return true;
    interfaces_.push_back({x, y});
    bool ok = true;
    for (std::size_t i = 0; ok && i < a.methods.size(); ++i) {
      Func *f = a.methods[i], *g = b.methods[i];
      ok = sameId(f->pkg, f->name, g->pkg, g->name, false) && same(f->type, g->type);
    }
    interfaces_.pop_back();
    return ok;
  }

  bool sameInstances(Named *x, Named *y) {
    if (!x->isInstance() || !y->isInstance() || x->origin != y->origin || x->type_args.size() != y->type_args.size())
      return false;
    for (std::size_t i = 0; i < x->type_args.size(); ++i)
      if (!same(x->type_args[i], y->type_args[i]))
        return false;
    return true;
  }

  bool ignore_tags_;
  std::vector<std::pair<Interface *, Interface *>> interfaces_;
  std::vector<std::pair<TypeParamList, TypeParamList>> type_params_;
};

bool asciiEqualFold(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    if (lower(a[i]) != lower(b[i]))
      return false;
  }
  return true;
}

} // namespace

bool comparable(Type *t, bool dynamic, std::string *cause, const Package *qualifier) {
  std::vector<Type *> seen;
  return comparableIn(t, dynamic, seen, cause, qualifier);
}

bool identical(Type *x, Type *y) { return x == y || Comparer(false).same(x, y); }
bool identicalIgnoreTags(Type *x, Type *y) { return x == y || Comparer(true).same(x, y); }

Type *defaultType(Context &context, Type *t) {
  Basic *b = as<Basic>(t);
  if (!b)
    return t;
  switch (b->basic) {
  case BasicKind::UntypedBool:
    return context.basic(BasicKind::Bool);
  case BasicKind::UntypedInt:
    return context.basic(BasicKind::Int);
  case BasicKind::UntypedRune:
    return context.runeType();
  case BasicKind::UntypedFloat:
    return context.basic(BasicKind::Float64);
  case BasicKind::UntypedComplex:
    return context.basic(BasicKind::Complex128);
  case BasicKind::UntypedString:
    return context.basic(BasicKind::String);
  default:
    return t;
  }
}

Type *maxUntyped(Type *x, Type *y) {
  if (x == y)
    return x;
  if (isUntypedNumeric(x) && isUntypedNumeric(y))
    return static_cast<Basic *>(x)->basic > static_cast<Basic *>(y)->basic ? x : y;
  return nullptr;
}

bool isExportedName(std::string_view name) {
  if (name.empty())
    return false;
  unsigned char c = static_cast<unsigned char>(name[0]);
  if (c < 0x80)
    return c >= 'A' && c <= 'Z';
  return syntax::isUpper(syntax::decodeRune(name).rune);
}

bool sameId(const Package *obj_pkg, std::string_view obj_name, const Package *pkg, std::string_view name, bool fold_case) {
  if (fold_case && asciiEqualFold(obj_name, name))
    return true;
  if (obj_name != name)
    return false;
  return obj_pkg == pkg || isExportedName(name) || (obj_pkg && pkg && obj_pkg->path == pkg->path);
}

namespace {

struct ParamFinder {
  TypeParamList list; // empty: any
  std::vector<Type *> seen;

  bool inVars(VarList vs) {
    for (Var *v : vs)
      if (in(v->type))
        return true;
    return false;
  }

  bool in(Type *t) {
    if (!t)
      return false;
    switch (t->kind) {
    case TypeKind::Basic:
      return false;
    case TypeKind::Alias: {
      Alias *a = static_cast<Alias *>(t);
      for (Type *arg : a->type_args)
        if (in(arg))
          return true;
      return in(unalias(t));
    }
    case TypeKind::TypeParam:
      return list.empty() || std::find(list.begin(), list.end(), t) != list.end();
    case TypeKind::Array:
      return in(static_cast<Array *>(t)->elem);
    case TypeKind::Slice:
      return in(static_cast<Slice *>(t)->elem);
    case TypeKind::Pointer:
      return in(static_cast<Pointer *>(t)->elem);
    case TypeKind::Map:
      return in(static_cast<Map *>(t)->key) || in(static_cast<Map *>(t)->elem);
    case TypeKind::Chan:
      return in(static_cast<Chan *>(t)->elem);
    case TypeKind::Struct:
      return inVars(static_cast<Struct *>(t)->fields);
    case TypeKind::Tuple:
      return inVars(static_cast<Tuple *>(t)->vars);
    case TypeKind::Signature: {
      Signature *s = static_cast<Signature *>(t);
      return inVars(vars(s->params)) || inVars(vars(s->results));
    }
    case TypeKind::Union:
      for (const Term &term : static_cast<Union *>(t)->terms)
        if (in(term.type))
          return true;
      return false;
    case TypeKind::Named:
      for (Type *arg : static_cast<Named *>(t)->type_args)
        if (in(arg))
          return true;
      return false;
    case TypeKind::Interface: {
      if (std::find(seen.begin(), seen.end(), t) != seen.end())
        return false;
      seen.push_back(t);
      Interface *i = static_cast<Interface *>(t);
      for (Func *m : i->methods)
        if (m->type && in(m->type))
          return true;
      for (Type *e : i->embeddeds)
        if (in(e))
          return true;
      return false;
    }
    }
    return false;
  }
};

} // namespace

bool isParameterized(TypeParamList list, Type *t) { return !list.empty() && ParamFinder{list, {}}.in(t); }
bool mentionsTypeParams(Type *t) { return ParamFinder{{}, {}}.in(t); }

} // namespace gannet::types
