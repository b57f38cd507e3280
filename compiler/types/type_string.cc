#include "compiler/types/type_string.h"

#include <algorithm>

#include "compiler/syntax/unicode.h"
#include "compiler/types/checker.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace gannet::types {

namespace {

class Writer {
public:
  Writer(std::string &out, const TypeStringOptions &o) : out_(out), o_(o) {}

  void type(const Type *t) {
    if (!t) {
      out_ += "<nil>";
      return;
    }
    if (o_.hash) {
      const Type *r = unalias(const_cast<Type *>(t));
      if (!r) { // an alias that is being declared
        out_ += "alias" + std::to_string(t->id);
        return;
      }
      t = r;
    }
    // Literal types that contain themselves occur in erroneous programs only.
    if (t->kind != TypeKind::Basic && t->kind != TypeKind::Named) {
      if (std::find(seen_.begin(), seen_.end(), t) != seen_.end()) {
        out_ += "<cycle>";
        return;
      }
      seen_.push_back(t);
      write(t);
      seen_.pop_back();
    } else {
      write(t);
    }
  }

  void signature(const Signature *s) {
    if (!s->type_params.empty()) {
      if (o_.hash)
        out_ += "[" + std::to_string(s->type_params.size()) + "]";
      else
        typeParams(s->type_params);
    }
    tuple(vars(s->params), s->variadic);
    VarList r = vars(s->results);
    if (r.empty())
      return;
    out_ += ' ';
    if (r.size() == 1 && (o_.hash || r[0]->name.empty()))
      type(r[0]->type);
    else
      tuple(r, false);
  }

private:
  void write(const Type *t) {
    switch (t->kind) {
    case TypeKind::Basic: {
      const Basic *b = static_cast<const Basic *>(t);
      if (b->basic == BasicKind::UnsafePointer)
        out_ += "unsafe.";
      // byte and rune hash as what they are.
      if (o_.hash && b->name == "byte")
        out_ += "uint8";
      else if (o_.hash && b->name == "rune")
        out_ += "int32";
      else
        out_ += b->name;
      return;
    }
    case TypeKind::Array:
      out_ += '[';
      out_ += std::to_string(static_cast<const Array *>(t)->len);
      out_ += ']';
      type(static_cast<const Array *>(t)->elem);
      return;
    case TypeKind::Slice:
      out_ += "[]";
      type(static_cast<const Slice *>(t)->elem);
      return;
    case TypeKind::Struct:
      structType(static_cast<const Struct *>(t));
      return;
    case TypeKind::Pointer:
      out_ += '*';
      type(static_cast<const Pointer *>(t)->elem);
      return;
    case TypeKind::Tuple:
      tuple(static_cast<const Tuple *>(t)->vars, false);
      return;
    case TypeKind::Signature:
      out_ += "func";
      signature(static_cast<const Signature *>(t));
      return;
    case TypeKind::Union:
      unionType(static_cast<const Union *>(t)->terms);
      return;
    case TypeKind::Interface:
      interfaceType(static_cast<const Interface *>(t));
      return;
    case TypeKind::Map:
      out_ += "map[";
      type(static_cast<const Map *>(t)->key);
      out_ += ']';
      type(static_cast<const Map *>(t)->elem);
      return;
    case TypeKind::Chan:
      chanType(static_cast<const Chan *>(t));
      return;
    case TypeKind::Named: {
      const Named *n = static_cast<const Named *>(t);
      if (o_.hash)
        out_ += std::to_string(n->origin->id);
      else
        name(n->obj);
      if (n->isInstance())
        typeList(n->type_args);
      else if (!o_.hash && !n->type_params.empty())
        typeParams(n->type_params);
      return;
    }
    case TypeKind::TypeParam: {
      const TypeParam *p = static_cast<const TypeParam *>(t);
      out_ += p->obj->name;
      if (o_.hash)
        out_ += "#" + std::to_string(p->id);
      else if (o_.style && p->context->universe()->lookup(p->obj->name)) // do not confuse it with the predeclared one
        out_ += " /* with " + std::string(p->obj->name) + " declared at " + o_.style->sources->str(p->obj->pos) + " */";
      return;
    }
    case TypeKind::Alias: {
      const Alias *a = static_cast<const Alias *>(t);
      name(a->obj);
      if (!a->type_args.empty())
        typeList(a->type_args);
      else if (!a->type_params.empty())
        typeParams(a->type_params);
      return;
    }
    }
  }

  void name(const TypeName *o) {
    qualifier(o->pkg);
    out_ += o->name;
  }

  void qualifier(const Package *p) {
    if (!p || p == o_.relative_to)
      return;
    const auto *style = o_.style;
    if (o_.qualify == Qualify::ByPath)
      out_ += p->path;
    else if (style && std::find(style->ambiguous.begin(), style->ambiguous.end(), p->name) != style->ambiguous.end())
      out_ += syntax::quote(p->path);
    else
      out_ += p->name;
    out_ += '.';
  }

