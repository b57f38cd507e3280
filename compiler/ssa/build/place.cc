// Storage: what the left sides of assignments and the operands of & name, and reading from it.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"

namespace gannet::ssa {

bool FunctionBuilder::isLvalue(const Node &n) {
  switch (n.op) {
  case ir::Op::LocalRef:
  case ir::Op::GlobalRef:
  case ir::Op::Deref:
    return true;
  case ir::Op::Field:
    return isLvalue(*n.x);
  case ir::Op::Index:
    return types::underAs<types::Slice>(n.x->type) || (types::underAs<types::Array>(n.x->type) && isLvalue(*n.x));
  default:
    return false;
  }
}

// Evaluates the operands of an lvalue; checks are left for `checkPlace`.
Place FunctionBuilder::place(const Node &n) {
  Place p;
  p.pos = srcPos(n);
  switch (n.op) {
  case ir::Op::Blank:
    p.type = n.type;
    return p;
  case ir::Op::LocalRef: {
    ir::Local &l = *n.local();
    p.type = n.type;
    if (state(l).kind == LocalState::Kind::Parts) {
      p.kind = Place::Kind::Parts;
      p.local = &l;
      return p;
    }
    p.kind = Place::Kind::Memory;
    p.base = Val::of({localAddr(l)});
    return p;
  }
  case ir::Op::GlobalRef:
    p.kind = Place::Kind::Memory;
    p.type = n.type;
    p.base = Val::of({symAddr(n.global()->name)});
    return p;
  case ir::Op::Deref:
    p.kind = Place::Kind::Memory;
    p.type = n.type;
    p.base = expr(*n.x);
    p.check_nil = !n.has(ir::kNonNil);
    return p;
  case ir::Op::Field: {
    p = place(*n.x);
    TypeP s = n.x->type;
    p.type = n.type;
    if (p.kind == Place::Kind::Parts) {
      p.first_part += fieldPart(s, n.aux_int);
      return p;
    }
    std::int64_t offset = layouts_.of(types::under(s)).offsets[static_cast<std::size_t>(n.aux_int)];
    if (p.steps.empty() || p.steps.back().kind != Place::Step::Kind::Offset) {
      p.steps.emplace_back();
      p.steps.back().kind = Place::Step::Kind::Offset;
    }
    p.steps.back().offset += offset;
    return p;
  }
  case ir::Op::Index: {
    if (auto *slice = types::underAs<types::Slice>(n.x->type)) {
      Val s = expr(*n.x);
      bool is_signed = true;
      ValueId i = indexVal(*n.y, &is_signed);
      p.kind = Place::Kind::Memory;
      p.type = n.type;
      p.base = Val::of({s[0]});
      p.steps.push_back({.kind = Place::Step::Kind::ArrayIndex,
                         .index = i,
                         .length = s[1],
                         .elem_bytes = sizeOf(slice->elem),
                         .is_signed = is_signed,
                         .bounded = n.has(ir::kBounded),
                         .pos = srcPos(n)});
      return p;
    }
    auto *array = types::underAs<types::Array>(n.x->type);
    GANNET_CHECK(array, "index of something that is no storage");
    p = place(*n.x);
    p.type = n.type;
    bool is_signed = true;
    ValueId i = indexVal(*n.y, &is_signed);
    if (array->len == 0 && p.kind == Place::Kind::Parts) { // there is no part: the check fails, what follows is not reached
      checkIndex(i, int64(0), is_signed);
      Place none;
      none.pos = p.pos;
      none.kind = Place::Kind::Memory;
      none.type = n.type;
      none.base = Val::of({tempAddr(newTemp(n.type, true))});
      return none;
    }
    p.steps.push_back({.kind = p.kind == Place::Kind::Parts ? Place::Step::Kind::PartIndex
                                                            : Place::Step::Kind::ArrayIndex,
                       .index = i,
                       .length = int64(array->len),
                       .elem_bytes = sizeOf(array->elem),
                       .is_signed = is_signed,
                       .bounded = n.has(ir::kBounded),
                       .pos = srcPos(n)});
    return p;
  }
  case ir::Op::MapIndex:
    p.kind = Place::Kind::Map;
    p.type = n.type;
    p.map_type = n.x->type;
    p.base = expr(*n.x);
    p.key = mapKey(n.x->type, *n.y);
    return p;
  case ir::Op::Convert:
    // Renaming of a type does not move the storage.
    if (n.conv() == ir::Conv::Noop) {
      p = place(*n.x);
      p.type = n.type;
      return p;
    }
    break;
  default:
    break;
  }
  // A value that is no storage, for Addr of temporaries: it gets some.
  Val v = expr(n);
  p.kind = Place::Kind::Memory;
  p.type = n.type;
  p.base = Val::of({spill(n.type, stable(n.type, v))});
  return p;
}

// Nil and bounds checks in order; afterwards the base is the address and there are no steps.
void FunctionBuilder::checkPlace(Place &p) {
  if (p.kind == Place::Kind::Parts) {
    for (const Place::Step &s : p.steps)
      if (!s.bounded) {
        b_.setPos(s.pos);
        checkIndex(s.index, s.length, s.is_signed);
      }
    p.steps.clear();
    return;
  }
  if (p.kind != Place::Kind::Memory)
    return;
  ValueId addr = p.base.only();
  if (p.check_nil) {
    b_.setPos(p.pos);
    addr = nilCheck(addr);
    p.check_nil = false;
  }
  for (const Place::Step &s : p.steps) {
    if (s.kind == Place::Step::Kind::Offset) {
      addr = b_.offPtr(addr, s.offset);
      continue;
    }
    b_.setPos(s.pos);
    if (!s.bounded)
      checkIndex(s.index, s.length, s.is_signed);
    addr = elementAddr(addr, s.index, s.elem_bytes);
  }
  p.steps.clear();
  p.base = Val::of({addr});
}

ValueId FunctionBuilder::address(Place &p) {
  if (p.kind == Place::Kind::Map) {
    // Storage in a map is made by assigning to it.
    return mapAssign(p.map_type, p.base.only(), p.key);
  }
  GANNET_CHECK(p.kind == Place::Kind::Memory, "address of a variable in registers in " + f_.name());
  checkPlace(p);
  return p.base.only();
}

ValueId FunctionBuilder::addressOf(const Node &lvalue) {
  Place p = place(lvalue);
  return address(p);
}

bool FunctionBuilder::inFrame(const Place &p) {
  if (p.kind != Place::Kind::Memory)
    return false;
  ValueId root = p.base.only();
  while (f_[root].op == Op::OffPtr || f_[root].op == Op::AddPtr)
    root = f_[root].arg(0);
  return f_[root].op == Op::LocalAddr;
}

Val FunctionBuilder::loadPlace(Place &p) {
  switch (p.kind) {
  case Place::Kind::Blank:
    break;
  case Place::Kind::Parts: {
    checkPlace(p);
    Val whole = readLocal(*p.local);
    return whole.slice(p.first_part, static_cast<unsigned>(shape(p.type).parts.size()));
  }
  case Place::Kind::Memory:
    checkPlace(p);
    return loadVal(p.type, p.base.only());
  case Place::Kind::Map: {
    ValueId at = mapAccess(p.map_type, p.base.only(), p.key, nullptr);
    return loadVal(p.type, at);
  }
  }
  GANNET_UNREACHABLE("reading the blank identifier");
}

void FunctionBuilder::storePlace(Place &p, const Val &v) {
  switch (p.kind) {
  case Place::Kind::Blank:
    return;
  case Place::Kind::Parts: {
    checkPlace(p);
    Val whole = readLocal(*p.local);
    for (unsigned i = 0; i < v.count; ++i)
      whole.parts[p.first_part + i] = v[i];
    return writeLocal(*p.local, whole);
  }
  case Place::Kind::Memory:
    checkPlace(p);
    return storeVal(p.type, p.base.only(), v, inFrame(p), p.no_barrier);
  case Place::Kind::Map: {
    // The value is not in the map's memory while that moves.
    Val kept = stable(p.type, v);
    ValueId at = mapAssign(p.map_type, p.base.only(), p.key);
    return storeVal(p.type, at, kept, false);
  }
  }
}

} // namespace gannet::ssa
