#include "compiler/ir/builder.h"

#include "compiler/base/check.h"
#include "compiler/types/checker.h"
#include "compiler/types/lookup.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace gannet::ir {

using types::BuiltinId;
using types::Fact;
using types::Mode;
using types::Type;
using types::under;
using types::underAs;

// The results of a call with several, through temporaries that `pre` sets.
std::vector<Node *> FuncBuilder::spread(const syntax::Expr *call, Stmts &pre) {
  auto *tuple = types::as<types::Tuple>(info_.typeOf(call));
  Node *at = m_.make(Op::AssignTuple, call->pos, nullptr, expr(call));
  std::vector<Node *> lhs, out;
  for (types::Var *v : tuple->vars) {
    Local *t = temp(v->type, call->pos);
    pre.push_back(m_.varLater(call->pos, t));
    lhs.push_back(m_.local(call->pos, t));
    out.push_back(m_.local(call->pos, t));
  }
  at->list = package_.list(lhs);
  pre.push_back(at);
  return out;
}

std::vector<Node *> FuncBuilder::arguments(const syntax::CallExpr *e, const types::Signature *sig, Stmts &pre) {
  types::VarList params = types::vars(sig->params);
  std::vector<Node *> args;
  if (e->args.size() == 1 && types::as<types::Tuple>(info_.typeOf(e->args[0])) && !info_.fact(e->args[0]).comma_ok) {
    args = spread(e->args[0], pre);
  } else {
    for (const syntax::Expr *a : e->args)
      args.push_back(expr(a));
  }

  std::size_t fixed = params.size() - (sig->variadic ? 1 : 0);
  for (std::size_t i = 0; i < fixed && i < args.size(); i++)
    args[i] = m_.implicit(args[i], params[i]->type);
  if (!sig->variadic)
    return args;
  Type *slice_type = params[fixed]->type;
  if (e->has_dots) {
    args[fixed] = m_.implicit(args[fixed], slice_type);
    return args;
  }
  if (args.size() == fixed) {
    args.push_back(m_.nil(e->pos, slice_type));
    return args;
  }
  auto *slice = underAs<types::Slice>(slice_type);
  Node *lit = m_.make(Op::SliceLit, e->pos, slice_type);
  lit->set(kEllipsis);
  std::vector<Node *> items;
  std::vector<std::int64_t> indices;
  for (std::size_t i = fixed; i < args.size(); i++) {
    items.push_back(m_.implicit(args[i], slice->elem));
    indices.push_back(static_cast<std::int64_t>(i - fixed));
  }
  lit->list = package_.list(items);
  lit->indices = package_.arena.copy(indices);
  lit->aux_int = static_cast<std::int64_t>(items.size());
  args.resize(fixed);
  args.push_back(lit);
  return args;
}

