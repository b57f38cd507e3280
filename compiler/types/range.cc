// Range clauses.
#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

Type *arrayOf(Type *u) {
  if (Pointer *p = as<Pointer>(u))
    if (Array *a = underAs<Array>(p->elem))
      return a;
  return u;
}

} // namespace

// Types of the iteration values of a range over a value of type t; null where there is none. False if t cannot be ranged
// over.
bool Checker::rangeKeyVal(Type *t, Type **key, Type **val, std::string *cause) {
  *key = *val = nullptr;
  Type *u = commonUnder(
      t,
      [&](Type *v, Type *ut) -> std::string {
        Chan *c = as<Chan>(ut);
        return c && c->dir == ChanDir::SendOnly ? text("receive from send-only channel ", v) : "";
      },
      cause, pkg_);
  if (!u)
    return false;
  u = arrayOf(u);
  auto bad = [&](std::string why) {
    *cause = std::move(why);
    return false;
  };
  Type *int_type = basic(BasicKind::Int);
  switch (u->kind) {
  case TypeKind::Basic:
    if (isString(u)) {
      *key = int_type;
      *val = context_.runeType();
      return true;
    }
    if (isInteger(u)) {
      if (!allowVersion(22))
        return bad("requires go1.22 or later");
      *key = t;
      return true;
    }
    return false;
  case TypeKind::Array:
    *key = int_type;
    *val = static_cast<Array *>(u)->elem;
    return true;
  case TypeKind::Slice:
    *key = int_type;
    *val = static_cast<Slice *>(u)->elem;
    return true;
  case TypeKind::Map:
    *key = static_cast<Map *>(u)->key;
    *val = static_cast<Map *>(u)->elem;
    return true;
  case TypeKind::Chan:
    *key = static_cast<Chan *>(u)->elem;
    return true;
  case TypeKind::Signature: {
    if (!allowVersion(23))
      return bad("requires go1.23 or later");
    constexpr std::string_view kForm = "func must be func(yield func(...) bool): ";
    Signature *s = static_cast<Signature *>(u);
    if (vars(s->params).size() != 1)
      return bad(text(kForm, "wrong argument count"));
    if (!vars(s->results).empty())
      return bad(text(kForm, "unexpected results"));
    std::string why;
    Type *yu = commonUnder(vars(s->params)[0]->type, nullptr, &why, pkg_);
    Signature *yield = as<Signature>(yu);
    if (!yield)
      return bad(yu ? text(kForm, "argument is not func") : text(kForm, "in yield type, ", why));
    VarList params = vars(yield->params), results = vars(yield->results);
    if (params.size() > 2)
      return bad(text(kForm, "yield func has too many parameters"));
    if (results.size() != 1 || !identical(results[0]->type, basic(BasicKind::Bool))) {
      if (results.size() == 1 && isBoolean(results[0]->type))
        return bad(text(kForm, "yield func returns user-defined boolean, not bool"));
      return bad(text(kForm, "yield func does not return bool"));
    }
    if (!params.empty())
      *key = params[0]->type;
    if (params.size() > 1)
      *val = params[1]->type;
    return true;
  }
  default:
    return false;
  }
}

void Checker::rangeStmt(unsigned inner, syntax::ForStmt *s, syntax::RangeClause *r) {
  syntax::Expr *key_expr = !r->lhs.empty() ? r->lhs[0] : nullptr;
  syntax::Expr *val_expr = r->lhs.size() > 1 ? r->lhs[1] : nullptr;
  Operand x;
  env_.has_call_or_recv = false;
  expr(nullptr, x, r->x);

  // Without a value variable, the operand is evaluated only if it holds a call: its length is what counts.
  if (x.ok() && !val_expr && !env_.has_call_or_recv)
    if (Array *a = as<Array>(arrayOf(under(x.type)))) {
      syntax::Expr *e = syntax::unparen(r->x);
      record({Mode::Constant, BuiltinId::Append, e, basic(BasicKind::Int), constant::Value::ofInt64(a->len)});
    }

  Type *key = nullptr, *val = nullptr;
  if (x.ok()) {
    std::string cause;
    bool ok = !x.isNil() && rangeKeyVal(x.type, &key, &val, &cause);
    if (!ok && !cause.empty())
      error(x, "cannot range over ", x, ": ", cause);
    else if (!ok)
      error(x, "cannot range over ", x);
    else if (!key && key_expr)
      error(key_expr, "range over ", x, " permits no iteration variables");
    else if (!val && val_expr)
      error(val_expr, "range over ", x, " permits only one iteration variable");
    else if (r->lhs.size() > 2)
      error(r->lhs[2], "range clause permits at most two iteration variables");
    if (!ok)
      key = val = invalidType();
  }
  bool over_int = x.ok() && x.type && isInteger(x.type) && !isTypeParam(x.type);
  openScope();
  Type *const rhs[2] = {key, val};
  if (r->define)
    declareRangeVars(s, r, x, rhs, over_int);
  else if (key_expr)
    assignRangeVars(r, x, rhs, over_int);
  else if (over_int)
    assignment(x, nullptr, "range clause"); // an untyped constant gets its type
  stmt(inner, s->body);
  closeScope();
}

void Checker::declareRangeVars(syntax::ForStmt *s, syntax::RangeClause *r, Operand &x, Type *const rhs[2], bool over_int) {
  std::vector<Var *> fresh;
  for (std::size_t i = 0; i < r->lhs.size() && i < 2; ++i) {
    syntax::Expr *lhs = r->lhs[i];
    Var *v;
    if (auto *name = lhs->as<syntax::Name>()) {
      v = newLocal(name->pos, name->value, nullptr);
      v->is_per_iteration = allowVersion(22);
      recordDef(name, v);
      if (name->value != "_")
        fresh.push_back(v);
    } else {
      error(lhs, "non-name ", lhs, " on left side of :=");
      v = newLocal(lhs->pos, "_", nullptr);
    }
    if (!rhs[i] || !isValid(rhs[i])) {
      v->type = invalidType();
      v->used = true;
      continue;
    }
    if (over_int) {
      initVar(v, x, "range clause");
    } else {
      Operand y{Mode::Value, BuiltinId::Append, lhs, rhs[i], {}};
      initVar(v, y, "assignment");
    }
    if (v->name == "_")
      recordTypeAndValue(lhs, Mode::Variable, v->type, nullptr);
  }
  if (fresh.empty()) {
    error(s, "no new variables on left side of :=");
    return;
  }
  for (Var *v : fresh)
    declare(env_.scope, nullptr, v);
}

void Checker::assignRangeVars(syntax::RangeClause *r, Operand &x, Type *const rhs[2], bool over_int) {
  for (std::size_t i = 0; i < r->lhs.size() && i < 2; ++i) {
    if (!rhs[i] || !isValid(rhs[i]))
      continue;
    syntax::Expr *lhs = r->lhs[i];
    if (over_int) {
      assignVar(lhs, nullptr, &x, "range clause");
      if (x.ok() && !isInteger(x.type))
        error(lhs, "cannot use iteration variable of type ", x.type);
    } else {
      Operand y{Mode::Value, BuiltinId::Append, lhs, rhs[i], {}};
      assignVar(lhs, nullptr, &y, "assignment");
    }
  }
}

} // namespace gannet::types
