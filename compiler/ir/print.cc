#include "compiler/ir/print.h"

#include "compiler/types/object.h"
#include "compiler/types/type_string.h"

namespace gannet::ir {
namespace {

constexpr std::string_view kConvNames[] = {
    "noop",      "numeric",      "int->string", "bytes->string",  "runes->string", "string->bytes", "string->runes",
    "to-iface",  "iface->iface", "slice->arrayptr", "slice->array", "ptr->uintptr", "uintptr->ptr",
};
constexpr std::string_view kRangeNames[] = {"int", "array", "arrayptr", "slice", "string", "map", "chan", "func"};

class Printer {
public:
  explicit Printer(std::string &out) : out_(out) {}

  void func(const Func &f) {
    out_ += "func ";
    out_ += f.name;
    params(f.params);
    if (!f.results.empty()) {
      out_ += " ->";
      params(f.results);
    }
    flag(f.generic, "generic");
    flag(f.is_closure, "closure");
    flag(f.wrapper, "wrapper");
    flag(f.dup_ok, "dupok");
    flag(f.has_defer, "defer");
    flag(f.range_body, "range-body");
    if (!f.has_body) {
      out_ += " extern\n";
      return;
    }
    out_ += " {\n";
    for (const Local *c : f.captures) {
      out_ += "  capture ";
      declare(*c);
      out_ += c->by_ref ? " by ref\n" : " by value\n";
    }
    list(f.body, 1);
    out_ += "}\n";
  }

  void expr(const Node &n) {
    switch (n.op) {
    case Op::Const:
      out_ += constant::toString(n.value());
      out_ += ":";
      type(n.type);
      return;
    case Op::Nil:
      out_ += "nil:";
      type(n.type);
      return;
    case Op::Zero:
      out_ += "zero:";
      type(n.type);
      return;
    case Op::LocalRef:
      local(*n.local());
      flag(n.has(kMoveOut) && n.local()->growth == Growth::FrameUntilMoved, "moved out");
      return;
    case Op::GlobalRef:
      out_ += "@" + n.global()->name;
      return;
    case Op::FuncRef:
      out_ += "&" + n.func()->name;
      return;
    case Op::Blank:
      out_ += "_";
      return;
    default:
      break;
    }
    out_ += "(";
    out_ += opText(n.op);
    switch (n.op) {
    case Op::Convert:
      out_ += " ";
      out_ += kConvNames[n.sub];
      out_ += n.has(kTemp) ? "-temp " : " ";
      type(n.type);
      break;
    case Op::Field: {
      auto *s = types::underAs<types::Struct>(n.x->type);
      out_ += " .";
      out_ += s ? std::string(s->fields[static_cast<std::size_t>(n.aux_int)]->name) : std::to_string(n.aux_int);
      break;
    }
    case Op::CallStatic:
    case Op::Closure:
    case Op::FuncPC:
      out_ += " ";
      out_ += n.func()->name;
      break;
    case Op::CallIface:
    case Op::SymMethodCall:
    case Op::SymMethodValue:
      out_ += " .";
      out_ += n.method()->name;
      break;
    case Op::TypeAddr:
    case Op::TypeAssert:
    case Op::TypeAssertOk:
    case Op::New:
    case Op::SymSizeof:
      out_ += " ";
      type(n.aux_type());
      break;
    case Op::PtrLit:
    case Op::StructLit:
    case Op::ArrayLit:
    case Op::SliceLit:
    case Op::MapLit:
    case Op::MakeSlice:
    case Op::MakeMap:
    case Op::MakeChan:
    case Op::SymConvert:
    case Op::SymImplicit:
    case Op::SymMake:
    case Op::SymComposite:
      out_ += " ";
      type(n.type);
      break;
    case Op::MemEqual:
      out_ += " " + std::to_string(n.aux_int);
      break;
    default:
      break;
    }
    flag(n.has(kEscStack), "stack");
    flag(n.has(kBounded), "bounded");
    flag(n.has(kNonNil), "nonnil");
    for (const Node *c : {n.x, n.y, n.z, n.w})
      if (c) {
        out_ += " ";
        expr(*c);
      } else if (n.op == Op::SliceExpr && (n.y || n.z || n.w)) {
        out_ += " -";
      }
    for (std::size_t i = 0; i < n.list.size(); i++) {
      out_ += " ";
      if (i < n.indices.size())
        out_ += std::to_string(n.indices[i]) + "=";
      if (n.list[i])
        expr(*n.list[i]);
      else
        out_ += "-";
    }
    if (!n.body.empty()) {
      out_ += " {\n";
      list(n.body, depth_ + 2);
      out_ += std::string((depth_ + 1) * 2, ' ') + "}";
    }
    if (n.op == Op::InlinedCall)
      label(" ->", n.label());
    out_ += ")";
  }

