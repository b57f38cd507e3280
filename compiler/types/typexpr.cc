// Identifiers, and type expressions.
#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/syntax/unicode.h"
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::Name;

namespace {

std::string_view objectKindText(Object *o) {
  switch (o->kind) {
  case ObjectKind::PkgName:
    return "package name";
  case ObjectKind::Const:
    return "constant";
  case ObjectKind::TypeName:
    if (static_cast<TypeName *>(o)->isAlias())
      return "type alias";
    return isTypeParam(o->type) ? "type parameter" : "defined type";
  case ObjectKind::Var:
    switch (static_cast<Var *>(o)->role) {
    case VarRole::Global:
      return "package-level variable";
    case VarRole::Local:
      return "local variable";
    case VarRole::Recv:
      return "receiver";
    case VarRole::Param:
      return "parameter";
    case VarRole::Result:
      return "result variable";
    case VarRole::Field:
      return "struct field";
    }
    return "variable";
  case ObjectKind::Func: {
    Signature *s = static_cast<Func *>(o)->signature();
    return s && s->recv ? "method" : "function";
  }
  case ObjectKind::Label:
    return "label";
  case ObjectKind::Builtin:
    return "built-in function";
  case ObjectKind::Nil:
    return "untyped nil";
  }
  return "";
}

} // namespace

void Checker::openScope() { env_.scope = context_.newScope(env_.scope); }

void Checker::ident(Operand &x, Name *e, bool want_type) {
  x.invalidate();
  x.expr = e;
  Scope *where = nullptr;
  Object *obj = env_.scope->lookupParent(e->value, &where);
  if (!obj) {
    if (e->value == "_")
      error(e, "cannot use _ as value or type");
    else
      error(e, "undefined: ", e->value);
    return;
  }
  if (!obj->pkg && obj->parent == context_.universe() && (e->value == "any" || e->value == "comparable"))
    if (!verifyVersion(e->pos, 18, "predeclared ", e->value))
      return;
  recordUse(e, obj);
  bool is_type = obj->kind == ObjectKind::TypeName;
  if (!is_type && want_type) {
    error(e, obj->name, " (", objectKindText(obj), ") is not a type");
    if (Var *v = as<Var>(obj))
      v->used = true;
    return;
  }
  if (obj->decl_info && (!obj->type || (is_type && want_type)))
    declareObject(obj);
  else if (is_type && want_type && obj->path_index >= 0)
    declareObject(obj); // a local type: for cycles
  Type *t = obj->type;
  if (!dot_imports_.empty()) {
    auto found = dot_imports_.find(obj);
    if (found != dot_imports_.end())
      for (const DotImport &d : found->second)
        if (d.scope == where)
          d.name->used = true;
  }
  switch (obj->kind) {
  case ObjectKind::PkgName:
    error(e, "use of package ", obj->name, " not in selector");
    return;
  case ObjectKind::Const:
    addDeclDep(obj);
    if (!isValid(t))
      return;
    if (!obj->pkg && obj->name == "iota") {
      if (!env_.iota) {
        error(e, "cannot use iota outside constant declaration");
        return;
      }
      x.value = constant::Value::ofInt64(*env_.iota);
    } else {
      x.value = *static_cast<ConstObj *>(obj)->value;
    }
    x.mode = Mode::Constant;
    break;
  case ObjectKind::TypeName:
    x.mode = Mode::TypeExpr;
    break;
  case ObjectKind::Var: {
    Var *v = static_cast<Var *>(obj);
    if (v->pkg == pkg_)
      v->used = true;
    if (v->func_scope && v->func_scope != env_.sig)
      v->captured = true;
    addDeclDep(obj);
    if (!isValid(t))
      return;
    x.mode = Mode::Variable;
    break;
  }
  case ObjectKind::Func:
    addDeclDep(obj);
    x.mode = Mode::Value;
    break;
  case ObjectKind::Builtin:
    x.builtin = static_cast<BuiltinObj *>(obj)->builtin;
    x.mode = Mode::Builtin;
    break;
  case ObjectKind::Nil:
    x.mode = Mode::NilValue;
    break;
  case ObjectKind::Label:
    GANNET_UNREACHABLE("label in a scope of values");
  }
  x.type = t;
}

Type *Checker::varType(syntax::Expr *e) {
  Type *t = definedType(e, nullptr);
  validVarType(e, t);
  return t;
}

