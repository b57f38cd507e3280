// Channels and select.
#include "compiler/ssa/build/function_builder.h"

namespace gannet::ssa {

Val FunctionBuilder::makeChan(const Node &n) {
  ValueId size = n.x ? indexVal(*n.x, nullptr) : int64(0);
  at(n);
  return Val::of({runtime1(RuntimeFn::makechan, {typeAddr(n.type), size})});
}

// Where an element is received. Cleared: what it got before would live on in a loop, since the runtime is given its address.
ValueId FunctionBuilder::receivePlace(TypeP elem) {
  if (sizeOf(elem) == 0)
    return nil();
  ValueId addr = tempAddr(newTemp(elem, true));
  if (hasPointers(elem))
    zeroAt(elem, addr, true);
  return addr;
}

std::vector<Val> FunctionBuilder::receive(const Node &n, bool comma_ok) {
  TypeP elem = types::underAs<types::Chan>(n.x->type)->elem;
  ValueId chan = scalarExpr(*n.x);
  at(n);
  ValueId addr = receivePlace(elem);
  ValueId ok;
  if (comma_ok)
    ok = runtime1(RuntimeFn::chanrecv2, {chan, addr});
  else
    runtime(RuntimeFn::chanrecv1, {chan, addr});
  Val v = sizeOf(elem) == 0 ? zeroVal(elem) : loadVal(elem, addr);
  if (comma_ok)
    return {v, Val::of({ok})};
  return {v};
}

void FunctionBuilder::send(const Node &n) {
  TypeP elem = types::underAs<types::Chan>(n.x->type)->elem;
  hoist({{n.x}, {n.y}});
  ValueId chan = scalarExpr(*n.x);
  Val v = expr(*n.y);
  at(n);
  ValueId p = spill(elem, v);
  runtime(RuntimeFn::chansend1, {chan, p});
}

// What a case receives goes to its variables, then its body runs.
void FunctionBuilder::selectCaseBody(const Node &c, const Val *received, ValueId ok) {
  countEdge();
  auto give = [&](std::size_t i, TypeP t, const Val &v) {
    if (i >= c.list.size() || !c.list[i] || c.list[i]->op == ir::Op::Blank)
      return;
    if (c.has(ir::kDefine))
      return declareVal(*c.list[i]->local(), v);
    (void)t;
    Place p = place(*c.list[i]);
    storePlace(p, v);
  };
  if (received) {
    TypeP elem = types::underAs<types::Chan>(c.x->x->type)->elem;
    give(0, elem, *received);
    if (ok)
      give(1, basic(types::BasicKind::Bool), Val::of({ok}));
  }
  stmts(c.body);
}

void FunctionBuilder::selectStmt(const Node &n) {
  BlockId done = n.label() ? label(n.label()) : newBlock();
  const Node *fallback = nullptr;
  std::vector<const Node *> sends, receives;
  for (const Node *c : n.list) {
    if (!c->x)
      fallback = c;
    else if (c->x->op == ir::Op::Send)
      sends.push_back(c);
    else
      receives.push_back(c);
  }
  std::size_t count = sends.size() + receives.size();
  auto leave = [&] {
    jump(done);
  };
  auto finishUp = [&] {
    startSealed(done);
    if (n.label())
      labels_[n.label()->id] = {};
  };
  if (count == 0) {
    if (fallback) {
      selectCaseBody(*fallback, nullptr, {});
      leave();
    } else {
      runtime(RuntimeFn::block, {});
      endUnreachable();
    }
    return finishUp();
  }

  // Operands are evaluated in source order, whatever the order of the cases below.
  struct Entry {
    const Node *c;
    bool is_send;
    TypeP elem;
    ValueId chan;
    ValueId addr;
  };
  std::vector<Entry> entries;
  for (const Node *c : n.list) {
    if (!c->x)
      continue;
    Entry e{c, c->x->op == ir::Op::Send, types::underAs<types::Chan>(c->x->x->type)->elem, {}, {}};
    e.chan = scalarExpr(*c->x->x);
    if (e.is_send) {
      Val v = stable(e.elem, expr(*c->x->y));
      e.addr = spill(e.elem, v);
    } else {
      e.addr = receivePlace(e.elem);
    }
    entries.push_back(e);
  }
  at(n);
  auto received = [&](const Entry &e) { return sizeOf(e.elem) == 0 ? zeroVal(e.elem) : loadVal(e.elem, e.addr); };
  auto runCase = [&](const Entry &e, ValueId ok) {
    if (e.is_send) {
      selectCaseBody(*e.c, nullptr, {});
    } else {
      Val v = received(e);
      selectCaseBody(*e.c, &v, ok);
    }
    leave();
  };

  if (count == 1 && !fallback) {
    const Entry &e = entries[0];
    if (e.is_send) {
      runtime(RuntimeFn::chansend1, {e.chan, e.addr});
      runCase(e, {});
    } else {
      ValueId ok = runtime1(RuntimeFn::chanrecv2, {e.chan, e.addr});
      runCase(e, ok);
    }
    return finishUp();
  }
  if (count == 1) {
    const Entry &e = entries[0];
    ValueId selected, ok;
    if (e.is_send) {
      selected = runtime1(RuntimeFn::selectnbsend, {e.chan, e.addr});
    } else {
      std::vector<ValueId> r = runtime(RuntimeFn::selectnbrecv, {e.addr, e.chan});
      selected = r[0];
      ok = r[1];
    }
    BlockId yes = newBlock(), no = newBlock();
    branch(selected, yes, no);
    startSealed(yes);
    runCase(e, ok);
    startSealed(no);
    selectCaseBody(*fallback, nullptr, {});
    leave();
    return finishUp();
  }

  // runtime.selectgo takes the cases, sends first, and room for an order of twice as many.
  std::vector<const Entry *> order;
  for (const Entry &e : entries)
    if (e.is_send)
      order.push_back(&e);
  for (const Entry &e : entries)
    if (!e.is_send)
      order.push_back(&e);
  auto words = static_cast<std::int64_t>(2 * count);
  Layout cases;
  cases.size_bytes = cases.ptr_bytes = words * 8;
  cases.align_bytes = 8;
  cases.ptr_mask.assign(static_cast<std::size_t>((words + 63) / 64), ~std::uint64_t(0));
  LocalId case_local = addLocal("[" + std::to_string(count) + "]runtime.scase", {.name = ".selectcases",
                                                                                .layout = f_.addLayout(std::move(cases)),
                                                                                .address_taken = true,
                                                                                .pos = b_.pos()});
  LocalId order_local = f_.addLocal({.name = ".selectorder",
                                     .layout = rawLayout(static_cast<std::int64_t>(4 * count), 2),
                                     .address_taken = true,
                                     .pos = b_.pos()});
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto offset = static_cast<std::int64_t>(i) * 16;
    store(b_.localAddr(case_local, offset), order[i]->chan, true);
    store(b_.localAddr(case_local, offset + 8), order[i]->addr, true);
  }
  std::vector<ValueId> r = runtime(RuntimeFn::selectgo, {b_.localAddr(case_local), b_.localAddr(order_local), nil(),
                                                         int64(static_cast<std::int64_t>(sends.size())),
                                                         int64(static_cast<std::int64_t>(receives.size())),
                                                         f_.constBool(fallback == nullptr)});
  ValueId chosen = r[0], ok = r[1];
  if (fallback) {
    BlockId yes = newBlock(), no = newBlock();
    branch(emit(Op::Lt, Type::Bool, {chosen, int64(0)}), yes, no);
    startSealed(yes);
    selectCaseBody(*fallback, nullptr, {});
    leave();
    startSealed(no);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i + 1 == order.size()) {
      runCase(*order[i], ok);
      break;
    }
    BlockId yes = newBlock(), no = newBlock();
    branch(emit(Op::Eq, Type::Bool, {chosen, int64(static_cast<std::int64_t>(i))}), yes, no);
    startSealed(yes);
    runCase(*order[i], ok);
    startSealed(no);
  }
  finishUp();
}

} // namespace gannet::ssa
