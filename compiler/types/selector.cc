// Selectors x.f: qualified identifiers, fields, method values, method expressions.
#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

std::string_view afterFirstRune(std::string_view s) {
  std::size_t i = 1;
  while (i < s.size() && (static_cast<unsigned char>(s[i]) & 0xc0) == 0x80)
    ++i;
  return i < s.size() ? s.substr(i) : std::string_view();
}

bool equalFold(std::string_view a, std::string_view b) {
  return sameId(nullptr, a, nullptr, b, true);
}

} // namespace

// A name of an imported package. False if reported.
bool Checker::qualifiedIdent(Operand &x, syntax::SelectorExpr *e, PkgName *p) {
  recordUse(e->x->to<syntax::Name>(), p);
  p->used = true;
  Package *pkg = p->imported;
  std::string_view sel = e->sel->value;
  Object *obj = pkg->scope->lookup(sel);
  // The export file of a package has no unexported names, whatever else its reader has entered in the scope.
  if (obj && !obj->isExported() && pkg->scope->isLoaded())
    obj = nullptr;
  if (!obj || !obj->isExported()) {
    if (pkg->fake)
      return false;
    if (obj) {
      error(e->sel, "name ", sel, " not exported by package ", pkg->name);
      return false;
    }
    std::string_view alt;
    for (std::string_view n : pkg->scope->sortedNames())
      if (isExportedName(n) && equalFold(n, sel)) {
        alt = n;
        break;
      }
    if (!alt.empty())
      error(e->sel, "undefined: ", static_cast<syntax::Expr *>(e), " (but have ", alt, ")");
    else
      error(e->sel, "undefined: ", static_cast<syntax::Expr *>(e));
    return false;
  }
  recordUse(e->sel, obj);
  x.type = obj->type;
  switch (obj->kind) {
  case ObjectKind::Const:
    x.mode = Mode::Constant;
    x.value = *static_cast<ConstObj *>(obj)->value;
    break;
  case ObjectKind::TypeName:
    x.mode = Mode::TypeExpr;
    break;
  case ObjectKind::Var:
    x.mode = Mode::Variable;
    break;
  case ObjectKind::Func:
    x.mode = Mode::Value;
    break;
  case ObjectKind::Builtin:
    x.mode = Mode::Builtin;
    x.builtin = static_cast<BuiltinObj *>(obj)->builtin;
    break;
  default:
    GANNET_UNREACHABLE("imported object of this kind");
  }
  x.expr = e;
  return true;
}

std::string Checker::lookupError(Type *t, std::string_view sel, Object *found, bool struct_lit) {
  enum { kMissing, kMisspelled, kUnexported, kInaccessible } kind = kMissing;
  std::string_view alt;
  if (found) {
    alt = found->name;
    if (found->pkg == pkg_)
      kind = kMisspelled;
    else if (isExportedName(sel)) {
      if (isExportedName(alt))
        kind = kMisspelled;
      else if (afterFirstRune(sel) == afterFirstRune(alt))
        kind = kUnexported;
    } else if (isExportedName(alt)) {
      if (afterFirstRune(sel) == afterFirstRune(alt))
        kind = kMisspelled;
    } else if (sel == alt) {
      kind = kInaccessible;
    }
  }
  if (struct_lit) {
    std::string base = text("unknown field ", sel, " in struct literal of type ", t);
    switch (kind) {
    case kMissing:
      return base;
    case kMisspelled:
      return text(base, ", but does have ", alt);
    case kUnexported:
      return text(base, ", but does have unexported ", alt);
    case kInaccessible:
      return text("cannot refer to unexported field ", alt, " in struct literal of type ", t);
    }
  }
  std::string_view what = as<Var>(found) ? "field" : as<Func>(found) ? "method" : "object";
  std::string base = text("type ", t, " has no field or method ", sel);
  switch (kind) {
  case kMissing:
    return base;
  case kMisspelled:
    return text(base, ", but does have ", what, " ", alt);
  case kUnexported:
    return text(base, ", but does have unexported ", what, " ", alt);
  case kInaccessible:
    return text("cannot refer to unexported ", what, " ", alt);
  }
  return base;
}