// Constraint interfaces must not be types of variables. Their type sets may not be known yet.
void Checker::validVarType(syntax::Expr *e, Type *t) {
  Type *u = unalias(t);
  // Only names, and interface literals, can turn out to be constraints.
  if (!u || (u->kind != TypeKind::Named && u->kind != TypeKind::Interface))
    return;
  if (u->kind == TypeKind::Named && (static_cast<Named *>(u)->state & Named::kHasUnder) &&
      static_cast<Named *>(u)->underlying_->kind != TypeKind::Interface)
    return;
  later([this, e, t] {
    Interface *i = underAs<Interface>(t);
    if (!i || isTypeParam(t))
      return;
    Pos pos = syntax::startPos(e);
    TypeSet &set = typeSet(i, this, pos);
    if (set.isMethodSet())
      return;
    error(pos, "cannot use type ", t, " outside a type constraint: ",
          set.is_comparable ? "interface is (or embeds) comparable" : "interface contains type constraints");
  });
}

Type *Checker::definedType(syntax::Expr *e, TypeName *def) {
  Type *t = typeExpr(e, def);
  if (isGeneric(t)) {
    error(e, "cannot use generic type ", t, " without instantiation");
    t = invalidType();
  }
  recordTypeAndValue(e, Mode::TypeExpr, t, nullptr);
  return t;
}

Type *Checker::genericType(syntax::Expr *e, std::string *cause) {
  Type *t = typeExpr(e, nullptr);
  if (isValid(t) && !isGeneric(t)) {
    if (cause)
      *cause = text(t, " is not a generic type");
    t = invalidType();
  }
  recordTypeAndValue(e, Mode::TypeExpr, t, nullptr);
  return t;
}

Type *Checker::typeExpr(syntax::Expr *e, TypeName *def) {
  Type *t = typeExprUnchecked(e, def);
  return t ? t : invalidType();
}

// Null: in error, reported.
Type *Checker::typeExprUnchecked(syntax::Expr *e, TypeName *def) {
  switch (e->kind) {
  case syntax::NodeKind::BadExpr:
    return nullptr;
  case syntax::NodeKind::Name:
  case syntax::NodeKind::SelectorExpr: {
    Operand x;
    if (auto *name = e->as<Name>())
      ident(x, name, true);
    else
      selector(x, e->to<syntax::SelectorExpr>(), true);
    if (x.mode == Mode::TypeExpr)
      return x.type;
    if (x.mode == Mode::NoValue)
      error(x, x, " used as type");
    else if (x.ok())
      error(x, x, " is not a type");
    return nullptr;
  }
  case syntax::NodeKind::IndexExpr: {
    auto *i = e->to<syntax::IndexExpr>();
    verifyVersion(syntax::startPos(e), 18, "type instantiation");
    return instantiatedType(i->x, i->indices, def);
  }
  case syntax::NodeKind::ParenExpr:
    return definedType(e->to<syntax::ParenExpr>()->x, def);
  case syntax::NodeKind::ArrayType: {
    auto *a = e->to<syntax::ArrayType>();
    Array *t = context_.make<Array>(invalidType(), -1);
    if (a->len)
      t->len = arrayLength(a->len);
    else
      error(e, "invalid use of [...] array (outside a composite literal)");
    t->elem = varType(a->elem);
    literal_types_.push_back({e->pos, t});
    return t->len >= 0 ? t : nullptr;
  }
  case syntax::NodeKind::SliceType: {
    Slice *t = context_.sliceOf(invalidType());
    t->elem = varType(e->to<syntax::SliceType>()->elem);
    return t;
  }
  case syntax::NodeKind::DotsType:
    error(e, "invalid use of ...");
    return nullptr;
  case syntax::NodeKind::StructType: {
    Struct *t = context_.make<Struct>();
    structType(t, e->to<syntax::StructType>());
    return t;
  }
  case syntax::NodeKind::Operation: {
    auto *op = e->to<syntax::Operation>();
    if (op->op == syntax::Operator::Mul && op->isUnary()) {
      Pointer *t = context_.pointerTo(invalidType());
      t->elem = varType(op->x);
      return isValid(t->elem) ? t : nullptr;
    }
    break;
  }
  case syntax::NodeKind::FuncType: {
    Signature *t = context_.make<Signature>();
    funcType(t, nullptr, {}, e->to<syntax::FuncType>());
    return t;
  }
  case syntax::NodeKind::InterfaceType: {
    Interface *t = context_.make<Interface>();
    t->context = &context_;
    interfaceType(t, e->to<syntax::InterfaceType>(), def);
    literal_types_.push_back({e->pos, t});
    return t;
  }
  case syntax::NodeKind::MapType: {
    Map *t = context_.make<Map>(invalidType(), invalidType());
    mapType(t, e->to<syntax::MapType>());
    literal_types_.push_back({e->pos, t});
    return t;
  }
  case syntax::NodeKind::ChanType: {
    auto *c = e->to<syntax::ChanType>();
    Chan *t = context_.make<Chan>(static_cast<ChanDir>(c->dir), invalidType());
    t->elem = varType(c->elem);
    literal_types_.push_back({e->pos, t});
    return t;
  }
  default:
    break;
  }
  error(e, e, " is not a type");
  use(e);
  return nullptr;
}

