// What the language allows and the implementation does not: anonymous interfaces that contain themselves, types larger
// than the address space, large channel elements, and heap memory for types that must not be there.
#include <algorithm>

#include "compiler/types/check.h"
#include "compiler/types/sizes.h"

namespace gannet::types {

namespace {

constexpr std::int64_t kMaxTypeBytes = std::int64_t(1) << 50;
constexpr std::int64_t kMaxChanElemBytes = std::int64_t(1) << 16;

// Does an interface literal lead back to itself through literals?
class InterfaceCycles {
public:
  bool hasCycle(Interface *i) {
    for (Func *m : typeSet(i).methods)
      if (visit(m->type))
        return true;
    return false;
  }
  // Those found are not reported again.
  void forget() {
    for (auto &[i, busy] : state_)
      busy = false;
  }

private:
  bool visit(VarList list) {
    for (Var *v : list)
      if (visit(v->type))
        return true;
    return false;
  }

  bool visit(Type *t) {
    t = unalias(t);
    if (!t)
      return false;
    switch (t->kind) {
    case TypeKind::Pointer:
      return visit(static_cast<Pointer *>(t)->elem);
    case TypeKind::Array:
      return visit(static_cast<Array *>(t)->elem);
    case TypeKind::Slice:
      return visit(static_cast<Slice *>(t)->elem);
    case TypeKind::Chan:
      return visit(static_cast<Chan *>(t)->elem);
    case TypeKind::Map:
      return visit(static_cast<Map *>(t)->key) || visit(static_cast<Map *>(t)->elem);
    case TypeKind::Struct:
      return visit(static_cast<Struct *>(t)->fields);
    case TypeKind::Signature:
      return visit(vars(static_cast<Signature *>(t)->params)) || visit(vars(static_cast<Signature *>(t)->results));
    case TypeKind::Interface: {
      Interface *i = static_cast<Interface *>(t);
      if (i->methods.empty() && i->embeddeds.empty())
        return false;
      for (auto &[seen, busy] : state_)
        if (seen == i)
          return busy;
      std::size_t at = state_.size();
      state_.push_back({i, true});
      if (hasCycle(i))
        return true;
      state_[at].second = false;
      return false;
    }
    default:
      return false;
    }
  }

  std::vector<std::pair<Interface *, bool>> state_;
};

// Does a value of type t hold an internal/runtime/sys.nih?
bool isNotInHeap(Type *t) {
  t = unalias(t);
  if (Named *n = as<Named>(t)) {
    if (n->obj->name == "nih" && n->obj->pkg && n->obj->pkg->path == "internal/runtime/sys")
      return true;
    t = n->underlying();
  }
  if (Array *a = as<Array>(t))
    return isNotInHeap(a->elem);
  if (Struct *s = as<Struct>(t))
    return std::any_of(s->fields.begin(), s->fields.end(), [](Var *f) { return isNotInHeap(f->type); });
  return false;
}

} // namespace

void Checker::checkRestrictions() {
  std::sort(literal_types_.begin(), literal_types_.end(),
            [](const PlacedType &a, const PlacedType &b) { return a.pos < b.pos; });
  InterfaceCycles cycles;
  for (const PlacedType &p : literal_types_)
    if (Interface *i = as<Interface>(p.type); i && cycles.hasCycle(i)) {
      error(p.pos, "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)");
      cycles.forget();
    }
  for (const PlacedType &p : type_args_)
    if (isNotInHeap(p.type))
      error(p.pos, "cannot use incomplete (or unallocatable) type as a type argument: ", p.type);
  for (const PlacedType &p : literal_types_) {
    if (Map *m = as<Map>(p.type)) {
      if (isNotInHeap(m->key))
        error(p.pos, "incomplete (or unallocatable) map key not allowed");
      if (isNotInHeap(m->elem))
        error(p.pos, "incomplete (or unallocatable) map value not allowed");
    } else if (Chan *c = as<Chan>(p.type)) {
      if (isNotInHeap(c->elem))
        error(p.pos, "chan of incomplete (or unallocatable) type not allowed");
      else if (!mentionsTypeParams(c->elem)) {
        std::int64_t size = sizeOf(c->elem);
        if (size < 0 || size >= kMaxChanElemBytes)
          error(p.pos, "channel element type too large (>64kB)");
      }
    } else if (Array *a = as<Array>(p.type)) {
      if (mentionsTypeParams(a))
        continue;
      std::int64_t size = sizeOf(a);
      if (size < 0 || size >= kMaxTypeBytes)
        error(p.pos, "type ", a, " larger than address space");
    }
  }
}

} // namespace gannet::types
