// Does a statement list end in a terminating statement, so that the function needs no return after it?
// Source: Go specification, "Terminating statements".
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

using namespace syntax;

bool hasBreakIn(StmtList list, std::string_view label, bool implicit);

// Is there a break in s that leaves the statement around it: with its label, or (if `implicit`) without one?
bool hasBreak(const Stmt *s, std::string_view label, bool implicit) {
  while (const LabeledStmt *l = s->as<LabeledStmt>())
    s = l->stmt;
  switch (s->kind) {
  case NodeKind::BranchStmt: {
    auto *b = s->to<BranchStmt>();
    if (b->token != Token::Break)
      return false;
    return b->label ? b->label->value == label : implicit;
  }
  case NodeKind::BlockStmt:
    return hasBreakIn(s->to<BlockStmt>()->list, label, implicit);
  case NodeKind::IfStmt: {
    auto *i = s->to<IfStmt>();
    return hasBreakIn(i->then->list, label, implicit) || (i->otherwise && hasBreak(i->otherwise, label, implicit));
  }
  // Inside these a break without label is theirs.
  case NodeKind::SwitchStmt:
    if (!label.empty())
      for (const CaseClause *c : s->to<SwitchStmt>()->body)
        if (hasBreakIn(c->body, label, false))
          return true;
    return false;
  case NodeKind::SelectStmt:
    if (!label.empty())
      for (const CommClause *c : s->to<SelectStmt>()->body)
        if (hasBreakIn(c->body, label, false))
          return true;
    return false;
  case NodeKind::ForStmt:
    return !label.empty() && hasBreakIn(s->to<ForStmt>()->body->list, label, false);
  default:
    return false;
  }
}

bool hasBreakIn(StmtList list, std::string_view label, bool implicit) {
  for (const Stmt *s : list)
    if (hasBreak(s, label, implicit))
      return true;
  return false;
}

Stmt *lastStmt(StmtList list) {
  for (std::size_t i = list.size(); i-- > 0;)
    if (!list[i]->is<EmptyStmt>())
      return list[i];
  return nullptr;
}

} // namespace

bool Checker::isTerminating(Stmt *s, std::string_view label) {
  auto listTerminates = [this](StmtList list) {
    Stmt *last = lastStmt(list);
    return last && isTerminating(last, "");
  };
  auto clauseTerminates = [&](StmtList body) { return listTerminates(body) && !hasBreakIn(body, label, true); };

  switch (s->kind) {
  case NodeKind::LabeledStmt:
    return isTerminating(s->to<LabeledStmt>()->stmt, s->to<LabeledStmt>()->label->value);
  case NodeKind::ExprStmt: {
    auto *call = unparen(s->to<ExprStmt>()->x)->as<CallExpr>();
    return call && env_.panics && env_.panics->count(call);
  }
  case NodeKind::ReturnStmt:
    return true;
  case NodeKind::BranchStmt: {
    Token t = s->to<BranchStmt>()->token;
    return t == Token::Goto || t == Token::Fallthrough;
  }
  case NodeKind::BlockStmt:
    return listTerminates(s->to<BlockStmt>()->list);
  case NodeKind::IfStmt: {
    auto *i = s->to<IfStmt>();
    return i->otherwise && listTerminates(i->then->list) && isTerminating(i->otherwise, "");
  }
  case NodeKind::SwitchStmt: {
    bool has_default = false;
    for (const CaseClause *c : s->to<SwitchStmt>()->body) {
      has_default = has_default || c->is_default;
      if (!clauseTerminates(c->body))
        return false;
    }
    return has_default;
  }
  case NodeKind::SelectStmt:
    for (const CommClause *c : s->to<SelectStmt>()->body)
      if (!clauseTerminates(c->body))
        return false;
    return true;
  case NodeKind::ForStmt: {
    auto *f = s->to<ForStmt>();
    bool is_range = f->init && f->init->is<RangeClause>();
    return !is_range && !f->cond && !hasBreakIn(f->body->list, label, true);
  }
  default:
    return false;
  }
}

} // namespace gannet::types
