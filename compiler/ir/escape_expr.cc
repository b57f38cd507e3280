// Flows of expressions.
#include "compiler/ir/wrappers.h"
#include "compiler/ir/escape_analysis.h"
#include "compiler/ir/finalize.h"
#include "compiler/types/predicates.h"

namespace gannet::ir {

void EscapeAnalysis::discard(Node *n) {
  if (n)
    expr(discardHole(), *n);
}

void EscapeAnalysis::expr(Hole k, Node &n) {
  if (n.type && k.derefs >= 0 && !hasPointers(n.type))
    k.to = graph_.blank();
  switch (n.op) {
  case Op::Const: case Op::Nil: case Op::Zero: case Op::FuncRef: case Op::FuncPC: case Op::TypeAddr: case Op::Blank:
  case Op::DeferToken: case Op::Recover:
    return;
  case Op::LocalRef:
    graph_.flow(k, locationOf(n.aux_local));
    useGrowing(k, n);
    return;
  case Op::GlobalRef:
    graph_.flow(k, graph_.heap());
    return;
  case Op::Deref:
    expr(k.deref(), *n.x);
    return;
  case Op::Addr:
    expr(k.addr(), *n.x);
    return;
  case Op::Field:
    expr(k, *n.x);
    return;
  case Op::Index:
    discard(n.y);
    if (types::underAs<types::Slice>(n.x->type))
      expr(k.deref(), *n.x);
    else if (types::underAs<types::Array>(n.x->type))
      expr(k, *n.x);
    else
      discard(n.x);
    return;
  case Op::MapIndex:
  case Op::MapIndexOk:
    discard(n.x);
    discard(n.y);
    return;
  case Op::SliceExpr:
    expr(k, *n.x);
    discard(n.y);
    discard(n.z);
    discard(n.w);
    return;
  case Op::PtrLit:
    expr(spill(k, n), *n.x);
    return;
  case Op::New: {
    Hole h = spill(k, n);
    if (n.x)
      expr(h, *n.x);
    return;
  }
  case Op::StructLit:
  case Op::ArrayLit:
    for (Node *c : n.list)
      expr(k, *c);
    return;
  case Op::SliceLit: {
    Hole h = spill(k, n);
    for (Node *c : n.list)
      expr(h, *c);
    return;
  }
  case Op::MapLit:
    spill(k, n);
    for (Node *c : n.list)
      expr(heap(), *c);
    return;
  case Op::Closure:
    closure(k, n);
    return;
  case Op::Convert:
    convert(k, n);
    return;
  case Op::TypeAssert:
    expr(unboxed(k, n.type), *n.x);
    return;
  case Op::TypeAssertOk:
    discard(n.x);
    return;
  case Op::CheckIface:
    expr(k, *n.x);
    return;
  case Op::IfaceData:
    expr(unboxed(k, n.type), *n.x);
    return;
  case Op::IfaceType:
    discard(n.x);
    return;
  case Op::CallStatic:
  case Op::CallClosure:
  case Op::CallIface:
    call({k}, n);
    return;
  case Op::InlinedCall:
    list(n.body);
    for (Node *r : n.list)
      expr(k, *r);
    return;
  case Op::StmtExpr:
    list(n.body);
    expr(k, *n.x);
    return;
  case Op::Cond:
    discard(n.x);
    expr(k, *n.y);
    expr(k, *n.z);
    return;
  case Op::Append: {
    Type *elem = types::underAs<types::Slice>(n.type)->elem;
    backingStore(k, n);
    appendee(k, n, elem);
    for (Node *c : n.list)
      expr(heap(), *c);
    return;
  }
  case Op::AppendSlice: {
    Type *elem = types::underAs<types::Slice>(n.type)->elem;
    backingStore(k, n);
    appendee(k, n, elem);
    expr(hasPointers(elem) ? heap().deref() : discardHole(), *n.y);
    return;
  }
  case Op::Copy: {
    Type *elem = types::underAs<types::Slice>(n.x->type)->elem;
    expr(mutator(), *n.x);
    expr(hasPointers(elem) ? heap().deref() : discardHole(), *n.y);
    return;
  }
  case Op::Clear:
    expr(mutator(), *n.x);
    return;
  case Op::Min:
  case Op::Max:
    for (Node *c : n.list)
      expr(k, *c);
    return;
  case Op::Concat:
    spill(k, n);
    for (Node *c : n.list)
      discard(c);
    return;
  case Op::MakeSlice:
    useConstant(n.y ? n.y : n.x);
    [[fallthrough]];
  case Op::MakeMap:
    spill(k, n);
    discard(n.x);
    discard(n.y);
    return;
  case Op::Panic:
    expr(heap(), *n.x);
    return;
  case Op::UnsafeAdd:
  case Op::UnsafeSlice:
  case Op::UnsafeString:
    expr(k, *n.x);
    discard(n.y);
    return;
  case Op::UnsafeSliceData:
  case Op::UnsafeStringData:
    expr(k, *n.x);
    return;
  case Op::Tuple:
    for (Node *c : n.list)
      expr(k, *c);
    return;
  default: // operators, lengths, receives and the like: the result holds nothing of the operands
    for (Node *c : {n.x, n.y, n.z, n.w})
      discard(c);
    for (Node *c : n.list)
      discard(c);
  }
}

void EscapeAnalysis::backingStore(Hole k, Node &n) { spill(k, n).to->loop_depth = 0; }

void EscapeAnalysis::appendee(Hole k, Node &n, Type *elem) {
  if (hasPointers(elem))
    expr(tee({k, mutator(), heap().deref()}), *n.x);
  else
    expr(tee({k, mutator()}), *n.x);
}

void EscapeAnalysis::closure(Hole k, Node &n) {
  Func *f = n.aux_func;
  if (n.list.empty() && f->wrapper) // data, and not the program's
    return;
  Hole h = spill(k, n);
  for (std::size_t i = 0; i < n.list.size(); i++) {
    if (f->wrapped && f->is_closure) // a method value: the receiver goes to the method when it is called
      expr(tee({h, receiverHole(*f)}), *n.list[i]);
    else
      expr(h, *n.list[i]);
  }
}

Hole EscapeAnalysis::receiverHole(Func &wrapper) {
  Local *self = wrapper.captures[0];
  if (types::isInterface(self->type))
    return heap();
  Func *callee = nullptr;
  walk(wrapper.body, [&](Node &c) {
    if (c.op == Op::CallStatic)
      callee = c.aux_func;
  });
  if (!callee || !callee->escape_done || callee->leaks.empty())
    return heap();
  Location *l = temporary();
  const ParamLeak &leak = callee->leaks[0];
  if (leak.heap != ParamLeak::kNone)
    graph_.flow(Hole{graph_.heap(), leak.heap}, l);
  for (std::uint8_t r : leak.results)
    if (r != ParamLeak::kNone)
      graph_.flow(Hole{graph_.heap(), r}, l);
  return {l, 0};
}

void EscapeAnalysis::convert(Hole k, Node &n) {
  switch (n.conv()) {
  case Conv::ToIface:
    useConstant(n.x);
    useLiteral(n.x);
    if (isDirectIface(n.x->type))
      expr(k, *n.x);
    else
      expr(spill(k, n), *n.x);
    return;
  case Conv::BytesToString:
  case Conv::RunesToString:
  case Conv::StringToBytes:
  case Conv::StringToRunes:
  case Conv::IntToString:
    spill(k, n);
    discard(n.x);
    return;
  case Conv::UintptrToPtr:
    unsafeValue(k, *n.x);
    return;
  case Conv::PtrToUintptr: // the kernel may write there
    expr(mutator(), *n.x);
    return;
  case Conv::Numeric:
    discard(n.x);
    return;
  case Conv::SliceToArray:
    expr(k.deref(), *n.x);
    return;
  case Conv::Noop:
  case Conv::IfaceToIface:
  case Conv::SliceToArrayPtr:
    expr(k, *n.x);
    return;
  }
}

void EscapeAnalysis::unsafeValue(Hole k, Node &n) {
  switch (n.op) {
  case Op::Convert:
    if (n.conv() == Conv::PtrToUintptr)
      expr(k, *n.x);
    else if (n.conv() == Conv::Noop)
      unsafeValue(k, *n.x);
    else
      discard(&n);
    return;
  case Op::Field:
    if (isHeaderData(n))
      expr(k.deref(), *n.x->x);
    else
      discard(&n);
    return;
  case Op::Neg:
  case Op::BitNot:
    unsafeValue(k, *n.x);
    return;
  case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::AndNot:
    unsafeValue(k, *n.x);
    unsafeValue(k, *n.y);
    return;
  case Op::Shl:
  case Op::Shr:
    unsafeValue(k, *n.x);
    discard(n.y);
    return;
  default:
    discard(&n);
  }
}

Hole EscapeAnalysis::unboxed(Hole k, Type *t) { return types::isInterface(t) || isDirectIface(t) ? k : k.deref(); }

} // namespace gannet::ir
