// Conversions T(x).
#include "compiler/syntax/unicode.h"
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

bool isKind(Type *u, BasicKind k) {
  Basic *b = as<Basic>(u);
  return b && b->basic == k;
}

bool isBytesOrRunes(Type *u) {
  Slice *s = as<Slice>(u);
  Basic *b = s ? underAs<Basic>(s->elem) : nullptr;
  return b && (b->basic == BasicKind::Uint8 || b->basic == BasicKind::Int32);
}

bool isIntegerOrFloat(Type *u) {
  Basic *b = as<Basic>(u);
  return b && (b->info & (kIsInteger | kIsFloat));
}

std::string runeText(const constant::Value &v) {
  char32_t rune = syntax::kRuneError;
  if (auto i = constant::uint64Val(v); i && *i <= syntax::kMaxRune && !(*i >= 0xd800 && *i < 0xe000))
    rune = static_cast<char32_t>(*i);
  std::string out;
  syntax::appendRune(out, rune);
  return out;
}

void wrap(std::string *cause, std::string text) {
  if (!cause)
    return;
  if (!cause->empty())
    text += "\n\t" + *cause;
  *cause = std::move(text);
}

} // namespace

void Checker::conversion(Operand &x, Type *t) {
  bool const_arg = x.mode == Mode::Constant;
  // Does the constant convert to (a type with) underlying type u?
  auto const_converts = [&](Type *target, constant::Value *value) {
    Basic *b = underAs<Basic>(target);
    if (!b)
      return false;
    if (representable(x.value, b, value))
      return true;
    if (isInteger(x.type) && (b->info & kIsString)) {
      if (value)
        *value = constant::Value::ofString(runeText(constant::toInt(x.value)));
      return true;
    }
    return false;
  };

  bool ok = false;
  std::string cause;
  if (const_arg && isConstType(t)) {
    constant::Value v = x.value;
    ok = const_converts(t, &v);
    if (ok) {
      x.value = std::move(v);
    } else if (isInteger(x.type) && isInteger(t)) {
      error(x, "constant ", constant::toString(x.value), " overflows ", t);
      x.invalidate();
      return;
    }
  } else if (const_arg && isTypeParam(t)) {
    ok = eachUnderlying(t, [&](Type *, Type *u) {
      if (!u) {
        cause = text(t, " does not contain specific types");
        return false;
      }
      if (isString(x.type) && isBytesOrRunes(u))
        return true;
      if (const_converts(u, nullptr))
        return true;
      cause = isInteger(x.type) && isInteger(u)
                  ? text("constant ", constant::toString(x.value), " overflows ", u, " (in ", t, ")")
                  : text("cannot convert ", x, " to type ", u, " (in ", t, ")");
      return false;
    });
    x.mode = Mode::Value; // type parameters are not constant types
  } else if (convertibleTo(x, t, &cause)) {
    ok = true;
    x.mode = Mode::Value;
  }
  if (!ok) {
    if (cause.empty())
      error(x, "cannot convert ", x, " to type ", t);
    else
      error(x, "cannot convert ", x, " to type ", t, ": ", cause);
    x.invalidate();
    return;
  }
  // The final type of an untyped argument.
  if (isUntyped(x.type)) {
    Type *final = t;
    if (isKind(x.type, BasicKind::UntypedNil)) {
      // nil takes the target type
    } else if (isNonTypeParamInterface(t) || (const_arg && !isConstType(t))) {
      final = defaultType(context_, x.type);
    } else if (x.mode == Mode::Constant && isInteger(x.type) && allString(t)) {
      final = x.type; // string(65) keeps its argument untyped
    }
    updateExprType(x.expr, final, true);
  }
  x.type = t;
}

bool Checker::convertibleTo(const Operand &x, Type *t, std::string *cause) {
  // Source: Go specification, "Conversions".
  if (assignableTo(x, t, cause))
    return true;
  Type *original = t;
  Type *v = unalias(x.type);
  t = unalias(t);
  Type *vu = under(v), *tu = under(t);
  TypeParam *vp = as<TypeParam>(v), *tp = as<TypeParam>(t);
  if (!vp && !tp) {
    if (identicalIgnoreTags(vu, tu))
      return true;
    if (Pointer *pv = as<Pointer>(v))
      if (Pointer *pt = as<Pointer>(t))
        if (!isTypeParam(pv->elem) && !isTypeParam(pt->elem) && identicalIgnoreTags(under(pv->elem), under(pt->elem)))
          return true;
    if (isIntegerOrFloat(vu) && isIntegerOrFloat(tu))
      return true;
    if (isComplex(vu) && isComplex(tu))
      return true;
    if ((isInteger(vu) || isBytesOrRunes(vu)) && isString(tu))
      return true;
    if (isString(vu) && isBytesOrRunes(tu))
      return true;
    bool from_unsafe = isKind(vu, BasicKind::UnsafePointer), to_unsafe = isKind(tu, BasicKind::UnsafePointer);
    if (to_unsafe && (as<Pointer>(vu) || isKind(vu, BasicKind::Uintptr)))
      return true;
    if (from_unsafe && (as<Pointer>(tu) || isKind(tu, BasicKind::Uintptr)))
      return true;
    if (Slice *s = as<Slice>(vu)) {
      Array *a = as<Array>(tu);
      bool pointer = false;
      if (Pointer *p = as<Pointer>(tu)) {
        a = underAs<Array>(p->elem);
        pointer = true;
      }
      if (a && identical(s->elem, a->elem)) {
        if (allowVersion(pointer ? 17 : 20))
          return true;
        if (cause)
          *cause = pointer ? "conversion of slice to array pointer requires go1.17 or later"
                           : "conversion of slice to array requires go1.20 or later";
      }
    }
    return false;
  }
  Operand y = x;
  auto to_each = [&](Type *from) {
    if (!tp) {
      y.type = from;
      if (convertibleTo(y, t, cause))
        return true;
      wrap(cause, text("cannot convert ", from, " (in ", v, ") to type ", original));
      return false;
    }
    return eachTerm(tp, [&](const Term *term) {
      if (!term)
        return false;
      y.type = from;
      if (convertibleTo(y, term->type, cause))
        return true;
      if (vp)
        wrap(cause, text("cannot convert ", from, " (in ", v, ") to type ", term->type, " (in ", t, ")"));
      else
        wrap(cause, text("cannot convert ", from, " to type ", term->type, " (in ", t, ")"));
      return false;
    });
  };
  if (!vp)
    return to_each(x.type);
  return eachTerm(vp, [&](const Term *term) { return term && to_each(term->type); });
}

} // namespace gannet::types
