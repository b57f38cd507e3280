// What the function record tells debuggers: variables, where they are, the blocks that declare them.
#include "compiler/x86/emitter.h"

#include <algorithm>

namespace gannet::x86 {

// The function itself, or an inlined call, as object::DebugVariable::call.
static std::uint32_t callOf(ssa::InlineSiteId site) { return site ? site.raw + 1 : 0; }

// Locals that no code names any more have no place.
object::DebugVariable Emitter::debugVariable(const ssa::DebugVariable &v) {
  object::DebugVariable out{.name = unit_.intern(v.name), .type = object::DebugTypeId(v.type)};
  out.role = object::DebugVariable::Role(v.role);
  out.line = static_cast<std::int32_t>(v.line);
  out.scope = v.scope;
  out.call = callOf(v.site);
  if (v.local && frame_.local_used[v.local.raw]) {
    out.place = v.indirect ? object::DebugVariable::Place::Indirect : object::DebugVariable::Place::Frame;
    out.cfa_offset = frame_.local_at[v.local.raw] - frame_.callerSp();
  }
  return out;
}

// The innermost block around it: of the function that the code is from; if it is in none there, around the call.
std::uint32_t Emitter::scopeAt(ssa::SrcPos at) const {
  const std::vector<ssa::DebugScope> &scopes = f_.debug_scopes;
  for (;; at = f_[at.site].call) {
    const std::pair key(callOf(at.site), at.pos);
    auto behind = std::upper_bound(scopes.begin(), scopes.end(), key,
                                   [](const auto &k, const ssa::DebugScope &s) { return k < std::pair(callOf(s.site), s.from); });
    auto scope = static_cast<std::uint32_t>(behind - scopes.begin());
    if (scope != 0 && scopes[scope - 1].site != at.site)
      scope = 0;
    while (scope != 0 && scopes[scope - 1].to < at.pos)
      scope = scopes[scope - 1].parent;
    if (scope != 0 || !at.site)
      return scope;
  }
}

// Code of a block is that of those around it, too.
std::vector<object::DebugScope> Emitter::debugScopes() const {
  std::vector<object::DebugScope> out(f_.debug_scopes.size());
  std::vector<std::uint32_t> around(out.size()); // by block: the next one outwards, whichever function declares it
  for (std::size_t i = 0; i != out.size(); ++i) {
    const ssa::DebugScope &s = f_.debug_scopes[i];
    out[i].parent = s.parent;
    out[i].call = callOf(s.site);
    around[i] = s.parent != 0 || !s.site ? s.parent : scopeAt(f_[s.site].call);
  }
  const auto end = static_cast<std::uint32_t>(code_.finalBytes().size());
  for (std::size_t i = 0; i != pcscope_.size(); ++i) {
    const std::uint32_t from = code_.finalOffset(pcscope_[i].at);
    const std::uint32_t to = i + 1 == pcscope_.size() ? end : code_.finalOffset(pcscope_[i + 1].at);
    for (auto s = static_cast<std::uint32_t>(pcscope_[i].value); s != 0 && from < to; s = around[s - 1]) {
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

// Parts that are a constant for all of the function have no place. If there is a second binding, that is not known.
void Emitter::addConstants(std::vector<object::DebugVariable> &variables) {
  auto key = [](const ssa::DebugBinding &b) { return std::pair(b.variable, b.offset); };
  std::vector<ssa::DebugBinding> bindings = f_.debug_bindings;
  std::stable_sort(bindings.begin(), bindings.end(), [&](const auto &a, const auto &b) { return key(a) < key(b); });
  const auto end = static_cast<std::uint32_t>(code_.finalBytes().size());
  for (std::size_t i = 0; i != bindings.size(); ++i) {
    const ssa::DebugBinding &b = bindings[i];
    const ssa::Value &value = f_[b.value];
    object::DebugVariable &v = variables[b.variable];
    if (value.op != ssa::Op::Const || (i != 0 && key(bindings[i - 1]) == key(b)) || (i + 1 != bindings.size() && key(bindings[i + 1]) == key(b)) ||
        f_.debug_variables[b.variable].indirect)
      continue;
    v.place = object::DebugVariable::Place::Moves;
    v.size_bytes = f_.debug_variables[b.variable].size_bytes;
    v.locations.push_back({0, end, b.offset, ssa::sizeBytes(value.type), object::DebugLocation::Kind::Constant, value.aux_int});
  }
}

void Emitter::addLocations(std::vector<object::DebugVariable> &variables) {
  using Place = object::DebugVariable::Place;
  addConstants(variables);
  if (!locations_.any())
    return;
  for (const DebugLocations::Range &r : locations_.take()) {
    object::DebugVariable &v = variables[r.variable];
    const ssa::DebugVariable &described = f_.debug_variables[r.variable];
    object::DebugLocation l{code_.finalOffset(r.from), code_.finalOffset(r.to), r.offset, r.size_bytes};
    if (r.loc.kind == Loc::Kind::Register)
      l.kind = object::DebugLocation::Kind::Register, l.place = dwarfRegister(r.loc.reg);
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
