#include "compiler/ir/builder.h"

#include "compiler/base/check.h"
#include "compiler/ir/finalize.h"
#include "compiler/types/checker.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace gannet::ir {

using types::Type;
using types::under;
using types::underAs;

Local *FuncBuilder::temp(Type *type, Pos pos) {
  Local *l = package_.addLocal(func_, Local::Kind::Auto, "", type, pos);
  l->is_temp = l->used = true;
  return l;
}

void FuncBuilder::declareParams(const types::Signature *sig) {
  auto add = [&](types::Var *v, Local::Kind kind, std::string_view name) {
    Local *l = package_.addLocal(func_, kind, name, v->type, v->pos);
    l->source = v;
    if (v->name != "_" && !v->name.empty())
      locals_[v] = l;
  };
  if (sig->recv)
    add(sig->recv, Local::Kind::Param, sig->recv->name);
  for (types::Var *v : types::vars(sig->params))
    add(v, Local::Kind::Param, v->name);
  std::size_t i = 0;
  for (types::Var *v : types::vars(sig->results)) {
    std::string_view name = v->name;
    if (name.empty())
      name = package_.arena.copy(std::string_view("~r" + std::to_string(i)));
    add(v, Local::Kind::Result, name);
    i++;
  }
}

void FuncBuilder::buildBody(const syntax::BlockStmt *body) {
  Stmts out;
  stmts(body->list, out);
  func_.body = package_.list(out);
}

// Statements from `from` on behind one that does not go on are not compiled, unless a label in them may be jumped to.
static void dropUnreached(std::vector<Node *> &list, std::size_t from) {
  auto ends = [](const Node &n) {
    const Node *last = &n;
    while (last->op == Op::Block && !last->body.empty() && !last->aux_label)
      last = last->body.back();
    return last->op == Op::Return || last->op == Op::Jump;
  };
  for (std::size_t i = from; i + 1 < list.size(); i++) {
    if (!ends(*list[i]))
      continue;
    bool labels = false;
    for (std::size_t k = i + 1; k != list.size(); k++)
      walk(list[k], [&](Node &n) { labels |= n.op == Op::Label; });
    if (!labels)
      list.resize(i + 1);
    return;
  }
}

void FuncBuilder::stmts(syntax::StmtList list, Stmts &out) {
  const std::size_t first = out.size();
  for (const syntax::Stmt *s : list)
    stmt(s, out);
  dropUnreached(out, first);
}

Stmts FuncBuilder::blockOf(const syntax::BlockStmt *b) {
  Stmts out;
  if (b)
    stmts(b->list, out);
  return out;
}

FuncBuilder::NamedLabel &FuncBuilder::labelNamed(std::string_view name) {
  NamedLabel &l = labels_[name];
  if (!l.target)
    l.target = package_.addLabel(func_, name);
  return l;
}

void FuncBuilder::bindNamed(Label *brk, Label *cont) {
  if (pending_label_.empty())
    return;
  NamedLabel &l = labelNamed(pending_label_);
  l.break_to = brk;
  l.continue_to = cont;
  pending_label_ = {};
}

