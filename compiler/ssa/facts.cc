// The search of facts.h: depth-first from the value in question, each node at most once for each better bound, on a budget.
#include "compiler/ssa/facts.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

constexpr int kMaxDepth = 8;   // of questions inside questions
constexpr int kBudget = 120;   // nodes a question
constexpr int kMaxPath = 12;   // of differences

// Saturates; a saturated bound says nothing.
std::int64_t sumOf(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (__builtin_add_overflow(a, b, &out))
    return a < 0 ? INT64_MIN : INT64_MAX;
  return out;
}

std::int64_t largestOf(Type t) { return sizeBits(t) >= 64 ? INT64_MAX : (std::int64_t(1) << (sizeBits(t) - 1)) - 1; }
std::int64_t smallestOf(Type t) { return -largestOf(t) - 1; }

} // namespace

void Facts::learnLe(ValueId x, ValueId y, std::int64_t c) {
  // a constant is zero plus it; what does not fit is as good as no bound
  if (x && f_[x].op == Op::Const) {
    if (__builtin_sub_overflow(c, f_[x].aux_int, &c))
      return;
    x = ValueId();
  }
  if (y && f_[y].op == Op::Const) {
    if (__builtin_add_overflow(c, f_[y].aux_int, &c))
      return;
    y = ValueId();
  }
  if (!x && !y)
    return;
  if (x)
    above_[x].push_back({y, c});
  if (y)
    below_[y].push_back({x, c == INT64_MIN ? INT64_MAX : -c});
  trail_.push_back({false, x, y});
  learnOfTerm(x, y, c);
}

// A bound of a + k, which cannot overflow, bounds a as well: other sums may be made of it.
void Facts::learnOfTerm(ValueId x, ValueId y, std::int64_t c) {
  ValueId sum = x ? x : y;
  if ((x && y) || f_[sum].op != Op::Add || f_[f_[sum].arg(1)].op != Op::Const)
    return;
  budget_ = kBudget;
  std::vector<Bound> term;
  boundsOfSum(sum, 3, bool(x), term);
  if (term.empty() || __builtin_add_overflow(c, x ? -term[0].c : term[0].c, &c))
    return;
  learnLe(x ? term[0].other : x, y ? term[0].other : y, c);
}

void Facts::learnNe(ValueId x, ValueId y) {
  unequal_.push_back({x, y});
  trail_.push_back({true, x, y});
}

void Facts::undo(std::size_t mark) {
  while (trail_.size() > mark) {
    Step s = trail_.back();
    trail_.pop_back();
    if (s.is_ne) {
      unequal_.pop_back();
      continue;
    }
    if (s.x)
      above_[s.x].pop_back();
    if (s.y)
      below_[s.y].pop_back();
  }
}

bool Facts::isNe(ValueId x, ValueId y) {
  for (auto [a, b] : unequal_)
    if ((a == x && b == y) || (a == y && b == x))
      return true;
  return isLt(x, y) || isLt(y, x);
}

bool Facts::isLe(ValueId x, ValueId y, std::int64_t c) {
  budget_ = kBudget;
  return isLeAt(x, y, c, kMaxDepth);
}

bool Facts::isLeAt(ValueId x, ValueId y, std::int64_t c, int depth) {
  if (x && f_[x].op == Op::Const)
    c = sumOf(c, -std::max(f_[x].aux_int, INT64_MIN + 1)), x = ValueId();
  if (y && f_[y].op == Op::Const) {
    if (__builtin_add_overflow(c, f_[y].aux_int, &c))
      return c < 0; // beyond all numbers; the sum wrapped
    y = ValueId();
  }
  if (x == y)
    return c >= 0;
  if (depth == 0)
    return false;
  std::int64_t bound = 0;
  if (x && search(x, y, true, depth, bound) && bound <= c)
    return true;
  if (!y)
    return false;
  // y >= x + bound, bound >= -c
  if (search(y, x, false, depth, bound) && sumOf(bound, c) >= 0)
    return true;
  // x <= a, b <= y, a <= b + c
  std::int64_t high = 0, low = 0;
  return x && search(x, {}, true, depth, high) && search(y, {}, false, depth, low) && !__builtin_add_overflow(low, c, &low) &&
         high <= low;
}