void Checker::mapType(Map *m, syntax::MapType *e) {
  m->key = varType(e->key);
  m->elem = varType(e->value);
  later([this, m, e] {
    if (comparable(m->key))
      return;
    error(e->key, "invalid map key type ", m->key, isTypeParam(m->key) ? " (missing comparable constraint)" : "");
  });
}

Type *Checker::instantiatedType(syntax::Expr *x, syntax::ExprList args, TypeName *) {
  std::string cause;
  Type *generic = genericType(x, &cause);
  if (!cause.empty()) {
    std::string list;
    for (std::size_t i = 0; i < args.size(); ++i)
      list += text(i ? ", " : "", args[i]);
    error(x, "invalid operation: ", x, "[", list, "] (", cause, ")");
  }
  if (!isValid(generic))
    return nullptr;
  std::vector<Type *> targs;
  if (!typeList(args, &targs))
    return nullptr;
  TypeList list = context_.list(targs);
  Type *inst = nullptr;
  TypeParamList params;
  std::string_view name;
  if (Alias *a = as<Alias>(generic)) {
    params = a->type_params;
    name = a->obj->name;
    if (params.size() == list.size()) {
      Alias *copy = context_.make<Alias>(a->obj);
      copy->origin = a;
      copy->type_params = a->type_params;
      copy->type_args = list;
      if (!a->rhs)
        unalias(a);
      copy->rhs = a->rhs ? subst(context_, a->rhs, SubstMap(params, list)) : nullptr;
      inst = copy;
    }
  } else {
    Named *n = static_cast<Named *>(generic);
    params = n->typeParams();
    name = n->obj->name;
    Named *named = context_.instantiate(n, list); // of the wrong number: invalid underneath
    if (!named->instance_pos.known())
      named->instance_pos = x->pos;
    inst = named;
  }
  if (list.size() != params.size()) {
    std::string_view what = list.size() < params.size() ? "not enough" : "too many";
    error(x->pos, what, " type arguments for type ", name, ": have ", int(list.size()), ", want ", int(params.size()));
    return inst;
  }
  recordInstance(x, list, inst);
  later([this, x, args, params, list] {
    std::string why;
    int i = verifyInstance(x->pos, params, list, &why);
    if (i >= 0)
      error(std::size_t(i) < args.size() ? syntax::startPos(args[std::size_t(i)]) : x->pos, why);
    else
      instance_graph_.addInstance(pkg_, x->pos, params, list, args);
  });
  return inst;
}

std::int64_t Checker::arrayLength(syntax::Expr *e) {
  // A name that is no constant may be meant as a type parameter: say so.
  if (auto *name = e->as<Name>()) {
    Object *obj = lookup(name->value);
    if (!obj) {
      error(e, "undefined array length ", name->value, " or missing type constraint");
      return -1;
    }
    if (obj->kind != ObjectKind::Const) {
      error(e, "invalid array length ", name->value);
      return -1;
    }
  }
  Operand x;
  expr(nullptr, x, e);
  if (x.mode != Mode::Constant) {
    if (x.ok())
      error(x, "array length ", x, " must be constant");
    return -1;
  }
  if (isUntyped(x.type) || isInteger(x.type)) {
    constant::Value v = constant::toInt(x.value);
    if (v.kind() == constant::Kind::Int && representable(v, basic(BasicKind::Int), nullptr)) {
      auto n = constant::int64Val(v);
      if (n && *n >= 0)
        return *n;
    }
  }
  if (isInteger(x.type))
    error(x, "invalid array length ", x);
  else
    error(x, "array length ", x, " must be integer");
  return -1;
}

bool Checker::typeList(syntax::ExprList list, std::vector<Type *> *out) {
  bool ok = true;
  for (syntax::Expr *e : list) {
    Type *t = varType(e);
    ok = ok && isValid(t);
    out->push_back(t);
  }
  return ok;
}

// ---- Structs and interfaces ----