void FuncBuilder::stmt(const syntax::Stmt *s, Stmts &out) {
  if (!s)
    return;
  using syntax::NodeKind;
  if (s->kind != NodeKind::ForStmt && s->kind != NodeKind::SwitchStmt && s->kind != NodeKind::SelectStmt)
    pending_label_ = {};
  switch (s->kind) {
  case NodeKind::EmptyStmt:
    return;
  case NodeKind::LabeledStmt:
    return labeled(s->to<syntax::LabeledStmt>(), out);
  case NodeKind::BlockStmt:
    out.push_back(m_.block(s->pos, blockOf(s->to<syntax::BlockStmt>())));
    return;
  case NodeKind::ExprStmt:
    out.push_back(m_.exprStmt(expr(s->to<syntax::ExprStmt>()->x)));
    return;
  case NodeKind::SendStmt: {
    auto *send = s->to<syntax::SendStmt>();
    Node *ch = expr(send->chan);
    auto *type = types::as<types::Chan>(types::commonUnder(ch->type, nullptr, nullptr, nullptr));
    Node *value = exprTo(send->value, type->elem);
    out.push_back(m_.make(Op::Send, s->pos, nullptr, ch, value));
    return;
  }
  case NodeKind::DeclStmt:
    for (const syntax::Decl *d : s->to<syntax::DeclStmt>()->decls)
      if (auto *v = d->as<syntax::VarDecl>())
        varDecl(v, out);
    return;
  case NodeKind::AssignStmt:
    return assign(s->to<syntax::AssignStmt>(), out);
  case NodeKind::BranchStmt:
    return branch(s->to<syntax::BranchStmt>(), out);
  case NodeKind::CallStmt:
    return callStmt(s->to<syntax::CallStmt>(), out);
  case NodeKind::ReturnStmt:
    return returnStmt(s->to<syntax::ReturnStmt>(), out);
  case NodeKind::IfStmt:
    return ifStmt(s->to<syntax::IfStmt>(), out);
  case NodeKind::ForStmt:
    return forStmt(s->to<syntax::ForStmt>(), nullptr, out);
  case NodeKind::SwitchStmt:
    return switchStmt(s->to<syntax::SwitchStmt>(), nullptr, out);
  case NodeKind::SelectStmt:
    return selectStmt(s->to<syntax::SelectStmt>(), nullptr, out);
  default:
    break;
  }
  GANNET_UNREACHABLE("no statement");
}

void FuncBuilder::labeled(const syntax::LabeledStmt *s, Stmts &out) {
  pending_label_ = {};
  if (s->label->value == "_") // no branch can name it, and there may be several
    return stmt(s->stmt, out);
  NamedLabel &l = labelNamed(s->label->value);
  Node *n = m_.make(Op::Label, s->label->pos, nullptr);
  n->aux_label = l.target;
  out.push_back(n);
  pending_label_ = s->label->value;
  const syntax::Stmt *inner = s->stmt;
  if (inner)
    stmt(inner, out);
  pending_label_ = {};
}

void FuncBuilder::branch(const syntax::BranchStmt *s, Stmts &out) {
  Label *to = nullptr;
  switch (s->token) {
  case syntax::Token::Break:
    to = s->label ? labelNamed(s->label->value).break_to : break_to_;
    break;
  case syntax::Token::Continue:
    to = s->label ? labelNamed(s->label->value).continue_to : continue_to_;
    break;
  case syntax::Token::Goto:
    to = labelNamed(s->label->value).target;
    break;
  default:
    return; // fallthrough: seen by the switch
  }
  GANNET_CHECK(to, "branch without a target");
  out.push_back(m_.jump(s->pos, to));
}

Local *FuncBuilder::declare(types::Var *v) {
  Local *l = package_.addLocal(func_, Local::Kind::Auto, v->name, v->type, v->pos);
  l->source = v;
  locals_[v] = l;
  return l;
}

Local *FuncBuilder::definedLocal(const syntax::Expr *lhs) {
  auto *n = lhs->as<syntax::Name>();
  if (!n || !info_.isDef(n))
    return nullptr;
  auto *v = types::as<types::Var>(info_.objectOf(n));
  return v && v->name != "_" ? declare(v) : nullptr;
}

Node *FuncBuilder::place(const syntax::Expr *lhs) {
  const syntax::Expr *inner = syntax::unparen(lhs);
  if (auto *n = inner->as<syntax::Name>(); n && n->isBlank())
    return m_.make(Op::Blank, lhs->pos, nullptr);
  return expr(inner);
}

void FuncBuilder::assignTuple(Pos pos, std::vector<Node *> lhs, Node *rhs, Stmts &out) {
  auto *tuple = types::as<types::Tuple>(rhs->type);
  GANNET_CHECK(tuple && tuple->vars.size() == lhs.size(), "assignment of a tuple of another size");
  Stmts after;
  for (std::size_t i = 0; i < lhs.size(); i++) {
    if (lhs[i]->op == Op::Blank)
      continue;
    Type *from = types::defaultType(package_.context, tuple->vars[i]->type);
    // A place other than a variable is evaluated before the call, as far as its operands go; only conversions need a temporary.
    if (types::identical(from, lhs[i]->type))
      continue;
    Local *t = temp(from, pos);
    out.push_back(m_.varLater(pos, t));
    after.push_back(m_.assign(pos, lhs[i], m_.implicit(m_.local(pos, t), lhs[i]->type)));
    lhs[i] = m_.local(pos, t);
  }
  Node *n = m_.make(Op::AssignTuple, pos, nullptr, rhs);
  n->list = package_.list(lhs);
  out.push_back(n);
  out.insert(out.end(), after.begin(), after.end());
}

