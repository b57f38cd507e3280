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

std::string objectText(const types::Object *o, std::string_view name) {
  return o ? std::string(o->name) : std::string(name);
}

class Text {
public:
  explicit Text(const types::Package *pkg) : pkg_(pkg) {}

  std::string text(const Node &n) {
    if (std::string_view op = operatorText(n.op); !op.empty())
      return text(*n.x) + std::string(op) + text(*n.y);
    switch (n.op) {
    case Op::Const:
      return constant(n);
    case Op::Nil:
      return "nil";
    case Op::Zero:
      return type(n.type) + "{}";
    case Op::LocalRef:
      return n.aux_local->name.empty() ? "~arg" : std::string(n.aux_local->name);
    case Op::GlobalRef:
      return objectText(n.aux_global->object, n.aux_global->name);
    case Op::FuncRef:
      return std::string(n.aux_func->short_name);
    case Op::Deref:
      return n.has(kImplicit) ? text(*n.x) : "*" + text(*n.x);
    case Op::Addr:
      return n.has(kImplicit) ? text(*n.x) : "&" + text(*n.x);
    case Op::Neg:
      return "-" + text(*n.x);
    case Op::Not:
      return "!" + text(*n.x);
    case Op::BitNot:
      return "^" + text(*n.x);
    case Op::Field: {
      auto *s = types::underAs<types::Struct>(n.x->type);
      return text(*n.x) + "." + std::string(s->fields[static_cast<std::size_t>(n.aux_int)]->name);
    }
    case Op::Index:
    case Op::MapIndex:
      return text(*n.x) + "[" + text(*n.y) + "]";
    case Op::SliceExpr:
      return text(*n.x) + "[" + (n.y ? text(*n.y) : "") + ":" + (n.z ? text(*n.z) : "") +
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
        return (n.list[0]->op == Op::PtrLit ? "(" + text(*n.list[0]) + ")" : text(*n.list[0])) + "." + std::string(n.aux_func->wrapped->name);
      return "func literal";
    case Op::Convert:
      if (n.conv() == Conv::ToIface || n.has(kImplicit))
        return text(*n.x);
      return (types::as<types::Pointer>(n.type) ? "(" + type(n.type) + ")" : type(n.type)) + "(" + text(*n.x) + ")";
    case Op::TypeAssert:
      return text(*n.x) + ".(" + type(n.type) + ")";
    case Op::CallStatic:
      if (n.aux_func->is_method && !n.list.empty() && n.aux_func->object)
        return text(*n.list[0]) + "." + std::string(n.aux_func->object->name) + "(" + list(n.list.subspan(1)) + ")";
      return func(n.aux_func) + "(" + list(n.list) + ")";
    case Op::CallClosure:
      return text(*n.x) + "(" + list(n.list) + ")";
    case Op::CallIface:
      return text(*n.x) + "." + std::string(n.aux_method->name) + "(" + list(n.list) + ")";
    case Op::InlinedCall:
      return n.list.size() == 1 ? text(*n.list[0]) : "inlined call";
    case Op::StmtExpr:
    case Op::CheckIface:
    case Op::IfaceData:
      return text(*n.x);
    case Op::Append:
      return "append(" + text(*n.x) + (n.list.empty() ? "" : ", " + list(n.list)) + ")";
    case Op::AppendSlice:
      return "append(" + text(*n.x) + ", " + text(*n.y) + "...)";
    case Op::Recv:
      return "<-" + text(*n.x);
    default:
      if (n.x)
        return std::string(opText(n.op)) + "(" + text(*n.x) + ")";
      return std::string(opText(n.op)) + "(" + list(n.list) + ")";
    }
  }

private:
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
  std::string type(types::Type *t) { return types::typeString(t, pkg_); }
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

} // namespace gannet::ir
