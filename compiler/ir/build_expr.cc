#include "compiler/ir/builder.h"

#include "compiler/base/check.h"
#include "compiler/types/checker.h"
#include "compiler/types/lookup.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace gannet::ir {

using types::Fact;
using types::Mode;
using types::Type;
using types::under;
using types::underAs;

Type *FuncBuilder::typeOf(const syntax::Expr *e) {
  return types::defaultType(package_.context, info_.typeOf(e));
}

Node *FuncBuilder::expr(const syntax::Expr *e) {
  const syntax::Expr *inner = syntax::unparen(e);
  const Fact &fact = info_.fact(e);
  if (fact.mode == Mode::Constant && fact.value) {
    Type *t = typeOf(e);
    if (!isTypeParamType(t) && types::isInterface(t)) { // converted on the way
      Type *d = types::isString(t) ? t : nullptr;
      switch (fact.value->kind()) {
      case constant::Kind::Bool: d = m_.boolType(); break;
      case constant::Kind::String: d = m_.stringType(); break;
      case constant::Kind::Int: d = m_.intType(); break;
      case constant::Kind::Complex: d = package_.context.basic(types::BasicKind::Complex128); break;
      default: d = package_.context.basic(types::BasicKind::Float64); break;
      }
      return m_.implicit(m_.constant(e->pos, d, *fact.value), t);
    }
    return m_.constant(e->pos, t, *fact.value);
  }
  if (fact.mode == Mode::NilValue)
    return m_.nil(e->pos, fact.type);
  return exprNoConst(inner, info_.fact(inner));
}

Node *FuncBuilder::exprNoConst(const syntax::Expr *e, const Fact &fact) {
  using syntax::NodeKind;
  switch (e->kind) {
  case NodeKind::Name:
    return name(e->to<syntax::Name>(), fact);
  case NodeKind::ParenExpr:
    return expr(syntax::unparen(e));
  case NodeKind::CompositeLit:
    return compositeLit(e->to<syntax::CompositeLit>(), fact.type);
  case NodeKind::FuncLit:
    return funcLit(e->to<syntax::FuncLit>(), fact.type);
  case NodeKind::SelectorExpr:
    return selector(e->to<syntax::SelectorExpr>(), fact);
  case NodeKind::IndexExpr: {
    auto *ix = e->to<syntax::IndexExpr>();
    const syntax::Expr *x = syntax::unparen(ix->x);
    // An instantiation: the name has the instance.
    if (auto *n = x->as<syntax::Name>(); n && info_.instanceOf(n) && types::as<types::Func>(info_.objectOf(n)))
      return objectRef(e->pos, info_.objectOf(n), info_.instanceOf(n), fact.type);
    if (auto *s = x->as<syntax::SelectorExpr>(); s && info_.instanceOf(s->sel) && types::as<types::Func>(info_.objectOf(s->sel)))
      return objectRef(e->pos, info_.objectOf(s->sel), info_.instanceOf(s->sel), fact.type);
    Node *base = expr(ix->x);
    Type *t = fact.comma_ok && fact.type && types::as<types::Tuple>(fact.type)
                  ? types::as<types::Tuple>(fact.type)->vars[0]->type
                  : fact.type;
    Node *idx = expr(ix->indices[0]);
    Node *n = m_.index(e->pos, base, idx, t);
    if (fact.comma_ok) {
      auto *map = types::as<types::Map>(types::commonUnder(base->type, nullptr, nullptr, nullptr));
      if (n->op == Op::SymIndex)
        n->y = m_.implicit(idx, map->key), n->op = Op::MapIndex;
      n->op = Op::MapIndexOk;
      n->type = fact.type;
    }
    return n;
  }
  case NodeKind::SliceExpr: {
    auto *s = e->to<syntax::SliceExpr>();
    Node *x = expr(s->x);
    Node *bound[3];
    for (int i = 0; i < 3; i++)
      bound[i] = s->index[i] ? expr(s->index[i]) : nullptr;
    return m_.slice(e->pos, x, bound[0], bound[1], bound[2], typeOf(e));
  }
  case NodeKind::AssertExpr: {
    auto *a = e->to<syntax::AssertExpr>();
    Type *target = info_.typeOf(a->type);
    Node *x = expr(a->x);
    if (fact.comma_ok) {
      Node *n = m_.make(Op::TypeAssertOk, e->pos, fact.type, x);
      n->type_arg = target;
      return n;
    }
    Node *n = m_.make(Op::TypeAssert, e->pos, target, x);
    n->type_arg = target;
    return n;
  }
  case NodeKind::Operation:
    return operation(e->to<syntax::Operation>(), fact);
  case NodeKind::CallExpr:
    return call(e->to<syntax::CallExpr>(), fact);
  default:
    break;
  }
  GANNET_UNREACHABLE("no expression of a kind that gives a value");
}