bool Facts::search(ValueId x, ValueId goal, bool above, int depth, std::int64_t &c) {
  struct Node {
    ValueId at;
    std::int64_t c;
    int path;
  };
  bool found = false;
  auto better = [&](std::int64_t a, std::int64_t b) { return above ? a < b : a > b; };
  Best best;
  std::vector<Node> work{{x, 0, 0}};
  std::vector<Bound> bounds;
  while (!work.empty() && budget_ > 0) {
    Node n = work.back();
    work.pop_back();
    --budget_;
    if (n.at == goal) {
      if (!found || better(n.c, c))
        c = n.c;
      found = true;
      continue;
    }
    if (!n.at || n.path == kMaxPath)
      continue;
    auto [seen, is_new] = best.emplace(n.at.raw, n.c);
    if (!is_new) {
      if (!better(n.c, seen->second))
        continue;
      seen->second = n.c;
    }
    bounds.clear();
    if (above)
      boundsAbove(n.at, depth - 1, bounds);
    else
      boundsBelow(n.at, depth - 1, bounds);
    for (const Bound &b : bounds) {
      std::int64_t sum = 0;
      if (!__builtin_add_overflow(n.c, b.c, &sum)) // what does not fit says nothing
        work.push_back({b.other, sum, n.path + 1});
    }
  }
  return found;
}

// x is a + b: if that cannot overflow, x is as far from a as b is from zero, and the other way round.
void Facts::boundsOfSum(ValueId x, int depth, bool above, std::vector<Bound> &out) {
  const Value &v = f_[x];
  Type t = v.type;
  ValueId a = v.arg(0), b = v.arg(1);
  if (v.op == Op::Add && f_[b].op == Op::Const) {
    std::int64_t c = f_[b].aux_int;
    if (c == INT64_MIN)
      return;
    bool safe = c >= 0 ? isLeAt(a, {}, largestOf(t) - c, depth) : isLeAt({}, a, -(smallestOf(t) - c), depth);
    if (!safe && c > 0) {
      // a < y for some y leaves room for 1; and so on
      for (const Bound &bound : above_[a])
        safe |= bound.other.valid() && f_[bound.other].type == t && bound.c <= -c;
    }
    if (!safe && c < 0)
      for (const Bound &bound : below_[a])
        safe |= bound.other.valid() && f_[bound.other].type == t && bound.c >= -c;
    if (safe)
      out.push_back({a, c});
    return;
  }
  if (v.op == Op::Add) {
    // both not negative: overflow is excluded if one of them leaves room, else nothing is said
    bool a_positive = isLeAt({}, a, 0, depth), b_positive = isLeAt({}, b, 0, depth);
    std::int64_t high_a = 0, high_b = 0;
    if (a_positive && b_positive) {
      std::int64_t high = 0;
      if (!search(a, {}, true, depth, high_a) || !search(b, {}, true, depth, high_b) ||
          __builtin_add_overflow(high_a, high_b, &high) || high > largestOf(t))
        return;
      if (above) {
        out.push_back({a, high_b});
        out.push_back({b, high_a});
      } else {
        out.push_back({a, 0});
        out.push_back({b, 0});
      }
    } else if (a_positive != b_positive) {
      // signs differ if the other is negative for sure: then there is no overflow
      ValueId positive = a_positive ? a : b, other = a_positive ? b : a;
      if (isLeAt(other, {}, 0, depth)) {
        if (above)
          out.push_back({positive, 0});
        else
          out.push_back({other, 0});
      }
    }
    return;
  }
  // x is a - b: with both not negative it cannot overflow
  if (!isLeAt({}, b, 0, depth) || !isLeAt({}, a, 0, depth))
    return;
  std::int64_t c = 0;
  if (above) {
    // x <= a - (the least b)
    if (!search(b, {}, false, depth, c))
      c = 0;
    out.push_back({a, c > 0 && c != INT64_MIN ? -c : 0});
    // a <= b + d: x <= d
    if (search(a, b, true, depth, c))
      out.push_back({ValueId(), c});
  } else {
    // a >= b + d: x >= d
    if (search(a, b, false, depth, c))
      out.push_back({ValueId(), c});
    else if (search(b, a, true, depth, c) && c != INT64_MIN)
      out.push_back({ValueId(), -c});
    // b <= d: x >= a - d
    if (search(b, {}, true, depth, c) && c != INT64_MIN)
      out.push_back({a, -c});
  }
}

