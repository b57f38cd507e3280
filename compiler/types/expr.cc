// Expressions: dispatch, operators, comparisons, shifts, type assertions.
//
// Untyped expressions keep a provisional type until the context gives them one; untyped.cc has that machinery.
// Source: Go specification, "Expressions".
#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::Operator;

// ---- Entry points ----

ExprKind Checker::rawExpr(const Target *target, Operand &x, syntax::Expr *e, Type *hint, bool allow_generic) {
  ExprKind kind = exprInternal(target, x, e, hint);
  if (!allow_generic)
    nonGeneric(target, x);
  pendingType(x);
  record(x);
  return kind;
}

void Checker::nonGeneric(const Target *target, Operand &x) {
  if (!x.ok() || x.mode == Mode::NoValue || !x.type)
    return;
  std::string_view what;
  if (x.type->kind == TypeKind::Alias || x.type->kind == TypeKind::Named) {
    if (isGeneric(x.type))
      what = "type";
  } else if (Signature *s = as<Signature>(x.type)) {
    if (!s->type_params.empty()) {
      if (target && target->sig) {
        funcInst(target, x.pos(), x, nullptr, true, nullptr);
        return;
      }
      what = "function";
    }
  }
  if (what.empty())
    return;
  error(x, "cannot use generic ", what, " ", x.expr, " without instantiation");
  x.invalidate();
  x.type = invalidType();
}

// A value whose type is being declared may not have a size yet.
void Checker::pendingType(Operand &x) {
  if (!x.ok() || x.mode == Mode::NoValue || !x.type)
    return;
  if (!finiteSize(x.type)) {
    x.invalidate();
    x.type = invalidType();
  }
}

void Checker::exclude(Operand &x, bool no_value, bool builtin, bool type_expr) {
  std::string_view what;
  if (x.mode == Mode::NoValue && no_value)
    what = type_expr ? " used as value" : " used as value or type";
  else if (x.mode == Mode::Builtin && builtin)
    what = " must be called";
  else if (x.mode == Mode::TypeExpr && type_expr)
    what = " is not an expression";
  else
    return;
  error(x, x, what);
  x.invalidate();
}

void Checker::singleValue(Operand &x) {
  if (x.mode != Mode::Value || !x.type || x.type->kind != TypeKind::Tuple)
    return;
  error(x, "multiple-value ", x, " in single-value context");
  x.invalidate();
}

void Checker::expr(const Target *target, Operand &x, syntax::Expr *e) {
  rawExpr(target, x, e, nullptr, false);
  exclude(x, true, true, true);
  singleValue(x);
}

void Checker::genericExpr(Operand &x, syntax::Expr *e) {
  rawExpr(nullptr, x, e, nullptr, true);
  exclude(x, true, true, true);
  singleValue(x);
}

void Checker::exprOrType(Operand &x, syntax::Expr *e, bool allow_generic) {
  rawExpr(nullptr, x, e, nullptr, allow_generic);
  exclude(x, true, false, false);
  singleValue(x);
}

void Checker::exprWithHint(Operand &x, syntax::Expr *e, Type *hint) {
  rawExpr(nullptr, x, e, hint, false);
  exclude(x, true, true, true);
  singleValue(x);
}

std::vector<Operand> Checker::multiExpr(syntax::Expr *e, bool allow_comma_ok, bool *comma_ok) {
  Operand x;
  rawExpr(nullptr, x, e, nullptr, false);
  exclude(x, true, true, true);
  *comma_ok = false;
  std::vector<Operand> list;
  if (Tuple *t = x.ok() ? as<Tuple>(x.type) : nullptr) {
    for (Var *v : t->vars)
      list.push_back({Mode::Value, BuiltinId::Append, e, v->type, {}});
    return list;
  }
  bool can = x.mode == Mode::MapIndex || x.mode == Mode::CommaOk;
  list.push_back(std::move(x));
  if (allow_comma_ok && can) {
    list.push_back({Mode::Value, BuiltinId::Append, e, basic(BasicKind::UntypedBool), {}});
    *comma_ok = true;
  }
  return list;
}

// ---- Dispatch ----

