#include "compiler/ir/closure_uses.h"

#include "compiler/ir/finalize.h"

namespace gannet::ir {

Func *ClosureUses::callee(const Node &value) const {
  if (value.op == Op::Closure || value.op == Op::FuncRef)
    return value.aux_func;
  if (value.op != Op::LocalRef)
    return nullptr;
  const Local *l = value.aux_local;
  while (l->kind == Local::Kind::Capture && l->outer && !l->by_ref)
    l = l->outer;
  auto found = held_.find(l);
  return found == held_.end() ? nullptr : found->second;
}

void ClosureUses::lose(const Node &value) {
  if (Func *f = callee(value))
    lost_.insert(f);
}

void ClosureUses::findVariables(Func &f) {
  walk(f.body, [&](Node &n) {
    if (n.op == Op::Var && n.x && !n.aux_local->reassigned && !n.aux_local->addr_taken)
      if (Func *held = callee(*n.x))
        held_[n.aux_local] = held;
  });
}

void ClosureUses::findUses(Func &f) {
  for (Node *n : f.body)
    if (n)
      visit(*n);
}

void ClosureUses::visitHeld(Node &value) {
  if (value.op == Op::Closure)
    seen_.insert(value.aux_func);
  visitOperands(value);
}

void ClosureUses::visitOperands(Node &n) {
  forEachChild(n, [&](Node *&c) {
    // What a literal captures by value it names as a variable of its own.
    if (n.op != Op::Closure || c->op != Op::LocalRef || !callee(*c))
      visit(*c);
  });
}

void ClosureUses::visit(Node &n) {
  switch (n.op) {
  case Op::Var:
    if (n.x && held_.count(n.aux_local))
      return visitHeld(*n.x);
    break;
  case Op::Assign:
    if (n.x->op == Op::Blank && n.y->op == Op::LocalRef)
      return;
    break;
  case Op::CallClosure:
    if (callee(*n.x)) {
      visitHeld(*n.x);
      for (Node *a : n.list)
        if (a)
          visit(*a);
      return;
    }
    break;
  case Op::LocalRef:
  case Op::Closure:
    lose(n);
    break;
  default:
    break;
  }
  visitOperands(n);
}

} // namespace gannet::ir
