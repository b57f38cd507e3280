// The machine form as text, for listings and test failures.
#include "compiler/x86/mach.h"

#include <string>

namespace gannet::x86 {

std::vector<std::uint8_t> namedLocals(const MachFunc &mf) {
  std::vector<std::uint8_t> out(mf.ssa.localCount(), 0);
  for (const MMem &m : mf.mems)
    if (m.frame == FrameBase::Local)
      out[m.local] = 1;
  for (const VRegInfo &v : mf.vregs)
    if (v.remat == Remat::LocalAddr)
      out[v.local] = 1;
  return out;
}

namespace {

constexpr std::string_view kPseudoNames[] = {
    "entry",    "move",     "add32",      "add64",     "call",       "callreg",   "ret",         "keepalive",
    "inlmark",  "selectf",  "div",        "cvtintf",   "uinttof",    "ftouint",   "minmaxf",     "atomicloop",
    "carrymask", "bounds",  "wbarrier",   "undefined"};
static_assert(std::size(kPseudoNames) == PPseudoEnd - kFirstPseudo);

std::string regText(VReg v, Reg r, Reg fixed) {
  std::string out = v == kNoVReg ? std::string() : "%" + std::to_string(v);
  if (r != Reg::None)
    out += ":" + std::string(regName(r));
  else if (fixed != Reg::None)
    out += "=" + std::string(regName(fixed));
  return out;
}

} // namespace

std::string print(const MachFunc &mf, const MInst &inst) {
  std::string out;
  if (inst.prefix & kLock)
    out += "lock ";
  if (inst.prefix & (kRep | kRepne))
    out += "rep ";
  out += inst.op < op::kCount ? opcodeName(opcode(static_cast<op::Id>(inst.op))) : kPseudoNames[inst.op - kFirstPseudo];
  for (unsigned i = 0; i != inst.count; ++i) {
    const MOperand &o = mf.ops(inst)[i];
    out += i == 0 ? " " : ", ";
    switch (o.kind) {
    case MOperand::Kind::Def:
      out += (o.early ? "!" : "") + regText(o.vreg, o.reg, o.fixed) + "<-";
      break;
    case MOperand::Kind::Temp:
      out += "?" + regText(o.vreg, o.reg, o.fixed);
      break;
    case MOperand::Kind::Use:
      out += (o.tied ? "^" : "") + regText(o.vreg, o.reg, o.fixed);
      break;
    case MOperand::Kind::Imm:
      out += "$" + std::to_string(o.imm);
      break;
    case MOperand::Kind::Sym:
      out += mf.ssa[o.sym].name;
      break;
    case MOperand::Kind::Mem: {
      const MMem &m = mf.mems[o.vreg];
      out += "[";
      if (m.sym)
        out += mf.ssa[m.sym].name;
      if (m.frame == FrameBase::Local)
        out += "local" + std::to_string(m.local);
      if (m.frame == FrameBase::OutArg)
        out += "outarg";
      if (m.frame == FrameBase::Caller)
        out += "caller";
      if (m.frame == FrameBase::Slot)
        out += "slot%" + std::to_string(m.local);
      if (m.base != kNoVReg || m.base_reg != Reg::None)
        out += regText(m.base, m.base_reg, Reg::None);
      if (m.index != kNoVReg)
        out += "+" + regText(m.index, m.index_reg, Reg::None) + "*" + std::to_string(m.scale);
      out += "+" + std::to_string(m.disp) + "]";
      break;
    }
    }
  }
  return out;
}

std::string print(const MachFunc &mf, bool positions) {
  std::string out;
  for (std::uint32_t b : mf.order) {
    const MBlock &block = mf.blocks[b];
    out += "b" + std::to_string(b) + ":";
    for (std::uint32_t p : block.preds)
      out += " <-b" + std::to_string(p);
    out += "\n";
    for (const MPhi &phi : block.phis) {
      out += "  %" + std::to_string(phi.def) + " = phi";
      for (VReg a : phi.args)
        out += " %" + std::to_string(a);
      out += "\n";
    }
    for (const MInst &inst : block.insts) {
      out += "  " + print(mf, inst);
      if (const Pos pos = mf.positions[inst.pos].pos; positions && pos.known())
        out += " @" + std::to_string(pos.file) + ":" + std::to_string(pos.line) + ":" + std::to_string(pos.col);
      out += "\n";
    }
    out += "  ->";
    for (std::uint32_t s : block.succs)
      out += " b" + std::to_string(s);
    out += "\n";
  }
  return out;
}

} // namespace gannet::x86
