// A move may go as soon as nobody still reads its target; what then is left are cycles.
#include "compiler/x86/parallel_move.h"

namespace gannet::x86 {

bool sequentialize(const MachFunc &mf, const std::vector<Move> &moves, std::uint32_t at, std::vector<Edit> &out) {
  std::vector<Move> pending = moves;
  bool scratch_used = false;
  auto isRead = [&](const Loc &loc, std::size_t except) {
    for (std::size_t i = 0; i != pending.size(); ++i)
      if (i != except && pending[i].from == loc)
        return true;
    return false;
  };
  while (!pending.empty()) {
    bool progress = false;
    for (std::size_t i = 0; i < pending.size();) {
      if (pending[i].to == pending[i].from) {
        pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
        progress = true;
        continue;
      }
      if (isRead(pending[i].to, i)) {
        ++i;
        continue;
      }
      out.push_back({at, pending[i].value, pending[i].to, pending[i].from, false});
      pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
      progress = true;
    }
    if (progress || pending.empty())
      continue;
    // Only cycles: pending[0].to is read by somebody.
    Move &first = pending[0];
    const Loc to = first.to, from = first.from;
    const bool registers = to.kind == Loc::Kind::Register && from.kind == Loc::Kind::Register && isGpr(to.reg);
    if (registers) {
      out.push_back({at, first.value, to, from, true});
      for (std::size_t i = 1; i != pending.size(); ++i) {
        if (pending[i].from == to)
          pending[i].from = from;
        else if (pending[i].from == from)
          pending[i].from = to;
      }
      pending.erase(pending.begin());
      continue;
    }
    scratch_used = true;
    // What stands in `to` is saved; its readers read the scratch slot.
    VReg saved = first.value;
    for (Move &m : pending)
      if (m.from == to)
        saved = m.value, m.from = Loc::scratch();
    out.push_back({at, saved, Loc::scratch(), to, false});
  }
  return scratch_used;
}

} // namespace gannet::x86
