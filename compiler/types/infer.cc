// Type inference: type arguments from the types of a call's arguments, from constraints, and last from untyped constants.
// Source: Go specification, "Type inference".
#include <algorithm>

#include "compiler/types/check.h"
#include "compiler/types/unify.h"

namespace gannet::types {

namespace {

// "P", "P and Q", "P, Q, and R"
std::string namesOf(TypeParamList params) {
  std::string out;
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (i > 0)
      out += params.size() == 2 ? " and " : i + 1 == params.size() ? ", and " : ", ";
    out += params[i]->obj->name;
  }
  return out;
}

// The one type, or the common underlying type, of a constraint's types.
struct CoreTerm {
  Type *type = nullptr; // null: there is none
  bool tilde = false;   // some term has a tilde
  bool single = false;  // there is one term, and this is its type
};

CoreTerm coreTerm(TypeParam *p) {
  CoreTerm out;
  int count = 0;
  Type *type = nullptr;
  bool has_terms = eachTerm(p, [&](const Term *t) {
    if (!t)
      return false;
    ++count;
    type = t->type;
    out.tilde = out.tilde || t->tilde;
    return true;
  });
  if (!has_terms || count == 0)
    return {};
  out.single = count == 1;
  out.type = out.single ? type : commonUnder(p, nullptr, nullptr, nullptr);
  return out;
}

// Removes inferred types that lead back to their own parameter: P -> []Q, Q -> *P.
class CycleKiller {
public:
  CycleKiller(TypeParamList params, std::vector<Type *> &inferred) : params_(params), inferred_(inferred) {}
  void run() {
    for (TypeParam *p : params_)
      visit(p);
  }

private:
  void visit(Type *t) {
    t = unalias(t);
    if (!t)
      return;
    if (std::find(path_.begin(), path_.end(), t) != path_.end()) {
      if (std::ptrdiff_t i = indexOf(t); i >= 0)
        inferred_[static_cast<std::size_t>(i)] = nullptr;
      return;
    }
    path_.push_back(t);
    parts(t);
    path_.pop_back();
  }

  void visit(VarList list) {
    for (Var *v : list)
      visit(v->type);
  }

  void parts(Type *t) {
    switch (t->kind) {
    case TypeKind::Basic:
    case TypeKind::Alias:
      return;
    case TypeKind::Array:
      return visit(static_cast<Array *>(t)->elem);
    case TypeKind::Slice:
      return visit(static_cast<Slice *>(t)->elem);
    case TypeKind::Pointer:
      return visit(static_cast<Pointer *>(t)->elem);
    case TypeKind::Chan:
      return visit(static_cast<Chan *>(t)->elem);
    case TypeKind::Struct:
      return visit(static_cast<Struct *>(t)->fields);
    case TypeKind::Tuple:
      return visit(static_cast<Tuple *>(t)->vars);
    case TypeKind::Signature:
      visit(vars(static_cast<Signature *>(t)->params));
      return visit(vars(static_cast<Signature *>(t)->results));
    case TypeKind::Map:
      visit(static_cast<Map *>(t)->key);
      return visit(static_cast<Map *>(t)->elem);
    case TypeKind::Union:
      for (const Term &term : static_cast<Union *>(t)->terms)
        visit(term.type);
      return;
    case TypeKind::Interface:
      for (Func *m : static_cast<Interface *>(t)->methods)
        visit(m->type);
      for (Type *e : static_cast<Interface *>(t)->embeddeds)
        visit(e);
      return;
    case TypeKind::Named:
      for (Type *a : static_cast<Named *>(t)->type_args)
        visit(a);
      return;
    case TypeKind::TypeParam:
      if (std::ptrdiff_t i = indexOf(t); i >= 0)
        visit(inferred_[static_cast<std::size_t>(i)]);
      return;
    }
  }

  std::ptrdiff_t indexOf(Type *t) const {
    auto found = std::find(params_.begin(), params_.end(), t);
    return found == params_.end() ? -1 : found - params_.begin();
  }

  TypeParamList params_;
  std::vector<Type *> &inferred_;
  std::vector<Type *> path_;
};

// One inference, step by step.
class Inference {
public:
  Inference(Checker &checker, Pos pos, TypeParamList params, const std::vector<Type *> &known, ErrorText *err)
      : checker_(checker), context_(checker.context()), pos_(pos), params_(params), known_(known), err_(err),
        unifier_(params, known, checker.allowVersion(21)) {}

  // Typed arguments fix what their parameters' types mention; untyped ones wait.
  bool fromArguments(VarList vars, const std::vector<Operand *> &operands, bool reverse) {
    for (std::size_t i = 0; i < operands.size() && i < vars.size(); ++i) {
      const Operand &arg = *operands[i];
      Type *param = vars[i]->type;
      if (!arg.ok() || !(isParameterized(params_, param) || isParameterized(params_, arg.type)))
        continue;
      if (isTyped(arg.type)) {
        if (!unifier_.unify(param, arg.type, UnifyMode::Assign))
          return mismatch(param, arg, reverse);
      } else if (TypeParam *p = as<TypeParam>(param); p && !arg.isNil()) {
        untyped_.push_back({p, &arg});
      }
    }
    return true;
  }

  // Constraints' common types and methods, as long as they tell anything new.
  bool fromConstraints() {
    for (std::size_t unknown;;) {
      unknown = unifier_.unknownCount();
      for (TypeParam *p : params_)
        if (!fromConstraint(p))
          return false;
      if (unifier_.unknownCount() == unknown)
        return true;
    }
  }

