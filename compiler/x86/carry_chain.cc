#include "compiler/x86/carry_chain.h"

#include <algorithm>

namespace gannet::x86 {
namespace {

class Chains {
public:
  explicit Chains(MachFunc &mf) : mf_(mf), uses_(mf.vregs.size(), 0), dropped_(mf.vregs.size(), false) {}

  void run() {
    countUses();
    for (MBlock &block : mf_.blocks)
      dropReloads(block);
    for (MBlock &block : mf_.blocks) {
      dropUnusedCarries(block);
      std::erase_if(block.insts, [](const MInst &i) { return i.dead; });
    }
    std::erase_if(mf_.bindings, [&](const MBinding &b) { return dropped_[b.vreg]; });
  }

private:
  void used(VReg v) {
    if (v != kNoVReg)
      ++uses_[v];
  }

  void countUses() {
    for (const MBlock &block : mf_.blocks) {
      used(block.table_index);
      for (const MPhi &phi : block.phis)
        for (VReg v : phi.args)
          used(v);
      for (const MInst &inst : block.insts)
        for (unsigned k = 0; k != inst.count; ++k) {
          const MOperand &o = mf_.ops(inst)[k];
          if (o.kind == MOperand::Kind::Use)
            used(o.vreg);
          else if (o.kind == MOperand::Kind::Mem)
            used(mf_.mems[o.vreg].base), used(mf_.mems[o.vreg].index);
        }
    }
  }

  bool isNegate(const MInst &inst) const { return inst.op == op::NEG64r && !inst.dead; }
  VReg defOf(const MInst &inst) const { return mf_.ops(inst)[0].vreg; }
  VReg useOf(const MInst &inst) const { return mf_.ops(inst)[1].vreg; }

  // Whether insts[i] and the next make a register of the flag; the flag is as before then.
  bool isCarry(const MBlock &block, std::size_t i) const {
    return i + 1 < block.insts.size() && block.insts[i].op == PCarryMask && isNegate(block.insts[i + 1]) &&
           useOf(block.insts[i + 1]) == defOf(block.insts[i]);
  }

  // What comes between a carry and its use may become code of any kind unless it is a plain instruction or a move.
  static bool keepsFlags(const MInst &inst) {
    return !inst.writes_flags && (inst.op < kFirstPseudo || inst.op == PMove || inst.op == PInlineMark);
  }

  void dropReloads(MBlock &block) {
    VReg in_flag = kNoVReg;
    for (std::size_t i = 0; i != block.insts.size(); ++i) {
      MInst &inst = block.insts[i];
      if (isCarry(block, i)) {
        in_flag = defOf(block.insts[++i]);
      } else if (in_flag != kNoVReg && isNegate(inst) && useOf(inst) == in_flag && uses_[defOf(inst)] == 0) {
        inst.dead = true;
        --uses_[in_flag];
      } else if (!keepsFlags(inst)) {
        in_flag = kNoVReg;
      }
    }
  }

  void dropUnusedCarries(MBlock &block) {
    for (std::size_t i = 0; i != block.insts.size(); ++i) {
      if (!isCarry(block, i) || uses_[defOf(block.insts[i + 1])] != 0)
        continue;
      for (MInst *inst : {&block.insts[i], &block.insts[i + 1]})
        inst->dead = true, dropped_[defOf(*inst)] = true;
    }
  }

  MachFunc &mf_;
  std::vector<std::uint32_t> uses_; // by virtual register
  std::vector<bool> dropped_;       // by virtual register: has no definition any more
};

} // namespace

void chainCarries(MachFunc &mf) {
  if (mf.takes_carries)
    Chains(mf).run();
}

} // namespace gannet::x86
