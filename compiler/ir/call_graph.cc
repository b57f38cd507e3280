// Tarjan's algorithm (Depth-First Search and Linear Graph Algorithms, 1972), with an explicit stack.
#include "compiler/ir/call_graph.h"

#include "compiler/ir/finalize.h"

#include <algorithm>
#include <unordered_map>

namespace gannet::ir {
namespace {

class CallGraph {
public:
  CallGraph(const std::vector<Func *> &roots, bool closures_with_outer) : funcs_(roots) {
    for (std::size_t i = 0; i < roots.size(); i++)
      index_.emplace(roots[i], static_cast<int>(i));
    edges_.resize(roots.size());
    for (std::size_t i = 0; i < roots.size(); i++) {
      auto add = [&](const Func *f) {
        auto it = index_.find(f);
        if (it != index_.end())
          edges_[i].push_back(it->second);
      };
      walk(roots[i]->body, [&](Node &n) {
        if (n.op == Op::CallStatic || n.op == Op::FuncRef || n.op == Op::Closure)
          add(n.aux_func);
      });
      if (closures_with_outer && roots[i]->outer && !roots[i]->captures.empty())
        add(roots[i]->outer);
    }
  }

  std::vector<Component> run() {
    std::size_t n = funcs_.size();
    number_.assign(n, 0);
    low_.assign(n, 0);
    on_stack_.assign(n, false);
    for (std::size_t i = 0; i < n; i++)
      if (number_[i] == 0)
        visit(static_cast<int>(i));
    return std::move(out_);
  }

private:
  struct Frame {
    int at;
    std::size_t next;
  };

  void enter(int v) {
    number_[v] = low_[v] = ++count_;
    stack_.push_back(v);
    on_stack_[v] = true;
    frames_.push_back({v, 0});
  }

  void visit(int root) {
    enter(root);
    while (!frames_.empty()) {
      Frame &f = frames_.back();
      int v = f.at;
      if (f.next < edges_[v].size()) {
        int w = edges_[v][f.next++];
        if (number_[w] == 0)
          enter(w);
        else if (on_stack_[w])
          low_[v] = std::min(low_[v], number_[w]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty())
        low_[frames_.back().at] = std::min(low_[frames_.back().at], low_[v]);
      if (low_[v] == number_[v])
        close(v);
    }
  }

  void close(int v) {
    std::vector<int> members;
    int w;
    do {
      w = stack_.back();
      stack_.pop_back();
      on_stack_[w] = false;
      members.push_back(w);
    } while (w != v);
    std::reverse(members.begin(), members.end());
    Component c;
    for (int m : members)
      c.funcs.push_back(funcs_[m]);
    c.recursive = members.size() > 1;
    for (int e : edges_[v])
      c.recursive = c.recursive || e == v;
    out_.push_back(std::move(c));
  }

  const std::vector<Func *> &funcs_;
  std::unordered_map<const Func *, int> index_; // never iterated
  std::vector<std::vector<int>> edges_;
  std::vector<int> number_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Frame> frames_;
  std::vector<Component> out_;
  int count_ = 0;
};

} // namespace

std::vector<Component> callOrder(const std::vector<Func *> &roots, bool closures_with_outer) {
  return CallGraph(roots, closures_with_outer).run();
}

} // namespace gannet::ir
