// Trees as indented lines: one node a line, with its position, and what it holds besides other nodes.
#include "compiler/syntax/printer.h"

namespace gannet::syntax {
namespace {

constexpr std::string_view kKindNames[] = {
    "ImportDecl",   "ConstDecl",  "TypeDecl",    "VarDecl",    "FuncDecl",   "BadExpr",    "Name",
    "BasicLit",     "CompositeLit", "KeyValueExpr", "FuncLit", "ParenExpr",  "SelectorExpr", "IndexExpr",
    "SliceExpr",    "AssertExpr", "TypeSwitchGuard", "Operation", "CallExpr", "ArrayType", "SliceType",
    "DotsType",     "StructType", "InterfaceType", "FuncType", "MapType",    "ChanType",   "EmptyStmt",
    "LabeledStmt",  "BlockStmt",  "ExprStmt",    "SendStmt",   "DeclStmt",   "AssignStmt", "RangeClause",
    "BranchStmt",   "CallStmt",   "ReturnStmt",  "IfStmt",     "ForStmt",    "SwitchStmt", "SelectStmt",
    "Field",        "CaseClause", "CommClause",  "File",
};
static_assert(std::size(kKindNames) == std::size_t(NodeKind::File) + 1);

class Dumper {
public:
  std::string take() { return std::move(out_); }

  void node(std::string_view role, const Node *n) {
    if (!n)
      return;
    out_.append(std::size_t(depth_) * 2, ' ');
    if (!role.empty()) {
      out_ += role;
      out_ += ": ";
    }
    out_ += kKindNames[std::size_t(n->kind)];
    out_ += " " + std::to_string(n->pos.line) + ":" + std::to_string(n->pos.col);
    depth_++;
    details(n);
    depth_--;
  }

private:
  void say(std::string_view word) {
    if (!word.empty()) {
      out_ += ' ';
      out_ += word;
    }
  }
  void line() { out_ += '\n'; }
  template <typename T> void all(std::string_view role, std::span<T *const> list) {
    for (T *n : list)
      node(role, n);
  }
  void pragmas(const Pragmas *p) {
    if (!p)
      return;
    if (any(p->flags))
      say("pragmas=" + std::to_string(std::uint32_t(p->flags)));
    for (const EmbedPragma &e : p->embeds)
      for (std::string_view pattern : e.patterns)
        say("embed=" + std::string(pattern));
  }

  void details(const Node *n) {
    switch (n->kind) {
    case NodeKind::Name:
      say(n->to<Name>()->value);
      return line();
    case NodeKind::BasicLit:
      say(n->to<BasicLit>()->value);
      return line();
    case NodeKind::BranchStmt:
      say(text(n->to<BranchStmt>()->token));
      line();
      return node("label", n->to<BranchStmt>()->label);
    case NodeKind::ImportDecl: {
      auto *d = n->to<ImportDecl>();
      line();
      node("name", d->local_name);
      return node("path", d->path);
    }
    case NodeKind::ConstDecl: {
      auto *d = n->to<ConstDecl>();
      say("iota=" + std::to_string(d->iota));
      if (d->inherited_from && d->inherited_from != d)
        say("as line " + std::to_string(d->inherited_from->pos.line));
      line();
      all("name", d->names);
      node("type", d->type);
      return all("value", d->values);
    }
    case NodeKind::TypeDecl: {
      auto *d = n->to<TypeDecl>();
      if (d->is_alias)
        say("alias");
      pragmas(d->pragmas);
      line();
      node("name", d->name);
      all("tparam", d->tparams);
      return node("type", d->type);
    }
    case NodeKind::VarDecl: {
      auto *d = n->to<VarDecl>();
      pragmas(d->pragmas);
      line();
      all("name", d->names);
      node("type", d->type);
      return all("value", d->values);
    }
    case NodeKind::FuncDecl: {
      auto *d = n->to<FuncDecl>();
      pragmas(d->pragmas);
      line();
      node("recv", d->recv);
      node("name", d->name);
      all("tparam", d->tparams);
      node("type", d->type);
      return node("body", d->body);
    }
    case NodeKind::CompositeLit: {
      auto *c = n->to<CompositeLit>();
      line();
      node("type", c->type);
      return all("", c->elems);
    }
    case NodeKind::KeyValueExpr:
      line();
      node("key", n->to<KeyValueExpr>()->key);
      return node("value", n->to<KeyValueExpr>()->value);
    case NodeKind::FuncLit:
      line();
      node("type", n->to<FuncLit>()->type);
      return node("body", n->to<FuncLit>()->body);
    case NodeKind::ParenExpr:
      line();
      return node("", n->to<ParenExpr>()->x);
    case NodeKind::SelectorExpr:
      line();
      node("x", n->to<SelectorExpr>()->x);
      return node("sel", n->to<SelectorExpr>()->sel);
    case NodeKind::IndexExpr:
      line();
      node("x", n->to<IndexExpr>()->x);
      return all("index", n->to<IndexExpr>()->indices);
    case NodeKind::SliceExpr: {
      auto *s = n->to<SliceExpr>();
      if (s->full)
        say("full");
      line();
      node("x", s->x);
      node("low", s->index[0]);
      node("high", s->index[1]);
      return node("max", s->index[2]);
    }
    case NodeKind::AssertExpr:
      line();
      node("x", n->to<AssertExpr>()->x);
      return node("type", n->to<AssertExpr>()->type);
    case NodeKind::TypeSwitchGuard:
      line();
      node("lhs", n->to<TypeSwitchGuard>()->lhs);
      return node("x", n->to<TypeSwitchGuard>()->x);
    case NodeKind::Operation:
      say(text(n->to<Operation>()->op));
      line();
      node("", n->to<Operation>()->x);
      return node("", n->to<Operation>()->y);
    case NodeKind::CallExpr:
      if (n->to<CallExpr>()->has_dots)
        say("...");
      line();
      node("fun", n->to<CallExpr>()->fun);
      return all("", n->to<CallExpr>()->args);
    case NodeKind::ArrayType:
      line();
      node("len", n->to<ArrayType>()->len);
      return node("elem", n->to<ArrayType>()->elem);
    case NodeKind::SliceType:
      line();
      return node("elem", n->to<SliceType>()->elem);
    case NodeKind::DotsType:
      line();
      return node("elem", n->to<DotsType>()->elem);
    case NodeKind::Field: {
      auto *f = n->to<Field>();
      line();
      node("name", f->name);
      node("type", f->type);
      return node("tag", f->tag);
    }
    case NodeKind::StructType:
      line();
      return all("", n->to<StructType>()->fields);
    case NodeKind::InterfaceType:
      line();
      return all("", n->to<InterfaceType>()->elems);
    case NodeKind::FuncType:
      line();
      all("param", n->to<FuncType>()->params);
      return all("result", n->to<FuncType>()->results);
    case NodeKind::MapType:
      line();
      node("key", n->to<MapType>()->key);
      return node("value", n->to<MapType>()->value);
    case NodeKind::ChanType:
      say(n->to<ChanType>()->dir == ChanDir::Both ? "" : n->to<ChanType>()->dir == ChanDir::SendOnly ? "send" : "receive");
      line();
      return node("elem", n->to<ChanType>()->elem);
    case NodeKind::File: {
      auto *f = n->to<File>();
      say(f->go_version);
      line();
      node("package", f->package_name);
      return all("", f->decls);
    }
    default:
      statement(n);
    }
  }

