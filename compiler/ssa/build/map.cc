// Maps: access by key class, assignment, literals. The tables themselves are internal/runtime/maps, behind calls.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/ir/alg.h"

namespace gannet::ssa {

// Which variant of the runtime's functions serves a map type: by how its key compares.
FunctionBuilder::MapClass FunctionBuilder::mapClass(TypeP map_type) {
  auto *m = types::underAs<types::Map>(map_type);
  if (sizeOf(m->elem) > data::kMapMaxInlineBytes)
    return MapClass::Slow;
  switch (ir::algOf(m->key)) {
  case ir::Alg::Memory:
    if (sizeOf(m->key) == 4)
      return MapClass::Fast32;
    if (sizeOf(m->key) == 8)
      return hasPointers(m->key) ? MapClass::Fast64Ptr : MapClass::Fast64;
    return MapClass::Slow;
  case ir::Alg::String:
    return MapClass::FastStr;
  default:
    return MapClass::Slow;
  }
}

Val FunctionBuilder::mapKey(TypeP map_type, const Node &key) {
  return stable(types::underAs<types::Map>(map_type)->key, expr(key));
}

// The key as the runtime's function takes it: by value for the fast ones, else its address.
std::vector<ValueId> FunctionBuilder::mapKeyArgs(TypeP map_type, const Val &key) {
  TypeP key_type = types::underAs<types::Map>(map_type)->key;
  auto as = [&](Type t) -> std::vector<ValueId> {
    if (!key.inMemory() && key.count == 1) {
      Type have = f_[key[0]].type;
      if (have == t)
        return {key[0]};
      if (have == Type::Ptr && t == Type::I64)
        return {emit(Op::PtrToInt, Type::I64, {key[0], mem()})};
    }
    return {load(t, spill(key_type, key))};
  };
  switch (mapClass(map_type)) {
  case MapClass::Slow:
    return {spill(key_type, key)};
  case MapClass::Fast32:
    return as(Type::I32);
  case MapClass::Fast64:
  case MapClass::Fast64Ptr:
    return as(Type::I64);
  case MapClass::FastStr:
    if (key.count == 2)
      return {key[0], key[1]};
    GANNET_UNREACHABLE("a string key of another form");
  }
  GANNET_UNREACHABLE("map class");
}

// The address of m[key], or of zeros if there is none; *ok (if wanted) tells which.
ValueId FunctionBuilder::mapAccess(TypeP map_type, ValueId map, const Val &key, ValueId *ok) {
  constexpr std::int64_t kZeroBytes = 1024; // of runtime.zeroVal
  auto *m = types::underAs<types::Map>(map_type);
  std::vector<ValueId> args{typeAddr(map_type), map};
  for (ValueId v : mapKeyArgs(map_type, key))
    args.push_back(v);
  RuntimeFn one = RuntimeFn::mapaccess1, two = RuntimeFn::mapaccess2;
  switch (mapClass(map_type)) {
  case MapClass::Slow:
    if (std::int64_t size = sizeOf(m->elem); size > kZeroBytes) {
      object::SymbolId zero = data_.unit().symbol("go:map.zero." + std::to_string(size));
      if (!data_.unit()[zero].defined())
        data_.unit().defineZero(zero, object::SymbolKind::NoPtrBss, object::kDupOk, 16,
                                static_cast<std::uint64_t>(size));
      args.push_back(symAddr(zero));
      one = RuntimeFn::mapaccess1_fat;
      two = RuntimeFn::mapaccess2_fat;
    }
    break;
  case MapClass::Fast32:
    one = RuntimeFn::mapaccess1_fast32;
    two = RuntimeFn::mapaccess2_fast32;
    break;
  case MapClass::Fast64:
  case MapClass::Fast64Ptr:
    one = RuntimeFn::mapaccess1_fast64;
    two = RuntimeFn::mapaccess2_fast64;
    break;
  case MapClass::FastStr:
    one = RuntimeFn::mapaccess1_faststr;
    two = RuntimeFn::mapaccess2_faststr;
    break;
  }
  std::vector<ValueId> r = runtime(ok ? two : one, args);
  if (ok)
    *ok = r[1];
  return elementOfMap(r[0]);
}

// The address that a map function gave: never nil.
ValueId FunctionBuilder::elementOfMap(ValueId p) {
  f_[p].flags |= ValueFlags::NonNil;
  if (context_.remarks.nil_checks)
    context_.diagnostics.note(outermostPos(f_, b_.pos()), "removed nil check");
  return p;
}

ValueId FunctionBuilder::mapAssign(TypeP map_type, ValueId map, const Val &key) {
  TypeP key_type = types::underAs<types::Map>(map_type)->key;
  std::vector<ValueId> args{typeAddr(map_type), map};
  RuntimeFn fn = RuntimeFn::mapassign;
  MapClass c = mapClass(map_type);
  if (c == MapClass::Fast64Ptr) {
    // The map keeps the key: it stays a pointer on the way.
    bool plain = !key.inMemory() && key.count == 1 && f_[key[0]].type == Type::Ptr;
    args.push_back(plain ? key[0] : load(Type::Ptr, spill(key_type, key)));
    fn = RuntimeFn::mapassign_fast64ptr;
  } else {
    for (ValueId v : mapKeyArgs(map_type, key))
      args.push_back(v);
    if (c == MapClass::Fast32)
      fn = RuntimeFn::mapassign_fast32;
    else if (c == MapClass::Fast64)
      fn = RuntimeFn::mapassign_fast64;
    else if (c == MapClass::FastStr)
      fn = RuntimeFn::mapassign_faststr;
  }
  return elementOfMap(runtime(fn, args)[0]);
}

void FunctionBuilder::mapDelete(const Node &n) {
  TypeP map_type = n.x->type;
  ValueId map = scalarExpr(*n.x);
  Val key = mapKey(map_type, *n.y);
  at(n);
  std::vector<ValueId> args{typeAddr(map_type), map};
  for (ValueId v : mapKeyArgs(map_type, key))
    args.push_back(v);
  switch (mapClass(map_type)) {
  case MapClass::Slow:
    runtime(RuntimeFn::mapdelete, args);
    return;
  case MapClass::Fast32:
    runtime(RuntimeFn::mapdelete_fast32, args);
    return;
  case MapClass::Fast64:
  case MapClass::Fast64Ptr:
    runtime(RuntimeFn::mapdelete_fast64, args);
    return;
  case MapClass::FastStr:
    runtime(RuntimeFn::mapdelete_faststr, args);
    return;
  }
}

// The header (internal/runtime/maps.Map) of a map that does not outlive this frame, in the frame, zeroed.
ValueId FunctionBuilder::mapHeaderInFrame() {
  constexpr std::int64_t kHeaderBytes = 48;
  Layout header;
  header.size_bytes = kHeaderBytes;
  header.align_bytes = 8;
  header.ptr_bytes = 24;
  header.ptr_mask = {0b100}; // dirPtr
  LayoutId layout = f_.addLayout(std::move(header));
  LocalId local = addLocal("internal/runtime/maps.Map", {.name = ".map", .layout = layout, .address_taken = true, .pos = b_.pos()});
  ValueId map = b_.localAddr(local);
  setMem(b_.zero(map, layout, mem()));
  return map;
}

// The same with one group, which a map of at most eight entries needs. It has no seed yet.
ValueId FunctionBuilder::mapInFrame(TypeP map_type) {
  constexpr std::int64_t kDirOffset = 16;
  constexpr std::uint64_t kAllEmpty = 0x8080808080808080; // the group's control word
  ValueId map = mapHeaderInFrame();
  TypeP group_type = data_.layouts().map(types::underAs<types::Map>(map_type)).group;
  ValueId group = tempAddr(newTemp(group_type, true));
  zeroAt(group_type, group, true);
  store(group, int64(static_cast<std::int64_t>(kAllEmpty)), true);
  store(b_.offPtr(map, kDirOffset), group, true);
  return map;
}

// A map of at most eight entries: the runtime's, or with its one group in the frame.
ValueId FunctionBuilder::smallMap(TypeP map_type, bool on_stack) {
  constexpr std::int64_t kSeedOffset = 8;
  if (!on_stack)
    return runtime1(RuntimeFn::makemap_small, {});
  ValueId map = mapInFrame(map_type);
  store(b_.offPtr(map, kSeedOffset), runtime1(RuntimeFn::rand, {}), true);
  return map;
}

Val FunctionBuilder::makeMap(const Node &n) {
  bool on_stack = n.esc() == ir::Esc::Stack;
  if (!n.x)
    return Val::of({smallMap(n.type, on_stack)});
  ValueId hint = indexVal(*n.x, nullptr);
  at(n);
  const bool known = f_[hint].op == Op::Const;
  if (known && f_[hint].aux_int <= data::kMapSlots)
    return Val::of({smallMap(n.type, on_stack)});
  // The runtime makes no group if one will do, and else puts a table in its place.
  ValueId header = !on_stack ? nil() : known ? mapHeaderInFrame() : mapInFrame(n.type);
  return Val::of({runtime1(RuntimeFn::makemap, {typeAddr(n.type), hint, header})});
}

Val FunctionBuilder::mapLit(const Node &n) {
  auto *m = types::underAs<types::Map>(n.type);
  std::size_t count = n.list.size() / 2;
  bool on_stack = n.esc() == ir::Esc::Stack;
  ValueId map;
  if (count <= static_cast<std::size_t>(data::kMapSlots)) {
    map = smallMap(n.type, on_stack);
  } else {
    ValueId header = on_stack ? mapHeaderInFrame() : nil();
    map = runtime1(RuntimeFn::makemap, {typeAddr(n.type), int64(static_cast<std::int64_t>(count)), header});
  }
  // Long lists of constants go through arrays and a loop: code for each entry would be huge.
  constexpr std::size_t kLoopFrom = 25;
  bool all_static = count > kLoopFrom;
  for (const Node *e : n.list)
    all_static = all_static && data_.isStatic(*e, false);
  if (all_static) {
    auto table = [&](TypeP t, std::size_t first) {
      TypeP array = arrayOf(t, static_cast<std::int64_t>(count));
      data::DataBytes bytes;
      bytes.bytes.resize(static_cast<std::size_t>(sizeOf(array)));
      for (std::size_t i = 0; i < count; ++i)
        data_.write(bytes, static_cast<std::int64_t>(i) * sizeOf(t), *n.list[2 * i + first]);
      return sizeOf(array) == 0 ? symAddr("runtime.zerobase") : symAddr(data_.addReadOnly(array, std::move(bytes)));
    };
    ValueId keys = table(m->key, 0), elems = table(m->elem, 1);
    Variables::Id i = vars_.add(Type::I64);
    BlockId head = newBlock(), body = newBlock(), done = newBlock();
    vars_.write(b_.block(), i, int64(0));
    jump(head);
    b_.setBlock(head);
    ValueId at_i = vars_.read(b_.block(), i);
    branch(emit(Op::Lt, Type::Bool, {at_i, int64(static_cast<std::int64_t>(count))}), body, done, 1);
    startSealed(body);
    Val key = loadVal(m->key, elementAddr(keys, at_i, sizeOf(m->key)));
    ValueId place = mapAssign(n.type, map, key);
    storeVal(m->elem, place, loadVal(m->elem, elementAddr(elems, at_i, sizeOf(m->elem))), false);
    vars_.write(b_.block(), i, b_.binary(Op::Add, at_i, int64(1)));
    jump(head);
    vars_.seal(head);
    startSealed(done);
    return Val::of({map});
  }
  for (std::size_t i = 0; i < count; ++i) {
    hoist({{n.list[2 * i]}, {n.list[2 * i + 1]}}); // each entry is assigned by itself
    Val key = mapKey(n.type, *n.list[2 * i]);
    Val value = stable(m->elem, expr(*n.list[2 * i + 1]));
    at(*n.list[2 * i]);
    ValueId place = mapAssign(n.type, map, key);
    storeVal(m->elem, place, value, false);
  }
  return Val::of({map});
}

// The count is the first word of a map's header.
Val FunctionBuilder::mapLen(ValueId map) {
  Variables::Id result = vars_.add(Type::I64);
  BlockId some = newBlock(), join = newBlock();
  vars_.write(b_.block(), result, int64(0));
  branch(emit(Op::IsNonNil, Type::Bool, {map}), some, join, 1);
  startSealed(some);
  vars_.write(b_.block(), result, load(Type::I64, map));
  jump(join);
  startSealed(join);
  return Val::of({vars_.read(b_.block(), result)});
}

} // namespace gannet::ssa
