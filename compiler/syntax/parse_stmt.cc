// The parser: statements.
#include "compiler/syntax/parser_impl.h"

#include "compiler/syntax/printer.h"

namespace gannet::syntax {
namespace {

// For messages: a binary expression in parentheses, so that the "=" beside it stands out.
std::string emphasized(ExprList list) {
  if (list.size() == 1)
    if (const Operation *o = list[0]->as<Operation>(); o && o->y)
      return "(" + toString(o) + ")";
  return toString(list);
}

} // namespace

StmtList Parser::stmtList() {
  Items<Stmt> items(*this);
  while (tok != Token::Eof && tok != Token::Rbrace && tok != Token::Case && tok != Token::Default) {
    Stmt *s = stmtOrNull();
    pragmas_.reportUnused();
    if (!s)
      break;
    items.add(s);
    if (!got(Token::Semi) && tok != Token::Rbrace) {
      syntaxError("at end of statement");
      advance(setOf({Token::Semi, Token::Rbrace, Token::Case, Token::Default}));
      got(Token::Semi);
    }
  }
  return items.finish();
}

Stmt *Parser::stmtOrNull() {
  Nest nest(*this);
  if (!nest)
    return nullptr;
  if (tok == Token::Name) {
    pragmas_.reportUnused();
    ExprList lhs = exprList();
    if (lhs.size() == 1 && tok == Token::Colon)
      if (Name *label = lhs[0]->as<Name>())
        return labeledStmtOrNull(label);
    return simpleStmt(&lhs, Token::None);
  }
  if (tok == Token::Var || tok == Token::Const || tok == Token::Type)
    return declStmt();
  pragmas_.reportUnused();

  switch (tok) {
  case Token::Lbrace:
    return blockStmt("");
  case Token::Operator:
  case Token::Star:
    switch (op) {
    case Operator::Add:
    case Operator::Sub:
    case Operator::Mul:
    case Operator::And:
    case Operator::Xor:
    case Operator::Not:
      return simpleStmt(nullptr, Token::None);
    default:
      return nullptr;
    }
  case Token::Literal:
  case Token::Func:
  case Token::Lparen:
  case Token::Lbrack:
  case Token::Struct:
  case Token::Map:
  case Token::Chan:
  case Token::Interface:
  case Token::Arrow:
    return simpleStmt(nullptr, Token::None);
  case Token::For:
    return forStmt();
  case Token::Switch:
    return switchStmt();
  case Token::Select:
    return selectStmt();
  case Token::If:
    return ifStmt();
  case Token::Fallthrough:
  case Token::Break:
  case Token::Continue:
  case Token::Goto: {
    BranchStmt *b = node<BranchStmt>();
    b->token = tok;
    next();
    if (b->token == Token::Goto || (b->token != Token::Fallthrough && tok == Token::Name))
      b->label = name();
    return b;
  }
  case Token::Go:
  case Token::Defer:
    return callStmt();
  case Token::Return: {
    ReturnStmt *r = node<ReturnStmt>();
    next();
    if (tok != Token::Semi && tok != Token::Rbrace)
      r->results = exprList();
    return r;
  }
  case Token::Semi:
    return node<EmptyStmt>();
  default:
    return nullptr;
  }
}

AssignStmt *Parser::assignStmt(Pos at, Operator o, ExprList lhs, ExprList rhs) {
  AssignStmt *a = node<AssignStmt>(at);
  a->op = o;
  a->lhs = lhs;
  a->rhs = rhs;
  return a;
}

RangeClause *Parser::rangeClause(ExprList lhs, bool define) {
  RangeClause *r = node<RangeClause>();
  next();
  r->lhs = lhs;
  r->define = define;
  r->x = expr();
  return r;
}

// `taken_lhs` are the expressions that were parsed already, if any; keyword is that of the statement whose header this is.
Stmt *Parser::simpleStmt(ExprList *taken_lhs, Token keyword) {
  if (keyword == Token::For && tok == Token::Range)
    return rangeClause({}, false);
  ExprList lhs = taken_lhs ? *taken_lhs : exprList();
  Pos at = pos();
  auto exprStmt = [&](Expr *x) {
    ExprStmt *s = node<ExprStmt>(x->pos);
    s->x = x;
    return s;
  };

  if (tok == Token::Assign || tok == Token::Define) {
    Operator o = tok == Token::Define ? Operator::Def : Operator::None;
    next();
    if (keyword == Token::For && tok == Token::Range)
      return rangeClause(lhs, o == Operator::Def);
    ExprList rhs = exprList();
    if (keyword == Token::Switch && o == Operator::Def && lhs.size() == 1 && rhs.size() == 1) {
      TypeSwitchGuard *guard = rhs[0]->as<TypeSwitchGuard>();
      Name *n = lhs[0]->as<Name>();
      if (guard && n) {
        guard->lhs = n;
        return exprStmt(guard);
      }
    }
    return assignStmt(at, o, lhs, rhs);
  }
  if (lhs.size() > 1) {
    syntaxError("expected := or = or comma");
    advance(setOf({Token::Semi, Token::Rbrace}));
    return exprStmt(lhs[0]);
  }
  Operator o = op;
  switch (tok) {
  case Token::AssignOp: {
    next();
    return assignStmt(at, o, lhs, one(expr()));
  }
  case Token::IncOp:
    next();
    return assignStmt(at, o, lhs, {});
  case Token::Arrow: {
    SendStmt *s = node<SendStmt>();
    next();
    s->chan = lhs[0];
    s->value = expr();
    return s;
  }
  default:
    return exprStmt(lhs[0]);
  }
}

Stmt *Parser::labeledStmtOrNull(Name *label) {
  LabeledStmt *s = node<LabeledStmt>();
  s->label = label;
  want(Token::Colon);
  if (tok == Token::Rbrace) {
    s->stmt = node<EmptyStmt>(); // a label at the end of a block
    return s;
  }
  s->stmt = stmtOrNull();
  if (s->stmt)
    return s;
  syntaxErrorAt(s->pos, "missing statement after label");
  return nullptr;
}

Stmt *Parser::declStmt() {
  DeclStmt *s = node<DeclStmt>();
  Items<Decl> decls(*this);
  topLevelDecl(decls);
  s->decls = decls.finish();
  return s;
}

// `after` says what a missing "{" should have followed.
BlockStmt *Parser::blockStmt(std::string_view after) {
  BlockStmt *b = node<BlockStmt>();
  if (!got(Token::Lbrace)) {
    syntaxError("expected { after " + std::string(after));
    advance(setOf({Token::Name, Token::Rbrace}));
    b->rbrace = pos();
    if (got(Token::Rbrace))
      return b;
  }
  b->list = stmtList();
  b->rbrace = pos();
  want(Token::Rbrace);
  return b;
}

// ---------------------------------------------------------------------------------------------------------------------
// if, for, switch, select

// The condition that a header's last simple statement gives.
Expr *Parser::condition(Stmt *s) {
  if (const ExprStmt *e = s->as<ExprStmt>())
    return e->x;
  std::string shown;
  if (const AssignStmt *a = s->as<AssignStmt>(); a && a->op == Operator::None)
    shown = "assignment " + emphasized(a->lhs) + " = " + emphasized(a->rhs);
  else
    shown = toString(s);
  syntaxErrorAt(s->pos, "cannot use " + shown + " as value");
  return nullptr;
}

Parser::Header Parser::header(Token keyword) {
  Header h;
  want(keyword);
  if (tok == Token::Lbrace) {
    if (keyword == Token::If) {
      syntaxError("missing condition in if statement");
      h.cond = bad();
    }
    return h;
  }
  int outer_level = expr_level_;
  expr_level_ = -1;
  if (tok != Token::Semi) {
    if (got(Token::Var))
      syntaxError("var declaration not allowed in " + std::string(text(keyword)) + " initializer");
    h.init = simpleStmt(nullptr, keyword);
    if (h.init->is<RangeClause>()) {
      expr_level_ = outer_level;
      return h;
    }
  }

  Stmt *cond = nullptr;
  Pos semi_at;
  std::string_view semi;
  if (tok == Token::Lbrace) {
    cond = h.init;
    h.init = nullptr;
  } else {
    if (tok == Token::Semi) {
      semi_at = pos();
      semi = lit;
      next();
    } else {
      want(Token::Lbrace); // names "{" rather than ";", which is more likely meant
      if (tok != Token::Lbrace)
        advance(setOf({Token::Lbrace, Token::Rbrace}));
    }
    if (keyword != Token::For) {
      if (tok != Token::Lbrace)
        cond = simpleStmt(nullptr, keyword);
    } else if (tok == Token::Lbrace) {
      syntaxError("expected for loop condition");
    } else {
      if (tok != Token::Semi)
        cond = simpleStmt(nullptr, Token::None);
      want(Token::Semi);
      if (tok != Token::Lbrace) {
        h.post = simpleStmt(nullptr, Token::None);
        if (const AssignStmt *a = h.post->as<AssignStmt>(); a && a->op == Operator::Def)
          syntaxErrorAt(a->pos, "cannot declare in post statement of for loop");
      }
    }
  }

  if (cond) {
    h.cond = condition(cond);
  } else if (keyword == Token::If && semi_at.known()) {
    if (semi != "semicolon")
      syntaxErrorAt(semi_at, "unexpected " + std::string(semi) + ", expected { after if clause");
    else
      syntaxErrorAt(semi_at, "missing condition in if statement");
    h.cond = node<BadExpr>(semi_at);
  }
  if (keyword == Token::If && !h.cond)
    h.cond = bad(); // an error was reported
  expr_level_ = outer_level;
  return h;
}

Stmt *Parser::forStmt() {
  ForStmt *s = node<ForStmt>();
  Header h = header(Token::For);
  s->init = h.init;
  s->cond = h.cond;
  s->post = h.post;
  s->body = blockStmt("for clause");
  return s;
}

Stmt *Parser::ifStmt() {
  Nest nest(*this);
  IfStmt *s = node<IfStmt>();
  Header h = header(Token::If);
  s->init = h.init;
  s->cond = h.cond;
  s->then = blockStmt("if clause");
  if (nest && got(Token::Else)) {
    if (tok == Token::If) {
      s->otherwise = ifStmt();
    } else if (tok == Token::Lbrace) {
      s->otherwise = blockStmt("");
    } else {
      syntaxError("else must be followed by if or statement block");
      advance(setOf({Token::Name, Token::Rbrace}));
    }
  }
  return s;
}

Stmt *Parser::switchStmt() {
  SwitchStmt *s = node<SwitchStmt>();
  Header h = header(Token::Switch);
  s->init = h.init;
  s->tag = h.cond;
  if (!got(Token::Lbrace)) {
    syntaxError("missing { after switch clause");
    advance(setOf({Token::Case, Token::Default, Token::Rbrace}));
  }
  Items<CaseClause> clauses(*this);
  while (tok != Token::Eof && tok != Token::Rbrace)
    clauses.add(caseClause());
  s->body = clauses.finish();
  s->rbrace = pos();
  want(Token::Rbrace);
  return s;
}

Stmt *Parser::selectStmt() {
  SelectStmt *s = node<SelectStmt>();
  want(Token::Select);
  if (!got(Token::Lbrace)) {
    syntaxError("missing { after select clause");
    advance(setOf({Token::Case, Token::Default, Token::Rbrace}));
  }
  Items<CommClause> clauses(*this);
  while (tok != Token::Eof && tok != Token::Rbrace)
    clauses.add(commClause());
  s->body = clauses.finish();
  s->rbrace = pos();
  want(Token::Rbrace);
  return s;
}

CaseClause *Parser::caseClause() {
  CaseClause *c = node<CaseClause>();
  if (got(Token::Case)) {
    c->cases = exprList();
  } else {
    c->is_default = true;
    if (!got(Token::Default)) {
      syntaxError("expected case or default or }");
      advance(setOf({Token::Colon, Token::Case, Token::Default, Token::Rbrace}));
    }
  }
  c->colon = pos();
  want(Token::Colon);
  c->body = stmtList();
  return c;
}

CommClause *Parser::commClause() {
  CommClause *c = node<CommClause>();
  if (got(Token::Case)) {
    c->comm = simpleStmt(nullptr, Token::None); // the checker sees to it that it is a send or a receive
  } else if (!got(Token::Default)) {
    syntaxError("expected case or default or }");
    advance(setOf({Token::Colon, Token::Case, Token::Default, Token::Rbrace}));
  }
  c->colon = pos();
  want(Token::Colon);
  c->body = stmtList();
  return c;
}

Stmt *Parser::callStmt() {
  CallStmt *s = node<CallStmt>();
  s->token = tok;
  next();
  Expr *x = primaryExpr(nullptr, tok == Token::Lparen);
  if (Expr *t = unparen(x); t != x) {
    errorAt(x->pos, "expression in " + std::string(text(s->token)) + " must not be parenthesized");
    x = t;
  }
  s->call = x;
  return s;
}

} // namespace gannet::syntax
