// Builtin functions, those of package unsafe included.
#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/types/check.h"
#include "compiler/types/sizes.h"

namespace gannet::types {

using syntax::CallExpr;

namespace {

struct Row {
  std::string_view name;
  std::size_t args;
  bool variadic;
};

// By BuiltinId.
constexpr Row kRows[] = {
    {"append", 1, true},     {"cap", 1, false},       {"clear", 1, false},      {"close", 1, false},
    {"complex", 2, false},   {"copy", 2, false},      {"delete", 2, false},     {"imag", 1, false},
    {"len", 1, false},       {"make", 1, true},       {"max", 1, true},         {"min", 1, true},
    {"new", 1, false},       {"panic", 1, false},     {"print", 0, true},       {"println", 0, true},
    {"real", 1, false},      {"recover", 0, false},   {"Add", 2, false},        {"Alignof", 1, false},
    {"Offsetof", 1, false},  {"Sizeof", 1, false},    {"Slice", 2, false},      {"SliceData", 1, false},
    {"String", 2, false},    {"StringData", 1, false}, {"assert", 1, false},    {"trace", 0, true},
};

Type *arrayPtrDeref(Type *u) {
  if (Pointer *p = as<Pointer>(unalias(u)))
    if (Array *a = underAs<Array>(p->elem))
      return a;
  return u;
}

// Does the size of t depend on type parameters?
bool hasVarSize(Type *t, std::vector<Named *> &seen) {
  if (isTypeParam(t))
    return true;
  if (Named *n = unaliasAs<Named>(t)) {
    if (std::find(seen.begin(), seen.end(), n) != seen.end())
      return false;
    seen.push_back(n);
  }
  Type *u = under(t);
  if (Array *a = as<Array>(u))
    return hasVarSize(a->elem, seen);
  if (Struct *s = as<Struct>(u))
    for (Var *f : s->fields)
      if (hasVarSize(f->type, seen))
        return true;
  return false;
}

bool hasVarSize(Type *t) {
  std::vector<Named *> seen;
  return hasVarSize(t, seen);
}

} // namespace

Signature *Checker::makeSig(Type *result, const std::vector<Type *> &params) {
  Signature *s = context_.make<Signature>();
  std::vector<Var *> list;
  for (Type *t : params)
    list.push_back(context_.param(Pos(), nullptr, "", defaultType(context_, t)));
  s->params = context_.tuple(list);
  if (result)
    s->results = context_.tuple({context_.makeObject<Var>(VarRole::Result, Pos(), nullptr, "", result)});
  return s;
}

// One call of a builtin: the parts are member functions so that each can be seen whole.
class BuiltinCall {
public:
  BuiltinCall(Checker &c, Operand &x, CallExpr *call, BuiltinId id)
      : c_(c), context_(c.context()), x_(x), call_(call), id_(id), row_(kRows[static_cast<std::size_t>(id)]) {}

  bool run();

private:
  bool append();
  bool lenCap();
  bool clear();
  bool close();
  bool complex();
  bool copy();
  bool deleteKey();
  bool realImag();
  bool make();
  bool minMax();
  bool newObject();
  bool panic();
  bool print();
  bool offsetOf();
  bool assertion();
  bool sizeOrAlign();
  bool unsafeSlice();

  Basic *basic(BasicKind k) { return context_.basic(k); }
  void recordSig(Type *result, const std::vector<Type *> &params) {
    c_.recordBuiltinType(call_->fun, c_.makeSig(result, params));
  }
  bool done(Mode mode, Type *t) {
    x_.mode = mode;
    x_.type = t;
    return true;
  }
  // The element type of slice operand x, or null with a reason.
  Type *sliceElem(const Operand &x, std::string *cause);
  // Is y (for append and copy to []byte) a byte slice or string in all its types? *has_string: a string is among them.
  bool isBytesOrString(Type *t, bool *has_string);
  bool assignableToBytes(const Operand &x) { return c_.assignableTo(x, context_.sliceOf(context_.byteType()), nullptr); }
  // Applies f to x's type, or to all types of its set if it is a type parameter.
  Type *applyTypeFunc(Type *(*f)(Context &, Type *));

