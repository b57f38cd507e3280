// What is known of the size of what is made.
#include "compiler/ir/escape_analysis.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"

#include <algorithm>

namespace gannet::ir {
namespace {

bool isOfConstants(const Node &n) {
  if (n.op == Op::StructLit || n.op == Op::ArrayLit)
    return std::all_of(n.list.begin(), n.list.end(), [](const Node *c) { return isOfConstants(*c); });
  return n.op == Op::Const || n.op == Op::Zero;
}

} // namespace

const Node *EscapeAnalysis::constantOf(const Node *n) {
  for (int depth = 0; depth < 8 && n->op == Op::LocalRef; depth++) {
    const Local *l = n->aux_local;
    while (l->kind == Local::Kind::Capture && l->outer && !l->by_ref)
      l = l->outer;
    if (l->reassigned || l->addr_taken)
      break;
    auto it = init_.find(l);
    if (it == init_.end())
      break;
    n = it->second;
    if (n->op == Op::InlinedCall && n->list.size() == 1)
      n = n->list[0];
  }
  return n;
}

void EscapeAnalysis::useConstant(Node *&n) {
  if (!n || (n->op != Op::LocalRef && n->op != Op::Len))
    return;
  const Node *known = constantOf(n);
  const constant::Value *value = known->op == Op::Const ? known->const_value : nullptr;
  if (known->op == Op::Len)
    if (const Node *made = constantOf(known->x); made->op == Op::SliceLit)
      value = package_.keep(constant::Value::ofInt64(made->aux_int));
  if (!value)
    return;
  Node *copy = package_.arena.make<Node>(*n);
  copy->op = Op::Const;
  copy->x = nullptr;
  copy->const_value = value;
  n = copy;
}

void EscapeAnalysis::useLiteral(Node *&n) {
  if (n->op != Op::LocalRef || n->aux_local->kind == Local::Kind::Capture)
    return;
  const Node *known = constantOf(n);
  if ((known->op != Op::StructLit && known->op != Op::ArrayLit && known->op != Op::Zero) || !isOfConstants(*known))
    return;
  Node *copy = package_.arena.make<Node>(*known);
  copy->pos = n->pos;
  copy->inline_site = n->inline_site;
  copy->type = n->type;
  n = copy;
}

bool EscapeAnalysis::tooLarge(const Node &n) {
  switch (n.op) {
  case Op::New:
    return types::sizeOf(n.type_arg) > max_implicit_bytes_;
  case Op::PtrLit:
    return types::sizeOf(n.x->type) > max_implicit_bytes_;
  case Op::SliceLit:
    return types::sizeOf(types::underAs<types::Slice>(n.type)->elem) * n.aux_int > max_implicit_bytes_;
  case Op::MakeSlice: {
    std::int64_t elem = types::sizeOf(types::underAs<types::Slice>(n.type)->elem);
    if (elem == 0)
      return true;
    const Node *cap = constantOf(n.y ? n.y : n.x);
    if (cap->op != Op::Const)
      return false; // in the frame if it turns out to be small
    auto count = constant::int64Val(cap->value());
    return !count || *count < 0 || *count > max_implicit_bytes_ / elem;
  }
  case Op::Closure: {
    std::int64_t bytes = 8;
    for (const Node *c : n.list)
      bytes += types::sizeOf(c->type);
    return bytes > max_implicit_bytes_;
  }
  case Op::Convert:
    return n.conv() == Conv::ToIface && types::sizeOf(n.x->type) > max_implicit_bytes_;
  default:
    return false;
  }
}

} // namespace gannet::ir
