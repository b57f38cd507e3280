// Calls: arguments to their registers, the area for stack arguments sized; bounds panics with operands anywhere.
#include "compiler/x86/selector.h"

#include <algorithm>

namespace gannet::x86 {

using ssa::Op;
using ssa::Type;
using ssa::ValueId;

namespace {

constexpr std::int64_t kMaxBoundsConst = 31; // internal/abi bounds.go

} // namespace

void Selector::lowerCall(ValueId id, const Value &v) {
  const ssa::CallInfo &info = f_[v.call()];
  mf_.makes_calls = true;
  mf_.calls_return |= v.op != Op::StaticCall || !info.no_return;
  mf_.out_arg_bytes = std::max(mf_.out_arg_bytes, info.sig.total_bytes);
  unsigned first = v.op == Op::StaticCall ? 0 : v.op == Op::ClosureCall ? 2 : 1;
  const std::size_t regs = info.sig.param_regs.size();
  if (v.argCount() != first + regs + 1) {
    unsupported(v, "operands do not match the signature");
    return;
  }
  std::vector<std::pair<VReg, Reg>> fixed, results;
  if (v.op == Op::ClosureCall)
    fixed.emplace_back(use(v.arg(1)), Reg::DX);
  for (std::size_t i = 0; i != regs; ++i)
    fixed.emplace_back(use(v.arg(first + static_cast<unsigned>(i))), abiReg(info.sig.param_regs[i].reg));
  for (std::size_t i = 0; i != info.sig.result_regs.size(); ++i)
    if (VReg r = tupleResult(id, static_cast<unsigned>(i)); r != kNoVReg)
      results.emplace_back(r, abiReg(info.sig.result_regs[i].reg));
  const bool fold = first != 0 && canFoldLoad(v.arg(0), f_[v.arg(0)].type);
  MMem target;
  VReg target_reg = kNoVReg;
  if (fold)
    target = foldedLoad(v.arg(0));
  else if (first != 0)
    target_reg = use(v.arg(0));
  Ins ins(*this, first == 0 || fold ? PCall : PCallReg);
  if (fold)
    ins.mem(target);
  else if (first != 0)
    ins.use(target_reg);
  for (auto [r, at] : fixed)
    ins.useImplicit(r, at);
  for (auto [r, at] : results)
    ins.defImplicit(r, at);
  ins.call(v.call()).clobber(kIntRegs | kFloatRegs).flags(true, false);
}

void Selector::lowerBounds(const Value &v) {
  mf_.makes_calls = true;
  std::int64_t c[2];
  VReg regs[2] = {kNoVReg, kNoVReg};
  for (unsigned i = 0; i != 2; ++i)
    if (!isConst(v.arg(i), c[i]) || c[i] < 0 || c[i] > kMaxBoundsConst)
      regs[i] = use(v.arg(i));
  Ins ins(*this, PBoundsCall);
  for (unsigned i = 0; i != 2; ++i) {
    if (regs[i] == kNoVReg)
      ins.imm(c[i]);
    else
      ins.use(regs[i]);
  }
  ins.imm(v.aux_int).clobber(kIntRegs | kFloatRegs).flags(true, false);
}

} // namespace gannet::x86
