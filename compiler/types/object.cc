#include "compiler/types/object.h"

#include <algorithm>

#include "compiler/types/predicates.h"

namespace gannet::types {

bool Object::isExported() const { return isExportedName(name); }

bool TypeName::isAlias() const {
  if (!type)
    return false;
  switch (type->kind) {
  case TypeKind::Basic:
    // unsafe.Pointer is not an alias; byte and rune are: their types' names differ from those of their kinds' objects.
    if (pkg)
      return false;
    return name == "byte" || name == "rune";
  case TypeKind::Named:
    return static_cast<Named *>(type)->obj != this;
  case TypeKind::TypeParam:
    return static_cast<TypeParam *>(type)->obj != this;
  default:
    return true;
  }
}

Object *Scope::find(std::string_view name) const {
  if (index_) {
    auto it = index_->find(name);
    return it == index_->end() ? nullptr : it->second;
  }
  for (Object *o : objects_)
    if (o->name == name)
      return o;
  return nullptr;
}

Object *Scope::lookup(std::string_view name) {
  if (Object *o = find(name))
    return o;
  if (!loader_)
    return nullptr;
  Object *o = loader_->loadObject(*pkg_, name);
  // The loader may have entered it itself while loading what it depends on.
  if (o && !find(name))
    insert(o);
  return o;
}

Object *Scope::lookupParent(std::string_view name, Scope **where) {
  for (Scope *s = this; s; s = s->parent_)
    if (Object *o = s->lookup(name)) {
      if (where)
        *where = s;
      return o;
    }
  return nullptr;
}

Object *Scope::insert(Object *obj) {
  if (Object *other = find(obj->name))
    return other;
  objects_.push_back(obj);
  if (index_) {
    index_->emplace(obj->name, obj);
  } else if (objects_.size() > 8) {
    index_ = std::make_unique<std::unordered_map<std::string_view, Object *>>();
    for (Object *o : objects_)
      index_->emplace(o->name, o);
  }
  if (!obj->parent)
    obj->parent = this;
  return nullptr;
}

std::vector<std::string_view> Scope::sortedNames() {
  std::vector<std::string_view> names;
  if (loader_)
    names = loader_->objectNames(*pkg_);
  else
    for (Object *o : objects_)
      names.push_back(o->name);
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace gannet::types