void FuncBuilder::assign(const syntax::AssignStmt *s, Stmts &out) {
  using syntax::Operator;
  if (s->op != Operator::None && s->op != Operator::Def) { // x op= y, x++
    Node *x = expr(s->lhs[0]);
    Node *n = m_.make(Op::AssignOp, s->pos, nullptr, x);
    Op op;
    switch (s->op) {
    case Operator::Add: op = Op::Add; break;
    case Operator::Sub: op = Op::Sub; break;
    case Operator::Or: op = Op::Or; break;
    case Operator::Xor: op = Op::Xor; break;
    case Operator::Mul: op = Op::Mul; break;
    case Operator::Div: op = Op::Div; break;
    case Operator::Rem: op = Op::Rem; break;
    case Operator::And: op = Op::And; break;
    case Operator::AndNot: op = Op::AndNot; break;
    case Operator::Shl: op = Op::Shl; break;
    default: op = Op::Shr; break;
    }
    if (s->rhs.empty())
      n->y = m_.constant(s->pos, x->type, constant::Value::ofInt64(1));
    else if (op == Op::Shl || op == Op::Shr)
      n->y = shiftCount(s->rhs[0]);
    else
      n->y = exprTo(s->rhs[0], x->type);
    if (op == Op::Add && !isTypeParamType(x->type) && types::isString(x->type))
      op = Op::Concat;
    n->sub = static_cast<std::uint8_t>(op);
    out.push_back(n);
    return;
  }

  bool define = s->op == Operator::Def;
  if (s->lhs.size() == 1 && s->rhs.size() == 1) {
    const syntax::Expr *l = s->lhs[0];
    if (define) {
      Node *value = expr(s->rhs[0]);
      if (Local *v = definedLocal(l))
        out.push_back(m_.varStmt(l->pos, v, m_.implicit(value, v->type)));
      else
        out.push_back(m_.assign(s->pos, place(l), value));
      return;
    }
    Node *x = place(l);
    Node *value = exprTo(s->rhs[0], x->type);
    out.push_back(m_.assign(s->pos, x, value));
    return;
  }

  if (s->rhs.size() == 1) { // a, b = f() and comma-ok forms
    std::vector<Node *> lhs;
    if (define) {
      Node *value = expr(s->rhs[0]);
      for (const syntax::Expr *l : s->lhs) {
        if (Local *v = definedLocal(l)) {
          out.push_back(m_.varLater(l->pos, v));
          lhs.push_back(m_.local(l->pos, v));
        } else {
          lhs.push_back(place(l));
        }
      }
      assignTuple(s->pos, std::move(lhs), value, out);
      return;
    }
    for (const syntax::Expr *l : s->lhs)
      lhs.push_back(place(l));
    assignTuple(s->pos, std::move(lhs), expr(s->rhs[0]), out);
    return;
  }

  // a, b = x, y
  std::vector<Node *> lhs, rhs;
  if (define) {
    for (const syntax::Expr *r : s->rhs)
      rhs.push_back(expr(r));
    bool all_new = true;
    std::size_t before = out.size();
    std::vector<Local *> fresh;
    for (const syntax::Expr *l : s->lhs) {
      fresh.push_back(definedLocal(l));
      auto *n = l->as<syntax::Name>();
      if (!fresh.back() && !(n && n->isBlank()))
        all_new = false;
    }
    for (std::size_t i = 0; i < s->lhs.size(); i++) {
      const syntax::Expr *l = s->lhs[i];
      if (all_new) {
        if (fresh[i])
          out.push_back(m_.varStmt(l->pos, fresh[i], m_.implicit(rhs[i], fresh[i]->type)));
        else
          out.push_back(m_.assign(s->pos, m_.make(Op::Blank, l->pos, nullptr), rhs[i]));
        continue;
      }
      if (fresh[i]) {
        out.push_back(m_.varLater(l->pos, fresh[i]));
        lhs.push_back(m_.local(l->pos, fresh[i]));
      } else {
        lhs.push_back(place(l));
      }
      rhs[i] = m_.implicit(rhs[i], lhs[i]->type);
    }
    if (all_new)
      return markTogether(out, before);
  } else {
    for (const syntax::Expr *l : s->lhs)
      lhs.push_back(place(l));
    for (std::size_t i = 0; i < s->rhs.size(); i++)
      rhs.push_back(exprTo(s->rhs[i], lhs[i]->type));
  }
  Node *n = m_.make(Op::AssignList, s->pos, nullptr);
  n->list = package_.list(lhs);
  n->list2 = package_.list(rhs);
  out.push_back(n);
}

