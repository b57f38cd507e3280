// Trees as one line of Go. Parentheses are printed where the tree has them; types nest without ambiguity but for
// channels of receive-only channels, which get some.
#include "compiler/syntax/printer.h"

#include <vector>

namespace gannet::syntax {
namespace {

class Printer {
public:
  std::string take() { return std::move(out_); }

  void list(ExprList items) {
    for (std::size_t i = 0; i < items.size(); i++) {
      if (i)
        out_ += ", ";
      node(items[i]);
    }
  }

  void node(const Node *n) {
    switch (n->kind) {
    case NodeKind::BadExpr:
      out_ += "<bad expr>";
      break;
    case NodeKind::Name:
      out_ += n->to<Name>()->value;
      break;
    case NodeKind::BasicLit:
      out_ += n->to<BasicLit>()->value;
      break;
    case NodeKind::FuncLit: {
      auto *f = n->to<FuncLit>();
      node(f->type);
      out_ += f->body && !f->body->list.empty() ? " {…}" : " {}";
      break;
    }
    case NodeKind::CompositeLit: {
      auto *c = n->to<CompositeLit>();
      if (c->type)
        node(c->type);
      out_ += c->elems.empty() ? "{}" : "{…}";
      break;
    }
    case NodeKind::ParenExpr:
      out_ += '(';
      node(n->to<ParenExpr>()->x);
      out_ += ')';
      break;
    case NodeKind::SelectorExpr:
      node(n->to<SelectorExpr>()->x);
      out_ += '.';
      out_ += n->to<SelectorExpr>()->sel->value;
      break;
    case NodeKind::IndexExpr:
      node(n->to<IndexExpr>()->x);
      out_ += '[';
      list(n->to<IndexExpr>()->indices);
      out_ += ']';
      break;
    case NodeKind::SliceExpr:
      slice(n->to<SliceExpr>());
      break;
    case NodeKind::AssertExpr:
      node(n->to<AssertExpr>()->x);
      out_ += ".(";
      node(n->to<AssertExpr>()->type);
      out_ += ')';
      break;
    case NodeKind::TypeSwitchGuard: {
      auto *g = n->to<TypeSwitchGuard>();
      if (g->lhs) {
        node(g->lhs);
        out_ += " := ";
      }
      node(g->x);
      out_ += ".(type)";
      break;
    }
    case NodeKind::Operation:
      operation(n->to<Operation>());
      break;
    case NodeKind::CallExpr: {
      auto *c = n->to<CallExpr>();
      node(c->fun);
      out_ += '(';
      list(c->args);
      out_ += c->has_dots ? "...)" : ")";
      break;
    }
    case NodeKind::KeyValueExpr:
      node(n->to<KeyValueExpr>()->key);
      out_ += ": ";
      node(n->to<KeyValueExpr>()->value);
      break;
    case NodeKind::ArrayType:
      out_ += '[';
      if (auto *a = n->to<ArrayType>(); a->len)
        node(a->len);
      else
        out_ += "...";
      out_ += ']';
      node(n->to<ArrayType>()->elem);
      break;
    case NodeKind::SliceType:
      out_ += "[]";
      node(n->to<SliceType>()->elem);
      break;
    case NodeKind::DotsType:
      out_ += "...";
      node(n->to<DotsType>()->elem);
      break;
    case NodeKind::StructType:
      out_ += "struct{";
      fields(n->to<StructType>()->fields, "; ");
      out_ += '}';
      break;
    case NodeKind::InterfaceType:
      out_ += "interface{";
      methods(n->to<InterfaceType>()->elems);
      out_ += '}';
      break;
    case NodeKind::FuncType:
      out_ += "func";
      signature(n->to<FuncType>());
      break;
    case NodeKind::MapType:
      out_ += "map[";
      node(n->to<MapType>()->key);
      out_ += ']';
      node(n->to<MapType>()->value);
      break;
    case NodeKind::ChanType:
      channel(n->to<ChanType>());
      break;
    case NodeKind::Field: {
      auto *f = n->to<Field>();
      Field *one[] = {const_cast<Field *>(f)};
      fields(FieldList(one, 1), "");
      break;
    }
    default:
      statement(n);
    }
  }

private:
  void slice(const SliceExpr *s) {
    node(s->x);
    out_ += '[';
    if (s->index[0])
      node(s->index[0]);
    out_ += ':';
    if (s->index[1])
      node(s->index[1]);
    if (s->index[2]) {
      out_ += ':';
      node(s->index[2]);
    }
    out_ += ']';
  }

