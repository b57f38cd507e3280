// Proving: decides comparisons, bounds checks above all, from what branches and loops tell of integers.
//
// One walk of the dominator tree, with the facts (facts.h) of the branch that leads to each block:
// (1) an edge of an If tells that its condition holds, or not; so do the parts of && and ||.
// (2) The length of a bounds check is not negative: it is a length, a capacity, or was checked against one before.
// (3) A loop's phi i = (start, i + step) that is only stepped behind i < n (or i > n) lies between start and n; if both
// are constants, in the loop it is at most the last of start, start + step, ... that is below n.
// (4) The length of a slice is at most its capacity, also while a loop cuts it (shrinking_slices.h).
// A condition that is decided becomes a constant; operations on numbers without sign become unsigned; shifts by less
// than the width are marked so.
#include "compiler/ssa/prove.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"
#include "compiler/ssa/facts.h"
#include "compiler/ssa/gc_names.h"
#include "compiler/ssa/length_pairs.h"
#include "compiler/ssa/shrinking_slices.h"

#include <optional>

namespace gannet::ssa {
namespace {

constexpr int kMaxBranches = 64; // that are looked at for a test of the same value

class Prover {
public:
  Prover(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), doms_(f), facts_(f, doms_) {}

  void run() {
    struct Frame {
      BlockId block;
      std::size_t next = 0;
      std::size_t mark = 0;
    };
    for (auto [length, capacity] : lengthPairs(f_))
      facts_.learnLe(length, capacity, 0);
    std::vector<Frame> stack;
    auto enter = [&](BlockId b) {
      stack.push_back({b, 0, facts_.mark()});
      learnFromEdge(b);
      learnLastRound(b);
      learnFromPhis(b);
      learnShrinkingSlices(f_, doms_, facts_, b);
      simplify(b);
      decideBranch(b);
    };
    enter(f_.entry());
    while (!stack.empty()) {
      Frame &top = stack.back();
      const std::vector<BlockId> &children = doms_.children(top.block);
      if (top.next < children.size()) {
        enter(children[top.next++]);
        continue;
      }
      facts_.undo(top.mark);
      stack.pop_back();
    }
    eliminateCopies(ctx_, f_);
  }

private:
  bool isConst(ValueId v, std::int64_t &c) const {
    if (f_[v].op != Op::Const)
      return false;
    c = f_[v].aux_int;
    return true;
  }

  // The one edge by which b is come to: of a loop's header, the one from outside. No block if there are several.
  Edge entryEdge(BlockId b) const {
    Edge out;
    for (Edge e : f_[b].preds) {
      if (!doms_.isReachable(e.block) || doms_.dominates(b, e.block))
        continue;
      if (out.block)
        return {};
      out = e;
    }
    return out;
  }

  // ---- (1), (2)
  void learnFromEdge(BlockId b) {
    Edge e = entryEdge(b);
    if (!e.block)
      return;
    const Block &pred = f_[e.block];
    if (pred.kind == BlockKind::If && pred.succs[0].block != pred.succs[1].block)
      learn(pred.controls[0], e.index == 0, 4);
    if (pred.kind == BlockKind::JumpTable) {
      facts_.learnNonNegative(pred.controls[0]);
      facts_.learnLe(pred.controls[0], {}, static_cast<std::int64_t>(pred.succs.size()) - 1);
    }
  }

  void learn(ValueId cond, bool holds, int depth) {
    const Value &c = f_[cond];
    if (depth == 0 || c.argCount() == 0)
      return;
    ValueId a = c.arg(0), b = c.argCount() > 1 ? c.arg(1) : ValueId();
    switch (c.op) {
    case Op::BoolNot:
      return learn(a, !holds, depth - 1);
    case Op::BoolAnd:
    case Op::BoolOr:
      if (holds == (c.op == Op::BoolAnd)) {
        learn(a, holds, depth - 1);
        learn(b, holds, depth - 1);
      }
      return;
    case Op::Eq:
    case Op::Ne:
      if (!isInt(f_[a].type))
        return;
      if (holds == (c.op == Op::Eq)) {
        facts_.learnLe(a, b, 0);
        facts_.learnLe(b, a, 0);
      } else {
        learnNe(a, b);
      }
      return;
    case Op::Lt:
      return holds ? facts_.learnLe(a, b, -1) : facts_.learnLe(b, a, 0);
    case Op::Le:
      return holds ? facts_.learnLe(a, b, 0) : facts_.learnLe(b, a, -1);
    case Op::LtU:
    case Op::LeU:
      return isInt(f_[a].type) ? learnUnsigned(c.op == Op::LtU ? (holds ? a : b) : (holds ? a : b),
                                               c.op == Op::LtU ? (holds ? b : a) : (holds ? b : a),
                                               (c.op == Op::LtU) == holds)
                               : void();
    case Op::IsInBounds:
    case Op::IsSliceInBounds: {
      facts_.learnNonNegative(b);
      bool strict = c.op == Op::IsInBounds;
      if (holds) {
        facts_.learnNonNegative(a);
        facts_.learnLe(a, b, strict ? -1 : 0);
      } else if (facts_.isNonNegative(a)) {
        facts_.learnLe(b, a, strict ? 0 : -1);
      }
      return;
    }
    default:
      return;
    }
  }