void Facts::boundsOfPhi(ValueId x, int depth, bool above, std::vector<Bound> &out) {
  const Value &v = f_[x];
  if (v.argCount() > 4)
    return;
  // what is known of an operand from a back edge is known of this round's, but the phi has the last round's
  if (v.op == Op::Phi)
    for (Edge e : f_[v.block].preds)
      if (!doms_.isReachable(e.block) || doms_.dominates(v.block, e.block))
        return;
  std::int64_t worst = 0;
  bool first = true;
  for (unsigned i = 0; i < v.argCount() - (v.op == Op::CondSelect ? 1 : 0); ++i) {
    std::int64_t c = 0;
    if (f_[v.arg(i)].op == Op::Const)
      c = f_[v.arg(i)].aux_int;
    else if (v.arg(i) == x || !search(v.arg(i), {}, above, depth - 2, c))
      return;
    worst = first ? c : above ? std::max(worst, c) : std::min(worst, c);
    first = false;
  }
  out.push_back({ValueId(), worst});
}

void Facts::boundsAbove(ValueId x, int depth, std::vector<Bound> &out) {
  out.insert(out.end(), above_[x].begin(), above_[x].end());
  if (depth <= 0)
    return;
  const Value &v = f_[x];
  auto constant = [&](unsigned i) { return f_[v.arg(i)].op == Op::Const ? &f_[v.arg(i)] : nullptr; };
  ValueId zero;
  switch (v.op) {
  case Op::Const:
    out.push_back({zero, v.aux_int});
    return;
  case Op::Add:
  case Op::Sub:
    return boundsOfSum(x, depth, true, out);
  case Op::SignExt:
    out.push_back({zero, largestOf(f_[v.arg(0)].type)});
    out.push_back({v.arg(0), 0});
    return;
  case Op::ZeroExt: {
    Type from = f_[v.arg(0)].type;
    if (from == Type::Bool)
      return out.push_back({zero, 1});
    out.push_back({zero, (std::int64_t(1) << sizeBits(from)) - 1});
    if (isLeAt(zero, v.arg(0), 0, depth))
      out.push_back({v.arg(0), 0});
    return;
  }
  case Op::And:
    for (unsigned i = 0; i < 2; ++i) {
      if (const Value *c = constant(i); c != nullptr && c->aux_int >= 0)
        out.push_back({zero, c->aux_int});
      else if (isLeAt(zero, v.arg(i), 0, depth))
        out.push_back({v.arg(i), 0}); // a & b <= b if b has no sign
    }
    return;
  case Op::Shr:
  case Op::Sar: {
    const Value *c = constant(1);
    if (c != nullptr && c->aux_int > 0 && c->aux_int < static_cast<std::int64_t>(sizeBits(v.type))) {
      if (v.op == Op::Shr)
        out.push_back({zero, static_cast<std::int64_t>((~std::uint64_t(0) >> (64 - sizeBits(v.type))) >> c->aux_int)});
      else
        out.push_back({zero, largestOf(v.type) >> c->aux_int});
    }
    if (isLeAt(zero, v.arg(0), 0, depth)) {
      out.push_back({v.arg(0), 0});
      // a <= d: a >> c <= d >> c
      if (std::int64_t d = 0; c != nullptr && c->aux_int > 0 && c->aux_int < static_cast<std::int64_t>(sizeBits(v.type)) &&
                              search(v.arg(0), zero, true, depth - 1, d) && d >= 0)
        out.push_back({zero, d >> c->aux_int});
    }
    return;
  }
  case Op::Mod:
  case Op::ModU: {
    const Value *c = constant(1);
    if (c != nullptr && c->aux_int > 0)
      out.push_back({zero, c->aux_int - 1});
    else if (isLeAt(zero, v.arg(1), 0, depth)) // the divisor is not 0
      out.push_back({v.arg(1), -1});
    if (isLeAt(zero, v.arg(0), 0, depth))
      out.push_back({v.arg(0), 0});
    return;
  }
  case Op::Div:
  case Op::DivU:
    if (isLeAt(zero, v.arg(0), 0, depth)) {
      const Value *c = constant(1);
      out.push_back({v.arg(0), 0});
      if (c != nullptr && c->aux_int > 0)
        out.push_back({zero, largestOf(v.type) / c->aux_int});
      if (std::int64_t d = 0; c != nullptr && c->aux_int > 0 && search(v.arg(0), zero, true, depth - 1, d) && d >= 0)
        out.push_back({zero, d / c->aux_int});
    }
    return;
  case Op::BitLen:
  case Op::Ctz:
  case Op::PopCount:
    out.push_back({zero, static_cast<std::int64_t>(sizeBits(v.type))});
    return;
  case Op::Phi:
  case Op::CondSelect:
    return boundsOfPhi(x, depth, true, out);
  default:
    return;
  }
}

