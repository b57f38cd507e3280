// Prologue, epilogue, and the call of morestack (docs/architecture.md, "Machine contracts").
#include "compiler/x86/emitter.h"

namespace gannet::x86 {

namespace {

constexpr std::int64_t kStackSmall = 128;  // a frame may reach this far below the guard without looking
constexpr std::int64_t kStackBig = 4096;   // no wrap-around up to this size
constexpr std::int64_t kGuardOffset = 16;  // g.stackguard0
constexpr std::int64_t kZeroInline = 128;  // cleared by single stores up to this many bytes

} // namespace

op::Id exactMove(ssa::Type t, bool store) {
  switch (t) {
  case ssa::Type::F32:
    return store ? op::MOVSSmr : op::MOVSSrm;
  case ssa::Type::F64:
    return store ? op::MOVSDmr : op::MOVSDrm;
  case ssa::Type::Bool:
  case ssa::Type::I8:
    return store ? op::MOV8mr : op::MOVZX32rm8;
  case ssa::Type::I16:
    return store ? op::MOV16mr : op::MOVZX32rm16;
  case ssa::Type::I32:
    return store ? op::MOV32mr : op::MOV32rm;
  default:
    return store ? op::MOV64mr : op::MOV64rm;
  }
}

void Emitter::emitPrologue() {
  start_ = code_.newLabel(), more_ = code_.newLabel();
  code_.bind(start_);
  step(pcsp_, 0);
  step(pcmap_, -1);
  // A function that calls only to raise an error looks for stack there: one small frame below the guard is always free.
  const bool small_leaf = !mf_.calls_return && frame_.size < kStackSmall;
  checks_stack_ = !f_.flags.nosplit && !small_leaf;
  if (frame_.size != 0 || checks_stack_ || f_.flags.unpreemptible)
    setUnsafe(true);
  if (f_.sig.abi == ssa::Abi::Abi0) { // called from assembly, which keeps neither g nor the zero register
    code_.emit(op::XORPSrr, {Reg::X15, Reg::X15});
    code_.emit(op::MOV64rm, {Reg::R14, Mem{.segment = Reg::FS, .disp = -8}});
  }
  if (checks_stack_) {
    const Mem guard{.base = Reg::R14, .disp = kGuardOffset};
    if (frame_.size <= kStackSmall) {
      code_.emit(op::CMP64rm, {Reg::SP, guard});
    } else if (frame_.size <= kStackBig) {
      code_.emit(op::LEA64r, {Reg::R12, spAt(-(frame_.size - kStackSmall))});
      code_.emit(op::CMP64rm, {Reg::R12, guard});
    } else {
      code_.emit(op::MOV64rr, {Reg::R12, Reg::SP});
      code_.emit(op::SUB64ri32, {Reg::R12, imm(frame_.size - kStackSmall)});
      code_.jump(Cond::B, more_);
      code_.emit(op::CMP64rm, {Reg::R12, guard});
    }
    code_.jump(Cond::BE, more_);
  }
  if (frame_.size == 0)
    return;
  code_.emit(op::PUSH64r, {Reg::BP});
  step(pcsp_, 8);
  code_.emit(op::MOV64rr, {Reg::BP, Reg::SP});
  if (const std::int64_t down = frame_.size - 8; down != 0)
    code_.emit(down <= 127 ? op::SUB64ri8 : op::SUB64ri32, {Reg::SP, imm(down)});
  step(pcsp_, static_cast<std::int32_t>(frame_.size));
  has_bp_ = true;
  emitZeroing();
}

// Clears the locals that maps always show, and results in memory that hold pointers. R12 and R13 are free at entry.
void Emitter::emitZeroing() {
  const std::int64_t bytes = frame_.zero_to - frame_.zero_from;
  std::int64_t at = frame_.zero_from;
  if (bytes > kZeroInline) {
    Label loop = code_.newLabel();
    const std::int64_t looped = bytes & ~std::int64_t{15};
    code_.emit(op::LEA64r, {Reg::R12, spAt(at)});
    code_.emit(op::LEA64r, {Reg::R13, spAt(at + looped)});
    code_.bind(loop);
    code_.emit(op::MOVUPSmr, {Mem{.base = Reg::R12}, Reg::X15});
    code_.emit(op::ADD64ri8, {Reg::R12, imm(16)});
    code_.emit(op::CMP64rr, {Reg::R12, Reg::R13});
    code_.jump(Cond::B, loop);
    at += looped;
  }
  for (; at + 16 <= frame_.zero_to; at += 16)
    code_.emit(op::MOVUPSmr, {spAt(at), Reg::X15});
  if (at < frame_.zero_to)
    emitZero8(spAt(at));
  for (const ssa::AbiSlot &r : f_.sig.results) {
    if (r.in_registers || !r.layout)
      continue;
    const ssa::Layout &layout = f_[r.layout];
    for (std::int64_t w = 0; w * 8 < layout.ptr_bytes; ++w)
      if (layout.isPointerWord(w))
        emitZero8(spAt(frame_.callerSp() + r.stack_offset + w * 8));
  }
}

void Emitter::emitEpilogue() {
  if (frame_.size == 0) {
    code_.emit(op::RET64, {});
    return;
  }
  const bool was_unsafe = !pcunsafe_.empty() && pcunsafe_.back().value == object::kUnsafePointUnsafe;
  setUnsafe(true);
  const std::int64_t down = frame_.size - 8;
  if (down != 0)
    code_.emit(down <= 127 ? op::ADD64ri8 : op::ADD64ri32, {Reg::SP, imm(down)});
  step(pcsp_, 8);
  code_.emit(op::POP64r, {Reg::BP});
  step(pcsp_, 0);
  code_.emit(op::RET64, {});
  step(pcsp_, static_cast<std::int32_t>(frame_.size));
  setUnsafe(was_unsafe);
}

// Register arguments go to their spill slots, since the stack moves, and come back.
void Emitter::emitMorestack() {
  if (!checks_stack_)
    return;
  setPos(f_.pos);
  setUnsafe(true);
  has_bp_ = false;
  code_.bind(more_);
  step(pcsp_, 0);
  step(pcmap_, -1);
  for (const ssa::AbiRegComponent &c : f_.sig.param_regs)
    code_.emit(exactMove(c.type, true), {spAt(8 + c.spill_offset), abiReg(c.reg)});
  code_.call(symbol(f_.flags.needs_ctxt ? "runtime.morestack" : "runtime.morestack_noctxt"));
  for (const ssa::AbiRegComponent &c : f_.sig.param_regs)
    code_.emit(exactMove(c.type, false), {abiReg(c.reg), spAt(8 + c.spill_offset)});
  code_.jump(start_);
}

} // namespace gannet::x86
