// Untyped operands: representability of constants, implicit conversion, and the final types of what was untyped.
//
// Untyped expressions are remembered with their provisional types. When the context fixes the type of the root, the tree
// below is walked and each remembered node gets its final type; constant subtrees are left alone but for their root.
#include <cmath>

#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::Operator;

namespace {

struct IntRange {
  bool is_signed;
  unsigned bits;
};

// Of typed integer kinds.
IntRange intRange(BasicKind k) {
  switch (k) {
  case BasicKind::Int8:
    return {true, 8};
  case BasicKind::Int16:
    return {true, 16};
  case BasicKind::Int32:
    return {true, 32};
  case BasicKind::Int:
  case BasicKind::Int64:
    return {true, 64};
  case BasicKind::Uint8:
    return {false, 8};
  case BasicKind::Uint16:
    return {false, 16};
  case BasicKind::Uint32:
    return {false, 32};
  default:
    return {false, 64};
  }
}

bool fitsInt(const constant::Value &v, BasicKind k) {
  IntRange r = intRange(k);
  if (auto i = constant::int64Val(v)) {
    if (r.is_signed)
      return r.bits == 64 || (*i >= -(std::int64_t(1) << (r.bits - 1)) && *i < (std::int64_t(1) << (r.bits - 1)));
    return *i >= 0 && (r.bits == 64 || *i < (std::int64_t(1) << r.bits));
  }
  return !r.is_signed && r.bits == 64 && constant::sign(v) >= 0 && constant::bitLen(v) <= 64;
}

} // namespace

bool Checker::representable(const constant::Value &v, const Basic *b, constant::Value *rounded) {
  if (!v.known())
    return true;
  auto set = [&](constant::Value r) {
    if (rounded)
      *rounded = std::move(r);
    return true;
  };
  if (b->info & kIsInteger) {
    constant::Value i = constant::toInt(v);
    if (i.kind() != constant::Kind::Int)
      return false;
    if (!(b->info & kIsUntyped) && !fitsInt(i, b->basic))
      return false;
    return set(std::move(i));
  }
  if (b->info & kIsFloat) {
    constant::Value f = constant::toFloat(v);
    if (f.kind() != constant::Kind::Float && f.kind() != constant::Kind::Int)
      return false;
    if (b->basic == BasicKind::UntypedFloat)
      return set(std::move(f));
    constant::Value r = b->basic == BasicKind::Float32 ? constant::roundFloat32(f) : constant::roundFloat64(f);
    return r.known() && set(std::move(r));
  }
  if (b->info & kIsComplex) {
    constant::Value c = constant::toComplex(v);
    if (!c.known())
      return false;
    if (b->basic == BasicKind::UntypedComplex)
      return set(std::move(c));
    constant::Value r = b->basic == BasicKind::Complex64 ? constant::roundFloat32(c) : constant::roundFloat64(c);
    return r.known() && set(std::move(r));
  }
  if (b->info & kIsString)
    return v.kind() == constant::Kind::String;
  if (b->info & kIsBoolean)
    return v.kind() == constant::Kind::Bool;
  return false;
}

ConvertError Checker::representation(const Operand &x, const Basic *b, constant::Value *out) {
  *out = x.value;
  if (representable(x.value, b, out))
    return ConvertError::None;
  if (isNumeric(x.type) && (b->info & kIsNumeric))
    return !isInteger(x.type) && (b->info & kIsInteger) ? ConvertError::Truncated : ConvertError::Overflows;
  return ConvertError::InvalidConst;
}

void Checker::representableAs(Operand &x, Basic *b) {
  constant::Value v;
  ConvertError why = representation(x, b, &v);
  if (why != ConvertError::None) {
    invalidConversion(why, x, b);
    x.invalidate();
    return;
  }
  x.value = std::move(v);
}

void Checker::invalidConversion(ConvertError why, const Operand &x, Type *target) {
  switch (why) {
  case ConvertError::Truncated:
    error(x, x, " truncated to ", target);
    break;
  case ConvertError::Overflows:
    error(x, x, " overflows ", target);
    break;
  default:
    error(x, "cannot convert ", x, " to type ", target);
  }
}

