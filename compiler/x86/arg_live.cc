#include "compiler/x86/arg_live.h"

#include <algorithm>

namespace gannet::x86 {

namespace {

constexpr std::uint8_t kFirstMark = 0xf0, kOffsetTooLarge = 0xfb; // internal/abi: TraceArgsSpecial, TraceArgsOffsetTooLarge

} // namespace

ArgLive::ArgLive(const MachFunc &mf, const Allocation &allocation, std::span<const std::uint8_t> arg_info)
    : regs_(mf.ssa.sig.param_regs), arg_info_(arg_info) {
  std::int64_t first = kFirstMark;
  for (const ssa::AbiRegComponent &c : regs_)
    first = std::min(first, c.spill_offset);
  if (first == kFirstMark || arg_info.empty())
    return;
  info_.push_back(static_cast<std::uint8_t>(first));
  const std::vector<std::uint8_t> none = rowBits(0);
  info_.insert(info_.end(), none.begin(), none.end());
  if (std::none_of(allocation.slots.begin(), allocation.slots.end(), [](const SpillSlot &s) { return s.param >= 0; }))
    return;
  auto paramOf = [&](VReg v) {
    const std::int32_t slot = allocation.slot_of[v];
    const std::int32_t param = slot < 0 ? -1 : allocation.slots[static_cast<std::size_t>(slot)].param;
    return param < 0 ? Params{0} : Params{1} << param;
  };
  stored_.assign(mf.blocks.size(), 0);
  for (std::uint32_t b : mf.order)
    for (auto [v, r] : allocation.blocks[b].stores)
      stored_[b] |= paramOf(v);
  const std::uint32_t entry = mf.order.front();
  for (std::size_t v = 0; v != mf.vregs.size(); ++v)
    if (allocation.stored_at_def[v] != 0)
      stored_[entry] |= paramOf(static_cast<VReg>(v));
  flow(mf);
}

void ArgLive::flow(const MachFunc &mf) {
  in_.assign(mf.blocks.size(), ~Params{0});
  in_[mf.order.front()] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t b : mf.order)
      for (std::uint32_t s : mf.blocks[b].succs)
        if (const Params both = in_[s] & (in_[b] | stored_[b]); both != in_[s])
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
