// Expansions of pseudo instructions (mach.h). Operands are numbered as there.
#include "compiler/x86/emitter.h"

#include "compiler/base/check.h"

#include <string>

namespace gannet::x86 {

namespace {

constexpr unsigned kBoundsCodes = 9; // internal/abi bounds.go, numBoundsCodes

bool fitsByte(std::int64_t v) { return v == static_cast<std::int8_t>(v); }

} // namespace

void Emitter::move(Reg to, Reg from) {
  if (to == from)
    return;
  code_.emit(isVector(to) ? op::MOVAPSrr : op::MOV64rr, {to, from});
}

// d = a + b: two-address where it fits, LEA otherwise.
void Emitter::emitAdd(const MInst &inst, bool wide) {
  const MOperand *o = mf_.ops(inst);
  const Reg d = o[0].reg, a = o[1].reg;
  if (o[2].kind == MOperand::Kind::Imm) {
    const std::int64_t c = o[2].imm;
    if (d != a) {
      if (c == 0)
        wide ? move(d, a) : code_.emit(op::MOV32rr, {d, a}); // the upper half must become zero
      else
        code_.emit(wide ? op::LEA64r : op::LEA64_32r, {d, Mem{.base = a, .disp = c}});
    } else if (c == 0) {
      if (!wide)
        code_.emit(op::MOV32rr, {d, d});
    } else if (c == 128) { // the negative one fits a byte
      code_.emit(wide ? op::SUB64ri8 : op::SUB32ri8, {d, imm(-128)});
    } else if (c == 1) {
      code_.emit(wide ? op::INC64r : op::INC32r, {d});
    } else if (c == -1) {
      code_.emit(wide ? op::DEC64r : op::DEC32r, {d});
    } else if (fitsByte(c)) {
      code_.emit(wide ? op::ADD64ri8 : op::ADD32ri8, {d, imm(c)});
    } else {
      code_.emit(wide ? op::ADD64ri32 : op::ADD32ri, {d, imm(c)});
    }
    return;
  }
  const Reg b = o[2].reg;
  if (d == a)
    code_.emit(wide ? op::ADD64rr : op::ADD32rr, {d, b});
  else if (d == b)
    code_.emit(wide ? op::ADD64rr : op::ADD32rr, {d, a});
  else
    code_.emit(wide ? op::LEA64r : op::LEA64_32r, {d, Mem{.base = a, .index = b}});
}

void Emitter::mapCall() {
  GANNET_CHECK(call_index_ < alloc_->call_live.size() && call_index_ < call_locals_.size(),
               "call without a stack map in " + f_.name());
  step(pcmap_, static_cast<std::int32_t>(maps_.row(alloc_->call_live[call_index_], call_locals_[call_index_])));
  ++call_index_;
}

void Emitter::emitCall(const MInst &inst) {
  const ssa::CallInfo &info = f_[ssa::CallId(inst.call)];
  mapCall();
  if (info.is_defer_return)
    deferreturn_ = code_.here();
  const MOperand *o = mf_.ops(inst);
  if (inst.op == PCallReg)
    code_.emit(op::CALL64r, {o[0].reg});
  else if (inst.count != 0 && o[0].kind == MOperand::Kind::Mem)
    code_.emit(op::CALL64m, {mem(mf_.mems[o[0].vreg])});
  else
    code_.call(symbol(info.callee));
  call_end_ = code_.here();
  // ABI0 code keeps neither g nor the zero register; its wrapper does (docs/architecture.md). Assembly without a frame may use BP.
  if (info.sig.abi == ssa::Abi::Abi0) {
    if (has_bp_)
      code_.emit(op::LEA64r, {Reg::BP, Mem{.base = Reg::SP, .disp = frame_.size - 8}});
    code_.emit(op::MOV64rm, {Reg::R14, Mem{.segment = Reg::FS, .disp = -8}});
    code_.emit(op::XORPSrr, {Reg::X15, Reg::X15});
  }
}

void Emitter::emitBounds(const MInst &inst) {
  mapCall();
  const MOperand *o = mf_.ops(inst);
  std::uint32_t c = 0;
  if (o[0].kind == MOperand::Kind::Use)
    c |= 1 | static_cast<std::uint32_t>(o[2].imm & 1) << 2 | static_cast<std::uint32_t>(o[0].reg) << 3;
  else
    c |= static_cast<std::uint32_t>(o[0].imm) << 2;
  if (o[1].kind == MOperand::Kind::Use)
    c |= 2 | static_cast<std::uint32_t>(o[1].reg) << 7;
  else
    c |= static_cast<std::uint32_t>(o[1].imm) << 7;
  step(pcbounds_, static_cast<std::int32_t>(c * kBoundsCodes + static_cast<std::uint32_t>(o[2].imm >> 1)));
  code_.call(symbol("runtime.panicBounds"));
  call_end_ = code_.here();
  step(pcbounds_, -1);
}

// The machine traps on min / -1, which Go defines.
void Emitter::emitDivide(const MOperand *o) {
  const bool wide = o[4].imm == 64;
  const Reg y = o[2].reg;
  Label done = code_.newLabel(), fix = code_.newLabel();
  code_.emit(wide ? op::CMP64ri8 : op::CMP32ri8, {y, imm(-1)});
  code_.jump(Cond::E, fix);
  code_.emit(wide ? op::CQO : op::CDQ, {});
  code_.emit(wide ? op::IDIV64r : op::IDIV32r, {y});
  code_.jump(done);
  code_.bind(fix);
  code_.emit(wide ? op::NEG64r : op::NEG32r, {Reg::AX});
  code_.emit(op::XOR32rr, {Reg::DX, Reg::DX});
  code_.bind(done);
}

void Emitter::emitUintToFloat(const MOperand *o) {
  const Reg d = o[0].reg, x = o[1].reg, half = o[2].reg, low = o[3].reg;
  const bool f64 = o[4].imm != 0;
  const op::Id convert = f64 ? op::CVTSI642SDrr : op::CVTSI642SSrr;
  Label big = code_.newLabel(), done = code_.newLabel();
  code_.emit(op::XORPSrr, {d, d});
  code_.emit(op::TEST64rr, {x, x});
  code_.jump(Cond::S, big);
  code_.emit(convert, {d, x});
  code_.jump(done);
  code_.bind(big); // half of it, the lost bit kept for rounding, doubled
  code_.emit(op::MOV64rr, {half, x});
  code_.emit(op::MOV32rr, {low, x});
  code_.emit(op::SHR64ri, {half, imm(1)});
  code_.emit(op::AND32ri8, {low, imm(1)});
  code_.emit(op::OR64rr, {half, low});
  code_.emit(convert, {d, half});
  code_.emit(f64 ? op::ADDSDrr : op::ADDSSrr, {d, d});
  code_.bind(done);
}

void Emitter::emitFloatToUint(const MOperand *o) {
  const Reg d = o[0].reg, x = o[1].reg, limit = o[3].reg, bit = o[4].reg;
  const bool f64 = o[5].imm != 0;
  const op::Id convert = f64 ? op::CVTTSD2SI64rr : op::CVTTSS2SI64rr;
  Label big = code_.newLabel(), done = code_.newLabel();
  code_.emit(f64 ? op::MOVSDrm : op::MOVSSrm, {limit, mem(mf_.mems[o[2].vreg])});
  code_.emit(f64 ? op::UCOMISDrr : op::UCOMISSrr, {x, limit});
  code_.jump(Cond::AE, big); // not when unordered: that converts to 1<<63 by itself
  code_.emit(convert, {d, x});
  code_.jump(done);
  code_.bind(big); // x - 2^63, then the high bit
  code_.emit(op::XORPSrr, {Reg::X15, Reg::X15});
  code_.emit(f64 ? op::SUBSDrr : op::SUBSSrr, {Reg::X15, limit});
  code_.emit(f64 ? op::ADDSDrr : op::ADDSSrr, {Reg::X15, x});
  code_.emit(convert, {d, Reg::X15});
  code_.emit(op::MOV64ri, {bit, imm(INT64_MIN)});
  code_.emit(op::XOR64rr, {d, bit});
  code_.emit(op::XORPSrr, {Reg::X15, Reg::X15});
  code_.bind(done);
}

// MINSD and MAXSD give their second operand for NaN and equal operands: those cases are told apart first.
void Emitter::emitMinMax(const MOperand *o) {
  const Reg d = o[0].reg, y = o[2].reg;
  const bool f64 = (o[3].imm & 2) != 0, max = (o[3].imm & 1) != 0;
  Label differ = code_.newLabel(), nan = code_.newLabel(), done = code_.newLabel();
  code_.emit(f64 ? op::UCOMISDrr : op::UCOMISSrr, {d, y});
  code_.jump(Cond::NE, differ);
  code_.jump(Cond::P, nan);
  code_.emit(max ? op::ANDPSrr : op::ORPSrr, {d, y}); // zeros of either sign
  code_.jump(done);
  code_.bind(nan);
  code_.emit(f64 ? op::ADDSDrr : op::ADDSSrr, {d, y});
  code_.jump(done);
  code_.bind(differ);
  if (max)
    code_.emit(f64 ? op::MAXSDrr : op::MAXSSrr, {d, y});
  else
    code_.emit(f64 ? op::MINSDrr : op::MINSSrr, {d, y});
  code_.bind(done);
}

void Emitter::emitAtomicLoop(const MOperand *o) {
  const Mem m = mem(mf_.mems[o[1].vreg]);
  const Reg mask = o[2].reg, t = o[3].reg;
  const std::int64_t size = o[4].imm / 2;
  const bool is_or = (o[4].imm & 1) != 0;
  Label again = code_.newLabel();
  code_.emit(size == 8 ? op::MOV64rm : size == 4 ? op::MOV32rm : op::MOVZX32rm8, {Reg::AX, m});
  code_.bind(again);
  code_.emit(op::MOV64rr, {t, Reg::AX});
  code_.emit(is_or ? op::OR64rr : op::AND64rr, {t, mask});
  const Operand operands[] = {m, t};
  code_.emit(opcode(size == 8 ? op::CMPXCHG64rm : size == 4 ? op::CMPXCHG32rm : op::CMPXCHG8rm), operands, kLock);
  code_.jump(Cond::NE, again);
}

void Emitter::emitPseudo(const MInst &inst) {
  const MOperand *o = mf_.ops(inst);
  switch (inst.op) {
  case PEntry:
  case PKeepAlive:
    return;
  case PMove:
    move(o[0].reg, o[1].reg);
    return;
  case PAdd32:
    emitAdd(inst, false);
    return;
  case PAdd64:
    emitAdd(inst, true);
    return;
  case PCall:
  case PCallReg:
    emitCall(inst);
    return;
  case PBoundsCall:
    emitBounds(inst);
    return;
  case PRet:
    emitEpilogue();
    return;
  case PInlineMark: {
    const ssa::InlineSiteId site(static_cast<std::uint32_t>(o[0].imm));
    if (inline_marks_.hasOther(site))
      return;
    setPos(f_[site].call);
    inline_marks_.place(site, code_.here());
    code_.emit(op::NOOP, {});
    return;
  }
  case PSelectF: { // d is the value for false
    Label keep = code_.newLabel();
    code_.jump(inverse(static_cast<Cond>(o[3].imm)), keep);
    move(o[0].reg, o[2].reg);
    code_.bind(keep);
    return;
  }
  case PDiv:
    emitDivide(o);
    return;
  case PCvtIntF:
    code_.emit(op::XORPSrr, {o[0].reg, o[0].reg});
    code_.emit(static_cast<op::Id>(o[2].imm), {o[0].reg, o[1].reg});
    return;
  case PUintToF:
    emitUintToFloat(o);
    return;
  case PFToUint:
    emitFloatToUint(o);
    return;
  case PMinMaxF:
    emitMinMax(o);
    return;
  case PAtomicLoop:
    emitAtomicLoop(o);
    return;
  case PCarryMask:
    code_.emit(op::SBB64rr, {o[0].reg, o[0].reg});
    return;
  case PWriteBarrier:
    code_.call(symbol("runtime.gcWriteBarrier" + std::to_string(o[1].imm)));
    return;
  case PUndefined:
    if (call_end_ != code_.here())
      code_.emit(op::TRAP, {});
    else if (last_block_) // what follows has another frame, or is another function: not the place of a return address
      code_.emit(op::NOOP, {});
    return;
  default:
    GANNET_UNREACHABLE("pseudo instruction");
  }
}

} // namespace gannet::x86
