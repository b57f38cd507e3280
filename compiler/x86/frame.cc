#include "compiler/x86/frame.h"

#include <algorithm>

namespace gannet::x86 {

using ssa::Layout;
using ssa::Local;
using ssa::LocalId;
using ssa::LocalKind;

namespace {

constexpr std::int64_t kWord = 8;

std::int64_t alignUp(std::int64_t n, std::int64_t a) { return (n + a - 1) & ~(a - 1); }

void placeOutside(const ssa::Func &f, const Allocation &allocation, Frame &frame) {
  for (std::uint32_t i = 0; i != f.localCount(); ++i)
    if (frame.local_outside[i])
      frame.local_at[i] = frame.callerSp() + f[LocalId(i)].frame_offset;
  for (std::size_t i = 0; i != allocation.slots.size(); ++i)
    if (const std::int32_t param = allocation.slots[i].param; param >= 0)
      frame.slot_at[i] = frame.callerSp() + f.sig.param_regs[static_cast<std::size_t>(param)].spill_offset;
}

} // namespace

Frame layOutFrame(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness) {
  const ssa::Func &f = mf.ssa;
  Frame frame;
  frame.local_at.assign(f.localCount(), 0);
  frame.slot_at.assign(allocation.slots.size(), 0);
  // Only locals that the code still names have a place.
  std::vector<std::uint8_t> &used = frame.local_used, &outside = frame.local_outside;
  used = namedLocals(mf);
  outside.assign(f.localCount(), 0);
  for (std::uint32_t i = 0; i != f.localCount(); ++i) {
    const LocalKind kind = f[LocalId(i)].kind;
    outside[i] = !isOwn(kind) || (kind == LocalKind::RegisterParam && !liveness.clearedAtEntry(i));
    used[i] |= !isOwn(kind);
  }

  std::int64_t depth = 0; // below the saved BP
  auto placeLocals = [&](bool pointers, bool cleared) {
    for (std::uint32_t i = 0; i != f.localCount(); ++i) {
      const Local &local = f[LocalId(i)];
      const Layout &layout = f[local.layout];
      if (outside[i] || !used[i] || layout.hasPointers() != pointers || liveness.clearedAtEntry(i) != cleared)
        continue;
      depth = alignUp(depth + layout.size_bytes, std::max<std::int64_t>(layout.align_bytes, 1));
      if (pointers)
        depth = alignUp(depth, kWord);
      frame.local_at[i] = -depth;
    }
  };
  auto placeSlots = [&](bool pointers) {
    for (std::size_t i = 0; i != allocation.slots.size(); ++i)
      if (allocation.slots[i].param < 0 && allocation.slots[i].pointer == pointers)
        depth += allocation.slots[i].bytes, frame.slot_at[i] = -depth;
  };
  // Slots are next to BP and to SP, where addresses are short: the code names them most.
  placeSlots(true);
  const std::int64_t slots_depth = depth;
  placeLocals(true, true);
  const std::int64_t zero_depth = depth;
  placeLocals(true, false);
  frame.map_words = static_cast<std::uint32_t>(depth / kWord);
  placeLocals(false, false);
  depth = alignUp(depth, kWord);
  placeSlots(false);
  if (allocation.needs_scratch)
    depth += 16, frame.scratch_at = -depth;

  const std::int64_t below = alignUp(mf.out_arg_bytes, kWord);
  if (depth + below == 0 && !mf.makes_calls) {
    placeOutside(f, allocation, frame);
    return frame;
  }
  frame.has_bp = true;
  frame.size = depth + below + kWord;
  const std::int64_t top = frame.size - kWord;
  for (std::int64_t &at : frame.local_at)
    at += top;
  for (std::int64_t &at : frame.slot_at)
    at += top;
  placeOutside(f, allocation, frame);
  frame.scratch_at += top;
  frame.zero_from = top - zero_depth, frame.zero_to = top - slots_depth;
  return frame;
}

std::vector<object::StackObject> stackObjects(const MachFunc &mf, const Frame &frame, const LocalLiveness &liveness) {
  std::vector<object::StackObject> out;
  for (std::uint32_t i = 0; i != mf.ssa.localCount(); ++i) {
    if (!liveness.isStackObject(i) || !frame.local_used[i])
      continue;
    const Layout &layout = mf.ssa[mf.ssa[LocalId(i)].layout];
    object::StackObject o;
    o.offset = static_cast<std::int32_t>(frame.local_at[i] - (frame.size - kWord));
    o.size_bytes = static_cast<std::int32_t>(layout.size_bytes);
    o.ptr_mask.resize(static_cast<std::size_t>(layout.ptr_bytes / kWord + 7) / 8);
    for (std::int64_t w = 0; w * kWord < layout.ptr_bytes; ++w)
      if (layout.isPointerWord(w))
        o.ptr_mask[static_cast<std::size_t>(w / 8)] |= static_cast<std::uint8_t>(1 << (w % 8));
    out.push_back(std::move(o));
  }
  std::sort(out.begin(), out.end(), [](const auto &a, const auto &b) { return a.offset < b.offset; });
  return out;
}

StackMaps::StackMaps(const MachFunc &mf, const Allocation &allocation, const Frame &frame,
                     const LocalLiveness &liveness)
    : mf_(mf), allocation_(allocation), frame_(frame), liveness_(liveness) {
  const ssa::Func &f = mf.ssa;
  arg_bits_ = static_cast<std::uint32_t>(f.sig.total_bytes / kWord);
  Bits entry((arg_bits_ + 7) / 8, 0);
  for (const ssa::AbiSlot &p : f.sig.params)
    if (!p.in_registers && p.layout)
      markLayout(entry, p.stack_offset / kWord, p.layout);
  call_args_ = entry;
  for (const ssa::AbiRegComponent &c : f.sig.param_regs)
    if (c.type == ssa::Type::Ptr && c.spill_offset >= 0)
      mark(entry, c.spill_offset / kWord);
  for (const ssa::AbiSlot &r : f.sig.results)
    if (!r.in_registers && r.layout)
      markLayout(call_args_, r.stack_offset / kWord, r.layout);

  arg_rows_.push_back(entry);
  local_rows_.push_back(Bits((frame.map_words + 7) / 8, 0));
}

void StackMaps::markLayout(Bits &bits, std::int64_t word, ssa::LayoutId id) const {
  const Layout &layout = mf_.ssa[id];
  for (std::int64_t w = 0; w * kWord < layout.ptr_bytes; ++w)
    if (layout.isPointerWord(w))
      mark(bits, word + w);
}

std::uint32_t StackMaps::row(const std::vector<VReg> &live, const LocalLiveness::Units &locals) {
  Bits args = call_args_, bits((frame_.map_words + 7) / 8, 0);
  const std::int64_t base = frame_.size - kWord - static_cast<std::int64_t>(frame_.map_words) * kWord;
  for (VReg v : live) {
    if (!allocation_.spilled(v))
      continue;
    const auto s = static_cast<std::size_t>(allocation_.slot_of[v]);
    if (allocation_.slots[s].param >= 0)
      mark(args, (frame_.slot_at[s] - frame_.callerSp()) / kWord);
    else
      mark(bits, (frame_.slot_at[s] - base) / kWord);
  }
  if (!locals.empty())
    liveness_.forEachWord(locals, [&](std::uint32_t local, std::int64_t word) {
      if (frame_.local_used[local] && frame_.local_outside[local])
        mark(args, (frame_.local_at[local] - frame_.callerSp()) / kWord + word);
      else if (frame_.local_used[local])
        mark(bits, (frame_.local_at[local] - base) / kWord + word);
    });
  for (std::size_t i = 1; i < local_rows_.size(); ++i)
    if (local_rows_[i] == bits && arg_rows_[i] == args)
      return static_cast<std::uint32_t>(i);
  arg_rows_.push_back(std::move(args));
  local_rows_.push_back(std::move(bits));
  return static_cast<std::uint32_t>(local_rows_.size() - 1);
}

} // namespace gannet::x86