ExprKind Checker::exprInternal(const Target *target, Operand &x, syntax::Expr *e, Type *hint) {
  x = Operand();
  x.type = invalidType();
  ExprKind kind = ExprKind::Expression;
  switch (e->kind) {
  case syntax::NodeKind::BadExpr:
    break;
  case syntax::NodeKind::Name:
    ident(x, e->to<syntax::Name>(), false);
    break;
  case syntax::NodeKind::DotsType:
    error(e, "invalid use of ...");
    break;
  case syntax::NodeKind::BasicLit:
    if (!e->to<syntax::BasicLit>()->bad)
      basicLit(x, e->to<syntax::BasicLit>());
    break;
  case syntax::NodeKind::FuncLit:
    funcLit(x, e->to<syntax::FuncLit>());
    break;
  case syntax::NodeKind::CompositeLit:
    compositeLit(x, e->to<syntax::CompositeLit>(), hint);
    break;
  case syntax::NodeKind::ParenExpr: {
    ExprKind k = rawExpr(nullptr, x, e->to<syntax::ParenExpr>()->x, nullptr, false);
    x.expr = e;
    return k;
  }
  case syntax::NodeKind::SelectorExpr:
    selector(x, e->to<syntax::SelectorExpr>(), false);
    break;
  case syntax::NodeKind::IndexExpr: {
    auto *i = e->to<syntax::IndexExpr>();
    if (indexExpr(x, i))
      funcInst(target, e->pos, x, i, true, nullptr);
    break;
  }
  case syntax::NodeKind::SliceExpr:
    sliceExpr(x, e->to<syntax::SliceExpr>());
    break;
  case syntax::NodeKind::AssertExpr:
    assertion(x, e->to<syntax::AssertExpr>());
    break;
  case syntax::NodeKind::TypeSwitchGuard:
    error(e, "use of .(type) outside type switch");
    use(e->to<syntax::TypeSwitchGuard>()->x);
    break;
  case syntax::NodeKind::CallExpr:
    return callExpr(x, e->to<syntax::CallExpr>());
  case syntax::NodeKind::Operation: {
    auto *op = e->to<syntax::Operation>();
    if (!op->isUnary()) {
      binary(x, op, op->x, op->y, op->op);
    } else if (op->op == Operator::Mul) {
      indirection(x, op);
    } else {
      unary(x, op);
      if (x.ok() && op->op == Operator::Recv)
        kind = ExprKind::Statement;
    }
    break;
  }
  case syntax::NodeKind::KeyValueExpr:
    error(e, "no key:value expected");
    break;
  case syntax::NodeKind::ArrayType:
  case syntax::NodeKind::SliceType:
  case syntax::NodeKind::StructType:
  case syntax::NodeKind::FuncType:
  case syntax::NodeKind::InterfaceType:
  case syntax::NodeKind::MapType:
  case syntax::NodeKind::ChanType:
    x.mode = Mode::TypeExpr;
    x.type = typ(e);
    break;
  default:
    GANNET_UNREACHABLE("expression of an unknown kind");
  }
  x.expr = e;
  return x.ok() ? kind : ExprKind::Statement;
}

// ---- Unary operators ----

void Checker::indirection(Operand &x, syntax::Operation *e) {
  exprOrType(x, e->x, false);
  if (!x.ok())
    return;
  if (x.mode == Mode::TypeExpr) {
    validVarType(e->x, x.type);
    x.type = context_.pointerTo(x.type);
    return;
  }
  Type *base = nullptr;
  if (x.mode == Mode::NilValue) {
    error(x, "invalid operation: cannot indirect ", x);
    x.invalidate();
    return;
  }
  bool ok = eachUnderlying(x.type, [&](Type *, Type *u) {
    Pointer *p = as<Pointer>(u);
    if (!p) {
      error(x, "invalid operation: cannot indirect ", x);
      return false;
    }
    if (base && !identical(p->elem, base)) {
      error(x, "invalid operation: pointers of ", x, " must have identical base types");
      return false;
    }
    base = p->elem;
    return true;
  });
  if (!ok) {
    x.invalidate();
    return;
  }
  x.mode = Mode::Variable;
  x.type = base;
}

namespace {


bool unaryDefined(Operator op, Type *t) {
  switch (op) {
  case Operator::Add:
  case Operator::Sub:
    return allNumeric(t);
  case Operator::Xor:
    return allInteger(t);
  case Operator::Not:
    return allBoolean(t);
  default:
    return false;
  }
}

bool binaryDefined(Operator op, Type *t) {
  switch (op) {
  case Operator::Add:
    return allNumericOrString(t);
  case Operator::Sub:
  case Operator::Mul:
  case Operator::Div:
    return allNumeric(t);
  case Operator::Rem:
  case Operator::And:
  case Operator::Or:
  case Operator::Xor:
  case Operator::AndNot:
    return allInteger(t);
  case Operator::AndAnd:
  case Operator::OrOr:
    return allBoolean(t);
  default:
    return false;
  }
}

} // namespace

