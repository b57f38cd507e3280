#include "compiler/export/reader.h"

#include "compiler/base/check.h"

#include <algorithm>

namespace gannet::exports {

using types::Type;

// ---------------------------------------------------------------------------------------------------------------------
// ImportSet

ImportSet::ImportSet(types::Context &context, SourceSet &sources, Files &files)
    : context_(context), sources_(sources), files_(files) {}
ImportSet::~ImportSet() = default;

ErrorOr<types::Package *> ImportSet::import(std::string_view path) {
  std::string resolved = files_.resolve(path);
  auto it = readers_.find(resolved);
  if (it != readers_.end())
    return it->second->package();
  ErrorOr<std::string_view> bytes = files_.open(resolved);
  if (!bytes)
    return bytes.takeError();
  ErrorOr<std::unique_ptr<Reader>> reader = Reader::open(*this, resolved, *bytes);
  if (!reader)
    return reader.takeError();
  types::Package *pkg = (*reader)->package();
  readers_.emplace(resolved, std::move(*reader));
  return pkg;
}

Reader *ImportSet::readerFor(std::string_view path) {
  auto it = readers_.find(path);
  if (it != readers_.end())
    return it->second.get();
  // Named by another interface file, so under its resolved path.
  ErrorOr<std::string_view> bytes = files_.open(path);
  if (bytes) {
    ErrorOr<std::unique_ptr<Reader>> reader = Reader::open(*this, path, *bytes);
    if (reader)
      return readers_.emplace(std::string(path), std::move(*reader)).first->second.get();
    errors_.push_back("could not import " + std::string(path) + " (" + reader.error() + ")");
  } else {
    errors_.push_back("could not import " + std::string(path) + " (" + bytes.error() + ")");
  }
  readers_.emplace(std::string(path), nullptr);
  return nullptr;
}

void ImportSet::attach(ir::Package &package) {
  package_ = &package;
  package.imported = this;
  for (auto &[object, name] : link_names_)
    package.link_names[object] = name;
  link_names_.clear();
}

void ImportSet::describe(ir::Func &func) {
  auto it = func_places_.find(func.object);
  if (it == func_places_.end())
    return;
  std::uint32_t body;
  it->second.reader->describe(it->second.offset, func, &body);
}

bool ImportSet::loadBody(ir::Func &func) {
  auto it = func_places_.find(func.object);
  if (it == func_places_.end())
    return false;
  std::uint32_t body;
  it->second.reader->describe(it->second.offset, func, &body);
  if (!body)
    return false;
  return readBody(*it->second.reader, *package_, body - 1, func);
}

// ---------------------------------------------------------------------------------------------------------------------
// Reader

ErrorOr<std::unique_ptr<Reader>> Reader::open(ImportSet &set, std::string_view path, std::string_view bytes) {
  if (bytes.size() < kDataAt || !bytes.starts_with(kMagic))
    return Error{"not a package interface file"};
  std::unique_ptr<Reader> r(new Reader(set));
  r->bytes_ = bytes;
  Cursor table(bytes, kTableAt);
  for (std::string_view &s : r->sections_) {
    std::uint32_t at = table.fixed32();
    std::uint32_t size = table.fixed32();
    if (at > bytes.size() || size > bytes.size() - at)
      return Error{"malformed package interface file"};
    s = bytes.substr(at, size);
  }
  r->strings_.resize(Cursor(r->sections_[kStrings], 0).fixed32());
  r->types_.resize(Cursor(r->sections_[kTypes], 0).fixed32());

  Cursor head(r->sections_[kHead], 0);
  head.u(); // the path at compile time: programs may be compiled under another
  std::string_view name = r->str(head.u());
  std::string_view version = r->str(head.u());
  Cursor pkgs(r->sections_[kPackages], 0);
  for (std::uint64_t n = pkgs.u(); n > 0 && pkgs.ok(); n--) {
    std::string_view p = r->str(pkgs.u());
    r->packages_.emplace_back(p, r->str(pkgs.u()));
  }
  types::Package *pkg = set.context_.package(path, name);
  pkg->name = set.context_.intern(name);
  pkg->go_version = version;
  pkg->complete = true;
  r->pkg_ = pkg;
  pkg->scope->setLoader(r.get(), pkg);
  return r;
}

std::string_view Reader::item(Section section, std::uint64_t index) {
  std::string_view s = sections_[section];
  std::uint32_t count = Cursor(s, 0).fixed32();
  if (index >= count)
    return {};
  std::uint32_t begin = index == 0 ? 0 : Cursor(s, 4 + 4 * (index - 1)).fixed32();
  std::uint32_t end = Cursor(s, 4 + 4 * index).fixed32();
  std::size_t base = 4 + 4 * static_cast<std::size_t>(count);
  if (begin > end || base + end > s.size())
    return {};
  return s.substr(base + begin, end - begin);
}

std::string_view Reader::str(std::uint64_t id) {
  if (id >= strings_.size())
    return {};
  std::string_view &s = strings_[id];
  if (!s.data())
    s = set_.context_.intern(item(kStrings, id));
  return s;
}

types::Package *Reader::pkg(std::uint64_t id) {
  if (id == 0 || id > packages_.size())
    return nullptr;
  auto [path, name] = packages_[id - 1];
  if (path == pkg_->path)
    return pkg_;
  if (path == "unsafe")
    return set_.context_.unsafePackage();
  return set_.context_.package(path, name);
}

std::optional<Reader::Entry> Reader::find(std::string_view name) {
  std::string_view s = sections_[kObjects];
  std::uint32_t count = Cursor(s, 0).fixed32();
  std::uint32_t lo = 0, hi = count;
  while (lo < hi) {
    std::uint32_t mid = lo + (hi - lo) / 2;
    Cursor c(s, 4 + 12 * static_cast<std::size_t>(mid));
    std::string_view other = item(kStrings, c.fixed32());
    if (other == name) {
      Entry e;
      e.at = c.fixed32();
      e.exported = c.fixed32();
      return e;
    }
    if (other < name)
      lo = mid + 1;
    else
      hi = mid;
  }
  return std::nullopt;
}

std::vector<std::string_view> Reader::objectNames(types::Package &) {
  std::vector<std::string_view> out;
  std::string_view s = sections_[kObjects];
  std::uint32_t count = Cursor(s, 0).fixed32();
  for (std::uint32_t i = 0; i < count; i++) {
    Cursor c(s, 4 + 12 * static_cast<std::size_t>(i));
    std::uint32_t name = c.fixed32();
    c.fixed32();
    if (c.fixed32())
      out.push_back(str(name));
  }
  return out;
}

types::Object *Reader::loadObject(types::Package &, std::string_view name) {
  std::optional<Entry> e = find(name);
  return e && e->exported ? object(name) : nullptr;
}

types::TypeParamList Reader::typeParams(Cursor &c) {
  std::vector<types::TypeParam *> out;
  for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--)
    if (auto *p = types::as<types::TypeParam>(type(c.u())))
      out.push_back(p);
  return set_.context_.list(out);
}

