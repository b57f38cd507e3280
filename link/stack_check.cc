// Chains of functions without stack check must fit in what the guard leaves below it: 800 bytes.
//
// The depth of a function is the largest, over its calls, of its frame at the call plus the return address plus the
// callee's depth. A function that checks its stack counts as its call of morestack alone; so does an indirect call, and
// C++ code, which runs on the system stack.
#include "link/model.h"

#include <algorithm>

namespace gannet::link {

namespace {

constexpr std::int64_t kLimit = 800, kCall = 8;

class StackCheck {
public:
  explicit StackCheck(Link &link) : link_(link), depth_(link.atoms.size(), kUnknown) {}

  void run() {
    for (std::uint32_t i = 0; i < link_.atoms.size(); i++)
      if (link_.atoms[i].reachable && counts(link_.atoms[i]))
        depthOf(AtomId(i));
    // A chain is at its deepest when entered from a function that checked, with the limit just met.
    for (std::uint32_t i = 0; i < link_.atoms.size() && reported_ < 10; i++)
      if (depth_[i] > kLimit - kCall && !called_[AtomId(i).raw])
        report(AtomId(i));
  }

private:
  static constexpr std::int64_t kUnknown = -1, kBusy = -2;

  bool counts(const Atom &a) const {
    return a.kind == SymbolKind::Text && (a.flags & object::kNoSplit) && a.object && a.object->func_at && a.file != 0;
  }

  std::int64_t depthOf(AtomId id);
  void report(AtomId id);

  Link &link_;
  std::vector<std::int64_t> depth_;
  std::vector<bool> called_ = std::vector<bool>(link_.atoms.size());
  std::size_t reported_ = 0;
};

std::int64_t StackCheck::depthOf(AtomId id) {
  std::int64_t &memo = depth_[id.raw];
  if (memo >= 0)
    return memo;
  const Atom &a = link_[id];
  if (memo == kBusy) {
    link_.error(std::string(a.name) + ": nosplit stack overflow: recursive");
    return memo = 0;
  }
  memo = kBusy;
  object::FuncView f = link_.files[a.file].object->func(*a.object);
  std::int64_t depth = 0;
  std::vector<std::pair<std::uint32_t, std::int64_t>> calls; // offset, depth of the callee
  object::PcTableReader frames(f.pcsp);
  while (frames.next())
    depth = std::max<std::int64_t>(depth, frames.value);
  for (const object::Reloc &r : a.relocs) {
    if (r.kind != RelocKind::Call32)
      continue;
    const Symbol &s = link_[link_.target(a, r)];
    std::int64_t below = 0;
    if (s.atom.valid() && s.atom != id) {
      const Atom &callee = link_[s.atom];
      if (counts(callee)) {
        below = depthOf(s.atom);
        called_[s.atom.raw] = true;
      } else if (!callee.from_elf) {
        below = kCall; // its call of morestack
      }
    }
    // A jump leaves no return address behind.
    bool jump = r.offset > 0 && a.bytes.size() > r.offset && a.bytes[r.offset - 1] != 0xe8;
    calls.emplace_back(r.offset, below + (jump ? 0 : kCall));
  }
  std::sort(calls.begin(), calls.end());
  object::PcTableReader at(f.pcsp);
  bool more = at.next();
  for (const auto &[offset, below] : calls) {
    while (more && offset >= at.end)
      more = at.next();
    depth = std::max(depth, (more ? at.value : 0) + below);
  }
  return depth_[id.raw] = depth;
}

void StackCheck::report(AtomId id) {
  reported_++;
  std::string text = std::string(link_[id].name) + ": nosplit stack over " + std::to_string(kLimit - kCall) + " byte limit";
  AtomId at = id;
  std::int64_t left = kLimit - kCall;
  for (int steps = 0; steps < 40; steps++) {
    const Atom &a = link_[at];
    text += "\n\t" + std::string(a.name) + ": needs " + std::to_string(depth_[at.raw]) + " bytes of " + std::to_string(left);
    object::FuncView f = link_.files[a.file].object->func(*a.object);
    AtomId next;
    std::int64_t best = -1, frame = 0;
    for (const object::Reloc &r : a.relocs) {
      if (r.kind != RelocKind::Call32)
        continue;
      const Symbol &s = link_[link_.target(a, r)];
      if (!s.atom.valid() || !counts(link_[s.atom]))
        continue;
      std::int64_t here = object::pcValue(f.pcsp, r.offset);
      if (here + depth_[s.atom.raw] > best) {
        best = here + depth_[s.atom.raw];
        next = s.atom;
        frame = here;
      }
    }
    if (!next.valid())
      break;
    left -= frame + kCall;
    at = next;
  }
  link_.error(text);
}

} // namespace

void checkNosplit(Link &link) { StackCheck(link).run(); }

} // namespace gannet::link
