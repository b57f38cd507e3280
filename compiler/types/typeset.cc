#include "compiler/types/typeset.h"

#include <algorithm>

#include "compiler/types/check.h"

namespace gannet::types {

namespace {

// ---- Lists of terms. `all` stands for the universe, an empty list for the empty set. ----

// Is the type of either term a subset of the other's?
bool disjoint(const Term &x, const Term &y) {
  Type *a = x.type;
  Type *b = y.type;
  if (y.tilde)
    a = under(a);
  if (x.tilde)
    b = under(b);
  return !identical(a, b);
}

bool subset(const Term &x, const Term &y) { return !disjoint(x, y) && (!x.tilde || y.tilde); }

// The union, without terms that others contain.
std::vector<Term> normalised(const std::vector<Term> &list) {
  std::vector<Term> out;
  for (const Term &t : list) {
    bool covered = false;
    for (Term &o : out) {
      if (subset(t, o)) {
        covered = true;
        break;
      }
      if (subset(o, t)) {
        o = t;
        covered = true;
        break;
      }
    }
    if (!covered)
      out.push_back(t);
  }
  return out;
}

std::vector<Term> intersection(std::span<const Term> xs, std::span<const Term> ys) {
  std::vector<Term> out;
  for (const Term &x : xs)
    for (const Term &y : ys)
      if (!disjoint(x, y))
        out.push_back(x.tilde && !y.tilde ? y : x);
  return normalised(out);
}

bool methodLess(const Func *a, const Func *b) {
  if (a == b)
    return false;
  bool ea = a->isExported(), eb = b->isExported();
  if (ea != eb)
    return ea; // exported names first
  if (a->name != b->name)
    return a->name < b->name;
  return !ea && a->pkg && b->pkg && a->pkg->path < b->pkg->path;
}

constexpr std::size_t kMaxTerms = 100;

// Gathers the methods and terms of one interface.
class SetBuilder {
public:
  SetBuilder(Interface *i, Checker *checker) : interface_(i), checker_(checker), context_(*i->context) {}

  void build(TypeSet &out) {
    for (Func *m : interface_->methods)
      addMethod(m->pos, m, true);
    for (std::size_t k = 0; k < interface_->embeddeds.size(); ++k) {
      Pos pos = k < interface_->embed_positions.size() ? interface_->embed_positions[k] : Pos();
      embed(pos, interface_->embeddeds[k]);
    }
    std::sort(methods_.begin(), methods_.end(), methodLess);
    out.methods = context_.list(methods_);
    out.terms = context_.list(terms_);
    out.all_types = all_;
    out.is_comparable = comparable_;
  }

private:
  void addMethod(Pos pos, Func *m, bool is_explicit) {
    for (std::size_t i = 0; i < methods_.size(); ++i) {
      Func *other = methods_[i];
      if (!sameId(other->pkg, other->name, m->pkg, m->name, false))
        continue;
      if (!checker_)
        return;
      Checker *c = checker_;
      Pos other_pos = positions_[i];
      auto duplicate = [c, pos, other_pos, m] {
        ErrorText e;
        e.add(pos, c->text("duplicate method ", m->name));
        e.add(other_pos, c->text("other declaration of method ", m->name));
        c->report(e);
      };
      if (is_explicit)
        duplicate();
      else
        c->later([c, pos, m, other, duplicate] {
          if ((pos.known() && !c->allowVersion(14)) || !identical(m->type, other->type))
            duplicate();
        });
      return;
    }
    methods_.push_back(m);
    positions_.push_back(pos);
  }

  void embed(Pos pos, Type *t) {
    Type *u = under(t);
    bool all = true;
    bool comparable = false;
    std::vector<Term> terms;
    if (Interface *i = as<Interface>(u)) {
      TypeSet &set = typeSet(i, checker_, pos);
      comparable = set.is_comparable;
      all = set.all_types;
      terms.assign(set.terms.begin(), set.terms.end());
      for (Func *m : set.methods)
        addMethod(pos, m, false);
    } else if (Union *un = as<Union>(u)) {
      if (pos.known() && checker_ && !checker_->verifyVersion(pos, 18, "embedding interface element ", u))
        return;
      TypeSet &set = unionTypeSet(context_, un, checker_, pos);
      all = set.all_types;
      terms.assign(set.terms.begin(), set.terms.end());
    } else {
      if (!isValid(u))
        return;
      if (pos.known() && checker_ && !checker_->verifyVersion(pos, 18, "embedding non-interface type ", t))
        return;
      all = false;
      terms.push_back({false, t});
    }
    intersect(all, comparable, terms);
  }

  void intersect(bool all, bool comparable, const std::vector<Term> &terms) {
    if (all_) {
      all_ = all;
      terms_ = all ? std::vector<Term>() : normalised(terms);
    } else if (!all) {
      terms_ = intersection(terms_, terms);
    }
    comparable_ = comparable_ || comparable;
    if (comparable_ && !all_) {
      std::erase_if(terms_, [](const Term &t) { return !types::comparable(t.type, false); });
      comparable_ = false;
    }
  }

