// Statements, but for switches, ranges and channels.
#include "compiler/ssa/build/function_builder.h"

#include <algorithm>

namespace gannet::ssa {

void FunctionBuilder::stmts(std::span<Node *const> list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i]->op == ir::Op::Var || list[i]->op == ir::Op::Assign)
      hoistTogether(list.subspan(i));
    stmt(*list[i]);
  }
}

// a, b := x, f(): the values are one list of operands.
void FunctionBuilder::hoistTogether(std::span<Node *const> list) {
  std::vector<Operand> group;
  for (std::size_t i = 0; i < list[0]->sub && i < list.size(); ++i) {
    if (list[i]->op == ir::Op::Var)
      group.push_back({list[i]->x});
    else if (list[i]->op == ir::Op::Assign && list[i]->x->op == ir::Op::Blank)
      group.push_back({list[i]->y});
    else
      break;
  }
  hoist(group);
}

void FunctionBuilder::stmt(const Node &n) {
  at(n);
  switch (n.op) {
  case ir::Op::Var:
    hoist({{n.x}});
    return declare(*n.local(), n.x);
  case ir::Op::ExprStmt:
    return discard(*n.x);
  case ir::Op::Assign:
    return assign(n);
  case ir::Op::AssignOp:
    return assignOp(n);
  case ir::Op::AssignList:
    return assignList(n);
  case ir::Op::AssignTuple:
    return assignTuple(n);
  case ir::Op::Block:
    return blockStmt(n);
  case ir::Op::If:
    return ifStmt(n);
  case ir::Op::For:
    return forStmt(n);
  case ir::Op::Range:
    return rangeStmt(n);
  case ir::Op::Switch:
    return switchStmt(n);
  case ir::Op::TypeSwitch:
    return typeSwitchStmt(n);
  case ir::Op::Select:
    return selectStmt(n);
  case ir::Op::Send:
    return send(n);
  case ir::Op::Jump:
    jump(label(n.label()));
    return startDead();
  case ir::Op::Label: {
    // Goto may still come from below: sealed at the end. Defers may then run in another order than they stand in.
    frame_defers_only_ = false;
    BlockId b = label(n.label());
    jump(b);
    b_.setBlock(b);
    return;
  }
  case ir::Op::Return:
    return returnStmt(n);
  case ir::Op::Go:
    return goStmt(n);
  case ir::Op::Defer:
    return deferStmt(n);
  case ir::Op::KeepAlive:
    for (const Node *v : n.list) {
      Val value = expr(*v);
      for (unsigned i = 0; i < value.count; ++i)
        setMem(emit(Op::KeepAlive, Type::Mem, {value[i], mem()}));
    }
    return;
  default:
    // An expression for its effects.
    return discard(n);
  }
}

BlockId FunctionBuilder::label(ir::Label *l) {
  if (labels_.size() <= l->id)
    labels_.resize(l->id + 1);
  if (!labels_[l->id])
    labels_[l->id] = newBlock();
  return labels_[l->id];
}

void FunctionBuilder::bindLabel(ir::Label *l) {
  BlockId b = label(l);
  jump(b);
  startSealed(b);
  labels_[l->id] = {}; // an inlined body may be built again with labels of its own
}

void FunctionBuilder::blockStmt(const Node &n) {
  stmts(n.body);
  if (n.label())
    bindLabel(n.label());
}

void FunctionBuilder::ifStmt(const Node &n) {
  BlockId yes = newBlock(), no = newBlock();
  condition(*n.x, yes, no, n.has(ir::kLikely) ? 1 : n.has(ir::kUnlikely) ? -1 : 0);
  startCounted(yes);
  stmts(n.body);
  if (n.body2.empty() && !context_.count_edges) {
    jump(no);
    return startSealed(no);
  }
  BlockId join = newBlock();
  jump(join);
  startCounted(no);
  stmts(n.body2);
  jump(join);
  startSealed(join);
}