  void typeList(TypeList list) {
    out_ += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i)
        out_ += ',';
      type(list[i]);
    }
    out_ += ']';
  }

  void typeParams(TypeParamList list) {
    out_ += '[';
    const Type *previous = nullptr;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i) {
        if (list[i]->bound != previous) {
          out_ += ' ';
          type(previous);
        }
        out_ += ", ";
      }
      previous = list[i]->bound;
      type(list[i]);
    }
    if (previous) {
      out_ += ' ';
      type(previous);
    }
    out_ += ']';
  }

  void tuple(VarList list, bool variadic) {
    out_ += '(';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i)
        out_ += o_.hash ? "," : ", ";
      const Var *v = list[i];
      if (!o_.hash && !o_.no_param_names && !v->name.empty()) {
        out_ += v->name;
        out_ += ' ';
      }
      if (variadic && i + 1 == list.size()) {
        if (const Slice *s = as<Slice>(v->type)) {
          out_ += "...";
          type(s->elem);
        } else {
          type(v->type);
          out_ += "...";
        }
      } else {
        type(v->type);
      }
    }
    out_ += ')';
  }

  void structType(const Struct *s) {
    out_ += "struct{";
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      const Var *f = s->fields[i];
      if (i)
        out_ += o_.hash ? ";" : "; ";
      if (!f->embedded) {
        out_ += f->name;
        out_ += ' ';
      }
      type(f->type);
      if (o_.mark_packages && f->pkg && !f->isExported()) {
        out_ += " /* package ";
        out_ += f->pkg->path;
        out_ += " */ ";
      }
      if (!s->tag(i).empty()) {
        out_ += ' ';
        out_ += syntax::quote(s->tag(i));
      }
    }
    out_ += '}';
  }

  void unionType(std::span<const Term> terms) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (i)
        out_ += o_.hash ? "|" : " | ";
      if (terms[i].tilde)
        out_ += '~';
      type(terms[i].type);
    }
  }

  void interfaceType(const Interface *i) {
    if (o_.hash) {
      interfaceHash(i);
      return;
    }
    if (i->context && i == i->context->emptyInterface()) {
      out_ += "any";
      return;
    }
    if (i->context && i == i->context->comparableType()->underlying_) {
      out_ += "interface{comparable}";
      return;
    }
    if (i->implicit) {
      if (i->methods.empty() && i->embeddeds.size() == 1) {
        type(i->embeddeds[0]);
        return;
      }
      out_ += "/* implicit */ ";
    }
    out_ += "interface{";
    bool first = true;
    auto separate = [&] {
      if (!first)
        out_ += "; ";
      first = false;
    };
    for (const Func *m : i->methods) {
      separate();
      out_ += m->name;
      signature(m->signature());
    }
    for (const Type *e : i->embeddeds) {
      separate();
      type(e);
    }
    out_ += '}';
  }

  // Methods by name only: recursion through method types is common, and identity decides the rest.
  void interfaceHash(const Interface *i) {
    out_ += "interface{";
    const TypeSet &set = typeSet(const_cast<Interface *>(i));
    for (const Func *m : set.methods) {
      out_ += m->name;
      out_ += ';';
    }
    if (set.is_comparable)
      out_ += "comparable;";
    if (!set.all_types)
      out_ += std::to_string(set.terms.size());
    out_ += '}';
  }

  void chanType(const Chan *c) {
    bool parens = false;
    switch (c->dir) {
    case ChanDir::Both: {
      out_ += "chan ";
      const Chan *e = as<Chan>(c->elem);
      parens = e && e->dir == ChanDir::RecvOnly;
      break;
    }
    case ChanDir::SendOnly:
      out_ += "chan<- ";
      break;
    case ChanDir::RecvOnly:
      out_ += "<-chan ";
      break;
    }
    if (parens)
      out_ += '(';
    type(c->elem);
    if (parens)
      out_ += ')';
  }

  std::string &out_;
  const TypeStringOptions &o_;
  std::vector<const Type *> seen_;
};

} // namespace

std::string typeString(const Type *t, const TypeStringOptions &options) {
  std::string out;
  Writer(out, options).type(t);
  return out;
}

std::string typeString(const Type *t, const Package *pkg) {
  TypeStringOptions options;
  options.relative_to = pkg;
  options.style = pkg ? pkg->message_style : nullptr;
  return typeString(t, options);
}

std::string signatureString(const Signature *s, const TypeStringOptions &options) {
  std::string out;
  Writer(out, options).signature(s);
  return out;
}

std::string objectString(const Object *o, const Package *pkg) {
  TypeStringOptions options;
  options.relative_to = pkg;
  options.style = pkg ? pkg->message_style : nullptr;
  std::string out;
  auto qualified = [&] {
    if (o->pkg && o->pkg != pkg && o->parent && o->parent == o->pkg->scope)
      out += std::string(o->pkg->name) + ".";
    out += o->name;
  };
  switch (o->kind) {
  case ObjectKind::PkgName:
    return "package " + std::string(o->name);
  case ObjectKind::Const:
    out = "const ";
    qualified();
    return out + " " + typeString(o->type, options);
  case ObjectKind::TypeName: {
    out = "type ";
    qualified();
    if (!o->type)
      return out;
    if (const Alias *a = as<Alias>(o->type))
      return out + " = " + typeString(a->rhs, options);
    return out + " " + typeString(under(const_cast<Type *>(o->type)), options);
  }
  case ObjectKind::Var: {
    const Var *v = static_cast<const Var *>(o);
    out = v->isField() ? "field " : "var ";
    qualified();
    return out + " " + typeString(o->type, options);
  }
  case ObjectKind::Func: {
    const Func *f = static_cast<const Func *>(o);
    out = "func ";
    if (f->type && f->signature()->recv) {
      Type *recv = f->signature()->recv->type;
      out += "(" + (as<Interface>(recv) ? std::string("interface") : typeString(recv, options)) + ").";
      out += o->name;
    } else {
      qualified();
    }
    return f->type ? out + signatureString(f->signature(), options) : out;
  }
  case ObjectKind::Label:
    return "label " + std::string(o->name);
  case ObjectKind::Builtin:
    return "builtin " + std::string(o->name);
  case ObjectKind::Nil:
    return "nil";
  }
  return out;
}

} // namespace gannet::types