bool Checker::operatorDefined(const Operand &x, Operator op, bool is_unary) {
  if (is_unary ? unaryDefined(op, x.type) : binaryDefined(op, x.type))
    return true;
  error(x, "invalid operation: operator ", op, " not defined on ", x);
  return false;
}

void Checker::unary(Operand &x, syntax::Operation *e) {
  expr(nullptr, x, e->x);
  if (!x.ok())
    return;
  Operator op = e->op;
  switch (op) {
  case Operator::And:
    if (x.mode != Mode::Variable && !syntax::unparen(e->x)->is<syntax::CompositeLit>()) {
      error(x, "invalid operation: cannot take address of ", x);
      x.invalidate();
      return;
    }
    markReassigned(e->x);
    x.mode = Mode::Value;
    x.type = context_.pointerTo(x.type);
    return;
  case Operator::Recv:
    if (Type *elem = chanElem(syntax::startPos(x.expr), x, true)) {
      x.mode = Mode::CommaOk;
      x.type = elem;
      env_.has_call_or_recv = true;
    } else {
      x.invalidate();
    }
    return;
  case Operator::Tilde:
    error(e, "cannot use ~ outside of interface or type constraint",
          allInteger(x.type) ? " (use ^ for bitwise complement)" : "");
    if (!allInteger(x.type)) {
      x.invalidate();
      return;
    }
    op = Operator::Xor;
    break;
  default:
    break;
  }
  if (!operatorDefined(x, op, true)) {
    x.invalidate();
    return;
  }
  if (x.mode != Mode::Constant) {
    x.mode = Mode::Value;
    return;
  }
  if (!x.value.known())
    return;
  unsigned bits = 0;
  if (isUnsigned(x.type))
    if (Basic *b = underAs<Basic>(x.type))
      switch (b->basic) {
      case BasicKind::Uint8:
        bits = 8;
        break;
      case BasicKind::Uint16:
        bits = 16;
        break;
      case BasicKind::Uint32:
        bits = 32;
        break;
      default:
        bits = 64;
      }
  x.value = constant::unaryOp(op, x.value, bits);
  x.expr = e;
  overflow(x, e->pos);
}

// The element type of channel x, which is received from (or sent to); null if it is none, reported.
Type *Checker::chanElem(Pos pos, const Operand &x, bool recv) {
  std::string cause;
  Type *u = commonUnder(
      x.type,
      [&](Type *t, Type *ut) -> std::string {
        if (!ut)
          return "no specific channel type";
        Chan *c = as<Chan>(ut);
        if (!c)
          return text("non-channel ", t);
        if (recv && c->dir == ChanDir::SendOnly)
          return text("send-only channel ", t);
        if (!recv && c->dir == ChanDir::RecvOnly)
          return text("receive-only channel ", t);
        return {};
      },
      &cause, pkg_);
  if (u)
    return static_cast<Chan *>(u)->elem;
  std::string_view what = recv ? "cannot receive from " : "cannot send to ";
  if (isTypeParam(x.type))
    error(pos, "invalid operation: ", what, x, ": ", cause);
  else
    error(pos, "invalid operation: ", what, cause, " ", x);
  return nullptr;
}

// ---- Type assertions ----

void Checker::assertion(Operand &x, syntax::AssertExpr *e) {
  expr(nullptr, x, e->x);
  if (!x.ok())
    return;
  if (isTypeParam(x.type)) {
    error(x, "invalid operation: cannot use type assertion on type parameter value ", x);
    x.invalidate();
    return;
  }
  if (!underAs<Interface>(x.type)) {
    error(x, "invalid operation: ", x, " is not an interface");
    x.invalidate();
    return;
  }
  Type *t = varType(e->type);
  if (!isValid(t)) {
    x.invalidate();
    return;
  }
  typeAssertion(e, x, t, false);
  x.mode = Mode::CommaOk;
  x.type = t;
}

// Can a value of interface type x.type hold a T?
void Checker::typeAssertion(syntax::Expr *e, const Operand &x, Type *t, bool type_switch) {
  std::string cause;
  if (isInterface(t) || hasAllMethods(t, x.type, false, &cause))
    return;
  if (type_switch)
    error(e, "impossible type switch case: ", e, "\n\t", x, " cannot have dynamic type ", t, " ", cause);
  else
    error(e, "impossible type assertion: ", e, "\n\t", t, " does not implement ", x.type, " ", cause);
}

// ---- Binary operators ----