void FunctionBuilder::forStmt(const Node &n) {
  BlockId head = newBlock(), body = newBlock(), done = n.label() ? label(n.label()) : newBlock();
  jump(head);
  b_.setBlock(head);
  if (n.x)
    condition(*n.x, body, done, 1);
  else
    jump(body);
  startCounted(body);
  stmts(n.body);
  if (n.label2())
    bindLabel(n.label2());
  stmts(n.body2);
  at(n);
  jump(head);
  vars_.seal(head);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

// ---- assignments

// Calls, and what may call: they may change what a left side's operands mean.
bool FunctionBuilder::hasCall(const Node &n) {
  switch (n.op) {
  case ir::Op::CallStatic:
  case ir::Op::CallClosure:
  case ir::Op::CallIface:
  case ir::Op::InlinedCall:
  case ir::Op::StmtExpr:
  case ir::Op::Recv:
  case ir::Op::RecvOk:
  case ir::Op::Append:
  case ir::Op::AppendSlice:
  case ir::Op::Copy:
    return true;
  case ir::Op::LocalRef:
    return n.has(ir::kMoveOut);
  default:
    break;
  }
  if (ir::opClass(n.op) == ir::OpClass::Stmt)
    return true;
  bool found = false;
  ir::forEachChild(const_cast<Node &>(n), [&](Node *child) { found = found || hasCall(*child); });
  return found;
}

// A literal of constants and variables in registers, at any depth.
bool FunctionBuilder::isMemoryFree(const Node &n) {
  switch (n.op) {
  case ir::Op::Const:
  case ir::Op::Zero:
    return true;
  case ir::Op::LocalRef:
    return inParts(n.type) && state(*n.local()).kind == LocalState::Kind::Parts;
  case ir::Op::StructLit:
  case ir::Op::ArrayLit:
    return std::all_of(n.list.begin(), n.list.end(), [&](const Node *e) { return isMemoryFree(*e); });
  default:
    return false;
  }
}

// h.Data = uintptr(unsafe.Pointer(p)) with h a reflect.SliceHeader or StringHeader: what is in memory there may be a slice or
// a string, so a pointer is stored, with what that brings along.
bool FunctionBuilder::assignHeaderData(const Node &left, const Node &right) {
  if (left.op != ir::Op::Field || left.aux_int != 0 || right.op != ir::Op::Convert || right.conv() != ir::Conv::PtrToUintptr ||
      evaluateLeftFirst(left))
    return false;
  auto *named = types::unaliasAs<types::Named>(left.x->type);
  if (!named || !named->obj->pkg || named->obj->pkg->path != "reflect" ||
      (named->obj->name != "SliceHeader" && named->obj->name != "StringHeader"))
    return false;
  ValueId pointer = scalarExpr(*right.x);
  Place p = place(left);
  if (p.kind != Place::Kind::Memory) {
    storePlace(p, Val::of({emit(Op::PtrToInt, Type::I64, {pointer, mem()})}));
    return true;
  }
  checkPlace(p);
  store(p.base.only(), pointer, inFrame(p));
  return true;
}

void FunctionBuilder::assign(const Node &n) {
  const Node &left = *n.x, &right = *n.y;
  if (!n.has(ir::kNoBarrier) && appendInPlace(left, right))
    return;
  hoist({{&left, true}, {&right}});
  if (left.op == ir::Op::Blank)
    return discard(right);
  if (left.op == ir::Op::LocalRef && inParts(left.type))
    return writeLocal(*left.local(), expr(right));
  if (assignHeaderData(left, right))
    return;
  if (inParts(left.type)) {
    if (evaluateLeftFirst(left)) {
      Place p = place(left);
      Val v = expr(right);
      return storePlace(p, v);
    }
    Val v = expr(right);
    Place p = place(left);
    p.no_barrier = n.has(ir::kNoBarrier);
    return storePlace(p, v);
  }
  // In memory. A literal may read what it overwrites: `expr` makes it elsewhere first, unless it reads no memory at all.
  Place p;
  if (left.op != ir::Op::MapIndex && !n.has(ir::kNoBarrier) && isMemoryFree(right)) {
    p = place(left);
    ValueId to = address(p);
    return exprInto(right, to, inFrame(p));
  }
  bool left_first = evaluateLeftFirst(left);
  if (left_first)
    p = place(left);
  Val v = expr(right);
  if (!left_first)
    p = place(left);
  p.no_barrier = n.has(ir::kNoBarrier);
  if (left.op == ir::Op::Deref && right.op == ir::Op::Deref && types::underAs<types::Array>(left.type)) {
    // Pointers made from slices: the arrays may overlap.
    checkPlace(p);
    if (hasPointers(left.type))
      runtime(RuntimeFn::typedmemmove, {typeAddr(left.type), p.base.only(), v.addr});
    else
      runtime(RuntimeFn::memmove, {p.base.only(), v.addr, int64(sizeOf(left.type))});
    return;
  }
  storePlace(p, v);
}

// Of a map's element, m[k] op= y: one access, which makes the element, serves for reading and writing. Not where the operation
// may panic: then the element must not be made.
void FunctionBuilder::useMapElement(Place &p, const Node &n) {
  bool may_panic = n.binary() == ir::Op::Div || n.binary() == ir::Op::Rem ||
                   ((n.binary() == ir::Op::Shl || n.binary() == ir::Op::Shr) && !isUnsigned(n.y->type));
  if (p.kind != Place::Kind::Map || may_panic)
    return;
  p.base = Val::of({address(p)});
  p.kind = Place::Kind::Memory;
}

void FunctionBuilder::assignOp(const Node &n) {
  const Node &left = *n.x;
  hoist({{&left, true}, {n.y}});
  if (left.op == ir::Op::Blank)
    return discard(*n.y);
  Place p = place(left);
  bool is_shift = n.binary() == ir::Op::Shl || n.binary() == ir::Op::Shr;
  if (n.binary() == ir::Op::Concat || (n.binary() == ir::Op::Add && types::underAs<types::Basic>(left.type) &&
                                       types::underAs<types::Basic>(left.type)->info & types::kIsString)) {
    Val y = expr(*n.y);
    checkPlace(p);
    useMapElement(p, n);
    Val both[2] = {loadPlace(p), y};
    return storePlace(p, concatVals(both, false));
  }
  Val y = expr(*n.y);
  checkPlace(p);
  useMapElement(p, n);
  Val x = loadPlace(p);
  Val result = binaryOp(n.binary(), left.type, x, y, is_shift ? n.y->type : left.type, n.has(ir::kBounded), n.y);
  storePlace(p, result);
}

void FunctionBuilder::assignList(const Node &n) {
  std::vector<Operand> group;
  for (const Node *l : n.list)
    group.push_back({l, true});
  for (const Node *r : n.list2)
    group.push_back({r});
  hoist(group);
  std::vector<Place> places;
  for (const Node *l : n.list)
    places.push_back(place(*l));
  std::vector<Val> values;
  for (const Node *r : n.list2)
    values.push_back(stable(r->type, expr(*r)));
  for (std::size_t i = 0; i < places.size(); ++i)
    storePlace(places[i], values[i]);
}

void FunctionBuilder::assignTuple(const Node &n) {
  std::vector<Place> places;
  bool left_first = false;
  for (const Node *l : n.list)
    left_first = left_first || (l && l->op != ir::Op::Blank && evaluateLeftFirst(*l));
  auto prepare = [&] {
    for (const Node *l : n.list)
      places.push_back(l ? place(*l) : Place());
  };
  if (left_first)
    prepare();
  std::vector<TypeP> result_types;
  std::vector<Val> values = exprTuple(*n.x, result_types);
  GANNET_CHECK(values.size() == n.list.size(), "a tuple of another length");
  if (!left_first)
    prepare();
  for (std::size_t i = 0; i < places.size(); ++i)
    storePlace(places[i], values[i]);
}

// ---- ends of functions

void FunctionBuilder::returnStmt(const Node &n) {
  if (n.list.empty()) {
    returnNow();
    return startDead();
  }
  std::vector<Val> values;
  if (n.list.size() == 1 && func_.results.size() != 1) {
    std::vector<TypeP> result_types;
    values = exprTuple(*n.list[0], result_types);
  } else {
    hoist(operands(n.list));
    bool several = n.list.size() > 1;
    for (const Node *v : n.list) {
      Val value = expr(*v);
      values.push_back(several ? stable(v->type, value) : value);
    }
  }
  GANNET_CHECK(values.size() == func_.results.size(), "a return with another number of values");
  at(n);
  if (!exit_block_.valid()) {
    // A closure may still read a result that is on the heap.
    for (std::size_t i = 0; i < values.size(); ++i)
      if (func_.results[i]->on_heap)
        writeLocal(*func_.results[i], values[i]);
    emitReturn(values);
    return startDead();
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    writeLocal(*func_.results[i], values[i]);
  jump(exit_block_);
  startDead();
}

namespace {

// runtime._defer, and where g has its list (runtime/core/layout.h).
constexpr std::int64_t kRecordBytes = 48, kFnOffset = 24, kLinkOffset = 32, kListOffset = 40;

} // namespace

// The record of a defer that runs at most once a call stands in the frame: see runtime._defer.
void FunctionBuilder::deferStmt(const Node &n) {
  hoist({{n.x}});
  ValueId fn = scalarExpr(*n.x);
  if (n.y) {
    Val token = expr(*n.y);
    frame_defers_only_ = false;
    runtime(RuntimeFn::deferprocat, {fn, token[0], token[1]});
    return; // it runs when the outer function ends, and that is where a recovered panic resumes
  } else if (n.esc() == ir::Esc::Stack) {
    Layout record;
    record.size_bytes = kRecordBytes;
    record.align_bytes = 8;
    record.ptr_bytes = 48;
    record.ptr_mask = {0b111000}; // fn, link, head
    LocalId local = addLocal("runtime._defer", {.name = ".defer",
                                                .layout = f_.addLayout(std::move(record)),
                                                .address_taken = true,
                                                .pos = b_.pos()});
    store(b_.localAddr(local, kFnOffset), fn, true);
    runtime(RuntimeFn::deferprocStack, {b_.localAddr(local)});
    defer_records_.push_back(local);
  } else {
    frame_defers_only_ = false;
    runtime(RuntimeFn::deferproc, {fn});
  }
  keepExitReachable();
}

// At the exit of a function whose defers all have records in the frame: runs those that are on the list, newest first.
// A panic in one of them finds the rest on the list.
void FunctionBuilder::runFrameDefers() {
  for (std::size_t i = defer_records_.size(); i-- > 0;) {
    LocalId record = defer_records_[i];
    BlockId run = newBlock(), next = newBlock();
    ValueId list = b_.offPtr(emit(Op::GetG, Type::Ptr, {mem()}), kListOffset);
    branch(emit(Op::Eq, Type::Bool, {load(Type::Ptr, list), b_.localAddr(record)}), run, next, 1);
    startSealed(run);
    store(list, load(Type::Ptr, b_.localAddr(record, kLinkOffset)), true);
    ValueId fn = nilCheck(load(Type::Ptr, b_.localAddr(record, kFnOffset)));
    store(b_.localAddr(record, kFnOffset), nil(), true);
    ValueId lead[2] = {load(Type::I64, fn), fn};
    call(Op::ClosureCall, lead, {}, assignAbi(Abi::Internal, {}, {}), {}, {});
    jump(next);
    startSealed(next);
  }
}

// A recovered panic resumes at recover_block_, so there must be a way there whatever follows. g is never nil.
void FunctionBuilder::keepExitReachable() {
  BlockId next = newBlock();
  ValueId g = emit(Op::GetG, Type::Ptr, {mem()});
  branch(emit(Op::Eq, Type::Bool, {g, nil()}), recover_block_, next, -1);
  startSealed(next);
}

void FunctionBuilder::goStmt(const Node &n) {
  hoist({{n.x}});
  runtime(RuntimeFn::newproc, {scalarExpr(*n.x)});
}

} // namespace gannet::ssa