  // a <u b or a <=u b. If b has no sign, neither has a.
  void learnUnsigned(ValueId a, ValueId b, bool strict) {
    if (!facts_.isNonNegative(b))
      return;
    facts_.learnNonNegative(a);
    facts_.learnLe(a, b, strict ? -1 : 0);
  }

  void learnNe(ValueId a, ValueId b) {
    facts_.learnNe(a, b);
    // at the end of a known range the range shrinks
    if (facts_.isLe(a, b, 0))
      facts_.learnLe(a, b, -1);
    else if (facts_.isLe(b, a, 0))
      facts_.learnLe(b, a, -1);
  }

  // ---- (3)
  // A test before the step of a loop's variable.
  struct Guard {
    ValueId limit = {};
    bool limit_itself = false; // may be reached
    BlockId tested;
  };

  void learnFromPhis(BlockId header) {
    if (f_[header].preds.size() != 2)
      return;
    for (ValueId phi : f_[header].values) {
      const Value &p = f_[phi];
      if (p.op != Op::Phi || !isInt(p.type))
        continue;
      for (unsigned side = 0; side < 2; ++side) {
        ValueId start = p.arg(side), next = p.arg(1 - side);
        BlockId latch = f_[header].preds[1 - side].block;
        if (!doms_.isReachable(latch) || !doms_.dominates(header, latch))
          continue;
        learnInduction(header, phi, start, next);
      }
    }
  }

  void learnInduction(BlockId header, ValueId phi, ValueId start, ValueId next) {
    const Value &n = f_[next];
    std::int64_t step = 0;
    if (n.op != Op::Add || n.arg(0) != phi || !isConst(n.arg(1), step) || step == 0 || step == INT64_MIN)
      return;
    if (countsBetweenConstants(header, phi, start, step, n.block))
      return;
    std::vector<Guard> guards = guardsOf(header, n.block, phi, step);
    if (guards.empty())
      return;
    if (step > 0)
      facts_.learnLe(start, phi, 0);
    else
      facts_.learnLe(phi, start, 0);
    for (const Guard &g : guards) {
      if (g.tested == header)
        tellInduction(header, start, g, step);
      learnLimitOf(header, phi, start, step, g);
    }
  }

  // A step of one cannot pass the limit: i <= n if start <= n; i >= n if start >= n. With i <= n tested, i <= n+1.
  void learnLimitOf(BlockId header, ValueId phi, ValueId start, std::int64_t step, const Guard &g) {
    if ((step != 1 && step != -1) || !doms_.dominates(f_[g.limit].block, header) || f_[g.limit].block == header)
      return;
    std::int64_t slack = g.limit_itself ? 1 : 0;
    if (step == 1 && facts_.isLe(start, g.limit, slack))
      facts_.learnLe(phi, g.limit, slack);
    if (step == -1 && facts_.isLe(g.limit, start, slack))
      facts_.learnLe(g.limit, phi, slack);
  }