namespace {

std::string_view operationName(syntax::Expr *e) {
  auto *op = e ? e->as<syntax::Operation>() : nullptr;
  if (!op)
    return "";
  if (op->isUnary())
    return op->op == Operator::Xor ? "bitwise complement " : "";
  switch (op->op) {
  case Operator::Add:
    return "addition ";
  case Operator::Sub:
    return "subtraction ";
  case Operator::Xor:
    return "bitwise XOR ";
  case Operator::Mul:
    return "multiplication ";
  case Operator::Shl:
    return "shift ";
  default:
    return "";
  }
}

} // namespace

// A typed constant result must fit its type; an untyped integer must not grow without bound.
void Checker::overflow(Operand &x, Pos op_pos) {
  if (!x.value.known()) {
    error(op_pos, "constant result is not representable");
    return;
  }
  if (isTyped(x.type)) {
    representableAs(x, underAs<Basic>(x.type));
    return;
  }
  constexpr unsigned kMaxBits = 512;
  if (x.value.kind() == constant::Kind::Int && constant::bitLen(x.value) > kMaxBits) {
    error(op_pos, "constant ", operationName(x.expr), "overflow");
    x.value = constant::Value();
  }
}

Type *Checker::implicitType(const Operand &x, Type *target, constant::Value *value, ConvertError *why) {
  *why = ConvertError::None;
  if (!x.ok() || isTyped(x.type) || !isValid(target))
    return x.type;
  auto no = [&](ConvertError e) -> Type * {
    *why = e;
    return nullptr;
  };
  if (isUntyped(target)) {
    Type *m = maxUntyped(x.type, target);
    return m ? m : no(ConvertError::Invalid);
  }
  if (x.isNil())
    return hasNil(target) ? target : no(ConvertError::Invalid);
  Type *u = under(target);
  if (Basic *b = as<Basic>(u)) {
    if (x.mode == Mode::Constant) {
      constant::Value v;
      ConvertError e = representation(x, b, &v);
      if (e != ConvertError::None)
        return no(e);
      if (value)
        *value = std::move(v);
      return target;
    }
    // Results of comparisons, and non-constant shifts.
    switch (static_cast<Basic *>(x.type)->basic) {
    case BasicKind::UntypedBool:
      return isBoolean(target) ? target : no(ConvertError::Invalid);
    case BasicKind::UntypedInt:
    case BasicKind::UntypedRune:
    case BasicKind::UntypedFloat:
    case BasicKind::UntypedComplex:
      return isNumeric(target) ? target : no(ConvertError::Invalid);
    case BasicKind::UntypedString:
      return isString(target) ? target : no(ConvertError::Invalid);
    default:
      return no(ConvertError::Invalid);
    }
  }
  if (Interface *i = as<Interface>(u)) {
    if (isTypeParam(target)) {
      bool ok = eachUnderlying(target, [&](Type *, Type *ut) {
        ConvertError ignored;
        return ut && implicitType(x, ut, nullptr, &ignored);
      });
      return ok ? target : no(ConvertError::Invalid);
    }
    if (!typeSet(i).isAll())
      return no(ConvertError::Invalid);
    return defaultType(context_, x.type);
  }
  return no(ConvertError::Invalid);
}

void Checker::convertUntyped(Operand &x, Type *target) {
  constant::Value v;
  ConvertError why;
  Type *t = implicitType(x, target, &v, &why);
  if (why != ConvertError::None) {
    Type *shown = target;
    if (!isTypeParam(target))
      shown = under(target);
    invalidConversion(why, x, shown);
    x.invalidate();
    return;
  }
  if (v.known()) {
    x.value = v;
    updateExprValue(x.expr, v);
  }
  if (t != x.type) {
    x.type = t;
    updateExprType(x.expr, t, false);
  }
}

void Checker::updateExprValue(syntax::Expr *e, const constant::Value &v) {
  if (Untyped *u = untypedInfo(e))
    u->value = v;
}