namespace {

// The name of an embedded field: T, p.T, *T, T[A]. Null if the type has none.
Name *embeddedName(syntax::Expr *e) {
  if (auto *n = e->as<Name>())
    return n;
  if (auto *s = e->as<syntax::SelectorExpr>())
    return s->sel;
  if (auto *i = e->as<syntax::IndexExpr>())
    return embeddedName(i->x);
  auto *op = e->as<syntax::Operation>();
  if (op && op->op == syntax::Operator::Mul && op->isUnary()) {
    auto *inner = op->x->as<syntax::Operation>();
    if (!inner || inner->op != syntax::Operator::Mul || !inner->isUnary())
      return embeddedName(op->x);
  }
  return nullptr;
}

} // namespace

void Checker::structType(Struct *s, syntax::StructType *e) {
  std::vector<Var *> fields;
  std::vector<std::string_view> tags;
  bool any_tag = false;
  std::unordered_map<std::string_view, Var *> seen;
  Type *t = nullptr;
  syntax::Expr *previous = nullptr;
  for (syntax::Field *f : e->fields) {
    if (f->type != previous) {
      t = varType(f->type);
      previous = f->type;
    }
    std::string tag;
    if (f->tag && !f->tag->bad)
      if (f->tag->lit_kind != syntax::LitKind::String || !syntax::unquote(f->tag->value, tag))
        error(f->tag, "incorrect tag syntax: ", f->tag->value);
    Name *name = f->name;
    bool embedded = !name;
    if (embedded) {
      name = embeddedName(f->type);
      if (!name) {
        error(f->type, "invalid embedded field type ", f->type);
        continue;
      }
    }
    Var *v = context_.makeObject<Var>(VarRole::Field, name->pos, pkg_, name->value, t);
    v->embedded = embedded;
    if (v->name != "_") {
      auto [it, is_new] = seen.emplace(v->name, v);
      if (!is_new) {
        ErrorText err;
        err.add(v->pos, text(v->name, " redeclared"));
        err.add(it->second->pos, text("other declaration of ", v->name));
        report(err);
        v = nullptr;
      }
    }
    // An embedded field's name keeps its use as a type name.
    if (v && !embedded)
      recordDef(name, v);
    if (v) {
      fields.push_back(v);
      tags.push_back(tag.empty() ? std::string_view() : context_.intern(tag));
      any_tag = any_tag || !tag.empty();
    }
    if (!embedded)
      continue;
    Pos pos = syntax::startPos(f->type);
    later([this, t, pos] {
      bool is_pointer = false;
      Type *base = deref(t, &is_pointer);
      Type *u = under(base);
      if (Basic *b = as<Basic>(u)) {
        if (b->basic == BasicKind::UnsafePointer)
          error(pos, "embedded field type cannot be unsafe.Pointer");
      } else if (as<Pointer>(u)) {
        error(pos, "embedded field type cannot be a pointer");
      } else if (as<Interface>(u)) {
        if (isTypeParam(base))
          error(pos, "embedded field type cannot be a (pointer to a) type parameter");
        else if (is_pointer)
          error(pos, "embedded field type cannot be a pointer to an interface");
      }
    });
  }
  s->fields = context_.list(fields);
  if (any_tag)
    s->tags = context_.list(tags);
}

void Checker::interfaceType(Interface *i, syntax::InterfaceType *e, TypeName *def) {
  std::vector<Func *> methods;
  std::vector<Type *> embeddeds;
  std::vector<Pos> positions;
  for (syntax::Field *f : e->elems) {
    if (!f->name) {
      embeddeds.push_back(parseUnion(f->type));
      positions.push_back(syntax::startPos(f->type));
      continue;
    }
    if (f->name->value == "_") {
      error(f->name, "methods must have a unique non-blank name");
      continue;
    }
    Signature *sig = as<Signature>(typ(f->type));
    if (!sig)
      continue;
    Type *recv = i;
    if (def)
      if (Named *n = unaliasAs<Named>(def->type))
        recv = n;
    sig->recv = context_.makeObject<Var>(VarRole::Recv, f->name->pos, pkg_, "", recv);
    Func *m = context_.makeObject<Func>(f->name->pos, pkg_, f->name->value, sig);
    recordDef(f->name, m);
    methods.push_back(m);
  }
  i->methods = context_.list(methods);
  i->embeddeds = context_.list(embeddeds);
  i->embed_positions = context_.list(positions);
  i->complete = true;
  if (methods.empty() && embeddeds.empty()) {
    i->type_set = context_.emptyInterface()->type_set;
    return;
  }
  Pos pos = e->pos;
  later([this, i, pos] { typeSet(i, this, pos); });
}

} // namespace gannet::types