// The statements from `first` on are one of the source: their values are evaluated as one list.
void FuncBuilder::markTogether(Stmts &out, std::size_t first) {
  if (std::size_t count = out.size() - first; count > 1)
    out[first]->sub = static_cast<std::uint8_t>(std::min<std::size_t>(count, 255));
}

void FuncBuilder::varDecl(const syntax::VarDecl *d, Stmts &out) {
  std::size_t before = out.size();
  if (d->values.size() == 1 && d->names.size() > 1) {
    Node *value = expr(d->values[0]);
    std::vector<Node *> lhs;
    for (const syntax::Name *n : d->names) {
      if (Local *v = definedLocal(n)) {
        out.push_back(m_.varLater(n->pos, v));
        lhs.push_back(m_.local(n->pos, v));
      } else {
        lhs.push_back(m_.make(Op::Blank, n->pos, nullptr));
      }
    }
    assignTuple(d->pos, std::move(lhs), value, out);
    return;
  }
  std::vector<Node *> values;
  for (const syntax::Expr *v : d->values)
    values.push_back(expr(v));
  Type *declared = d->type ? info_.typeOf(d->type) : nullptr;
  for (std::size_t i = 0; i < d->names.size(); i++) {
    const syntax::Name *n = d->names[i];
    Node *value = i < values.size() ? values[i] : nullptr;
    if (Local *v = definedLocal(n)) {
      out.push_back(m_.varStmt(n->pos, v, value ? m_.implicit(value, v->type) : nullptr));
    } else if (value) {
      out.push_back(m_.assign(n->pos, m_.make(Op::Blank, n->pos, nullptr), declared ? m_.implicit(value, declared) : value));
    }
  }
  markTogether(out, before);
}

void FuncBuilder::callStmt(const syntax::CallStmt *s, Stmts &out) {
  Node *n = m_.make(s->token == syntax::Token::Go ? Op::Go : Op::Defer, s->pos, nullptr, expr(s->call));
  n->x->set(kGoDefer);
  if (n->op == Op::Defer)
    func_.has_defer = true;
  out.push_back(n);
}

void FuncBuilder::returnStmt(const syntax::ReturnStmt *s, Stmts &out) {
  Node *n = m_.make(Op::Return, s->pos, nullptr);
  if (s->results.size() == 1 && func_.results.size() > 1) {
    Node *value = expr(s->results[0]);
    auto *tuple = types::as<types::Tuple>(value->type);
    bool same = true;
    for (std::size_t i = 0; i < func_.results.size(); i++)
      same = same && types::identical(tuple->vars[i]->type, func_.results[i]->type);
    if (same) {
      n->list = package_.list({value});
      out.push_back(n);
      return;
    }
    std::vector<Node *> lhs, results;
    for (std::size_t i = 0; i < func_.results.size(); i++) {
      Local *t = temp(tuple->vars[i]->type, s->pos);
      out.push_back(m_.varLater(s->pos, t));
      lhs.push_back(m_.local(s->pos, t));
      results.push_back(m_.implicit(m_.local(s->pos, t), func_.results[i]->type));
    }
    assignTuple(s->pos, std::move(lhs), value, out);
    n->list = package_.list(results);
    out.push_back(n);
    return;
  }
  std::vector<Node *> results;
  for (std::size_t i = 0; i < s->results.size(); i++)
    results.push_back(exprTo(s->results[i], func_.results[i]->type));
  n->list = package_.list(results);
  out.push_back(n);
}

