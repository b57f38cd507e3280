// Index and slice expressions.
#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

syntax::Expr *Checker::singleIndex(syntax::IndexExpr *e) {
  if (e->indices.empty()) {
    error(e, "missing index for ", e->x);
    return nullptr;
  }
  if (e->indices.size() > 1)
    error(e->indices[1], "invalid operation: more than one index");
  return e->indices[0];
}

bool Checker::isValidIndex(Operand &x, std::string_view what, bool allow_negative) {
  if (!x.ok())
    return false;
  convertUntyped(x, basic(BasicKind::Int));
  if (!x.ok())
    return false;
  if (!allInteger(x.type)) {
    error(x, "invalid argument: ", what, " ", x, " must be integer");
    return false;
  }
  if (x.mode != Mode::Constant || !x.value.known())
    return true;
  if (!allow_negative && constant::sign(x.value) < 0) {
    error(x, "invalid argument: ", what, " ", x, " must not be negative");
    return false;
  }
  if (!representable(x.value, basic(BasicKind::Int), &x.value)) {
    error(x, "invalid argument: ", what, " ", x, " overflows int");
    return false;
  }
  return true;
}

// Checks an index; gives its type (invalid if in error), and its value if constant, else -1. `max`: first value that is
// out of bounds; below 0: none.
Type *Checker::index(syntax::Expr *e, std::int64_t max, std::int64_t *value) {
  *value = -1;
  Operand x;
  expr(nullptr, x, e);
  if (!isValidIndex(x, "index", false))
    return invalidType();
  if (x.mode != Mode::Constant)
    return x.type;
  if (!x.value.known())
    return invalidType();
  auto v = constant::int64Val(x.value);
  GANNET_CHECK(v, "index that is no int64");
  if (max >= 0 && *v >= max) {
    error(x, "invalid argument: index ", constant::toString(x.value), " out of bounds [0:", static_cast<long long>(max), "]");
    return invalidType();
  }
  *value = *v;
  return x.type;
}

namespace {

// What indexing one type gives.
struct IndexResult {
  Type *key = nullptr; // of maps
  Type *elem = nullptr;
  std::int64_t length = -1;
  bool addressable = true;
};

IndexResult indexOf(Context &c, Type *u, bool is_variable) {
  IndexResult r;
  switch (u->kind) {
  case TypeKind::Basic:
    if (static_cast<Basic *>(u)->info & kIsString) {
      r.elem = c.byteType();
      r.addressable = false;
    }
    break;
  case TypeKind::Array:
    r.elem = static_cast<Array *>(u)->elem;
    r.length = static_cast<Array *>(u)->len;
    r.addressable = is_variable;
    break;
  case TypeKind::Pointer:
    if (Array *a = underAs<Array>(static_cast<Pointer *>(u)->elem)) {
      r.elem = a->elem;
      r.length = a->len;
    }
    break;
  case TypeKind::Slice:
    r.elem = static_cast<Slice *>(u)->elem;
    break;
  case TypeKind::Map:
    r.key = static_cast<Map *>(u)->key;
    r.elem = static_cast<Map *>(u)->elem;
    break;
  default:
    break;
  }
  return r;
}

} // namespace

// True if x[...] is the instantiation of a generic function, which the caller goes on with; x is that function then.
bool Checker::indexExpr(Operand &x, syntax::IndexExpr *e) {
  exprOrType(x, e->x, true);
  switch (x.mode) {
  case Mode::Invalid:
    use(e->indices);
    return false;
  case Mode::TypeExpr:
    x.invalidate();
    x.type = varType(e);
    if (isValid(x.type))
      x.mode = Mode::TypeExpr;
    return false;
  case Mode::Value:
    if (Signature *s = underAs<Signature>(x.type); s && !s->type_params.empty())
      return true;
    break;
  default:
    break;
  }
  nonGeneric(nullptr, x);
  if (!x.ok())
    return false;

  IndexResult r;
  bool valid = x.mode != Mode::Builtin && x.mode != Mode::NilValue;
  bool first = true;
  if (valid)
    valid = eachUnderlying(x.type, [&](Type *, Type *u) {
      if (!u)
        return false;
      IndexResult one = indexOf(context_, u, x.mode == Mode::Variable);
      if (!one.elem)
        return false;
      if (first) {
        r = one;
        first = false;
        return true;
      }
      if (!r.key != !one.key || (r.key && !identical(r.key, one.key)) || !identical(r.elem, one.elem))
        return false;
      r.addressable = r.addressable && one.addressable;
      if (one.length >= 0 && (r.length < 0 || one.length < r.length))
        r.length = one.length;
      return true;
    });
  if (!valid) {
    error(e->pos, "cannot index ", x);
    use(e->indices);
    x.invalidate();
    return false;
  }
  syntax::Expr *i = singleIndex(e);
  if (!i) {
    x.invalidate();
    return false;
  }
  if (r.key) {
    Operand key;
    expr(nullptr, key, i);
    assignment(key, r.key, "map index");
    x.mode = Mode::MapIndex;
    x.type = r.elem;
    x.expr = e;
    return false;
  }
  if (x.mode == Mode::Constant)
    r.length = x.value.known() ? static_cast<std::int64_t>(x.value.stringVal().size()) : -1;
  x.mode = r.addressable ? Mode::Variable : Mode::Value;
  x.type = r.elem;
  std::int64_t ignored;
  index(i, r.length, &ignored);
  return false;
}

