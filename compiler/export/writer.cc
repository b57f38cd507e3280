#include "compiler/export/writer.h"

#include "compiler/base/check.h"
#include "compiler/export/export.h"
#include "compiler/types/checker.h"
#include "compiler/types/lookup.h"
#include "compiler/types/predicates.h"

#include <algorithm>

namespace gannet::exports {

using types::Type;
using types::TypeKind;

std::uint32_t Writer::str(std::string_view text) {
  auto it = string_ids_.find(text);
  if (it != string_ids_.end())
    return it->second;
  auto [place, fresh] = string_ids_.emplace(std::string(text), static_cast<std::uint32_t>(strings_.size()));
  strings_.push_back(place->first);
  return place->second;
}

std::uint32_t Writer::pkg(const types::Package *p) {
  if (!p)
    return 0;
  auto [it, fresh] = package_ids_.try_emplace(p, static_cast<std::uint32_t>(packages_.size()) + 1);
  if (fresh)
    packages_.push_back(p);
  return it->second;
}

void Writer::want(const types::Object *o) {
  if (o->pkg == &package_.pkg && wanted_.try_emplace(o, true).second)
    queue_.push_back(o);
}

std::uint32_t Writer::type(Type *t) {
  if (t != package_.context.anyType())
    t = types::unalias(t);
  auto it = type_ids_.find(t);
  if (it != type_ids_.end())
    return it->second;
  if (auto *p = types::as<types::TypeParam>(t)) { // its bound may name it
    auto id = static_cast<std::uint32_t>(type_records_.size());
    type_ids_[t] = id;
    type_records_.emplace_back();
    Bytes b;
    b.u(static_cast<unsigned>(TypeTag::TypeParam));
    b.u(str(p->obj->name));
    b.u(pkg(p->obj->pkg));
    b.s(p->index);
    b.u(p->bound ? type(p->bound) + 1 : 0);
    type_records_[id] = std::move(b.data);
    return id;
  }
  std::string record = typeRecord(t);
  auto [place, fresh] = type_records_ids_.try_emplace(record, static_cast<std::uint32_t>(type_records_.size()));
  if (fresh)
    type_records_.push_back(std::move(record));
  type_ids_[t] = place->second;
  return place->second;
}

void Writer::typeList(Bytes &b, types::TypeList l) {
  b.u(l.size());
  for (Type *t : l)
    b.u(type(t));
}

void Writer::typeParams(Bytes &b, types::TypeParamList l) {
  b.u(l.size());
  for (types::TypeParam *p : l)
    b.u(type(p));
}

void Writer::tuple(Bytes &b, const types::Tuple *t) {
  types::VarList l = types::vars(t);
  b.u(l.size());
  for (types::Var *v : l) {
    b.u(str(v->name));
    b.u(type(v->type));
  }
}

std::string Writer::typeRecord(Type *t) {
  types::Context &ctx = package_.context;
  Bytes b;
  auto tag = [&](TypeTag k) { b.u(static_cast<unsigned>(k)); };
  if (t == ctx.anyType()) {
    tag(TypeTag::Any);
    return b.data;
  }
  switch (t->kind) {
  case TypeKind::Basic:
    tag(TypeTag::Basic);
    b.u(static_cast<unsigned>(types::as<types::Basic>(t)->basic));
    b.u(t == ctx.byteType() || t == ctx.runeType());
    break;
  case TypeKind::Array:
    tag(TypeTag::Array);
    b.u(type(types::as<types::Array>(t)->elem));
    b.s(types::as<types::Array>(t)->len);
    break;
  case TypeKind::Slice:
    tag(TypeTag::Slice);
    b.u(type(types::as<types::Slice>(t)->elem));
    break;
  case TypeKind::Pointer:
    tag(TypeTag::Pointer);
    b.u(type(types::as<types::Pointer>(t)->elem));
    break;
  case TypeKind::Map:
    tag(TypeTag::Map);
    b.u(type(types::as<types::Map>(t)->key));
    b.u(type(types::as<types::Map>(t)->elem));
    break;
  case TypeKind::Chan:
    tag(TypeTag::Chan);
    b.u(static_cast<unsigned>(types::as<types::Chan>(t)->dir));
    b.u(type(types::as<types::Chan>(t)->elem));
    break;
  case TypeKind::Struct: {
    auto *s = types::as<types::Struct>(t);
    tag(TypeTag::Struct);
    b.u(s->fields.size());
    for (std::size_t i = 0; i < s->fields.size(); i++) {
      types::Var *f = s->fields[i];
      b.u(str(f->name));
      b.u(pkg(f->pkg));
      b.u(type(f->type));
      b.u(f->embedded);
      b.u(str(s->tag(i)));
    }
    break;
  }
  case TypeKind::Tuple:
    tag(TypeTag::Tuple);
    tuple(b, types::as<types::Tuple>(t));
    break;
  case TypeKind::Signature: {
    auto *s = types::as<types::Signature>(t);
    tag(TypeTag::Signature);
    b.u(s->variadic);
    typeParams(b, s->type_params);
    typeParams(b, s->recv_type_params);
    // Of an interface's method, the receiver is the interface itself: its reader puts it in.
    bool has_recv = s->recv && !types::isInterface(s->recv->type);
    b.u(has_recv ? type(s->recv->type) + 1 : 0);
    b.u(has_recv ? str(s->recv->name) : 0);
    tuple(b, s->params);
    tuple(b, s->results);
    break;
  }
  case TypeKind::Union: {
    auto *u = types::as<types::Union>(t);
    tag(TypeTag::Union);
    b.u(u->terms.size());
    for (const types::Term &term : u->terms) {
      b.u(term.tilde);
      b.u(type(term.type));
    }
    break;
  }
  case TypeKind::Interface: {
    auto *i = types::as<types::Interface>(t);
    tag(TypeTag::Interface);
    b.u(i->implicit);
    b.u(i->methods.size());
    for (types::Func *m : i->methods) {
      b.u(str(m->name));
      b.u(pkg(m->pkg));
      b.u(type(m->type));
    }
    typeList(b, i->embeddeds);
    break;
  }
  case TypeKind::Named: {
    auto *n = types::as<types::Named>(t);
    if (n == ctx.errorType()) {
      tag(TypeTag::Error);
    } else if (n == ctx.comparableType()) {
      tag(TypeTag::Comparable);
    } else if (n->isInstance()) {
      tag(TypeTag::Instance);
      b.u(type(n->origin));
      typeList(b, n->type_args);
    } else if (n->obj->local_index != 0) {
      tag(TypeTag::Local);
      b.u(pkg(n->obj->pkg));
      b.u(n->obj->local_index);
      if (n->obj->pkg == &package_.pkg && wanted_locals_.try_emplace(n, true).second)
        local_queue_.push_back(n);
    } else {
      tag(TypeTag::Declared);
      b.u(pkg(n->obj->pkg));
      b.u(str(n->obj->name));
      want(n->obj);
    }
    break;
  }
  case TypeKind::Alias:
  case TypeKind::TypeParam:
    GANNET_UNREACHABLE("type record of an alias or type parameter");
  }
  return b.data;
}

std::uint32_t Writer::body(ir::Func &f) {
  ir::Func *from = f.generic ? &f : f.inline_form;
  if (!from || !from->has_body)
    return 0;
  Bytes b;
  BodyWriter w(*this, b);
  if (!w.write(*from))
    return 0;
  auto at = static_cast<std::uint32_t>(bodies_.size());
  bodies_ += b.data;
  return at + 1;
}

// Facts about a function: link name, pragmas, cost, leaks, body.
void Writer::funcFacts(Bytes &b, types::Func *object) {
  ir::Func *f = package_.functionOf(object, {});
  auto it = package_.link_names.find(object);
  b.u(it == package_.link_names.end() ? 0 : str(it->second) + 1);
  b.u(f->pragma);
  b.u(static_cast<unsigned>(f->abi));
  std::uint32_t at = body(*f);
  b.u(f->no_return | (f->inlinable && at ? 2 : 0) | (f->escape_done ? 4 : 0));
  b.u(f->inl_cost);
  b.u(f->leaks.size());
  for (const ir::ParamLeak &l : f->leaks) {
    b.u(l.heap);
    b.u(l.mutates);
    b.u(l.calls);
    b.u(l.results.size());
    for (std::uint8_t r : l.results)
      b.u(r);
  }
  b.u(at);
}

void Writer::named(Bytes &b, types::Named *n) {
  typeParams(b, n->typeParams());
  b.u(type(n->underlying()));
  b.u(n->methodCount());
  for (std::size_t i = 0; i < n->methodCount(); i++) {
    types::Func *m = n->method(i);
    b.u(str(m->name));
    b.u(pkg(m->pkg));
    b.u(type(m->type));
    b.u(m->has_ptr_recv);
    funcFacts(b, m);
  }
}

void Writer::localType(types::Named *n) {
  Bytes b;
  b.u(static_cast<unsigned>(ObjectTag::LocalType));
  b.u(str(n->obj->name));
  b.u(n->obj->local_index);
  const types::Func *f = n->obj->declaring_func;
  // The declaring function matters where it is generic.
  bool generic = f && (!f->signature()->type_params.empty() || !f->signature()->recv_type_params.empty());
  b.u(generic);
  if (generic) {
    types::Named *recv = f->signature()->recv ? types::unaliasAs<types::Named>(types::deref(types::unalias(f->signature()->recv->type)))
                                              : nullptr;
    b.u(recv ? type(recv->origin) + 1 : 0);
    b.u(str(f->name));
    if (!recv)
      want(f);
  }
  named(b, n);
  items_.push_back({"·" + std::to_string(n->obj->local_index), false, std::move(b.data)});
}

void Writer::object(const types::Object *o) {
  Bytes b;
  auto tag = [&](ObjectTag k) { b.u(static_cast<unsigned>(k)); };
  switch (o->kind) {
  case types::ObjectKind::Const: {
    auto *c = types::as<types::ConstObj>(o);
    tag(ObjectTag::Const);
    b.u(type(c->type));
    constant::encode(*c->value, b.data);
    break;
  }
  case types::ObjectKind::Var: {
    tag(ObjectTag::Var);
    b.u(type(o->type));
    auto it = package_.link_names.find(o);
    b.u(it == package_.link_names.end() ? 0 : str(it->second) + 1);
    break;
  }
  case types::ObjectKind::Func:
    tag(ObjectTag::Func);
    b.u(type(o->type));
    funcFacts(b, const_cast<types::Func *>(types::as<types::Func>(o)));
    break;
  case types::ObjectKind::TypeName: {
    auto *name = types::as<types::TypeName>(o);
    if (auto *a = types::as<types::Alias>(o->type)) {
      tag(ObjectTag::Alias);
      typeParams(b, a->type_params);
      b.u(type(a->rhs ? a->rhs : a));
    } else if (name->isAlias()) {
      tag(ObjectTag::Alias);
      b.u(0);
      b.u(type(o->type));
    } else {
      tag(ObjectTag::Type);
      named(b, types::as<types::Named>(o->type));
    }
    break;
  }
  default:
    return;
  }
  items_.push_back({std::string(o->name), o->isExported(), std::move(b.data)});
}

namespace {

void putFixed(std::string &out, std::size_t at, std::uint64_t v, int bytes) {
  for (int i = 0; i < bytes; i++)
    out[at + static_cast<std::size_t>(i)] = static_cast<char>(v >> (8 * i));
}

// FNV-1a over 8-byte words, with a final mix: a fingerprint, not a digest.
std::uint64_t hashBytes(std::string_view s) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (char c : s)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ (h >> 32);
}

// count, then end offsets of the items (4 bytes each), then their bytes.
std::string table(const std::vector<std::string_view> &items) {
  Bytes b;
  b.fixed32(static_cast<std::uint32_t>(items.size()));
  std::uint32_t end = 0;
  for (std::string_view s : items) {
    end += static_cast<std::uint32_t>(s.size());
    b.fixed32(end);
  }
  for (std::string_view s : items)
    b.data += s;
  return std::move(b.data);
}

} // namespace

