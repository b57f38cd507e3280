#include "compiler/ir/wrappers.h"

#include "compiler/base/check.h"
#include "compiler/ir/make.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/lookup.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"
#include "compiler/types/typeset.h"

#include <algorithm>
#include <unordered_set>

namespace gannet::ir {

using types::Type;
using types::under;
using types::underAs;

bool isDirectIface(Type *type) {
  for (;;) {
    Type *u = under(type);
    switch (u->kind) {
    case types::TypeKind::Pointer:
    case types::TypeKind::Chan:
    case types::TypeKind::Map:
    case types::TypeKind::Signature:
      return true;
    case types::TypeKind::Basic:
      return types::as<types::Basic>(u)->basic == types::BasicKind::UnsafePointer;
    case types::TypeKind::Array:
      if (types::as<types::Array>(u)->len != 1)
        return false;
      type = types::as<types::Array>(u)->elem;
      continue;
    case types::TypeKind::Struct: { // one word in all: one field with a size
      if (types::sizeOf(type) != types::kWordBytes)
        return false;
      Type *word = nullptr;
      for (types::Var *f : types::as<types::Struct>(u)->fields) {
        std::int64_t size = types::sizeOf(f->type);
        if (size != 0 && size != types::kWordBytes)
          return false;
        if (size)
          word = f->type;
      }
      type = word;
      continue;
    }
    default:
      return false;
    }
  }
}

bool descriptorIsHere(const Package &package, Type *type) {
  type = types::unalias(type);
  if (auto *p = types::as<types::Pointer>(type)) {
    Type *elem = types::unalias(p->elem);
    if (types::as<types::Named>(elem) || types::as<types::Basic>(elem))
      return descriptorIsHere(package, elem);
    return true;
  }
  if (types::as<types::Basic>(type))
    return package.pkg.path == "runtime";
  if (auto *n = types::as<types::Named>(type)) {
    if (n->isInstance() || n->obj->local_index != 0)
      return true;
    if (!n->obj->pkg)
      return package.pkg.path == "runtime";
    return n->obj->pkg == &package.pkg;
  }
  return true;
}

namespace {

// Names of methods that a type might have, embedded ones included.
class Candidates {
public:
  void visit(Type *type) {
    type = types::unalias(type);
    if (auto *p = types::as<types::Pointer>(type))
      type = types::unalias(p->elem);
    if (!seen_.insert(type).second)
      return;
    if (auto *n = types::as<types::Named>(type)) {
      types::Named *origin = n->origin;
      for (std::size_t i = 0; i < origin->methodCount(); i++)
        add(origin->method(i));
    }
    Type *u = under(type);
    if (auto *s = types::as<types::Struct>(u)) {
      for (types::Var *f : s->fields)
        if (f->embedded)
          visit(f->type);
    } else if (auto *i = types::as<types::Interface>(u)) {
      for (types::Func *m : types::typeSet(i).methods)
        add(m);
    }
  }
  std::vector<types::Func *> list;

private:
  void add(types::Func *m) {
    for (types::Func *o : list)
      if (types::sameId(o->pkg, o->name, m->pkg, m->name, false))
        return;
    list.push_back(m);
  }
  std::unordered_set<Type *> seen_;
};

std::string wrapperName(Type *type, const types::Func *m) {
  bool is_ptr = false;
  Type *base = types::deref(types::unalias(type), &is_ptr);
  auto *named = types::unaliasAs<types::Named>(base);
  std::string prefix, text;
  const types::Package *recv_pkg = nullptr;
  if (named && named->obj->pkg) {
    recv_pkg = named->obj->pkg;
    prefix = types::linkPrefix(recv_pkg) + ".";
    text = types::linkString(base);
    // The link string starts with the escaped path, which the prefix is.
    if (text.starts_with(prefix))
      text = text.substr(prefix.size());
  } else if (named) { // error
    text = named->obj->name;
  } else {
    prefix = "go.";
    text = types::linkString(base);
  }
  std::string name = prefix + (is_ptr ? "(*" + text + ")" : text);
  if (!types::isExportedName(m->name) && m->pkg != recv_pkg)
    name += "." + types::linkPrefix(m->pkg);
  return name + "." + std::string(m->name);
}

// Does the object of another package hold wrappers of this type?
bool heldElsewhere(const Package &package, Type *type) {
  auto *named = types::unaliasAs<types::Named>(types::deref(types::unalias(type)));
  if (!named || named->isInstance() || named->obj->local_index != 0)
    return false;
  if (!named->obj->pkg)
    return package.pkg.path != "runtime";
  return named->obj->pkg != &package.pkg;
}

bool isLocalDeclared(Type *type) {
  auto *named = types::unaliasAs<types::Named>(types::deref(types::unalias(type)));
  return named && !named->isInstance() && named->obj->local_index == 0 && named->obj->pkg;
}

} // namespace

std::vector<types::Func *> methodSet(types::Context &, Type *type) {
  std::vector<types::Func *> out;
  if (types::isInterface(type) || (underAs<types::Pointer>(type) && types::unaliasAs<types::Named>(type)))
    return out;
  Candidates c;
  c.visit(type);
  for (types::Func *m : c.list) {
    types::LookupResult r = types::lookupFieldOrMethod(type, false, m->pkg, m->name);
    if (auto *f = types::as<types::Func>(r.object))
      out.push_back(f);
  }
  std::sort(out.begin(), out.end(), [](types::Func *a, types::Func *b) {
    return types::methodNameLess(a->name, a->pkg, b->name, b->pkg);
  });
  return out;
}

Func *methodFunc(Package &package, Type *type, types::Func *m) {
  bool is_iface = types::isInterface(type);
  types::LookupResult r = types::lookupFieldOrMethod(type, false, m->pkg, m->name);
  auto *method = types::as<types::Func>(r.object);
  GANNET_CHECK(method, "method not found: " + types::linkString(type) + "." + std::string(m->name));
  bool is_ptr = types::as<types::Pointer>(types::unalias(type)) != nullptr;
  bool ptr_recv = underAs<types::Pointer>(method->signature()->recv->type) != nullptr &&
                  !types::isInterface(method->signature()->recv->type);
  bool direct = !is_iface && r.path.size() == 1 && !types::isInterface(types::deref(types::unalias(type)));
  if (direct && is_ptr == ptr_recv)
    return package.methodOf(type, method);

  std::string name = wrapperName(type, m);
  Func *w = package.funcNamed(name);
  if (w->has_body || w->imported)
    return w;
  Maker make(package);
  auto *method_sig = method->signature();
  auto *sig = package.context.make<types::Signature>();
  sig->recv = package.context.param(Pos(), nullptr, ".this", type);
  sig->params = method_sig->params;
  sig->results = method_sig->results;
  sig->variadic = method_sig->variadic;
  w->sig = sig;
  w->is_method = true;
  w->wrapper = true;
  w->wrapped = method;
  w->short_name = w->name;
  w->package_path = package.pkg.path;
  if (!is_iface && heldElsewhere(package, type)) {
    w->imported = true;
    return w;
  }
  Pos pos = package.pkg.path == (method->pkg ? method->pkg->path : "") ? method->pos : Pos();
  w->pos = w->end_pos = pos;
  w->dup_ok = !isLocalDeclared(type) || is_iface;
  w->has_body = w->emit = w->finalized = true;
  // Package reflect declares some of its wrappers by linkname.
  w->params.clear();
  w->results.clear();
  w->locals.clear();

  Local *self = package.addLocal(*w, Local::Kind::Param, ".this", type, pos);
  std::vector<Node *> args;
  for (types::Var *p : types::vars(sig->params))
    args.push_back(make.local(pos, package.addLocal(*w, Local::Kind::Param, "", p->type, pos)));
  for (types::Var *p : types::vars(sig->results))
    package.addLocal(*w, Local::Kind::Result, "", p->type, pos);

  std::vector<Node *> body;
  if (is_ptr && direct) { // a value method through a nil pointer: say which
    w->nil_check_receiver = true;
    body.push_back(make.ifStmt(pos, make.make(Op::Eq, pos, make.boolType(), make.local(pos, self), make.nil(pos, type)),
                               {make.panicCall(pos, "panicwrap", {})}));
  }
  Node *call = make.callMethod(pos, make.local(pos, self), r.path, method, args, Maker::resultType(sig));
  if (call->type) {
    Node *ret = make.make(Op::Return, pos, nullptr);
    ret->list = package.list({call});
    body.push_back(ret);
  } else {
    body.push_back(make.exprStmt(call));
  }
  w->body = package.list(body);
  package.funcs.push_back(w);
  return w;
}

Func *ifaceMethodFunc(Package &package, Type *type, types::Func *m) {
  if (isDirectIface(type))
    return methodFunc(package, type, m);
  return methodFunc(package, package.context.pointerTo(type), m);
}

std::vector<MethodEntry> methodEntries(Package &package, Type *type) {
  std::vector<MethodEntry> out;
  for (types::Func *m : methodSet(package.context, type))
    out.push_back({m, methodFunc(package, type, m), ifaceMethodFunc(package, type, m)});
  return out;
}

} // namespace gannet::ir
