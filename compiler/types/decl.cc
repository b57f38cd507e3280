// Declarations: each object's type (and value) on first use, cycles among them, methods, declarations in functions.
#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::Name;

void Checker::declare(Scope *scope, const Name *id, Object *obj) {
  if (obj->name != "_") {
    if (Object *alt = scope->insert(obj)) {
      ErrorText e;
      e.add(obj->pos, text(obj->name, " redeclared in this block"));
      if (alt->pos.known())
        e.add(alt->pos, text("other declaration of ", alt->name));
      report(e);
      return;
    }
  }
  if (id)
    recordDef(id, obj);
}

void Checker::push(Object *o) {
  o->path_index = static_cast<std::int32_t>(obj_path_.size());
  obj_path_.push_back(o);
}

void Checker::pop() {
  obj_path_.back()->path_index = -1;
  obj_path_.pop_back();
}

void Checker::addDeclDep(Object *o) {
  if (env_.decl && o->decl_info)
    env_.decl->addDep(o);
}

void Checker::processDelayed(std::size_t top) {
  GoVersion saved = env_.version;
  for (std::size_t i = top; i < delayed_.size(); ++i) {
    std::function<void()> run = std::move(delayed_[i].run);
    env_.version = delayed_[i].version;
    run(); // may add more
  }
  delayed_.resize(top);
  env_.version = saved;
}

void Checker::declareObject(Object *obj) {
  if (obj->path_index >= 0) {
    // It is being declared: a cycle, perhaps a valid one.
    switch (obj->kind) {
    case ObjectKind::Const:
    case ObjectKind::Var:
      if (!validCycle(obj) || !obj->type)
        obj->type = invalidType();
      break;
    case ObjectKind::TypeName:
      if (!validCycle(obj))
        obj->type = invalidType();
      break;
    case ObjectKind::Func:
      validCycle(obj); // the function keeps its (empty) signature
      break;
    default:
      GANNET_UNREACHABLE("object of this kind on the path");
    }
    GANNET_CHECK(obj->type, "object on the path without a type");
    return;
  }
  if (obj->type)
    return;
  DeclInfo *d = obj->decl_info;
  GANNET_CHECK(d, "object without a declaration: " + std::string(obj->name));
  push(obj);
  Env saved = env_;
  env_ = Env();
  env_.scope = d->file_scope;
  env_.version = d->version;
  switch (obj->kind) {
  case ObjectKind::Const:
    env_.decl = d;
    constDecl(static_cast<ConstObj *>(obj), d->type, d->init, d->inherited, d->iota);
    break;
  case ObjectKind::Var:
    env_.decl = d;
    varDecl(static_cast<Var *>(obj), d->lhs, d->type, d->init);
    break;
  case ObjectKind::TypeName:
    typeDecl(static_cast<TypeName *>(obj), d->type_decl);
    collectMethods(static_cast<TypeName *>(obj));
    break;
  case ObjectKind::Func:
    funcDecl(static_cast<Func *>(obj), d);
    break;
  default:
    GANNET_UNREACHABLE("declaration of an object of this kind");
  }
  env_ = saved;
  pop();
}

// The cycle that ends with `obj`, which is on the path. Types may be recursive if a declared type is among them; constants
// and variables alone are left to the initialization order.
bool Checker::validCycle(Object *obj) {
  std::vector<Object *> cycle(obj_path_.begin() + obj->path_index, obj_path_.end());
  std::size_t values = 0, definitions = 0;
  for (Object *o : cycle) {
    switch (o->kind) {
    case ObjectKind::Const:
    case ObjectKind::Var:
      ++values;
      break;
    case ObjectKind::TypeName:
      if (env_.in_type_param_list && o->type && isGeneric(o->type))
        return true; // through a type parameter list
      if (!static_cast<TypeName *>(o)->isAlias())
        ++definitions;
      break;
    default:
      break;
    }
  }
  if (values == cycle.size() || (values == 0 && definitions > 0))
    return true;
  cycleError(cycle, firstInSource(cycle));
  return false;
}

std::size_t Checker::firstInSource(const std::vector<Object *> &cycle) {
  std::size_t first = 0;
  for (std::size_t i = 1; i < cycle.size(); ++i)
    if (cycle[i]->pos < cycle[first]->pos)
      first = i;
  return first;
}

