#include "compiler/data/layout.h"

#include "compiler/base/check.h"
#include "compiler/types/checker.h"
#include "compiler/types/object.h"
#include "compiler/types/sizes.h"

namespace gannet::data {
namespace {

using types::TypeKind;

constexpr std::int64_t alignUp(std::int64_t v, std::int64_t a) { return (v + a - 1) & ~(a - 1); }

bool isNih(types::Named *n) {
  return n->obj->name == "nih" && n->obj->pkg && n->obj->pkg->path == "internal/runtime/sys";
}

} // namespace

const TypeLayout &Layouts::of(types::Type *t) {
  auto found = layouts_.find(t);
  if (found != layouts_.end())
    return found->second;
  TypeLayout made = compute(t);
  return layouts_.emplace(t, std::move(made)).first->second;
}

TypeLayout Layouts::compute(types::Type *t) {
  t = types::unalias(t);
  if (auto *n = types::as<types::Named>(t)) {
    TypeLayout inner = of(types::under(n));
    if (isNih(n))
      inner.not_in_heap = true;
    return inner;
  }
  TypeLayout out;
  switch (t->kind) {
  case TypeKind::Basic:
    out.size = types::sizeOf(t);
    out.align = types::alignOf(t);
    switch (static_cast<types::Basic *>(t)->basic) {
    case types::BasicKind::String:
    case types::BasicKind::UnsafePointer:
    case types::BasicKind::UntypedNil:
      out.pointer_bytes = kWordBytes;
      break;
    default:
      break;
    }
    return out;
  case TypeKind::Pointer: {
    out.size = out.align = kWordBytes;
    out.pointer_bytes = kWordBytes;
    return out;
  }
  case TypeKind::Map:
  case TypeKind::Chan:
  case TypeKind::Signature:
    out.size = out.align = out.pointer_bytes = kWordBytes;
    return out;
  case TypeKind::Slice:
    out.size = 3 * kWordBytes;
    out.align = out.pointer_bytes = kWordBytes;
    return out;
  case TypeKind::Interface:
    out.size = out.pointer_bytes = 2 * kWordBytes;
    out.align = kWordBytes;
    return out;
  case TypeKind::Array: {
    auto *a = static_cast<types::Array *>(t);
    const TypeLayout &e = of(a->elem);
    out.size = a->len * e.size;
    out.align = e.align;
    if (a->len > 0 && e.pointer_bytes)
      out.pointer_bytes = (a->len - 1) * e.size + e.pointer_bytes;
    out.not_in_heap = e.not_in_heap;
    return out;
  }
  case TypeKind::Struct: {
    auto *s = static_cast<types::Struct *>(t);
    out.size = types::sizeOf(s);
    out.align = types::alignOf(s);
    out.offsets = types::fieldOffsets(s);
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      const TypeLayout &f = of(s->fields[i]->type);
      if (f.pointer_bytes)
        out.pointer_bytes = out.offsets[i] + f.pointer_bytes;
      out.not_in_heap |= f.not_in_heap;
    }
    return out;
  }
  case TypeKind::Tuple: {
    // Results of a call, laid out as a struct: used for temporaries only.
    auto *tuple = static_cast<types::Tuple *>(t);
    for (types::Var *v : tuple->vars) {
      const TypeLayout &f = of(v->type);
      out.size = alignUp(out.size, f.align);
      out.offsets.push_back(out.size);
      if (f.pointer_bytes)
        out.pointer_bytes = out.size + f.pointer_bytes;
      out.size += f.size;
      out.align = std::max(out.align, f.align);
    }
    out.size = alignUp(out.size, out.align);
    return out;
  }
  case TypeKind::Union:
  case TypeKind::Named:
  case TypeKind::TypeParam:
  case TypeKind::Alias:
    break;
  }
  GANNET_UNREACHABLE("layout of a type that has none");
}

void Layouts::markPointers(types::Type *t, std::int64_t start_bytes, std::vector<std::uint8_t> &mask) {
  const TypeLayout &layout = of(t);
  if (!layout.pointer_bytes)
    return;
  auto set = [&](std::int64_t at) {
    std::size_t word = static_cast<std::size_t>(at / kWordBytes);
    if (mask.size() <= word / 8)
      mask.resize(word / 8 + 1);
    mask[word / 8] |= static_cast<std::uint8_t>(1u << (word % 8));
  };
  types::Type *u = types::under(t);
  switch (u->kind) {
  case TypeKind::Array: {
    auto *a = static_cast<types::Array *>(u);
    std::int64_t elem_bytes = sizeOf(a->elem);
    for (std::int64_t i = 0; i < a->len; ++i)
      markPointers(a->elem, start_bytes + i * elem_bytes, mask);
    return;
  }
  case TypeKind::Struct: {
    auto *s = static_cast<types::Struct *>(u);
    for (std::size_t i = 0; i < s->fields.size(); ++i)
      markPointers(s->fields[i]->type, start_bytes + layout.offsets[i], mask);
    return;
  }
  case TypeKind::Tuple: {
    auto *tuple = static_cast<types::Tuple *>(u);
    for (std::size_t i = 0; i < tuple->vars.size(); ++i)
      markPointers(tuple->vars[i]->type, start_bytes + layout.offsets[i], mask);
    return;
  }
  case TypeKind::Interface:
    // The type word points to a descriptor, which may be on the heap when reflection made it.
    set(start_bytes);
    set(start_bytes + kWordBytes);
    return;
  default:
    set(start_bytes);
  }
}

std::vector<std::uint8_t> Layouts::pointerMask(types::Type *t) {
  std::vector<std::uint8_t> mask;
  mask.resize(static_cast<std::size_t>((of(t).pointer_bytes / kWordBytes + 7) / 8));
  markPointers(t, 0, mask);
  return mask;
}

const MapLayout &Layouts::map(types::Map *m) {
  auto found = maps_.find(m);
  if (found != maps_.end())
    return found->second;
  MapLayout out{};
  out.indirect_key = sizeOf(m->key) > kMapMaxInlineBytes;
  out.indirect_elem = sizeOf(m->elem) > kMapMaxInlineBytes;
  out.slot_key = out.indirect_key ? context_.pointerTo(m->key) : m->key;
  out.slot_elem = out.indirect_elem ? context_.pointerTo(m->elem) : m->elem;
  auto field = [&](std::string_view name, types::Type *type) {
    return context_.makeObject<types::Var>(types::VarRole::Field, Pos(), nullptr, name, type);
  };
  auto *slot = context_.make<types::Struct>();
  slot->fields = context_.list(std::vector<types::Var *>{field("key", out.slot_key), field("elem", out.slot_elem)});
  auto *slots = context_.make<types::Array>(slot, kMapSlots);
  auto *group = context_.make<types::Struct>();
  group->fields = context_.list(
      std::vector<types::Var *>{field("ctrl", context_.basic(types::BasicKind::Uint64)), field("slots", slots)});
  out.group = group;
  out.group_bytes = sizeOf(group);
  out.slot_bytes = sizeOf(slot);
  out.elem_offset = of(slot).offsets[1];
  return maps_.emplace(m, out).first->second;
}

} // namespace gannet::data
