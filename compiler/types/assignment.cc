// Assignments: of values to variables, parameters, results; declarations with initial values.
#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/check.h"

namespace gannet::types {

// Makes x a value of type t, or of its default type if t is null; `context` says in what, for messages.
void Checker::assignment(Operand &x, Type *t, std::string_view context) {
  singleValue(x);
  switch (x.mode) {
  case Mode::Invalid:
    return;
  case Mode::NoValue:
  case Mode::Builtin:
  case Mode::TypeExpr:
    error(x, "cannot assign ", x, " to ", t, " in ", context);
    x.invalidate();
    return;
  default:
    break;
  }
  if (isUntyped(x.type)) {
    Type *target = t;
    if (x.isNil()) {
      if (!t) {
        error(x, "use of untyped nil in ", context);
        x.invalidate();
        return;
      }
    } else if (!t || isNonTypeParamInterface(t)) {
      target = defaultType(context_, x.type);
    }
    constant::Value v;
    ConvertError why;
    Type *type = implicitType(x, target, &v, &why);
    if (why != ConvertError::None) {
      error(x, "cannot use ", x, " as ", target, " value in ", context,
            why == ConvertError::Truncated ? " (truncated)" : why == ConvertError::Overflows ? " (overflows)" : "");
      x.invalidate();
      return;
    }
    if (v.known()) {
      x.value = v;
      updateExprValue(x.expr, v);
    }
    if (type != x.type) {
      x.type = type;
      updateExprType(x.expr, type, false);
    }
  }
  if (Signature *s = underAs<Signature>(x.type); s && !s->type_params.empty()) {
    error(x, "cannot use generic function ", x.expr, " without instantiation in ", context);
    x.invalidate();
    return;
  }
  if (!t)
    return;
  std::string cause;
  if (assignableTo(x, t, &cause))
    return;
  if (cause.empty())
    error(x, "cannot use ", x, " as ", t, " value in ", context);
  else
    error(x, "cannot use ", x, " as ", t, " value in ", context, ": ", cause);
  x.invalidate();
}

void Checker::initConst(ConstObj *lhs, Operand &x) {
  auto fail = [&] {
    if (!lhs->type)
      lhs->type = invalidType();
  };
  if (!x.ok() || !isValid(x.type) || (lhs->type && !isValid(lhs->type)))
    return fail();
  if (x.mode != Mode::Constant) {
    error(x, x, " is not constant");
    return fail();
  }
  if (!lhs->type)
    lhs->type = x.type;
  assignment(x, lhs->type, "constant declaration");
  if (x.ok())
    lhs->value = context_.keep(x.value);
}

void Checker::initVar(Var *lhs, Operand &x, std::string_view context) {
  if (!x.ok() || !isValid(x.type) || (lhs->type && !isValid(lhs->type))) {
    if (!lhs->type)
      lhs->type = invalidType();
    x.invalidate();
    return;
  }
  if (!lhs->type) {
    Type *t = x.type;
    if (isUntyped(t)) {
      if (x.isNil()) {
        error(x, "use of untyped nil in ", context);
        lhs->type = invalidType();
        x.invalidate();
        return;
      }
      t = defaultType(context_, t);
    }
    lhs->type = t;
  }
  assignment(x, lhs->type, context);
}

// The type of an assigned-to expression: null for `_`, invalid if in error.
Type *Checker::lhsVar(syntax::Expr *lhs) {
  auto *name = syntax::unparen(lhs)->as<syntax::Name>();
  if (name && name->value == "_") {
    recordDef(name, nullptr);
    return nullptr;
  }
  // Assigning to a variable is no use of it.
  Var *v = name ? as<Var>(lookup(name->value)) : nullptr;
  bool was_used = v && v->used;
  Operand x;
  expr(nullptr, x, lhs);
  if (v && v->pkg == pkg_) {
    v->used = was_used;
    v->reassigned = true;
  }
  if (!x.ok() || !isValid(x.type))
    return invalidType();
  if (x.mode == Mode::Variable || x.mode == Mode::MapIndex) {
    if (!name)
      markReassigned(lhs);
    return x.type;
  }
  if (auto *sel = x.expr->as<syntax::SelectorExpr>()) {
    Operand base;
    expr(nullptr, base, sel->x);
    if (base.mode == Mode::MapIndex) {
      error(x, "cannot assign to struct field ", x.expr, " in map");
      return invalidType();
    }
  }
  error(x, "cannot assign to ", x.expr, " (neither addressable nor a map index expression)");
  return invalidType();
}

Target Checker::newTarget(Type *t, std::string_view description) {
  Target target;
  if (t)
    if (Signature *s = underAs<Signature>(t)) {
      target.sig = s;
      target.description = description;
    }
  return target;
}

// Assigns rhs, or x if given, to lhs.
void Checker::assignVar(syntax::Expr *lhs, syntax::Expr *rhs, Operand *x, std::string_view context) {
  Type *t = lhsVar(lhs);
  if (t && !isValid(t)) {
    if (x)
      x->invalidate();
    else
      use(rhs);
    return;
  }
  Operand own;
  if (!x) {
    Target target;
    if (t && underAs<Signature>(t))
      target = newTarget(t, syntax::toString(lhs));
    x = &own;
    expr(target ? &target : nullptr, own, rhs);
  }
  if (!t && context == "assignment")
    context = "assignment to _ identifier";
  assignment(*x, t, context);
}

namespace {

std::string count(std::size_t n, std::string_view unit) {
  return std::to_string(n) + " " + std::string(unit) + (n == 1 ? "" : "s");
}

bool isCall(syntax::ExprList list) {
  return list.size() == 1 && syntax::unparen(list[0])->is<syntax::CallExpr>();
}

} // namespace

void Checker::assignError(syntax::ExprList rhs, std::size_t l, std::size_t r) {
  if (isCall(rhs))
    error(rhs[0], "assignment mismatch: ", count(l, "variable"), " but ",
          syntax::unparen(rhs[0])->to<syntax::CallExpr>()->fun, " returns ", count(r, "value"));
  else
    error(rhs[0], "assignment mismatch: ", count(l, "variable"), " but ", count(r, "value"));
}

void Checker::returnError(syntax::Stmt *at_stmt, const std::vector<Var *> &lhs, const std::vector<Operand> &rhs) {
  std::size_t l = lhs.size(), r = rhs.size();
  Pos at = syntax::startPos(at_stmt);
  std::string_view what = "not enough";
  if (r > l) {
    at = syntax::startPos(rhs[l].expr);
    what = "too many";
  } else if (r > 0) {
    at = syntax::startPos(rhs[r - 1].expr);
  }
  std::vector<Type *> have, want;
  for (const Operand &x : rhs)
    have.push_back(x.ok() ? x.type : nullptr);
  for (Var *v : lhs)
    want.push_back(v->type);
  ErrorText e;
  e.add(at, text(what, " return values"));
  e.add(Pos(), text("have ", typeListSummary(have, false, false)));
  e.add(Pos(), text("want ", typeListSummary(want, false, false)));
  report(e);
}

void Checker::initVars(const std::vector<Var *> &lhs, syntax::ExprList rhs, syntax::Stmt *return_stmt) {
  std::string_view context = return_stmt ? "return statement" : "assignment";
  auto invalidate = [&] {
    for (Var *v : lhs)
      if (!v->type)
        v->type = invalidType();
  };
  std::size_t l = lhs.size(), r = rhs.size();
  if (l == r && !isCall(rhs)) {
    for (std::size_t i = 0; i < l; ++i) {
      Operand x;
      Target target;
      if (lhs[i]->type)
        target = newTarget(lhs[i]->type, return_stmt && lhs[i]->name.empty() ? std::string_view("result variable")
                                                                             : lhs[i]->name);
      expr(target ? &target : nullptr, x, rhs[i]);
      initVar(lhs[i], x, context);
    }
    return;
  }
  if (r != 1) {
    if (use(rhs)) {
      if (return_stmt)
        returnError(return_stmt, lhs, exprList(rhs));
      else
        assignError(rhs, l, r);
    }
    invalidate();
    return;
  }
  bool comma_ok = false;
  std::vector<Operand> values = multiExpr(rhs[0], l == 2 && !return_stmt, &comma_ok);
  if (values.size() == l) {
    for (std::size_t i = 0; i < l; ++i)
      initVar(lhs[i], values[i], context);
    if (comma_ok && values[0].ok() && values[1].ok())
      recordCommaOk(rhs[0], values[0].type, values[1].type);
    return;
  }
  if (values.empty() || values[0].ok()) {
    if (return_stmt)
      returnError(return_stmt, lhs, values);
    else
      assignError(rhs, l, values.size());
  }
  invalidate();
}

void Checker::assignVars(syntax::ExprList lhs, syntax::ExprList rhs) {
  std::size_t l = lhs.size(), r = rhs.size();
  if (l == r && !isCall(rhs)) {
    for (std::size_t i = 0; i < l; ++i)
      assignVar(lhs[i], rhs[i], nullptr, "assignment");
    return;
  }
  if (r != 1) {
    bool ok = useLhs(lhs);
    if (use(rhs) && ok)
      assignError(rhs, l, r);
    return;
  }
  bool comma_ok = false;
  std::vector<Operand> values = multiExpr(rhs[0], l == 2, &comma_ok);
  if (values.size() == l) {
    for (std::size_t i = 0; i < l; ++i)
      assignVar(lhs[i], nullptr, &values[i], "assignment");
    if (comma_ok && values[0].ok() && values[1].ok())
      recordCommaOk(rhs[0], values[0].type, values[1].type);
    return;
  }
  if (values.empty() || values[0].ok())
    assignError(rhs, l, values.size());
  useLhs(lhs);
}

void Checker::shortVarDecl(Pos pos, syntax::ExprList lhs, syntax::ExprList rhs) {
  std::size_t top = delayed_.size();
  Scope *scope = env_.scope;
  std::vector<Var *> all, fresh;
  std::vector<std::string_view> seen;
  bool failed = false;
  for (syntax::Expr *e : lhs) {
    auto *name = e->as<syntax::Name>();
    Var *v = nullptr;
    if (!name) {
      use(e, true);
      error(e, "non-name ", e, " on left side of :=");
      failed = true;
    } else if (name->value != "_" && std::find(seen.begin(), seen.end(), name->value) != seen.end()) {
      error(e, e, " repeated on left side of :=");
      failed = true;
    } else {
      seen.push_back(name->value);
      if (Object *alt = name->value == "_" ? nullptr : scope->lookup(name->value)) {
        recordUse(name, alt);
        v = as<Var>(alt);
        if (v) {
          v->reassigned = true;
        } else {
          error(e, "cannot assign to ", e);
          failed = true;
        }
      } else {
        v = newLocal(name->pos, name->value, nullptr);
        if (name->value != "_")
          fresh.push_back(v);
        recordDef(name, v);
      }
    }
    if (!v)
      v = newLocal(e->pos, "_", nullptr);
    all.push_back(v);
  }
  initVars(all, rhs, nullptr);
  // Function literals in the right side do not see the new variables.
  processDelayed(top);
  if (fresh.empty() && !failed) {
    error(pos, "no new variables on left side of :=");
    return;
  }
  for (Var *v : fresh)
    declare(scope, nullptr, v);
}

} // namespace gannet::types