void Checker::namedCycleError(std::span<Named *const> cycle, std::size_t start) {
  std::vector<Object *> objects;
  std::vector<Pos> places;
  for (Named *n : cycle) {
    objects.push_back(n->obj);
    places.push_back(n->instance_pos.known() ? n->instance_pos : n->obj->pos);
  }
  cycleError(objects, start, places);
}

void Checker::cycleError(const std::vector<Object *> &cycle, std::size_t start, const std::vector<Pos> &places) {
  auto place = [&](std::size_t i) { return places.empty() ? cycle[i]->pos : places[i]; };
  auto name = [&](Object *o) {
    std::string s;
    if (o->pkg && o->pkg != pkg_)
      s = std::string(o->pkg->name) + ".";
    return s + std::string(o->name);
  };
  Object *obj = cycle[start];
  TypeName *t = as<TypeName>(obj);
  if (t)
    if (Alias *a = as<Alias>(t->type))
      a->rhs = a->actual = invalidType();
  if (cycle.size() == 1) {
    error(place(start), t ? "invalid recursive type: " : "invalid cycle in declaration: ", name(obj), " refers to itself");
    return;
  }
  ErrorText e;
  e.add(place(start), text(t ? "invalid recursive type " : "invalid cycle in declaration of ", name(obj)));
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    Object *next = cycle[(start + i + 1) % cycle.size()];
    e.add(place((start + i) % cycle.size()), text(name(obj), " refers to ", name(next)));
    obj = next;
  }
  report(e);
}

// ---- Constants, variables, functions ----

void Checker::constDecl(ConstObj *obj, syntax::Expr *type, syntax::Expr *init, bool inherited, std::int64_t iota) {
  std::optional<std::int64_t> saved_iota = env_.iota;
  Pos saved_pos = env_.err_pos;
  env_.iota = iota;
  env_.err_pos = Pos();
  [&] {
    if (type) {
      Type *t = typ(type);
      if (!isConstType(t)) {
        if (isValid(under(t)))
          error(type, "invalid constant type ", t);
        obj->type = invalidType();
        return;
      }
      obj->type = t;
    }
    Operand x;
    if (init) {
      // Errors in a repeated expression are shown where it is repeated.
      if (inherited)
        env_.err_pos = obj->pos;
      expr(nullptr, x, init);
    }
    initConst(obj, x);
  }();
  env_.iota = saved_iota;
  env_.err_pos = saved_pos;
}

void Checker::varDecl(Var *obj, std::vector<Var *> *lhs, syntax::Expr *type, syntax::Expr *init) {
  if (type)
    obj->type = varType(type);
  if (!init) {
    if (!type)
      obj->type = invalidType(); // reported by arity
    return;
  }
  if (!lhs || lhs->size() == 1) {
    Operand x;
    Target target = newTarget(obj->type, obj->name);
    expr(target ? &target : nullptr, x, init);
    initVar(obj, x, "variable declaration");
    return;
  }
  if (type)
    for (Var *v : *lhs)
      v->type = obj->type;
  initVars(*lhs, syntax::ExprList(&init, 1), nullptr);
}

void Checker::funcDecl(Func *obj, DeclInfo *d) {
  Signature *sig = context_.make<Signature>();
  obj->type = sig; // for cycles
  syntax::FuncDecl *f = d->func_decl;
  funcType(sig, f->recv, f->tparams, f->type);
  recordTypeAndValue(f->type, Mode::TypeExpr, sig, nullptr);
  if (!f->tparams.empty() && !f->body)
    error(f->name, "generic function is missing function body");
  if (f->recv)
    if (sig->recv && as<Pointer>(unalias(sig->recv->type)))
      obj->has_ptr_recv = true;
  if (config_.ignore_func_bodies || !f->body)
    return;
  later([this, d, sig, f] { funcBody(d, sig, f->body, std::nullopt, 1); });
}

// ---- Types ----

namespace {

bool isImportedConstraint(Type *t, const Package *pkg) {
  Named *n = unaliasAs<Named>(t);
  if (!n || n->obj->pkg == pkg || !n->obj->pkg)
    return false;
  Interface *i = as<Interface>(n->underlying());
  return i && !typeSet(i).isMethodSet();
}

} // namespace

