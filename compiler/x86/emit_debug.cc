// What the function record tells debuggers: variables, where they are, the blocks that declare them.
#include "compiler/x86/emitter.h"

#include <algorithm>

namespace gannet::x86 {

// Locals that no code names any more have no place.
object::DebugVariable Emitter::debugVariable(const ssa::DebugVariable &v) {
  object::DebugVariable out{.name = unit_.intern(v.name), .type = object::DebugTypeId(v.type)};
  out.role = object::DebugVariable::Role(v.role);
  out.line = static_cast<std::int32_t>(v.line);
  out.scope = v.scope;
  if (v.local && frame_.local_used[v.local.raw]) {
    out.place = v.indirect ? object::DebugVariable::Place::Indirect : object::DebugVariable::Place::Frame;
    out.cfa_offset = frame_.local_at[v.local.raw] - frame_.callerSp();
  }
  return out;
}

// The innermost block around it; what was inlined is where its call is.
std::uint32_t Emitter::scopeAt(ssa::SrcPos at) const {
  while (at.site)
    at = f_[at.site].call;
  const std::vector<ssa::DebugScope> &scopes = f_.debug_scopes;
  auto behind = std::upper_bound(scopes.begin(), scopes.end(), at.pos, [](Pos p, const ssa::DebugScope &s) { return p < s.from; });
  auto scope = static_cast<std::uint32_t>(behind - scopes.begin());
  while (scope != 0 && scopes[scope - 1].to < at.pos)
    scope = scopes[scope - 1].parent;
  return scope;
}

// Code of a block is that of those around it, too.
std::vector<object::DebugScope> Emitter::debugScopes() const {
  std::vector<object::DebugScope> out(f_.debug_scopes.size());
  for (std::size_t i = 0; i != out.size(); ++i)
    out[i].parent = f_.debug_scopes[i].parent;
  const auto end = static_cast<std::uint32_t>(code_.finalBytes().size());
  for (std::size_t i = 0; i != pcscope_.size(); ++i) {
    const std::uint32_t from = code_.finalOffset(pcscope_[i].at);
    const std::uint32_t to = i + 1 == pcscope_.size() ? end : code_.finalOffset(pcscope_[i + 1].at);
    for (auto s = static_cast<std::uint32_t>(pcscope_[i].value); s != 0 && from < to; s = out[s - 1].parent) {
      auto &ranges = out[s - 1].ranges;
      if (!ranges.empty() && ranges.back().second == from)
        ranges.back().second = to;
      else
        ranges.emplace_back(from, to);
    }
  }
  return out;
}

// Registers as DWARF counts them. Source: System V ABI for AMD64, "DWARF Register Number Mapping".
static std::int64_t dwarfRegister(Reg r) {
  constexpr std::int64_t kGeneral[] = {0, 2, 1, 3, 7, 6, 4, 5}, kFirstX = 17;
  const auto n = static_cast<unsigned>(r);
  return n < 8 ? kGeneral[n] : n < 16 ? n : kFirstX + n - 16;
}

void Emitter::addLocations(std::vector<object::DebugVariable> &variables) {
  using Place = object::DebugVariable::Place;
  if (!locations_.any())
    return;
  for (const DebugLocations::Range &r : locations_.take()) {
    object::DebugVariable &v = variables[r.variable];
    const ssa::DebugVariable &described = f_.debug_variables[r.variable];
    object::DebugLocation l{code_.finalOffset(r.from), code_.finalOffset(r.to), r.offset, r.size_bytes, false, 0};
    if (r.loc.kind == Loc::Kind::Register)
      l.in_register = true, l.place = dwarfRegister(r.loc.reg);
    else
      l.place = frame_.slot_at[static_cast<std::size_t>(allocation_.slot_of[r.loc.vreg])] - frame_.callerSp();
    if (l.from == l.to)
      continue;
    v.place = described.indirect ? Place::MovesIndirect : Place::Moves;
    v.size_bytes = described.indirect ? 8 : described.size_bytes;
    v.locations.push_back(l);
  }
}

} // namespace gannet::x86
