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
    enter(func.body, {});
    while (!pending_.empty()) {
      const Visit v = pending_.back();
      pending_.pop_back();
      visit(*v.node, v.where);
    }
  }

  DebugScopes take(std::span<const InlineSiteId> sites) {
    // Code of a block is in what is around it, too. Those around come first here.
    for (std::size_t i = out_.scopes.size(); i-- != 0;)
      if (const DebugScope &s = out_.scopes[i]; s.parent != 0 && s.from.known())
        cover(s.parent, s.from), cover(s.parent, s.to);
    for (DebugScope &s : out_.scopes)
      if (!s.from.known() && s.parent != 0) // no code of its own
        s.from = s.to = out_.scopes[s.parent - 1].from;
    for (std::size_t i = 0; i != out_.scopes.size(); ++i)
      out_.scopes[i].site = site_of_[i] < sites.size() ? sites[site_of_[i]] : InlineSiteId();
    sort();
    return std::move(out_);
  }

private:
  struct Where {
    std::uint32_t site = 0;  // the function's number for the inlined call
    std::uint32_t scope = 0; // as DebugVariable::scope
  };
  struct Visit {
    ir::Node *node;
    Where where;
  };

  void enter(std::span<ir::Node *const> list, Where where) {
    for (ir::Node *n : list)
      if (n != nullptr)
        pending_.push_back({n, where});
  }
  Where addIn(Where outer) {
    out_.scopes.push_back({.site = {}, .parent = outer.scope, .from = {}, .to = {}});
    site_of_.push_back(outer.site);
    return {outer.site, static_cast<std::uint32_t>(out_.scopes.size())};
  }
  // A list of statements, in a scope of its own if it declares something.
  void enterBlock(std::span<ir::Node *const> list, Where where) {
    const bool declares = std::any_of(list.begin(), list.end(), [&](const ir::Node *n) {
      return n != nullptr && n->op == ir::Op::Var && isOf(*n->local(), where);
    });
    enter(list, declares ? addIn(where) : where);
  }
  // The body; ahead of it, parameters get their values, which the caller computes.
  void enterInlined(const ir::Node &call, Where where) {
    const Where inside{static_cast<std::uint32_t>(call.aux_int), 0};
    for (ir::Node *n : call.body)
      if (n != nullptr)
        pending_.push_back({n, n->inline_site == call.inline_site ? where : inside});
    enter(call.list, where);
  }
  void visit(ir::Node &n, Where where) {
    if (n.inline_site == where.site && n.pos.known())
      cover(where.scope, n.pos);
    if (n.op == ir::Op::Var)
      declare(*n.local(), where);
    if (n.op == ir::Op::InlinedCall) {
      enterInlined(n, where);
      return;
    }
    Where inner = where; // of what comes to life here
    for (ir::Local *l : declaredBy(n))
      if (l != nullptr && isOf(*l, where)) {
        inner = inner.scope == where.scope ? addIn(where) : inner;
        declare(*l, inner);
      }
    if (n.x != nullptr)
      pending_.push_back({n.x, where});
    for (ir::Node *child : {n.y, n.z, n.w})
      if (child != nullptr)
        pending_.push_back({child, inner});
    enter(n.list, where);
    enter(n.list2, where);
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
  bool isOf(const ir::Local &l, Where where) const { return l.inline_site == where.site && is_shown_(l); }
  void declare(const ir::Local &l, Where where) {
    if (isOf(l, where))
      out_.of_local[l.id] = where.scope;
  }
  void cover(std::uint32_t scope, Pos pos) {
    if (scope == 0)
      return;
    DebugScope &s = out_.scopes[scope - 1];
    s.from = s.from.known() ? std::min(s.from, pos) : pos;
    s.to = std::max(s.to, pos);
  }
  // By inlined call and source; of those that start at one place, the outer first.
  void sort() {
    std::vector<std::uint32_t> order(out_.scopes.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const DebugScope &x = out_.scopes[a], &y = out_.scopes[b];
      if (x.site != y.site)
        return !x.site || (y.site && x.site.raw < y.site.raw);
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
  std::vector<std::uint32_t> site_of_; // by scope
  std::vector<Visit> pending_;
};

} // namespace

DebugScopes findScopes(const ir::Func &func, std::span<const InlineSiteId> sites,
                       const std::function<bool(const ir::Local &)> &is_shown) {
  return Finder(func, is_shown).take(sites);
}

} // namespace gannet::ssa
