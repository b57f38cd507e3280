// Messages, and the facts that are recorded about the tree.
#include "compiler/base/check.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

// Messages about versions say where the version comes from.
bool isVersionError(std::string_view text) {
  std::size_t at = text.find("requires go1.");
  if (at == std::string_view::npos)
    return false;
  at += 13;
  std::size_t digits = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9')
    ++at, ++digits;
  return digits && text.substr(at).starts_with(" or later");
}

} // namespace

void Checker::reportText(Pos pos, std::string text) {
  // Follow-up errors say little.
  if (first_error_) {
    auto follow_up = [&](std::string_view what) {
      std::size_t at = text.find(what);
      return at != std::string::npos && at > 0;
    };
    if (follow_up("invalid operand") || follow_up("invalid type"))
      return;
  }
  if (env_.err_pos.known())
    pos = env_.err_pos;
  if (isVersionError(text)) {
    int own = 0;
    for (std::size_t i = 0; i < files_.size(); ++i)
      if (files_[i]->file_index == pos.file && !files_[i]->go_version.empty())
        own = file_versions_[i].minor;
    if (own)
      text += " (file declares //go:build go1." + std::to_string(own) + ")";
    else
      text += " (-lang was set to go1." + std::to_string(config_.go_version.minor) + "; check go.mod)";
  }
  first_error_ = true;
  config_.diagnostics->error(pos, std::move(text));
}

void Checker::report(const ErrorText &e) {
  GANNET_CHECK(!e.empty(), "empty error message");
  std::string text = e.parts[0].text;
  for (std::size_t i = 1; i < e.parts.size(); ++i) {
    text += "\n\t";
    if (e.parts[i].pos.known())
      text += position(e.parts[i].pos) + ": ";
    text += e.parts[i].text;
  }
  reportText(e.parts[0].pos, std::move(text));
}

std::string Checker::position(Pos pos) const { return config_.sources->str(pos); }

void Checker::versionError(Pos pos, int minor, std::string what) {
  reportText(pos, what + " requires go1." + std::to_string(minor) + " or later");
}

void Checker::append(std::string &out, const syntax::Node *n) { out += syntax::toString(n); }

void Checker::append(std::string &out, syntax::Operator op) { out += syntax::text(op); }

namespace {

std::string_view modeText(Mode m) {
  switch (m) {
  case Mode::Invalid:
    return "invalid operand";
  case Mode::NoValue:
    return "no value";
  case Mode::Builtin:
    return "built-in";
  case Mode::TypeExpr:
    return "type";
  case Mode::Constant:
    return "constant";
  case Mode::Variable:
    return "variable";
  case Mode::MapIndex:
    return "map index expression";
  case Mode::Value:
    return "value";
  case Mode::NilValue:
    return "nil";
  case Mode::CommaOk:
    return "comma, ok expression";
  }
  return "";
}

// "slice", "struct"...; empty for basic types.
std::string_view compositeKind(Type *t) {
  Type *u = under(t);
  switch (u->kind) {
  case TypeKind::Array:
    return "array";
  case TypeKind::Slice:
    return "slice";
  case TypeKind::Struct:
    return "struct";
  case TypeKind::Pointer:
    return "pointer";
  case TypeKind::Signature:
    return "func";
  case TypeKind::Interface:
    return "interface";
  case TypeKind::Map:
    return "map";
  case TypeKind::Chan:
    return "chan";
  case TypeKind::Tuple:
    return "tuple";
  case TypeKind::Union:
    return "union";
  default:
    return "";
  }
}

} // namespace

std::string_view kindText(Type *t) { return compositeKind(t); }

// "x (variable of type T)", "1 (untyped int constant)", "c (constant 3 of type int)".
void Checker::append(std::string &out, const Operand &x) {
  if (x.mode == Mode::NilValue) {
    if (!x.type || !isValid(x.type))
      out += "nil (with invalid type)";
    else if (isUntyped(x.type))
      out += "nil";
    else
      out += "nil (of type " + typeString(x.type, pkg_) + ")";
    return;
  }
  std::string expr;
  if (x.expr)
    expr = syntax::toString(x.expr);
  else if (x.mode == Mode::TypeExpr)
    expr = typeString(x.type, pkg_);
  else if (x.mode == Mode::Constant)
    expr = constant::toString(x.value);
  if (!expr.empty())
    out += expr + " (";
  bool has_type = false;
  if (x.mode != Mode::Invalid && x.mode != Mode::NoValue && x.mode != Mode::Builtin && x.mode != Mode::TypeExpr &&
      x.type) {
    if (isUntyped(x.type)) {
      out += static_cast<Basic *>(x.type)->name;
      out += ' ';
    } else {
      has_type = true;
    }
  }
  out += modeText(x.mode);
  if (x.mode == Mode::Constant) {
    std::string v = constant::toString(x.value);
    if (v != expr)
      out += " " + v;
  }
  if (has_type) {
    if (!isValid(x.type)) {
      out += " with invalid type";
    } else {
      out += " of ";
      if (isGeneric(x.type))
        out += "generic ";
      TypeParam *p = unaliasAs<TypeParam>(x.type);
      if (!p && (x.type->kind == TypeKind::Alias || x.type->kind == TypeKind::Named)) {
        std::string_view kind = compositeKind(x.type);
        if (kind.empty())
          if (Basic *b = underAs<Basic>(x.type))
            kind = b->name;
        if (!kind.empty())
          out += std::string(kind) + " ";
      }
      out += "type ";
      append(out, static_cast<const Type *>(x.type));
      if (p) {
        out += " constrained by ";
        append(out, static_cast<const Type *>(p->bound));
        if (Interface *i = underAs<Interface>(p); i && i->type_set && i->type_set->empty())
          out += " with empty type set";
      }
    }
  }
  if (!expr.empty())
    out += ')';
}

