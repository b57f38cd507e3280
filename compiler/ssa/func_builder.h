// Appends values at a current block and position: what whoever makes or rewrites SSA would otherwise spell out each time.
#ifndef GANNET_COMPILER_SSA_FUNC_BUILDER_H
#define GANNET_COMPILER_SSA_FUNC_BUILDER_H

#include "compiler/ssa/func.h"

namespace gannet::ssa {

class FuncBuilder {
public:
  explicit FuncBuilder(Func &f, BlockId b = {}, SrcPos pos = {}) : f_(f), block_(b), pos_(pos) {}

  Func &func() { return f_; }
  BlockId block() const { return block_; }
  void setBlock(BlockId b) { block_ = b; }
  SrcPos pos() const { return pos_; }
  void setPos(SrcPos pos) { pos_ = pos; }

  ValueId emit(Op op, Type type, std::initializer_list<ValueId> args = {}, Aux aux = {}) {
    return f_.add(block_, op, type, args, pos_, aux);
  }
  ValueId emit(Op op, Type type, std::span<const ValueId> args, Aux aux = {}) {
    return f_.add(block_, op, type, args, pos_, aux);
  }
  Type typeOf(ValueId v) const { return f_[v].type; }

  ValueId constInt(Type type, std::int64_t value) { return f_.constInt(type, value); }
  ValueId constBool(bool value) { return f_.constBool(value); }
  ValueId constNil() { return f_.constNil(); }
  ValueId unary(Op op, ValueId a) { return emit(op, typeOf(a), {a}); }
  ValueId binary(Op op, ValueId a, ValueId b) { return emit(op, typeOf(a), {a, b}); }
  ValueId compare(Op op, ValueId a, ValueId b) { return emit(op, Type::Bool, {a, b}); }
  ValueId select(ValueId tuple, unsigned index, Type type) {
    return emit(Op::Select, type, {tuple}, {.aux_int = static_cast<std::int64_t>(index)});
  }
  ValueId addr(SymId sym, std::int64_t offset = 0) { return emit(Op::Addr, Type::Ptr, {}, {.aux_int = offset, .sym = sym}); }
  ValueId localAddr(LocalId local, std::int64_t offset = 0) {
    return emit(Op::LocalAddr, Type::Ptr, {}, {.aux_int = offset, .aux_id = local.raw});
  }
  ValueId outArgAddr(std::int64_t offset) { return emit(Op::OutArgAddr, Type::Ptr, {}, {.aux_int = offset}); }
  ValueId offPtr(ValueId ptr, std::int64_t offset) {
    return offset == 0 ? ptr : emit(Op::OffPtr, Type::Ptr, {ptr}, {.aux_int = offset});
  }
  ValueId addPtr(ValueId ptr, ValueId bytes) { return emit(Op::AddPtr, Type::Ptr, {ptr, bytes}); }
  ValueId load(Type type, ValueId ptr, ValueId mem) { return emit(Op::Load, type, {ptr, mem}); }
  ValueId store(ValueId ptr, ValueId value, ValueId mem) { return emit(Op::Store, Type::Mem, {ptr, value, mem}); }
  ValueId zero(ValueId ptr, LayoutId layout, ValueId mem) {
    return emit(Op::Zero, Type::Mem, {ptr, mem}, {.aux_id = layout.raw});
  }
  ValueId move(ValueId to, ValueId from, LayoutId layout, ValueId mem) {
    return emit(Op::Move, Type::Mem, {to, from, mem}, {.aux_id = layout.raw});
  }
  ValueId nilCheck(ValueId ptr, ValueId mem) { return emit(Op::NilCheck, Type::Ptr, {ptr, mem}); }
  // `args`: register components, then memory.
  ValueId call(Op op, CallId call, std::span<const ValueId> args) {
    return emit(op, Type::Tuple, args, {.aux_id = call.raw});
  }
  // The memory after a call: the element behind its register results.
  ValueId callMem(ValueId call) {
    return select(call, static_cast<unsigned>(f_[f_[call].call()].sig.result_regs.size()), Type::Mem);
  }

  // Ends the current block; there is none afterwards.
  void jump(BlockId to) {
    f_[block_].pos = pos_;
    f_.addEdge(block_, to);
    block_ = {};
  }
  // `index` is below the number of targets, which may repeat.
  void jumpTable(ValueId index, std::span<const BlockId> targets) {
    end(BlockKind::JumpTable, {index});
    for (BlockId to : targets)
      f_.addEdge(block_, to);
    block_ = {};
  }
  void branch(ValueId cond, BlockId then_block, BlockId else_block, int likely = 0) {
    end(BlockKind::If, {cond});
    f_[block_].likely = static_cast<std::int8_t>(likely);
    f_.addEdge(block_, then_block);
    f_.addEdge(block_, else_block);
    block_ = {};
  }
  void ret(std::span<const ValueId> results_and_mem) {
    f_[block_].kind = BlockKind::Ret;
    f_[block_].pos = pos_;
    f_.setControls(block_, results_and_mem);
    block_ = {};
  }
  void exit(ValueId mem) {
    end(BlockKind::Exit, {mem});
    block_ = {};
  }

private:
  void end(BlockKind kind, std::initializer_list<ValueId> controls) {
    f_[block_].kind = kind;
    f_[block_].pos = pos_;
    f_.setControls(block_, controls);
  }

  Func &f_;
  BlockId block_;
  SrcPos pos_;
};

} // namespace gannet::ssa

#endif