Node *FuncBuilder::call(const syntax::CallExpr *e, const Fact &fact) {
  const syntax::Expr *fun = syntax::unparen(e->fun);
  const Fact &fun_fact = info_.fact(fun);
  if (fun_fact.mode == Mode::TypeExpr) {
    Node *x = expr(e->args[0]);
    Node *n = m_.convert(e->pos, x, fact.type);
    // one between equal interface types does nothing, but is shown
    return n == x && types::isInterface(fact.type) && !types::isTypeParam(fact.type) ? m_.conv(e->pos, Conv::Noop, x, fact.type) : n;
  }
  if (fun_fact.mode == Mode::Builtin) {
    types::Object *object = nullptr;
    if (auto *n = fun->as<syntax::Name>())
      object = info_.objectOf(n);
    else if (auto *s = fun->as<syntax::SelectorExpr>())
      object = info_.objectOf(s->sel);
    auto *b = types::as<types::BuiltinObj>(object);
    GANNET_CHECK(b, "call of an unknown builtin");
    return builtin(e, b->builtin, fact);
  }

  Type *fun_type = info_.typeOf(fun);
  // The function's signature: of a generic function, that of the instance.
  const types::Instance *instance = nullptr;
  const syntax::Expr *callee = fun;
  if (auto *ix = fun->as<syntax::IndexExpr>())
    callee = syntax::unparen(ix->x);
  if (auto *n = callee->as<syntax::Name>())
    instance = info_.instanceOf(n);
  else if (auto *s = callee->as<syntax::SelectorExpr>())
    instance = info_.instanceOf(s->sel);
  if (instance && types::as<types::Signature>(under(instance->type)))
    fun_type = instance->type;
  auto *sig = types::as<types::Signature>(types::commonUnder(fun_type, nullptr, nullptr, nullptr));
  GANNET_CHECK(sig, "call of no function");
  Type *result = Maker::resultType(sig);

  Stmts pre;
  Node *n = nullptr;
  auto *sel_expr = fun->as<syntax::SelectorExpr>();
  const types::Selection *sel = sel_expr ? fun_fact.selection : nullptr;
  if (sel && sel->kind == types::Selection::Kind::MethodVal) {
    auto *method = types::as<types::Func>(sel->object);
    Node *recv = expr(sel_expr->x);
    std::vector<Node *> args = arguments(e, sig, pre);
    n = m_.callMethod(e->pos, recv, sel->path, method, std::move(args), result);
  } else {
    Node *f = expr(e->fun);
    if (Node *pc = funcPc(e, f, result))
      return pc;
    std::vector<Node *> args = arguments(e, sig, pre);
    n = m_.callClosure(e->pos, f, std::move(args), result);
  }
  if (!pre.empty()) { // what is called, or its receiver, is evaluated before the arguments
    Node **first = nullptr;
    if (n->op == Op::CallClosure || n->op == Op::CallIface || n->op == Op::SymMethodCall)
      first = &n->x;
    else if (n->op == Op::CallStatic && sel && !n->list.empty())
      first = &n->list[0];
    if (first && (*first)->op != Op::LocalRef && (*first)->op != Op::FuncRef &&
        !((*first)->op == Op::Addr && (*first)->x->op == Op::LocalRef)) {
      Local *t = temp((*first)->type, e->pos);
      pre.insert(pre.begin(), m_.varStmt(e->pos, t, *first));
      *first = m_.local(e->pos, t);
    }
    n = m_.stmtExpr(e->pos, pre, n);
  } else if (n->op == Op::CallStatic && n->func()->pragma & (kUintptrEscapes | kUintptrKeepalive)) {
    n = keepPointersAlive(n);
  }
  return n;
}

// A call whose callee says that pointers passed to it as integers must live as long as it runs: they are kept in
// variables whose addresses are named behind it, so that they stay in the frame.
Node *FuncBuilder::keepPointersAlive(Node *call) {
  Stmts body;
  std::vector<Node *> kept;
  auto keep = [&](Node *&a) {
    Node *conv = a;
    while (conv->op == Op::Convert && conv->conv() == Conv::Noop)
      conv = conv->x;
    if (conv->op != Op::Convert || conv->conv() != Conv::PtrToUintptr)
      return;
    Local *t = temp(conv->x->type, a->pos);
    body.push_back(m_.varStmt(a->pos, t, conv->x));
    conv->x = m_.local(a->pos, t);
    t->addr_taken = true;
    Node *place = m_.addr(a->pos, m_.local(a->pos, t));
    place->set(kImplicit);
    kept.push_back(place);
  };
  for (Node *&a : call->list) {
    keep(a);
    if (a->op == Op::SliceLit && a->has(kEllipsis))
      for (Node *&item : a->list)
        keep(item);
  }
  if (kept.empty())
    return call;
  Node *alive = m_.make(Op::KeepAlive, call->pos, nullptr);
  alive->list = package_.list(kept);
  Node *value;
  if (auto *tuple = types::as<types::Tuple>(call->type)) {
    Node *at = m_.make(Op::AssignTuple, call->pos, nullptr, call);
    std::vector<Node *> lhs, refs;
    for (types::Var *v : tuple->vars) {
      Local *t = temp(v->type, call->pos);
      body.push_back(m_.varLater(call->pos, t));
      lhs.push_back(m_.local(call->pos, t));
      refs.push_back(m_.local(call->pos, t));
    }
    at->list = package_.list(lhs);
    body.push_back(at);
    value = m_.make(Op::Tuple, call->pos, call->type);
    value->list = package_.list(refs);
  } else if (call->type) {
    Local *t = temp(call->type, call->pos);
    body.push_back(m_.varStmt(call->pos, t, call));
    value = m_.local(call->pos, t);
  } else {
    body.push_back(m_.exprStmt(call));
    value = m_.intConst(call->pos, m_.intType(), 0);
  }
  body.push_back(alive);
  return m_.stmtExpr(call->pos, body, value);
}