// ---- Facts ----

void Checker::recordDef(const syntax::Name *n, Object *o) {
  if (Fact *f = fact(n)) {
    f->object = o;
    f->is_def = true;
  }
}

void Checker::recordUse(const syntax::Name *n, Object *o) {
  if (Fact *f = fact(n))
    f->object = o;
}

void Checker::recordTypeAndValue(const syntax::Expr *e, Mode mode, Type *t, const constant::Value *v) {
  if (mode == Mode::Invalid)
    return;
  if (Fact *f = fact(e)) {
    f->mode = mode;
    f->type = t;
    f->value = mode == Mode::Constant ? v : nullptr;
  }
}

Checker::Untyped *Checker::untypedInfo(const syntax::Expr *e) {
  if (!e || e->id >= untyped_index_.size() || !untyped_index_[e->id])
    return nullptr;
  Untyped &u = untyped_[untyped_index_[e->id] - 1];
  return u.type ? &u : nullptr;
}

// Untyped expressions are remembered until their final types are known; all others are recorded at once.
void Checker::record(const Operand &x) {
  Type *t = x.type;
  if (x.mode == Mode::Invalid)
    t = invalidType();
  else if (x.mode == Mode::NoValue)
    t = nullptr;
  if (t && isUntyped(t)) {
    if (!x.expr || x.expr->id >= untyped_index_.size())
      return;
    std::uint32_t &slot = untyped_index_[x.expr->id];
    Untyped entry{x.expr, false, x.mode, static_cast<Basic *>(t), x.value};
    if (slot) {
      untyped_[slot - 1] = std::move(entry);
    } else {
      untyped_.push_back(std::move(entry));
      slot = static_cast<std::uint32_t>(untyped_.size());
    }
    return;
  }
  const constant::Value *v = x.mode == Mode::Constant ? context_.keep(x.value) : nullptr;
  recordTypeAndValue(x.expr, x.mode, t, v);
}

void Checker::recordUntyped() {
  for (Untyped &u : untyped_)
    if (u.type)
      recordTypeAndValue(u.expr, u.mode, u.type, u.mode == Mode::Constant ? context_.keep(u.value) : nullptr);
}

void Checker::recordCommaOk(syntax::Expr *e, Type *t0, Type *t1) {
  if (!isValid(t0) || !isValid(t1))
    return;
  Tuple *tuple = context_.tuple({context_.param(e->pos, pkg_, "", t0), context_.param(e->pos, pkg_, "", t1)});
  while (true) {
    if (Fact *f = fact(e)) {
      f->type = tuple;
      f->comma_ok = true;
    }
    auto *p = e->as<syntax::ParenExpr>();
    if (!p)
      return;
    e = p->x;
  }
}

void Checker::recordBuiltinType(syntax::Expr *fun, Signature *sig) {
  while (true) {
    recordTypeAndValue(fun, Mode::Builtin, sig, nullptr);
    auto *p = fun->as<syntax::ParenExpr>();
    if (!p)
      return;
    fun = p->x;
  }
}

void Checker::recordInstance(syntax::Expr *e, TypeList args, Type *t) {
  if (auto *i = e->as<syntax::IndexExpr>())
    e = i->x;
  syntax::Name *name = e->as<syntax::Name>();
  if (auto *s = e->as<syntax::SelectorExpr>())
    name = s->sel;
  for (Type *t : args)
    type_args_.push_back({name ? name->pos : e->pos, t});
  if (Fact *f = fact(name))
    f->instance = context_.arena().make<Instance>(Instance{context_.arena().copy(args), t});
}

void Checker::recordSelection(syntax::SelectorExpr *e, Selection::Kind kind, Type *recv, Object *obj,
                              const std::vector<int> &path, bool indirect) {
  recordUse(e->sel, obj);
  if (Fact *f = fact(e))
    f->selection = context_.arena().make<Selection>(
        Selection{kind, indirect, recv, obj, std::span<const int>(context_.arena().copy(path))});
}

} // namespace gannet::types
