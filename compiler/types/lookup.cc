// Fields and methods by name, breadth first through embedded fields, and what follows from it: missing methods,
// implementation of interfaces.
//
// Source: Go specification, "Selectors", "Method sets", "Implementing an interface".
#include "compiler/types/lookup.h"

#include <algorithm>

#include "compiler/types/check.h"

namespace gannet::types {

Type *deref(Type *t, bool *is_pointer) {
  if (is_pointer)
    *is_pointer = false;
  if (Pointer *p = unaliasAs<Pointer>(t)) {
    if (is_pointer)
      *is_pointer = true;
    return p->elem;
  }
  return t;
}

Type *derefStructPtr(Type *t) {
  if (Pointer *p = underAs<Pointer>(t))
    if (underAs<Struct>(p->elem))
      return p->elem;
  return t;
}

bool isInterfacePtr(Type *t) {
  Pointer *p = underAs<Pointer>(t);
  return p && isInterface(p->elem);
}

int fieldIndex(VarList fields, const Package *pkg, std::string_view name, bool fold_case) {
  if (name == "_")
    return -1;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (sameId(fields[i]->pkg, fields[i]->name, pkg, name, fold_case))
      return static_cast<int>(i);
  return -1;
}

namespace {

// A type at the current depth: reached by `path`.
struct Embedded {
  Type *type;
  std::vector<int> path;
  bool indirect;
  bool multiples; // the type occurs more than once at this depth
};

std::vector<int> extended(const std::vector<int> &path, int i) {
  std::vector<int> out = path;
  out.push_back(i);
  return out;
}

// Types that occur more than once at a depth hide each other's members.
std::vector<Embedded> consolidated(std::vector<Embedded> list) {
  std::vector<Embedded> out;
  for (Embedded &e : list) {
    bool found = false;
    for (Embedded &o : out)
      if (identical(o.type, e.type)) {
        o.multiples = true;
        found = true;
        break;
      }
    if (!found)
      out.push_back(std::move(e));
  }
  return out;
}

class Search {
public:
  Search(const Package *pkg, std::string_view name, bool fold_case) : pkg_(pkg), name_(name), fold_case_(fold_case) {}

  LookupResult run(Type *t, bool addressable) {
    if (name_ == "_")
      return {};
    bool is_pointer = false;
    Type *start = deref(t, &is_pointer);
    if (is_pointer && isInterface(start)) // pointers to interfaces have no members
      return {};
    std::vector<Embedded> current{{start, {}, is_pointer, false}};
    while (!current.empty()) {
      std::vector<Embedded> next;
      for (Embedded &e : current)
        if (!visit(e, next))
          return {nullptr, found_.path, false}; // two at the same depth
      if (found_.object) {
        Func *f = as<Func>(found_.object);
        if (f && f->has_ptr_recv && !found_.indirect && !addressable)
          return {nullptr, {}, true};
        return found_;
      }
      current = consolidated(std::move(next));
    }
    return {};
  }

private:
  // False if this is a second match.
  bool match(const Embedded &e, int index, Object *o) {
    std::vector<int> path = extended(e.path, index);
    bool second = found_.object || e.multiples;
    found_.path = std::move(path);
    if (second)
      return false;
    found_.object = o;
    found_.indirect = e.indirect;
    return true;
  }

  bool visit(Embedded &e, std::vector<Embedded> &next) {
    if (Named *n = unaliasAs<Named>(e.type)) {
      for (Named *s : seen_)
        if (s == n || (n->isInstance() && identical(s, n)))
          return true; // seen at a smaller depth, which hides this
      seen_.push_back(n);
      int i = n->methodIndex(pkg_, name_, fold_case_);
      if (i >= 0)
        return match(e, i, n->method(static_cast<std::size_t>(i)));
    }
    Type *u = under(e.type);
    if (Struct *s = as<Struct>(u)) {
      for (std::size_t i = 0; i < s->fields.size(); ++i) {
        Var *f = s->fields[i];
        if (sameId(f->pkg, f->name, pkg_, name_, fold_case_)) {
          if (!match(e, int(i), f))
            return false;
          continue;
        }
        if (!found_.object && f->embedded && f->type) {
          bool is_pointer = false;
          Type *t = deref(f->type, &is_pointer);
          if (t)
            next.push_back({t, extended(e.path, int(i)), e.indirect || is_pointer, e.multiples});
        }
      }
    } else if (Interface *i = as<Interface>(u)) {
      TypeSet &set = typeSet(i);
      int k = set.methodIndex(pkg_, name_, fold_case_);
      if (k >= 0)
        return match(e, k, set.methods[k]);
    }
    return true;
  }

