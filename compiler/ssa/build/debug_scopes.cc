#include "compiler/ssa/build/debug_scopes.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace gannet::ssa {

namespace {

class Finder {
public:
  Finder(const ir::Func &func, const std::function<bool(const ir::Local &)> &is_shown) : is_shown_(is_shown) {
    out_.of_local.assign(func.locals.size(), 0);
    enter(func.body, 0);
    while (!pending_.empty()) {
      const Visit v = pending_.back();
      pending_.pop_back();
      visit(*v.node, v.scope);
    }
  }

  DebugScopes take() {
    // Code of a block is in what is around it, too. Those around come first here.
    for (std::size_t i = out_.scopes.size(); i-- != 0;)
      if (const DebugScope &s = out_.scopes[i]; s.parent != 0 && s.from.known())
        cover(s.parent, s.from), cover(s.parent, s.to);
    for (DebugScope &s : out_.scopes)
      if (!s.from.known() && s.parent != 0) // no code of its own
        s.from = s.to = out_.scopes[s.parent - 1].from;
    sort();
    return std::move(out_);
  }

private:
  struct Visit {
    ir::Node *node;
    std::uint32_t scope;
  };

  void enter(std::span<ir::Node *const> list, std::uint32_t scope) {
    for (ir::Node *n : list)
      if (n != nullptr)
        pending_.push_back({n, scope});
  }
  std::uint32_t add(std::uint32_t parent) {
    out_.scopes.push_back({.parent = parent, .from = {}, .to = {}});
    return static_cast<std::uint32_t>(out_.scopes.size());
  }
  // A list of statements, in a scope of its own if it declares something.
  void enterBlock(std::span<ir::Node *const> list, std::uint32_t scope) {
    const bool declares = std::any_of(list.begin(), list.end(), [&](const ir::Node *n) {
      return n != nullptr && n->op == ir::Op::Var && is_shown_(*n->local());
    });
    enter(list, declares ? add(scope) : scope);
  }
  void visit(ir::Node &n, std::uint32_t scope) {
    if (n.inline_site == 0 && n.pos.known())
      cover(scope, n.pos);
    if (n.op == ir::Op::Var)
      declare(*n.local(), scope);
    std::uint32_t inner = scope; // of what comes to life here
    for (ir::Local *l : declaredBy(n))
      if (l != nullptr && is_shown_(*l)) {
        inner = inner == scope ? add(scope) : inner;
        declare(*l, inner);
      }
    if (n.x != nullptr)
      pending_.push_back({n.x, scope});
    for (ir::Node *child : {n.y, n.z, n.w})
      if (child != nullptr)
        pending_.push_back({child, inner});
    enter(n.list, scope);
    enter(n.list2, scope);
    enterBlock(n.body, inner);
    enterBlock(n.body2, inner);
  }
  // The variables of the body of a range, or of a clause of a type switch or select.
  static std::array<ir::Local *, 2> declaredBy(const ir::Node &n) {
    auto local = [](const ir::Node *ref) { return ref != nullptr && ref->op == ir::Op::LocalRef ? ref->local() : nullptr; };
    if (n.op == ir::Op::Range && n.has(ir::kDefine))
      return {local(n.y), local(n.z)};
    if (n.op == ir::Op::Case && n.has(ir::kDefine))
      return {n.list.empty() ? nullptr : local(n.list[0]), n.list.size() < 2 ? nullptr : local(n.list[1])};
    if (n.op == ir::Op::Case)
      return {n.local(), nullptr};
    return {};
  }
  void declare(const ir::Local &l, std::uint32_t scope) {
    if (is_shown_(l))
      out_.of_local[l.id] = scope;
  }
  void cover(std::uint32_t scope, Pos pos) {
    if (scope == 0)
      return;
    DebugScope &s = out_.scopes[scope - 1];
    s.from = s.from.known() ? std::min(s.from, pos) : pos;
    s.to = std::max(s.to, pos);
  }
  // By source; of those that start at one place, the outer first.
  void sort() {
    std::vector<std::uint32_t> order(out_.scopes.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const DebugScope &x = out_.scopes[a], &y = out_.scopes[b];
      return x.from != y.from ? x.from < y.from : y.to < x.to;
    });
    std::vector<std::uint32_t> now(order.size() + 1, 0);
    for (std::uint32_t i = 0; i != order.size(); ++i)
      now[order[i] + 1] = i + 1;
    std::vector<DebugScope> sorted;
    for (std::uint32_t i : order) {
      sorted.push_back(out_.scopes[i]);
      sorted.back().parent = now[sorted.back().parent];
    }
    out_.scopes = std::move(sorted);
    for (std::uint32_t &s : out_.of_local)
      s = now[s];
  }

  const std::function<bool(const ir::Local &)> &is_shown_;
  DebugScopes out_;
  std::vector<Visit> pending_;
};

} // namespace

DebugScopes findScopes(const ir::Func &func, const std::function<bool(const ir::Local &)> &is_shown) {
  return Finder(func, is_shown).take();
}

} // namespace gannet::ssa