Node *FuncBuilder::objectRef(Pos pos, types::Object *object, const types::Instance *instance, Type *type) {
  if (auto *f = types::as<types::Func>(object))
    return m_.funcRef(pos, package_.functionOf(f, instance ? instance->type_args : types::TypeList()), type);
  auto *v = types::as<types::Var>(object);
  GANNET_CHECK(v, "name of no value");
  if (v->role == types::VarRole::Global)
    return m_.global(pos, package_.globalOf(v));
  auto it = locals_.find(v);
  GANNET_CHECK(it != locals_.end(), "variable used before its declaration: " + std::string(v->name));
  it->second->used = true;
  return m_.local(pos, it->second);
}

Node *FuncBuilder::name(const syntax::Name *e, const Fact &fact) {
  if (e->isBlank() && !fact.object)
    return m_.make(Op::Blank, e->pos, fact.type);
  GANNET_CHECK(fact.object, "unresolved name " + std::string(e->value));
  return objectRef(e->pos, fact.object, info_.instanceOf(e), fact.type);
}

Node *FuncBuilder::selector(const syntax::SelectorExpr *e, const Fact &fact) {
  const types::Selection *sel = fact.selection;
  if (!sel) { // pkg.Name
    types::Object *object = fact.object ? fact.object : info_.objectOf(e->sel);
    return objectRef(e->pos, object, info_.instanceOf(e->sel), fact.type);
  }
  switch (sel->kind) {
  case types::Selection::Kind::FieldVal: {
    Node *x = expr(e->x);
    return m_.fieldPath(e->pos, x, sel->path);
  }
  case types::Selection::Kind::MethodVal:
    return m_.methodValue(e->pos, expr(e->x), sel->path, types::as<types::Func>(sel->object), fact.type);
  case types::Selection::Kind::MethodExpr:
    return m_.methodExpr(e->pos, sel->recv, types::as<types::Func>(sel->object), fact.type);
  }
  GANNET_UNREACHABLE("selection kind");
}

Node *FuncBuilder::compositeLit(const syntax::CompositeLit *e, Type *type) {
  Type *core = types::commonUnder(type, nullptr, nullptr, nullptr);
  // An elided &T: the literal's own type is *T, or a type parameter that stands for such types.
  if (auto *p = types::as<types::Pointer>(core)) {
    Node *lit = compositeLit(e, p->elem);
    if (isTypeParamType(type))
      return m_.convert(e->pos, m_.make(Op::PtrLit, e->pos, core, lit), type);
    return m_.make(Op::PtrLit, e->pos, type, lit);
  }
  std::vector<Node *> items;
  std::vector<std::int64_t> indices;
  Stmts blanks;
  switch (core->kind) {
  case types::TypeKind::Struct: {
    auto *s = types::as<types::Struct>(core);
    std::int64_t next = 0;
    for (const syntax::Expr *elem : e->elems) {
      const syntax::Expr *value = elem;
      std::int64_t index = next++;
      if (auto *kv = elem->as<syntax::KeyValueExpr>()) {
        value = kv->value;
        auto *key = kv->key->as<syntax::Name>();
        GANNET_CHECK(key, "struct literal key is no name");
        index = types::fieldIndex(s->fields, &package_.pkg, key->value);
        GANNET_CHECK(index >= 0, "no field " + std::string(key->value));
      }
      Node *item = exprTo(value, s->fields[index]->type);
      if (s->fields[index]->name == "_") { // evaluated, kept nowhere
        if (item->op != Op::Const)
          blanks.push_back(m_.assign(item->pos, m_.make(Op::Blank, item->pos, nullptr), item));
        continue;
      }
      items.push_back(item);
      indices.push_back(index);
    }
    break;
  }
  case types::TypeKind::Map: {
    auto *map = types::as<types::Map>(core);
    for (const syntax::Expr *elem : e->elems) {
      auto *kv = elem->to<syntax::KeyValueExpr>();
      items.push_back(exprTo(kv->key, map->key));
      items.push_back(exprTo(kv->value, map->elem));
    }
    break;
  }
  default: {
    Type *elem_type = core->kind == types::TypeKind::Array ? types::as<types::Array>(core)->elem
                                                           : types::as<types::Slice>(core)->elem;
    std::int64_t next = 0;
    for (const syntax::Expr *elem : e->elems) {
      const syntax::Expr *value = elem;
      if (auto *kv = elem->as<syntax::KeyValueExpr>()) {
        value = kv->value;
        const constant::Value *k = info_.valueOf(kv->key);
        GANNET_CHECK(k, "array literal index is not constant");
        next = constant::int64Val(constant::toInt(*k)).value_or(0);
      }
      items.push_back(exprTo(value, elem_type));
      indices.push_back(next++);
    }
  }
  }
  Node *lit = m_.composite(e->pos, type, std::move(items), std::move(indices));
  return blanks.empty() ? lit : m_.stmtExpr(e->pos, blanks, lit);
}