void Checker::sliceExpr(Operand &x, syntax::SliceExpr *e) {
  expr(nullptr, x, e->x);
  if (!x.ok()) {
    for (syntax::Expr *i : e->index)
      if (i)
        use(i);
    return;
  }
  // The common underlying type; strings count as []byte.
  Type *common_of = nullptr, *common = nullptr;
  bool has_string = false, reported = false;
  eachUnderlying(x.type, [&](Type *t, Type *u) {
    if (!u) {
      error(x, "cannot slice ", x, ": no specific type in ", x.type);
      reported = true;
      return false;
    }
    if (isString(u)) {
      u = context_.sliceOf(context_.byteType());
      has_string = true;
    }
    if (!common) {
      common_of = t;
      common = u;
      return true;
    }
    if (!identical(common, u)) {
      error(x, "cannot slice ", x, ": ", common_of, " and ", t, " have different underlying types");
      reported = true;
      return false;
    }
    return true;
  });
  if (reported || !common) {
    x.invalidate();
    return;
  }
  if (has_string)
    common = isTypeParam(x.type) ? basic(BasicKind::String) : under(x.type);

  std::int64_t length = -1;
  bool valid = false;
  if (Basic *b = as<Basic>(common); b && (b->info & kIsString)) {
    if (e->full) {
      error(e->index[2] ? static_cast<syntax::Expr *>(e->index[2]) : e, "invalid operation: 3-index slice of string");
      x.invalidate();
      return;
    }
    valid = true;
    if (x.mode == Mode::Constant && x.value.known())
      length = static_cast<std::int64_t>(x.value.stringVal().size());
    if (isUntyped(x.type)) // the result is a string, not a constant
      x.type = basic(BasicKind::String);
  } else if (Array *a = as<Array>(common)) {
    valid = true;
    length = a->len;
    if (x.mode != Mode::Variable) {
      error(x, "cannot slice unaddressable value ", x);
      x.invalidate();
      return;
    }
    markReassigned(e->x);
    x.type = context_.sliceOf(a->elem);
  } else if (Pointer *p = as<Pointer>(common)) {
    if (Array *pa = underAs<Array>(p->elem)) {
      valid = true;
      length = pa->len;
      x.type = context_.sliceOf(pa->elem);
    }
  } else if (as<Slice>(common)) {
    valid = true;
  }
  if (!valid) {
    error(x, "cannot slice ", x);
    x.invalidate();
    return;
  }
  x.mode = Mode::Value;
  if (e->full && (!e->index[1] || !e->index[2])) {
    x.invalidate(); // reported by the parser
    return;
  }
  std::int64_t values[3];
  for (int i = 0; i < 3; ++i) {
    values[i] = -1;
    if (e->index[i]) {
      std::int64_t v;
      index(e->index[i], length >= 0 ? length + 1 : -1, &v);
      values[i] = v;
    } else if (i == 0) {
      values[i] = 0;
    } else if (length >= 0) {
      values[i] = length;
    }
  }
  for (int i = 0; i < 2; ++i) {
    if (values[i] <= 0)
      continue;
    for (int j = i + 1; j < 3; ++j)
      if (values[j] >= 0 && values[j] < values[i]) {
        syntax::Expr *at = e->index[j] ? e->index[j] : e;
        error(at, "invalid slice indices: ", static_cast<long long>(values[j]), " < ", static_cast<long long>(values[i]));
        return;
      }
  }
}

} // namespace gannet::types
