#include "compiler/ir/source_text.h"

#include "compiler/ir/package.h"
#include "compiler/types/object.h"
#include "compiler/types/type_string.h"

namespace gannet::ir {
namespace {

std::string_view operatorText(Op op) {
  switch (op) {
  case Op::Add: return " + ";
  case Op::Sub: return " - ";
  case Op::Mul: return " * ";
  case Op::Div: return " / ";
  case Op::Rem: return " % ";
  case Op::And: return " & ";
  case Op::Or: return " | ";
  case Op::Xor: return " ^ ";
  case Op::AndNot: return " &^ ";
  case Op::Shl: return " << ";
  case Op::Shr: return " >> ";
  case Op::AndAnd: return " && ";
  case Op::OrOr: return " || ";
  case Op::Eq: return " == ";
  case Op::Ne: return " != ";
  case Op::Lt: return " < ";
  case Op::Le: return " <= ";
  case Op::Gt: return " > ";
  case Op::Ge: return " >= ";
  default: return "";
  }
}

// As in the language; what binds strongest is highest.
int precedence(const Node &n) {
  constexpr int kUnary = 7, kPrimary = 8;
  switch (n.op) {
  case Op::OrOr:
    return 1;
  case Op::AndAnd:
    return 2;
  case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge:
    return 3;
  case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: case Op::Concat:
    return 4;
  case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::AndNot: case Op::Shl: case Op::Shr:
    return 5;
  case Op::Deref:
  case Op::Addr:
    return n.has(kImplicit) ? kPrimary : kUnary;
  case Op::Neg: case Op::Not: case Op::BitNot: case Op::PtrLit: case Op::Recv:
    return kUnary;
  default:
    return kPrimary;
  }
}
constexpr int kUnaryOperand = 8; // of an operator before it, and of what comes behind it

// What shows nothing of itself.
const Node &shown(const Node &n) {
  const Node *at = &n;
  while (at->x && (((at->op == Op::Convert || at->op == Op::Deref || at->op == Op::Addr) && at->has(kImplicit)) ||
                   at->op == Op::StmtExpr || at->op == Op::CheckIface || at->op == Op::IfaceData))
    at = at->x;
  return *at;
}

std::string objectText(const types::Object *o, std::string_view name) {
  return o ? std::string(o->name) : std::string(name);
}

class Text {
public:
  explicit Text(const types::Package *pkg) : pkg_(pkg) {}

  // An operand where an operator of that precedence binds.
  std::string text(const Node &n, int outer) {
    std::string out = text(n);
    return precedence(shown(n)) < outer ? "(" + out + ")" : out;
  }

  std::string text(const Node &hidden) {
    const Node &n = shown(hidden);
    if (std::string_view op = operatorText(n.op); !op.empty())
      return text(*n.x, precedence(n)) + std::string(op) + text(*n.y, precedence(n) + 1);
    if (isStmt(n))
      return statement(n);
    switch (n.op) {
    case Op::Const:
      return constant(n);
    case Op::Nil:
      return "nil";
    case Op::Zero:
      return type(n.type) + "{}";
    case Op::LocalRef:
      if (const types::Var *v = n.aux_local->source; v && v->pkg && v->pkg != pkg_)
        return std::string(v->pkg->name) + "." + std::string(v->name);
      if (const types::Package *from = packageOf(*n.aux_local); from && from != pkg_ && !n.aux_local->name.empty())
        return std::string(from->name) + "." + std::string(n.aux_local->name);
      return n.aux_local->name.empty() ? ".autotmp_" + std::to_string(n.aux_local->id) : std::string(n.aux_local->name);
    case Op::GlobalRef:
      return objectText(n.aux_global->object, n.aux_global->name);
    case Op::FuncRef:
      return std::string(n.aux_func->short_name);
    case Op::Deref:
      return "*" + text(*n.x, kUnaryOperand);
    case Op::Addr:
      return "&" + text(*n.x, kUnaryOperand);
    case Op::Neg:
      return "-" + text(*n.x, kUnaryOperand);
    case Op::Not:
      return "!" + text(*n.x, kUnaryOperand);
    case Op::BitNot:
      return "^" + text(*n.x, kUnaryOperand);
    case Op::Field: {
      auto *s = types::underAs<types::Struct>(n.x->type);
      return text(*n.x, kUnaryOperand) + "." + std::string(s->fields[static_cast<std::size_t>(n.aux_int)]->name);
    }
    case Op::Index:
    case Op::MapIndex:
      return text(*n.x, kUnaryOperand) + "[" + text(*n.y) + "]";
    case Op::SliceExpr:
      return text(*n.x, kUnaryOperand) + "[" + (n.y ? text(*n.y) : "") + ":" + (n.z ? text(*n.z) : "") +
             (n.w ? ":" + text(*n.w) : "") + "]";
    case Op::Concat: {
      std::string out;
      for (const Node *c : n.list)
        out += (out.empty() ? "" : " + ") + text(*c);
      return out;
    }
    case Op::New:
      return "new(" + type(n.type_arg) + ")";
    case Op::PtrLit:
      return "&" + type(n.x->type) + (n.x->op == Op::Zero ? "{}" : "{...}");
    case Op::SliceLit:
      if (n.has(kEllipsis))
        return "... argument";
      return type(n.type) + (n.list.empty() ? "{}" : "{...}");
    case Op::StructLit:
    case Op::ArrayLit:
    case Op::MapLit:
      return type(n.type) + (n.list.empty() ? "{}" : "{...}");
    case Op::MakeSlice:
    case Op::MakeMap:
    case Op::MakeChan:
      return "make(" + type(n.type) + (n.x ? ", " + text(*n.x) : "") + (n.y ? ", " + text(*n.y) : "") + ")";
    case Op::Closure:
      if (n.aux_func->wrapped && !n.list.empty())
        return text(*n.list[0], kUnaryOperand) + "." + std::string(n.aux_func->wrapped->name);
      return "func literal";
    case Op::Convert:
      return (types::unaliasAs<types::Named>(n.type) || types::unaliasAs<types::Basic>(n.type) || n.type->kind == types::TypeKind::Alias
                  ? type(n.type)
                  : "(" + type(n.type) + ")") +
             "(" + text(*n.x) + ")";
    case Op::TypeAssert:
      return text(*n.x, kUnaryOperand) + ".(" + type(n.type) + ")";
    case Op::CallStatic:
      if (n.aux_func->is_method && !n.list.empty() && n.aux_func->object)
        return text(*n.list[0], kUnaryOperand) + "." + std::string(n.aux_func->object->name) + "(" + list(n.list.subspan(1)) + ")";
      return func(n.aux_func) + "(" + list(n.list) + ")";
    case Op::CallClosure:
      return text(*n.x, kUnaryOperand) + "(" + list(n.list) + ")";
    case Op::CallIface:
      return text(*n.x, kUnaryOperand) + "." + std::string(n.aux_method->name) + "(" + list(n.list) + ")";
    case Op::InlinedCall:
      return n.list.size() == 1 ? text(*n.list[0]) : "inlined call";
    case Op::Append:
      return "append(" + text(*n.x) + (n.list.empty() ? "" : ", " + list(n.list)) + ")";
    case Op::AppendSlice:
      return "append(" + text(*n.x) + ", " + text(*n.y) + "...)";
    case Op::Recv:
      return "<-" + text(*n.x, kUnaryOperand);
    default:
      if (n.x)
        return std::string(opText(n.op)) + "(" + text(*n.x) + ")";
      return std::string(opText(n.op)) + "(" + list(n.list) + ")";
    }
  }