  const Package *pkg_;
  std::string_view name_;
  bool fold_case_;
  LookupResult found_;
  std::vector<Named *> seen_;
};

} // namespace

LookupResult lookupFieldOrMethod(Type *t, bool addressable, const Package *pkg, std::string_view name, bool fold_case) {
  // A declared pointer type has fields, but the methods of its base are not its own.
  if (Named *n = unaliasAs<Named>(t))
    if (Pointer *p = as<Pointer>(n->underlying())) {
      LookupResult r = Search(pkg, name, fold_case).run(p, false);
      if (as<Func>(r.object))
        return {};
      return r;
    }
  return Search(pkg, name, fold_case).run(t, addressable);
}

// ---- Interfaces ----

namespace {

std::string funcText(Func *f, const Package *pkg, bool full_paths) {
  TypeStringOptions options;
  options.relative_to = pkg;
  options.style = pkg ? pkg->message_style : nullptr;
  options.no_param_names = true;
  if (full_paths) {
    options.qualify = Qualify::ByPath;
    options.relative_to = nullptr;
    options.mark_packages = true;
  }
  return std::string(f->name) + signatureString(f->signature(), options);
}

bool hasInvalidEmbeddedFields(Type *t, std::vector<Struct *> &seen) {
  Struct *s = underAs<Struct>(derefStructPtr(t));
  if (!s || std::find(seen.begin(), seen.end(), s) != seen.end())
    return false;
  seen.push_back(s);
  for (Var *f : s->fields)
    if (f->embedded && (!isValid(f->type) || hasInvalidEmbeddedFields(f->type, seen)))
      return true;
  return false;
}

const Package *packageOf(Checker *c) { return c ? c->package() : nullptr; }

std::string interfacePtrText(Type *t, const Package *q) {
  Pointer *p = underAs<Pointer>(t);
  if (p && isTypeParam(p->elem))
    return "type " + typeString(t, q) + " is pointer to type parameter, not type parameter";
  return "type " + typeString(t, q) + " is pointer to interface, not interface";
}

// Why a method is missing, when V is no interface and lookup gave `r`.
std::string missingCause(Checker *checker, Type *v, Type *t, Func *m, const LookupResult &r) {
  const Package *q = packageOf(checker);
  std::string name(m->name);
  if (!r.path.empty())
    return "(ambiguous selector " + typeString(v, q) + "." + name + ")";
  if (r.indirect)
    return "(method " + name + " has pointer receiver)";
  Func *alt = as<Func>(lookupFieldOrMethod(v, false, m->pkg, m->name, true).object);
  if (alt && alt->name == m->name)
    return "(unexported method " + name + ")";
  if (alt) {
    if (checker)
      checker->declareObject(alt);
    return "(missing method " + name + ")\n\t\thave " + funcText(alt, q, false) + "\n\t\twant " + funcText(m, q, false);
  }
  if (isInterfacePtr(v))
    return "(" + interfacePtrText(v, q) + ")";
  if (isInterfacePtr(t))
    return "(" + interfacePtrText(t, q) + ")";
  return "(missing method " + name + ")";
}

std::string wrongTypeCause(Checker *checker, Func *have, Func *want) {
  const Package *q = packageOf(checker);
  std::string h = funcText(have, q, false), w = funcText(want, q, false);
  if (h == w) {
    h = funcText(have, q, true);
    w = funcText(want, q, true);
  }
  std::string text = "(wrong type for method " + std::string(want->name) + ")";
  if (h != w)
    text += "\n\t\thave " + h + "\n\t\twant " + w;
  return text;
}

} // namespace

Func *missingMethod(Checker *checker, Type *v, Type *t, bool is_static, const std::function<bool(Type *, Type *)> &equal,
                    std::string *cause) {
  Interface *ti = underAs<Interface>(t);
  if (!ti)
    return nullptr;
  Interface *vi = underAs<Interface>(v);
  for (Func *m : typeSet(ti).methods) {
    Func *f = nullptr;
    if (vi) {
      TypeSet &set = typeSet(vi);
      int i = set.methodIndex(m->pkg, m->name);
      if (i < 0) {
        if (!is_static)
          continue;
        if (cause)
          *cause = missingCause(checker, v, t, m, LookupResult{});
        return m;
      }
      f = set.methods[i];
    } else {
      LookupResult r = Search(m->pkg, m->name, false).run(v, false);
      if (!r.object) {
        if (cause)
          *cause = missingCause(checker, v, t, m, r);
        return m;
      }
      f = as<Func>(r.object);
      if (!f) {
        if (cause)
          *cause = "(" + typeString(v, packageOf(checker)) + "." + std::string(m->name) + " is a field, not a method)";
        return m;
      }
      if (checker)
        checker->declareObject(f);
    }
    if (!equal(f->type, m->type)) {
      if (cause)
        *cause = wrongTypeCause(checker, f, m);
      return m;
    }
  }
  return nullptr;
}

bool Checker::hasAllMethods(Type *v, Type *t, bool is_static, std::string *cause) {
  if (!isValid(v))
    return true;
  if (!missingMethod(this, v, t, is_static, identical, cause))
    return true;
  std::vector<Struct *> seen;
  return hasInvalidEmbeddedFields(v, seen);
}

std::string Checker::interfacePtrError(Type *t) { return interfacePtrText(t, pkg_); }

namespace {

bool mentions(Type *t, Type *what) {
  if (Interface *i = as<Interface>(t)) {
    for (Type *e : i->embeddeds)
      if (mentions(e, what))
        return true;
    return false;
  }
  if (Union *u = as<Union>(t)) {
    for (const Term &term : u->terms)
      if (mentions(term.type, what))
        return true;
    return false;
  }
  return identical(t, what);
}

// Does V belong to the terms of constraint T, which has some?
bool inTerms(Type *v, Type *t, const TypeSet &set, std::string_view verb, std::string *cause, const Package *q) {
  Type *alt = nullptr;
  for (const Term &term : set.terms) {
    if (termIncludes(term, v))
      return true;
    if (!alt && !term.tilde && identical(term.type, under(term.type)) && termIncludes({true, term.type}, v))
      alt = term.type;
  }
  if (!cause)
    return false;
  std::string vs = typeString(v, q), ts = typeString(t, q), detail;
  if (alt) {
    detail = "possibly missing ~ for " + typeString(alt, q) + " in " + ts;
  } else if (mentions(under(t), v)) {
    detail = ts + " mentions " + vs + ", but " + vs + " is not in the type set of " + ts;
  } else {
    detail = vs + " missing in ";
    for (std::size_t i = 0; i < set.terms.size(); ++i)
      detail += (i ? " | " : "") + termString(set.terms[i]);
  }
  *cause = vs + " does not " + std::string(verb) + " " + ts + " (" + detail + ")";
  return false;
}

} // namespace

bool implements(Checker *checker, Context &, Type *v, Type *t, bool constraint, std::string *cause) {
  Type *vu = under(v), *tu = under(t);
  if (!isValid(vu) || !isValid(tu))
    return true;
  if (Pointer *p = as<Pointer>(vu))
    if (!isValid(under(p->elem)))
      return true;
  const Package *q = packageOf(checker);
  std::string_view verb = constraint ? "satisfy" : "implement";
  auto no = [&](std::string why) {
    if (cause)
      *cause = typeString(v, q) + " does not " + std::string(verb) + " " + typeString(t, q) + " " + why;
    return false;
  };
  Interface *ti = as<Interface>(tu);
  if (!ti)
    return no("(" + (isInterfacePtr(tu) ? "type " + typeString(t, q) + " is pointer to interface, not interface"
                                        : typeString(t, q) + " is not an interface") + ")");
  TypeSet &tset = typeSet(ti);
  if (tset.isAll())
    return true;
  Interface *vi = as<Interface>(vu);
  if (vi && typeSet(vi).empty())
    return true;
  if (tset.empty()) {
    if (cause)
      *cause = "cannot " + std::string(verb) + " " + typeString(t, q) + " (empty type set)";
    return false;
  }
  std::string why;
  if (checker) {
    if (!checker->hasAllMethods(v, t, true, cause ? &why : nullptr))
      return no(why);
  } else if (missingMethod(nullptr, v, t, true, identical, cause ? &why : nullptr)) {
    return no(why);
  }
  auto comparability = [&] {
    if (!tset.isComparable() || types::comparable(v, false))
      return true;
    if (constraint && types::comparable(v, true)) {
      if (!checker || checker->allowVersion(20))
        return true;
      if (cause)
        *cause = typeString(v, q) + " to " + std::string(verb) + " comparable requires go1.20 or later";
      return false;
    }
    if (cause)
      *cause = typeString(v, q) + " does not " + std::string(verb) + " comparable";
    return false;
  };
  if (!tset.hasTerms())
    return comparability();
  if (vi) {
    TypeSet &vset = typeSet(vi);
    if (vset.all_types || !termsSubsetOf(vset.terms, tset.terms)) {
      if (cause)
        *cause = typeString(v, q) + " does not " + std::string(verb) + " " + typeString(t, q);
      return false;
    }
    return comparability();
  }
  return inTerms(v, t, tset, verb, cause, q) && comparability();
}

} // namespace gannet::types