// internal/abi.FuncPCABI0(f) and FuncPCABIInternal(f) are the address of f's code; null if the call is of another function.
// A function of another ABI than the one asked for is reported.
Node *FuncBuilder::funcPc(const syntax::CallExpr *e, const Node *callee, Type *result) {
  if (callee->op != Op::FuncRef || e->args.size() != 1)
    return nullptr;
  std::string_view name = callee->func()->name;
  bool abi0 = name == "internal/abi.FuncPCABI0";
  if (!abi0 && name != "internal/abi.FuncPCABIInternal")
    return nullptr;
  Node *of = expr(e->args[0]);
  std::string wanted = abi0 ? "ABI0" : "ABIInternal";
  if (of->op != Op::FuncRef) { // a func value: the first word of what it points to
    if (abi0)
      c_.diagnostics.error(e->pos, "internal/abi.FuncPCABI0 does not accept func expression, which is ABIInternal");
    Type *word = m_.pointerTo(m_.uintptrType());
    if (types::isInterface(of->type)) // that holds one
      of = m_.make(Op::IfaceData, e->pos, m_.unsafePointerType(), of);
    Node *p = m_.conv(e->pos, Conv::Noop, m_.conv(e->pos, Conv::Noop, of, m_.unsafePointerType()), word);
    return m_.convert(e->pos, m_.deref(e->pos, p), result);
  }
  if ((of->func()->abi == Abi::Abi0) != abi0)
    c_.diagnostics.error(e->pos, "internal/abi.FuncPC" + wanted + " expects an " + wanted + " function, " +
                                     std::string(of->func()->short_name) + " is defined as " + (abi0 ? "ABIInternal" : "ABI0"));
  Node *n = m_.make(Op::FuncPC, e->pos, result);
  n->aux_func = of->func();
  n->aux_int = abi0 ? 0 : 1;
  return n;
}

Node *FuncBuilder::unsafeOffsetof(const syntax::CallExpr *e, Type *type) {
  auto *s = syntax::unparen(e->args[0])->to<syntax::SelectorExpr>();
  const types::Selection *sel = info_.selectionOf(s);
  Type *base = types::derefStructPtr(info_.typeOf(s->x));
  std::vector<std::int64_t> path(sel->path.begin(), sel->path.end());
  return m_.sizeQuery(e->pos, type, base, 2, path);
}