  // What only untyped constants determine gets the default type of the largest kind among them.
  bool fromUntyped() {
    struct Choice {
      TypeParam *param;
      Type *type;
    };
    std::vector<Choice> choices;
    for (auto &[p, arg] : untyped_) {
      if (unifier_.at(p))
        continue;
      auto same = [param = p](const Choice &c) { return c.param == param; };
      auto found = std::find_if(choices.begin(), choices.end(), same);
      if (found == choices.end()) {
        choices.push_back({p, arg->type});
        continue;
      }
      Type *larger = maxUntyped(found->type, arg->type);
      if (!larger)
        return fail(syntax::startPos(arg->expr), "mismatched types ", found->type, " and ", arg->type,
                    " (cannot infer ", static_cast<Type *>(p), ")");
      found->type = larger;
    }
    for (const Choice &c : choices)
      unifier_.set(c.param, defaultType(context_, c.type));
    return true;
  }

  // Puts the chosen types into each other, so that none mentions a parameter.
  bool finish(std::vector<Type *> &args) {
    std::vector<Type *> inferred = unifier_.inferred();
    CycleKiller(params_, inferred).run();
    std::vector<std::size_t> dirty;
    for (std::size_t i = 0; i < inferred.size(); ++i)
      if (inferred[i] && (i >= known_.size() || !known_[i]))
        dirty.push_back(i);
    while (!dirty.empty()) {
      std::vector<Type *> snapshot = inferred;
      std::vector<std::size_t> changed;
      for (std::size_t i : dirty) {
        Type *t = subst(context_, inferred[i], SubstMap(params_, snapshot));
        if (t == inferred[i])
          continue;
        // A generic function argument whose type parameters are known now is generic no more.
        if (Signature *s = as<Signature>(t); s && !s->type_params.empty() && !isParameterized(params_, s))
          s->type_params = {};
        inferred[i] = t;
        changed.push_back(i);
      }
      dirty = std::move(changed);
    }
    for (std::size_t i = 0; i < inferred.size(); ++i)
      if (!inferred[i] || isParameterized(params_, inferred[i])) {
        Object *o = params_[i]->obj;
        return fail(pos_, "cannot infer ", o->name, " (declared at ", checker_.position(o->pos), ")");
      }
    args = std::move(inferred);
    return true;
  }

private:
  template <typename... Parts> bool fail(Pos at, const Parts &...parts) {
    if (err_)
      err_->add(at, checker_.text(parts...));
    return false;
  }

  bool mismatch(Type *param, const Operand &arg, bool reverse) {
    Pos at = arg.expr ? syntax::startPos(arg.expr) : pos_;
    std::vector<Type *> chosen = unifier_.inferred();
    if (std::all_of(chosen.begin(), chosen.end(), [](Type *t) { return !t; }))
      return fail(at, "type ", arg.type, " of ", arg.expr, " does not match ", param, " (cannot infer ",
                  namesOf(params_), ")");
    Type *inferred = subst(context_, param, SubstMap(params_, chosen));
    if (inferred == param)
      return fail(at, "type ", arg.type, " of ", arg.expr, " does not match ", param);
    if (reverse)
      return fail(at, "inferred type ", inferred, " for ", param, " does not match type ", arg.type, " of ", arg.expr);
    return fail(at, "type ", arg.type, " of ", arg.expr, " does not match inferred type ", inferred, " for ", param);
  }

  bool fromConstraint(TypeParam *p) {
    Type *chosen = unifier_.at(p);
    CoreTerm core = coreTerm(p);
    if (core.type && chosen) {
      // A constraint with a tilde admits declared types; without, the type itself will be compared on instantiation.
      if (!unifier_.unify(chosen, core.type, UnifyMode::Inexact))
        return fail(pos_, static_cast<Type *>(p), " (type ", chosen, ") does not satisfy ", p->bound);
    } else if (core.type && core.single && !core.tilde) {
      unifier_.set(p, core.type);
    }
    if (!chosen || isParameterized(params_, chosen) || !isValid(chosen))
      return true;
    std::string cause;
    auto equal = [this](Type *x, Type *y) { return unifier_.unify(x, y, UnifyMode::Exact); };
    if (missingMethod(&checker_, chosen, constraintOf(p), true, equal, &cause))
      return fail(pos_, static_cast<Type *>(p), " (type ", chosen, ") does not satisfy ", p->bound, " ", cause);
    return true;
  }

  Checker &checker_;
  Context &context_;
  Pos pos_;
  TypeParamList params_;
  const std::vector<Type *> &known_;
  ErrorText *err_;
  Unifier unifier_;
  struct UntypedArg {
    TypeParam *param;
    const Operand *arg;
  };
  std::vector<UntypedArg> untyped_;
};

} // namespace

bool Checker::infer(Pos pos, TypeParamList params, std::vector<Type *> &args, VarList vars,
                    const std::vector<Operand *> &operands, bool reverse, ErrorText *err) {
  args.resize(params.size(), nullptr);
  if (std::find(args.begin(), args.end(), nullptr) == args.end())
    return true;
  for (const Operand *o : operands)
    if (!o->ok())
      return false; // an error was reported there
  // Arguments that are given count from the start, for instance in x T, y []T with T given.
  if (!vars.empty())
    vars = substVars(context_, vars, SubstMap(params, args));
  std::vector<Type *> known = args;
  Inference inference(*this, pos, params, known, err);
  return inference.fromArguments(vars, operands, reverse) && inference.fromConstraints() && inference.fromUntyped() &&
         inference.finish(args);
}

} // namespace gannet::types
