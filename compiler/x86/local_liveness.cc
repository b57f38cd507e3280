#include "compiler/x86/local_liveness.h"

#include "compiler/x86/liveness.h"
#include "compiler/x86/memory_access.h"

namespace gannet::x86 {

namespace {

constexpr std::int64_t kWord = 8;
constexpr std::uint32_t kMostWords = 16;           // of a variable whose words are units
constexpr std::uint64_t kMostBits = 1u << 26;      // of all sets; above, every unit lives everywhere

bool holdsPointers(const MachFunc &mf, const ssa::Local &local) {
  return isOwn(local.kind) && mf.ssa[local.layout].hasPointers();
}

} // namespace

template <typename F> void LocalLiveness::unitsOf(std::uint32_t local, F f) const {
  for (std::uint32_t i = 0; i != locals_[local].count; ++i)
    f(locals_[local].first + i);
}

// Reads by the instruction itself, and addresses that it takes or is given.
template <typename F> void LocalLiveness::forEachRead(const MInst &inst, F f) const {
  const MOperand *ops = mf_.ops(inst);
  for (unsigned i = 0; i != inst.count; ++i) {
    if (ops[i].kind != MOperand::Kind::Mem)
      continue;
    const MMem &m = mf_.mems[ops[i].vreg];
    if (m.frame != FrameBase::Local)
      continue;
    const MemoryAccess access = accessOf(inst.op);
    if (access.kind == MemoryAccess::Kind::Writes)
      continue;
    const bool one_word = access.kind == MemoryAccess::Kind::Reads && m.index == kNoVReg && m.index_reg == Reg::None;
    unitsOf(m.local, [&](std::uint32_t u) {
      const std::int64_t at = units_[u].word * kWord;
      if (!one_word || units_[u].word == kWholeLocal || (at < m.disp + access.bytes && m.disp < at + kWord))
        f(u);
    });
  }
  forEachUse(const_cast<MachFunc &>(mf_), inst, [&](VReg v, Reg &, MOperand *) {
    if (mf_.vregs[v].remat == Remat::LocalAddr)
      unitsOf(mf_.vregs[v].local, f);
  });
}

template <typename F> void LocalLiveness::forEachWritten(const MInst &inst, F f) const {
  const MOperand *ops = mf_.ops(inst);
  for (unsigned i = 0; i != inst.count; ++i) {
    if (ops[i].kind != MOperand::Kind::Mem)
      continue;
    const MMem &m = mf_.mems[ops[i].vreg];
    const MemoryAccess access = accessOf(inst.op);
    if (m.frame != FrameBase::Local || access.kind != MemoryAccess::Kind::Writes || m.index != kNoVReg ||
        m.index_reg != Reg::None)
      continue;
    unitsOf(m.local, [&](std::uint32_t u) {
      const std::int64_t at = units_[u].word * kWord;
      if (units_[u].word != kWholeLocal && m.disp <= at && at + kWord <= m.disp + access.bytes)
        f(u);
    });
  }
}

template <typename F> void LocalLiveness::forEachPhiRead(std::uint32_t block, F f) const {
  for (std::uint32_t s : mf_.blocks[block].succs) {
    const MBlock &to = mf_.blocks[s];
    for (std::size_t i = 0; i != to.preds.size(); ++i)
      if (to.preds[i] == block)
        for (const MPhi &phi : to.phis)
          if (mf_.vregs[phi.args[i]].remat == Remat::LocalAddr)
            unitsOf(mf_.vregs[phi.args[i]].local, f);
  }
}

LocalLiveness::LocalLiveness(const MachFunc &mf) : mf_(mf), locals_(mf.ssa.localCount()) {
  makeUnits();
  always_.assign((units_.size() + 63) / 64, 0);
  if (units_.empty())
    return;
  findObjects();
  if (std::uint64_t{units_.size()} * mf.blocks.size() > kMostBits) {
    always_.assign(always_.size(), ~std::uint64_t{0});
  } else {
    solve();
    keepForRecovery();
  }
  const std::uint32_t entry = mf.order.front();
  for (std::uint32_t i = 0; i != units_.size(); ++i)
    locals_[units_[i].local].cleared |= has(always_, i) || has(in_[entry], i);
}

void LocalLiveness::makeUnits() {
  for (std::uint32_t i = 0; i != locals_.size(); ++i) {
    if (!holdsPointers(mf_, mf_.ssa[ssa::LocalId(i)]))
      continue;
    const ssa::Layout &layout = layoutOf(i);
    locals_[i].first = static_cast<std::uint32_t>(units_.size());
    for (std::int64_t w = 0; w * kWord < layout.ptr_bytes && units_.size() - locals_[i].first <= kMostWords; ++w)
      if (layout.isPointerWord(w))
        units_.push_back({i, w});
    if (units_.size() - locals_[i].first > kMostWords) {
      units_.resize(locals_[i].first);
      units_.push_back({i, kWholeLocal});
    }
    locals_[i].count = static_cast<std::uint32_t>(units_.size()) - locals_[i].first;
  }
}

void LocalLiveness::findObjects() {
  auto taken = [&](std::uint32_t local) { locals_[local].object = locals_[local].count != 0; };
  for (std::uint32_t b : mf_.order) {
    for (const MPhi &phi : mf_.blocks[b].phis)
      for (VReg v : phi.args)
        if (mf_.vregs[v].remat == Remat::LocalAddr)
          taken(mf_.vregs[v].local);
    for (const MInst &inst : mf_.blocks[b].insts) {
      const MOperand *ops = mf_.ops(inst);
      for (unsigned i = 0; i != inst.count; ++i)
        if (ops[i].kind == MOperand::Kind::Mem && mf_.mems[ops[i].vreg].frame == FrameBase::Local &&
            accessOf(inst.op).kind == MemoryAccess::Kind::Address)
          taken(mf_.mems[ops[i].vreg].local);
      forEachUse(const_cast<MachFunc &>(mf_), inst, [&](VReg v, Reg &, MOperand *) {
        if (mf_.vregs[v].remat == Remat::LocalAddr)
          taken(mf_.vregs[v].local);
      });
    }
  }
}

LocalLiveness::Transfer LocalLiveness::transferOf(std::uint32_t block) const {
  Transfer t{Units(always_.size(), 0), Units(always_.size(), 0)};
  auto read = [&](std::uint32_t u) { add(t.gen, u), drop(t.kill, u); };
  forEachPhiRead(block, read);
  const std::vector<MInst> &insts = mf_.blocks[block].insts;
  for (std::size_t i = insts.size(); i-- != 0;) {
    forEachWritten(insts[i], [&](std::uint32_t u) { drop(t.gen, u), add(t.kill, u); });
    forEachRead(insts[i], read);
  }
  return t;
}

LocalLiveness::Units LocalLiveness::liveOut(std::uint32_t block) const {
  Units out(always_.size(), 0);
  if (in_.empty()) // all live always
    return out;
  for (std::uint32_t s : mf_.blocks[block].succs)
    for (std::size_t k = 0; k != out.size(); ++k)
      out[k] |= in_[s][k];
  return out;
}

void LocalLiveness::solve() {
  in_.assign(mf_.blocks.size(), Units(always_.size(), 0));
  std::vector<Transfer> transfers(mf_.blocks.size());
  for (std::uint32_t b : mf_.order)
    transfers[b] = transferOf(b);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = mf_.order.size(); i-- != 0;) {
      const std::uint32_t b = mf_.order[i];
      const Units out = liveOut(b);
      for (std::size_t k = 0; k != out.size(); ++k) {
        const std::uint64_t live = transfers[b].gen[k] | (out[k] & ~transfers[b].kill[k]);
        changed |= live != in_[b][k];
        in_[b][k] = live;
      }
    }
  }
}

