#include "compiler/data/debug_types.h"

#include "compiler/base/check.h"
#include "compiler/data/type_descriptor.h"
#include "compiler/types/link_string.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

#include <utility>

namespace gannet::data {

using object::DebugKind;
using object::DebugType;
using object::DebugTypeId;
using types::TypeKind;

namespace {

// Is the type described in the object of the package that declares it?
bool isElsewhere(types::Type *t, const types::Package &pkg) {
  auto *named = types::as<types::Named>(t);
  return named && !named->isInstance() && named->obj->pkg && named->obj->pkg != &pkg;
}

} // namespace

DebugTypeId DebugTypes::of(types::Type *t) {
  DebugTypeId id = number(t);
  while (!pending_.empty()) { // described in order of numbers: the bytes do not depend on who asked first
    std::vector<Pending> batch = std::exchange(pending_, {});
    for (const Pending &p : batch) {
      DebugType d = described(unit_.debug.types[p.id.raw].name, p.type);
      unit_.debug.types[p.id.raw] = std::move(d);
    }
  }
  return id;
}

DebugTypeId DebugTypes::number(types::Type *t) {
  t = types::unalias(t);
  if (auto known = by_type_.find(t); known != by_type_.end())
    return known->second;
  DebugTypeId next(static_cast<std::uint32_t>(unit_.debug.types.size()));
  auto [at, fresh] = by_name_.try_emplace(types::linkString(t), next);
  if (fresh) {
    unit_.debug.types.push_back({.name = unit_.intern(at->first), .declared = t->kind == TypeKind::Named});
    if (!isElsewhere(t, package_.pkg))
      pending_.push_back({next, t});
  }
  by_type_.emplace(t, at->second);
  return at->second;
}

DebugType DebugTypes::described(std::string_view name, types::Type *t) {
  DebugType d{.name = name, .declared = t->kind == TypeKind::Named};
  d.size_bytes = static_cast<std::uint64_t>(layouts_.sizeOf(t));
  types::Type *u = types::under(t);
  switch (u->kind) {
  case TypeKind::Basic:
    d.kind = DebugKind(abiKind(types::as<types::Basic>(u)->basic));
    break;
  case TypeKind::Array:
    d.kind = DebugKind::Array;
    d.elem = number(types::as<types::Array>(u)->elem);
    d.count = static_cast<std::uint64_t>(types::as<types::Array>(u)->len);
    break;
  case TypeKind::Slice:
    d.kind = DebugKind::Slice;
    d.elem = number(types::as<types::Slice>(u)->elem);
    break;
  case TypeKind::Pointer:
    d.kind = DebugKind::Pointer;
    d.elem = number(types::as<types::Pointer>(u)->elem);
    break;
  case TypeKind::Chan:
    d.kind = DebugKind::Chan;
    d.elem = number(types::as<types::Chan>(u)->elem);
    break;
  case TypeKind::Map:
    d.kind = DebugKind::Map;
    d.key = number(types::as<types::Map>(u)->key);
    d.elem = number(types::as<types::Map>(u)->elem);
    break;
  case TypeKind::Signature:
    d.kind = DebugKind::Func;
    break;
  case TypeKind::Interface:
    d.kind = DebugKind::Interface;
    d.count = types::sortedInterfaceMethods(types::as<types::Interface>(u)).size();
    break;
  case TypeKind::Struct: {
    d.kind = DebugKind::Struct;
    const std::vector<std::int64_t> offsets = layouts_.of(u).offsets;
    auto *s = types::as<types::Struct>(u);
    for (std::size_t i = 0; i < s->fields.size(); ++i)
      d.fields.push_back({.name = unit_.intern(s->fields[i]->name),
                          .type = number(s->fields[i]->type),
                          .offset = static_cast<std::uint64_t>(offsets[i]),
                          .embedded = s->fields[i]->embedded});
    break;
  }
  default: // tuples and type parameters are no types of variables
    GANNET_UNREACHABLE("type of a variable: " + std::string(name));
  }
  return d;
}

void DebugTypes::addPackage() {
  unit_.debug.optimized = !package_.options.no_optimize;
  unit_.debug.inlined = !package_.options.no_inline;
  for (types::Type *t : package_.needed_types)
    if (t->kind == TypeKind::Named)
      of(t);
  for (const ir::Global *g : package_.globals)
    if (g->defined && g->object)
      unit_.debug.globals.push_back({unit_.intern(g->name), of(g->type)});
  addConstants();
}

// Integers alone, as gc tells them. Untyped ones that no int holds have no type to be shown with.
void DebugTypes::addConstants() {
  const std::string prefix = types::linkPrefix(&package_.pkg) + ".";
  for (types::Object *o : package_.pkg.scope->objects()) {
    auto *c = types::as<types::ConstObj>(o);
    if (!c || c->name == "_" || !types::isInteger(c->type))
      continue;
    const constant::Value value = constant::toInt(*c->value);
    if (!value.known() || (types::isUntyped(c->type) && !constant::int64Val(value)))
      continue;
    types::Type *t = types::defaultType(package_.context, c->type);
    unit_.debug.constants.push_back({unit_.intern(prefix + std::string(c->name)), of(t), std::int64_t(constant::wordVal(value))});
  }
}

} // namespace gannet::data