types::Object *Reader::object(std::string_view name) {
  if (auto it = objects_.find(name); it != objects_.end())
    return it->second;
  std::optional<Entry> e = find(name);
  if (!e)
    return nullptr;
  types::Context &ctx = set_.context_;
  name = ctx.intern(name);
  Cursor c(sections_[kObjects], e->at);
  types::Object *out = nullptr;
  switch (static_cast<ObjectTag>(c.u())) {
  case ObjectTag::Const: {
    Type *t = type(c.u());
    std::string_view rest = c.rest();
    constant::Value v = constant::decode(rest).value_or(constant::Value());
    out = ctx.makeObject<types::ConstObj>(Pos(), pkg_, name, t, ctx.keep(std::move(v)));
    break;
  }
  case ObjectTag::Var: {
    Type *t = type(c.u());
    out = ctx.makeObject<types::Var>(types::VarRole::Global, Pos(), pkg_, name, t);
    if (std::uint64_t link = c.u()) {
      if (set_.package_)
        set_.package_->link_names[out] = str(link - 1);
      else
        set_.link_names_.emplace_back(out, str(link - 1));
    }
    break;
  }
  case ObjectTag::Func: {
    auto *sig = types::as<types::Signature>(type(c.u()));
    auto *f = ctx.makeObject<types::Func>(Pos(), pkg_, name, sig);
    skipFacts(c, f);
    out = f;
    break;
  }
  case ObjectTag::Type: {
    auto *t = ctx.makeObject<types::TypeName>(Pos(), pkg_, name, nullptr);
    types::Named *n = ctx.newNamed(t);
    n->loader = this;
    n->loader_key = c.at();
    out = t;
    break;
  }
  case ObjectTag::Alias: {
    auto *t = ctx.makeObject<types::TypeName>(Pos(), pkg_, name, nullptr);
    auto *a = ctx.make<types::Alias>(t);
    t->type = a;
    a->loader = this;
    a->loader_key = c.at();
    out = t;
    break;
  }
  case ObjectTag::LocalType:
    return nullptr;
  }
  if (!out)
    return nullptr;
  out->parent = pkg_->scope;
  objects_[name] = out;
  return out;
}

