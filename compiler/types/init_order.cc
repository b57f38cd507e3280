// The order in which package variables are initialized.
//
// Method: a graph of constants, variables and functions with an edge to each that a declaration names. Functions are taken
// out, their users inheriting what they use. Then objects are taken one by one: the one with the fewest outstanding
// dependencies, the earliest in source order among equals. If that one still has some, it is on a cycle.
// Source: Go specification, "Package initialization".
#include <algorithm>
#include <set>
#include <tuple>

#include "compiler/types/check.h"

namespace gannet::types {

class InitOrder {
public:
  explicit InitOrder(Checker &checker) : checker_(checker) {}

  void run() {
    buildGraph();
    removeFunctions();
    emit();
  }

private:
  using Set = std::unordered_set<std::uint32_t>; // membership and order-free loops only
  struct Node {
    Object *object;
    Set users, uses;
    std::size_t outstanding = 0;
    bool done = false;
  };

  static bool takesPart(const Object *o) {
    return o->kind == ObjectKind::Const || o->kind == ObjectKind::Var || o->kind == ObjectKind::Func;
  }

  void buildGraph() {
    for (Object *o : checker_.objects_)
      if (takesPart(o) && o->decl_info) {
        index_.emplace(o, std::uint32_t(nodes_.size()));
        nodes_.push_back({o, {}, {}});
      }
    for (std::uint32_t n = 0; n < nodes_.size(); ++n)
      for (Object *d : nodes_[n].object->decl_info->deps)
        if (auto found = index_.find(d); found != index_.end()) {
          nodes_[n].uses.insert(found->second);
          nodes_[found->second].users.insert(n);
        }
  }

  void removeFunctions() {
    std::vector<std::uint32_t> funcs;
    for (std::uint32_t n = 0; n < nodes_.size(); ++n)
      if (nodes_[n].object->kind == ObjectKind::Func)
        funcs.push_back(n);
    // Cheap ones first keeps the number of edges low.
    auto cost = [&](std::uint32_t n) { return nodes_[n].users.size() * nodes_[n].uses.size(); };
    std::stable_sort(funcs.begin(), funcs.end(), [&](std::uint32_t a, std::uint32_t b) { return cost(a) < cost(b); });
    for (std::uint32_t n : funcs) {
      Node &f = nodes_[n];
      for (std::uint32_t user : f.users) {
        if (user == n)
          continue;
        for (std::uint32_t used : f.uses)
          if (used != n) {
            nodes_[user].uses.insert(used);
            nodes_[used].users.insert(user);
          }
        nodes_[user].uses.erase(n);
      }
      for (std::uint32_t used : f.uses)
        nodes_[used].users.erase(n);
      f.done = true;
    }
  }

  // Constants first: they need no initialization, and cycles among them were reported.
  using Key = std::tuple<bool, std::size_t, std::uint32_t, std::uint32_t>;
  Key key(std::uint32_t n) const {
    const Node &x = nodes_[n];
    return {x.object->kind != ObjectKind::Const, x.outstanding, x.object->order, n};
  }

  void emit() {
    std::set<Key> queue;
    for (std::uint32_t n = 0; n < nodes_.size(); ++n)
      if (!nodes_[n].done) {
        nodes_[n].outstanding = nodes_[n].uses.size();
        queue.insert(key(n));
      }
    std::unordered_set<DeclInfo *> emitted;
    while (!queue.empty()) {
      std::uint32_t n = std::get<3>(*queue.begin());
      queue.erase(queue.begin());
      Node &node = nodes_[n];
      node.done = true;
      if (node.outstanding > 0)
        reportCycleOf(node.object);
      for (std::uint32_t user : node.users) {
        if (nodes_[user].done)
          continue;
        queue.erase(key(user));
        --nodes_[user].outstanding;
        queue.insert(key(user));
      }
      Var *v = as<Var>(node.object);
      DeclInfo *info = node.object->decl_info;
      if (v && info->init && emitted.insert(info).second)
        checker_.info_.init_order.push_back({info->lhs ? *info->lhs : std::vector<Var *>{v}, info->init});
    }
  }

  // A path of uses from `start` back to itself, if there is one; not every object that waits is on a cycle.
  void reportCycleOf(Object *start) {
    struct Step {
      Object *object;
      std::vector<Object *> deps; // in source order
      std::size_t next = 0;
    };
    auto depsOf = [](Object *o) {
      std::vector<Object *> deps = o->decl_info ? o->decl_info->deps : std::vector<Object *>();
      std::stable_sort(deps.begin(), deps.end(), [](Object *a, Object *b) { return a->order < b->order; });
      return deps;
    };
    std::unordered_set<Object *> seen{start};
    std::vector<Step> path;
    path.push_back({start, depsOf(start)});
    while (!path.empty()) {
      Step &top = path.back();
      if (top.next == top.deps.size()) {
        path.pop_back();
        continue;
      }
      Object *d = top.deps[top.next++];
      if (d == start) {
        std::vector<Object *> cycle;
        for (const Step &s : path)
          cycle.push_back(s.object);
        return report(cycle);
      }
      if (seen.insert(d).second)
        path.push_back({d, depsOf(d)});
    }
  }

  // Each of `cycle` uses the next, the last one the first.
  void report(const std::vector<Object *> &cycle) {
    Object *first = cycle[0];
    if (cycle.size() == 1)
      return checker_.error(first, "initialization cycle: ", first->name, " refers to itself");
    ErrorText e;
    e.add(first->pos, checker_.text("initialization cycle for ", first->name));
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      Object *next = cycle[(i + 1) % cycle.size()];
      e.add(cycle[i]->pos, checker_.text(cycle[i]->name, " refers to ", next->name));
    }
    checker_.report(e);
  }

  Checker &checker_;
  std::vector<Node> nodes_;
  std::unordered_map<Object *, std::uint32_t> index_;
};

void Checker::computeInitOrder() { InitOrder(*this).run(); }

} // namespace gannet::types