  void stmt(const Node &n, int depth) {
    depth_ = depth;
    out_ += std::string(depth * 2, ' ');
    switch (n.op) {
    case Op::Var:
      out_ += "var ";
      declare(*n.local());
      if (n.x) {
        out_ += " = ";
        expr(*n.x);
      }
      break;
    case Op::ExprStmt:
      expr(*n.x);
      break;
    case Op::Assign:
      expr(*n.x);
      out_ += " = ";
      expr(*n.y);
      break;
    case Op::AssignOp:
      expr(*n.x);
      out_ += " ";
      out_ += opText(n.binary());
      out_ += "= ";
      expr(*n.y);
      break;
    case Op::AssignList:
    case Op::AssignTuple:
      items(n.list);
      out_ += " = ";
      if (n.x)
        expr(*n.x);
      items(n.list2);
      break;
    case Op::If:
      out_ += "if ";
      expr(*n.x);
      out_ += " {\n";
      list(n.body, depth + 1);
      if (!n.body2.empty()) {
        out_ += std::string(depth * 2, ' ') + "} else {\n";
        list(n.body2, depth + 1);
      }
      close(depth);
      return;
    case Op::For:
      out_ += "for";
      labels(n);
      if (n.x) {
        out_ += " ";
        expr(*n.x);
      }
      out_ += " {\n";
      list(n.body, depth + 1);
      if (!n.body2.empty()) {
        out_ += std::string(depth * 2, ' ') + "} post {\n";
        list(n.body2, depth + 1);
      }
      close(depth);
      return;
    case Op::Range:
    case Op::SymRange:
      out_ += "range ";
      out_ += n.op == Op::Range ? kRangeNames[n.sub] : "sym";
      labels(n);
      flag(n.has(kDefine), "define");
      out_ += " ";
      place(n.y);
      out_ += ", ";
      place(n.z);
      out_ += " = ";
      expr(*n.x);
      out_ += " {\n";
      list(n.body, depth + 1);
      close(depth);
      return;
    case Op::Switch:
    case Op::TypeSwitch:
    case Op::Select:
      out_ += opText(n.op);
      labels(n);
      if (n.x) {
        out_ += " ";
        expr(*n.x);
      }
      out_ += " {\n";
      list(n.list, depth);
      close(depth);
      return;
    case Op::Case:
      out_ += n.has(kDefault) ? "default" : "case";
      if (n.aux_local) {
        out_ += " var ";
        declare(*n.aux_local);
      }
      if (n.x) {
        out_ += " ";
        if (isStmt(*n.x)) {
          out_ += "send ";
          expr(*n.x->x);
          out_ += " ";
          expr(*n.x->y);
        } else {
          expr(*n.x);
        }
        flag(n.has(kDefine), "define");
      }
      if (!n.list.empty()) {
        out_ += " ";
        items(n.list);
      }
      flag(n.has(kFallthrough), "fallthrough");
      out_ += ":\n";
      list(n.body, depth + 1);
      return;
    case Op::Block:
      out_ += "block";
      labels(n);
      out_ += " {\n";
      list(n.body, depth + 1);
      close(depth);
      return;
    case Op::Jump:
      out_ += "jump";
      label(" ", n.label());
      break;
    case Op::Label:
      label("", n.label());
      out_ += ":";
      break;
    default:
      out_ += opText(n.op);
      if (n.x) {
        out_ += " ";
        expr(*n.x);
      }
      if (n.y) {
        out_ += " ";
        expr(*n.y);
      }
      if (!n.list.empty()) {
        out_ += " ";
        items(n.list);
      }
    }
    out_ += "\n";
  }

  void list(NodeList nodes, int depth) {
    int saved = depth_;
    for (const Node *n : nodes)
      if (n)
        stmt(*n, depth);
    depth_ = saved;
  }

private:
  void params(const std::vector<Local *> &l) {
    out_ += "(";
    for (std::size_t i = 0; i < l.size(); i++) {
      if (i)
        out_ += ", ";
      declare(*l[i]);
    }
    out_ += ")";
  }
  void place(const Node *n) {
    if (n)
      expr(*n);
    else
      out_ += "_";
  }
  void declare(const Local &l) {
    local(l);
    out_ += " ";
    type(l.type);
    flag(l.on_heap, "heap");
    flag(l.addr_taken, "addr");
    static constexpr const char *kGrowths[] = {"", "grows in frame", "grows in frame once", "grows in frame until moved"};
    flag(l.growth != Growth::Heap, kGrowths[static_cast<std::size_t>(l.growth)]);
  }
  void local(const Local &l) {
    out_ += l.name.empty() ? "t" : std::string(l.name);
    out_ += "#" + std::to_string(l.id);
  }
  void type(types::Type *t) {
    if (!t)
      out_ += "void";
    else
      out_ += types::typeString(t, {.qualify = types::Qualify::ByName});
  }
  void items(NodeList l) {
    for (std::size_t i = 0; i < l.size(); i++) {
      if (i)
        out_ += ", ";
      place(l[i]);
    }
  }
  void label(const char *before, const Label *l) {
    if (!l)
      return;
    out_ += before;
    out_ += "L" + std::to_string(l->id);
    if (!l->name.empty())
      out_ += "(" + std::string(l->name) + ")";
  }
  void labels(const Node &n) {
    label(" break ", n.label());
    label(" continue ", n.label2());
  }
  void flag(bool on, const char *text) {
    if (on) {
      out_ += " [";
      out_ += text;
      out_ += "]";
    }
  }
  void close(int depth) { out_ += std::string(depth * 2, ' ') + "}\n"; }

  std::string &out_;
  int depth_ = 0;
};

} // namespace

std::string print(const Func &func) {
  std::string out;
  Printer(out).func(func);
  return out;
}

std::string print(const Node &node) {
  std::string out;
  if (isStmt(node))
    Printer(out).stmt(node, 0);
  else
    Printer(out).expr(node);
  return out;
}

std::string print(const Package &package) {
  std::string out;
  for (const Global *g : package.globals) {
    out += "global " + g->name;
    if (g->static_init) {
      out += " = ";
      out += print(*g->static_init);
    }
    out += "\n";
  }
  for (const Func *f : package.funcs)
    out += print(*f);
  return out;
}

} // namespace gannet::ir