types::Named *Reader::localType(std::uint32_t index) {
  if (auto it = local_types_.find(index); it != local_types_.end())
    return it->second;
  std::optional<Entry> e = find("·" + std::to_string(index));
  if (!e)
    return nullptr;
  types::Context &ctx = set_.context_;
  Cursor c(sections_[kObjects], e->at);
  c.u(); // tag
  auto *t = ctx.makeObject<types::TypeName>(Pos(), pkg_, str(c.u()), nullptr);
  t->local_index = static_cast<std::uint32_t>(c.u());
  types::Named *n = ctx.newNamed(t);
  local_types_[index] = n;
  if (c.u()) {
    std::uint64_t recv = c.u();
    std::string_view name = str(c.u());
    if (recv) {
      auto *owner = types::as<types::Named>(type(recv - 1));
      int i = owner ? owner->methodIndex(pkg_, name) : -1;
      if (i >= 0)
        t->declaring_func = owner->method(static_cast<std::size_t>(i));
    } else {
      t->declaring_func = types::as<types::Func>(object(name));
    }
  }
  n->loader = this;
  n->loader_key = c.at();
  return n;
}

void Reader::skipFacts(Cursor &c, types::Func *f) {
  set_.func_places_[f] = {this, static_cast<std::uint32_t>(c.at())};
  if (std::uint64_t link = c.u()) {
    if (set_.package_)
      set_.package_->link_names[f] = str(link - 1);
    else
      set_.link_names_.emplace_back(f, str(link - 1));
  }
  c.u();
  c.u();
  c.u();
  c.u();
  for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
    c.u();
    c.u();
    c.u();
    for (std::uint64_t r = c.u(); r > 0 && c.ok(); r--)
      c.u();
  }
  c.u();
}

void Reader::describe(std::uint32_t offset, ir::Func &func, std::uint32_t *body_offset) {
  Cursor c(sections_[kObjects], offset);
  c.u(); // link name: known since the object was read
  func.pragma = static_cast<std::uint32_t>(c.u());
  func.abi = static_cast<ir::Abi>(c.u());
  std::uint64_t flags = c.u();
  func.no_return = flags & 1;
  func.inlinable = flags & 2;
  func.escape_done = flags & 4;
  func.inl_cost = static_cast<std::uint32_t>(c.u());
  func.leaks.clear();
  for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
    ir::ParamLeak l;
    l.heap = static_cast<std::uint8_t>(c.u());
    l.mutates = static_cast<std::uint8_t>(c.u());
    l.calls = static_cast<std::uint8_t>(c.u());
    for (std::uint64_t r = c.u(); r > 0 && c.ok(); r--)
      l.results.push_back(static_cast<std::uint8_t>(c.u()));
    func.leaks.push_back(std::move(l));
  }
  *body_offset = static_cast<std::uint32_t>(c.u());
}

