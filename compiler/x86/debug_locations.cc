#include "compiler/x86/debug_locations.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace gannet::x86 {

namespace {

// So many words of state at most; the variables of larger functions have no place in registers.
constexpr std::size_t kMaxState = std::size_t{1} << 22;

} // namespace

DebugLocations::DebugLocations(const MachFunc &mf, const Allocation &allocation) : mf_(mf), allocation_(allocation) {
  content_.fill(kNoVReg);
  if (mf_.bindings.empty())
    return;
  collect();
  if ((parts_.size() + slotted_count_) * mf_.blocks.size() > kMaxState) {
    parts_.clear();
    return;
  }
  positions_ = positionsOf(mf_);
  in_slot_.assign(slotted_count_, 0);
  flow();
}

void DebugLocations::collect() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers; // of parts, by variable and offset
  std::vector<std::vector<std::uint32_t>> of(mf_.vregs.size());
  slotted_of_.assign(mf_.vregs.size(), kNone);
  for (const MBinding &b : mf_.bindings) {
    auto [number, fresh] = numbers.try_emplace({b.variable, b.offset}, static_cast<std::uint32_t>(parts_.size()));
    if (fresh)
      parts_.push_back({b.variable, b.offset, kNone, {}, 0});
    of[b.vreg].push_back(static_cast<std::uint32_t>(bindings_.size()));
    bindings_.push_back({number->second, b.size_bytes, b.vreg});
    if (allocation_.spilled(b.vreg) && slotted_of_[b.vreg] == kNone)
      slotted_of_[b.vreg] = slotted_count_++;
  }
  for (const std::vector<std::uint32_t> &list : of) {
    first_binding_.push_back(static_cast<std::uint32_t>(by_vreg_.size()));
    by_vreg_.insert(by_vreg_.end(), list.begin(), list.end());
  }
  first_binding_.push_back(static_cast<std::uint32_t>(by_vreg_.size()));
}

// Calls f(vreg, whether it is defined, whether its slot gets it) for what the block defines or stores, each kind in order.
template <typename F> void DebugLocations::forEachDefinition(std::uint32_t b, F f) const {
  const MBlock &block = mf_.blocks[b];
  const Allocation::Block &alloc = allocation_.blocks[b];
  for (const MPhi &phi : block.phis)
    f(phi.def, true, allocation_.stored_at_def[phi.def] != 0);
  for (auto [v, r] : alloc.stores)
    f(v, false, true);
  for (const Edit &e : alloc.edits)
    if (e.to.kind == Loc::Kind::Slot)
      f(e.to.vreg, false, true);
  for (const MInst &inst : block.insts) {
    const MOperand *ops = mf_.ops(inst);
    for (unsigned k = 0; k != inst.count; ++k)
      if (ops[k].kind == MOperand::Kind::Def && ops[k].vreg != kNoVReg)
        f(ops[k].vreg, true, allocation_.stored_at_def[ops[k].vreg] != 0);
  }
}

void DebugLocations::transfer(std::uint32_t block, BlockState &state) const {
  forEachDefinition(block, [&](VReg v, bool defined, bool is_stored) {
    if (defined)
      for (std::uint32_t i = first_binding_[v]; i != first_binding_[v + 1]; ++i)
        state[bindings_[by_vreg_[i]].part] = by_vreg_[i];
    if (slotted_of_[v] != kNone && (defined || is_stored))
      state[parts_.size() + slotted_of_[v]] = is_stored;
  });
}

// Forward, to a fixed point; what is not known yet does not count at a join.
void DebugLocations::flow() {
  in_.assign(mf_.blocks.size(), {});
  const std::size_t words = parts_.size() + slotted_count_;
  std::vector<std::uint32_t> pending(mf_.order.rbegin(), mf_.order.rend());
  std::vector<std::uint8_t> waits(mf_.blocks.size(), 1);
  BlockState entry(words, kNone);
  std::fill(entry.begin() + static_cast<std::ptrdiff_t>(parts_.size()), entry.end(), 0);
  in_[mf_.order.front()] = entry;
  while (!pending.empty()) {
    const std::uint32_t b = pending.back();
    pending.pop_back();
    waits[b] = 0;
    if (in_[b].empty())
      continue; // its predecessors put it back
    BlockState out = in_[b];
    transfer(b, out);
    for (std::uint32_t s : mf_.blocks[b].succs) {
      bool changed = in_[s].empty();
      if (changed) {
        in_[s] = out;
      } else {
        for (std::size_t i = 0; i != words; ++i) {
          const std::uint32_t differs = i < parts_.size() ? kNone : 0;
          if (in_[s][i] != out[i] && in_[s][i] != differs)
            in_[s][i] = differs, changed = true;
        }
      }
      if (changed && !waits[s])
        waits[s] = 1, pending.push_back(s);
    }
  }
}

Loc DebugLocations::find(VReg v) const {
  if (const std::uint32_t s = slotted_of_[v]; s != kNone && in_slot_[s] && position_ <= allocation_.slot_until[v])
    return Loc::inSlot(v);
  for (unsigned r = 0; r != content_.size(); ++r)
    if (content_[r] == v)
      return Loc::inReg(static_cast<Reg>(r));
  return {};
}

void DebugLocations::close(Part &part, std::uint32_t at) {
  if (part.loc.kind == Loc::Kind::None || at == part.from)
    return;
  const std::uint32_t size = bindings_[part.binding].size_bytes;
  ranges_.push_back({part.variable, part.offset, size, part.from, at, part.loc});
}

void DebugLocations::update(Part &part, std::uint32_t at) {
  Loc now = part.binding == kNone ? Loc{} : find(bindings_[part.binding].vreg);
  if (now == part.loc)
    return;
  close(part, at);
  locate(part, now, at);
}

