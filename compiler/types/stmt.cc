// Statements and function bodies.
#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/check.h"

namespace gannet::types {

void Checker::funcBody(DeclInfo *decl, Signature *sig, syntax::BlockStmt *body, std::optional<std::int64_t> iota,
                       std::uint16_t level) {
  Env saved = env_;
  std::unordered_set<const syntax::CallExpr *> panics;
  env_ = Env();
  env_.decl = decl;
  env_.scope = sig->scope;
  env_.version = saved.version;
  env_.iota = iota;
  env_.err_pos = saved.err_pos;
  env_.sig = sig;
  env_.func_level = level;
  env_.panics = &panics;
  for (Var *v : vars(sig->params))
    v->func_level = level;
  for (Var *v : vars(sig->results))
    v->func_level = level;
  stmtList(0, body->list);
  if (env_.has_label && config_.check_branches)
    labels(body);
  if (!vars(sig->results).empty() && !isTerminating(body, ""))
    error(body->rbrace, "missing return");
  usage(sig->scope);
  env_ = saved;
}

// Reports unused variables of a function's scopes; literals report their own.
void Checker::usage(Scope *scope) {
  std::vector<Var *> unused;
  for (Object *o : scope->objects())
    if (Var *v = as<Var>(o); v && v->role == VarRole::Local && !v->used)
      unused.push_back(v);
  std::sort(unused.begin(), unused.end(), [](Var *a, Var *b) { return a->pos < b->pos; });
  for (Var *v : unused)
    error(v->pos, "declared and not used: ", v->name);
  for (Scope *s : scope->children)
    if (!s->isFunc())
      usage(s);
}

void Checker::simpleStmt(syntax::Stmt *s) {
  if (s)
    stmt(0, s);
}

void Checker::stmtList(unsigned ctxt, syntax::StmtList list) {
  bool fallthrough_ok = ctxt & kFallthroughOk;
  unsigned inner = ctxt & ~kFallthroughOk;
  while (!list.empty() && list.back()->is<syntax::EmptyStmt>())
    list = list.subspan(0, list.size() - 1);
  for (std::size_t i = 0; i < list.size(); ++i)
    stmt(fallthrough_ok && i + 1 == list.size() ? inner | kFallthroughOk : inner, list[i]);
}

void Checker::stmt(unsigned ctxt, syntax::Stmt *s) {
  std::size_t top = delayed_.size();
  stmtInner(ctxt, s);
  processDelayed(top);
}

void Checker::stmtInner(unsigned ctxt, syntax::Stmt *s) {
  unsigned inner = ctxt & ~(kFallthroughOk | kFinalSwitchCase | kInTypeSwitch);
  switch (s->kind) {
  case syntax::NodeKind::EmptyStmt:
    break;
  case syntax::NodeKind::DeclStmt:
    declStmt(s->to<syntax::DeclStmt>()->decls);
    break;
  case syntax::NodeKind::LabeledStmt:
    env_.has_label = true;
    stmt(ctxt, s->to<syntax::LabeledStmt>()->stmt);
    break;
  case syntax::NodeKind::ExprStmt:
    exprStmt(s->to<syntax::ExprStmt>());
    break;
  case syntax::NodeKind::SendStmt: {
    auto *send = s->to<syntax::SendStmt>();
    Operand chan, value;
    expr(nullptr, chan, send->chan);
    expr(nullptr, value, send->value);
    if (!chan.ok() || !value.ok())
      break;
    if (Type *elem = chanElem(syntax::startPos(s), chan, false))
      assignment(value, elem, "send");
    break;
  }
  case syntax::NodeKind::AssignStmt:
    assignStmt(s->to<syntax::AssignStmt>());
    break;
  case syntax::NodeKind::CallStmt: {
    auto *c = s->to<syntax::CallStmt>();
    suspendedCall(syntax::text(c->token), c->call);
    break;
  }
  case syntax::NodeKind::ReturnStmt:
    returnStmt(s->to<syntax::ReturnStmt>());
    break;
  case syntax::NodeKind::BranchStmt:
    branchStmt(ctxt, s->to<syntax::BranchStmt>());
    break;
  case syntax::NodeKind::BlockStmt:
    openScope();
    stmtList(inner, s->to<syntax::BlockStmt>()->list);
    closeScope();
    break;
  case syntax::NodeKind::IfStmt:
    ifStmt(inner, s->to<syntax::IfStmt>());
    break;
  case syntax::NodeKind::ForStmt:
    forStmt(inner, s->to<syntax::ForStmt>());
    break;
  case syntax::NodeKind::SwitchStmt:
    switchStmt(inner, s->to<syntax::SwitchStmt>());
    break;
  case syntax::NodeKind::SelectStmt:
    selectStmt(inner, s->to<syntax::SelectStmt>());
    break;
  default:
    error(s, "invalid statement");
  }
}

void Checker::exprStmt(syntax::ExprStmt *s) {
  Operand x;
  ExprKind kind = rawExpr(nullptr, x, s->x, nullptr, false);
  if (x.mode == Mode::Builtin)
    error(x, x, " must be called");
  else if (x.mode == Mode::TypeExpr)
    error(x, x, " is not an expression");
  else if (kind != ExprKind::Statement && x.ok())
    error(x, x, " is not used");
}

void Checker::assignStmt(syntax::AssignStmt *s) {
  if (s->rhs.empty()) { // x++, x--
    Operand x;
    expr(nullptr, x, s->lhs[0]);
    if (!x.ok())
      return;
    if (!allNumeric(x.type)) {
      error(s->lhs[0], "invalid operation: ", s->lhs[0], s->op, s->op, " (non-numeric type ", x.type, ")");
      return;
    }
    assignVar(s->lhs[0], nullptr, &x, "assignment");
    return;
  }
  if (s->op == syntax::Operator::None) {
    assignVars(s->lhs, s->rhs);
    return;
  }
  if (s->op == syntax::Operator::Def) {
    shortVarDecl(s->pos, s->lhs, s->rhs);
    return;
  }
  if (s->lhs.size() != 1 || s->rhs.size() != 1) {
    error(s, "assignment operation ", s->op, " requires single-valued expressions");
    return;
  }
  Operand x;
  binary(x, nullptr, s->lhs[0], s->rhs[0], s->op);
  assignVar(s->lhs[0], nullptr, &x, "assignment");
}

void Checker::suspendedCall(std::string_view keyword, syntax::Expr *call) {
  if (!call->is<syntax::CallExpr>()) {
    error(call, "expression in ", keyword, " must be function call");
    use(call);
    return;
  }
  Operand x;
  switch (rawExpr(nullptr, x, call, nullptr, false)) {
  case ExprKind::Conversion:
    error(x, keyword, " requires function call, not conversion ", x);
    break;
  case ExprKind::Expression:
    error(x, keyword, " discards result of ", x);
    break;
  case ExprKind::Statement:
    break;
  }
}

void Checker::returnStmt(syntax::ReturnStmt *s) {
  VarList results = vars(env_.sig->results);
  if (s->results.empty() && !results.empty() && !results[0]->name.empty()) {
    // Named results must not be hidden.
    for (Var *v : results) {
      Object *alt = lookup(v->name);
      if (!alt || alt == v || v->name == "_")
        continue;
      ErrorText e;
      e.add(syntax::startPos(s), text("result parameter ", v->name, " not in scope at return"));
      e.add(alt->pos, text("inner declaration of ", static_cast<Object *>(v)));
      report(e);
    }
    return;
  }
  if (results.empty() && s->results.empty())
    return;
  if (results.empty()) {
    if (use(s->results))
      error(s->results[0], "too many return values\n\thave ", [&] {
        std::vector<Type *> have;
        for (const Operand &x : exprList(s->results))
          have.push_back(x.ok() ? x.type : nullptr);
        return typeListSummary(have, false, false);
      }(), "\n\twant ()");
    return;
  }
  if (s->results.empty()) {
    returnError(s, std::vector<Var *>(results.begin(), results.end()), {});
    return;
  }
  initVars(std::vector<Var *>(results.begin(), results.end()), s->results, s);
}

void Checker::branchStmt(unsigned ctxt, syntax::BranchStmt *s) {
  if (s->label) {
    env_.has_label = true;
    return; // see labels()
  }
  if (!config_.check_branches)
    return;
  switch (s->token) {
  case syntax::Token::Break:
    if (!(ctxt & kBreakOk))
      error(s, "break not in for, switch, or select statement");
    break;
  case syntax::Token::Continue:
    if (!(ctxt & kContinueOk))
      error(s, "continue not in for statement");
    break;
  case syntax::Token::Fallthrough:
    if (ctxt & kFallthroughOk)
      break;
    if (ctxt & kFinalSwitchCase)
      error(s, "cannot fallthrough final case in switch");
    else if (ctxt & kInTypeSwitch)
      error(s, "cannot fallthrough in type switch");
    else
      error(s, "fallthrough statement out of place");
    break;
  default:
    error(s, "invalid branch statement");
  }
}

void Checker::ifStmt(unsigned inner, syntax::IfStmt *s) {
  openScope();
  simpleStmt(s->init);
  Operand x;
  if (s->cond) {
    expr(nullptr, x, s->cond);
    if (x.ok() && !allBoolean(x.type))
      error(s->cond, "non-boolean condition in if statement");
  }
  stmt(inner, s->then);
  if (s->otherwise)
    stmt(inner, s->otherwise);
  closeScope();
}

void Checker::forStmt(unsigned inner, syntax::ForStmt *s) {
  inner |= kBreakOk | kContinueOk;
  if (s->init)
    if (auto *r = s->init->as<syntax::RangeClause>()) {
      rangeStmt(inner, s, r);
      return;
    }
  openScope();
  simpleStmt(s->init);
  // Go 1.22: each iteration has its own copy of the variables.
  if (auto *a = syntax::as<syntax::AssignStmt>(s->init);
      a && a->op == syntax::Operator::Def && allowVersion(22))
    for (Object *o : env_.scope->objects())
      if (Var *v = as<Var>(o))
        v->is_per_iteration = true;
  if (s->cond) {
    Operand x;
    expr(nullptr, x, s->cond);
    if (x.ok() && !allBoolean(x.type))
      error(s->cond, "non-boolean condition in for statement");
  }
  simpleStmt(s->post);
  if (auto *a = syntax::as<syntax::AssignStmt>(s->post); a && a->op == syntax::Operator::Def)
    use(a->lhs); // reported by the parser
  stmt(inner, s->body);
  closeScope();
}

// ---- switch ----

template <typename Clause> void Checker::multipleDefaults(std::span<Clause *const> list) {
  Clause *first = nullptr;
  for (Clause *c : list) {
    bool is_default;
    if constexpr (std::is_same_v<Clause, syntax::CaseClause>)
      is_default = c->is_default;
    else
      is_default = !c->comm;
    if (!is_default)
      continue;
    if (first)
      error(c, "multiple defaults (first at ", position(first->pos), ")");
    else
      first = c;
  }
}

void Checker::switchStmt(unsigned inner, syntax::SwitchStmt *s) {
  inner |= kBreakOk;
  openScope();
  simpleStmt(s->init);
  if (auto *guard = syntax::as<syntax::TypeSwitchGuard>(s->tag))
    typeSwitch(inner | kInTypeSwitch, s, guard);
  else
    exprSwitch(inner, s);
  closeScope();
}

void Checker::exprSwitch(unsigned inner, syntax::SwitchStmt *s) {
  Operand x;
  if (s->tag) {
    expr(nullptr, x, s->tag);
    assignment(x, nullptr, "switch expression");
    if (x.ok() && !comparable(x.type) && !hasNil(x.type)) {
      error(x, "cannot switch on ", x, " (", x.type, " is not comparable)");
      x.invalidate();
    }
  } else {
    // A missing tag is `true`.
    auto *name = context_.arena().make<syntax::Name>();
    name->kind = syntax::NodeKind::Name;
    name->id = ~0u;
    name->pos = s->body.empty() ? s->rbrace : s->body[0]->pos;
    name->value = "true";
    x = {Mode::Constant, BuiltinId::Append, name, basic(BasicKind::Bool), constant::Value::ofBool(true)};
  }
  multipleDefaults(s->body);
  SeenCases seen;
  for (std::size_t i = 0; i < s->body.size(); ++i) {
    syntax::CaseClause *clause = s->body[i];
    caseValues(x, clause->cases, seen);
    openScope();
    stmtList(inner | (i + 1 < s->body.size() ? kFallthroughOk : kFinalSwitchCase), clause->body);
    closeScope();
  }
}

void Checker::caseValues(Operand &x, syntax::ExprList values, SeenCases &seen) {
  for (syntax::Expr *e : values) {
    Operand v;
    expr(nullptr, v, e);
    if (!x.ok() || !v.ok())
      continue;
    convertUntyped(v, x.type);
    Operand tag = x;
    if (!v.ok())
      continue;
    Operand result = v;
    comparison(result, tag, syntax::Operator::Eql, true);
    if (!result.ok() || v.mode != Mode::Constant || !v.value.known() || v.value.kind() == constant::Kind::Bool ||
        v.value.kind() == constant::Kind::Complex)
      continue;
    std::string key;
    constant::encode(v.value, key);
    std::vector<SeenCase> &same = seen[key];
    bool duplicate = false;
    for (const SeenCase &c : same)
      if (identical(v.type, c.type)) {
        ErrorText err;
        err.add(syntax::startPos(e), text("duplicate case ", v, " in expression switch"));
        err.add(c.pos, "previous case");
        report(err);
        duplicate = true;
        break;
      }
    if (!duplicate)
      same.push_back({v.pos(), v.type});
  }
}

// The type of a case's variable: the case's type if it has a single one that is not nil, else that of x.
Type *Checker::caseTypes(const Operand *x, syntax::ExprList types, std::vector<SeenType> &seen) {
  Type *t = nullptr;
  for (syntax::Expr *e : types) {
    auto *name = syntax::unparen(e)->as<syntax::Name>();
    if (name && as<NilObj>(lookup(name->value))) {
      t = nullptr;
      Operand nil;
      expr(nullptr, nil, e);
    } else {
      t = varType(e);
      if (!isValid(t))
        continue;
    }
    bool duplicate = false;
    for (const SeenType &s : seen)
      if ((!t && !s.type) || (t && s.type && identical(t, s.type))) {
        ErrorText err;
        err.add(syntax::startPos(e), text("duplicate case ", t ? typeString(t, pkg_) : std::string("nil"), " in type switch"));
        err.add(syntax::startPos(s.expr), "previous case");
        report(err);
        duplicate = true;
        break;
      }
    if (duplicate)
      continue;
    seen.push_back({t, e});
    if (x && t)
      typeAssertion(e, *x, t, true);
  }
  if (types.size() == 1 && t)
    return t;
  return x ? x->type : invalidType();
}

void Checker::typeSwitch(unsigned inner, syntax::SwitchStmt *s, syntax::TypeSwitchGuard *guard) {
  syntax::Name *lhs = guard->lhs;
  if (lhs) {
    if (lhs->value == "_") {
      error(lhs, "no new variable on left side of :=");
      lhs = nullptr;
    } else {
      recordDef(lhs, nullptr);
    }
  }
  Operand x;
  expr(nullptr, x, guard->x);
  bool valid = false;
  if (x.ok()) {
    if (isTypeParam(x.type))
      error(x, "cannot use type switch on type parameter value ", x);
    else if (!x.isNil() && isInterface(x.type))
      valid = true;
    else
      error(x, x, " is not an interface");
  }
  multipleDefaults(s->body);
  std::vector<Var *> declared;
  std::vector<SeenType> seen;
  for (syntax::CaseClause *clause : s->body) {
    Type *t = caseTypes(valid ? &x : nullptr, clause->cases, seen);
    openScope();
    if (lhs) {
      Var *v = newLocal(lhs->pos, lhs->value, t);
      declare(env_.scope, nullptr, v);
      if (Fact *f = fact(clause))
        f->object = v;
      declared.push_back(v);
    }
    stmtList(inner, clause->body);
    closeScope();
  }
  if (!lhs)
    return;
  // The variable is used if it is in any clause.
  bool used = false;
  for (Var *v : declared) {
    used = used || v->used;
    v->used = true;
  }
  if (!used)
    error(lhs, lhs->value, " declared and not used");
}

void Checker::selectStmt(unsigned inner, syntax::SelectStmt *s) {
  inner |= kBreakOk;
  multipleDefaults(s->body);
  for (syntax::CommClause *clause : s->body) {
    bool valid = false;
    syntax::Expr *rhs = nullptr;
    if (!clause->comm || clause->comm->is<syntax::SendStmt>())
      valid = true;
    else if (auto *a = clause->comm->as<syntax::AssignStmt>())
      rhs = a->rhs.size() == 1 ? a->rhs[0] : nullptr;
    else if (auto *e = clause->comm->as<syntax::ExprStmt>())
      rhs = e->x;
    if (rhs) {
      auto *op = syntax::unparen(rhs)->as<syntax::Operation>();
      valid = op && op->isUnary() && op->op == syntax::Operator::Recv;
    }
    if (!valid) {
      error(clause->comm, "select case must be send or receive (possibly with assignment)");
      continue;
    }
    openScope();
    if (clause->comm)
      stmt(inner, clause->comm);
    stmtList(inner, clause->body);
    closeScope();
  }
}

} // namespace gannet::types