void Reader::namedRest(Cursor &c, types::Named &named) {
  types::Context &ctx = set_.context_;
  named.type_params = typeParams(c);
  Type *u = type(c.u());
  named.rhs = u;
  if (auto *i = types::as<types::Interface>(u)) {
    // The methods' receiver is the declared type: an interface of its own for it.
    auto *own = ctx.make<types::Interface>();
    std::vector<types::Func *> methods;
    for (types::Func *m : i->methods) {
      auto *sig = ctx.make<types::Signature>(*m->signature());
      sig->recv = ctx.makeObject<types::Var>(types::VarRole::Recv, Pos(), m->pkg, "", static_cast<Type *>(&named));
      methods.push_back(ctx.makeObject<types::Func>(Pos(), m->pkg, m->name, sig));
    }
    own->methods = ctx.list(methods);
    own->embeddeds = i->embeddeds;
    own->implicit = i->implicit;
    own->complete = true;
    own->context = &ctx;
    named.rhs = own;
  }
  for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
    std::string_view name = str(c.u());
    types::Package *p = pkg(c.u());
    auto *sig = types::as<types::Signature>(type(c.u()));
    auto *m = ctx.makeObject<types::Func>(Pos(), p ? p : pkg_, name, sig);
    m->has_ptr_recv = c.u();
    skipFacts(c, m);
    named.addMethod(m);
  }
}

void Reader::loadNamed(types::Named &named) {
  Cursor c(sections_[kObjects], static_cast<std::size_t>(named.loader_key));
  namedRest(c, named);
}

void Reader::loadAlias(types::Alias &alias) {
  Cursor c(sections_[kObjects], static_cast<std::size_t>(alias.loader_key));
  alias.type_params = typeParams(c);
  alias.rhs = type(c.u());
}

// ---- types

types::Tuple *Reader::tuple(Cursor &c) {
  types::Context &ctx = set_.context_;
  std::vector<types::Var *> vars;
  for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
    std::string_view name = str(c.u());
    vars.push_back(ctx.param(Pos(), pkg_, name, type(c.u())));
  }
  return ctx.tuple(vars);
}

std::vector<Type *> Reader::typeList(Cursor &c) {
  std::vector<Type *> out;
  for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--)
    out.push_back(type(c.u()));
  return out;
}

Type *Reader::type(std::uint64_t id) {
  if (id >= types_.size())
    return set_.context_.invalid();
  if (!types_[id]) {
    Type *t = decodeType(id, item(kTypes, id));
    if (!types_[id])
      types_[id] = t ? t : set_.context_.invalid();
  }
  return types_[id];
}

