// Range loops.
#include "compiler/ssa/build/function_builder.h"

namespace gannet::ssa {

void FunctionBuilder::bindRange(const Node &n, const Node *target, TypeP t, const Val &v) {
  if (!target || target->op == ir::Op::Blank)
    return;
  (void)t;
  if (n.has(ir::kDefine))
    return declareVal(*target->local(), v);
  Place p = place(*target);
  storePlace(p, v);
}

// Both variables of an iteration: as in a parallel assignment, the operands on the left come first.
void FunctionBuilder::bindRangePair(const Node &n, TypeP key_type, const Val &key, TypeP value_type, const Val &value) {
  auto assigned = [&](const Node *target) { return target && target->op != ir::Op::Blank; };
  if (n.has(ir::kDefine) || !assigned(n.y) || !assigned(n.z)) {
    bindRange(n, n.y, key_type, key);
    bindRange(n, n.z, value_type, value);
    return;
  }
  Place first = place(*n.y), second = place(*n.z);
  storePlace(first, key);
  storePlace(second, value);
}

// for i := 0; i < length; i++ { bind(i); body }, all of length's type, which is compared as signed.
void FunctionBuilder::countedLoop(const Node &n, ValueId length, const std::function<void(ValueId)> &bind) {
  Type t = f_[length].type;
  bool is_unsigned = n.range_kind() == ir::RangeKind::Int && isUnsigned(n.x->type);
  Variables::Id i = vars_.add(t);
  BlockId head = newBlock(), body = newBlock(), done = n.label() ? label(n.label()) : newBlock();
  vars_.write(b_.block(), i, constant(t, 0));
  jump(head);
  b_.setBlock(head);
  ValueId now = vars_.read(b_.block(), i);
  branch(emit(is_unsigned ? Op::LtU : Op::Lt, Type::Bool, {now, length}), body, done, 1);
  startCounted(body);
  bind(now);
  stmts(n.body);
  if (n.label2())
    bindLabel(n.label2());
  at(n);
  vars_.write(b_.block(), i, b_.binary(Op::Add, now, constant(t, 1)));
  jump(head);
  vars_.seal(head);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

void FunctionBuilder::rangeStmt(const Node &n) {
  hoist({{n.x}});
  switch (n.range_kind()) {
  case ir::RangeKind::Int:
    return rangeInt(n);
  case ir::RangeKind::Array:
  case ir::RangeKind::ArrayPtr:
  case ir::RangeKind::Slice:
    return rangeIndexed(n);
  case ir::RangeKind::String:
    return rangeString(n);
  case ir::RangeKind::Map:
    return rangeMap(n);
  case ir::RangeKind::Chan:
    return rangeChan(n);
  case ir::RangeKind::Func:
    break;
  }
  GANNET_UNREACHABLE("range over a function in " + f_.name());
}

void FunctionBuilder::rangeInt(const Node &n) {
  ValueId length = scalarExpr(*n.x);
  at(n);
  countedLoop(n, length, [&](ValueId i) { bindRange(n, n.y, n.x->type, Val::of({i})); });
}

void FunctionBuilder::rangeIndexed(const Node &n) {
  ValueId base, length;
  TypeP elem;
  bool wants_value = n.z && n.z->op != ir::Op::Blank;
  if (n.range_kind() == ir::RangeKind::Slice) {
    elem = types::underAs<types::Slice>(n.x->type)->elem;
    Val s = expr(*n.x);
    base = s[0];
    length = s[1];
  } else if (n.range_kind() == ir::RangeKind::ArrayPtr) {
    auto *a = types::underAs<types::Array>(types::underAs<types::Pointer>(n.x->type)->elem);
    elem = a->elem;
    length = int64(a->len);
    base = scalarExpr(*n.x);
    if (wants_value && a->len > 0)
      base = nilCheck(base);
  } else {
    auto *a = types::underAs<types::Array>(n.x->type);
    elem = a->elem;
    length = int64(a->len);
    if (wants_value) {
      // The loop runs over a copy.
      Val v = expr(*n.x);
      base = spill(n.x->type, isLvalue(*n.x) ? stable(n.x->type, v) : v);
    } else if (hasCall(*n.x)) {
      discard(*n.x);
    }
  }
  at(n);
  std::int64_t elem_bytes = sizeOf(elem);
  countedLoop(n, length, [&](ValueId i) {
    Val value;
    if (wants_value)
      value = loadVal(elem, elementAddr(base, i, elem_bytes));
    bindRangePair(n, intType_(), Val::of({i}), elem, value);
  });
}

void FunctionBuilder::rangeString(const Node &n) {
  Val s = expr(*n.x);
  at(n);
  Variables::Id index = vars_.add(Type::I64), rune = vars_.add(Type::I32), next = vars_.add(Type::I64);
  BlockId head = newBlock(), body = newBlock(), done = n.label() ? label(n.label()) : newBlock();
  vars_.write(b_.block(), index, int64(0));
  jump(head);
  b_.setBlock(head);
  ValueId i = vars_.read(b_.block(), index);
  branch(emit(Op::Lt, Type::Bool, {i, s[1]}), body, done, 1);
  startCounted(body);
  // One byte, or the runtime decodes.
  ValueId byte = load(Type::I8, b_.addPtr(s[0], i));
  BlockId plain = newBlock(), decode = newBlock(), decoded = newBlock();
  branch(emit(Op::LtU, Type::Bool, {byte, constant(Type::I8, static_cast<std::int8_t>(0x80))}), plain, decode, 1);
  startSealed(plain);
  vars_.write(b_.block(), rune, emit(Op::ZeroExt, Type::I32, {byte}));
  vars_.write(b_.block(), next, b_.binary(Op::Add, i, int64(1)));
  jump(decoded);
  startSealed(decode);
  std::vector<ValueId> r = runtime(RuntimeFn::decoderune, {s[0], s[1], i});
  vars_.write(b_.block(), rune, r[0]);
  vars_.write(b_.block(), next, r[1]);
  jump(decoded);
  startSealed(decoded);
  bindRangePair(n, intType_(), Val::of({i}), basic(types::BasicKind::Int32),
                Val::of({vars_.read(b_.block(), rune)}));
  stmts(n.body);
  if (n.label2())
    bindLabel(n.label2());
  at(n);
  vars_.write(b_.block(), index, vars_.read(b_.block(), next));
  jump(head);
  vars_.seal(head);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

// The iterator is internal/runtime/maps.Iter: 12 words, key and element pointers first.
void FunctionBuilder::rangeMap(const Node &n) {
  auto *m = types::underAs<types::Map>(n.x->type);
  ValueId map = scalarExpr(*n.x);
  at(n);
  Layout layout;
  layout.size_bytes = 96;
  layout.align_bytes = 8;
  layout.ptr_bytes = 88;
  layout.ptr_mask = {0b011000001111}; // key, elem, typ, m, tab, group
  LayoutId layout_id = f_.addLayout(std::move(layout));
  LocalId local = addLocal("internal/runtime/maps.Iter", {.name = ".mapiter", .layout = layout_id, .address_taken = true, .pos = b_.pos()});
  setMem(b_.zero(b_.localAddr(local), layout_id, mem()));
  runtime(RuntimeFn::mapIterStart, {typeAddr(n.x->type), map, b_.localAddr(local)});
  BlockId head = newBlock(), body = newBlock(), done = n.label() ? label(n.label()) : newBlock();
  jump(head);
  b_.setBlock(head);
  ValueId key = load(Type::Ptr, b_.localAddr(local));
  branch(emit(Op::IsNonNil, Type::Bool, {key}), body, done, 1);
  startCounted(body);
  f_[key].flags &= static_cast<std::uint8_t>(~ValueFlags::NonNil);
  bool wants_value = n.z && n.z->op != ir::Op::Blank;
  Val value;
  if (wants_value)
    value = loadVal(m->elem, load(Type::Ptr, b_.localAddr(local, 8)));
  Val key_value;
  if (n.y && n.y->op != ir::Op::Blank)
    key_value = loadVal(m->key, key);
  bindRangePair(n, m->key, key_value, m->elem, value);
  stmts(n.body);
  if (n.label2())
    bindLabel(n.label2());
  at(n);
  runtime(RuntimeFn::mapIterNext, {b_.localAddr(local)});
  jump(head);
  vars_.seal(head);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

void FunctionBuilder::rangeChan(const Node &n) {
  TypeP elem = types::underAs<types::Chan>(n.x->type)->elem;
  ValueId chan = scalarExpr(*n.x);
  at(n);
  BlockId head = newBlock(), body = newBlock(), done = n.label() ? label(n.label()) : newBlock();
  jump(head);
  b_.setBlock(head);
  ValueId addr = receivePlace(elem);
  ValueId ok = runtime1(RuntimeFn::chanrecv2, {chan, addr});
  branch(ok, body, done, 1);
  startCounted(body);
  bindRange(n, n.y, elem, sizeOf(elem) == 0 ? zeroVal(elem) : loadVal(elem, addr));
  stmts(n.body);
  if (n.label2())
    bindLabel(n.label2());
  at(n);
  jump(head);
  vars_.seal(head);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

} // namespace gannet::ssa