void FuncBuilder::ifStmt(const syntax::IfStmt *s, Stmts &out) {
  Stmts init;
  stmt(s->init, init);
  Node *cond = expr(s->cond);
  Stmts then = blockOf(s->then);
  Stmts otherwise;
  if (s->otherwise) {
    if (auto *b = s->otherwise->as<syntax::BlockStmt>())
      otherwise = blockOf(b);
    else
      stmt(s->otherwise, otherwise);
  }
  Node *n;
  if (cond->op == Op::Const) // the other branch is not compiled
    n = m_.block(s->pos, cond->value().boolVal() ? then : otherwise);
  else
    n = m_.ifStmt(s->pos, cond, then, otherwise);
  if (init.empty()) {
    out.push_back(n);
    return;
  }
  init.push_back(n);
  out.push_back(m_.block(s->pos, init));
}

void FuncBuilder::forStmt(const syntax::ForStmt *s, Label *, Stmts &out) {
  if (auto *r = syntax::as<syntax::RangeClause>(s->init))
    return rangeStmt(s, r, nullptr, out);
  Label *brk = package_.addLabel(func_);
  Label *cont = package_.addLabel(func_);
  bindNamed(brk, cont);
  Stmts init;
  std::size_t first_local = func_.locals.size();
  stmt(s->init, init);
  std::vector<Node *> vars;
  if (auto *a = syntax::as<syntax::AssignStmt>(s->init); a && a->op == syntax::Operator::Def && !c_.sharedLoopVars(s->pos))
    for (std::size_t i = first_local; i < func_.locals.size(); i++)
      if (func_.locals[i]->source && !func_.locals[i]->is_temp)
        vars.push_back(m_.local(s->pos, func_.locals[i]));
  Node *n = m_.make(Op::For, s->pos, nullptr, s->cond ? expr(s->cond) : nullptr);
  n->aux_label = brk;
  n->aux_label2 = cont;
  if (!vars.empty()) {
    n->set(kLoopVar);
    n->list = package_.list(vars);
  }
  {
    Breakable scope(*this, brk, cont);
    n->body = package_.list(blockOf(s->body));
  }
  Stmts post;
  stmt(s->post, post);
  n->body2 = package_.list(post);
  if (init.empty()) {
    out.push_back(n);
    return;
  }
  init.push_back(n);
  out.push_back(m_.block(s->pos, init));
}

namespace {

// What ranging over a value of type t gives; null for none.
struct RangeTypes {
  RangeKind kind = RangeKind::Int;
  Type *key = nullptr;
  Type *value = nullptr;
};

RangeTypes rangeTypes(types::Context &context, Type *t, Maker &make) {
  RangeTypes r;
  Type *u = types::commonUnder(t, nullptr, nullptr, nullptr);
  switch (u->kind) {
  case types::TypeKind::Basic:
    if (types::as<types::Basic>(u)->info & types::kIsString) {
      r.kind = RangeKind::String;
      r.key = make.intType();
      r.value = context.runeType();
    } else {
      r.kind = RangeKind::Int;
      r.key = t;
    }
    break;
  case types::TypeKind::Array:
    r.kind = RangeKind::Array;
    r.key = make.intType();
    r.value = types::as<types::Array>(u)->elem;
    break;
  case types::TypeKind::Pointer: {
    r.kind = RangeKind::ArrayPtr;
    r.key = make.intType();
    r.value = underAs<types::Array>(types::as<types::Pointer>(u)->elem)->elem;
    break;
  }
  case types::TypeKind::Slice:
    r.kind = RangeKind::Slice;
    r.key = make.intType();
    r.value = types::as<types::Slice>(u)->elem;
    break;
  case types::TypeKind::Map:
    r.kind = RangeKind::Map;
    r.key = types::as<types::Map>(u)->key;
    r.value = types::as<types::Map>(u)->elem;
    break;
  case types::TypeKind::Chan:
    r.kind = RangeKind::Chan;
    r.key = types::as<types::Chan>(u)->elem;
    break;
  case types::TypeKind::Signature: {
    r.kind = RangeKind::Func;
    auto *yield = underAs<types::Signature>(types::vars(types::as<types::Signature>(u)->params)[0]->type);
    types::VarList params = types::vars(yield->params);
    if (params.size() > 0)
      r.key = params[0]->type;
    if (params.size() > 1)
      r.value = params[1]->type;
    break;
  }
  default:
    GANNET_UNREACHABLE("range over a value of no such kind");
  }
  return r;
}

} // namespace