// Reports why nothing was found.
bool Checker::selectorError(Operand &x, syntax::SelectorExpr *e, const LookupResult &r) {
  std::string_view sel = e->sel->value;
  if (!isValid(under(x.type)))
    return false;
  if (!r.path.empty()) {
    error(e->sel, "ambiguous selector ", x.expr, ".", sel);
    return false;
  }
  if (r.indirect) {
    if (x.mode == Mode::TypeExpr)
      error(e->sel, "invalid method expression ", x.type, ".", sel, " (needs pointer receiver (*", x.type, ").", sel, ")");
    else
      error(e->sel, "cannot call pointer method ", sel, " on ", x.type);
    return false;
  }
  std::string why;
  if (isInterfacePtr(x.type)) {
    why = interfacePtrError(x.type);
  } else {
    LookupResult alt = lookupFieldOrMethod(x.type, x.mode == Mode::Variable, pkg_, sel, true);
    why = lookupError(x.type, sel, alt.object, false);
  }
  error(e->sel, x.expr, ".", sel, " undefined (", why, ")");
  return false;
}

void Checker::selector(Operand &x, syntax::SelectorExpr *e, bool want_type) {
  auto fail = [&] {
    x.invalidate();
    x.type = invalidType();
    x.expr = e;
  };
  if (auto *name = e->x->as<syntax::Name>())
    if (PkgName *p = as<PkgName>(lookup(name->value))) {
      if (!qualifiedIdent(x, e, p))
        fail();
      return;
    }
  exprOrType(x, e->x, false);
  if (x.mode == Mode::Builtin) {
    error(e->pos, "invalid use of ", x, " in selector expression");
    return fail();
  }
  if (!x.ok())
    return fail();
  if (e->sel->value == "_") {
    error(e->sel, "cannot refer to blank field or method");
    return fail();
  }
  if (want_type) {
    error(e->sel, static_cast<syntax::Expr *>(e), " is not a type");
    return fail();
  }
  if (x.mode == Mode::NilValue) {
    error(e->sel, "invalid use of nil in selector expression");
    return fail();
  }
  std::string_view sel = e->sel->value;
  bool addressable = x.mode == Mode::Variable;
  LookupResult r = lookupFieldOrMethod(x.type, addressable, pkg_, sel);
  if (!r.object) {
    selectorError(x, e, r);
    return fail();
  }
  Func *m = as<Func>(r.object);
  if (m)
    declareObject(m);

  if (x.mode == Mode::TypeExpr) {
    if (!m) {
      error(e->sel, x.expr, ".", sel, " undefined (type ", x.type, " has no method ", sel, ")");
      return fail();
    }
    recordSelection(e, Selection::Kind::MethodExpr, x.type, m, r.path, r.indirect);
    Signature *sig = m->signature();
    if (!sig->recv) {
      error(e, "illegal cycle in method declaration");
      return fail();
    }
    // The receiver becomes the first parameter.
    VarList declared = vars(sig->params);
    std::string_view recv_name;
    if (!declared.empty() && !declared[0]->name.empty())
      recv_name = sig->recv->name.empty() ? std::string_view("_") : sig->recv->name;
    std::vector<Var *> params{context_.param(sig->recv->pos, sig->recv->pkg, recv_name, x.type)};
    params.insert(params.end(), declared.begin(), declared.end());
    Signature *s = context_.make<Signature>();
    s->type_params = sig->type_params;
    s->params = context_.tuple(params);
    s->results = sig->results;
    s->variadic = sig->variadic;
    x.mode = Mode::Value;
    x.type = s;
    addDeclDep(m->origin ? m->origin : m);
  } else if (m) {
    recordSelection(e, Selection::Kind::MethodVal, x.type, m, r.path, r.indirect);
    // Calling a method with pointer receiver takes the variable's address.
    if (m->has_ptr_recv && addressable && !r.indirect)
      markReassigned(e->x);
    x.mode = Mode::Value;
    Signature *s = context_.make<Signature>(*m->signature());
    s->recv = nullptr;
    x.type = s;
    addDeclDep(m->origin ? m->origin : m);
  } else {
    recordSelection(e, Selection::Kind::FieldVal, x.type, r.object, r.path, r.indirect);
    x.mode = addressable || r.indirect ? Mode::Variable : Mode::Value;
    x.type = r.object->type;
  }
  x.expr = e;
}

} // namespace gannet::types
