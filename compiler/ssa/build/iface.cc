// Interfaces: putting values in, taking them out, and finding out what is in them.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/ir/wrappers.h"
#include "compiler/types/link_string.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

#include <algorithm>

namespace gannet::ssa {

namespace {

constexpr std::int64_t kItabTypeOffset = 8;

} // namespace

bool FunctionBuilder::isEmptyInterface(TypeP t) {
  auto *i = types::underAs<types::Interface>(t);
  GANNET_CHECK(i, "an interface was expected");
  return types::typeSet(i).methods.empty();
}

void FunctionBuilder::markUseIface(object::SymbolId s) {
  marks_.push_back({object::RelocKind::UseIface, std::string(data_.nameOf(s))});
}

ValueId FunctionBuilder::interfaceWord(TypeP concrete, TypeP iface) {
  object::SymbolId s = data_.ifaceWord(concrete, iface);
  markUseIface(s);
  return symAddr(s);
}

ValueId FunctionBuilder::typeWord(TypeP iface, const Val &v) {
  if (isEmptyInterface(iface))
    return v[0];
  Variables::Id result = vars_.add(Type::Ptr);
  BlockId some = newBlock(), join = newBlock();
  vars_.write(b_.block(), result, nil());
  branch(emit(Op::IsNonNil, Type::Bool, {v[0]}), some, join, 1);
  startSealed(some);
  vars_.write(b_.block(), result, load(Type::Ptr, b_.offPtr(v[0], kItabTypeOffset)));
  jump(join);
  startSealed(join);
  return vars_.read(b_.block(), result);
}

Val FunctionBuilder::fromData(TypeP t, ValueId data) {
  if (sizeOf(t) == 0)
    return zeroVal(t);
  if (ir::isDirectIface(t)) {
    if (inParts(t))
      return Val::of({data});
    ValueId addr = tempAddr(newTemp(t, true));
    store(addr, data, true);
    return Val::ofMemory(addr);
  }
  return loadVal(t, data);
}

// The data word for a value that is not a pointer itself.
ValueId FunctionBuilder::boxed(const Node &value, TypeP t, bool on_stack) {
  std::int64_t size = sizeOf(t);
  auto tell = [&](const char *what) {
    if (context_.remarks.interface_data)
      context_.diagnostics.note(value.op == ir::Op::LocalRef && value.inline_site == 0 ? value.aux_local->pos : shownPos(value),
                                std::string("using global for ") + what + "interface value");
  };
  if (size == 0) {
    tell("zero-sized ");
    discard(value);
    return symAddr("runtime.zerobase");
  }
  if (data_.isStatic(value, false)) {
    data::DataBytes bytes;
    bytes.bytes.resize(static_cast<std::size_t>(size));
    data_.write(bytes, 0, value);
    bool zero = value.op != ir::Op::Const && bytes.relocs.empty() &&
                std::all_of(bytes.bytes.begin(), bytes.bytes.end(), [](auto b) { return b == 0; });
    tell(size == 1 ? "single-byte " : zero ? "zero value " : "");
    return symAddr(data_.addReadOnly(t, std::move(bytes)));
  }
  if (on_stack && !inParts(t)) {
    ValueId addr = tempAddr(newTemp(t, true));
    exprInto(value, addr, true);
    return addr;
  }
  Val v = expr(value);
  at(value);
  if (!v.inMemory() && v.count == 1 && sizeBytes(f_[v[0]].type) == 1) {
    // One byte: its place in the table of small integers.
    ValueId wide = emit(Op::ZeroExt, Type::I64, {v[0]});
    return b_.addPtr(symAddr("runtime.staticuint64s"), emit(Op::Shl, Type::I64, {wide, int64(3)}, {.aux_int = 1}));
  }
  if (on_stack) {
    ValueId addr = tempAddr(newTemp(t, true));
    storeVal(t, addr, v, true);
    return addr;
  }
  if (v.inMemory()) {
    ValueId p = spill(t, v);
    return runtime1(hasPointers(t) ? RuntimeFn::convT : RuntimeFn::convTnoptr, {typeAddr(t), p});
  }
  if (v.count == 1 && !hasPointers(t) && f_[v[0]].type != Type::Ptr) {
    ValueId bits = v[0];
    if (isFloat(f_[bits].type))
      bits = emit(Op::Bitcast, intType(sizeBytes(f_[bits].type)), {bits});
    switch (size) {
    case 2:
      return runtime1(RuntimeFn::convT16, {bits});
    case 4:
      return runtime1(RuntimeFn::convT32, {bits});
    case 8:
      return runtime1(RuntimeFn::convT64, {bits});
    default:
      break;
    }
  }
  if (types::isString(t))
    return runtime1(RuntimeFn::convTstring, {v[0], v[1]});
  if (types::underAs<types::Slice>(t))
    return runtime1(RuntimeFn::convTslice, {v[0], v[1], v[2]});
  ValueId p = newObject(t);
  storeVal(t, p, v, false);
  return p;
}

Val FunctionBuilder::toInterface(const Node &n) {
  TypeP t = n.x->type;
  if (ir::isDirectIface(t)) {
    Val v = expr(*n.x);
    at(n);
    // The one word may have parts without size beside it.
    ValueId word = v.inMemory() ? load(Type::Ptr, v.addr) : v.only();
    return Val::of({interfaceWord(t, n.type), word});
  }
  ValueId data = boxed(*n.x, t, n.esc() == ir::Esc::Stack);
  at(n);
  return Val::of({interfaceWord(t, n.type), data});
}

// The descriptor of a place that asks for an itab (internal/abi.TypeAssert): it holds a cache.
ValueId FunctionBuilder::assertSite(TypeP to, bool can_fail) {
  std::string name = f_.name();
  if (func_.dup_ok)
    name += "@" + context_.package.options.package_path;
  name += "..typeAssert." + std::to_string(assert_count_++);
  object::Unit &unit = data_.unit();
  object::SymbolId s = unit.symbol(name);
  data::DataBytes bytes;
  bytes.bytes.resize(24);
  bytes.putAddr(0, unit.symbol("runtime.emptyTypeAssertCache"));
  bytes.putAddr(8, data_.type(to));
  bytes.put(16, can_fail, 1);
  unit.define(s, object::SymbolKind::Data, 0, 8, std::move(bytes.bytes));
  unit[s].relocs = std::move(bytes.relocs);
  unit[s].pointer_mask = {1};
  unit[s].pointer_words = 3;
  return symAddr(s);
}

// The itab of the dynamic type for interface `to`: from the cache of this place if it is there, from the runtime if not.
// Without `can_fail` a type that lacks a method, or none at all, panics. The cache is {mask, {type, itab}...}; a type
// stands in the entry that its hash names or not at all.
ValueId FunctionBuilder::assertItab(TypeP to, ValueId type_word, bool can_fail) {
  constexpr std::int64_t kTypeHashOffset = 16, kEntriesOffset = 8, kEntryShift = 4;
  ValueId site = assertSite(to, can_fail);
  Variables::Id result = vars_.add(Type::Ptr);
  BlockId some = newBlock(), hit = newBlock(), miss = newBlock(), join = newBlock();
  vars_.write(b_.block(), result, nil());
  branch(emit(Op::IsNonNil, Type::Bool, {type_word}), some, can_fail ? join : miss, 1);
  startSealed(some);
  ValueId cache = load(Type::Ptr, site);
  ValueId hash = emit(Op::ZeroExt, Type::I64, {load(Type::I32, b_.offPtr(type_word, kTypeHashOffset))});
  ValueId index = emit(Op::And, Type::I64, {hash, load(Type::I64, cache)});
  ValueId entry = b_.addPtr(cache, emit(Op::Shl, Type::I64, {index, int64(kEntryShift)}, {.aux_int = 1}));
  ValueId known = load(Type::Ptr, b_.offPtr(entry, kEntriesOffset));
  branch(emit(Op::Eq, Type::Bool, {known, type_word}), hit, miss, 1);
  startSealed(hit);
  vars_.write(b_.block(), result, load(Type::Ptr, b_.offPtr(entry, kEntriesOffset + 8)));
  jump(join);
  startSealed(miss);
  vars_.write(b_.block(), result, runtime1(RuntimeFn::typeAssert, {site, type_word}));
  jump(join);
  startSealed(join);
  return vars_.read(b_.block(), result);
}

Val FunctionBuilder::interfaceToInterface(const Node &n) {
  Val v = expr(*n.x);
  at(n);
  ValueId type = typeWord(n.x->type, v);
  if (isEmptyInterface(n.type))
    return Val::of({type, v[1]});
  Variables::Id result = vars_.add(Type::Ptr);
  BlockId some = newBlock(), join = newBlock();
  vars_.write(b_.block(), result, nil());
  branch(emit(Op::IsNonNil, Type::Bool, {type}), some, join, 1);
  startSealed(some);
  ValueId itab = assertItab(n.type, type, true);
  vars_.write(b_.block(), result, itab);
  jump(join);
  startSealed(join);
  return Val::of({vars_.read(b_.block(), result), v[1]});
}

std::vector<Val> FunctionBuilder::typeAssert(const Node &n, TypeP to, bool comma_ok) {
  Val v = expr(*n.x);
  at(n);
  TypeP from = n.x->type;
  if (context_.remarks.type_assertions)
    context_.diagnostics.note(shownPos(n), types::isInterface(to) ? "type assertion not inlined" : "type assertion inlined");
  ValueId type = typeWord(from, v);
  if (types::underAs<types::Interface>(to)) {
    ValueId word;
    if (isEmptyInterface(to)) {
      word = type;
      if (!comma_ok) {
        BlockId bad = newBlock(), good = newBlock();
        branch(emit(Op::IsNonNil, Type::Bool, {type}), good, bad, 1);
        startSealed(bad);
        runtime(RuntimeFn::panicnildottype, {typeAddr(to)});
        b_.exit(mem());
        startSealed(good);
      }
    } else {
      word = assertItab(to, type, comma_ok);
    }
    if (!comma_ok)
      return {Val::of({word, v[1]})};
    ValueId ok = emit(Op::IsNonNil, Type::Bool, {word});
    ValueId data = emit(Op::CondSelect, Type::Ptr, {v[1], nil(), ok});
    return {Val::of({word, data}), Val::of({ok})};
  }
  ValueId ok = emit(Op::Eq, Type::Bool, {type, typeAddr(to)});
  ValueId addr; // where a value in memory is put, found or not
  if (comma_ok && !inParts(to))
    addr = tempAddr(newTemp(to, false));
  BlockId good = newBlock(), bad = newBlock();
  branch(ok, good, bad, 1);
  if (!comma_ok) {
    startSealed(bad);
    if (isEmptyInterface(from))
      runtime(RuntimeFn::panicdottypeE, {v[0], typeAddr(to), typeAddr(from)});
    else
      runtime(RuntimeFn::panicdottypeI, {v[0], typeAddr(to), typeAddr(from)});
    b_.exit(mem());
    startSealed(good);
    return {fromData(to, v[1])};
  }
  BlockId join = newBlock();
  if (!inParts(to)) {
    startSealed(good);
    moveTo(to, addr, fromData(to, v[1]).addr, true);
    jump(join);
    startSealed(bad);
    zeroAt(to, addr, true);
    jump(join);
    startSealed(join);
    return {Val::ofMemory(addr), Val::of({ok})};
  }
  std::vector<Variables::Id> result = declareParts(to);
  startSealed(good);
  writeParts(result, fromData(to, v[1]));
  jump(join);
  startSealed(bad);
  writeParts(result, zeroVal(to));
  jump(join);
  startSealed(join);
  return {readParts(result), Val::of({ok})};
}

} // namespace gannet::ssa