  Interface *interface_;
  Checker *checker_;
  Context &context_;
  std::vector<Func *> methods_;
  std::vector<Pos> positions_;
  std::vector<Term> terms_;
  bool all_ = true;
  bool comparable_ = false;
};

} // namespace

TypeSet &typeSet(Interface *i, Checker *checker, Pos) {
  if (i->type_set)
    return *i->type_set;
  Context &c = *i->context;
  if (!checker)
    checker = c.checker;
  if (!i->complete) // being declared: knows nothing yet
    return *c.emptyInterface()->type_set;
  i->type_set = c.arena().make<TypeSet>(); // ends cycles
  TypeSet out;
  SetBuilder(i, checker).build(out);
  *i->type_set = out;
  return *i->type_set;
}

TypeSet &unionTypeSet(Context &context, Union *u, Checker *checker, Pos pos) {
  if (u->type_set)
    return *u->type_set;
  u->type_set = context.arena().make<TypeSet>();
  u->type_set->all_types = false;
  std::vector<Term> terms;
  bool all = false;
  for (const Term &t : u->terms) {
    Type *ut = under(t.type);
    if (Interface *i = as<Interface>(ut)) {
      TypeSet &set = typeSet(i, checker, pos);
      all = all || set.all_types;
      terms.insert(terms.end(), set.terms.begin(), set.terms.end());
    } else if (isValid(ut) && !(t.tilde && !identical(t.type, ut))) {
      terms.push_back(t);
    }
  }
  terms = normalised(terms);
  if (terms.size() > kMaxTerms) {
    if (checker)
      checker->error(pos, "cannot handle more than ", int(kMaxTerms), " union terms (implementation limitation)");
    all = true; // an invalid union restricts nothing
  }
  u->type_set->all_types = all;
  u->type_set->terms = all ? std::span<const Term>() : context.list(terms);
  return *u->type_set;
}

int TypeSet::methodIndex(const Package *pkg, std::string_view name, bool fold_case) const {
  if (name == "_")
    return -1;
  for (std::size_t i = 0; i < methods.size(); ++i)
    if (sameId(methods[i]->pkg, methods[i]->name, pkg, name, fold_case))
      return static_cast<int>(i);
  return -1;
}

bool TypeSet::isComparable() const {
  if (all_types)
    return is_comparable;
  for (const Term &t : terms)
    if (!types::comparable(t.type, false))
      return false;
  return !terms.empty();
}

Interface *constraintOf(TypeParam *p) {
  if (p->bound_interface)
    return p->bound_interface;
  Context *context = nullptr;
  Type *bound = p->bound;
  Type *u = nullptr;
  if (bound) {
    if (Named *n = as<Named>(unalias(bound))) {
      context = n->context;
      u = n->underlying();
      // A declaration that is not finished has no interface yet; do not keep that.
      if (!(n->state & Named::kHasUnder) || !isValid(u))
        return context->emptyInterface();
    } else {
      u = under(bound);
    }
  }
  if (Interface *i = as<Interface>(u)) {
    if (i->complete)
      p->bound_interface = i;
    return i;
  }
  context = context ? context : p->context;
  if (!u || !isValid(u))
    return context->emptyInterface();
  Interface *i = context->make<Interface>();
  i->context = context;
  i->embeddeds = context->list(std::vector<Type *>{bound});
  i->implicit = true;
  i->complete = true;
  p->bound = i; // so that substitution sees an interface
  return p->bound_interface = i;
}

bool eachTerm(TypeParam *p, const std::function<bool(const Term *)> &f) {
  TypeSet &set = typeSet(constraintOf(p));
  if (!set.hasTerms())
    return f(nullptr);
  for (const Term &t : set.terms)
    if (!f(&t))
      return false;
  return true;
}

bool eachUnderlying(Type *t, const std::function<bool(Type *, Type *)> &f) {
  TypeParam *p = unaliasAs<TypeParam>(t);
  if (!p)
    return f(t, under(t));
  return eachTerm(p, [&](const Term *term) { return term ? f(term->type, under(term->type)) : f(nullptr, nullptr); });
}

Type *commonUnder(Type *t, const std::function<std::string(Type *, Type *)> &accept, std::string *cause,
                  const Package *qualifier) {
  Type *common_of = nullptr;
  Type *common = nullptr;
  auto name = [&](Type *x) { return typeString(x, qualifier); };
  auto fail = [&](std::string why) {
    if (cause)
      *cause = std::move(why);
    common = nullptr;
    return false;
  };
  bool ok = eachUnderlying(t, [&](Type *v, Type *u) {
    if (accept) {
      std::string why = accept(v, u);
      if (!why.empty())
        return fail(why);
    }
    if (!u)
      return fail("no specific type");
    if (!common) {
      common_of = v;
      common = u;
      return true;
    }
    Chan *a = as<Chan>(common), *b = as<Chan>(u);
    if (a && b) {
      if (!identical(a->elem, b->elem))
        return fail("channels " + name(common_of) + " and " + name(v) + " have different element types");
      if (a->dir != b->dir) {
        if (a->dir == ChanDir::Both) {
          common_of = v;
          common = u;
        } else if (b->dir != ChanDir::Both) {
          return fail("channels " + name(common_of) + " and " + name(v) + " have conflicting directions");
        }
      }
      return true;
    }
    if (!identical(common, u))
      return fail(name(common_of) + " and " + name(v) + " have different underlying types");
    return true;
  });
  return ok ? common : nullptr;
}

std::string termString(const Term &t) {
  TypeStringOptions options;
  options.qualify = Qualify::ByPath;
  return (t.tilde ? "~" : "") + typeString(t.type, options);
}

bool termIncludes(const Term &term, Type *t) {
  Type *u = term.tilde ? under(t) : t;
  return identical(term.type, u);
}

bool termsSubsetOf(std::span<const Term> x, std::span<const Term> y) {
  for (const Term &a : x) {
    bool covered = false;
    for (const Term &b : y)
      if (subset(a, b)) {
        covered = true;
        break;
      }
    if (!covered)
      return false;
  }
  return true;
}

} // namespace gannet::types
