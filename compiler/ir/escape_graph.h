// The graph of escape analysis: locations, edges, and the solver. Private to escape*.cc.
#ifndef GANNET_COMPILER_IR_ESCAPE_GRAPH_H
#define GANNET_COMPILER_IR_ESCAPE_GRAPH_H

#include "compiler/ir/package.h"

#include <cstdint>
#include <deque>
#include <unordered_set>
#include <vector>

namespace gannet::ir {

struct Location {
  Node *node = nullptr;   // an allocation
  Local *local = nullptr; // or a variable
  Func *func = nullptr;   // where; null for the heap and the like
  int loop_depth = 1;
  int result_index = -1;  // of a result variable
  bool escapes = false;
  bool mutated = false;   // its storage is written through a pointer
  bool is_param = false;
  ParamLeak leak;
  struct Edge {
    Location *from;
    int derefs;
  };
  std::vector<Edge> edges; // what flows here
  // The solver's.
  std::uint32_t generation = 0;
  int derefs = 0;
  bool queued = false;
};

// Where a value flows to, and how many dereferences of it do: -1 its address.
struct Hole {
  Location *to;
  int derefs = 0;
  Hole shift(int by) const { return {to, derefs + by < -1 ? -1 : derefs + by}; }
  Hole addr() const { return shift(-1); }
  Hole deref() const { return shift(1); }
};

class EscapeGraph {
public:
  EscapeGraph() {
    heap_.escapes = true;
  }
  Location *add(Func *func, int loop_depth) {
    Location *l = &locations_.emplace_back();
    l->func = func;
    l->loop_depth = loop_depth;
    return l;
  }
  Location *heap() { return &heap_; }
  Location *blank() { return &blank_; }
  // What flows here is written through, or called.
  Location *mutator() { return &mutator_; }
  Location *callee() { return &callee_; }
  std::deque<Location> &locations() { return locations_; }

  void flow(Hole to, Location *from) {
    if (to.to == &blank_)
      return;
    if (to.to == from && to.derefs >= 0)
      return;
    if (to.to->escapes && to.derefs < 0) { // its address is stored where it outlives everything
      from->escapes = true;
      return;
    }
    to.to->edges.push_back({from, to.derefs});
  }

  // All calls of the literal are seen here, so where its results go is known.
  void setCallsKnown(const Func *literal) { calls_known_.insert(literal); }
  void solve();

private:
  void walkFrom(Location *root);
  // Records what flows to the mutator or the callee.
  void walkUses(Location *root, std::uint8_t ParamLeak::*depth);
  bool outlives(const Location *a, const Location *b) const;
  static void leak(Location *param, const Location *sink, int derefs);
  void enqueue(Location *l) {
    if (!l->queued) {
      l->queued = true;
      queue_.push_back(l);
    }
  }

  std::deque<Location> locations_;
  Location heap_, blank_, mutator_, callee_;
  std::deque<Location *> queue_;
  std::unordered_set<const Func *> calls_known_; // never iterated
  std::uint32_t generation_ = 0;
};

} // namespace gannet::ir

#endif
