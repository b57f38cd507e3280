// Literals: basic, function, composite.
#include <unordered_set>

#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::LitKind;

namespace {

// What a numeric literal needs of the language before Go 1.13, or empty.
std::string_view newLiteralForm(std::string_view s, LitKind kind) {
  if (s.size() <= 2)
    return {};
  if (s.find('_') != std::string_view::npos)
    return "underscore in numeric literal";
  if (s[0] != '0')
    return {};
  char radix = char(s[1] | 0x20);
  if (radix == 'b')
    return "binary literal";
  if (radix == 'o')
    return "0o/0O-style octal literal";
  if (kind != LitKind::Int && radix == 'x')
    return "hexadecimal floating-point literal";
  return {};
}

} // namespace

void Checker::basicLit(Operand &x, syntax::BasicLit *e) {
  if (e->bad) // the scanner has reported it
    return x.invalidate();
  BasicKind kind = BasicKind::UntypedString;
  switch (e->lit_kind) {
  case LitKind::Int:
    kind = BasicKind::UntypedInt;
    break;
  case LitKind::Float:
    kind = BasicKind::UntypedFloat;
    break;
  case LitKind::Imag:
    kind = BasicKind::UntypedComplex;
    break;
  case LitKind::Rune:
    kind = BasicKind::UntypedRune;
    break;
  case LitKind::String:
    break;
  }
  if (e->lit_kind != LitKind::String && e->lit_kind != LitKind::Rune) {
    if (!allowVersion(13)) {
      std::string_view form = newLiteralForm(e->value, e->lit_kind);
      if (!form.empty())
        versionError(e->pos, 13, std::string(form));
    }
    constexpr std::size_t kLimit = 10000;
    if (e->value.size() > kLimit) {
      error(e, "excessively long constant: ", e->value.substr(0, 10), "... (", int(e->value.size()), " chars)");
      return;
    }
  }
  x.value = constant::Value::ofLiteral(e->value, e->lit_kind);
  if (!x.value.known()) {
    error(e, "malformed constant: ", e->value);
    return;
  }
  x.mode = Mode::Constant;
  x.type = basic(kind);
  x.expr = e;
  overflow(x, e->pos);
}

void Checker::funcLit(Operand &x, syntax::FuncLit *e) {
  std::uint16_t level = static_cast<std::uint16_t>(env_.func_level + 1);
  Signature *sig = as<Signature>(typ(e->type));
  if (!sig)
    return;
  if (!config_.ignore_func_bodies && e->body) {
    DeclInfo *decl = env_.decl;
    std::optional<std::int64_t> iota = env_.iota;
    Pos err_pos = env_.err_pos;
    later([this, decl, sig, e, iota, level, err_pos] {
      Pos saved = env_.err_pos;
      env_.err_pos = err_pos;
      funcBody(decl, sig, e->body, iota, level);
      env_.err_pos = saved;
    });
  }
  x.mode = Mode::Value;
  x.type = sig;
}

namespace {

constexpr std::string_view kMixture = "mixture of field:value and value elements in struct literal";

} // namespace

void Checker::structLit(syntax::CompositeLit *e, Type *type, Struct *s) {
  if (e->elems.empty())
    return;
  if (e->elems[0]->is<syntax::KeyValueExpr>()) {
    std::vector<bool> seen(s->fields.size());
    for (syntax::Expr *elem : e->elems) {
      auto *kv = elem->as<syntax::KeyValueExpr>();
      if (!kv) {
        error(elem, kMixture);
        continue;
      }
      auto *key = kv->key->as<syntax::Name>();
      Operand x;
      expr(nullptr, x, kv->value);
      if (!key) {
        error(kv, "invalid field name ", kv->key, " in struct literal");
        continue;
      }
      int i = fieldIndex(s->fields, pkg_, key->value);
      if (i < 0) {
        int alt = fieldIndex(s->fields, pkg_, key->value, true);
        error(kv->key, lookupError(type, key->value, alt >= 0 ? s->fields[std::size_t(alt)] : nullptr, true));
        continue;
      }
      Var *f = s->fields[std::size_t(i)];
      recordUse(key, f);
      assignment(x, f->type, "struct literal");
      if (seen[std::size_t(i)])
        error(kv, "duplicate field name ", key->value, " in struct literal");
      seen[std::size_t(i)] = true;
    }
    return;
  }
  for (std::size_t i = 0; i < e->elems.size(); ++i) {
    if (e->elems[i]->is<syntax::KeyValueExpr>()) {
      error(e->elems[i], kMixture);
      continue;
    }
    Operand x;
    expr(nullptr, x, e->elems[i]);
    if (i >= s->fields.size()) {
      error(x, "too many values in struct literal of type ", type);
      return;
    }
    Var *f = s->fields[i];
    if (!f->isExported() && f->pkg != pkg_) {
      error(x, "implicit assignment to unexported field ", f->name, " in struct literal of type ", type);
      continue;
    }
    assignment(x, f->type, "struct literal");
  }
  if (e->elems.size() < s->fields.size())
    error(e->rbrace, "too few values in struct literal of type ", type);
}