void DebugLocations::locate(Part &part, Loc loc, std::uint32_t at) {
  part.loc = loc, part.from = at;
  if (loc.kind == Loc::Kind::Slot)
    first_end_ = std::min(first_end_, allocation_.slot_until[loc.vreg]);
}

void DebugLocations::lookAgain(VReg v, std::uint32_t at) {
  for (std::uint32_t i = first_binding_[v]; i != first_binding_[v + 1]; ++i)
    if (Part &part = parts_[bindings_[by_vreg_[i]].part]; part.binding == by_vreg_[i])
      update(part, at);
}

// The value is defined: its variables have it from here on.
void DebugLocations::bind(VReg v, std::uint32_t at) {
  for (std::uint32_t i = first_binding_[v]; i != first_binding_[v + 1]; ++i) {
    Part &part = parts_[bindings_[by_vreg_[i]].part];
    close(part, at);
    part.binding = by_vreg_[i];
    locate(part, find(v), at);
  }
}

void DebugLocations::place(Reg r, VReg v, std::uint32_t at) {
  const VReg before = std::exchange(content_[static_cast<unsigned>(r)], v);
  if (before == v)
    return;
  if (before != kNoVReg)
    lookAgain(before, at);
  if (v != kNoVReg)
    lookAgain(v, at);
}

void DebugLocations::startBlock(std::uint32_t block, std::uint32_t at) {
  block_ = block, position_ = positions_[block];
  content_.fill(kNoVReg); // until the moves are done
  first_end_ = kNone;
  const BlockState &state = in_[block];
  for (std::size_t i = 0; i != slotted_count_; ++i)
    in_slot_[i] = !state.empty() && state[parts_.size() + i] != 0;
  for (std::size_t i = 0; i != parts_.size(); ++i) {
    Part &part = parts_[i];
    part.binding = state.empty() ? kNone : state[i];
    locate(part, part.binding == kNone ? Loc{} : find(bindings_[part.binding].vreg), at);
  }
}

void DebugLocations::arrived(std::uint32_t at) {
  content_ = allocation_.blocks[block_].at_start;
  for (Part &part : parts_)
    update(part, at);
  for (const MPhi &phi : mf_.blocks[block_].phis)
    bind(phi.def, at);
}

void DebugLocations::endBlock(std::uint32_t at) {
  for (Part &part : parts_) {
    close(part, at);
    part.loc = {};
  }
}

void DebugLocations::step(std::uint32_t index, std::uint32_t at) {
  position_ = positions_[block_] + 1 + index;
  if (position_ <= first_end_)
    return;
  first_end_ = kNone;
  for (Part &part : parts_)
    if (part.loc.kind == Loc::Kind::Slot) {
      update(part, at);
      if (part.loc.kind == Loc::Kind::Slot)
        first_end_ = std::min(first_end_, allocation_.slot_until[part.loc.vreg]);
    }
}

void DebugLocations::moved(const Edit &e, std::uint32_t at) {
  if (e.exchange) {
    const VReg a = content_[static_cast<unsigned>(e.to.reg)], b = content_[static_cast<unsigned>(e.from.reg)];
    place(e.to.reg, kNoVReg, at);
    place(e.from.reg, a, at);
    place(e.to.reg, b, at);
    return;
  }
  const bool from_register = e.from.kind == Loc::Kind::Register;
  const VReg v = from_register ? content_[static_cast<unsigned>(e.from.reg)] : e.from.vreg;
  if (e.to.kind == Loc::Kind::Register)
    place(e.to.reg, e.from.kind == Loc::Kind::Scratch ? kNoVReg : v, at);
  else if (e.to.kind == Loc::Kind::Slot)
    stored(e.to.vreg, at);
}

void DebugLocations::clobbers(const MInst &inst, std::uint32_t at) {
  for (unsigned r = 0; r != content_.size(); ++r)
    if (inst.clobbers >> r & 1)
      place(static_cast<Reg>(r), kNoVReg, at);
}

void DebugLocations::defines(const MInst &inst, std::uint32_t at) {
  const MOperand *ops = mf_.ops(inst);
  for (unsigned k = 0; k != inst.count; ++k) {
    const MOperand &o = ops[k];
    if ((o.kind != MOperand::Kind::Def && o.kind != MOperand::Kind::Temp) || static_cast<unsigned>(o.reg) >= content_.size())
      continue;
    place(o.reg, o.kind == MOperand::Kind::Def ? o.vreg : kNoVReg, at);
    if (o.kind != MOperand::Kind::Def || o.vreg == kNoVReg)
      continue;
    if (slotted_of_[o.vreg] != kNone)
      in_slot_[slotted_of_[o.vreg]] = 0;
    bind(o.vreg, at);
  }
}

void DebugLocations::stored(VReg v, std::uint32_t at) {
  if (slotted_of_[v] == kNone)
    return;
  in_slot_[slotted_of_[v]] = 1;
  lookAgain(v, at);
}

std::vector<DebugLocations::Range> DebugLocations::take() {
  auto key = [](const Range &r) { return std::tuple(r.variable, r.offset, r.from); };
  std::stable_sort(ranges_.begin(), ranges_.end(), [&](const Range &a, const Range &b) { return key(a) < key(b); });
  std::vector<Range> out;
  for (const Range &r : ranges_) {
    if (!out.empty()) {
      Range &last = out.back();
      if (last.variable == r.variable && last.offset == r.offset && last.size_bytes == r.size_bytes && last.to == r.from &&
          last.loc == r.loc) {
        last.to = r.to;
        continue;
      }
    }
    out.push_back(r);
  }
  return out;
}

} // namespace gannet::x86