void Checker::typeDecl(TypeName *obj, syntax::TypeDecl *d) {
  if (obj->parent != pkg_->scope) {
    info_.local_types.push_back(obj);
    obj->local_index = static_cast<std::uint32_t>(info_.local_types.size());
  }
  later([this, obj] {
    if (Named *n = unaliasAs<Named>(obj->type))
      validType(n);
  });
  if (d->is_alias) {
    aliasDecl(obj, d);
    return;
  }
  if (!d->tparams.empty())
    verifyVersion(d->tparams[0]->pos, 18, "type parameter");
  Named *named = context_.newNamed(obj);
  named_.push_back(named);
  bool scoped = !d->tparams.empty();
  if (scoped) {
    openScope();
    collectTypeParams(&named->type_params, d->tparams);
  }
  Type *rhs = definedType(d->type, obj);
  named->rhs = rhs;
  if (isTypeParam(rhs)) {
    error(d->type, "cannot use a type parameter as RHS in type declaration");
    named->rhs = invalidType();
  }
  if (scoped)
    closeScope();
  if (isImportedConstraint(rhs, pkg_))
    verifyVersion(syntax::startPos(d->type), 18, "using type constraint ", rhs);
}

void Checker::aliasDecl(TypeName *obj, syntax::TypeDecl *d) {
  if (d->tparams.empty() || verifyVersion(d->tparams[0]->pos, 23, "generic type alias"))
    verifyVersion(d->pos, 9, "type alias");
  Alias *alias = context_.make<Alias>(obj);
  obj->type = alias;
  bool scoped = !d->tparams.empty();
  if (scoped) {
    openScope();
    collectTypeParams(&alias->type_params, d->tparams);
  }
  Type *rhs = definedType(d->type, obj);
  if (!alias->rhs) // a cycle may have made it invalid
    alias->rhs = rhs;
  TypeParam *p = as<TypeParam>(rhs);
  if (p && std::find(alias->type_params.begin(), alias->type_params.end(), p) != alias->type_params.end()) {
    error(d->type, "cannot use type parameter declared in alias declaration as RHS");
    alias->rhs = invalidType();
  }
  unalias(alias);
  if (scoped)
    closeScope();
}

void Checker::collectTypeParams(TypeParamList *out, syntax::FieldList list) {
  std::vector<TypeParam *> params;
  for (syntax::Field *f : list)
    params.push_back(declareTypeParam(f->name));
  // Seen by the constraints, which may mention the type being declared.
  for (std::size_t i = 0; i < params.size(); ++i)
    params[i]->index = static_cast<int>(i);
  *out = context_.list(params);
  bool saved = env_.in_type_param_list;
  env_.in_type_param_list = true;
  Type *b = nullptr;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i == 0 || list[i]->type != list[i - 1]->type) {
      b = bound(list[i]->type);
      if (isTypeParam(b)) {
        error(list[i]->type, "cannot use a type parameter as constraint");
        b = invalidType();
      }
    }
    params[i]->bound = b;
    params[i]->bound_interface = nullptr;
  }
  env_.in_type_param_list = saved;
}

Type *Checker::bound(syntax::Expr *e) {
  auto *op = e->as<syntax::Operation>();
  if (op && (op->op == syntax::Operator::Tilde || op->op == syntax::Operator::Or)) {
    // Stands for interface{ e }.
    Interface *i = context_.make<Interface>();
    i->context = &context_;
    i->embeddeds = context_.list(std::vector<Type *>{parseUnion(e)});
    i->embed_positions = context_.list(std::vector<Pos>{syntax::startPos(e)});
    i->implicit = true;
    i->complete = true;
    Pos pos = e->pos;
    later([this, i, pos] { typeSet(i, this, pos); });
    recordTypeAndValue(e, Mode::TypeExpr, i, nullptr);
    return i;
  }
  return typ(e);
}

TypeParam *Checker::declareTypeParam(Name *name) {
  TypeName *obj = context_.makeObject<TypeName>(name->pos, pkg_, name->value, nullptr);
  TypeParam *p = context_.make<TypeParam>(&context_, obj, invalidType());
  obj->type = p;
  declare(env_.scope, name, obj);
  return p;
}

void Checker::collectMethods(TypeName *obj) {
  auto found = type_methods_.find(obj);
  if (found == type_methods_.end())
    return;
  std::vector<Func *> list = std::move(found->second);
  type_methods_.erase(found);
  Named *base = unaliasAs<Named>(obj->type);
  if (base)
    later([this, base] { checkFieldUniqueness(base); });
  std::vector<Func *> seen;
  for (Func *m : list) {
    auto same = std::find_if(seen.begin(), seen.end(), [&](Func *o) { return o->name == m->name; });
    if (same != seen.end()) {
      error(m->pos, "method ", obj->name, ".", m->name, " already declared at ", position((*same)->pos));
      continue;
    }
    seen.push_back(m);
    if (base && !base->isInstance())
      base->addMethod(m);
  }
}