void Facts::boundsBelow(ValueId x, int depth, std::vector<Bound> &out) {
  out.insert(out.end(), below_[x].begin(), below_[x].end());
  if ((f_[x].flags & ValueFlags::NonNegative) != 0)
    out.push_back({ValueId(), 0});
  if (depth <= 0)
    return;
  const Value &v = f_[x];
  ValueId zero;
  switch (v.op) {
  case Op::Const:
    out.push_back({zero, v.aux_int});
    return;
  case Op::Add:
  case Op::Sub:
    return boundsOfSum(x, depth, false, out);
  case Op::SignExt:
    out.push_back({zero, smallestOf(f_[v.arg(0)].type)});
    out.push_back({v.arg(0), 0});
    return;
  case Op::ZeroExt:
    out.push_back({zero, 0});
    return;
  case Op::And:
    for (unsigned i = 0; i < 2; ++i)
      if (isLeAt(zero, v.arg(i), 0, depth))
        return out.push_back({zero, 0});
    return;
  case Op::Or:
    if (isLeAt(zero, v.arg(0), 0, depth) && isLeAt(zero, v.arg(1), 0, depth)) {
      out.push_back({v.arg(0), 0});
      out.push_back({v.arg(1), 0});
    }
    return;
  case Op::Shr: {
    const Value &c = f_[v.arg(1)];
    if ((c.op == Op::Const && c.aux_int > 0) || isLeAt(zero, v.arg(0), 0, depth))
      out.push_back({zero, 0});
    return;
  }
  case Op::Sar:
  case Op::Div:
  case Op::Mod:
    if (isLeAt(zero, v.arg(0), 0, depth) && (v.op != Op::Div || isLeAt(zero, v.arg(1), 0, depth)))
      out.push_back({zero, 0});
    return;
  case Op::DivU: {
    const Value &c = f_[v.arg(1)];
    if ((c.op == Op::Const && c.aux_int > 1) || (isLeAt(zero, v.arg(0), 0, depth) && isLeAt(zero, v.arg(1), 0, depth)))
      out.push_back({zero, 0});
    return;
  }
  case Op::ModU:
    if (isLeAt(zero, v.arg(1), 0, depth))
      out.push_back({zero, 0});
    return;
  case Op::BitLen:
  case Op::Ctz:
  case Op::PopCount:
    out.push_back({zero, 0});
    return;
  case Op::Phi:
  case Op::CondSelect:
    return boundsOfPhi(x, depth, false, out);
  default:
    return;
  }
}

} // namespace gannet::ssa
