// Which virtual registers live into and out of each block, and how far their next use is.
#ifndef GANNET_COMPILER_X86_LIVENESS_H
#define GANNET_COMPILER_X86_LIVENESS_H

#include "compiler/x86/mach.h"

#include <cstdint>
#include <vector>

namespace gannet::x86 {

inline constexpr std::uint32_t kCallDistance = 1000;      // a call on the way
inline constexpr std::uint32_t kLoopExitDistance = 100000; // a loop's exit on the way
inline constexpr std::uint32_t kFarDistance = kCallDistance;

struct LiveValue {
  VReg vreg;
  std::uint32_t distance; // to the next use, in instructions
};

// Rematerializable registers are left out: they need no place.
struct Liveness {
  std::vector<std::vector<LiveValue>> in, out; // by block, sorted by vreg
  std::vector<std::uint32_t> rpo;              // blocks
  std::vector<std::uint32_t> rpo_index;        // by block
  std::vector<std::uint32_t> loop_depth;       // by block
  struct Loop {
    std::uint32_t header;
    bool has_call = false;
    std::uint32_t pressure[2] = {0, 0}; // most values live at a block's start, by class
  };
  std::vector<Loop> loops;
  std::vector<std::int32_t> loop_of_header; // by block, -1 none
};

// Calls f(VReg, Reg &assigned, MOperand *) for each register that the instruction reads; `assigned` is where to write.
template <typename F> void forEachUse(MachFunc &mf, const MInst &inst, F f) {
  MOperand *ops = mf.ops(inst);
  for (unsigned i = 0; i != inst.count; ++i) {
    MOperand &o = ops[i];
    if (o.kind == MOperand::Kind::Use && o.vreg != kNoVReg) {
      f(o.vreg, o.reg, &o);
    } else if (o.kind == MOperand::Kind::Mem) {
      MMem &m = mf.mems[o.vreg];
      if (m.base != kNoVReg)
        f(m.base, m.base_reg, nullptr);
      if (m.index != kNoVReg)
        f(m.index, m.index_reg, nullptr);
    }
  }
}

bool isCallInst(const MInst &inst);
Liveness computeLiveness(MachFunc &mf);

} // namespace gannet::x86

#endif