// Gives e, if it is remembered as untyped, the type t; final unless t is untyped and `final` is not set.
void Checker::updateExprType(syntax::Expr *e, Type *t, bool final) {
  Untyped *old = untypedInfo(e);
  if (!old)
    return;
  bool is_constant = old->mode == Mode::Constant;
  switch (e->kind) {
  case syntax::NodeKind::ParenExpr:
    updateExprType(e->to<syntax::ParenExpr>()->x, t, final);
    break;
  case syntax::NodeKind::Operation: {
    auto *op = e->to<syntax::Operation>();
    if (is_constant)
      break; // operands of constant expressions do not matter any more
    if (op->isUnary()) {
      if (op->op != Operator::Mul)
        updateExprType(op->x, t, final);
    } else if (syntax::isComparison(op->op)) {
      // The result's type is independent of the operands'.
    } else if (syntax::isShift(op->op)) {
      updateExprType(op->x, t, final);
    } else {
      updateExprType(op->x, t, final);
      updateExprType(op->y, t, final);
    }
    break;
  }
  default:
    break;
  }
  old = untypedInfo(e);
  if (!old)
    return;
  if (!final && isUntyped(t)) {
    old->type = static_cast<Basic *>(t);
    return;
  }
  Untyped entry = std::move(*old);
  old->type = nullptr; // done
  if (entry.is_lhs && !allInteger(t)) {
    error(e, "invalid operation: shifted operand ", e, " (type ", t, ") must be integer");
    return;
  }
  if (is_constant) {
    Operand c{entry.mode, BuiltinId::Append, e, entry.type, entry.value};
    convertUntyped(c, t);
    if (!c.ok())
      return;
    entry.value = c.value;
  }
  recordTypeAndValue(e, entry.mode, t, is_constant ? context_.keep(std::move(entry.value)) : nullptr);
}

// ---- Assignability ----

namespace {

void wrapCause(std::string *cause, std::string text) {
  if (!cause)
    return;
  if (!cause->empty())
    text += "\n\t" + *cause;
  *cause = std::move(text);
}

} // namespace

bool Checker::assignableTo(const Operand &x, Type *t, std::string *cause) {
  // Source: Go specification, "Assignability".
  if (!x.ok() || !isValid(t))
    return true;
  Type *original = t;
  Type *v = unalias(x.type);
  t = unalias(t);
  if (identical(v, t))
    return true;
  Type *vu = under(v), *tu = under(t);
  TypeParam *vp = as<TypeParam>(v), *tp = as<TypeParam>(t);
  if (isUntyped(vu)) {
    ConvertError ignored;
    if (tp)
      return eachTerm(tp, [&](const Term *term) { return term && implicitType(x, term->type, nullptr, &ignored); });
    return implicitType(x, t, nullptr, &ignored) != nullptr;
  }
  if (!vp && !tp && (!hasName(v) || !hasName(t)) && identical(vu, tu))
    return true;
  if ((as<Interface>(tu) && !tp) || isInterfacePtr(tu)) {
    if (implements(v, t, false, cause))
      return true;
    if (!vp)
      return false;
    if (cause)
      cause->clear();
  }
  if (as<Interface>(vu) && !vp)
    if (implements(t, v, false, nullptr)) {
      if (cause)
        *cause = "need type assertion";
      return false;
    }
  if (Chan *vc = as<Chan>(vu); vc && vc->dir == ChanDir::Both)
    if (Chan *tc = as<Chan>(tu); tc && identical(vc->elem, tc->elem))
      return !hasName(v) || !hasName(t);
  if (!vp && !tp)
    return false;
  if (!hasName(v) && tp) {
    bool any = false;
    return eachTerm(tp,
                    [&](const Term *term) {
                      if (!term)
                        return false;
                      any = true;
                      if (assignableTo(x, term->type, cause))
                        return true;
                      wrapCause(cause, text("cannot assign ", x.type, " to ", term->type, " (in ", t, ")"));
                      return false;
                    }) &&
           any;
  }
  if (vp && !hasName(t)) {
    Operand y = x;
    bool any = false;
    return eachTerm(vp,
                    [&](const Term *term) {
                      if (!term)
                        return false;
                      any = true;
                      y.type = term->type;
                      if (assignableTo(y, t, cause))
                        return true;
                      wrapCause(cause, text("cannot assign ", term->type, " (in ", v, ") to ", original));
                      return false;
                    }) &&
           any;
  }
  return false;
}

} // namespace gannet::types
