#include "compiler/types/instance_graph.h"

#include <algorithm>

#include "compiler/types/check.h"

namespace gannet::types {

void InstanceGraph::addInstance(Package *pkg, Pos pos, TypeParamList params, TypeList args, syntax::ExprList exprs) {
  for (std::size_t i = 0; i < params.size() && i < args.size(); ++i) {
    if (params[i]->obj->pkg != pkg)
      continue;
    Pos at = i < exprs.size() ? syntax::startPos(exprs[i]) : pos;
    mentions({pkg, at, params[i], args[i]}, args[i]);
  }
}

std::uint32_t InstanceGraph::paramVertex(TypeParam *p) {
  auto found = canonical_.find(p);
  if (found != canonical_.end())
    p = found->second;
  auto [it, is_new] = index_.emplace(p->obj, static_cast<std::int64_t>(vertices_.size()));
  if (is_new)
    vertices_.push_back({p->obj});
  return static_cast<std::uint32_t>(it->second);
}

std::int64_t InstanceGraph::localVertex(Package *pkg, Named *n) {
  TypeName *obj = n->origin->obj;
  if (obj->pkg != pkg || obj->parent == pkg->scope || !obj->parent)
    return -1;
  auto found = index_.find(obj);
  if (found != index_.end())
    return found->second;
  // Type parameters in the scopes around it.
  std::int64_t v = -1;
  for (Scope *s = obj->parent; s && s != pkg->scope; s = s->parent())
    for (Object *o : s->objects()) {
      TypeName *name = as<TypeName>(o);
      TypeParam *p = name && name->pos < obj->pos ? as<TypeParam>(name->type) : nullptr;
      if (!p || p->obj != name)
        continue;
      if (v < 0) {
        v = static_cast<std::int64_t>(vertices_.size());
        vertices_.push_back({obj});
      }
      std::uint32_t from = paramVertex(p);
      edges_.push_back({static_cast<std::uint32_t>(v), from, 1, obj->pos, p});
    }
  index_.emplace(obj, v);
  return v;
}

void InstanceGraph::addFlow(const Flow &flow, std::uint32_t from, Type *t) {
  std::uint32_t to = paramVertex(flow.to);
  edges_.push_back({to, from, unalias(flow.arg) == t ? 0u : 1u, flow.pos, flow.arg});
}

void InstanceGraph::mentions(const Flow &flow, Type *t) {
  t = unalias(t);
  if (!t)
    return;
  auto list = [&](VarList vars) {
    for (Var *v : vars)
      mentions(flow, v->type);
  };
  switch (t->kind) {
  case TypeKind::TypeParam:
    addFlow(flow, paramVertex(static_cast<TypeParam *>(t)), t);
    break;
  case TypeKind::Named: {
    Named *n = static_cast<Named *>(t);
    std::int64_t v = localVertex(flow.pkg, n);
    if (v >= 0)
      addFlow(flow, static_cast<std::uint32_t>(v), t);
    for (Type *a : n->type_args)
      mentions(flow, a);
    break;
  }
  case TypeKind::Array:
    mentions(flow, static_cast<Array *>(t)->elem);
    break;
  case TypeKind::Slice:
    mentions(flow, static_cast<Slice *>(t)->elem);
    break;
  case TypeKind::Pointer:
    mentions(flow, static_cast<Pointer *>(t)->elem);
    break;
  case TypeKind::Chan:
    mentions(flow, static_cast<Chan *>(t)->elem);
    break;
  case TypeKind::Map:
    mentions(flow, static_cast<Map *>(t)->key);
    mentions(flow, static_cast<Map *>(t)->elem);
    break;
  case TypeKind::Struct:
    list(static_cast<Struct *>(t)->fields);
    break;
  case TypeKind::Signature:
    list(vars(static_cast<Signature *>(t)->params));
    list(vars(static_cast<Signature *>(t)->results));
    break;
  case TypeKind::Interface:
    if (static_cast<Interface *>(t)->complete)
      for (Func *m : typeSet(static_cast<Interface *>(t)).methods)
        mentions(flow, m->type);
    break;
  default:
    break;
  }
}

void InstanceGraph::reportCycles(Checker &checker) {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      const Edge &e = edges_[i];
      std::uint32_t w = vertices_[e.from].weight + e.weight;
      if (w <= vertices_[e.to].weight)
        continue;
      Vertex &to = vertices_[e.to];
      to.previous = static_cast<std::uint32_t>(i);
      to.length = vertices_[e.from].length + 1;
      if (to.length == vertices_.size()) { // longer than any path without a cycle
        report(checker, e.to);
        return;
      }
      to.weight = w;
      again = true;
    }
  }
}

void InstanceGraph::report(Checker &checker, std::uint32_t at) {
  std::vector<std::uint32_t> path;
  while (std::find(path.begin(), path.end(), at) == path.end()) {
    path.push_back(at);
    at = edges_[vertices_[at].previous].from;
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), at)); // what led to the cycle
  ErrorText e;
  e.add(vertices_[at].obj->pos, "instantiation cycle:");
  for (std::uint32_t v : path) {
    const Edge &edge = edges_[vertices_[v].previous];
    TypeName *obj = vertices_[edge.to].obj;
    bool is_param = as<TypeParam>(obj->type) != nullptr;
    e.add(edge.pos, checker.text(obj->name, is_param ? " instantiated as " : " implicitly parameterized by ", edge.type));
  }
  checker.report(e);
}

} // namespace gannet::types