void Checker::binary(Operand &x, syntax::Operation *e, syntax::Expr *lhs, syntax::Expr *rhs, Operator op) {
  Operand y;
  expr(nullptr, x, lhs);
  expr(nullptr, y, rhs);
  if (!x.ok())
    return;
  if (!y.ok()) {
    x.invalidate();
    x.expr = y.expr;
    return;
  }
  if (syntax::isShift(op)) {
    shift(x, y, e, op);
    return;
  }
  matchTypes(x, y);
  if (!x.ok())
    return;
  if (syntax::isComparison(op)) {
    comparison(x, y, op, false);
    return;
  }
  if (!identical(x.type, y.type)) {
    if (isValid(x.type) && isValid(y.type)) {
      if (e)
        error(x, "invalid operation: ", static_cast<syntax::Expr *>(e), " (mismatched types ", x.type, " and ", y.type, ")");
      else
        error(x, "invalid operation: ", lhs, " ", op, "= ", rhs, " (mismatched types ", x.type, " and ", y.type, ")");
    }
    x.invalidate();
    return;
  }
  if (!operatorDefined(x, op, false)) {
    x.invalidate();
    return;
  }
  if (op == Operator::Div || op == Operator::Rem) {
    bool zero = false;
    if (y.mode == Mode::Constant && y.value.known()) {
      if (x.mode == Mode::Constant || allInteger(x.type))
        zero = constant::sign(y.value) == 0;
      // A complex divisor may be so small that its square is zero.
      if (!zero && x.mode == Mode::Constant && isComplex(x.type)) {
        auto underflows = [](const constant::Value &v) {
          return constant::sign(constant::binaryOp(v, Operator::Mul, v)) == 0;
        };
        zero = underflows(constant::real(y.value)) && underflows(constant::imag(y.value));
      }
    }
    if (zero) {
      error(y, "invalid operation: division by zero");
      x.invalidate();
      return;
    }
  }
  if (x.mode != Mode::Constant || y.mode != Mode::Constant) {
    x.mode = Mode::Value;
    return;
  }
  if (!x.value.known() || !y.value.known()) {
    x.value = constant::Value();
    return;
  }
  if (op == Operator::Div && isInteger(x.type))
    x.value = constant::divInts(constant::toInt(x.value), constant::toInt(y.value));
  else
    x.value = constant::binaryOp(x.value, op, y.value);
  x.expr = e;
  overflow(x, e ? e->pos : Pos());
}

bool Checker::mayConvert(const Operand &x, const Operand &y) {
  if (isTyped(x.type) && isTyped(y.type))
    return false;
  if (allNumeric(x.type) != allNumeric(y.type))
    return false;
  if (isNonTypeParamInterface(x.type) || isNonTypeParamInterface(y.type))
    return true;
  if (allBoolean(x.type) != allBoolean(y.type))
    return false;
  if (allString(x.type) != allString(y.type))
    return false;
  if (x.isNil())
    return hasNil(y.type);
  if (y.isNil())
    return hasNil(x.type);
  if (isPointer(x.type) || isPointer(y.type))
    return false;
  return true;
}

void Checker::matchTypes(Operand &x, Operand &y) {
  if (!mayConvert(x, y))
    return;
  convertUntyped(x, y.type);
  if (!x.ok())
    return;
  convertUntyped(y, x.type);
  if (!y.ok())
    x.invalidate();
}

void Checker::comparison(Operand &x, Operand &y, Operator op, bool switch_case) {
  if (!isValid(x.type) || !isValid(y.type)) {
    x.invalidate();
    return;
  }
  if (switch_case)
    op = Operator::Eql;
  Operand *at = &x;
  std::string cause;
  bool failed = false;
  auto incomparable = [&](Operand &o) {
    at = &o;
    failed = true;
    Type *u = under(o.type);
    if (u->kind == TypeKind::Slice || u->kind == TypeKind::Signature || u->kind == TypeKind::Map)
      cause = text(kindText(o.type), " can only be compared to nil");
    else
      comparable(o.type, true, &cause, pkg_);
  };
  if (!assignableTo(x, y.type, nullptr) && !assignableTo(y, x.type, nullptr)) {
    at = &y;
    failed = true;
    cause = text("mismatched types ", x.type, " and ", y.type);
  } else if (op == Operator::Eql || op == Operator::Neq) {
    if (x.isNil() || y.isNil()) {
      if (!hasNil(x.isNil() ? y.type : x.type)) {
        at = &y;
        failed = true;
      }
    } else if (!comparable(x.type)) {
      incomparable(x);
    } else if (!comparable(y.type)) {
      incomparable(y);
    }
  } else if (!allOrdered(x.type)) {
    failed = true;
  } else if (!allOrdered(y.type)) {
    at = &y;
    failed = true;
  }
  if (failed) {
    if (cause.empty()) {
      if (isTypeParam(x.type) || isTypeParam(y.type)) {
        if (!isTypeParam(x.type))
          at = &y;
        cause = text("type parameter ", at->type, " cannot use operator ", op);
      } else {
        std::string_view kind = kindText(at->type);
        cause = kind.empty() ? text("operator ", op, " not defined on ", at->type)
                             : text("operator ", op, " not defined on ", kind);
      }
    }
    if (switch_case)
      error(x, "invalid case ", x.expr, " in switch on ", y.expr, " (", cause, ")");
    else
      error(*at, "invalid operation: ", x.expr, " ", op, " ", y.expr, " (", cause, ")");
    x.invalidate();
    return;
  }
  if (x.mode == Mode::Constant && y.mode == Mode::Constant) {
    if (x.value.known() && y.value.known())
      x.value = constant::Value::ofBool(constant::compare(x.value, op, y.value));
    else
      x.value = constant::Value();
  } else {
    x.mode = Mode::Value;
    // The operands get their final types now; the result does not determine them.
    updateExprType(x.expr, defaultType(context_, x.type), true);
    updateExprType(y.expr, defaultType(context_, y.type), true);
  }
  x.type = basic(BasicKind::UntypedBool);
}