Type *Reader::decodeType(std::uint64_t id, std::string_view record) {
  types::Context &ctx = set_.context_;
  Cursor c(record, 0);
  switch (static_cast<TypeTag>(c.u())) {
  case TypeTag::Basic: {
    auto kind = static_cast<types::BasicKind>(c.u());
    if (static_cast<unsigned>(kind) >= types::kBasicKinds)
      return nullptr;
    if (c.u())
      return kind == types::BasicKind::Uint8 ? ctx.byteType() : ctx.runeType();
    return ctx.basic(kind);
  }
  case TypeTag::Error:
    return ctx.errorType();
  case TypeTag::Comparable:
    return ctx.comparableType();
  case TypeTag::Any:
    return ctx.anyType();
  case TypeTag::Array: {
    Type *e = type(c.u());
    return ctx.make<types::Array>(e, c.s());
  }
  case TypeTag::Slice:
    return ctx.sliceOf(type(c.u()));
  case TypeTag::Pointer:
    return ctx.pointerTo(type(c.u()));
  case TypeTag::Map: {
    Type *k = type(c.u());
    return ctx.make<types::Map>(k, type(c.u()));
  }
  case TypeTag::Chan: {
    auto dir = static_cast<types::ChanDir>(c.u());
    return ctx.make<types::Chan>(dir, type(c.u()));
  }
  case TypeTag::Struct: {
    auto *s = ctx.make<types::Struct>();
    std::vector<types::Var *> fields;
    std::vector<std::string_view> tags;
    bool tagged = false;
    for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
      std::string_view name = str(c.u());
      types::Package *p = pkg(c.u());
      Type *t = type(c.u());
      auto *f = ctx.makeObject<types::Var>(types::VarRole::Field, Pos(), p, name, t);
      f->embedded = c.u();
      tags.push_back(str(c.u()));
      tagged = tagged || !tags.back().empty();
      fields.push_back(f);
    }
    s->fields = ctx.list(fields);
    if (tagged)
      s->tags = ctx.list(tags);
    return s;
  }
  case TypeTag::Tuple: {
    types::Tuple *t = tuple(c);
    return t ? t : ctx.make<types::Tuple>(types::VarList());
  }
  case TypeTag::Signature: {
    auto *s = ctx.make<types::Signature>();
    s->variadic = c.u();
    s->type_params = typeParams(c);
    s->recv_type_params = typeParams(c);
    std::uint64_t recv = c.u();
    std::string_view recv_name = str(c.u());
    if (recv)
      s->recv = ctx.makeObject<types::Var>(types::VarRole::Recv, Pos(), pkg_, recv_name, type(recv - 1));
    s->params = tuple(c);
    s->results = tuple(c);
    return s;
  }
  case TypeTag::Union: {
    std::vector<types::Term> terms;
    for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
      bool tilde = c.u();
      terms.push_back({tilde, type(c.u())});
    }
    return ctx.make<types::Union>(std::span<const types::Term>(ctx.list(terms)));
  }
  case TypeTag::Interface: {
    auto *i = ctx.make<types::Interface>();
    i->implicit = c.u();
    i->context = &ctx;
    std::vector<types::Func *> methods;
    for (std::uint64_t n = c.u(); n > 0 && c.ok(); n--) {
      std::string_view name = str(c.u());
      types::Package *p = pkg(c.u());
      auto *shared = types::as<types::Signature>(type(c.u()));
      if (!shared)
        return nullptr;
      auto *sig = ctx.make<types::Signature>(*shared);
      sig->recv = ctx.makeObject<types::Var>(types::VarRole::Recv, Pos(), p, "", static_cast<Type *>(i));
      methods.push_back(ctx.makeObject<types::Func>(Pos(), p, name, sig));
    }
    i->methods = ctx.list(methods);
    i->embeddeds = ctx.list(typeList(c));
    i->complete = true;
    return i;
  }
  case TypeTag::Declared:
  case TypeTag::Local: {
    bool local = static_cast<TypeTag>(static_cast<unsigned char>(record[0])) == TypeTag::Local;
    types::Package *p = pkg(c.u());
    if (!p)
      return nullptr;
    Reader *r = p == pkg_ ? this : set_.readerFor(p->path);
    if (!r)
      return nullptr;
    if (local)
      return r->localType(static_cast<std::uint32_t>(c.u()));
    types::Object *o = r->object(str(c.u()));
    return o ? o->type : nullptr;
  }
  case TypeTag::Instance: {
    auto *origin = types::as<types::Named>(type(c.u()));
    std::vector<Type *> args = typeList(c);
    return origin ? ctx.instantiate(origin, types::TypeList(args)) : nullptr;
  }
  case TypeTag::TypeParam: {
    std::string_view name = str(c.u());
    types::Package *p = pkg(c.u());
    auto *obj = ctx.makeObject<types::TypeName>(Pos(), p, name, nullptr);
    auto *t = ctx.make<types::TypeParam>(&ctx, obj, nullptr);
    obj->type = t;
    types_[id] = t;
    t->index = static_cast<int>(c.s());
    if (std::uint64_t bound = c.u())
      t->bound = type(bound - 1);
    return t;
  }
  }
  return nullptr;
}

} // namespace gannet::exports