void FuncBuilder::rangeStmt(const syntax::ForStmt *s, const syntax::RangeClause *r, Label *, Stmts &out) {
  Label *brk = package_.addLabel(func_);
  Label *cont = package_.addLabel(func_);
  bindNamed(brk, cont);
  Node *x = expr(r->x);
  RangeTypes types = rangeTypes(package_.context, x->type, m_);
  Node *n = m_.make(isTypeParamType(x->type) ? Op::SymRange : Op::Range, s->pos, nullptr, x);
  n->sub = static_cast<std::uint8_t>(types.kind);
  n->aux_label = brk;
  n->aux_label2 = cont;

  Stmts pre, prefix;
  Node *places[2] = {};
  Type *given[2] = {types.key, types.value};
  bool keys_only = r->lhs.size() < 2;
  if (keys_only && n->op == Op::Range && (types.kind == RangeKind::Array || types.kind == RangeKind::ArrayPtr)) {
    // The array is not looked at; what gives it is evaluated only if that could be noticed.
    Type *t = x->type;
    if (auto *p = underAs<types::Pointer>(t))
      t = p->elem;
    bool calls = false;
    walk(x, [&](Node &c) {
      calls = calls || c.op == Op::CallStatic || c.op == Op::CallClosure || c.op == Op::CallIface || c.op == Op::Recv ||
              c.op == Op::SymMethodCall;
    });
    if (calls)
      pre.push_back(m_.exprStmt(x));
    n->x = m_.intConst(x->pos, m_.intType(), underAs<types::Array>(t)->len);
    n->sub = static_cast<std::uint8_t>(RangeKind::Int);
  }
  auto isBlank = [](const syntax::Expr *e) {
    auto *name = syntax::unparen(e)->as<syntax::Name>();
    return name && name->isBlank();
  };
  std::size_t count = r->lhs.size() < 2 ? r->lhs.size() : 2;
  if (r->define) {
    bool shared = c_.sharedLoopVars(s->pos);
    for (std::size_t i = 0; i < count; i++) {
      if (isBlank(r->lhs[i]))
        continue;
      Local *v = definedLocal(r->lhs[i]);
      GANNET_CHECK(v, "range clause defines no variable");
      if (types.kind == RangeKind::Int && i == 0) {
        n->x = m_.implicit(x, v->type);
        given[0] = v->type;
      }
      places[i] = m_.local(r->lhs[i]->pos, v);
      if (shared)
        pre.push_back(m_.varStmt(r->lhs[i]->pos, v, nullptr));
    }
    n->set(kDefine, !shared);
  } else {
    Node *direct[2] = {}, *direct_values[2] = {};
    bool simple = true;
    for (std::size_t i = 0; i < count; i++) {
      if (isBlank(r->lhs[i]))
        continue;
      direct[i] = place(r->lhs[i]);
      if (direct[i]->op != Op::LocalRef || !types::identical(direct[i]->type, given[i]))
        simple = false;
    }
    for (std::size_t i = 0; i < count; i++) {
      if (!direct[i])
        continue;
      if (simple) {
        places[i] = direct[i];
        continue;
      }
      Local *t = temp(given[i], s->pos);
      places[i] = m_.local(s->pos, t);
      direct_values[i] = m_.implicit(m_.local(s->pos, t), direct[i]->type);
    }
    if (!simple && direct[0] && direct[1]) { // the operands of both places come first
      Node *both = m_.make(Op::AssignList, s->pos, nullptr);
      both->list = package_.list({direct[0], direct[1]});
      both->list2 = package_.list({direct_values[0], direct_values[1]});
      prefix.push_back(both);
    } else if (!simple) {
      for (std::size_t i = 0; i < count; i++)
        if (direct[i])
          prefix.push_back(m_.assign(s->pos, direct[i], direct_values[i]));
    }
    n->set(kDefine, !simple);
  }
  n->y = places[0];
  n->z = places[1];
  {
    Breakable scope(*this, brk, cont);
    stmts(s->body->list, prefix);
  }
  n->body = package_.list(prefix);
  if (pre.empty()) {
    out.push_back(n);
    return;
  }
  pre.push_back(n);
  out.push_back(m_.block(s->pos, pre));
}

