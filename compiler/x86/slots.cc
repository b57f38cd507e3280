// Slots are given in the order in which values begin, each the first that is
// free wherever the value lives. Where that is, is a list of segments in layout
// order: what lives only in blocks that were laid out last is not taken to live
// all the way there. Pointers and others are kept apart, so that a stale map
// never shows an integer.
#include "compiler/x86/slots.h"

#include <algorithm>

namespace gannet::x86 {

namespace {

constexpr std::uint32_t kNone = ~0u;

struct Segment { // positions, both included
  std::uint32_t from, to;
};
using Segments = std::vector<Segment>; // ascending, apart

bool meet(const Segments &a, const Segments &b) {
  auto i = std::lower_bound(
      b.begin(), b.end(), a.front().from,
      [](const Segment &s, std::uint32_t at) { return s.to < at; });
  for (auto k = a.begin(); k != a.end() && i != b.end();) {
    if (k->from <= i->to && i->from <= k->to)
      return true;
    if (k->to < i->to)
      ++k;
    else
      ++i;
  }
  return false;
}

class SlotGiver {
public:
  SlotGiver(MachFunc &mf, const Liveness &live,
            const std::vector<std::uint8_t> &spilled, Allocation &out)
      : mf_(mf), live_(live), spilled_(spilled), out_(out),
        lives_(mf.vregs.size()) {}

  void run(const std::vector<std::pair<VReg, std::int32_t>> &params) {
    const std::vector<std::uint32_t> positions = positionsOf(mf_);
    for (std::uint32_t b : mf_.order)
      coverBlock(b, positions[b]);
    out_.slot_of.assign(mf_.vregs.size(), -1);
    out_.slot_until.assign(mf_.vregs.size(), 0);
    std::vector<VReg> order;
    for (VReg v = 0; v != mf_.vregs.size(); ++v)
      if (!lives_[v].empty())
        order.push_back(v);
    std::stable_sort(order.begin(), order.end(), [&](VReg a, VReg b) {
      return lives_[a].front().from < lives_[b].front().from;
    });
    std::vector<std::int32_t> param_of(mf_.vregs.size(), -1);
    for (auto [v, param] : params)
      param_of[v] = param;
    for (VReg v : order)
      give(v, param_of[v]);
    for (auto &starts : starts_)
      std::sort(starts.begin(), starts.end());
    for (VReg v : order)
      if (param_of[v] < 0)
        findEnd(v);
  }

private:
  void cover(VReg v, std::uint32_t from, std::uint32_t to) {
    if (!spilled_[v])
      return;
    Segments &s = lives_[v];
    if (s.empty() || (from > s.back().to + 1 && s.back().to < block_start_))
      s.push_back({from, to});
    else
      s.back().from = std::min(s.back().from, from),
      s.back().to = std::max(s.back().to, to);
  }

  void coverBlock(std::uint32_t b, std::uint32_t start) {
    MBlock &block = mf_.blocks[b];
    const auto end = static_cast<std::uint32_t>(start + block.insts.size() + 2);
    block_start_ = start;
    for (const LiveValue &v : live_.in[b])
      cover(v.vreg, start, start);
    for (const MPhi &phi : block.phis)
      cover(phi.def, start, start);
    for (std::uint32_t i = 0; i != block.insts.size(); ++i) {
      forEachUse(mf_, block.insts[i], [&](VReg v, Reg &, MOperand *) {
        cover(v, start + 1 + i, start + 1 + i);
      });
      const MOperand *ops = mf_.ops(block.insts[i]);
      for (unsigned k = 0; k != block.insts[i].count; ++k)
        if (ops[k].kind == MOperand::Kind::Def)
          cover(ops[k].vreg, start + 1 + i, start + 2 + i);
    }
    for (auto [at, v] : out_.blocks[b].slot_reads)
      cover(v, start + 1 + at, start + 1 + at);
    for (const LiveValue &v : live_.out[b])
      cover(v.vreg, end, end);
    for (std::uint32_t next : block.succs)
      for (const MPhi &phi : mf_.blocks[next].phis)
        cover(phi.def, end, end);
  }

  void give(VReg v, std::int32_t param) {
    const bool pointer = mf_.vregs[v].isPtr();
    if (param >= 0) {
      out_.slot_of[v] = static_cast<std::int32_t>(out_.slots.size());
      out_.slot_until[v] = kNone;
      out_.slots.push_back({ssa::sizeBytes(mf_.vregs[v].type), pointer, param}),
          taken_.emplace_back(), starts_.emplace_back();
      return;
    }
    const std::uint32_t bytes = mf_.vregs[v].slotBytes();
    std::size_t found = 0;
    while (found != out_.slots.size() &&
           (out_.slots[found].param >= 0 ||
            out_.slots[found].pointer != pointer ||
            out_.slots[found].bytes != bytes || meet(lives_[v], taken_[found])))
      ++found;
    if (found == out_.slots.size())
      out_.slots.push_back({bytes, pointer}), taken_.emplace_back(),
          starts_.emplace_back();
    take(taken_[found], lives_[v]);
    for (const Segment &s : lives_[v])
      starts_[found].emplace_back(s.from, v);
    out_.slot_of[v] = static_cast<std::int32_t>(found);
  }
  static void take(Segments &taken, const Segments &more) {
    Segments both;
    both.reserve(taken.size() + more.size());
    std::merge(
        taken.begin(), taken.end(), more.begin(), more.end(),
        std::back_inserter(both),
        [](const Segment &a, const Segment &b) { return a.from < b.from; });
    taken.clear();
    for (const Segment &s : both)
      if (!taken.empty() && s.from <= taken.back().to + 1)
        taken.back().to = std::max(taken.back().to, s.to);
      else
        taken.push_back(s);
  }

  // For debuggers: the slot is the value's until another one's value is put
  // there, or the value lives no more.
  void findEnd(VReg v) {
    const Segments &own = lives_[v];
    const auto &starts = starts_[static_cast<std::size_t>(out_.slot_of[v])];
    auto next = std::upper_bound(starts.begin(), starts.end(),
                                 std::pair(own.front().from, kNone));
    while (next != starts.end() && next->second == v)
      ++next;
    std::uint32_t end = own.back().to;
    if (next != starts.end())
      end = std::min(end, next->first - 1);
    out_.slot_until[v] = end;
  }

  MachFunc &mf_;
  const Liveness &live_;
  const std::vector<std::uint8_t> &spilled_;
  Allocation &out_;
  std::vector<Segments>
      lives_; // by vreg; those of values that are not spilled are empty
  std::vector<Segments> taken_; // by slot
  std::vector<std::vector<std::pair<std::uint32_t, VReg>>>
      starts_; // by slot: where whose segments begin
  std::uint32_t block_start_ = 0;
};

} // namespace

void giveSlots(MachFunc &mf, const Liveness &live,
               const std::vector<std::uint8_t> &spilled,
               const std::vector<std::pair<VReg, std::int32_t>> &params,
               Allocation &out) {
  SlotGiver(mf, live, spilled, out).run(params);
}

} // namespace gannet::x86
