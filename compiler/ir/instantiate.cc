#include "compiler/ir/instantiate.h"

#include "compiler/base/check.h"
#include "compiler/ir/closure_name.h"
#include "compiler/ir/finalize.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/lookup.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

namespace gannet::ir {

using types::Type;
using types::TypeKind;
using types::underAs;

// ---------------------------------------------------------------------------------------------------------------------
// TypeSubst

TypeSubst::TypeSubst(Package &package, types::Func *object, types::TypeParamList params, types::TypeList args)
    : package_(package), object_(object), params_(params), args_(args) {
  GANNET_CHECK(params.size() == args.size(), "instance with another number of type arguments");
}

Type *TypeSubst::operator()(Type *t) {
  if (!t)
    return nullptr;
  auto it = done_.find(t);
  if (it != done_.end())
    return it->second;
  Type *out = make(t);
  done_[t] = out;
  return out;
}

types::TypeList TypeSubst::list(types::TypeList l) {
  std::vector<Type *> out;
  bool changed = false;
  for (Type *t : l) {
    out.push_back((*this)(t));
    changed = changed || out.back() != t;
  }
  return changed ? types::TypeList(package_.arena.copy(out)) : l;
}

types::Var *TypeSubst::var(types::Var *v) {
  Type *t = (*this)(v->type);
  if (t == v->type)
    return v;
  auto *copy = package_.context.makeObject<types::Var>(v->role, v->pos, v->pkg, v->name, t);
  copy->embedded = v->embedded;
  copy->used = v->used;
  copy->origin = v->origin;
  return copy;
}

types::VarList TypeSubst::vars(types::VarList l) {
  std::vector<types::Var *> out;
  bool changed = false;
  for (types::Var *v : l) {
    out.push_back(var(v));
    changed = changed || out.back() != v;
  }
  return changed ? types::VarList(package_.arena.copy(out)) : l;
}

bool TypeSubst::isLocal(const types::Named *n) const {
  return object_ && n->obj->local_index != 0 && n->obj->declaring_func == object_;
}

types::Named *TypeSubst::localType(types::Named *n) {
  types::Context &ctx = package_.context;
  auto *obj = ctx.makeObject<types::TypeName>(n->obj->pos, n->obj->pkg, n->obj->name, nullptr);
  obj->implicit_args = package_.arena.copy(args_);
  obj->local_index = n->obj->local_index;
  obj->parent = n->obj->parent;
  types::Named *copy = ctx.newNamed(obj);
  done_[n] = copy;
  copy->type_params = n->typeParams();
  copy->rhs = copy->underlying_ = (*this)(n->underlying());
  copy->state = types::Named::kLoaded | types::Named::kHasUnder | types::Named::kFinite;
  return copy;
}

Type *TypeSubst::make(Type *t) {
  types::Context &ctx = package_.context;
  switch (t->kind) {
  case TypeKind::Basic:
    return t;
  case TypeKind::TypeParam:
    for (std::size_t i = 0; i < params_.size(); i++)
      if (params_[i] == t)
        return args_[i];
    return t;
  case TypeKind::Alias: {
    Type *actual = types::unalias(t);
    Type *out = (*this)(actual);
    return out == actual ? t : out;
  }
  case TypeKind::Array: {
    auto *a = types::as<types::Array>(t);
    Type *e = (*this)(a->elem);
    return e == a->elem ? t : ctx.make<types::Array>(e, a->len);
  }
  case TypeKind::Slice: {
    auto *s = types::as<types::Slice>(t);
    Type *e = (*this)(s->elem);
    return e == s->elem ? t : ctx.make<types::Slice>(e);
  }
  case TypeKind::Pointer: {
    auto *p = types::as<types::Pointer>(t);
    Type *e = (*this)(p->elem);
    return e == p->elem ? t : ctx.make<types::Pointer>(e);
  }
  case TypeKind::Map: {
    auto *m = types::as<types::Map>(t);
    Type *k = (*this)(m->key);
    Type *e = (*this)(m->elem);
    return k == m->key && e == m->elem ? t : ctx.make<types::Map>(k, e);
  }
  case TypeKind::Chan: {
    auto *c = types::as<types::Chan>(t);
    Type *e = (*this)(c->elem);
    return e == c->elem ? t : ctx.make<types::Chan>(c->dir, e);
  }
  case TypeKind::Struct: {
    auto *s = types::as<types::Struct>(t);
    types::VarList fields = vars(s->fields);
    if (fields.data() == s->fields.data())
      return t;
    auto *out = ctx.make<types::Struct>();
    out->fields = fields;
    out->tags = s->tags;
    return out;
  }
  case TypeKind::Tuple: {
    auto *u = types::as<types::Tuple>(t);
    types::VarList l = vars(u->vars);
    return l.data() == u->vars.data() ? t : ctx.make<types::Tuple>(l);
  }
  case TypeKind::Signature: {
    auto *s = types::as<types::Signature>(t);
    auto *params = static_cast<types::Tuple *>((*this)(s->params));
    auto *results = static_cast<types::Tuple *>((*this)(s->results));
    types::Var *recv = s->recv ? var(s->recv) : nullptr;
    if (params == s->params && results == s->results && recv == s->recv && s->type_params.empty() &&
        s->recv_type_params.empty())
      return t;
    auto *out = ctx.make<types::Signature>();
    out->recv = recv;
    out->params = params;
    out->results = results;
    out->variadic = s->variadic;
    return out;
  }
  case TypeKind::Union: {
    auto *u = types::as<types::Union>(t);
    std::vector<types::Term> terms;
    bool changed = false;
    for (const types::Term &term : u->terms) {
      terms.push_back({term.tilde, (*this)(term.type)});
      changed = changed || terms.back().type != term.type;
    }
    return changed ? ctx.make<types::Union>(std::span<const types::Term>(package_.arena.copy(terms))) : t;
  }
  case TypeKind::Interface: {
    auto *i = types::as<types::Interface>(t);
    bool changed = false;
    std::vector<types::Func *> methods;
    for (types::Func *m : i->methods) {
      auto *old = m->signature();
      auto *params = static_cast<types::Tuple *>((*this)(old->params));
      auto *results = static_cast<types::Tuple *>((*this)(old->results));
      if (params == old->params && results == old->results) {
        methods.push_back(m);
        continue;
      }
      auto *sig = ctx.make<types::Signature>();
      sig->recv = old->recv; // the old interface: only its being there matters
      sig->params = params;
      sig->results = results;
      sig->variadic = old->variadic;
      auto *copy = ctx.makeObject<types::Func>(m->pos, m->pkg, m->name, sig);
      copy->origin = m->origin;
      methods.push_back(copy);
      changed = true;
    }
    types::TypeList embeddeds = list(i->embeddeds);
    if (!changed && embeddeds.data() == i->embeddeds.data())
      return t;
    auto *out = ctx.make<types::Interface>();
    out->methods = package_.arena.copy(methods);
    out->embeddeds = embeddeds;
    out->embed_positions = i->embed_positions;
    out->implicit = i->implicit;
    out->complete = true;
    out->context = i->context;
    return out;
  }
  case TypeKind::Named: {
    auto *n = types::as<types::Named>(t);
    if (n->isInstance()) {
      types::TypeList args = list(n->type_args);
      types::Named *origin = n->origin;
      if (isLocal(origin))
        origin = static_cast<types::Named *>((*this)(origin));
      return args.data() == n->type_args.data() && origin == n->origin ? t : ctx.instantiate(origin, args);
    }
    return isLocal(n) ? localType(n) : t;
  }
  }
  GANNET_UNREACHABLE("type kind");
}

// ---------------------------------------------------------------------------------------------------------------------
// Cloner

Local *Cloner::localOf(Local *l) {
  auto it = locals_.find(l);
  if (it != locals_.end())
    return it->second;
  Local *copy = package_.addLocal(*into_, l->kind == Local::Kind::Auto ? l->kind : Local::Kind::Auto, l->name,
                                  type(l->type), l->pos);
  copy->source = l->source;
  copy->is_temp = l->is_temp;
  copy->used = l->used;
  copy->addr_taken = l->addr_taken;
  copy->reassigned = l->reassigned;
  copy->captured = l->captured;
  copy->on_heap = l->on_heap;
  copy->inline_site = l->inline_site + site_base;
  copy->declared_kind = l->declared_kind;
  locals_[l] = copy;
  return copy;
}

Label *Cloner::labelOf(Label *l) {
  if (!l)
    return nullptr;
  auto it = labels_.find(l);
  if (it != labels_.end())
    return it->second;
  Label *copy = package_.addLabel(*into_, l->name);
  labels_[l] = copy;
  return copy;
}

// What a literal's copy in `into`, the copy of the function around it, is named after, and what comes behind that name. Bodies
// of loops over functions are named after the function that the loop is in: for one inside another it is not the next one
// around it.
static std::pair<const Func *, std::string> nameInCopy(const Func &f, const Func &into) {
  const Func *from = f.outer, *to = &into;
  auto contains = [&f](const Func &outer) {
    return f.name.size() > outer.name.size() && f.name.compare(0, outer.name.size(), outer.name) == 0 &&
           (f.name[outer.name.size()] == '.' || f.name[outer.name.size()] == '-');
  };
  while (!contains(*from)) {
    GANNET_CHECK(from->outer && to->outer, "a literal named after no function around it: " + f.name);
    from = from->outer;
    to = to->outer;
  }
  return {to, f.name.substr(from->name.size())};
}

Func *Cloner::closure(Func *f) {
  auto it = funcs_.find(f);
  if (it != funcs_.end())
    return it->second;
  if (!f->outer) // a function in its own right: a method value's wrapper
    return f;
  std::string name;
  const Func *named_after = into_;
  if (renames_closures) {
    Func *outer = into_; // bodies of loops over functions are no functions of their own
    while (outer->range_body && outer->outer)
      outer = outer->outer;
    named_after = outer;
    const std::string_view through = into_ == root_ ? std::string_view(inlined) : std::string_view();
    do
      name = f->range_body ? rangeBodyName(*outer, through) : closureName(*outer, through);
    while (package_.findFunc(name));
  } else {
    auto [outer, rest] = nameInCopy(*f, *into_);
    named_after = outer;
    name = outer->name + rest;
  }
  Func *copy;
  if (into_->generic || into_->detached) {
    copy = package_.all_funcs.emplace_back(std::make_unique<Func>()).get();
    copy->name = name;
    copy->generic = into_->generic;
    copy->detached = into_->detached;
  } else {
    copy = package_.funcNamed(name);
    copy->emit = true;
  }
  funcs_[f] = copy;
  copy->short_name = package_.arena.copy(std::string_view(closureShortName(*named_after, name)));
  copy->outer = into_;
  copy->dup_ok = into_->dup_ok;
  into_->closures.push_back(copy);
  into_->has_closures = true;
  Func *saved = into_;
  function(*f, *copy);
  into_ = saved;
  return copy;
}

void Cloner::function(Func &from, Func &to) {
  into_ = &to;
  to.has_body = true;
  to.is_closure = from.is_closure;
  to.is_method = from.is_method;
  to.wrapper = from.wrapper;
  to.range_body = from.range_body;
  to.has_defer = from.has_defer;
  to.has_recover = from.has_recover;
  to.finalized = from.finalized;
  to.pragma = from.pragma;
  to.abi = from.abi;
  to.pos = from.pos;
  to.end_pos = from.end_pos;
  to.package_path = from.package_path;
  if (!to.sig)
    to.sig = static_cast<types::Signature *>(type(from.sig));
  for (const std::vector<Local *> *group : {&from.params, &from.results, &from.captures})
    for (Local *l : *group) {
      Local *copy = package_.addLocal(to, l->kind, l->name, type(l->type), l->pos);
      copy->source = l->source;
      copy->by_ref = l->by_ref;
      copy->addr_taken = l->addr_taken;
      copy->reassigned = l->reassigned;
      copy->captured = l->captured;
      copy->on_heap = l->on_heap;
      copy->is_temp = l->is_temp;
      copy->used = l->used;
      if (l->outer) {
        auto it = locals_.find(l->outer);
        copy->outer = it == locals_.end() ? l->outer : it->second;
      }
      locals_[l] = copy;
    }
  if (!from.inline_sites.empty())
    to.inline_sites = from.inline_sites;
  std::uint32_t saved_base = site_base;
  site_base = 0;
  to.body = list(from.body);
  site_base = saved_base;
}

NodeList Cloner::list(NodeList l) {
  if (l.empty())
    return {};
  std::vector<Node *> out;
  out.reserve(l.size());
  for (Node *n : l)
    out.push_back(n ? node(n) : nullptr);
  return package_.arena.copy(out);
}

Node *Cloner::node(Node *n) {
  Node *c = package_.arena.make<Node>();
  c->op = n->op;
  c->sub = n->sub;
  c->flags = n->flags;
  c->inline_site = n->inline_site + site_base;
  c->pos = n->pos;
  c->type = type(n->type);
  c->aux_int = n->aux_int;
  c->aux = n->aux;
  c->indices = n->indices;
  c->x = n->x ? node(n->x) : nullptr;
  c->y = n->y ? node(n->y) : nullptr;
  c->z = n->z ? node(n->z) : nullptr;
  c->w = n->w ? node(n->w) : nullptr;
  if (n->op == Op::InlinedCall)
    c->aux_int += site_base;
  switch (n->op) {
  case Op::LocalRef:
  case Op::Var:
    c->aux_local = localOf(n->aux_local);
    break;
  case Op::Case:
    if (n->aux_local)
      c->aux_local = localOf(n->aux_local);
    break;
  case Op::TypeAddr:
  case Op::New:
  case Op::TypeAssert:
  case Op::TypeAssertOk:
  case Op::AlgHash:
  case Op::SymSizeof:
  case Op::SymMethodExpr:
    c->type_arg = type(n->type_arg);
    break;
  case Op::InlinedCall:
  case Op::Block:
  case Op::For:
  case Op::Range:
  case Op::Switch:
  case Op::TypeSwitch:
  case Op::Select:
  case Op::Jump:
  case Op::Label:
  case Op::SymRange:
    c->aux_label = labelOf(n->aux_label);
    c->aux_label2 = labelOf(n->aux_label2);
    break;
  default:
    break;
  }
  c->list = list(n->list);
  c->list2 = list(n->list2);
  c->body = list(n->body);
  c->body2 = list(n->body2);
  if (n->op == Op::Closure)
    c->aux_func = closure(n->aux_func);
  return subst_ ? resolve(c, n) : c;
}

// Decides what depended on type parameters. `c` has its final type and operands.
Node *Cloner::resolve(Node *c, const Node *from) {
  Maker &m = make_;
  switch (c->op) {
  case Op::CallStatic:
  case Op::FuncRef:
    if (c->aux_func->symbolic)
      c->aux_func = package_.functionOf(c->aux_func->object, subst_->list(c->aux_func->type_args));
    return c->op == Op::CallStatic && !c->aux_func->type_args.empty() ? m.known(c) : c;
  case Op::Const:
    return c->type == from->type ? c : m.constant(c->pos, c->type, c->value());
  case Op::Add:
    return c->type == from->type ? c : m.binary(c->pos, Op::Add, c->x, c->y, c->type);
  case Op::AssignOp:
    if (c->binary() == Op::Add && types::isString(c->x->type))
      c->sub = static_cast<std::uint8_t>(Op::Concat);
    return c;
  case Op::CallIface: {
    std::vector<types::Func *> all = interfaceMethods(c->x->type);
    c->aux_method = all[static_cast<std::size_t>(c->aux_int)];
    return c;
  }
  case Op::SymConvert:
    return m.convert(c->pos, c->x, c->type);
  case Op::SymImplicit:
    return m.implicit(c->x, c->type);
  case Op::SymIndex:
    return m.index(c->pos, c->x, c->y, c->type);
  case Op::SymSlice:
    return m.slice(c->pos, c->x, c->y, c->z, c->w, c->type);
  case Op::SymLen:
    return m.len(c->pos, c->x);
  case Op::SymCap:
    return m.cap(c->pos, c->x);
  case Op::SymMake:
    return m.makeBuiltin(c->pos, c->type, c->x, c->y);
  case Op::SymSizeof:
    return m.sizeQuery(c->pos, c->type, c->type_arg, static_cast<int>(c->aux_int), c->indices);
  case Op::SymComposite:
    return m.composite(c->pos, c->type, {c->list.begin(), c->list.end()}, {c->indices.begin(), c->indices.end()});
  case Op::SymMethodCall:
  case Op::SymMethodValue: {
    types::LookupResult r = types::lookupFieldOrMethod(c->x->type, true, c->aux_method->pkg, c->aux_method->name);
    auto *method = types::as<types::Func>(r.object);
    GANNET_CHECK(method, "type argument without method " + std::string(c->aux_method->name));
    if (c->op == Op::SymMethodValue)
      return m.methodValue(c->pos, c->x, r.path, method, c->type);
    return m.callMethod(c->pos, c->x, r.path, method, {c->list.begin(), c->list.end()}, c->type);
  }
  case Op::SymMethodExpr: {
    types::Func *wanted = c->list[0]->aux_method;
    types::LookupResult r = types::lookupFieldOrMethod(c->type_arg, false, wanted->pkg, wanted->name);
    auto *method = types::as<types::Func>(r.object);
    GANNET_CHECK(method, "type argument without method " + std::string(wanted->name));
    return m.methodExpr(c->pos, c->type_arg, method, c->type);
  }
  case Op::SymRange: {
    c->op = Op::Range;
    Type *u = types::under(c->x->type);
    RangeKind kind = RangeKind::Int;
    switch (u->kind) {
    case TypeKind::Array: kind = RangeKind::Array; break;
    case TypeKind::Pointer: kind = RangeKind::ArrayPtr; break;
    case TypeKind::Slice: kind = RangeKind::Slice; break;
    case TypeKind::Map: kind = RangeKind::Map; break;
    case TypeKind::Chan: kind = RangeKind::Chan; break;
    case TypeKind::Signature: kind = RangeKind::Func; break;
    default: kind = types::isString(u) ? RangeKind::String : RangeKind::Int; break;
    }
    c->sub = static_cast<std::uint8_t>(kind);
    return c;
  }
  default:
    return c;
  }
}

void instantiatePending(Package &package) {
  while (!package.pending.empty()) {
    Func *f = package.pending.front();
    package.pending.pop_front();
    if (f->has_body)
      continue;
    Func *g = f->origin;
    GANNET_CHECK(g && g->generic, "instance of no generic function: " + f->name);
    if (!g->has_body && g->imported && package.imported)
      package.imported->loadBody(*g);
    GANNET_CHECK(g->has_body, "no body for the generic function " + g->name);
    TypeSubst subst(package, f->object, g->type_params, f->type_args);
    f->sig = nullptr;
    Cloner cloner(package, &subst);
    cloner.function(*g, *f);
    f->emit = true;
    f->generic = false;
    finalize(package, *f);
    queueWithClosures(package, *f);
  }
}

} // namespace gannet::ir