  // Chains of binary operators may be long: the left side is walked with a stack of our own.
  void operation(const Operation *o) {
    if (o->isUnary()) {
      out_ += text(o->op);
      return node(o->x);
    }
    std::vector<const Operation *> chain;
    const Expr *left = o;
    for (const Operation *b; (b = left->as<Operation>()) && b->y; left = b->x)
      chain.push_back(b);
    node(left);
    for (std::size_t i = chain.size(); i-- > 0;) {
      out_ += ' ';
      out_ += text(chain[i]->op);
      out_ += ' ';
      node(chain[i]->y);
    }
  }

  void channel(const ChanType *c) {
    out_ += c->dir == ChanDir::RecvOnly ? "<-chan " : c->dir == ChanDir::SendOnly ? "chan<- " : "chan ";
    const ChanType *elem = c->elem->as<ChanType>();
    bool paren = c->dir == ChanDir::Both && elem && elem->dir == ChanDir::RecvOnly;
    if (paren)
      out_ += '(';
    node(c->elem);
    if (paren)
      out_ += ')';
  }

  // Names that share a type expression stand together: a, b int.
  void fields(FieldList list, std::string_view separator) {
    for (std::size_t i = 0; i < list.size(); i++) {
      const Field *f = list[i];
      if (f->name) {
        out_ += f->name->value;
        if (i + 1 < list.size() && list[i + 1]->name && list[i + 1]->type == f->type) {
          out_ += ", ";
          continue;
        }
        out_ += ' ';
      }
      node(f->type);
      if (f->tag) {
        out_ += ' ';
        node(f->tag);
      }
      if (i + 1 < list.size())
        out_ += separator;
    }
  }

  void methods(FieldList list) {
    for (std::size_t i = 0; i < list.size(); i++) {
      if (i)
        out_ += "; ";
      const FuncType *f = list[i]->name ? list[i]->type->as<FuncType>() : nullptr;
      if (f) {
        out_ += list[i]->name->value;
        signature(f);
      } else {
        node(list[i]->type);
      }
    }
  }

  void signature(const FuncType *f) {
    out_ += '(';
    fields(f->params, ", ");
    out_ += ')';
    if (f->results.empty())
      return;
    out_ += ' ';
    if (f->results.size() == 1 && !f->results[0]->name)
      return node(f->results[0]->type);
    out_ += '(';
    fields(f->results, ", ");
    out_ += ')';
  }

  void statement(const Node *n) {
    switch (n->kind) {
    case NodeKind::ExprStmt:
      return node(n->to<ExprStmt>()->x);
    case NodeKind::SendStmt:
      node(n->to<SendStmt>()->chan);
      out_ += " <- ";
      return node(n->to<SendStmt>()->value);
    case NodeKind::AssignStmt: {
      auto *a = n->to<AssignStmt>();
      list(a->lhs);
      if (a->rhs.empty()) {
        out_ += text(a->op);
        out_ += text(a->op);
        return;
      }
      out_ += ' ';
      out_ += text(a->op);
      out_ += "= ";
      return list(a->rhs);
    }
    case NodeKind::RangeClause: {
      auto *r = n->to<RangeClause>();
      if (!r->lhs.empty()) {
        list(r->lhs);
        out_ += r->define ? " := " : " = ";
      }
      out_ += "range ";
      return node(r->x);
    }
    case NodeKind::CallStmt:
      out_ += text(n->to<CallStmt>()->token);
      out_ += ' ';
      return node(n->to<CallStmt>()->call);
    case NodeKind::ReturnStmt:
      out_ += "return";
      if (auto *r = n->to<ReturnStmt>(); !r->results.empty()) {
        out_ += ' ';
        list(r->results);
      }
      return;
    case NodeKind::BranchStmt: {
      auto *b = n->to<BranchStmt>();
      out_ += text(b->token);
      if (b->label) {
        out_ += ' ';
        out_ += b->label->value;
      }
      return;
    }
    default:
      return; // blocks and what contains them are not shown on a line
    }
  }

  std::string out_;
};

} // namespace

std::string toString(const Node *n) {
  Printer p;
  p.node(n);
  return p.take();
}

std::string toString(ExprList list) {
  Printer p;
  p.list(list);
  return p.take();
}

} // namespace gannet::syntax