Node *FuncBuilder::funcLit(const syntax::FuncLit *e, Type *type) {
  std::string name = closureName(func_);
  Func *f;
  if (func_.generic) { // its instances are named when they are made
    f = package_.all_funcs.emplace_back(std::make_unique<Func>()).get();
    f->name = name;
    f->generic = true;
  } else {
    f = package_.funcNamed(name);
    f->emit = true;
  }
  f->short_name = package_.arena.copy(std::string_view(closureShortName(func_, name)));
  f->outer = &func_;
  f->is_closure = true;
  f->has_body = true;
  f->pos = e->pos;
  f->end_pos = e->body->rbrace;
  f->package_path = func_.package_path;
  f->type_params = func_.type_params;
  f->sig = types::as<types::Signature>(under(type));
  func_.closures.push_back(f);
  func_.has_closures = true;

  FuncBuilder inner(c_, *f, locals_);
  inner.declareParams(f->sig);
  inner.buildBody(e->body);

  Node *n = m_.make(Op::Closure, e->pos, type);
  n->aux_func = f;
  return n;
}

namespace {

Op binaryOp(syntax::Operator op) {
  using syntax::Operator;
  switch (op) {
  case Operator::OrOr: return Op::OrOr;
  case Operator::AndAnd: return Op::AndAnd;
  case Operator::Eql: return Op::Eq;
  case Operator::Neq: return Op::Ne;
  case Operator::Lss: return Op::Lt;
  case Operator::Leq: return Op::Le;
  case Operator::Gtr: return Op::Gt;
  case Operator::Geq: return Op::Ge;
  case Operator::Add: return Op::Add;
  case Operator::Sub: return Op::Sub;
  case Operator::Or: return Op::Or;
  case Operator::Xor: return Op::Xor;
  case Operator::Mul: return Op::Mul;
  case Operator::Div: return Op::Div;
  case Operator::Rem: return Op::Rem;
  case Operator::And: return Op::And;
  case Operator::AndNot: return Op::AndNot;
  case Operator::Shl: return Op::Shl;
  case Operator::Shr: return Op::Shr;
  default: break;
  }
  GANNET_UNREACHABLE("no binary operator");
}

} // namespace

Node *FuncBuilder::operation(const syntax::Operation *e, const Fact &fact) {
  return e->isUnary() ? unary(e, fact) : binaryChain(e);
}

// Left-leaning chains (a + b + c + ...) may be long: walked with a list, not by recursion.
Node *FuncBuilder::binaryChain(const syntax::Operation *e) {
  std::vector<const syntax::Operation *> chain{e};
  const syntax::Expr *left = e->x;
  for (;;) {
    const syntax::Expr *inner = syntax::unparen(left);
    auto *op = inner->as<syntax::Operation>();
    if (!op || op->isUnary() || info_.fact(left).mode == Mode::Constant)
      break;
    chain.push_back(op);
    left = op->x;
  }
  Node *x = expr(left);
  for (std::size_t i = chain.size(); i-- > 0;)
    x = binaryStep(chain[i], x);
  return x;
}

Node *FuncBuilder::shiftCount(const syntax::Expr *e) {
  if (const constant::Value *v = info_.valueOf(e))
    return m_.constant(e->pos, package_.context.basic(types::BasicKind::Uint), *v);
  return expr(e);
}

Node *FuncBuilder::binaryStep(const syntax::Operation *e, Node *x) {
  Op op = binaryOp(e->op);
  Type *type = typeOf(e);
  if (syntax::isComparison(e->op))
    return m_.compare(e->pos, op, x, expr(e->y), type);
  if (syntax::isShift(e->op)) {
    x = m_.implicit(x, type);
    return m_.make(op, e->pos, type, x, shiftCount(e->y));
  }
  x = m_.implicit(x, type);
  if (op == Op::AndAnd || op == Op::OrOr)
    return m_.logical(e->pos, op, x, exprTo(e->y, type), type);
  return m_.binary(e->pos, op, x, exprTo(e->y, type), type);
}

Node *FuncBuilder::unary(const syntax::Operation *e, const Fact &fact) {
  using syntax::Operator;
  Type *type = typeOf(e);
  switch (e->op) {
  case Operator::Add:
    return exprTo(e->x, type);
  case Operator::Sub:
    return m_.make(Op::Neg, e->pos, type, exprTo(e->x, type));
  case Operator::Xor:
    return m_.make(Op::BitNot, e->pos, type, exprTo(e->x, type));
  case Operator::Not:
    return m_.logical(e->pos, Op::Not, exprTo(e->x, type), nullptr, type);
  case Operator::Mul: {
    Node *x = expr(e->x);
    return x->op == Op::Addr ? m_.make(Op::Deref, e->pos, x->x->type, x) : m_.deref(e->pos, x);
  }
  case Operator::And: {
    const syntax::Expr *x = syntax::unparen(e->x);
    if (x->is<syntax::CompositeLit>())
      return m_.make(Op::PtrLit, e->pos, type, expr(x));
    Node *n = m_.addr(e->pos, expr(e->x));
    n->type = type;
    return n;
  }
  case Operator::Recv: {
    Node *x = expr(e->x);
    return m_.make(fact.comma_ok ? Op::RecvOk : Op::Recv, e->pos, fact.comma_ok ? fact.type : type, x);
  }
  default:
    break;
  }
  GANNET_UNREACHABLE("no unary operator");
}

} // namespace gannet::ir
