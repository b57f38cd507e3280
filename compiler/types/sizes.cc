#include "compiler/types/sizes.h"

#include <limits>

#include "compiler/base/check.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

namespace gannet::types {

namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

// x rounded up; below 0 on overflow.
std::int64_t alignUp(std::int64_t x, std::int64_t a) { return x < 0 || x > kMax - a ? -1 : (x + a - 1) & ~(a - 1); }

// The empty struct type that makes its holder 8-byte aligned.
bool isAlign64(Type *t) {
  Named *n = unaliasAs<Named>(t);
  return n && n->obj->name == "align64" && n->obj->pkg &&
         (n->obj->pkg->path == "sync/atomic" || n->obj->pkg->path == "internal/runtime/atomic");
}

std::int64_t basicSize(BasicKind k) {
  switch (k) {
  case BasicKind::Bool:
  case BasicKind::Int8:
  case BasicKind::Uint8:
  case BasicKind::UntypedBool:
    return 1;
  case BasicKind::Int16:
  case BasicKind::Uint16:
    return 2;
  case BasicKind::Int32:
  case BasicKind::Uint32:
  case BasicKind::Float32:
    return 4;
  case BasicKind::String:
  case BasicKind::Complex128:
  case BasicKind::UntypedString:
    return 16;
  default:
    return kWordBytes;
  }
}

} // namespace

std::int64_t sizeOf(Type *t) {
  Type *u = under(t);
  switch (u->kind) {
  case TypeKind::Basic:
    return basicSize(static_cast<Basic *>(u)->basic);
  case TypeKind::Array: {
    Array *a = static_cast<Array *>(u);
    if (a->len <= 0)
      return 0;
    std::int64_t elem = sizeOf(a->elem);
    if (elem <= 0)
      return elem;
    return elem > kMax / a->len ? -1 : elem * a->len;
  }
  case TypeKind::Slice:
    return 3 * kWordBytes;
  case TypeKind::Struct: {
    Struct *s = static_cast<Struct *>(u);
    if (s->fields.empty())
      return 0;
    std::int64_t offset = fieldOffsets(s).back();
    std::int64_t size = sizeOf(s->fields.back()->type);
    if (offset < 0 || size < 0 || offset > kMax - size)
      return -1;
    if (offset > 0 && size == 0)
      size = 1;
    return alignUp(offset + size, alignOf(u));
  }
  case TypeKind::Interface:
    return 2 * kWordBytes;
  default:
    return kWordBytes;
  }
}

std::int64_t alignOf(Type *t) {
  Type *u = under(t);
  switch (u->kind) {
  case TypeKind::Array:
    return alignOf(static_cast<Array *>(u)->elem);
  case TypeKind::Struct: {
    Struct *s = static_cast<Struct *>(u);
    if (s->fields.empty() && isAlign64(t))
      return 8;
    std::int64_t most = 1;
    for (Var *f : s->fields)
      most = std::max(most, alignOf(f->type));
    return most;
  }
  case TypeKind::Basic: {
    BasicKind k = static_cast<Basic *>(u)->basic;
    if (k == BasicKind::String || k == BasicKind::Complex128)
      return kWordBytes;
    if (k == BasicKind::Complex64)
      return 4;
    return basicSize(k);
  }
  default:
    return kWordBytes;
  }
}

std::vector<std::int64_t> fieldOffsets(const Struct *s) {
  std::vector<std::int64_t> out;
  out.reserve(s->fields.size());
  std::int64_t at = 0;
  for (Var *f : s->fields) {
    if (at >= 0)
      at = alignUp(at, alignOf(f->type));
    out.push_back(at);
    std::int64_t size = sizeOf(f->type);
    at = at < 0 || size < 0 || at > kMax - size ? -1 : at + size;
  }
  return out;
}

std::int64_t offsetOf(Type *t, std::span<const int> path) {
  std::int64_t at = 0;
  for (int i : path) {
    Struct *s = underAs<Struct>(t);
    GANNET_CHECK(s, "offset into something that is no struct");
    std::int64_t o = fieldOffsets(s)[static_cast<std::size_t>(i)];
    if (o < 0 || at > kMax - o)
      return -1;
    at += o;
    t = s->fields[static_cast<std::size_t>(i)]->type;
  }
  return at;
}

} // namespace gannet::types
