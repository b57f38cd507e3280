// Declared types and aliases: what is underneath, instances made on demand, methods of instances.
//
// An instance's right side is the origin's with type arguments put in, made when the underlying type is first asked for.
// While that happens the instance exists already, so that recursive types end. A method of an instance is made when it
// is first asked for, from the generic method's signature, which is checked first if need be.
#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

Type *unalias(Type *t) {
  Alias *a = as<Alias>(t);
  if (!a)
    return t;
  if (a->actual)
    return a->actual;
  if (a->loader) {
    TypeLoader *loader = a->loader;
    a->loader = nullptr;
    loader->loadAlias(*a);
  }
  if (!a->rhs)
    return nullptr;
  Type *r = unalias(a->rhs);
  if (r)
    a->actual = r;
  return r;
}

Type *under(Type *t) {
  t = unalias(t);
  if (!t)
    return nullptr;
  if (Named *n = as<Named>(t))
    return n->underlying();
  if (TypeParam *p = as<TypeParam>(t))
    return constraintOf(p);
  return t;
}

namespace {

// An interface that is the right side of a declared type has that type as receiver of its methods; so an instance's
// interface gets methods of its own.
Type *withReceiver(Context &c, Type *rhs, Named *origin, Named *inst) {
  Interface *i = as<Interface>(rhs);
  if (!i)
    return rhs;
  bool found = false;
  std::vector<Func *> methods;
  for (Func *m : i->methods) {
    Signature *sig = m->signature();
    if (sig->recv && sig->recv->type == origin) {
      found = true;
      Signature *s = c.make<Signature>(*sig);
      Var *recv = c.makeObject<Var>(*sig->recv);
      recv->type = inst;
      s->recv = recv;
      Func *f = c.makeObject<Func>(*m);
      f->type = s;
      f->origin = m->origin;
      methods.push_back(f);
    } else {
      methods.push_back(m);
    }
  }
  if (!found)
    return rhs;
  Interface *copy = c.make<Interface>();
  copy->context = &c;
  copy->methods = c.list(methods);
  copy->embeddeds = i->embeddeds;
  copy->embed_positions = i->embed_positions;
  copy->implicit = i->implicit;
  copy->complete = i->complete;
  return copy;
}

} // namespace

void Named::load() {
  if (state & kLoaded)
    return;
  if (isInstance()) {
    if (state & kExpanding)
      return;
    origin->load();
    // The origin may still be under declaration: try again later.
    if (!origin->rhs)
      return;
    state |= kExpanding;
    type_params = origin->type_params;
    if (type_params.size() != type_args.size()) {
      rhs = context->invalid();
    } else {
      Type *r = subst(*context, origin->rhs, SubstMap(type_params, type_args));
      rhs = withReceiver(*context, r, origin, this);
    }
    state &= ~kExpanding;
    state |= kLoaded;
    return;
  }
  if (loader) {
    TypeLoader *l = loader;
    loader = nullptr;
    state |= kLoaded;
    l->loadNamed(*this);
    return;
  }
  state |= kLoaded;
}

TypeParamList Named::typeParams() {
  origin->load();
  return origin->type_params;
}

Type *Named::underlying() {
  if (state & kHasUnder)
    return underlying_;
  // Follow right sides to a type that is no name. A chain that bites its tail, or ends in a type that is still being
  // declared, has no underlying type (yet).
  std::vector<Named *> path;
  Type *u = nullptr;
  Type *t = this;
  while (true) {
    t = unalias(t);
    if (!t)
      return context->invalid();
    Named *n = as<Named>(t);
    if (!n) {
      u = t->kind == TypeKind::TypeParam ? context->invalid() : t;
      break;
    }
    if (n->state & kHasUnder) {
      u = n->underlying_;
      break;
    }
    int same_origin = 0;
    for (Named *p : path) {
      if (p == n)
        return context->invalid();
      same_origin += n->isInstance() && p->origin == n->origin;
    }
    if (same_origin > 32) // type T[P any] T[*P]
      return context->invalid();
    path.push_back(n);
    n->load();
    if (!n->rhs)
      return context->invalid();
    t = n->rhs;
  }
  for (Named *n : path) {
    n->underlying_ = u;
    n->state |= kHasUnder;
  }
  return u;
}

std::size_t Named::methodCount() {
  origin->load();
  return origin->methods.size();
}

void Named::addMethod(Func *m) {
  if (methods.size() == methods_capacity) {
    std::uint32_t capacity = methods_capacity ? methods_capacity * 2 : 4;
    Func **space = static_cast<Func **>(context->arena().allocate(capacity * sizeof(Func *), alignof(Func *)));
    std::copy(methods.begin(), methods.end(), space);
    methods = {space, methods.size()};
    methods_capacity = capacity;
  }
  methods.data()[methods.size()] = m;
  methods = {methods.data(), methods.size() + 1};
}

Func *Named::method(std::size_t i) {
  if (!isInstance()) {
    load();
    return methods[i];
  }
  std::size_t n = methodCount();
  if (methods.size() != n) {
    Func **space = static_cast<Func **>(context->arena().allocate(n * sizeof(Func *), alignof(Func *)));
    std::fill(space, space + n, nullptr);
    std::copy(methods.begin(), methods.end(), space);
    methods = {space, n};
  }
  if (methods[i])
    return methods[i];
  Func *generic = origin->methods[i];
  if (!generic->type && context->method_resolver)
    context->method_resolver->resolveMethod(generic);
  Signature *sig = generic->signature();
  GANNET_CHECK(sig, "method of a generic type without a signature");
  if (!sig->recv) // its declaration is in error or a cycle
    return methods[i] = generic;
  bool is_pointer = false;
  Type *base = deref(sig->recv->type, &is_pointer);
  if (unalias(base) == this)
    return methods[i] = generic;
  Signature *s = sig;
  if (sig->recv_type_params.size() == type_args.size())
    s = static_cast<Signature *>(subst(*context, sig, SubstMap(sig->recv_type_params, type_args)));
  s = context->make<Signature>(*s);
  Var *recv = context->makeObject<Var>(*sig->recv);
  recv->type = is_pointer ? static_cast<Type *>(context->pointerTo(this)) : this;
  recv->origin = sig->recv->origin;
  s->recv = recv;
  Func *f = context->makeObject<Func>(*generic);
  f->origin = generic;
  f->type = s;
  return methods[i] = f;
}

int Named::methodIndex(const Package *pkg, std::string_view name, bool fold_case) {
  if (name == "_")
    return -1;
  origin->load();
  // Exported names compare by name alone; others only from the package that declares the type.
  if (!fold_case && !isExportedName(name) && obj->pkg != pkg)
    return -1;
  for (std::size_t i = 0; i < origin->methods.size(); ++i)
    if (sameId(origin->methods[i]->pkg, origin->methods[i]->name, pkg, name, fold_case))
      return static_cast<int>(i);
  return -1;
}

} // namespace gannet::types