  std::string statements(NodeList l) {
    std::string out;
    for (const Node *n : l)
      if (n)
        out += (out.empty() ? "" : "; ") + text(*n);
    return out;
  }
  std::string signature(const Func &f) {
    types::TypeStringOptions options{.relative_to = pkg_, .no_param_names = true};
    std::string recv = f.is_method && !f.params.empty() ? "method(" + type(f.params[0]->type) + ") " : "";
    return recv + "func" + types::signatureString(f.sig, options);
  }

private:
  // Of the function that a variable came from with an inlined body; null for the function's own.
  static const types::Package *packageOf(const Local &l) {
    if (l.inline_site == 0 || !l.owner || l.inline_site >= l.owner->inline_sites.size())
      return nullptr;
    const Func *callee = l.owner->inline_sites[l.inline_site].callee;
    return callee && callee->object ? callee->object->pkg : nullptr;
  }

  // The type is shown if it is not the one that such a constant has by itself.
  std::string constant(const Node &n) {
    std::string value = gannet::constant::toString(n.value());
    auto *b = types::unaliasAs<types::Basic>(n.type);
    if (b)
      switch (b->basic) {
      case types::BasicKind::Bool:
      case types::BasicKind::String:
      case types::BasicKind::Int:
      case types::BasicKind::Float64:
      case types::BasicKind::Complex128:
        return value;
      case types::BasicKind::Int32:
        if (b->name == "rune")
          return value;
        break;
      default:
        break;
      }
    return type(n.type) + "(" + value + ")";
  }
  // A function's name, with its package's if it is another one.
  std::string func(const Func *f) {
    std::string name(f->short_name);
    if (f->object && f->object->pkg && f->object->pkg != pkg_)
      return std::string(f->object->pkg->name) + "." + name;
    return name;
  }
  // gc writes a space behind the words of types without a name.
  std::string type(types::Type *t) {
    std::string out = types::typeString(t, pkg_);
    for (std::string_view word : {"interface{", "struct{"})
      for (std::size_t at = 0; (at = out.find(word, at)) != std::string::npos; at += word.size() + 1)
        out.insert(at + word.size() - 1, " ");
    return out;
  }
  // Statements of one line; others by their word, as what -m shows of a body is for orientation.
  std::string statement(const Node &n) {
    switch (n.op) {
    case Op::ExprStmt:
      return text(*n.x);
    case Op::Var:
      return "var " + std::string(n.aux_local->name) + " " + type(n.aux_local->type) +
             (n.x ? "; " + std::string(n.aux_local->name) + " = " + text(*n.x) : "");
    case Op::Assign:
      return text(*n.x) + " = " + text(*n.y);
    case Op::AssignList:
      return list(n.list) + " = " + list(n.list2);
    case Op::AssignTuple:
      return list(n.list) + " = " + text(*n.x);
    case Op::Return:
      return n.list.empty() ? "return" : "return " + list(n.list);
    case Op::Block:
      return statements(n.body);
    case Op::If:
      return "if " + text(*n.x) + " { " + statements(n.body) + " }" +
             (n.body2.empty() ? "" : " else { " + statements(n.body2) + " }");
    case Op::For:
      return "for " + (n.x ? text(*n.x) + " " : "") + "{ " + statements(n.body) + " }";
    case Op::Panic:
      return "panic(" + text(*n.x) + ")";
    default:
      return std::string(opText(n.op));
    }
  }
  std::string list(NodeList l) {
    std::string out;
    for (const Node *n : l) {
      if (!out.empty())
        out += ", ";
      out += text(*n);
    }
    return out;
  }

  const types::Package *pkg_;
};

} // namespace

std::string sourceText(const Node &n, const types::Package *pkg) { return Text(pkg).text(n); }

std::string bodyText(const Func &f, const types::Package *pkg) {
  Text text(pkg);
  return text.signature(f) + " { " + text.statements(f.body) + " }";
}

} // namespace gannet::ir