// A builtin applied to the several results of a call.
Node *FuncBuilder::builtinOfTuple(const syntax::CallExpr *e, BuiltinId id, Type *type) {
  Stmts pre;
  std::vector<Node *> args = spread(e->args[0], pre);
  auto rest = [&] { return std::vector<Node *>(args.begin() + 1, args.end()); };
  Node *n = nullptr;
  switch (id) {
  case BuiltinId::Append: {
    Type *elem = types::as<types::Slice>(types::commonUnder(type, nullptr, nullptr, nullptr))->elem;
    std::vector<Node *> items = rest();
    for (Node *&item : items)
      item = m_.implicit(item, elem);
    n = m_.make(Op::Append, e->pos, type, m_.implicit(args[0], type));
    n->list = package_.list(items);
    break;
  }
  case BuiltinId::Complex:
    n = m_.make(Op::Complex, e->pos, type, args[0], args[1]);
    break;
  case BuiltinId::Copy:
    n = m_.make(Op::Copy, e->pos, m_.intType(), args[0], args[1]);
    break;
  case BuiltinId::Delete: {
    auto *map = types::as<types::Map>(types::commonUnder(args[0]->type, nullptr, nullptr, nullptr));
    n = m_.make(Op::Delete, e->pos, nullptr, args[0], m_.implicit(args[1], map->key));
    break;
  }
  case BuiltinId::Max:
  case BuiltinId::Min:
    n = m_.make(id == BuiltinId::Max ? Op::Max : Op::Min, e->pos, type);
    for (Node *&a : args)
      a = m_.implicit(a, type);
    n->list = package_.list(args);
    break;
  case BuiltinId::Print:
  case BuiltinId::Println:
    n = m_.make(id == BuiltinId::Print ? Op::Print : Op::Println, e->pos, nullptr);
    n->list = package_.list(args);
    break;
  case BuiltinId::Add:
    n = m_.make(Op::UnsafeAdd, e->pos, type, args[0], args[1]);
    break;
  case BuiltinId::Slice:
    n = m_.make(Op::UnsafeSlice, e->pos, type, args[0], args[1]);
    break;
  case BuiltinId::String:
    n = m_.make(Op::UnsafeString, e->pos, type, args[0], args[1]);
    break;
  default:
    GANNET_UNREACHABLE("builtin applied to several results");
  }
  return m_.stmtExpr(e->pos, pre, n);
}

