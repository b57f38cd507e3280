// Substitution of type parameters. Types that do not mention one of them are shared, not copied.
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

class Substituter {
public:
  Substituter(Context &c, const SubstMap &map) : context_(c), map_(map) {}

  Type *type(Type *t) {
    if (!t)
      return t;
    switch (t->kind) {
    case TypeKind::Basic:
      return t;
    case TypeKind::TypeParam:
      return map_.lookup(static_cast<TypeParam *>(t));
    case TypeKind::Array: {
      Array *a = static_cast<Array *>(t);
      Type *e = type(a->elem);
      return e == a->elem ? t : context_.make<Array>(e, a->len);
    }
    case TypeKind::Slice: {
      Slice *s = static_cast<Slice *>(t);
      Type *e = type(s->elem);
      return e == s->elem ? t : context_.make<Slice>(e);
    }
    case TypeKind::Pointer: {
      Pointer *p = static_cast<Pointer *>(t);
      Type *e = type(p->elem);
      return e == p->elem ? t : context_.make<Pointer>(e);
    }
    case TypeKind::Map: {
      Map *m = static_cast<Map *>(t);
      Type *k = type(m->key), *e = type(m->elem);
      return k == m->key && e == m->elem ? t : context_.make<Map>(k, e);
    }
    case TypeKind::Chan: {
      Chan *c = static_cast<Chan *>(t);
      Type *e = type(c->elem);
      return e == c->elem ? t : context_.make<Chan>(c->dir, e);
    }
    case TypeKind::Tuple:
      return tuple(static_cast<Tuple *>(t));
    case TypeKind::Struct:
      return structType(static_cast<Struct *>(t));
    case TypeKind::Signature:
      return signature(static_cast<Signature *>(t));
    case TypeKind::Union:
      return unionType(static_cast<Union *>(t));
    case TypeKind::Interface:
      return interfaceType(static_cast<Interface *>(t));
    case TypeKind::Named: {
      Named *n = static_cast<Named *>(t);
      if (!n->isInstance())
        return t;
      if (n->typeParams().size() != n->type_args.size())
        return context_.invalid(); // reported
      TypeList args = typeList(n->type_args);
      return args.data() == n->type_args.data() ? t : context_.instantiate(n->origin, args);
    }
    case TypeKind::Alias:
      return alias(static_cast<Alias *>(t));
    }
    return t;
  }

  VarList varList(VarList list) {
    std::vector<Var *> out(list.begin(), list.end());
    bool changed = false;
    for (Var *&v : out) {
      Type *t = type(v->type);
      if (t == v->type)
        continue;
      Var *copy = context_.makeObject<Var>(*v);
      copy->type = t;
      copy->origin = v->origin ? v->origin : v;
      v = copy;
      changed = true;
    }
    return changed ? VarList(context_.list(out)) : list;
  }

private:
  TypeList typeList(TypeList list) {
    std::vector<Type *> out(list.begin(), list.end());
    bool changed = false;
    for (Type *&t : out) {
      Type *r = type(t);
      changed = changed || r != t;
      t = r;
    }
    return changed ? TypeList(context_.list(out)) : list;
  }

  Tuple *tuple(Tuple *t) {
    if (!t)
      return nullptr;
    VarList v = varList(t->vars);
    return v.data() == t->vars.data() ? t : context_.make<Tuple>(v);
  }

  Type *structType(Struct *s) {
    VarList fields = varList(s->fields);
    if (fields.data() == s->fields.data())
      return s;
    Struct *out = context_.make<Struct>();
    out->fields = fields;
    out->tags = s->tags;
    return out;
  }

  Type *signature(Signature *s) {
    Tuple *params = tuple(s->params), *results = tuple(s->results);
    if (params == s->params && results == s->results)
      return s;
    Signature *out = context_.make<Signature>();
    // Instances of functions have no type parameters left; the caller clears them.
    out->type_params = s->type_params;
    out->params = params;
    out->results = results;
    out->variadic = s->variadic;
    return out;
  }

  Type *unionType(Union *u) {
    std::vector<Term> terms(u->terms.begin(), u->terms.end());
    bool changed = false;
    for (Term &t : terms) {
      Type *r = type(t.type);
      changed = changed || r != t.type;
      t.type = r;
    }
    return changed ? context_.make<Union>(context_.list(terms)) : u;
  }

  Type *interfaceType(Interface *i) {
    bool changed = false;
    std::vector<Func *> methods;
    for (Func *m : i->methods) {
      Signature *s = m->signature();
      Type *r = s ? type(s) : nullptr;
      if (r == s) {
        methods.push_back(m);
        continue;
      }
      Signature *copy = static_cast<Signature *>(r);
      copy->recv = s->recv;
      Func *f = context_.makeObject<Func>(*m);
      f->type = copy;
      f->origin = m->origin ? m->origin : m;
      methods.push_back(f);
      changed = true;
    }
    TypeList embeddeds = typeList(i->embeddeds);
    if (!changed && embeddeds.data() == i->embeddeds.data())
      return i;
    Interface *out = context_.make<Interface>();
    out->context = &context_;
    out->methods = context_.list(methods);
    out->embeddeds = embeddeds;
    out->embed_positions = i->embed_positions;
    out->implicit = i->implicit;
    out->complete = i->complete;
    // Methods whose receiver is the interface itself get the new one.
    std::vector<Func *> own;
    bool any = false;
    for (Func *m : methods) {
      Signature *s = m->signature();
      if (s && s->recv && s->recv->type == i) {
        Signature *copy = context_.make<Signature>(*s);
        Var *recv = context_.makeObject<Var>(*s->recv);
        recv->type = out;
        copy->recv = recv;
        Func *f = context_.makeObject<Func>(*m);
        f->type = copy;
        f->origin = m->origin ? m->origin : m;
        own.push_back(f);
        any = true;
      } else {
        own.push_back(m);
      }
    }
    if (any)
      out->methods = context_.list(own);
    return out;
  }

  Type *alias(Alias *a) {
    if (a->type_args.empty()) {
      // A local alias in a generic function may stand for something parameterized.
      if (!a->type_params.empty())
        return a;
      Type *t = unalias(a);
      if (!t)
        return a;
      Type *r = type(t);
      return r == t ? a : r;
    }
    TypeList args = typeList(a->type_args);
    if (args.data() == a->type_args.data())
      return a;
    Alias *out = context_.make<Alias>(a->obj);
    out->origin = a->origin;
    out->type_params = a->type_params;
    out->type_args = args;
    Type *t = unalias(a);
    out->rhs = t ? type(t) : nullptr;
    return out;
  }

  Context &context_;
  const SubstMap &map_;
};

} // namespace

Type *subst(Context &context, Type *t, const SubstMap &map) {
  return map.empty() ? t : Substituter(context, map).type(t);
}

VarList substVars(Context &context, VarList vars, const SubstMap &map) {
  return map.empty() ? vars : Substituter(context, map).varList(vars);
}

} // namespace gannet::types