  // The header tests i < n (<=, >, >=) of constants: then all that i can be is known. False if the header does nothing like it
  // or if i could step past the end of its type.
  bool countsBetweenConstants(BlockId header, ValueId phi, ValueId start_value, std::int64_t step, BlockId step_block) {
    const Block &block = f_[header];
    std::int64_t start = 0, limit = 0;
    if (block.kind != BlockKind::If || !isConst(start_value, start) || block.succs[0].block == block.succs[1].block)
      return false;
    const Value &c = f_[block.controls[0]];
    if (c.op != Op::Lt && c.op != Op::Le)
      return false;
    bool up = step > 0, strict = c.op == Op::Lt;
    BlockId body = block.succs[0].block;
    if (c.arg(up ? 0 : 1) != phi || !isConst(c.arg(up ? 1 : 0), limit) || body == header || entryEdge(body).block != header ||
        !doms_.dominates(body, step_block))
      return false;
    // in 128 bits nothing overflows
    __int128 distance = up ? __int128(limit) - start : __int128(start) - limit, stride = up ? step : -__int128(step);
    if (strict)
      distance -= 1;
    if (distance < 0)
      return false; // no round at all
    __int128 last = start + (up ? 1 : -1) * (distance / stride * stride), past = last + step;
    std::int64_t largest = INT64_MAX >> (64 - sizeBits(f_[phi].type));
    if (past > largest || past < -__int128(largest) - 1)
      return false;
    learnLimit(phi, start, !up);
    learnLimit(phi, static_cast<std::int64_t>(past), up);
    last_rounds_.push_back({body, phi, static_cast<std::int64_t>(last), up});
    if (ctx_.debug() > 0) {
      bool at_limit = stride == 1 && strict;
      std::string end = std::to_string(at_limit ? limit : static_cast<std::int64_t>(last));
      std::string text = up ? "[" + std::to_string(start) + "," + end + (at_limit ? ")" : "]")
                            : (at_limit ? "(" : "[") + end + "," + std::to_string(start) + "]";
      ctx_.remark(f_[header].pos, "Induction variable: limits " + text + ", increment " +
                                      std::to_string(static_cast<std::int64_t>(stride)));
    }
    return true;
  }

  // Behind the test of such a loop its variable has not passed the last value.
  void learnLastRound(BlockId b) {
    for (const LastRound &l : last_rounds_)
      if (l.body == b)
        learnLimit(l.phi, l.last, l.up);
  }

  // v <= c if `upper`, else v >= c.
  void learnLimit(ValueId v, std::int64_t c, bool upper) {
    if (upper)
      facts_.learnLe(v, {}, c);
    else if (c != INT64_MIN) // which says nothing, and has no negative
      facts_.learnLe({}, v, -c);
  }

  void tellInduction(BlockId header, ValueId start, const Guard &g, std::int64_t step) {
    if (ctx_.debug() == 0)
      return;
    auto text = [&](ValueId v) {
      std::int64_t c = 0;
      return isConst(v, c) ? std::to_string(c) : std::string("?");
    };
    std::string limits = step > 0 ? "[" + text(start) + "," + text(g.limit) + (g.limit_itself ? "]" : ")")
                                  : (g.limit_itself ? "[" : "(") + text(g.limit) + "," + text(start) + "]";
    ctx_.remark(f_[header].pos, "Induction variable: limits " + limits + ", increment " + std::to_string(step > 0 ? step : -step));
  }

  // The tests on each way from the header to the block of the step that leave room for the step: i < limit going up,
  // limit < i going down (or with =, when the limit is known to have room).
  std::vector<Guard> guardsOf(BlockId header, BlockId step_block, ValueId phi, std::int64_t step) {
    std::vector<Guard> out;
    for (BlockId b = step_block; b != header; b = doms_.idom(b)) {
      Edge e = entryEdge(b);
      if (!e.block)
        continue;
      const Block &pred = f_[e.block];
      if (pred.kind != BlockKind::If || pred.succs[0].block == pred.succs[1].block)
        continue;
      Guard g{.tested = e.block};
      if (isGuard(pred.controls[0], e.index == 0, phi, step, g))
        out.push_back(g);
    }
    return out;
  }

