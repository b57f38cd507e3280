#include "compiler/ir/hot_calls.h"

#include "compiler/ir/shape_names.h"

#include <algorithm>
#include <cstdio>

namespace gannet::ir {

namespace {

double percent(std::int64_t part, std::int64_t whole) { return static_cast<double>(part) / static_cast<double>(whole) * 100; }

std::string text(double number) {
  char out[32];
  std::snprintf(out, sizeof out, "%g", number);
  return out;
}

} // namespace

HotCalls::HotCalls(profile::CallProfile profile, const ProfileSettings &settings, const SourceSet &sources)
    : profile_(std::move(profile)), settings_(settings), sources_(sources), hot_count_(profile_.edges.size()) {
  const std::vector<profile::CallEdge> &edges = profile_.edges;
  std::int64_t sum = 0;
  double least = 0;
  for (std::size_t i = 0; i < hot_count_; i++) {
    sum += edges[i].weight;
    if (percent(sum, profile_.total) > settings_.hot_percent) { // the one that goes beyond is still among them
      hot_count_ = i + 1;
      least = percent(edges[i].weight, profile_.total);
    }
  }
  for (std::size_t i = 0; i < edges.size(); i++)
    calls_[edges[i].caller].push_back(static_cast<std::uint32_t>(i));
  for (std::size_t i = 0; i < hot_count_; i++)
    hot_callees_.insert(edges[i].callee);
  if (settings_.explain > 0)
    explain("hot-callsite-thres-from-CDF=" + text(least));
}

bool HotCalls::isHot(const Func &caller, Pos pos, const Func &callee) const {
  if (!isHot(callee))
    return false;
  for (const profile::CallEdge *e : callsAt(caller, pos))
    if (e < profile_.edges.data() + hot_count_ && e->callee == symbol(callee))
      return true;
  return false;
}

std::vector<const profile::CallEdge *> HotCalls::callsAt(const Func &caller, Pos pos) const {
  std::vector<const profile::CallEdge *> out;
  const auto found = calls_.find(symbol(caller));
  if (found == calls_.end() || !caller.pos.known() || !pos.known())
    return out;
  const std::int64_t at = line(caller, pos);
  for (std::uint32_t i : found->second)
    if (profile_.edges[i].line == at)
      out.push_back(&profile_.edges[i]);
  return out;
}

std::int64_t HotCalls::line(const Func &caller, Pos pos) const {
  return static_cast<std::int64_t>(sources_.shown(pos).line) - static_cast<std::int64_t>(sources_.shown(caller.pos).line);
}

const std::string &HotCalls::symbol(const Func &f) const {
  const Func *outermost = &f;
  while (outermost->outer)
    outermost = outermost->outer;
  if (outermost->type_args.empty() || outermost->symbolic)
    return f.name;
  auto [found, fresh] = symbols_.try_emplace(&f);
  if (fresh) {
    const std::string shown = shapeName(*outermost);
    found->second = shown.empty() || !f.name.starts_with(outermost->name) ? f.name : shown + f.name.substr(outermost->name.size());
  }
  return found->second;
}

} // namespace gannet::ir