namespace {

// Equal keys have equal strings: value, and for interface keys the type as well.
std::string keyString(const constant::Value &v) {
  std::string out;
  constant::Value n = v;
  if (v.isNumeric()) {
    constant::Value i = constant::toInt(v);
    constant::Value f = i.known() ? i : constant::toFloat(v);
    if (f.known())
      n = f;
  }
  constant::encode(n, out);
  return out;
}

} // namespace

void Checker::mapLit(syntax::CompositeLit *e, Map *m) {
  bool interface_keys = isNonTypeParamInterface(m->key);
  std::unordered_map<std::string, std::vector<Type *>> seen;
  for (syntax::Expr *elem : e->elems) {
    auto *kv = elem->as<syntax::KeyValueExpr>();
    if (!kv) {
      error(elem, "missing key in map literal");
      continue;
    }
    Operand x;
    exprWithHint(x, kv->key, m->key);
    assignment(x, m->key, "map literal");
    if (!x.ok())
      continue;
    if (x.mode == Mode::Constant && x.value.known()) {
      std::vector<Type *> &types = seen[keyString(x.value)];
      bool duplicate = false;
      for (Type *t : types)
        duplicate = duplicate || !interface_keys || identical(t, x.type);
      types.push_back(x.type);
      if (duplicate) {
        error(x, "duplicate key ", constant::toString(x.value), " in map literal");
        continue;
      }
    }
    Operand v;
    exprWithHint(v, kv->value, m->elem);
    assignment(v, m->elem, "map literal");
  }
}

// Elements of an array or slice literal; gives the length they need. `length` is below 0 if not limited.
std::int64_t Checker::indexedElems(syntax::ExprList elems, Type *elem, std::int64_t length) {
  std::unordered_set<std::int64_t> seen;
  // Without keys there can be no duplicates.
  bool any_key = false;
  for (syntax::Expr *e : elems)
    any_key = any_key || e->is<syntax::KeyValueExpr>();
  std::int64_t index_value = 0, most = 0;
  for (syntax::Expr *e : elems) {
    bool valid = false;
    syntax::Expr *value = e;
    if (auto *kv = e->as<syntax::KeyValueExpr>()) {
      std::int64_t i = -1;
      Type *t = index(kv->key, length, &i);
      if (isValid(t)) {
        if (i >= 0) {
          index_value = i;
          valid = true;
        } else {
          error(e, "index ", kv->key, " must be integer constant");
        }
      }
      value = kv->value;
    } else if (length >= 0 && index_value >= length) {
      error(e, "index ", static_cast<long long>(index_value), " is out of bounds (>= ", static_cast<long long>(length), ")");
    } else {
      valid = true;
    }
    if (valid && any_key && !seen.insert(index_value).second)
      error(e, "duplicate index ", static_cast<long long>(index_value), " in array or slice literal");
    ++index_value;
    most = std::max(most, index_value);
    Operand x;
    exprWithHint(x, value, elem);
    assignment(x, elem, "array or slice literal");
  }
  return most;
}

void Checker::compositeLit(Operand &x, syntax::CompositeLit *e, Type *hint) {
  Type *type = nullptr, *base = nullptr;
  bool is_elem = false;
  if (e->type) {
    auto *a = e->type->as<syntax::ArrayType>();
    if (a && !a->len) {
      type = context_.make<Array>(varType(a->elem), -1); // [...]T
    } else {
      type = typ(e->type);
    }
    base = type;
  } else if (hint) {
    type = base = hint;
    // *T for &T{}.
    if (Type *u = commonUnder(base, nullptr, nullptr, pkg_))
      if (Pointer *p = as<Pointer>(u))
        base = p->elem;
    is_elem = true;
  } else {
    error(e, "missing type in composite literal");
    type = base = invalidType();
  }

  Type *u = commonUnder(base, nullptr, nullptr, pkg_);
  if (Struct *s = as<Struct>(u)) {
    structLit(e, base, s);
  } else if (Array *a = as<Array>(u)) {
    std::int64_t n = indexedElems(e->elems, a->elem, a->len);
    if (a->len < 0) {
      a->len = n;
      if (e->type)
        recordTypeAndValue(e->type, Mode::TypeExpr, a, nullptr);
    }
  } else if (Slice *s = as<Slice>(u)) {
    indexedElems(e->elems, s->elem, -1);
  } else if (Map *m = as<Map>(u)) {
    mapLit(e, m);
  } else {
    for (syntax::Expr *elem : e->elems) {
      auto *kv = elem->as<syntax::KeyValueExpr>();
      // Keys may be field names: they mean nothing without a type.
      use(kv ? kv->value : elem);
    }
    if (!u || isValid(u)) {
      error(e, "invalid composite literal", is_elem ? " element" : "", " type ", type,
            u ? "" : " (no common underlying type)");
      return;
    }
  }
  x.mode = Mode::Value;
  x.type = type;
}

} // namespace gannet::types
