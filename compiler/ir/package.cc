#include "compiler/ir/package.h"

#include "compiler/base/check.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/lookup.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

namespace gannet::ir {

Package::Package(types::Context &c, types::Package &p, SourceSet &s, Options o)
    : context(c), pkg(p), sources(s), options(std::move(o)) {}
Package::~Package() = default;

Func *Package::findFunc(std::string_view name) const {
  auto it = func_index_.find(name);
  return it == func_index_.end() ? nullptr : it->second;
}

Func *Package::funcNamed(std::string_view name) {
  if (Func *f = findFunc(name))
    return f;
  Func *f = all_funcs.emplace_back(std::make_unique<Func>()).get();
  f->name = name;
  func_index_.emplace(f->name, f);
  return f;
}

Global *Package::findGlobal(std::string_view name) const {
  auto it = global_index_.find(name);
  return it == global_index_.end() ? nullptr : it->second;
}

Global *Package::globalNamed(std::string_view name) {
  if (Global *g = findGlobal(name))
    return g;
  Global *g = all_globals.emplace_back(std::make_unique<Global>()).get();
  g->name = name;
  global_index_.emplace(g->name, g);
  return g;
}

Func *Package::runtimeFunc(std::string_view name) {
  Func *f = funcNamed("runtime." + std::string(name));
  if (f->package_path.empty())
    f->package_path = "runtime";
  return f;
}

std::string Package::linkPrefix() const { return types::linkPrefix(&pkg); }

std::string Package::linkName(const types::Object *object) const {
  if (auto it = link_names.find(object); it != link_names.end())
    return it->second;
  return types::linkPrefix(object->pkg) + "." + std::string(object->name);
}

namespace {

// "(*T" / "T" with type arguments and the closing parenthesis: the receiver part of a method's symbol.
std::string receiverText(const types::Func *method, std::string_view args) {
  types::Type *recv = method->signature()->recv->type;
  bool is_ptr = false;
  types::Named *named = types::unaliasAs<types::Named>(types::deref(types::unalias(recv), &is_ptr));
  std::string base = named ? std::string(named->obj->name) : std::string();
  base += args;
  return is_ptr ? "(*" + base + ")" : base;
}

} // namespace

Func *Package::functionOf(types::Func *object, std::span<types::Type *const> type_args) {
  object = object->origin;
  bool is_method = object->signature()->recv != nullptr;
  if (type_args.empty())
    if (auto it = object_funcs_.find(object); it != object_funcs_.end())
      return it->second;

  for (types::Type *t : type_args)
    if (types::mentionsTypeParams(t)) {
      Func *f = all_funcs.emplace_back(std::make_unique<Func>()).get();
      f->origin = functionOf(object, {});
      f->object = object;
      f->name = f->origin->name;
      f->short_name = f->origin->short_name;
      f->symbolic = true;
      f->is_method = is_method;
      f->package_path = object->pkg->path;
      f->type_args = arena.copy(type_args);
      return f;
    }

  std::string args = type_args.empty() ? "" : types::linkTypeArgs(type_args);
  std::string name;
  std::string text = is_method ? receiverText(object, args) + "." + std::string(object->name)
                               : std::string(object->name) + args;
  if (auto it = link_names.find(object); it != link_names.end() && type_args.empty())
    name = it->second;
  else
    name = types::linkPrefix(object->pkg) + "." + text;

  Func *f = findFunc(name);
  if (f && f->object) {
    if (type_args.empty())
      object_funcs_.emplace(object, f);
    return f;
  }
  if (!f)
    f = funcNamed(name);
  f->object = object;
  f->is_method = is_method;
  f->pos = object->pos;
  f->package_path = object->pkg->path;
  f->short_name = arena.copy(std::string_view(text));
  f->sig = object->signature();
  f->imported = object->pkg != &pkg;
  if (type_args.empty()) {
    object_funcs_.emplace(object, f);
    f->type_params = is_method ? f->sig->recv_type_params : f->sig->type_params;
    f->generic = !f->type_params.empty();
    if (f->imported && imported)
      imported->describe(*f);
    return f;
  }
  f->origin = functionOf(object, {});
  f->pragma = f->origin->pragma;
  f->type_args = arena.copy(type_args);
  f->dup_ok = true;
  pending.push_back(f);
  return f;
}

Func *Package::methodOf(types::Type *type, types::Func *m) {
  types::Named *named = types::unaliasAs<types::Named>(types::deref(types::unalias(type)));
  GANNET_CHECK(named, "method of an unnamed type");
  return functionOf(m->origin, named->isInstance() ? named->type_args : types::TypeList());
}

Global *Package::globalOf(types::Var *object) {
  if (auto it = object_globals_.find(object); it != object_globals_.end())
    return it->second;
  Global *g;
  if (object->name == "_") { // each is a variable of its own that nobody can name
    g = all_globals.emplace_back(std::make_unique<Global>()).get();
    g->name = types::linkPrefix(object->pkg) + "._";
  } else {
    g = globalNamed(linkName(object));
  }
  g->type = object->type;
  g->object = object;
  g->pos = object->pos;
  g->defined = object->pkg == &pkg;
  g->linknamed = link_names.count(object);
  object_globals_.emplace(object, g);
  return g;
}

Local *Package::addLocal(Func &func, Local::Kind kind, std::string_view name, types::Type *type, Pos pos) {
  Local *l = arena.make<Local>();
  l->name = name;
  l->type = type;
  l->pos = pos;
  l->id = static_cast<std::uint32_t>(func.locals.size());
  l->kind = l->declared_kind = kind;
  l->owner = &func;
  func.locals.push_back(l);
  if (kind == Local::Kind::Param)
    func.params.push_back(l);
  else if (kind == Local::Kind::Result)
    func.results.push_back(l);
  else if (kind == Local::Kind::Capture)
    func.captures.push_back(l);
  return l;
}

Label *Package::addLabel(Func &func, std::string_view name) {
  Label *l = arena.make<Label>();
  l->name = name;
  l->id = func.label_count++;
  return l;
}

} // namespace gannet::ir
