#include "compiler/x86/arg_live.h"

#include "compiler/x86/memory_access.h"

#include <algorithm>

namespace gannet::x86 {

namespace {

constexpr std::uint8_t kFirstMark = 0xf0, kOffsetTooLarge = 0xfb; // internal/abi: TraceArgsSpecial, TraceArgsOffsetTooLarge

} // namespace

ArgLive::ArgLive(const MachFunc &mf, const Allocation &allocation, const Frame &frame, std::span<const std::uint8_t> arg_info)
    : mf_(mf), regs_(mf.ssa.sig.param_regs), arg_info_(arg_info) {
  std::int64_t first = kFirstMark;
  for (const ssa::AbiRegComponent &c : regs_)
    first = std::min(first, c.spill_offset);
  if (first == kFirstMark || arg_info.empty())
    return;
  info_.push_back(static_cast<std::uint8_t>(first));
  const std::vector<std::uint8_t> none = rowBits(0);
  info_.insert(info_.end(), none.begin(), none.end());
  findStores(allocation, frame);
  if (!allocated_.empty())
    flow();
}

void ArgLive::findStores(const Allocation &allocation, const Frame &frame) {
  auto isInSlots = [&](std::uint32_t i) {
    return mf_.ssa[ssa::LocalId(i)].kind == ssa::LocalKind::RegisterParam && frame.local_used[i] && frame.local_outside[i];
  };
  for (std::uint32_t i = 0; i != mf_.ssa.localCount(); ++i)
    if (isInSlots(i))
      in_slots_.resize(mf_.ssa.localCount()), in_slots_[i] = 1;
  auto isParam = [](const SpillSlot &s) { return s.param >= 0; };
  if (in_slots_.empty() && std::none_of(allocation.slots.begin(), allocation.slots.end(), isParam))
    return;
  auto paramOf = [&](VReg v) {
    const std::int32_t slot = allocation.slot_of[v];
    const std::int32_t param = slot < 0 ? -1 : allocation.slots[static_cast<std::size_t>(slot)].param;
    return param < 0 ? Params{0} : Params{1} << param;
  };
  allocated_.assign(mf_.blocks.size(), 0);
  for (std::uint32_t b : mf_.order)
    for (auto [v, r] : allocation.blocks[b].stores)
      allocated_[b] |= paramOf(v);
  for (std::size_t v = 0; v != mf_.vregs.size(); ++v)
    if (allocation.stored_at_def[v] != 0)
      allocated_[mf_.order.front()] |= paramOf(static_cast<VReg>(v));
}

ArgLive::Params ArgLive::by(const MInst &inst) const {
  Params out = 0;
  if (in_slots_.empty() || accessOf(inst.op).kind != MemoryAccess::Kind::Writes)
    return out;
  const MOperand *ops = mf_.ops(inst);
  for (unsigned i = 0; i != inst.count; ++i) {
    if (ops[i].kind != MOperand::Kind::Mem)
      continue;
    const MMem &m = mf_.mems[ops[i].vreg];
    if (m.frame != FrameBase::Local || !in_slots_[m.local] || m.index_reg != Reg::None)
      continue;
    const std::int64_t from = mf_.ssa[ssa::LocalId(m.local)].frame_offset + m.disp, to = from + accessOf(inst.op).bytes;
    for (std::size_t r = 0; r != regs_.size(); ++r)
      if (from <= regs_[r].spill_offset && regs_[r].spill_offset + ssa::sizeBytes(regs_[r].type) <= to)
        out |= Params{1} << r;
  }
  return out;
}

void ArgLive::flow() {
  std::vector<Params> stored = allocated_;
  for (std::uint32_t b : mf_.order)
    for (const MInst &inst : mf_.blocks[b].insts)
      stored[b] |= by(inst);
  in_.assign(mf_.blocks.size(), ~Params{0});
  in_[mf_.order.front()] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t b : mf_.order)
      for (std::uint32_t s : mf_.blocks[b].succs)
        if (const Params both = in_[s] & (in_[b] | stored[b]); both != in_[s])
          in_[s] = both, changed = true;
  }
}

std::vector<std::uint8_t> ArgLive::rowBits(Params stored) const {
  std::vector<std::uint8_t> out;
  unsigned component = 0;
  for (std::size_t i = 0; i < arg_info_.size(); ++i) {
    const std::uint8_t code = arg_info_[i];
    if (code >= kFirstMark && code != kOffsetTooLarge)
      continue;
    if (component % 8 == 0)
      out.push_back(0);
    if (code < kFirstMark) {
      ++i; // its size
      for (std::size_t r = 0; r != regs_.size(); ++r)
        if (regs_[r].spill_offset == code && (stored >> r & 1) != 0)
          out.back() |= static_cast<std::uint8_t>(1 << (component % 8));
    }
    ++component;
  }
  return out;
}

std::int32_t ArgLive::row(Params stored) {
  if (info_.empty() || stored == 0)
    return -1;
  const std::vector<std::uint8_t> bits = rowBits(stored);
  for (std::size_t at = 1; at < info_.size(); at += bits.size())
    if (std::equal(bits.begin(), bits.end(), info_.begin() + static_cast<std::ptrdiff_t>(at)))
      return at == 1 ? -1 : static_cast<std::int32_t>(at);
  const auto at = static_cast<std::int32_t>(info_.size());
  info_.insert(info_.end(), bits.begin(), bits.end());
  return at;
}

} // namespace gannet::x86
