#include "compiler/ir/source_text.h"

#include "compiler/ir/package.h"
#include "compiler/types/object.h"
#include "compiler/types/type_string.h"

namespace gannet::ir {
namespace {

std::string typeText(types::Type *t) { return types::typeString(t, {.qualify = types::Qualify::ByName}); }

std::string listText(NodeList list) {
  std::string out;
  for (const Node *n : list) {
    if (!out.empty())
      out += ", ";
    out += sourceText(*n);
  }
  return out;
}

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

} // namespace

std::string sourceText(const Node &n) {
  if (std::string_view op = operatorText(n.op); !op.empty())
    return sourceText(*n.x) + std::string(op) + sourceText(*n.y);
  switch (n.op) {
  case Op::Const:
    return constant::toString(n.value());
  case Op::Nil:
    return "nil";
  case Op::Zero:
    return typeText(n.type) + "{}";
  case Op::LocalRef:
    return n.aux_local->name.empty() ? "~arg" : std::string(n.aux_local->name);
  case Op::GlobalRef:
    return objectText(n.aux_global->object, n.aux_global->name);
  case Op::FuncRef:
    return std::string(n.aux_func->short_name);
  case Op::Deref:
    return n.has(kImplicit) ? sourceText(*n.x) : "*" + sourceText(*n.x);
  case Op::Addr:
    return n.has(kImplicit) ? sourceText(*n.x) : "&" + sourceText(*n.x);
  case Op::Neg:
    return "-" + sourceText(*n.x);
  case Op::Not:
    return "!" + sourceText(*n.x);
  case Op::BitNot:
    return "^" + sourceText(*n.x);
  case Op::Field: {
    auto *s = types::underAs<types::Struct>(n.x->type);
    return sourceText(*n.x) + "." + std::string(s->fields[static_cast<std::size_t>(n.aux_int)]->name);
  }
  case Op::Index:
  case Op::MapIndex:
    return sourceText(*n.x) + "[" + sourceText(*n.y) + "]";
  case Op::SliceExpr:
    return sourceText(*n.x) + "[" + (n.y ? sourceText(*n.y) : "") + ":" + (n.z ? sourceText(*n.z) : "") +
           (n.w ? ":" + sourceText(*n.w) : "") + "]";
  case Op::Concat: {
    std::string out;
    for (const Node *c : n.list)
      out += (out.empty() ? "" : " + ") + sourceText(*c);
    return out;
  }
  case Op::New:
    return "new(" + typeText(n.type_arg) + ")";
  case Op::PtrLit:
    return "&" + typeText(n.x->type) + (n.x->op == Op::Zero ? "{}" : "{...}");
  case Op::SliceLit:
    if (n.has(kEllipsis))
      return "... argument";
    return typeText(n.type) + (n.list.empty() ? "{}" : "{...}");
  case Op::StructLit:
  case Op::ArrayLit:
  case Op::MapLit:
    return typeText(n.type) + (n.list.empty() ? "{}" : "{...}");
  case Op::MakeSlice:
  case Op::MakeMap:
  case Op::MakeChan:
    return "make(" + typeText(n.type) + (n.x ? ", " + sourceText(*n.x) : "") + (n.y ? ", " + sourceText(*n.y) : "") + ")";
  case Op::Closure:
    if (n.aux_func->wrapped && !n.list.empty())
      return sourceText(*n.list[0]) + "." + std::string(n.aux_func->wrapped->name);
    return "func literal";
  case Op::Convert:
    if (n.conv() == Conv::ToIface || n.has(kImplicit))
      return sourceText(*n.x);
    return (types::as<types::Pointer>(n.type) ? "(" + typeText(n.type) + ")" : typeText(n.type)) + "(" + sourceText(*n.x) + ")";
  case Op::TypeAssert:
    return sourceText(*n.x) + ".(" + typeText(n.type) + ")";
  case Op::CallStatic:
    if (n.aux_func->is_method && !n.list.empty() && n.aux_func->object)
      return sourceText(*n.list[0]) + "." + std::string(n.aux_func->object->name) + "(" + listText(n.list.subspan(1)) + ")";
    return std::string(n.aux_func->short_name) + "(" + listText(n.list) + ")";
  case Op::CallClosure:
    return sourceText(*n.x) + "(" + listText(n.list) + ")";
  case Op::CallIface:
    return sourceText(*n.x) + "." + std::string(n.aux_method->name) + "(" + listText(n.list) + ")";
  case Op::InlinedCall:
    return n.list.size() == 1 ? sourceText(*n.list[0]) : "inlined call";
  case Op::StmtExpr:
  case Op::CheckIface:
  case Op::IfaceData:
    return sourceText(*n.x);
  case Op::Append:
    return "append(" + sourceText(*n.x) + (n.list.empty() ? "" : ", " + listText(n.list)) + ")";
  case Op::AppendSlice:
    return "append(" + sourceText(*n.x) + ", " + sourceText(*n.y) + "...)";
  case Op::Recv:
    return "<-" + sourceText(*n.x);
  default:
    if (n.x)
      return std::string(opText(n.op)) + "(" + sourceText(*n.x) + ")";
    return std::string(opText(n.op)) + "(" + listText(n.list) + ")";
  }
}

} // namespace gannet::ir
