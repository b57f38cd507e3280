#include "compiler/ir/make.h"

#include "compiler/base/check.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/lookup.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"
#include "compiler/types/typeset.h"

namespace gannet::ir {

using types::BasicKind;
using types::Type;
using types::under;
using types::underAs;

bool isTypeParamType(Type *t) { return types::unaliasAs<types::TypeParam>(t) != nullptr; }

std::vector<types::Func *> interfaceMethods(Type *iface) {
  return types::sortedInterfaceMethods(types::as<types::Interface>(under(iface)));
}

std::int64_t ifaceMethodIndex(Type *iface, const types::Func *m) {
  std::vector<types::Func *> all = interfaceMethods(iface);
  for (std::size_t i = 0; i < all.size(); i++)
    if (types::sameId(all[i]->pkg, all[i]->name, m->pkg, m->name, false))
      return static_cast<std::int64_t>(i);
  GANNET_UNREACHABLE("interface method not found: " + std::string(m->name));
}

Type *Maker::boolType() { return package_.context.basic(BasicKind::Bool); }
Type *Maker::intType() { return package_.context.basic(BasicKind::Int); }
Type *Maker::uintptrType() { return package_.context.basic(BasicKind::Uintptr); }
Type *Maker::stringType() { return package_.context.basic(BasicKind::String); }
Type *Maker::unsafePointerType() { return package_.context.basic(BasicKind::UnsafePointer); }
Type *Maker::anyType() { return package_.context.emptyInterface(); }
types::Pointer *Maker::pointerTo(Type *t) { return package_.context.pointerTo(t); }

Type *Maker::resultType(const types::Signature *sig) {
  types::VarList results = types::vars(sig->results);
  if (results.empty())
    return nullptr;
  if (results.size() == 1)
    return results[0]->type;
  return sig->results;
}

types::Signature *Maker::signature(const std::vector<Type *> &params, const std::vector<Type *> &results) {
  types::Context &ctx = package_.context;
  auto tuple = [&](const std::vector<Type *> &list) {
    std::vector<types::Var *> vars;
    for (Type *t : list)
      vars.push_back(ctx.param(Pos(), nullptr, "", t));
    return ctx.tuple(vars);
  };
  auto *sig = ctx.make<types::Signature>();
  sig->params = tuple(params);
  sig->results = tuple(results);
  return sig;
}

Node *Maker::make(Op op, Pos pos, Type *type, Node *x, Node *y) {
  Node *n = package_.make(op, pos, type);
  n->x = x;
  n->y = y;
  return n;
}

Node *Maker::local(Pos pos, Local *l) {
  Node *n = make(Op::LocalRef, pos, l->type);
  n->aux_local = l;
  return n;
}

Node *Maker::global(Pos pos, Global *g) {
  Node *n = make(Op::GlobalRef, pos, g->type);
  n->aux_global = g;
  return n;
}

Node *Maker::funcRef(Pos pos, Func *f, Type *type) {
  Node *n = make(Op::FuncRef, pos, type);
  n->aux_func = f;
  return n;
}

Node *Maker::constant(Pos pos, Type *type, constant::Value value) {
  if (auto *b = underAs<types::Basic>(type)) {
    constant::Value v;
    if (b->info & types::kIsInteger || b->basic == BasicKind::UnsafePointer)
      v = constant::toInt(value);
    else if (b->info & types::kIsFloat)
      v = b->basic == BasicKind::Float32   ? constant::roundFloat32(value)
          : b->basic == BasicKind::Float64 ? constant::roundFloat64(value)
                                           : constant::toFloat(value);
    else if (b->info & types::kIsComplex)
      v = constant::toComplex(value);
    else
      v = value;
    if (v.known())
      value = std::move(v);
  }
  Node *n = make(Op::Const, pos, type);
  n->const_value = package_.keep(std::move(value));
  return n;
}

Node *Maker::intConst(Pos pos, Type *type, std::int64_t value) {
  return constant(pos, type, constant::Value::ofInt64(value));
}
Node *Maker::boolConst(Pos pos, bool value) { return constant(pos, boolType(), constant::Value::ofBool(value)); }
Node *Maker::stringConst(Pos pos, std::string_view value) {
  return constant(pos, stringType(), constant::Value::ofString(std::string(value)));
}

Node *Maker::deref(Pos pos, Node *x) {
  if (x->op == Op::Addr)
    return x->x;
  auto *p = underAs<types::Pointer>(x->type);
  Type *elem = p ? p->elem : nullptr;
  if (!elem) // a type parameter whose core type is a pointer
    if (auto *core = types::as<types::Pointer>(types::commonUnder(x->type, nullptr, nullptr, nullptr)))
      elem = core->elem;
  GANNET_CHECK(elem, "dereference of no pointer");
  return make(Op::Deref, pos, elem, x);
}

Node *Maker::addr(Pos pos, Node *x) {
  if (x->op == Op::Deref && !x->has(kImplicit)) // &*p keeps p's nil check where it is explicit
    return make(Op::Addr, pos, pointerTo(x->type), x);
  return make(Op::Addr, pos, pointerTo(x->type), x);
}

Node *Maker::field(Pos pos, Node *x, int index) {
  if (underAs<types::Pointer>(x->type)) {
    x = deref(pos, x);
    if (x->op == Op::Deref)
      x->set(kImplicit);
  }
  auto *s = underAs<types::Struct>(x->type);
  GANNET_CHECK(s, "field of no struct");
  Node *n = make(Op::Field, pos, s->fields[index]->type, x);
  n->aux_int = index;
  return n;
}

Node *Maker::fieldPath(Pos pos, Node *x, std::span<const int> path) {
  for (int i : path)
    x = field(pos, x, i);
  return x;
}

Node *Maker::index(Pos pos, Node *x, Node *y, Type *type) {
  if (isTypeParamType(x->type))
    return make(Op::SymIndex, pos, type, x, y);
  Type *u = under(x->type);
  if (auto *p = types::as<types::Pointer>(u)) {
    (void)p;
    x = deref(pos, x);
    if (x->op == Op::Deref)
      x->set(kImplicit);
    u = under(x->type);
  }
  switch (u->kind) {
  case types::TypeKind::Map: {
    auto *m = types::as<types::Map>(u);
    return make(Op::MapIndex, pos, m->elem, x, implicit(y, m->key));
  }
  case types::TypeKind::Array:
    return make(Op::Index, pos, types::as<types::Array>(u)->elem, x, y);
  case types::TypeKind::Slice:
    return make(Op::Index, pos, types::as<types::Slice>(u)->elem, x, y);
  default:
    return make(Op::Index, pos, package_.context.byteType(), x, y);
  }
}

Node *Maker::slice(Pos pos, Node *x, Node *lo, Node *hi, Node *max, Type *type) {
  bool symbolic = isTypeParamType(x->type);
  if (!symbolic && underAs<types::Array>(x->type)) {
    x = addr(pos, x);
    x->set(kImplicit);
  }
  Node *n = make(symbolic ? Op::SymSlice : Op::SliceExpr, pos, type, x, lo);
  n->z = hi;
  n->w = max;
  return n;
}

Node *Maker::len(Pos pos, Node *x) {
  if (isTypeParamType(x->type))
    return make(Op::SymLen, pos, intType(), x);
  Type *t = x->type;
  if (auto *p = underAs<types::Pointer>(t))
    t = p->elem;
  if (auto *a = underAs<types::Array>(t)) {
    Node *n = intConst(pos, intType(), a->len);
    if (x->op == Op::LocalRef || x->op == Op::GlobalRef)
      return n;
    return stmtExpr(pos, {exprStmt(x)}, n);
  }
  if (x->op == Op::Const)
    return intConst(pos, intType(), static_cast<std::int64_t>(x->value().stringVal().size()));
  return make(Op::Len, pos, intType(), x);
}

Node *Maker::cap(Pos pos, Node *x) {
  if (isTypeParamType(x->type))
    return make(Op::SymCap, pos, intType(), x);
  Type *t = x->type;
  if (auto *p = underAs<types::Pointer>(t))
    t = p->elem;
  if (underAs<types::Array>(t))
    return len(pos, x);
  return make(Op::Cap, pos, intType(), x);
}

Node *Maker::makeBuiltin(Pos pos, Type *type, Node *x, Node *y) {
  if (isTypeParamType(type))
    return make(Op::SymMake, pos, type, x, y);
  switch (under(type)->kind) {
  case types::TypeKind::Map:
    return make(Op::MakeMap, pos, type, x);
  case types::TypeKind::Chan:
    return make(Op::MakeChan, pos, type, x);
  default:
    return make(Op::MakeSlice, pos, type, x, y);
  }
}

Node *Maker::composite(Pos pos, Type *type, std::vector<Node *> items, std::vector<std::int64_t> indices) {
  Node *n;
  if (isTypeParamType(type)) {
    n = make(Op::SymComposite, pos, type);
  } else {
    Type *u = under(type);
    switch (u->kind) {
    case types::TypeKind::Struct: {
      if (items.empty())
        return zero(pos, type);
      n = make(Op::StructLit, pos, type);
      auto *s = types::as<types::Struct>(u);
      for (std::size_t i = 0; i < items.size(); i++)
        items[i] = implicit(items[i], s->fields[indices[i]]->type);
      break;
    }
    case types::TypeKind::Map: {
      n = make(Op::MapLit, pos, type);
      auto *m = types::as<types::Map>(u);
      for (std::size_t i = 0; i < items.size(); i += 2) {
        items[i] = implicit(items[i], m->key);
        items[i + 1] = implicit(items[i + 1], m->elem);
      }
      break;
    }
    case types::TypeKind::Array: {
      if (items.empty())
        return zero(pos, type);
      n = make(Op::ArrayLit, pos, type);
      for (Node *&item : items)
        item = implicit(item, types::as<types::Array>(u)->elem);
      break;
    }
    default: {
      n = make(Op::SliceLit, pos, type);
      for (Node *&item : items)
        item = implicit(item, types::as<types::Slice>(u)->elem);
      std::int64_t count = 0;
      for (std::int64_t i : indices)
        count = i + 1 > count ? i + 1 : count;
      n->aux_int = count;
    }
    }
  }
  n->list = package_.list(items);
  n->indices = package_.arena.copy(indices);
  return n;
}

Node *Maker::sizeQuery(Pos pos, Type *result, Type *of, int what, std::span<const std::int64_t> path) {
  if (types::mentionsTypeParams(of)) {
    Node *n = make(Op::SymSizeof, pos, result);
    n->type_arg = of;
    n->aux_int = what;
    n->indices = package_.arena.copy(path);
    return n;
  }
  std::int64_t value;
  if (what == 0) {
    value = types::sizeOf(of);
  } else if (what == 1) {
    value = types::alignOf(of);
  } else {
    std::vector<int> p(path.begin(), path.end());
    value = types::offsetOf(of, p);
  }
  return intConst(pos, result, value);
}

Node *Maker::conv(Pos pos, Conv kind, Node *x, Type *to) {
  Node *n = make(Op::Convert, pos, to, x);
  n->sub = static_cast<std::uint8_t>(kind);
  return n;
}

namespace {

bool isByteElem(Type *t) {
  auto *b = underAs<types::Basic>(t);
  return b && b->basic == BasicKind::Uint8;
}
bool isRuneElem(Type *t) {
  auto *b = underAs<types::Basic>(t);
  return b && b->basic == BasicKind::Int32;
}

// Is x a nil that becomes the nil of type `to`? The nil of a pointer type put into an interface is not: that interface holds
// a type.
bool isFreeNil(const Node *x, Type *to) {
  if (x->op != Op::Nil)
    return false;
  auto *b = types::as<types::Basic>(types::unalias(x->type));
  if (b && b->basic == BasicKind::UntypedNil)
    return true;
  return isTypeParamType(to) || !types::isInterface(to) || types::isInterface(x->type);
}

} // namespace

Node *Maker::convert(Pos pos, Node *x, Type *to) {
  if (isTypeParamType(x->type) || isTypeParamType(to)) {
    if (types::identical(x->type, to))
      return x;
    return make(Op::SymConvert, pos, to, x);
  }
  if (isFreeNil(x, to)) {
    Node *n = nil(pos, to);
    return n;
  }
  if (types::identical(x->type, to))
    return x;
  Type *from_u = under(x->type);
  Type *to_u = under(to);
  if (to_u->kind == types::TypeKind::Interface) {
    Node *n = implicit(x, to);
    if (n != x && n->op == Op::Convert)
      n->set(kImplicit, false);
    return n;
  }

  auto *from_basic = types::as<types::Basic>(from_u);
  auto *to_basic = types::as<types::Basic>(to_u);
  if (to_basic) {
    if (to_basic->info & types::kIsString) {
      if (from_basic && from_basic->info & types::kIsInteger)
        return conv(pos, Conv::IntToString, x, to);
      if (auto *s = types::as<types::Slice>(from_u))
        return conv(pos, isByteElem(s->elem) ? Conv::BytesToString : Conv::RunesToString, x, to);
      if (x->op == Op::Const)
        return constant(pos, to, x->value());
      return conv(pos, Conv::Noop, x, to);
    }
    if (to_basic->basic == BasicKind::UnsafePointer && x->op == Op::Const)
      return constant(pos, to, x->value());
    if (to_basic->basic == BasicKind::UnsafePointer)
      return conv(pos, from_basic && from_basic->info & types::kIsInteger ? Conv::UintptrToPtr : Conv::Noop, x, to);
    if (from_basic && from_basic->basic == BasicKind::UnsafePointer)
      return conv(pos, Conv::PtrToUintptr, x, to);
    if (from_basic && from_basic->info & types::kIsNumeric && to_basic->info & types::kIsNumeric) {
      if (x->op == Op::Const)
        return constant(pos, to, x->value());
      if (from_basic->basic == to_basic->basic)
        return conv(pos, Conv::Noop, x, to);
      return conv(pos, Conv::Numeric, x, to);
    }
    return conv(pos, Conv::Noop, x, to);
  }
  if (auto *s = types::as<types::Slice>(to_u); s && from_basic && from_basic->info & types::kIsString)
    return conv(pos, isRuneElem(s->elem) ? Conv::StringToRunes : Conv::StringToBytes, x, to);
  if (from_u->kind == types::TypeKind::Slice) {
    if (to_u->kind == types::TypeKind::Pointer)
      return conv(pos, Conv::SliceToArrayPtr, x, to);
    if (to_u->kind == types::TypeKind::Array)
      return conv(pos, Conv::SliceToArray, x, to);
  }
  return conv(pos, Conv::Noop, x, to);
}

Node *Maker::implicit(Node *x, Type *to) {
  if (!to || !x->type || x->type == to)
    return x;
  if (isFreeNil(x, to)) {
    if (types::identical(x->type, to))
      return x;
    return nil(x->pos, to);
  }
  if (types::identical(x->type, to))
    return x;
  if (isTypeParamType(x->type) || isTypeParamType(to)) {
    if (x->op == Op::Const)
      return constant(x->pos, to, x->value());
    return make(Op::SymImplicit, x->pos, to, x);
  }
  Node *n;
  if (under(to)->kind == types::TypeKind::Interface) {
    if (under(x->type)->kind != types::TypeKind::Interface) {
      n = conv(x->pos, Conv::ToIface, x, to);
    } else {
      std::vector<types::Func *> from = interfaceMethods(x->type);
      std::vector<types::Func *> dest = interfaceMethods(to);
      // Types that are not identical have itabs of their own, even if their methods are the same.
      n = conv(x->pos, from.empty() && dest.empty() ? Conv::Noop : Conv::IfaceToIface, x, to);
    }
  } else if (x->op == Op::Const) {
    return constant(x->pos, to, x->value());
  } else {
    n = conv(x->pos, Conv::Noop, x, to);
  }
  n->set(kImplicit);
  return n;
}

// && and || with a constant on the left are decided, ! of one is one.
Node *Maker::logical(Pos pos, Op op, Node *x, Node *y, Type *type) {
  if (x->op == Op::Const) {
    bool v = x->value().boolVal();
    if (op == Op::Not)
      return constant(pos, type, constant::Value::ofBool(!v));
    return v == (op == Op::AndAnd) ? y : x;
  }
  return make(op, pos, type, x, y);
}

Node *Maker::binary(Pos pos, Op op, Node *x, Node *y, Type *type) {
  if (op == Op::Add && !isTypeParamType(type)) {
    auto *b = underAs<types::Basic>(type);
    if (b && b->info & types::kIsString) {
      std::vector<Node *> parts;
      auto add = [&](Node *part) {
        if (part->op == Op::Const && part->value().stringVal().empty())
          return;
        if (part->op == Op::Const && !parts.empty() && parts.back()->op == Op::Const)
          parts.back() = constant(parts.back()->pos, type,
                                  constant::Value::ofString(std::string(parts.back()->value().stringVal()) +
                                                            std::string(part->value().stringVal())));
        else
          parts.push_back(part);
      };
      for (Node *side : {x, y}) {
        if (side->op == Op::Concat)
          for (Node *part : side->list)
            add(part);
        else
          add(side);
      }
      if (parts.empty())
        return constant(pos, type, constant::Value::ofString(""));
      if (parts.size() == 1)
        return parts[0];
      Node *n = make(Op::Concat, pos, type);
      n->list = package_.list(parts);
      return n;
    }
  }
  return make(op, pos, type, x, y);
}

Node *Maker::compare(Pos pos, Op op, Node *x, Node *y, Type *type) {
  // An interface without a value is not the nil that a pointer is compared to.
  auto comparesToNil = [](Node *nil_side, Node *other) {
    return isFreeNil(nil_side, other->type) &&
           (isTypeParamType(other->type) || types::isInterface(other->type) || !types::isInterface(nil_side->type));
  };
  if (comparesToNil(x, y) && y->op != Op::Nil)
    std::swap(x, y);
  if (comparesToNil(y, x)) {
    y = nil(y->pos, x->type);
    return make(op, pos, type, x, y);
  }
  bool x_iface = !isTypeParamType(x->type) && types::isInterface(x->type);
  bool y_iface = !isTypeParamType(y->type) && types::isInterface(y->type);
  if (x_iface && y_iface) {
    std::size_t nx = interfaceMethods(x->type).size();
    std::size_t ny = interfaceMethods(y->type).size();
    if (nx > ny)
      x = implicit(x, y->type);
    else
      y = implicit(y, x->type);
  } else if (y_iface) {
    x = implicit(x, y->type);
  } else {
    y = implicit(y, x->type);
  }
  return make(op, pos, type, x, y);
}

namespace {

// Pointers that are no strings: what internal/abi.EscapeNonString cares for.
bool hasNonStringPointers(Type *t) {
  Type *u = under(t);
  switch (u->kind) {
  case types::TypeKind::Basic:
    return types::as<types::Basic>(u)->basic == BasicKind::UnsafePointer;
  case types::TypeKind::Array:
    return types::as<types::Array>(u)->len != 0 && hasNonStringPointers(types::as<types::Array>(u)->elem);
  case types::TypeKind::Struct:
    for (types::Var *f : types::as<types::Struct>(u)->fields)
      if (hasNonStringPointers(f->type))
        return true;
    return false;
  default:
    return true;
  }
}

} // namespace

Node *Maker::callStatic(Pos pos, Func *f, std::vector<Node *> args, Type *result) {
  Node *n = make(Op::CallStatic, pos, result);
  n->aux_func = f;
  n->list = package_.list(args);
  return f->symbolic || f->type_args.empty() ? n : known(n);
}

// Generic functions that escape analysis knows: internal/abi.EscapeNonString has no body of its own; EscapeToResultNonString
// hides the flow of strings alone, of which its caller makes copies.
Node *Maker::known(Node *call) {
  Func *f = call->aux_func;
  if (f->package_path != "internal/abi" || f->is_method || call->list.size() != 1)
    return call;
  if (f->object->name == "EscapeToResultNonString")
    return hasNonStringPointers(call->list[0]->type) ? call->list[0] : call;
  if (f->object->name != "EscapeNonString")
    return call;
  Node *value = call->list[0];
  if (hasNonStringPointers(value->type))
    if (auto *escape = types::as<types::Func>(f->object->pkg->scope->lookup("Escape")))
      value = callStatic(call->pos, package_.functionOf(escape, f->type_args), {value}, value->type);
  return value;
}

Node *Maker::callClosure(Pos pos, Node *fn, std::vector<Node *> args, Type *result) {
  if (fn->op == Op::FuncRef)
    return callStatic(pos, fn->func(), std::move(args), result);
  Node *n = make(Op::CallClosure, pos, result, fn);
  n->list = package_.list(args);
  return n;
}

Node *Maker::receiverArg(Pos pos, Node *x, types::Func *m) {
  bool want_ptr = m->origin->has_ptr_recv || underAs<types::Pointer>(m->signature()->recv->type) != nullptr;
  bool have_ptr = underAs<types::Pointer>(x->type) != nullptr && !types::unaliasAs<types::Named>(x->type);
  if (want_ptr && !have_ptr) {
    Node *a = addr(pos, x);
    a->set(kImplicit);
    return a;
  }
  if (!want_ptr && have_ptr) {
    Node *d = deref(pos, x);
    d->set(kImplicit);
    return d;
  }
  return x;
}

Node *Maker::callMethod(Pos pos, Node *x, std::span<const int> path, types::Func *method, std::vector<Node *> args,
                        Type *result) {
  if (isTypeParamType(x->type)) {
    Node *n = make(Op::SymMethodCall, pos, result, x);
    n->aux_method = method;
    n->list = package_.list(args);
    return n;
  }
  if (!path.empty())
    x = fieldPath(pos, x, path.first(path.size() - 1));
  if (types::isInterface(x->type)) {
    Node *n = make(Op::CallIface, pos, result, x);
    n->aux_method = method;
    n->aux_int = ifaceMethodIndex(x->type, method);
    n->list = package_.list(args);
    return n;
  }
  Type *base = x->type;
  x = receiverArg(pos, x, method);
  args.insert(args.begin(), x);
  return callStatic(pos, package_.methodOf(base, method), std::move(args), result);
}

Func *Maker::methodValueFunc(Pos pos, Type *recv, types::Func *method, types::Signature *sig) {
  std::string name;
  bool is_iface = types::isInterface(recv);
  if (is_iface) {
    bool named = types::unaliasAs<types::Named>(recv) != nullptr;
    name = (named ? "" : "go.") + types::linkString(recv) + "." + std::string(method->name);
    if (!named && !types::isExportedName(method->name))
      name += "·" + types::linkPrefix(method->pkg);
  } else {
    name = package_.methodOf(recv, method)->name;
  }
  name += "-fm";

  Func *w = package_.funcNamed(name);
  if (w->has_body)
    return w;
  w->short_name = w->name;
  w->pos = w->end_pos = pos;
  w->wrapper = w->dup_ok = w->is_closure = w->has_body = w->emit = w->finalized = true;
  w->package_path = package_.pkg.path;
  w->wrapped = method;
  w->sig = sig;
  Local *self = package_.addLocal(*w, Local::Kind::Capture, ".this", recv, pos);
  std::vector<Node *> args;
  for (types::Var *p : types::vars(sig->params))
    args.push_back(local(pos, package_.addLocal(*w, Local::Kind::Param, "", p->type, pos)));
  for (types::Var *r : types::vars(sig->results))
    package_.addLocal(*w, Local::Kind::Result, "", r->type, pos);
  Node *call;
  if (is_iface) {
    call = make(Op::CallIface, pos, resultType(sig), local(pos, self));
    call->aux_method = method;
    call->aux_int = ifaceMethodIndex(recv, method);
    call->list = package_.list(args);
  } else {
    args.insert(args.begin(), local(pos, self));
    call = callStatic(pos, package_.methodOf(recv, method), args, resultType(sig));
  }
  if (call->type) {
    Node *ret = make(Op::Return, pos, nullptr);
    ret->list = package_.list({call});
    w->body = package_.list({ret});
  } else {
    w->body = package_.list({exprStmt(call)});
  }
  package_.funcs.push_back(w);
  return w;
}

Node *Maker::methodValue(Pos pos, Node *x, std::span<const int> path, types::Func *method, Type *type) {
  if (types::mentionsTypeParams(x->type)) {
    Node *n = make(Op::SymMethodValue, pos, type, x);
    n->aux_method = method;
    return n;
  }
  if (!path.empty())
    x = fieldPath(pos, x, path.first(path.size() - 1));
  if (types::isInterface(x->type))
    x = make(Op::CheckIface, pos, x->type, x);
  else
    x = receiverArg(pos, x, method);
  Node *c = make(Op::Closure, pos, type);
  c->aux_func = methodValueFunc(pos, x->type, method, types::as<types::Signature>(under(type)));
  c->list = package_.list({x});
  return c;
}

Node *Maker::methodExpr(Pos pos, Type *recv, types::Func *method, Type *type) {
  if (types::mentionsTypeParams(recv)) {
    Node *n = make(Op::SymMethodExpr, pos, type);
    n->type_arg = recv;
    // The method is found again by its name.
    Node *name = make(Op::Zero, pos, nullptr);
    name->aux_method = method;
    n->list = package_.list({name});
    return n;
  }
  return funcRef(pos, methodFunc(package_, recv, method), type);
}

Node *Maker::varStmt(Pos pos, Local *l, Node *init) {
  Node *n = make(Op::Var, pos, nullptr, init);
  n->aux_local = l;
  return n;
}

Node *Maker::block(Pos pos, const std::vector<Node *> &body) {
  Node *n = make(Op::Block, pos, nullptr);
  n->body = package_.list(body);
  return n;
}

Node *Maker::stmtExpr(Pos pos, const std::vector<Node *> &body, Node *x) {
  Node *n = make(Op::StmtExpr, pos, x->type, x);
  n->body = package_.list(body);
  return n;
}

Node *Maker::ifStmt(Pos pos, Node *cond, const std::vector<Node *> &then, const std::vector<Node *> &otherwise) {
  Node *n = make(Op::If, pos, nullptr, cond);
  n->body = package_.list(then);
  n->body2 = package_.list(otherwise);
  return n;
}

Node *Maker::jump(Pos pos, Label *l) {
  Node *n = make(Op::Jump, pos, nullptr);
  n->aux_label = l;
  return n;
}

Node *Maker::panicCall(Pos pos, const char *runtime_func, std::vector<Node *> args) {
  Func *f = package_.runtimeFunc(runtime_func);
  f->no_return = true;
  if (!f->sig) {
    std::vector<Type *> params;
    for (Node *a : args)
      params.push_back(a->type);
    f->sig = signature(params, {});
  }
  return exprStmt(callStatic(pos, f, std::move(args), nullptr));
}

} // namespace gannet::ir