  void statement(const Node *n) {
    switch (n->kind) {
    case NodeKind::LabeledStmt:
      line();
      node("label", n->to<LabeledStmt>()->label);
      return node("", n->to<LabeledStmt>()->stmt);
    case NodeKind::BlockStmt:
      line();
      return all("", n->to<BlockStmt>()->list);
    case NodeKind::ExprStmt:
      line();
      return node("", n->to<ExprStmt>()->x);
    case NodeKind::SendStmt:
      line();
      node("chan", n->to<SendStmt>()->chan);
      return node("value", n->to<SendStmt>()->value);
    case NodeKind::DeclStmt:
      line();
      return all("", n->to<DeclStmt>()->decls);
    case NodeKind::AssignStmt: {
      auto *a = n->to<AssignStmt>();
      say(a->rhs.empty() ? std::string(text(a->op)) + std::string(text(a->op)) : std::string(text(a->op)) + "=");
      line();
      all("lhs", a->lhs);
      return all("rhs", a->rhs);
    }
    case NodeKind::RangeClause: {
      auto *r = n->to<RangeClause>();
      if (r->define)
        say(":=");
      line();
      all("lhs", r->lhs);
      return node("x", r->x);
    }
    case NodeKind::CallStmt:
      say(text(n->to<CallStmt>()->token));
      line();
      return node("", n->to<CallStmt>()->call);
    case NodeKind::ReturnStmt:
      line();
      return all("", n->to<ReturnStmt>()->results);
    case NodeKind::IfStmt: {
      auto *i = n->to<IfStmt>();
      line();
      node("init", i->init);
      node("cond", i->cond);
      node("then", i->then);
      return node("else", i->otherwise);
    }
    case NodeKind::ForStmt: {
      auto *f = n->to<ForStmt>();
      line();
      node("init", f->init);
      node("cond", f->cond);
      node("post", f->post);
      return node("body", f->body);
    }
    case NodeKind::SwitchStmt: {
      auto *s = n->to<SwitchStmt>();
      line();
      node("init", s->init);
      node("tag", s->tag);
      return all("", s->body);
    }
    case NodeKind::SelectStmt:
      line();
      return all("", n->to<SelectStmt>()->body);
    case NodeKind::CaseClause: {
      auto *c = n->to<CaseClause>();
      if (c->is_default)
        say("default");
      line();
      all("case", c->cases);
      return all("", c->body);
    }
    case NodeKind::CommClause: {
      auto *c = n->to<CommClause>();
      if (!c->comm)
        say("default");
      line();
      node("comm", c->comm);
      return all("", c->body);
    }
    default:
      return line();
    }
  }

  std::string out_;
  int depth_ = 0;
};

} // namespace

std::string dump(const Node *n) {
  Dumper d;
  d.node("", n);
  return d.take();
}

} // namespace gannet::syntax
