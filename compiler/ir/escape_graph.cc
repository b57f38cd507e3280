#include "compiler/ir/escape_graph.h"

#include <algorithm>

namespace gannet::ir {
namespace {

bool containsClosure(const Func *outer, const Func *inner) {
  for (const Func *f = inner ? inner->outer : nullptr; f; f = f->outer)
    if (f == outer)
      return true;
  return false;
}

std::uint8_t clampDerefs(int d) { return static_cast<std::uint8_t>(std::min(d, 250)); }

} // namespace

// Does the value of `a` live longer than the storage of `b`?
bool EscapeGraph::outlives(const Location *a, const Location *b) const {
  if (a->escapes)
    return true;
  // What callers do with results is not known here, but for literals.
  if (a->result_index >= 0)
    return !(calls_known_.count(a->func) && containsClosure(b->func, a->func));
  // A variable of an outer loop keeps what an inner iteration made.
  if (a->func == b->func && a->loop_depth < b->loop_depth)
    return true;
  // A variable of the enclosing function keeps what a literal made.
  return a->func && b->func && containsClosure(a->func, b->func);
}

void EscapeGraph::leak(Location *param, const Location *sink, int derefs) {
  std::uint8_t d = clampDerefs(derefs < 0 ? 0 : derefs);
  if (!sink->escapes && sink->result_index >= 0 && sink->func == param->func) {
    auto i = static_cast<std::size_t>(sink->result_index);
    if (param->leak.results.size() <= i)
      param->leak.results.resize(i + 1, ParamLeak::kNone);
    param->leak.results[i] = std::min(param->leak.results[i], d);
    return;
  }
  param->leak.heap = std::min(param->leak.heap, d);
}

void EscapeGraph::walkFrom(Location *root) {
  generation_++;
  root->generation = generation_;
  root->derefs = 0;
  std::vector<Location *> todo{root};
  while (!todo.empty()) {
    Location *l = todo.back();
    todo.pop_back();
    int derefs = l->derefs;
    bool address = derefs < 0;
    if (address)
      derefs = 0; // the address of l flows to root; what l holds is reached through it
    if (outlives(root, l)) {
      if (l->is_param)
        leak(l, root, derefs);
      if (address && !l->escapes) {
        l->escapes = true;
        enqueue(l);
        continue;
      }
    }
    for (const Location::Edge &e : l->edges) {
      if (e.from->escapes)
        continue;
      int d = derefs + e.derefs;
      if (e.from->generation != generation_ || e.from->derefs > d) {
        e.from->generation = generation_;
        e.from->derefs = d;
        todo.push_back(e.from);
      }
    }
  }
}

void EscapeGraph::walkUses(Location *root, std::uint8_t ParamLeak::*depth) {
  generation_++;
  root->generation = generation_;
  root->derefs = 0;
  std::vector<Location *> todo{root};
  while (!todo.empty()) {
    Location *l = todo.back();
    todo.pop_back();
    bool address = l->derefs < 0;
    int derefs = std::max(l->derefs, 0);
    if (address)
      l->mutated = true;
    else if (l->is_param)
      l->leak.*depth = std::min(l->leak.*depth, clampDerefs(derefs));
    for (const Location::Edge &e : l->edges) {
      int d = derefs + e.derefs;
      if (e.from->generation != generation_ || e.from->derefs > d) {
        e.from->generation = generation_;
        e.from->derefs = d;
        todo.push_back(e.from);
      }
    }
  }
}

void EscapeGraph::solve() {
  enqueue(&heap_);
  for (Location &l : locations_)
    enqueue(&l);
  while (!queue_.empty()) {
    Location *root = queue_.front();
    queue_.pop_front();
    root->queued = false;
    walkFrom(root);
  }
  walkUses(&mutator_, &ParamLeak::mutates);
  walkUses(&callee_, &ParamLeak::calls);
}

} // namespace gannet::ir