  Checker &c_;
  Context &context_;
  Operand &x_;
  CallExpr *call_;
  BuiltinId id_;
  const Row &row_;
  std::vector<Operand> args_;
  std::size_t nargs_ = 0;
};

// assert(b): an error unless the constant b is true.
bool BuiltinCall::assertion() {
  if (x_.mode != Mode::Constant || !isBoolean(x_.type)) {
    c_.error(x_, "invalid argument: ", x_, " is not a boolean constant");
    return false;
  }
  if (x_.value.known() && !x_.value.boolVal())
    c_.error(call_, static_cast<syntax::Expr *>(call_), " failed");
  return true;
}

bool Checker::builtinCall(Operand &x, CallExpr *call, BuiltinId id) { return BuiltinCall(*this, x, call, id).run(); }

bool BuiltinCall::run() {
  if (call_->has_dots && id_ != BuiltinId::Append) {
    c_.error(call_, "invalid operation: invalid use of ... with built-in ", row_.name);
    c_.use(call_->args);
    return false;
  }
  // len and cap of an array are constant if their operand holds no call or receive.
  bool outer_call = c_.env_.has_call_or_recv;
  bool is_len = id_ == BuiltinId::Len || id_ == BuiltinId::Cap;
  if (is_len)
    c_.env_.has_call_or_recv = false;
  bool ok = true;
  if (id_ == BuiltinId::Make || id_ == BuiltinId::New || id_ == BuiltinId::Offsetof) {
    nargs_ = call_->args.size();
  } else {
    args_ = c_.exprList(call_->args);
    nargs_ = args_.size();
    for (const Operand &a : args_)
      ok = ok && a.ok();
    if (ok && nargs_ > 0) {
      syntax::Expr *e = args_[0].expr;
      x_ = args_[0];
      x_.expr = e;
    }
  }
  if (ok) {
    std::string_view what = nargs_ < row_.args ? "not enough" : !row_.variadic && nargs_ > row_.args ? "too many" : "";
    if (!what.empty()) {
      c_.error(call_, "invalid operation: ", what, " arguments for ", static_cast<syntax::Expr *>(call_), " (expected ",
               int(row_.args), ", found ", int(nargs_), ")");
      ok = false;
    }
  }
  if (ok) {
    switch (id_) {
    case BuiltinId::Append:
      ok = append();
      break;
    case BuiltinId::Cap:
    case BuiltinId::Len:
      ok = lenCap();
      break;
    case BuiltinId::Clear:
      ok = clear();
      break;
    case BuiltinId::Close:
      ok = close();
      break;
    case BuiltinId::Complex:
      ok = complex();
      break;
    case BuiltinId::Copy:
      ok = copy();
      break;
    case BuiltinId::Delete:
      ok = deleteKey();
      break;
    case BuiltinId::Imag:
    case BuiltinId::Real:
      ok = realImag();
      break;
    case BuiltinId::Make:
      ok = make();
      break;
    case BuiltinId::Max:
    case BuiltinId::Min:
      ok = minMax();
      break;
    case BuiltinId::New:
      ok = newObject();
      break;
    case BuiltinId::Panic:
      ok = panic();
      break;
    case BuiltinId::Print:
    case BuiltinId::Println:
      ok = print();
      break;
    case BuiltinId::Recover:
      recordSig(context_.emptyInterface(), {});
      ok = done(Mode::Value, context_.emptyInterface());
      break;
    case BuiltinId::Offsetof:
      ok = offsetOf();
      break;
    case BuiltinId::Assert:
      ok = assertion();
      break;
    case BuiltinId::Trace: // gives its first argument
      if (nargs_ == 0)
        ok = done(Mode::NoValue, nullptr);
      break;
    case BuiltinId::Alignof:
    case BuiltinId::Sizeof:
      ok = sizeOrAlign();
      break;
    case BuiltinId::Add:
    case BuiltinId::Slice:
    case BuiltinId::SliceData:
    case BuiltinId::String:
    case BuiltinId::StringData:
      ok = unsafeSlice();
      break;
    }
  }
  if (is_len)
    c_.env_.has_call_or_recv = outer_call;
  return ok;
}

Type *BuiltinCall::sliceElem(const Operand &x, std::string *cause) {
  Type *elem = nullptr;
  bool ok = eachUnderlying(x.type, [&](Type *, Type *u) {
    Slice *s = as<Slice>(u);
    if (!s) {
      *cause = x.isNil() ? "argument must be a slice; have untyped nil" : c_.text("argument must be a slice; have ", x);
      return false;
    }
    if (!elem) {
      elem = s->elem;
      return true;
    }
    if (!identical(elem, s->elem)) {
      *cause = c_.text("mismatched slice element types ", elem, " and ", s->elem, " in ", x);
      return false;
    }
    return true;
  });
  return ok ? elem : nullptr;
}

bool BuiltinCall::isBytesOrString(Type *t, bool *has_string) {
  return eachUnderlying(t, [&](Type *, Type *u) {
    if (Slice *s = as<Slice>(u); s && identical(s->elem, context_.byteType()))
      return true;
    if (u && isString(u)) {
      *has_string = true;
      return true;
    }
    return false;
  });
}

bool BuiltinCall::append() {
  std::string cause;
  Type *elem = sliceElem(x_, &cause);
  if (!elem) {
    c_.error(x_, "invalid append: ", cause);
    return false;
  }
  Type *result = x_.type;
  Signature *sig = nullptr;
  // append([]byte, string...)
  if (nargs_ == 2 && call_->has_dots && assignableToBytes(x_)) {
    bool has_string = false;
    if (isBytesOrString(args_[1].type, &has_string) && has_string) {
      if (isUntyped(args_[1].type))
        c_.convertUntyped(args_[1], basic(BasicKind::String));
      sig = c_.makeSig(result, {result, args_[1].type});
      sig->variadic = true;
    }
  }
  if (!sig) {
    sig = c_.makeSig(result, {result, context_.sliceOf(elem)});
    sig->variadic = true;
    c_.arguments(call_, sig, {}, {}, args_, {});
  }
  c_.recordBuiltinType(call_->fun, sig);
  return done(Mode::Value, result);
}

bool BuiltinCall::lenCap() {
  bool is_len = id_ == BuiltinId::Len;
  Mode mode = Mode::Invalid;
  constant::Value value;
  Type *u = x_.isNil() ? nullptr : arrayPtrDeref(under(x_.type));
  auto measurable = [&](Type *t) {
    if (Basic *b = as<Basic>(t))
      return is_len && (b->info & kIsString) != 0;
    return as<Array>(t) || as<Slice>(t) || as<Chan>(t) || (as<Map>(t) && is_len);
  };
  if (!u) {
    // nil
  } else if (isTypeParam(x_.type)) {
    if (eachUnderlying(x_.type, [&](Type *, Type *ut) { return ut && measurable(arrayPtrDeref(ut)); }))
      mode = Mode::Value;
  } else if (measurable(u)) {
    mode = Mode::Value;
    if (Array *a = as<Array>(u)) {
      if (!c_.env_.has_call_or_recv) {
        mode = Mode::Constant;
        if (a->len >= 0)
          value = constant::Value::ofInt64(a->len);
      }
    } else if (x_.mode == Mode::Constant) {
      mode = Mode::Constant;
      if (x_.value.known())
        value = constant::Value::ofInt64(static_cast<std::int64_t>(x_.value.stringVal().size()));
    }
  }
  if (mode == Mode::Invalid) {
    if (isValid(under(x_.type)))
      c_.error(x_, "invalid argument: ", x_, " for built-in ", row_.name);
    return false;
  }
  if (mode != Mode::Constant) {
    recordSig(basic(BasicKind::Int), {x_.type});
    if (isUntyped(x_.type))
      c_.convertUntyped(x_, basic(BasicKind::String));
  }
  x_.value = std::move(value);
  return done(mode, basic(BasicKind::Int));
}

bool BuiltinCall::clear() {
  c_.verifyVersion(syntax::startPos(call_->fun), 21, "clear");
  bool ok = eachUnderlying(x_.type, [&](Type *, Type *u) {
    if (as<Map>(u) || as<Slice>(u))
      return true;
    c_.error(x_, "invalid argument: cannot clear ", x_, ": argument must be (or constrained by) map or slice");
    return false;
  });
  if (!ok)
    return false;
  recordSig(nullptr, {x_.type});
  return done(Mode::NoValue, nullptr);
}

bool BuiltinCall::close() {
  bool ok = eachUnderlying(x_.type, [&](Type *, Type *u) {
    Chan *c = as<Chan>(u);
    if (!c) {
      c_.error(x_, "invalid operation: cannot close non-channel ", x_);
      return false;
    }
    if (c->dir == ChanDir::RecvOnly) {
      c_.error(x_, "invalid operation: cannot close receive-only channel ", x_);
      return false;
    }
    return true;
  });
  if (!ok)
    return false;
  recordSig(nullptr, {x_.type});
  return done(Mode::NoValue, nullptr);
}

namespace {

Type *complexOf(Context &c, Type *t) {
  Basic *b = underAs<Basic>(t);
  if (!b)
    return nullptr;
  switch (b->basic) {
  case BasicKind::Float32:
    return c.basic(BasicKind::Complex64);
  case BasicKind::Float64:
    return c.basic(BasicKind::Complex128);
  case BasicKind::UntypedFloat:
    return c.basic(BasicKind::UntypedComplex);
  default:
    return nullptr;
  }
}

Type *floatOf(Context &c, Type *t) {
  Basic *b = underAs<Basic>(t);
  if (!b)
    return nullptr;
  switch (b->basic) {
  case BasicKind::Complex64:
    return c.basic(BasicKind::Float32);
  case BasicKind::Complex128:
    return c.basic(BasicKind::Float64);
  case BasicKind::UntypedComplex:
    return c.basic(BasicKind::UntypedFloat);
  default:
    return nullptr;
  }
}

} // namespace

Type *BuiltinCall::applyTypeFunc(Type *(*f)(Context &, Type *)) {
  TypeParam *p = unaliasAs<TypeParam>(x_.type);
  if (!p)
    return f(context_, x_.type);
  std::vector<Term> terms;
  bool ok = eachTerm(p, [&](const Term *t) {
    Type *r = t ? f(context_, t->type) : nullptr;
    if (r)
      terms.push_back({t->tilde, r});
    return r != nullptr;
  });
  if (!ok)
    return nullptr;
  c_.error(x_, x_, " not supported as argument to built-in ", row_.name, " for go1.18 (see go.dev/issue/50937)");
  return context_.invalid();
}

bool BuiltinCall::complex() {
  Operand &y = args_[1];
  bool ux = isUntyped(x_.type), uy = isUntyped(y.type);
  if (ux && !uy) {
    c_.convertUntyped(x_, y.type);
  } else if (!ux && uy) {
    c_.convertUntyped(y, x_.type);
  } else if (ux && uy) {
    if (x_.mode == Mode::Constant && y.mode == Mode::Constant) {
      // Constants whose imaginary parts are zero count as floats.
      for (Operand *o : {&x_, &y})
        if (isNumeric(o->type) && o->value.known() && constant::sign(constant::imag(o->value)) == 0)
          o->type = basic(BasicKind::UntypedFloat);
    } else {
      c_.convertUntyped(x_, basic(BasicKind::Float64));
      c_.convertUntyped(y, basic(BasicKind::Float64));
    }
  }
  if (!x_.ok() || !y.ok())
    return false;
  if (!identical(x_.type, y.type)) {
    c_.error(x_, "invalid operation: ", static_cast<syntax::Expr *>(call_), " (mismatched types ", x_.type, " and ",
             y.type, ")");
    return false;
  }
  Type *result = applyTypeFunc(complexOf);
  if (!result) {
    c_.error(x_, "invalid argument: arguments have type ", x_.type, ", expected floating-point");
    return false;
  }
  if (x_.mode == Mode::Constant && y.mode == Mode::Constant) {
    if (x_.value.known() && y.value.known())
      x_.value = constant::makeComplex(constant::toFloat(x_.value), constant::toFloat(y.value));
  } else {
    x_.mode = Mode::Value;
    recordSig(result, {x_.type, x_.type});
  }
  x_.type = result;
  return true;
}

bool BuiltinCall::realImag() {
  if (isUntyped(x_.type)) {
    if (x_.mode == Mode::Constant) {
      if (isNumeric(x_.type))
        x_.type = basic(BasicKind::UntypedComplex);
    } else {
      c_.convertUntyped(x_, basic(BasicKind::Complex128));
      if (!x_.ok())
        return false;
    }
  }
  Type *result = applyTypeFunc(floatOf);
  if (!result) {
    c_.error(x_, "invalid argument: argument has type ", x_.type, ", expected complex type");
    return false;
  }
  if (x_.mode == Mode::Constant) {
    if (x_.value.known())
      x_.value = id_ == BuiltinId::Real ? constant::real(x_.value) : constant::imag(x_.value);
  } else {
    x_.mode = Mode::Value;
    recordSig(result, {x_.type});
  }
  x_.type = result;
  return true;
}

bool BuiltinCall::copy() {
  Operand &y = args_[1];
  bool has_string = false;
  bool special = assignableToBytes(x_) && isBytesOrString(y.type, &has_string);
  if (!special) {
    std::string cause;
    Type *dst = sliceElem(x_, &cause);
    if (!dst) {
      c_.error(x_, "invalid copy: ", cause);
      return false;
    }
    Type *src = sliceElem(y, &cause);
    if (!src) {
      if (!allString(y.type)) {
        c_.error(y, "invalid copy: ", cause);
        return false;
      }
      src = context_.byteType();
    }
    if (!identical(dst, src)) {
      c_.error(x_, "invalid copy: arguments ", x_, " and ", y, " have different element types ", dst, " and ", src);
      return false;
    }
  }
  if (isUntyped(y.type))
    c_.convertUntyped(y, basic(BasicKind::String));
  recordSig(basic(BasicKind::Int), {x_.type, y.type});
  return done(Mode::Value, basic(BasicKind::Int));
}

bool BuiltinCall::deleteKey() {
  Type *map = x_.type;
  Type *key = nullptr;
  bool ok = eachUnderlying(map, [&](Type *, Type *u) {
    Map *m = as<Map>(u);
    if (!m) {
      c_.error(x_, "invalid argument: ", x_, " is not a map");
      return false;
    }
    if (key && !identical(m->key, key)) {
      c_.error(x_, "invalid argument: maps of ", x_, " must have identical key types");
      return false;
    }
    key = m->key;
    return true;
  });
  if (!ok)
    return false;
  x_ = args_[1];
  c_.assignment(x_, key, "argument to delete");
  if (!x_.ok())
    return false;
  recordSig(nullptr, {map, key});
  return done(Mode::NoValue, nullptr);
}

bool BuiltinCall::make() {
  syntax::Expr *arg = call_->args[0];
  Type *t = c_.varType(arg);
  if (!isValid(t)) {
    c_.use(call_->args.subspan(1));
    return false;
  }
  std::string cause;
  Type *u = commonUnder(
      t,
      [&](Type *, Type *ut) -> std::string {
        if (!ut)
          return "no specific type";
        if (as<Slice>(ut) || as<Map>(ut) || as<Chan>(ut))
          return {};
        return "type must be slice, map, or channel";
      },
      &cause, c_.package());
  if (!u) {
    c_.error(arg, "invalid argument: cannot make ", arg, ": ", cause);
    return false;
  }
  std::size_t min = as<Slice>(u) ? 2 : 1;
  if (nargs_ < min || min + 1 < nargs_) {
    c_.error(call_, "invalid operation: ", static_cast<syntax::Expr *>(call_), " expects ", int(min), " or ",
             int(min + 1), " arguments; found ", int(nargs_));
    return false;
  }
  std::vector<Type *> types{t};
  std::vector<std::int64_t> sizes;
  for (syntax::Expr *e : call_->args.subspan(1)) {
    std::int64_t n;
    types.push_back(c_.index(e, -1, &n));
    if (n >= 0)
      sizes.push_back(n);
  }
  if (sizes.size() == 2 && sizes[0] > sizes[1])
    c_.error(call_->args[1], "invalid argument: length and capacity swapped");
  recordSig(t, types);
  return done(Mode::Value, t);
}

bool BuiltinCall::minMax() {
  c_.verifyVersion(syntax::startPos(call_->fun), 21, "built-in ", row_.name);
  syntax::Operator op = id_ == BuiltinId::Max ? syntax::Operator::Gtr : syntax::Operator::Lss;
  for (std::size_t i = 0; i < args_.size(); ++i) {
    Operand &a = args_[i];
    if (!allOrdered(a.type)) {
      c_.error(a, "invalid argument: ", a, " cannot be ordered");
      return false;
    }
    if (i == 0)
      continue;
    c_.matchTypes(x_, a);
    if (!x_.ok())
      return false;
    if (!identical(x_.type, a.type)) {
      c_.error(a, "invalid argument: mismatched types ", x_.type, " (previous argument) and ", a.type, " (type of ", a.expr,
               ")");
      return false;
    }
    if (x_.mode == Mode::Constant && a.mode == Mode::Constant) {
      if (x_.value.known() && a.value.known() && constant::compare(a.value, op, x_.value))
        x_ = a;
    } else {
      x_.mode = Mode::Value;
    }
  }
  if (x_.mode != Mode::Constant) {
    x_.mode = Mode::Value;
    // An untyped, non-constant result gets its default type.
    c_.assignment(x_, context_.emptyInterface(), c_.text("argument to built-in ", row_.name));
    if (!x_.ok())
      return false;
  }
  for (Operand &a : args_)
    c_.updateExprType(a.expr, x_.type, true);
  if (x_.mode != Mode::Constant)
    recordSig(x_.type, std::vector<Type *>(nargs_, x_.type));
  return true;
}

bool BuiltinCall::newObject() {
  syntax::Expr *arg = call_->args[0];
  c_.exprOrType(x_, arg, false);
  c_.exclude(x_, true, true, false);
  if (!x_.ok())
    return false;
  if (x_.mode == Mode::TypeExpr) {
    c_.validVarType(arg, x_.type);
  } else {
    // new(expr), of Go 1.26.
    if (isUntyped(x_.type)) {
      c_.assignment(x_, nullptr, "argument to new");
      if (!x_.ok())
        return false;
    }
    c_.verifyVersion(syntax::startPos(call_->fun), 26, "new(", arg, ")");
  }
  Type *t = x_.type;
  Type *result = context_.pointerTo(t);
  recordSig(result, {t});
  return done(Mode::Value, result);
}

bool BuiltinCall::panic() {
  if (c_.env_.sig && c_.env_.panics)
    c_.env_.panics->insert(call_);
  c_.assignment(x_, context_.emptyInterface(), "argument to panic");
  if (!x_.ok())
    return false;
  recordSig(nullptr, {context_.emptyInterface()});
  return done(Mode::NoValue, nullptr);
}

bool BuiltinCall::print() {
  std::vector<Type *> types;
  for (Operand &a : args_) {
    c_.assignment(a, nullptr, c_.text("argument to built-in ", row_.name));
    if (!a.ok())
      return false;
    types.push_back(a.type);
  }
  recordSig(nullptr, types);
  return done(Mode::NoValue, nullptr);
}

bool BuiltinCall::offsetOf() {
  syntax::Expr *arg = call_->args[0];
  auto *sel = syntax::unparen(arg)->as<syntax::SelectorExpr>();
  if (!sel) {
    c_.error(arg, "invalid argument: ", arg, " is not a selector expression");
    c_.use(arg);
    return false;
  }
  c_.expr(nullptr, x_, sel->x);
  if (!x_.ok())
    return false;
  Type *base = derefStructPtr(x_.type);
  LookupResult r = lookupFieldOrMethod(base, false, c_.package(), sel->sel->value);
  if (!r.object) {
    c_.error(x_, "invalid argument: ", base, " has no single field ", sel->sel->value);
    return false;
  }
  if (as<Func>(r.object)) {
    c_.error(arg, "invalid argument: ", arg, " is a method value");
    return false;
  }
  if (r.indirect) {
    c_.error(x_, "invalid argument: field ", sel->sel->value, " is embedded via a pointer in ", base);
    return false;
  }
  c_.recordSelection(sel, Selection::Kind::FieldVal, base, r.object, r.path, false);
  c_.recordTypeAndValue(sel, x_.mode == Mode::Variable ? Mode::Variable : Mode::Value, r.object->type, nullptr);
  if (hasVarSize(base)) {
    recordSig(basic(BasicKind::Uintptr), {r.object->type});
    return done(Mode::Value, basic(BasicKind::Uintptr));
  }
  std::int64_t offset = types::offsetOf(base, r.path);
  if (offset < 0) {
    c_.error(x_, x_, " is too large");
    return false;
  }
  x_.value = constant::Value::ofInt64(offset);
  return done(Mode::Constant, basic(BasicKind::Uintptr));
}

bool BuiltinCall::sizeOrAlign() {
  bool is_size = id_ == BuiltinId::Sizeof;
  c_.assignment(x_, nullptr, is_size ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof");
  if (!x_.ok())
    return false;
  if (hasVarSize(x_.type)) {
    recordSig(basic(BasicKind::Uintptr), {x_.type});
    return done(Mode::Value, basic(BasicKind::Uintptr));
  }
  std::int64_t n = is_size ? sizeOf(x_.type) : alignOf(x_.type);
  if (n < 0) {
    c_.error(x_, x_, " is too large");
    return false;
  }
  x_.value = constant::Value::ofInt64(n);
  return done(Mode::Constant, basic(BasicKind::Uintptr));
}

// unsafe.Add, Slice, SliceData, String, StringData.
bool BuiltinCall::unsafeSlice() {
  bool old = id_ == BuiltinId::Add || id_ == BuiltinId::Slice;
  std::string name = c_.text("unsafe.", row_.name);
  c_.verifyVersion(syntax::startPos(call_->fun), old ? 17 : 20, name);
  std::string context = "argument to " + name;
  Type *byte_pointer = context_.pointerTo(context_.byteType());
  switch (id_) {
  case BuiltinId::Add: {
    c_.assignment(x_, basic(BasicKind::UnsafePointer), context);
    if (!x_.ok() || !c_.isValidIndex(args_[1], "length", true))
      return false;
    recordSig(basic(BasicKind::UnsafePointer), {basic(BasicKind::UnsafePointer), args_[1].type});
    return done(Mode::Value, basic(BasicKind::UnsafePointer));
  }
  case BuiltinId::Slice: {
    Pointer *p = x_.isNil() ? nullptr : as<Pointer>(commonUnder(x_.type, nullptr, nullptr, c_.package()));
    if (!p) {
      c_.error(x_, "invalid argument: ", x_, " is not a pointer");
      return false;
    }
    if (!c_.isValidIndex(args_[1], "length", false))
      return false;
    Type *t = context_.sliceOf(p->elem);
    recordSig(t, {p, args_[1].type});
    return done(Mode::Value, t);
  }
  case BuiltinId::SliceData: {
    Slice *s = x_.isNil() ? nullptr : as<Slice>(commonUnder(x_.type, nullptr, nullptr, c_.package()));
    if (!s) {
      c_.error(x_, "invalid argument: ", x_, " is not a slice");
      return false;
    }
    Type *t = context_.pointerTo(s->elem);
    recordSig(t, {s});
    return done(Mode::Value, t);
  }
  case BuiltinId::String: {
    c_.assignment(x_, byte_pointer, context);
    if (!x_.ok() || !c_.isValidIndex(args_[1], "length", false))
      return false;
    recordSig(basic(BasicKind::String), {byte_pointer, args_[1].type});
    return done(Mode::Value, basic(BasicKind::String));
  }
  default: {
    c_.assignment(x_, basic(BasicKind::String), context);
    if (!x_.ok())
      return false;
    recordSig(byte_pointer, {basic(BasicKind::String)});
    return done(Mode::Value, byte_pointer);
  }
  }
}

} // namespace gannet::types