  bool isGuard(ValueId cond, bool holds, ValueId phi, std::int64_t step, Guard &g) {
    const Value &c = f_[cond];
    if (c.op == Op::BoolNot)
      return isGuard(c.arg(0), !holds, phi, step, g);
    if (c.op == Op::BoolAnd && holds)
      return isGuard(c.arg(0), true, phi, step, g) || isGuard(c.arg(1), true, phi, step, g);
    if (c.argCount() != 2)
      return false;
    ValueId low = c.arg(0), high = c.arg(1);
    bool strict = c.op == Op::Lt || c.op == Op::IsInBounds;
    if ((c.op == Op::IsInBounds || c.op == Op::IsSliceInBounds) && holds) {
      // 0 <= i < n
      if (low != phi)
        return false;
      if (step < 0) {
        g.limit = f_.constInt(f_[phi].type, 0);
        g.limit_itself = true;
        return step == -1;
      }
    } else if (c.op == Op::Lt || c.op == Op::Le) {
      if (!holds) { // !(a < b) is b <= a
        std::swap(low, high);
        strict = !strict;
      }
    } else {
      return false;
    }
    std::int64_t largest = INT64_MAX >> (64 - sizeBits(f_[phi].type)), smallest = -largest - 1;
    std::int64_t c_limit = 0;
    if (step > 0 && low == phi) {
      g.limit = high, g.limit_itself = !strict;
      if (strict && step == 1)
        return true;
      return isConst(high, c_limit) ? c_limit <= largest - step : facts_.isLe(high, {}, largest - step);
    }
    if (step < 0 && high == phi) {
      g.limit = low, g.limit_itself = !strict;
      if (strict && step == -1)
        return true;
      return isConst(low, c_limit) ? c_limit >= smallest - step : facts_.isLe({}, low, -(smallest - step));
    }
    return false;
  }

  // ---- what follows
  void decide(ValueId v, bool value) {
    if (!ctx_.step())
      return;
    BlockId b = f_[v].block;
    if (f_[b].kind == BlockKind::If && f_[b].controls[0] == v)
      tellDecided(b, v, value);
    f_.makeCopy(v, f_.constBool(value));
  }

  void tellDecided(BlockId b, ValueId v, bool value) {
    if (ctx_.debug() > 0)
      ctx_.remark(f_[b].pos, (value ? "Proved " : "Disproved ") + gcName(f_, v));
  }

  void tellOf(ValueId v, const char *what) {
    if (ctx_.debug() > 0)
      ctx_.remark(f_[v].pos, "Proved " + gcName(f_, v) + what);
  }

  void toUnsigned(ValueId v, Op op) {
    if (!ctx_.step())
      return;
    std::vector<ValueId> args(f_[v].args().begin(), f_[v].args().end());
    f_.reset(v, op, f_[v].type, args, {.aux_int = f_[v].aux_int});
  }

  void simplify(BlockId b) {
    for (std::size_t i = 0; i < f_[b].values.size(); ++i) {
      ValueId v = f_[b].values[i];
      const Value &value = f_[v];
      switch (value.op) {
      case Op::IsInBounds:
      case Op::IsSliceInBounds:
      case Op::Eq:
      case Op::Ne:
      case Op::Lt:
      case Op::Le:
      case Op::LtU:
      case Op::LeU:
        if (isInt(f_[value.arg(0)].type))
          decideComparison(v);
        break;
      case Op::Div:
      case Op::Mod:
        if (facts_.isNonNegative(value.arg(0)) && facts_.isNonNegative(value.arg(1))) {
          tellOf(v, " is unsigned");
          toUnsigned(v, value.op == Op::Div ? Op::DivU : Op::ModU);
        }
        break;
      case Op::Sar:
        if (isNeedlessMask(v)) {
          if (ctx_.step())
            f_.makeCopy(v, f_.constInt(value.type, -1));
          break;
        }
        if (facts_.isNonNegative(value.arg(0))) {
          tellOf(v, " is unsigned");
          toUnsigned(v, Op::Shr);
        }
        markBounded(v);
        break;
      case Op::Shl:
      case Op::Shr:
        markBounded(v);
        break;
      case Op::SignExt:
        if (facts_.isNonNegative(value.arg(0)))
          toUnsigned(v, Op::ZeroExt);
        break;
      default:
        break;
      }
    }
  }