namespace {

bool endsInFallthrough(syntax::StmtList body) {
  for (std::size_t i = body.size(); i-- > 0;) {
    const syntax::Stmt *s = body[i];
    while (auto *l = syntax::as<syntax::LabeledStmt>(s))
      s = l->stmt;
    if (!s || s->is<syntax::EmptyStmt>())
      continue;
    auto *b = s->as<syntax::BranchStmt>();
    return b && b->token == syntax::Token::Fallthrough;
  }
  return false;
}

} // namespace

void FuncBuilder::switchStmt(const syntax::SwitchStmt *s, Label *, Stmts &out) {
  if (auto *g = syntax::as<syntax::TypeSwitchGuard>(s->tag))
    return typeSwitch(s, g, nullptr, out);
  Label *brk = package_.addLabel(func_);
  bindNamed(brk, nullptr);
  Stmts pre;
  stmt(s->init, pre);

  Node *tag = s->tag ? expr(s->tag) : nullptr;
  // Values are compared in the tag's type; if a case needs the comparison in another one, all become conditions.
  std::vector<std::vector<Node *>> values;
  bool direct = true;
  for (const syntax::CaseClause *clause : s->body) {
    std::vector<Node *> list;
    for (const syntax::Expr *e : clause->cases) {
      Node *v = expr(e);
      if (tag) {
        if (v->op == Op::Nil || isTypeParamType(v->type) || isTypeParamType(tag->type) ||
            (types::isInterface(v->type) && !types::identical(v->type, tag->type)))
          direct = false;
        else
          v = m_.implicit(v, tag->type);
      }
      list.push_back(v);
    }
    values.push_back(std::move(list));
  }
  if (tag && !direct) {
    Local *t = temp(tag->type, tag->pos);
    pre.push_back(m_.varStmt(tag->pos, t, tag));
    for (auto &list : values)
      for (Node *&v : list)
        v = m_.compare(v->pos, Op::Eq, m_.local(v->pos, t), v, m_.boolType());
    tag = nullptr;
  }

  Node *n = m_.make(Op::Switch, s->pos, nullptr, tag);
  n->aux_label = brk;
  std::vector<Node *> cases;
  Breakable scope(*this, brk, nullptr);
  for (std::size_t i = 0; i < s->body.size(); i++) {
    const syntax::CaseClause *clause = s->body[i];
    Node *c = m_.make(Op::Case, clause->pos, nullptr);
    c->list = package_.list(values[i]);
    c->set(kDefault, clause->is_default);
    c->set(kFallthrough, endsInFallthrough(clause->body));
    Stmts body;
    stmts(clause->body, body);
    c->body = package_.list(body);
    cases.push_back(c);
  }
  n->list = package_.list(cases);
  pre.push_back(decideSwitch(n));
  if (pre.size() == 1)
    out.push_back(pre[0]);
  else
    out.push_back(m_.block(s->pos, pre));
}

// A switch over a constant with constant cases is the one that fits.
Node *FuncBuilder::decideSwitch(Node *n) {
  if (n->x && n->x->op != Op::Const)
    return n;
  Node *taken = nullptr, *by_default = nullptr;
  for (Node *c : n->list) {
    if (c->has(kFallthrough))
      return n;
    if (c->has(kDefault))
      by_default = c;
    for (Node *v : c->list) {
      if (v->op != Op::Const)
        return n;
      bool fits = n->x ? constant::compare(n->x->value(), syntax::Operator::Eql, v->value()) : v->value().boolVal();
      if (fits && !taken)
        taken = c;
    }
  }
  if (!taken)
    taken = by_default;
  Node *block = m_.make(Op::Block, n->pos, nullptr);
  block->aux_label = n->aux_label;
  if (taken)
    block->body = taken->body;
  return block;
}

