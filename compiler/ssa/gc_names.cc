#include "compiler/ssa/gc_names.h"

namespace gannet::ssa {
namespace {

struct Name {
  Op op;
  const char *stem;
  const char *tail; // behind the width; null: there is none
};

constexpr Name kNames[] = {
    {Op::Eq, "Eq", ""},         {Op::Ne, "Neq", ""},        {Op::Lt, "Less", ""},       {Op::Le, "Leq", ""},
    {Op::LtU, "Less", "U"},     {Op::LeU, "Leq", "U"},      {Op::EqF, "Eq", "F"},       {Op::NeF, "Neq", "F"},
    {Op::LtF, "Less", "F"},     {Op::LeF, "Leq", "F"},      {Op::Div, "Div", ""},       {Op::Mod, "Mod", ""},
    {Op::BoolNot, "Not", nullptr}, {Op::BoolAnd, "AndB", nullptr}, {Op::BoolOr, "OrB", nullptr}, {Op::Phi, "Phi", nullptr},
    {Op::IsInBounds, "IsInBounds", nullptr}, {Op::IsSliceInBounds, "IsSliceInBounds", nullptr},
    {Op::IsNonNil, "IsNonNil", nullptr},     {Op::Arg, "Arg", nullptr},         {Op::Load, "Load", nullptr},
};

// Shifts say the widths of both operands.
std::string shiftName(const Func &f, const Value &v) {
  std::string stem = v.op == Op::Shl ? "Lsh" : "Rsh";
  return stem + std::to_string(sizeBits(v.type)) + (v.op == Op::Shr ? "Ux" : "x") + std::to_string(sizeBits(f[v.arg(1)].type));
}

} // namespace

std::string gcName(const Func &f, ValueId id) {
  const Value &v = f[id];
  if (v.op == Op::Shl || v.op == Op::Shr || v.op == Op::Sar)
    return shiftName(f, v);
  for (const Name &n : kNames) {
    if (n.op != v.op)
      continue;
    if (!n.tail)
      return n.stem;
    Type t = f[v.arg(0)].type;
    std::string width = t == Type::Ptr ? "Ptr" : t == Type::Bool ? "B" : std::to_string(sizeBits(t));
    return n.stem + width + n.tail;
  }
  return std::string(opInfo(v.op).text);
}

} // namespace gannet::ssa