  // x >> (width - 1) of what is negative is all ones. -x >> 63 is what slicing masks the offset with, so that nothing points
  // behind the object if x, what is left of a whole that may be known, is 0; or folded, i - whole for whole - i.
  bool isNeedlessMask(ValueId v) {
    const Value &shift = f_[v];
    ValueId negative = shift.arg(0);
    std::int64_t count = 0, whole = 0;
    if (!isConst(shift.arg(1), count) || count != static_cast<std::int64_t>(sizeBits(shift.type)) - 1)
      return false;
    const bool is_negated = f_[negative].op == Op::Neg;
    if (is_negated ? !facts_.isLe({}, f_[negative].arg(0), -1) : !facts_.isLe(negative, {}, -1))
      return false;
    const Value &left = f_[is_negated ? f_[negative].arg(0) : negative];
    if (ctx_.debug() > 0 && (is_negated ? left.op == Op::Sub && isConst(left.arg(0), whole) && facts_.isLe(left.arg(1), {}, whole - 1)
                                        : left.op == Op::Add && isConst(left.arg(1), whole)))
      ctx_.remark(shift.pos, "Proved slicemask not needed (by limit)");
    return true;
  }

  void markBounded(ValueId v) {
    const Value &value = f_[v];
    ValueId count = value.arg(1);
    if (value.aux_int == 0 && facts_.isNonNegative(count) &&
        facts_.isLe(count, {}, static_cast<std::int64_t>(sizeBits(value.type)) - 1) && ctx_.step()) {
      if (f_[count].op != Op::Const)
        tellOf(v, " bounded");
      f_[v].aux_int = 1;
    }
  }

  void decideComparison(ValueId v) {
    if (std::optional<bool> value = outcome(v))
      decide(v, *value);
  }

  // A branch may test a value of a block above, where less was known of it than here.
  void decideBranch(BlockId b) {
    if (f_[b].kind != BlockKind::If)
      return;
    ValueId control = f_[b].controls[0];
    if (f_[control].block == b || f_[control].op == Op::Const)
      return;
    std::optional<bool> value = branched(b, control);
    if (!value)
      value = outcome(control);
    if (value && ctx_.step()) {
      tellDecided(b, control, *value);
      f_.setControl(b, f_.constBool(*value));
    }
  }

  // What an edge above that was taken on the same value tells of it.
  std::optional<bool> branched(BlockId b, ValueId control) {
    for (int depth = 0; depth < kMaxBranches && b != f_.entry(); ++depth, b = doms_.idom(b)) {
      if (f_[b].preds.size() != 1)
        continue;
      Edge e = f_[b].preds[0];
      const Block &pred = f_[e.block];
      if (pred.kind == BlockKind::If && pred.controls[0] == control && pred.succs[0].block != pred.succs[1].block)
        return e.index == 0;
    }
    return std::nullopt;
  }

  // Whether a comparison of integers holds here, if the facts decide it.
  std::optional<bool> outcome(ValueId v) {
    const Value &value = f_[v];
    if (value.argCount() != 2 || !isInt(f_[value.arg(0)].type))
      return std::nullopt;
    ValueId a = value.arg(0), b = value.arg(1);
    bool strict = value.op == Op::IsInBounds || value.op == Op::Lt || value.op == Op::LtU;
    switch (value.op) {
    case Op::IsInBounds:
    case Op::IsSliceInBounds:
      if (!facts_.isNonNegative(a)) {
        if (facts_.isLe(a, {}, -1))
          return false; // (2): the length is not negative
        return std::nullopt;
      }
      return ordered(a, b, strict);
    case Op::Lt:
    case Op::Le:
      return ordered(a, b, strict);
    case Op::LtU:
    case Op::LeU:
      if (!facts_.isNonNegative(a) || !facts_.isNonNegative(b))
        return std::nullopt;
      return ordered(a, b, strict);
    case Op::Eq:
    case Op::Ne:
      if (facts_.isNe(a, b))
        return value.op == Op::Ne;
      if (facts_.isLe(a, b, 0) && facts_.isLe(b, a, 0))
        return value.op == Op::Eq;
      return std::nullopt;
    default:
      return std::nullopt;
    }
  }

  // a < b or, not strict, a <= b.
  std::optional<bool> ordered(ValueId a, ValueId b, bool strict) {
    if (facts_.isLe(a, b, strict ? -1 : 0))
      return true;
    if (facts_.isLe(b, a, strict ? 0 : -1))
      return false;
    return std::nullopt;
  }

  PassContext &ctx_;
  Func &f_;
  Dominators doms_;
  Facts facts_;
  struct LastRound {
    BlockId body;
    ValueId phi;
    std::int64_t last;
    bool up;
  };
  std::vector<LastRound> last_rounds_;
};

} // namespace

void prove(PassContext &ctx, Func &f) { Prover(ctx, f).run(); }

} // namespace gannet::ssa
