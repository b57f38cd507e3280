#include "link/dwarf_functions.h"

#include <algorithm>
#include <utility>

namespace gannet::link {

bool holdsInlined(const object::FuncView &f) {
  object::PcTableReader in(f.pcinline);
  while (in.next())
    if (in.value >= 0)
      return true;
  return false;
}

namespace {

// Where the last of the arguments that the first line stores is stored; nothing is called before that.
std::uint32_t endOfArgumentStores(const object::FuncView &f) {
  constexpr std::size_t kArgs = object::kPcdataArgLiveIndex, kMaps = object::kPcdataStackMapIndex;
  if (f.pcdata.size() <= std::max(kArgs, kMaps))
    return 0;
  std::uint32_t limit = ~0u;
  object::PcTableReader rows(f.pcline), maps(f.pcdata[kMaps]), args(f.pcdata[kArgs]);
  while (rows.next() && rows.value == f.start_line)
    limit = rows.end;
  while (maps.next())
    if (maps.value >= 0) {
      limit = std::min(limit, maps.start);
      break;
    }
  std::uint32_t end = 0;
  while (args.next() && args.start < limit)
    if (args.value >= 0)
      end = args.start;
  return end;
}

} // namespace

std::uint32_t endOfPrologue(const object::FuncView &f) {
  std::uint32_t complete = 0;
  object::PcTableReader sp(f.pcsp);
  while (f.frame_bytes != 0 && complete == 0 && sp.next())
    if (sp.value == std::int32_t(f.frame_bytes) + 8) // the saved frame pointer is not counted
      complete = sp.start;
  complete = std::max(complete, endOfArgumentStores(f));
  if (complete == 0)
    return 0;
  object::PcTableReader rows(f.pcline);
  while (rows.next())
    if (rows.start >= complete)
      return rows.value == f.start_line ? complete : rows.start;
  return complete;
}

namespace {

// As DebugScope::call and DebugVariable::call tell it.
std::uint32_t parentOf(const object::InlinedCall &call) { return std::uint32_t(call.parent + 1); }

bool holds(const Pieces &outer, const Pieces &inner) {
  return std::all_of(inner.begin(), inner.end(), [&](auto piece) {
    auto behind = std::upper_bound(outer.begin(), outer.end(), piece.first, [](std::uint32_t at, auto p) { return at < p.first; });
    return behind != outer.begin() && piece.second <= std::prev(behind)->second;
  });
}

} // namespace

void InlineTree::set(const object::FuncView &f, std::span<const object::DebugScope> scopes) {
  const auto &tree = f.inline_tree;
  pieces.resize(tree.size());
  for (Pieces &p : pieces)
    p.clear();
  blocks.assign(tree.size(), 0);
  if (tree.empty())
    return;
  object::PcTableReader in(f.pcinline);
  while (in.next())
    for (std::int32_t i = in.value; i >= 0 && i < std::int32_t(tree.size()); i = tree[std::size_t(i)].parent) {
      Pieces &p = pieces[std::size_t(i)];
      if (!p.empty() && p.back().second == in.start)
        p.back().second = in.end;
      else
        p.emplace_back(in.start, in.end);
    }
  for (std::uint32_t i = 0; i < tree.size(); ++i) {
    if (pieces[i].empty())
      continue;
    const std::uint32_t parent = parentOf(tree[i]); // scopes are sorted by it
    auto s = std::lower_bound(scopes.begin(), scopes.end(), parent,
                              [](const object::DebugScope &scope, std::uint32_t call) { return scope.call < call; });
    for (; s != scopes.end() && s->call == parent; ++s) // inner ones come later
      if (holds(s->ranges, pieces[i]))
        blocks[i] = std::uint32_t(s - scopes.begin() + 1);
  }
}

void Nesting::set(const object::FuncView &f, const InlineTree &tree, std::span<const object::DebugScope> scopes,
                  std::span<const object::DebugVariable> variables) {
  call_count_ = std::uint32_t(tree.pieces.size());
  contents_.assign(1 + call_count_ + scopes.size(), {});
  variables_.assign(variables.size(), 0);
  blocks_.assign(scopes.size(), 0);
  calls_.assign(call_count_, 0);
  for (std::uint32_t s = 0; s != scopes.size(); ++s)
    if (!scopes[s].ranges.empty())
      blocks_[s] = std::exchange(at(scopes[s].call, scopes[s].parent).blocks, s + 1);
  for (std::uint32_t call = 0; call != call_count_; ++call)
    if (!tree.pieces[call].empty())
      calls_[call] = std::exchange(at(parentOf(f.inline_tree[call]), tree.blocks[call]).calls, call + 1);
  for (auto v = std::uint32_t(variables.size()); v-- != 0;)
    variables_[v] = std::exchange(at(variables[v].call, variables[v].scope).variables, v + 1);
}

} // namespace gannet::link