// Any call may panic, and the function may then go on at its deferreturn call: what lives there lives always.
void LocalLiveness::keepForRecovery() {
  if (!mf_.ssa.flags.has_defer)
    return;
  for (std::uint32_t b : mf_.order) {
    const std::vector<MInst> &insts = mf_.blocks[b].insts;
    std::size_t call = 0;
    std::vector<Units> live;
    for (const MInst &inst : insts) {
      if (!isCallInst(inst))
        continue;
      if (inst.call != ~0u && mf_.ssa[ssa::CallId(inst.call)].is_defer_return) {
        if (live.empty())
          live = atCalls(b);
        for (std::size_t k = 0; k != always_.size(); ++k)
          always_[k] |= live[call][k];
        forEachRead(inst, [&](std::uint32_t u) { add(always_, u); });
      }
      ++call;
    }
  }
}

std::vector<LocalLiveness::Units> LocalLiveness::atCalls(std::uint32_t block) const {
  const std::vector<MInst> &insts = mf_.blocks[block].insts;
  std::size_t calls = 0;
  for (const MInst &inst : insts)
    calls += isCallInst(inst);
  std::vector<Units> out(calls);
  if (units_.empty() || calls == 0)
    return out;
  Units live = liveOut(block);
  auto read = [&](std::uint32_t u) { add(live, u); };
  forEachPhiRead(block, read);
  for (std::size_t i = insts.size(); i-- != 0;) {
    if (isCallInst(insts[i])) {
      out[--calls] = live;
      for (std::size_t k = 0; k != live.size(); ++k)
        out[calls][k] |= always_[k];
    }
    forEachWritten(insts[i], [&](std::uint32_t u) { drop(live, u); });
    forEachRead(insts[i], read);
  }
  return out;
}

} // namespace gannet::x86