Node *FuncBuilder::builtin(const syntax::CallExpr *e, BuiltinId id, const Fact &fact) {
  types::Context &ctx = package_.context;
  Type *type = fact.mode == Mode::NoValue ? nullptr : typeOf(e);
  if (e->args.size() == 1 && types::as<types::Tuple>(info_.typeOf(e->args[0])) && !info_.fact(e->args[0]).comma_ok)
    return builtinOfTuple(e, id, type);
  auto arg = [&](std::size_t i) { return expr(e->args[i]); };
  auto core = [&](Type *t) { return types::commonUnder(t, nullptr, nullptr, nullptr); };
  switch (id) {
  case BuiltinId::Append: {
    Node *x = m_.implicit(arg(0), type);
    if (e->args.size() == 1)
      return x;
    Type *elem;
    if (auto *s = types::as<types::Slice>(core(type)))
      elem = s->elem;
    else
      elem = ctx.byteType();
    if (e->has_dots) {
      Node *y = arg(1);
      if (y->op == Op::Nil)
        y = m_.nil(y->pos, type);
      return m_.make(Op::AppendSlice, e->pos, type, x, y);
    }
    std::vector<Node *> items;
    for (std::size_t i = 1; i < e->args.size(); i++)
      items.push_back(exprTo(e->args[i], elem));
    Node *n = m_.make(Op::Append, e->pos, type, x);
    n->list = package_.list(items);
    return n;
  }
  case BuiltinId::Cap:
    return m_.implicit(m_.cap(e->pos, arg(0)), type);
  case BuiltinId::Len:
    return m_.implicit(m_.len(e->pos, arg(0)), type);
  case BuiltinId::Clear:
    return m_.make(Op::Clear, e->pos, nullptr, arg(0));
  case BuiltinId::Close:
    return m_.make(Op::Close, e->pos, nullptr, arg(0));
  case BuiltinId::Complex: {
    Node *x = arg(0);
    Node *y = arg(1);
    // An untyped constant operand takes the other's type.
    if (x->op == Op::Const && y->op != Op::Const)
      x = m_.constant(x->pos, y->type, x->value());
    else if (y->op == Op::Const && x->op != Op::Const)
      y = m_.constant(y->pos, x->type, y->value());
    return m_.make(Op::Complex, e->pos, type, x, y);
  }
  case BuiltinId::Copy: {
    Node *x = arg(0);
    Node *y = arg(1);
    return m_.make(Op::Copy, e->pos, m_.intType(), x, y);
  }
  case BuiltinId::Delete: {
    Node *x = arg(0);
    types::Map *map = nullptr; // the maps of a type set have one key type
    types::eachUnderlying(x->type, [&](Type *, Type *u) {
      map = types::as<types::Map>(u);
      return false;
    });
    return m_.make(Op::Delete, e->pos, nullptr, x, exprTo(e->args[1], map->key));
  }
  case BuiltinId::Imag:
    return m_.make(Op::Imag, e->pos, type, arg(0));
  case BuiltinId::Real:
    return m_.make(Op::Real, e->pos, type, arg(0));
  case BuiltinId::Make: {
    Node *x = e->args.size() > 1 ? arg(1) : nullptr;
    Node *y = e->args.size() > 2 ? arg(2) : nullptr;
    for (Node **n : {&x, &y})
      if (*n && (*n)->op == Op::Const && !types::isInteger((*n)->type))
        *n = m_.constant((*n)->pos, m_.intType(), (*n)->value());
    return m_.makeBuiltin(e->pos, type, x, y);
  }
  case BuiltinId::Max:
  case BuiltinId::Min: {
    std::vector<Node *> items;
    for (const syntax::Expr *a : e->args)
      items.push_back(exprTo(a, type));
    if (items.size() == 1)
      return items[0];
    Node *n = m_.make(id == BuiltinId::Max ? Op::Max : Op::Min, e->pos, type);
    n->list = package_.list(items);
    return n;
  }
  case BuiltinId::New: {
    auto *p = underAs<types::Pointer>(type);
    Node *n = m_.make(Op::New, e->pos, type);
    n->type_arg = p->elem;
    if (info_.modeOf(e->args[0]) != Mode::TypeExpr)
      n->x = exprTo(e->args[0], p->elem);
    return n;
  }
  case BuiltinId::Panic:
    return m_.make(Op::Panic, e->pos, nullptr, exprTo(e->args[0], m_.anyType()));
  case BuiltinId::Print:
  case BuiltinId::Println: {
    std::vector<Node *> items;
    for (const syntax::Expr *a : e->args)
      items.push_back(expr(a));
    Node *n = m_.make(id == BuiltinId::Print ? Op::Print : Op::Println, e->pos, nullptr);
    n->list = package_.list(items);
    return n;
  }
  case BuiltinId::Recover:
    func_.has_recover = true;
    return m_.make(Op::Recover, e->pos, m_.anyType());
  case BuiltinId::Add:
    return m_.make(Op::UnsafeAdd, e->pos, type, arg(0), arg(1));
  case BuiltinId::Alignof:
    return m_.sizeQuery(e->pos, type, typeOf(e->args[0]), 1, {});
  case BuiltinId::Sizeof:
    return m_.sizeQuery(e->pos, type, typeOf(e->args[0]), 0, {});
  case BuiltinId::Offsetof:
    return unsafeOffsetof(e, type);
  case BuiltinId::Slice: {
    Node *x = arg(0);
    return m_.make(Op::UnsafeSlice, e->pos, type, x, arg(1));
  }
  case BuiltinId::SliceData:
    return m_.make(Op::UnsafeSliceData, e->pos, type, arg(0));
  case BuiltinId::String: {
    Node *x = arg(0);
    return m_.make(Op::UnsafeString, e->pos, type, x, arg(1));
  }
  case BuiltinId::StringData:
    return m_.make(Op::UnsafeStringData, e->pos, type, arg(0));
  case BuiltinId::Assert: // of the type checker's own tests alone
  case BuiltinId::Trace:
    break;
  }
  GANNET_UNREACHABLE("builtin");
}

} // namespace gannet::ir