void Checker::shift(Operand &x, Operand &y, syntax::Expr *e, Operator op) {
  // Source: Go specification, "Operators" (shifts).
  constant::Value xval;
  if (x.mode == Mode::Constant)
    xval = constant::toInt(x.value);
  if (!allInteger(x.type) && !(isUntyped(x.type) && xval.kind() == constant::Kind::Int)) {
    error(x, "invalid operation: shifted operand ", x, " must be integer");
    x.invalidate();
    return;
  }
  constant::Value yval;
  if (y.mode == Mode::Constant) {
    yval = constant::toInt(y.value);
    if (yval.kind() == constant::Kind::Int && constant::sign(yval) < 0) {
      error(y, "invalid operation: negative shift count ", y);
      x.invalidate();
      return;
    }
    if (isUntyped(y.type)) {
      representableAs(y, basic(BasicKind::Uint));
      if (!y.ok()) {
        x.invalidate();
        return;
      }
    }
  } else if (allInteger(y.type) && isTyped(y.type)) {
    if (!allUnsigned(y.type) && !verifyVersion(syntax::startPos(y.expr), 13, "invalid operation: signed shift count ", y)) {
      x.invalidate();
      return;
    }
  } else if (isUntyped(y.type)) {
    convertUntyped(y, basic(BasicKind::Uint));
    if (!y.ok()) {
      x.invalidate();
      return;
    }
  } else {
    error(y, "invalid operation: shift count ", y, " must be integer");
    x.invalidate();
    return;
  }
  if (x.mode == Mode::Constant) {
    if (y.mode == Mode::Constant) {
      if (!isInteger(x.type))
        x.type = basic(BasicKind::UntypedInt);
      if (!x.value.known() || !y.value.known()) {
        x.value = constant::Value();
        return;
      }
      constexpr std::uint64_t kMaxShift = 1023 - 1 + 52; // the smallest float64 can be written
      auto count = constant::uint64Val(yval);
      if (!count || *count > kMaxShift) {
        error(y, "invalid operation: invalid shift count ", y);
        x.invalidate();
        return;
      }
      x.value = constant::shift(xval, op, static_cast<std::uint32_t>(*count));
      x.expr = e;
      overflow(x, e ? e->pos : Pos());
      return;
    }
    // A non-constant shift of an untyped constant: the constant gets the type the whole expression gets.
    if (isUntyped(x.type)) {
      if (Untyped *u = untypedInfo(x.expr))
        u->is_lhs = true;
      x.mode = Mode::Value;
      return;
    }
  }
  if (!allInteger(x.type)) {
    error(x, "invalid operation: shifted operand ", x, " must be integer");
    x.invalidate();
    return;
  }
  x.mode = Mode::Value;
}

// The variable at the root of an assigned or address-taken operand changes after its declaration.
void Checker::markReassigned(syntax::Expr *e) {
  while (true) {
    e = syntax::unparen(e);
    if (auto *name = e->as<syntax::Name>()) {
      if (Fact *f = fact(name))
        if (Var *v = as<Var>(f->object))
          v->reassigned = true;
      return;
    }
    if (auto *s = e->as<syntax::SelectorExpr>()) {
      e = s->x;
    } else if (auto *i = e->as<syntax::IndexExpr>()) {
      Fact *f = fact(i->x);
      if (!f || !f->type || !underAs<Array>(f->type))
        return;
      e = i->x;
    } else {
      return;
    }
  }
}

} // namespace gannet::types
