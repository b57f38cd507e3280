// Slices and strings: bounds, slicing, append, copy, make, concatenation.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/types/predicates.h"

namespace gannet::ssa {

void FunctionBuilder::boundsCheck(ValueId ok, BoundsKind kind, ValueId index, ValueId length, bool is_signed) {
  if (context_.no_bounds_checks && kind != BoundsKind::Convert)
    return;
  BlockId good = newBlock(), bad = newBlock();
  branch(ok, good, bad, 1);
  startSealed(bad);
  ValueId m = emit(Op::PanicBounds, Type::Mem, {index, length, mem()},
                   {.aux_int = static_cast<std::int64_t>(kind) * 2 + (is_signed ? 1 : 0)});
  setMem(m);
  b_.exit(m);
  startSealed(good);
}

void FunctionBuilder::checkIndex(ValueId index, ValueId length, bool is_signed) {
  const Value &i = f_[index], &n = f_[length];
  if (i.op == Op::Const && n.op == Op::Const && i.aux_int >= 0 && i.aux_int < n.aux_int)
    return;
  ValueId ok = emit(Op::IsInBounds, Type::Bool, {index, length});
  boundsCheck(ok, BoundsKind::Index, index, length, is_signed);
}

ValueId FunctionBuilder::bytesTimes(ValueId count, std::int64_t size) {
  if (size == 1)
    return count;
  if (f_[count].op == Op::Const)
    return int64(f_[count].aux_int * size);
  if ((size & (size - 1)) == 0 && size > 0)
    return emit(Op::Shl, Type::I64, {count, int64(__builtin_ctzll(static_cast<unsigned long long>(size)))},
                {.aux_int = 1});
  return b_.binary(Op::Mul, count, int64(size));
}

ValueId FunctionBuilder::elementAddr(ValueId base, ValueId index, std::int64_t elem_bytes) {
  if (elem_bytes == 0)
    return base;
  constexpr std::int64_t kMaxOffset = std::int64_t(1) << 30; // an instruction's displacement has 32 bits
  if (f_[index].op == Op::Const)
    if (std::int64_t i = f_[index].aux_int; i >= 0 && i < kMaxOffset && i * elem_bytes < kMaxOffset)
      return b_.offPtr(base, i * elem_bytes);
  return b_.addPtr(base, bytesTimes(index, elem_bytes));
}

// x[i:j:k] with checks from the outside in, as gc orders them.
Val FunctionBuilder::sliceExpr(const Node &n) {
  TypeP u = types::under(n.x->type);
  Val x = expr(*n.x);
  auto bound = [&](const Node *b, bool &is_signed) {
    is_signed = true;
    return b ? indexVal(*b, &is_signed) : ValueId();
  };
  bool i_signed, j_signed, k_signed;
  ValueId i = bound(n.y, i_signed), j = bound(n.z, j_signed), k = bound(n.w, k_signed);
  at(n);
  bool is_string = types::isString(u);
  bool is_array = u->kind == types::TypeKind::Pointer;
  ValueId ptr, length, capacity;
  std::int64_t elem_bytes = 1;
  if (is_string) {
    ptr = x[0];
    length = capacity = x[1];
  } else if (is_array) {
    auto *a = types::underAs<types::Array>(static_cast<types::Pointer *>(u)->elem);
    ptr = nilCheck(x[0]);
    length = capacity = int64(a->len);
    elem_bytes = sizeOf(a->elem);
  } else {
    ptr = x[0];
    length = x[1];
    capacity = x[2];
    elem_bytes = sizeOf(static_cast<types::Slice *>(u)->elem);
  }
  auto check = [&](ValueId low, ValueId high, BoundsKind kind, bool is_signed) {
    const Value &a = f_[low], &b = f_[high];
    if (a.op == Op::Const && a.aux_int == 0)
      return; // lengths and checked bounds are not below 0
    if (a.op == Op::Const && b.op == Op::Const && a.aux_int >= 0 && a.aux_int <= b.aux_int)
      return;
    if (low == high)
      return;
    ValueId ok = emit(Op::IsSliceInBounds, Type::Bool, {low, high});
    boundsCheck(ok, kind, low, high, is_signed);
  };
  bool fixed = is_string || is_array; // length and capacity are one
  if (n.w) {
    check(k, capacity, fixed ? BoundsKind::Slice3Alen : BoundsKind::Slice3Acap, k_signed);
    if (!j)
      j = k;
    check(j, k, BoundsKind::Slice3B, j_signed);
    if (i)
      check(i, j, BoundsKind::Slice3C, i_signed);
  } else {
    k = capacity;
    if (j)
      check(j, capacity, fixed ? BoundsKind::SliceAlen : BoundsKind::SliceAcap, j_signed);
    else
      j = length;
    if (i)
      check(i, j, BoundsKind::SliceB, i_signed);
  }
  if (!i || (f_[i].op == Op::Const && f_[i].aux_int == 0)) {
    if (context_.remarks.slices && i && !n.z && !is_array)
      context_.diagnostics.note(shownPos(n), "slice: omit slice operation");
    if (is_string)
      return Val::of({ptr, j});
    return Val::of({ptr, j, k});
  }
  ValueId new_length = b_.binary(Op::Sub, j, i);
  ValueId new_capacity = is_string ? new_length : k == j ? new_length : b_.binary(Op::Sub, k, i);
  // Nothing left: the pointer stays at the start, so that it does not point to what comes behind the object.
  ValueId start = b_.addPtr(ptr, maskedBy(new_capacity, bytesTimes(i, elem_bytes)));
  if (is_string)
    return Val::of({start, new_length});
  return Val::of({start, new_length, new_capacity});
}

// s with room for `extra` more elements: pointer, new length, capacity.
Val FunctionBuilder::growFor(const Val &s, ValueId extra, TypeP slice_type, ir::Local *variable) {
  TypeP elem = types::underAs<types::Slice>(slice_type)->elem;
  ValueId new_length = b_.binary(Op::Add, s[1], extra);
  Variables::Id ptr = vars_.add(Type::Ptr), capacity = vars_.add(Type::I64);
  BlockId full = newBlock(), join = newBlock();
  vars_.write(b_.block(), ptr, s[0]);
  vars_.write(b_.block(), capacity, s[2]);
  branch(emit(Op::LtU, Type::Bool, {s[2], new_length}), full, join, -1);
  startSealed(full);
  Grown grown = grow(s, new_length, extra, elem, variable);
  vars_.write(b_.block(), ptr, grown.ptr);
  vars_.write(b_.block(), capacity, grown.capacity);
  jump(join);
  startSealed(join);
  return Val::of({vars_.read(b_.block(), ptr), new_length, vars_.read(b_.block(), capacity)});
}

Val FunctionBuilder::append(const Node &n) {
  TypeP elem = types::underAs<types::Slice>(n.type)->elem;
  Val s = expr(*n.x);
  if (n.list.empty())
    return s;
  std::vector<Val> values;
  for (const Node *e : n.list)
    values.push_back(stable(elem, expr(*e)));
  at(n);
  Val grown = growFor(s, int64(static_cast<std::int64_t>(values.size())), n.type, growingVariable(n));
  std::int64_t elem_bytes = sizeOf(elem);
  ValueId start = elementAddr(grown[0], s[1], elem_bytes);
  if (elem_bytes != 0)
    for (std::size_t i = 0; i < values.size(); ++i)
      storeVal(elem, b_.offPtr(start, static_cast<std::int64_t>(i) * elem_bytes), values[i], false);
  return grown;
}

namespace {

// Do both name the same storage, and are found without calls? Variables, what pointers in variables point to, and fields.
bool isSameStorage(const ir::Node &a, const ir::Node &b) {
  if (a.op != b.op)
    return false;
  switch (a.op) {
  case ir::Op::LocalRef:
    return a.aux_local == b.aux_local;
  case ir::Op::GlobalRef:
    return a.aux_global == b.aux_global;
  case ir::Op::Deref:
    return isSameStorage(*a.x, *b.x);
  case ir::Op::Field:
    return a.aux_int == b.aux_int && isSameStorage(*a.x, *b.x);
  default:
    return false;
  }
}

} // namespace

// x = append(x, ...) with x in memory: the pointer and the capacity are stored where the slice had to grow, which is seldom;
// else the length alone is, and no write barrier is asked for. False if the assignment is none like it.
bool FunctionBuilder::appendInPlace(const Node &left, const Node &right) {
  if (right.op != ir::Op::Append || right.list.empty() || !isSameStorage(left, *right.x))
    return false;
  for (const Node *e : right.list)
    if (hasCall(*e))
      return false;
  Place p = place(left);
  auto tell = [&](const char *where) {
    if (context_.remarks.appends)
      context_.diagnostics.note(shownPos(right), std::string("append: len-only update") + where);
  };
  if (p.kind != Place::Kind::Memory) {
    if (left.op == ir::Op::LocalRef) // in registers, as every append to it
      tell(" (in local slice)");
    return false;
  }
  tell("");
  constexpr std::int64_t kLength = 8, kCapacity = 16;
  ValueId slice = address(p);
  Val s = loadVal(right.type, slice);
  TypeP elem = types::underAs<types::Slice>(right.type)->elem;
  std::vector<Val> values;
  for (const Node *e : right.list)
    values.push_back(stable(elem, expr(*e)));
  at(right);
  ValueId extra = int64(static_cast<std::int64_t>(values.size())), length = b_.binary(Op::Add, s[1], extra);
  Variables::Id ptr = vars_.add(Type::Ptr);
  BlockId grow = newBlock(), join = newBlock();
  vars_.write(b_.block(), ptr, s[0]);
  branch(emit(Op::LtU, Type::Bool, {s[2], length}), grow, join, -1);
  startSealed(grow);
  Grown grown = this->grow(s, length, extra, elem, growingVariable(right));
  store(slice, grown.ptr);
  store(b_.offPtr(slice, kCapacity), grown.capacity);
  vars_.write(b_.block(), ptr, grown.ptr);
  jump(join);
  startSealed(join);
  store(b_.offPtr(slice, kLength), length);
  std::int64_t elem_bytes = sizeOf(elem);
  ValueId start = elementAddr(vars_.read(b_.block(), ptr), s[1], elem_bytes);
  if (elem_bytes != 0)
    for (std::size_t i = 0; i < values.size(); ++i)
      storeVal(elem, b_.offPtr(start, static_cast<std::int64_t>(i) * elem_bytes), values[i], false);
  return true;
}

// Where `count` elements go behind the first `length`, for a callee that the collector may look at: if there are none the
// slice may be full, and the address of its end would keep the object that lies there.
ValueId FunctionBuilder::startOfAdded(const Val &grown, ValueId length, ValueId count, std::int64_t elem_bytes) {
  return b_.addPtr(grown[0], maskedBy(count, bytesTimes(length, elem_bytes)));
}

// `v`, or 0 if `count`, which is not negative, is 0.
ValueId FunctionBuilder::maskedBy(ValueId count, ValueId v) {
  ValueId mask = emit(Op::Sar, Type::I64, {b_.unary(Op::Neg, count), int64(63)}, {.aux_int = 1});
  return b_.binary(Op::And, v, mask);
}

Val FunctionBuilder::appendSlice(const Node &n) {
  TypeP elem = types::underAs<types::Slice>(n.type)->elem;
  std::int64_t elem_bytes = sizeOf(elem);
  Val s = expr(*n.x);
  const Node &more = *n.y;
  if (more.op == ir::Op::MakeSlice && !more.y) {
    // append(s, make([]T, n)...): grow and clear, without the slice.
    bool is_signed = true;
    ValueId count = indexVal(*more.x, &is_signed);
    at(n);
    BlockId good = newBlock(), bad = newBlock();
    branch(emit(Op::Lt, Type::Bool, {count, int64(0)}), bad, good, -1);
    startSealed(bad);
    runtime(RuntimeFn::panicmakeslicelen, {});
    b_.exit(mem());
    startSealed(good);
    Val grown = growFor(s, count, n.type);
    if (elem_bytes == 0)
      return grown;
    ValueId start = hasPointers(elem) ? startOfAdded(grown, s[1], count, elem_bytes) : elementAddr(grown[0], s[1], elem_bytes);
    runtime(hasPointers(elem) ? RuntimeFn::memclrHasPointers : RuntimeFn::memclrNoHeapPointers,
            {start, bytesTimes(count, elem_bytes)});
    return grown;
  }
  Val y = expr(more);
  at(n);
  Val grown = growFor(s, y[1], n.type);
  if (elem_bytes == 0)
    return grown;
  if (hasPointers(elem))
    runtime(RuntimeFn::typedslicecopy,
            {typeAddr(elem), startOfAdded(grown, s[1], y[1], elem_bytes), y[1], y[0], y[1]});
  else
    runtime(RuntimeFn::memmove, {elementAddr(grown[0], s[1], elem_bytes), y[0], bytesTimes(y[1], elem_bytes)});
  return grown;
}

Val FunctionBuilder::copyBuiltin(const Node &n) {
  Val to = expr(*n.x);
  Val from = expr(*n.y);
  at(n);
  TypeP elem = types::underAs<types::Slice>(n.x->type)->elem;
  if (hasPointers(elem))
    return Val::of({runtime1(RuntimeFn::typedslicecopy, {typeAddr(elem), to[0], to[1], from[0], from[1]})});
  ValueId shorter = emit(Op::Lt, Type::Bool, {from[1], to[1]});
  ValueId count = emit(Op::CondSelect, Type::I64, {from[1], to[1], shorter});
  std::int64_t elem_bytes = sizeOf(elem);
  if (elem_bytes != 0)
    runtime(RuntimeFn::memmove, {to[0], from[0], bytesTimes(count, elem_bytes)});
  return Val::of({count});
}

void FunctionBuilder::clearBuiltin(const Node &n) {
  Val v = expr(*n.x);
  at(n);
  if (types::underAs<types::Map>(n.x->type)) {
    runtime(RuntimeFn::mapclear, {typeAddr(n.x->type), v[0]});
    return;
  }
  TypeP elem = types::underAs<types::Slice>(n.x->type)->elem;
  std::int64_t elem_bytes = sizeOf(elem);
  if (elem_bytes == 0)
    return;
  BlockId some = newBlock(), join = newBlock();
  branch(emit(Op::Ne, Type::Bool, {v[1], int64(0)}), some, join);
  startSealed(some);
  runtime(hasPointers(elem) ? RuntimeFn::memclrHasPointers : RuntimeFn::memclrNoHeapPointers,
          {v[0], bytesTimes(v[1], elem_bytes)});
  jump(join);
  startSealed(join);
}

Val FunctionBuilder::makeSlice(const Node &n) {
  TypeP elem = types::underAs<types::Slice>(n.type)->elem;
  auto clamp = [&](const Node &v) {
    bool is_signed = true;
    return indexVal(v, &is_signed); // a huge unsigned one is negative now: refused either way
  };
  ValueId length = clamp(*n.x);
  ValueId capacity = n.y ? clamp(*n.y) : length;
  at(n);
  const Value &c = f_[capacity];
  constexpr std::int64_t kMaxFrameBytes = 64 << 10, kSmallBytes = 32;
  std::int64_t elem_bytes = sizeOf(elem);
  auto onHeap = [&] { return runtime1(RuntimeFn::makeslice, {typeAddr(elem), length, capacity}); };
  if (n.esc() != ir::Esc::Stack || elem_bytes == 0 || elem_bytes > kMaxFrameBytes)
    return Val::of({onHeap(), length, capacity});
  if (c.op == Op::Const) {
    if (c.aux_int < 0 || c.aux_int > kMaxFrameBytes / elem_bytes)
      return Val::of({onHeap(), length, capacity});
    if (f_[length].op != Op::Const || f_[length].aux_int < 0 || f_[length].aux_int > c.aux_int)
      checkMakeLength(length, capacity);
    ValueId addr = allocate(arrayOf(elem, c.aux_int), true);
    return Val::of({addr, length, capacity});
  }
  // Of a size that is not known: a few bytes of the frame serve if that is enough.
  if (elem_bytes > kSmallBytes)
    return Val::of({onHeap(), length, capacity});
  Variables::Id place = vars_.add(Type::Ptr);
  BlockId small = newBlock(), large = newBlock(), join = newBlock();
  branch(emit(Op::LeU, Type::Bool, {capacity, int64(kSmallBytes / elem_bytes)}), small, large);
  startSealed(small);
  if (n.y)
    checkMakeLength(length, capacity);
  // As well aligned as what makeslice gives.
  TypeP store = hasPointers(elem) ? arrayOf(elem, kSmallBytes / elem_bytes)
                                  : arrayOf(basic(types::BasicKind::Uintptr), kSmallBytes / 8);
  vars_.write(b_.block(), place, allocate(store, true));
  jump(join);
  startSealed(large);
  vars_.write(b_.block(), place, onHeap());
  jump(join);
  startSealed(join);
  return Val::of({vars_.read(b_.block(), place), length, capacity});
}

// Panics as makeslice does unless 0 <= length <= capacity; capacity is good.
void FunctionBuilder::checkMakeLength(ValueId length, ValueId capacity) {
  BlockId good = newBlock(), bad = newBlock();
  branch(emit(Op::LeU, Type::Bool, {length, capacity}), good, bad, 1);
  startSealed(bad);
  BlockId bad_length = newBlock(), bad_capacity = newBlock();
  branch(emit(Op::Lt, Type::Bool, {length, int64(0)}), bad_length, bad_capacity);
  startSealed(bad_length);
  runtime(RuntimeFn::panicmakeslicelen, {});
  b_.exit(mem());
  startSealed(bad_capacity);
  runtime(RuntimeFn::panicmakeslicecap, {});
  b_.exit(mem());
  startSealed(good);
}

// ---- strings

Val FunctionBuilder::concatVals(std::span<const Val> list, bool on_stack) {
  ValueId buf = on_stack ? tempAddr(newTemp(arrayOf(basic(types::BasicKind::Uint8), 32), true)) : nil();
  std::vector<ValueId> args{buf};
  if (list.size() <= 5) {
    for (const Val &v : list) {
      args.push_back(v[0]);
      args.push_back(v[1]);
    }
    static constexpr RuntimeFn kFns[] = {RuntimeFn::concatstring2, RuntimeFn::concatstring3, RuntimeFn::concatstring4,
                                         RuntimeFn::concatstring5};
    std::vector<ValueId> r = runtime(kFns[list.size() - 2], args);
    return Val::of({r[0], r[1]});
  }
  TypeP array = arrayOf(stringType(), static_cast<std::int64_t>(list.size()));
  ValueId addr = tempAddr(newTemp(array, true));
  for (std::size_t i = 0; i < list.size(); ++i)
    storeVal(stringType(), b_.offPtr(addr, static_cast<std::int64_t>(i) * 16), list[i], true);
  ValueId count = int64(static_cast<std::int64_t>(list.size()));
  std::vector<ValueId> r = runtime(RuntimeFn::concatstrings, {buf, addr, count, count});
  return Val::of({r[0], r[1]});
}

Val FunctionBuilder::concat(const Node &n) {
  std::vector<Val> values;
  for (const Node *s : n.list)
    values.push_back(expr(*s));
  at(n);
  if (values.size() == 1)
    return values[0];
  return concatVals(values, n.esc() == ir::Esc::Stack);
}

// unsafe.Slice and unsafe.String: the checks that the language wants.
Val FunctionBuilder::unsafeSlice(const Node &n, bool string) {
  ValueId ptr = scalarExpr(*n.x);
  bool is_signed = true;
  ValueId length = indexVal(*n.y, &is_signed);
  at(n);
  std::int64_t elem_bytes = string ? 1 : sizeOf(types::underAs<types::Pointer>(n.x->type)->elem);
  RuntimeFn bad_length = string ? RuntimeFn::panicunsafestringlen : RuntimeFn::panicunsafeslicelen;
  RuntimeFn bad_nil = string ? RuntimeFn::panicunsafestringnilptr : RuntimeFn::panicunsafeslicenilptr;
  auto panicIf = [&](ValueId bad_cond, RuntimeFn fn) {
    BlockId bad = newBlock(), good = newBlock();
    branch(bad_cond, bad, good, -1);
    startSealed(bad);
    runtime(fn, {});
    b_.exit(mem());
    startSealed(good);
  };
  panicIf(emit(Op::Lt, Type::Bool, {length, int64(0)}), bad_length);
  ValueId bytes = length;
  if (elem_bytes > 1) {
    ValueId product = emit(Op::Mul128U, Type::Tuple, {length, int64(elem_bytes)});
    ValueId high = b_.select(product, 0, Type::I64);
    bytes = b_.select(product, 1, Type::I64);
    panicIf(emit(Op::Ne, Type::Bool, {high, int64(0)}), bad_length);
  } else if (elem_bytes == 0) {
    bytes = int64(0);
  }
  // Nothing wraps around the end of the address space; at nil that is any length but 0.
  ValueId address = emit(Op::PtrToInt, Type::I64, {ptr, mem()});
  ValueId room = b_.unary(Op::Neg, address);
  ValueId too_long = emit(Op::LtU, Type::Bool, {room, bytes});
  BlockId bad = newBlock(), good = newBlock();
  if (elem_bytes == 0) {
    // Only nil with a length is wrong.
    ValueId is_nil = emit(Op::Eq, Type::Bool, {ptr, nil()});
    ValueId some = emit(Op::Ne, Type::Bool, {length, int64(0)});
    too_long = emit(Op::BoolAnd, Type::Bool, {is_nil, some});
  }
  branch(too_long, bad, good, -1);
  startSealed(bad);
  panicIf(emit(Op::Eq, Type::Bool, {ptr, nil()}), bad_nil);
  runtime(bad_length, {});
  b_.exit(mem());
  startSealed(good);
  if (string)
    return Val::of({ptr, length});
  return Val::of({ptr, length, length});
}

} // namespace gannet::ssa