void FuncBuilder::typeSwitch(const syntax::SwitchStmt *s, const syntax::TypeSwitchGuard *g, Label *, Stmts &out) {
  Label *brk = package_.addLabel(func_);
  bindNamed(brk, nullptr);
  Stmts pre;
  stmt(s->init, pre);
  Node *n = m_.make(Op::TypeSwitch, s->pos, nullptr, expr(g->x));
  n->aux_label = brk;
  std::vector<Node *> cases;
  Breakable scope(*this, brk, nullptr);
  for (const syntax::CaseClause *clause : s->body) {
    Node *c = m_.make(Op::Case, clause->pos, nullptr);
    std::vector<Node *> values;
    for (const syntax::Expr *e : clause->cases) {
      if (info_.modeOf(e) == types::Mode::NilValue) {
        values.push_back(m_.nil(e->pos, n->x->type));
        continue;
      }
      Node *v = m_.make(Op::TypeAddr, e->pos, m_.unsafePointerType());
      v->type_arg = info_.typeOf(e);
      values.push_back(v);
    }
    c->list = package_.list(values);
    c->set(kDefault, clause->is_default);
    if (auto *v = types::as<types::Var>(info_.objectOf(clause)))
      (c->aux_local = declare(v))->pos = clause->pos; // there is one in each clause
    Stmts body;
    stmts(clause->body, body);
    c->body = package_.list(body);
    cases.push_back(c);
  }
  n->list = package_.list(cases);
  pre.push_back(n);
  if (pre.size() == 1)
    out.push_back(n);
  else
    out.push_back(m_.block(s->pos, pre));
}

void FuncBuilder::selectStmt(const syntax::SelectStmt *s, Label *, Stmts &out) {
  Label *brk = package_.addLabel(func_);
  bindNamed(brk, nullptr);
  Node *n = m_.make(Op::Select, s->pos, nullptr);
  n->aux_label = brk;
  std::vector<Node *> cases;
  Breakable scope(*this, brk, nullptr);
  for (const syntax::CommClause *clause : s->body) {
    Node *c = m_.make(Op::Case, clause->pos, nullptr);
    Stmts body;
    if (!clause->comm) {
      c->set(kDefault);
    } else if (auto *e = clause->comm->as<syntax::ExprStmt>()) {
      c->x = expr(e->x);
    } else if (clause->comm->is<syntax::SendStmt>()) {
      Stmts one;
      stmt(clause->comm, one);
      c->x = one[0];
    } else {
      auto *a = clause->comm->to<syntax::AssignStmt>();
      c->x = expr(a->rhs[0]);
      bool define = a->op == syntax::Operator::Def;
      std::vector<Node *> places;
      for (std::size_t i = 0; i < a->lhs.size(); i++) {
        Type *from = c->x->type;
        if (auto *tuple = types::as<types::Tuple>(from))
          from = types::defaultType(package_.context, tuple->vars[i]->type);
        if (Local *v = define ? definedLocal(a->lhs[i]) : nullptr) {
          places.push_back(m_.local(a->lhs[i]->pos, v));
          continue;
        }
        Node *p = place(a->lhs[i]);
        if (p->op == Op::Blank) {
          places.push_back(p);
          continue;
        }
        Local *t = temp(from, a->pos);
        places.push_back(m_.local(a->pos, t));
        body.push_back(m_.assign(a->pos, p, m_.implicit(m_.local(a->pos, t), p->type)));
      }
      c->set(kDefine);
      c->list = package_.list(places);
    }
    while (c->x && c->x->op == Op::Convert) // <-c in parentheses or of a converted type never is
      c->x = c->x->x;
    stmts(clause->body, body);
    c->body = package_.list(body);
    cases.push_back(c);
  }
  n->list = package_.list(cases);
  out.push_back(n);
}

} // namespace gannet::ir