void Checker::checkFieldUniqueness(Named *base) {
  Struct *s = as<Struct>(base->underlying());
  if (!s || base->methods.empty())
    return;
  for (Var *f : s->fields)
    for (Func *m : base->methods)
      if (f->name == m->name && f->name != "_") {
        ErrorText e;
        e.add(m->pos, text("field and method with the same name ", f->name));
        e.add(f->pos, text("other declaration of ", f->name));
        report(e);
      }
}

// Does a value of type t take finite space, as far as is known while t is being declared?
bool Checker::finiteSize(Type *t) {
  t = unalias(t);
  if (!t)
    return true;
  switch (t->kind) {
  case TypeKind::Named: {
    Named *n = static_cast<Named *>(t);
    if (n->state & Named::kFinite)
      return true;
    if (n->state & Named::kFiniteBusy) {
      std::size_t at = 0;
      while (finite_path_[at] != n)
        ++at;
      std::span<Named *const> cycle(finite_path_.begin() + static_cast<std::ptrdiff_t>(at), finite_path_.end());
      std::vector<Object *> objects;
      for (Named *c : cycle)
        objects.push_back(c->obj);
      namedCycleError(cycle, firstInSource(objects));
      return false;
    }
    if (n->obj->path_index >= 0 && !n->isInstance()) {
      std::vector<Object *> cycle(obj_path_.begin() + n->obj->path_index, obj_path_.end());
      cycleError(cycle, firstInSource(cycle));
      return false;
    }
    n->load();
    if (!n->rhs)
      return true;
    // Ever new instances, as of type T[P any] [2]T[*P], come to no end.
    constexpr std::ptrdiff_t kMostInstances = 64;
    if (n->isInstance() && std::count_if(finite_path_.begin(), finite_path_.end(),
                                         [n](Named *o) { return o->origin == n->origin; }) > kMostInstances) {
      cycleError({n->obj}, 0);
      n->origin->rhs = n->origin->underlying_ = invalidType();
      return false;
    }
    n->state |= Named::kFiniteBusy;
    finite_path_.push_back(n);
    bool ok = finiteSize(n->rhs);
    finite_path_.pop_back();
    n->state &= ~Named::kFiniteBusy;
    if (ok) {
      n->state |= Named::kFinite;
    } else {
      // Reported; nothing may ask for its size again.
      n->rhs = n->underlying_ = invalidType();
      n->state |= Named::kHasUnder | Named::kFinite;
    }
    return ok;
  }
  case TypeKind::Array:
    return finiteSize(static_cast<Array *>(t)->elem);
  case TypeKind::Struct:
    for (Var *f : static_cast<Struct *>(t)->fields)
      if (!finiteSize(f->type))
        return false;
    return true;
  default:
    return true;
  }
}

// Reports t if a value of it would contain itself. `nest` are the types in whose values we are, `path` all that led here.
void Checker::validType(Named *t) {
  std::vector<Named *> nest, path;
  validTypeIn(t, nest, 0, path);
}

