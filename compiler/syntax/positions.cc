// The extent of nodes. Both walks follow one child at a time, so depth does not matter.
#include "compiler/syntax/tree.h"

#include <algorithm>

namespace gannet::syntax {
namespace {

// The child that n starts with, or null if it starts at its own position.
const Node *firstPart(const Node *n) {
  switch (n->kind) {
  case NodeKind::CompositeLit:
    return n->to<CompositeLit>()->type;
  case NodeKind::KeyValueExpr:
    return n->to<KeyValueExpr>()->key;
  case NodeKind::SelectorExpr:
    return n->to<SelectorExpr>()->x;
  case NodeKind::IndexExpr:
    return n->to<IndexExpr>()->x;
  case NodeKind::SliceExpr: // gc leaves these at their bracket, and messages show it
    return nullptr;
  case NodeKind::AssertExpr:
    return n->to<AssertExpr>()->x;
  case NodeKind::TypeSwitchGuard: {
    auto *g = n->to<TypeSwitchGuard>();
    return g->lhs ? static_cast<const Node *>(g->lhs) : g->x;
  }
  case NodeKind::Operation:
    return n->to<Operation>()->y ? n->to<Operation>()->x : nullptr;
  case NodeKind::CallExpr:
    return n->to<CallExpr>()->fun;
  case NodeKind::SendStmt:
    return n->to<SendStmt>()->chan;
  case NodeKind::AssignStmt:
    return n->to<AssignStmt>()->lhs[0];
  case NodeKind::RangeClause: {
    auto *r = n->to<RangeClause>();
    return r->lhs.empty() ? r->x : r->lhs[0];
  }
  default:
    return nullptr;
  }
}

template <typename T> const Node *lastOf(std::span<T *const> list) { return list.empty() ? nullptr : list.back(); }

// The child that n ends with, or null if it ends where endHere says.
const Node *lastPart(const Node *n) {
  switch (n->kind) {
  case NodeKind::ImportDecl:
    return n->to<ImportDecl>()->path;
  case NodeKind::ConstDecl: {
    auto *d = n->to<ConstDecl>();
    return !d->values.empty() ? lastOf(d->values) : d->type ? d->type : lastOf(d->names);
  }
  case NodeKind::VarDecl: {
    auto *d = n->to<VarDecl>();
    return !d->values.empty() ? lastOf(d->values) : d->type ? d->type : lastOf(d->names);
  }
  case NodeKind::TypeDecl:
    return n->to<TypeDecl>()->type;
  case NodeKind::FuncDecl: {
    auto *d = n->to<FuncDecl>();
    return d->body ? static_cast<const Node *>(d->body) : d->type;
  }
  case NodeKind::KeyValueExpr:
    return n->to<KeyValueExpr>()->value;
  case NodeKind::FuncLit:
    return n->to<FuncLit>()->body;
  case NodeKind::ParenExpr:
    return n->to<ParenExpr>()->x;
  case NodeKind::SelectorExpr:
    return n->to<SelectorExpr>()->sel;
  case NodeKind::IndexExpr:
    return lastOf(n->to<IndexExpr>()->indices);
  case NodeKind::SliceExpr: {
    auto *s = n->to<SliceExpr>();
    return s->index[2] ? s->index[2] : s->index[1] ? s->index[1] : s->index[0] ? s->index[0] : s->x;
  }
  case NodeKind::AssertExpr:
    return n->to<AssertExpr>()->type;
  case NodeKind::TypeSwitchGuard:
    return n->to<TypeSwitchGuard>()->x;
  case NodeKind::Operation: {
    auto *o = n->to<Operation>();
    return o->y ? o->y : o->x;
  }
  case NodeKind::CallExpr: {
    auto *c = n->to<CallExpr>();
    return c->args.empty() ? c->fun : c->args.back();
  }
  case NodeKind::ArrayType:
    return n->to<ArrayType>()->elem;
  case NodeKind::SliceType:
    return n->to<SliceType>()->elem;
  case NodeKind::DotsType:
    return n->to<DotsType>()->elem;
  case NodeKind::StructType:
    return lastOf(n->to<StructType>()->fields);
  case NodeKind::InterfaceType:
    return lastOf(n->to<InterfaceType>()->elems);
  case NodeKind::FuncType: {
    auto *f = n->to<FuncType>();
    return f->results.empty() ? lastOf(f->params) : lastOf(f->results);
  }
  case NodeKind::MapType:
    return n->to<MapType>()->value;
  case NodeKind::ChanType:
    return n->to<ChanType>()->elem;
  case NodeKind::Field: {
    auto *f = n->to<Field>();
    return f->type ? f->type : static_cast<const Node *>(f->name);
  }
  case NodeKind::LabeledStmt:
    return n->to<LabeledStmt>()->stmt;
  case NodeKind::ExprStmt:
    return n->to<ExprStmt>()->x;
  case NodeKind::SendStmt:
    return n->to<SendStmt>()->value;
  case NodeKind::DeclStmt:
    return lastOf(n->to<DeclStmt>()->decls);
  case NodeKind::AssignStmt: {
    auto *a = n->to<AssignStmt>();
    return a->rhs.empty() ? a->lhs.back() : a->rhs.back();
  }
  case NodeKind::RangeClause:
    return n->to<RangeClause>()->x;
  case NodeKind::BranchStmt:
    return n->to<BranchStmt>()->label;
  case NodeKind::CallStmt:
    return n->to<CallStmt>()->call;
  case NodeKind::ReturnStmt:
    return lastOf(n->to<ReturnStmt>()->results);
  case NodeKind::IfStmt: {
    auto *i = n->to<IfStmt>();
    return i->otherwise ? i->otherwise : static_cast<const Node *>(i->then);
  }
  case NodeKind::ForStmt:
    return n->to<ForStmt>()->body;
  case NodeKind::CaseClause:
    return lastOf(n->to<CaseClause>()->body);
  case NodeKind::CommClause:
    return lastOf(n->to<CommClause>()->body);
  default:
    return nullptr;
  }
}

// Where a node ends that has no last part.
Pos endHere(const Node *n) {
  auto after = [&](std::size_t width) {
    Pos p = n->pos;
    p.col = std::uint16_t(std::min<std::size_t>(p.col + width, 65535));
    return p;
  };
  switch (n->kind) {
  case NodeKind::Name:
    return after(n->to<Name>()->value.size());
  case NodeKind::BasicLit:
    return after(n->to<BasicLit>()->value.size());
  case NodeKind::CompositeLit:
    return n->to<CompositeLit>()->rbrace;
  case NodeKind::BlockStmt:
    return n->to<BlockStmt>()->rbrace;
  case NodeKind::SwitchStmt:
    return n->to<SwitchStmt>()->rbrace;
  case NodeKind::SelectStmt:
    return n->to<SelectStmt>()->rbrace;
  case NodeKind::CaseClause:
    return n->to<CaseClause>()->colon;
  case NodeKind::CommClause:
    return n->to<CommClause>()->colon;
  case NodeKind::File:
    return n->to<File>()->eof;
  default:
    return n->pos;
  }
}

} // namespace

Pos startPos(const Node *n) {
  if (const File *f = n->as<File>()) {
    Pos p = f->pos;
    p.line = 1;
    p.col = 1;
    return p;
  }
  while (const Node *first = firstPart(n))
    n = first;
  return n->pos;
}

Pos endPos(const Node *n) {
  while (const Node *last = lastPart(n))
    n = last;
  return endHere(n);
}

Expr *unparen(Expr *x) {
  while (ParenExpr *p = x->as<ParenExpr>())
    x = p->x;
  return x;
}

const Expr *unparen(const Expr *x) { return unparen(const_cast<Expr *>(x)); }

} // namespace gannet::syntax
