// Slices that run out of room: they grow on the heap, or, as escape analysis found, begin in the frame.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/types/predicates.h"

namespace gannet::ssa {

namespace {

// The capacity that `length` elements get in a place that is to be moved: what the heap would give them, so that it does not change
// by the move. Small objects of the heap have multiples of a word.
constexpr std::int64_t kWordBytes = 8;

} // namespace

// The variable v of v = append(v, ...) if it may begin in the frame, or null.
ir::Local *FunctionBuilder::growingVariable(const Node &append) {
  if (!append.has(ir::kMoveOut) || append.x->op != ir::Op::LocalRef)
    return nullptr;
  ir::Local *variable = append.x->local();
  return variable->growth == ir::Growth::Heap ? nullptr : variable;
}

// What holds the first elements in the frame: as well aligned as what the heap gives.
FunctionBuilder::TypeP FunctionBuilder::growthArray(TypeP elem) {
  return hasPointers(elem) ? arrayOf(elem, ir::kGrowthBytes / sizeOf(elem))
                           : arrayOf(basic(types::BasicKind::Uintptr), ir::kGrowthBytes / kWordBytes);
}

ValueId FunctionBuilder::growthPlace(ir::Local &l) {
  LocalState &s = state(l);
  if (!s.growth)
    s.growth = newTemp(growthArray(types::underAs<types::Slice>(l.type)->elem), true);
  return tempAddr(s.growth);
}

FunctionBuilder::Grown FunctionBuilder::grow(const Val &s, ValueId length, ValueId extra, TypeP elem, ir::Local *variable) {
  auto onHeap = [&] {
    std::vector<ValueId> r = runtime(RuntimeFn::growslice, {s[0], length, s[2], extra, typeAddr(elem)});
    return Grown{r[0], r[2]};
  };
  const std::int64_t elem_bytes = sizeOf(elem);
  const std::int64_t room = variable ? ir::kGrowthBytes / elem_bytes : 0;
  if (!variable || f_[extra].op != Op::Const || f_[extra].aux_int > room)
    return onHeap();
  const bool moves = variable->growth == ir::Growth::FrameUntilMoved;
  Variables::Id ptr = vars_.add(Type::Ptr), capacity = vars_.add(Type::I64);
  BlockId empty = newBlock(), some = newBlock(), first = newBlock(), heap = newBlock(), join = newBlock();
  auto give = [&](Grown g) {
    vars_.write(b_.block(), ptr, g.ptr);
    vars_.write(b_.block(), capacity, g.capacity);
    jump(join);
  };
  auto frameCapacity = [&] {
    if (!moves)
      return int64(room);
    const std::int64_t per_word = kWordBytes / elem_bytes;
    if (kWordBytes % elem_bytes != 0 || per_word == 1)
      return length;
    return b_.binary(Op::And, b_.binary(Op::Add, length, int64(per_word - 1)), int64(-per_word));
  };
  branch(emit(Op::Eq, Type::Bool, {s[2], int64(0)}), empty, some);

  startSealed(empty);
  Variables::Id once = variable->growth == ir::Growth::FrameOnce ? state(*variable).grown : 0;
  if (once) {
    branch(vars_.read(b_.block(), once), heap, first);
    startSealed(first);
    vars_.write(b_.block(), once, constant(Type::Bool, 1));
  } else {
    jump(first);
    startSealed(first);
  }
  ValueId place = growthPlace(*variable);
  zeroAt(growthArray(elem), place, true);
  give({place, frameCapacity()});

  startSealed(some);
  if (moves) { // it may be in the frame already
    BlockId fits = newBlock(), again = newBlock();
    branch(emit(Op::LeU, Type::Bool, {length, int64(room)}), fits, heap);
    startSealed(fits);
    branch(emit(Op::Eq, Type::Bool, {s[0], growthPlace(*variable)}), again, heap);
    startSealed(again);
    give({growthPlace(*variable), frameCapacity()});
  } else {
    jump(heap);
  }

  startSealed(heap);
  give(onHeap());
  startSealed(join);
  return {vars_.read(b_.block(), ptr), vars_.read(b_.block(), capacity)};
}

// The value of l, which is handed on: on the heap from here.
Val FunctionBuilder::moveOut(ir::Local &l) {
  TypeP elem = types::underAs<types::Slice>(l.type)->elem;
  Val s = readLocal(l);
  BlockId move = newBlock(), join = newBlock();
  branch(emit(Op::Eq, Type::Bool, {s[0], growthPlace(l)}), move, join);
  startSealed(move);
  std::vector<ValueId> moved = hasPointers(elem)
                                   ? runtime(RuntimeFn::moveSlice, {typeAddr(elem), s[0], s[1], s[2]})
                                   : runtime(RuntimeFn::moveSliceNoScan, {int64(sizeOf(elem)), s[0], s[1], s[2]});
  writeLocal(l, Val::of({moved[0], s[1], s[2]}));
  jump(join);
  startSealed(join);
  return readLocal(l);
}

} // namespace gannet::ssa