std::string Writer::run() {
  str("");
  Bytes head;
  head.u(str(package_.pkg.path));
  head.u(str(package_.pkg.name));
  head.u(str(package_.pkg.go_version));
  for (std::string_view name : package_.pkg.scope->sortedNames()) {
    types::Object *o = package_.pkg.scope->lookup(name);
    if (o && o->isExported())
      want(o);
  }
  while (!queue_.empty() || !local_queue_.empty()) {
    if (!queue_.empty()) {
      const types::Object *o = queue_.front();
      queue_.pop_front();
      object(o);
    } else {
      types::Named *n = local_queue_.front();
      local_queue_.pop_front();
      localType(n);
    }
  }
  std::sort(items_.begin(), items_.end(), [](const Item &a, const Item &b) { return a.name < b.name; });

  Bytes objects;
  objects.fixed32(static_cast<std::uint32_t>(items_.size()));
  std::uint32_t at = 4 + 12 * static_cast<std::uint32_t>(items_.size());
  for (const Item &i : items_) {
    objects.fixed32(str(i.name));
    objects.fixed32(at);
    objects.fixed32(i.exported);
    at += static_cast<std::uint32_t>(i.record.size());
  }
  for (const Item &i : items_)
    objects.data += i.record;

  Bytes pkgs;
  pkgs.u(packages_.size());
  for (const types::Package *p : packages_) {
    pkgs.u(str(p->path));
    pkgs.u(str(p->name));
  }

  std::string sections[kSectionCount];
  sections[kStrings] = table(strings_);
  sections[kPackages] = std::move(pkgs.data);
  sections[kTypes] = table({type_records_.begin(), type_records_.end()});
  sections[kObjects] = std::move(objects.data);
  sections[kBodies] = std::move(bodies_);
  sections[kHead] = std::move(head.data);

  std::string out(kDataAt, '\0');
  out.replace(0, kMagic.size(), kMagic);
  for (unsigned i = 0; i < kSectionCount; i++) {
    putFixed(out, kTableAt + i * 8, out.size(), 4);
    putFixed(out, kTableAt + i * 8 + 4, sections[i].size(), 4);
    out += sections[i];
  }
  putFixed(out, kMagic.size(), hashBytes(std::string_view(out).substr(kTableAt)), 8);
  return out;
}

std::string writeExport(ir::Package &package) { return Writer(package).run(); }

ErrorOr<std::uint64_t> fingerprint(std::string_view bytes) {
  if (bytes.size() < kDataAt || !bytes.starts_with(kMagic))
    return Error{"not a package interface file"};
  std::uint64_t v = 0;
  for (int i = 0; i < 8; i++)
    v |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[kMagic.size() + static_cast<std::size_t>(i)])) << (8 * i);
  return v;
}

} // namespace gannet::exports
