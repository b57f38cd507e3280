// Stores of zeros. X15 is zero, and to store it takes fewer bytes than to store a constant: 4 less for 8 bytes, and two stores side by
// side are one of 16 bytes.
#include "compiler/x86/emitter.h"

namespace gannet::x86 {
namespace {

bool areSideBySide(const Mem &a, const Mem &b) {
  return a.base == b.base && a.index == b.index && a.scale == b.scale && a.segment == b.segment && a.sym == b.sym &&
         (a.disp + 8 == b.disp || b.disp + 8 == a.disp);
}

} // namespace

bool isZeroStore(const MachFunc &mf, const MInst &inst) {
  const MOperand *ops = mf.ops(inst);
  return inst.op == op::MOV64mi32 && inst.count == 2 && ops[1].kind == MOperand::Kind::Imm && ops[1].imm == 0;
}

void Emitter::emitZero8(const Mem &m) { code_.emit(op::MOVLPSmr, {m, Reg::X15}); }

// Emits instruction `i` together with the one that follows, if both store zeros side by side. `edited`: moves stand between them.
bool Emitter::joinsZeroStore(const MBlock &block, std::size_t i, bool edited) {
  if (edited || i + 1 == block.insts.size())
    return false;
  const MInst &one = block.insts[i], &two = block.insts[i + 1];
  if (!isZeroStore(mf_, one) || !isZeroStore(mf_, two) || one.no_preempt != two.no_preempt)
    return false;
  const Mem a = mem(mf_.mems[mf_.ops(one)[0].vreg]), b = mem(mf_.mems[mf_.ops(two)[0].vreg]);
  if (!areSideBySide(a, b))
    return false;
  code_.emit(op::MOVUPSmr, {a.disp < b.disp ? a : b, Reg::X15});
  return true;
}

} // namespace gannet::x86