bool Checker::validTypeIn(Type *t, std::vector<Named *> &nest, std::size_t depth, std::vector<Named *> &path) {
  t = unalias(t);
  if (!t)
    return true;
  switch (t->kind) {
  case TypeKind::Array:
    return validTypeIn(static_cast<Array *>(t)->elem, nest, depth, path);
  case TypeKind::Struct:
    for (Var *f : static_cast<Struct *>(t)->fields)
      if (!validTypeIn(f->type, nest, depth, path))
        return false;
    return true;
  case TypeKind::Union:
    for (const Term &term : static_cast<Union *>(t)->terms)
      if (!validTypeIn(term.type, nest, depth, path))
        return false;
    return true;
  case TypeKind::Interface:
    for (Type *e : static_cast<Interface *>(t)->embeddeds)
      if (!validTypeIn(e, nest, depth, path))
        return false;
    return true;
  case TypeKind::Named: {
    Named *n = static_cast<Named *>(t);
    // Types of other packages are valid, and hold none of ours except through type arguments.
    if (n->obj->pkg != pkg_ && !n->isInstance())
      return true;
    for (std::size_t i = 0; i < depth; ++i) {
      if (!identical(nest[i], n))
        continue;
      n->origin->rhs = n->rhs = invalidType();
      n->origin->underlying_ = n->underlying_ = invalidType();
      n->state |= Named::kLoaded | Named::kHasUnder;
      n->origin->state |= Named::kHasUnder;
      for (std::size_t k = 0; k < path.size(); ++k)
        if (identical(path[k], n)) {
          namedCycleError(std::span<Named *const>(path).subspan(k), 0);
          break;
        }
      return false;
    }
    n->origin->load();
    if (!n->origin->rhs)
      return true;
    nest.resize(depth);
    nest.push_back(n);
    path.push_back(n);
    bool ok = validTypeIn(n->origin->rhs, nest, depth + 1, path);
    path.pop_back();
    return ok;
  }
  case TypeKind::TypeParam: {
    if (depth == 0)
      return true;
    Named *inst = nest[depth - 1];
    TypeParamList params = inst->typeParams();
    for (std::size_t i = 0; i < params.size() && i < inst->type_args.size(); ++i)
      if (params[i] == t) {
        std::vector<Named *> saved(nest.begin(), nest.begin() + static_cast<std::ptrdiff_t>(depth));
        bool ok = validTypeIn(inst->type_args[i], nest, depth - 1, path);
        nest = std::move(saved);
        return ok;
      }
    return true;
  }
  default:
    return true;
  }
}

// ---- Declarations in functions ----

Var *Checker::newLocal(Pos pos, std::string_view name, Type *t) {
  Var *v = context_.makeObject<Var>(VarRole::Local, pos, pkg_, name, t);
  v->func_scope = env_.sig;
  v->func_level = env_.func_level;
  return v;
}

void Checker::declStmt(syntax::DeclList list) {
  for (syntax::Decl *d : list) {
    local_decls_.push_back(d);
    switch (d->kind) {
    case syntax::NodeKind::ConstDecl:
      localConst(d->to<syntax::ConstDecl>());
      break;
    case syntax::NodeKind::VarDecl:
      localVar(d->to<syntax::VarDecl>());
      break;
    case syntax::NodeKind::TypeDecl: {
      auto *t = d->to<syntax::TypeDecl>();
      TypeName *obj = context_.makeObject<TypeName>(t->name->pos, pkg_, t->name->value, nullptr);
      obj->parent = env_.scope;
      if (env_.decl && env_.decl->func_decl)
        if (Fact *f = fact(env_.decl->func_decl))
          obj->declaring_func = as<Func>(f->object);
      declare(env_.scope, t->name, obj);
      push(obj);
      typeDecl(obj, t);
      pop();
      break;
    }
    default:
      error(d, "invalid declaration in function");
    }
  }
}

void Checker::localConst(syntax::ConstDecl *d) {
  std::size_t top = delayed_.size();
  const syntax::ConstDecl *from = d->inherited_from;
  bool inherited = from && from != d;
  syntax::ExprList values = from ? from->values : syntax::ExprList();
  std::vector<ConstObj *> lhs;
  for (std::size_t i = 0; i < d->names.size(); ++i) {
    Name *name = d->names[i];
    ConstObj *obj = context_.makeObject<ConstObj>(name->pos, pkg_, name->value, nullptr, context_.keep({}));
    lhs.push_back(obj);
    constDecl(obj, from ? from->type : nullptr, i < values.size() ? values[i] : nullptr, inherited, d->iota);
  }
  arity(d->pos, d->names, values, true, inherited);
  processDelayed(top);
  for (std::size_t i = 0; i < lhs.size(); ++i)
    declare(env_.scope, d->names[i], lhs[i]);
}

void Checker::localVar(syntax::VarDecl *d) {
  std::size_t top = delayed_.size();
  std::vector<Var *> lhs;
  for (Name *name : d->names)
    lhs.push_back(newLocal(name->pos, name->value, nullptr));
  for (std::size_t i = 0; i < lhs.size(); ++i) {
    if (d->values.size() == 1 && lhs.size() != 1) {
      varDecl(lhs[0], &lhs, d->type, d->values[0]);
      break;
    }
    varDecl(lhs[i], nullptr, d->type, i < d->values.size() ? d->values[i] : nullptr);
  }
  if (!d->type || !d->values.empty())
    arity(d->pos, d->names, d->values, false, false);
  processDelayed(top);
  for (std::size_t i = 0; i < lhs.size(); ++i)
    declare(env_.scope, d->names[i], lhs[i]);
}

} // namespace gannet::types
