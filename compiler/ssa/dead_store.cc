// Dead-store elimination: a store that another one overwrites before anything can read it goes.
//
// Inside a block, from the last memory state upward: what is covered by later stores of the block, with no reader and no call
// between, is dead; in a local that nothing else reaches also if a panic is between, unless the function has deferred calls. So is a
// store of what was loaded from there, if no other store since may have changed it: p.s = p.s[:n] leaves the pointer alone. A store into a local that does not escape and that nothing ever reads is dead anywhere.
// Keeps: stores that a safepoint may see, and those whose write barrier must run (this pass stands before that one).
#include "compiler/ssa/dead_store.h"

#include "compiler/ssa/alias.h"
#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/order.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

class Eliminator {
public:
  Eliminator(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), escaped_(escapedLocals(f)) {}

  void run() {
    removeUnreadLocals();
    for (BlockId b : f_.blocks())
      for (ValueId v : f_[b].values)
        if (f_[v].op == Op::Store && writesWhatIsThere(v) && ctx_.step())
          f_.makeCopy(v, memoryArg(f_, v));
    for (BlockId b : f_.blocks())
      visit(b);
    eliminateCopies(ctx_, f_);
  }

private:
  struct Range {
    Address at;
    std::int64_t size;
  };

  static bool isStore(Op op) { return op == Op::Store || op == Op::Zero || op == Op::Move; }

  // Stores to locals whose memory is never read, by loads, moves or through an escaped address.
  void removeUnreadLocals() {
    std::vector<bool> read = escaped_;
    for (std::uint32_t i = 0; i < f_.localCount(); ++i)
      if (!isOwn(f_[LocalId(i)].kind))
        read[i] = true;
    for (BlockId b : f_.blocks())
      for (ValueId v : f_[b].values) {
        const Value &value = f_[v];
        if (value.op == Op::Load)
          markRead(read, value.arg(0));
        else if (value.op == Op::Move)
          markRead(read, value.arg(1));
        else if (value.op == Op::VarLive)
          read[value.local().raw] = true;
      }
    for (BlockId b : f_.blocks())
      for (ValueId v : f_[b].values) {
        if (!isStore(f_[v].op))
          continue;
        LocalId local = addressOf(f_, f_[v].arg(0)).local;
        if (local && !read[local.raw] && ctx_.step())
          f_.makeCopy(v, memoryArg(f_, v));
      }
  }

  bool writesWhatIsThere(ValueId store) const {
    constexpr int kMaxSteps = 16;
    const Value &s = f_[store], &load = f_[s.arg(1)];
    if (load.op != Op::Load)
      return false;
    const Address to = addressOf(f_, s.arg(0));
    if (!mustEqual(to, addressOf(f_, load.arg(0))))
      return false;
    ValueId m = memoryArg(f_, store);
    for (int step = 0; step < kMaxSteps; ++step) {
      if (m == load.arg(1))
        return true;
      if (!isStore(f_[m].op) || mayOverlap(f_, addressOf(f_, f_[m].arg(0)), accessBytes(f_, m), to, accessBytes(f_, store)))
        return false;
      m = memoryArg(f_, m);
    }
    return false;
  }

  void markRead(std::vector<bool> &read, ValueId ptr) {
    if (LocalId local = addressOf(f_, ptr).local)
      read[local.raw] = true;
  }

  void visit(BlockId b) {
    int stores = 0;
    for (ValueId v : f_[b].values)
      stores += isStore(f_[v].op);
    if (stores < 2)
      return;
    std::vector<ValueId> order = orderedValues(f_, b);
    std::vector<Range> covered; // bytes that a later store writes before anything reads them
    for (std::size_t i = order.size(); i-- > 0;) {
      ValueId v = order[i];
      const Value &value = f_[v];
      if (isStore(value.op)) {
        Range mine{addressOf(f_, value.arg(0)), accessBytes(f_, v)};
        if (isCovered(covered, mine) && ctx_.step()) {
          f_.makeCopy(v, memoryArg(f_, v));
          continue;
        }
        if (mine.at.exact)
          cover(covered, mine);
        if (value.op == Op::Move) // reads before it writes, perhaps what it writes
          uncover(covered, {addressOf(f_, value.arg(1)), mine.size});
        continue;
      }
      if (value.op == Op::Load)
        uncover(covered, {addressOf(f_, value.arg(0)), accessBytes(f_, v)});
      else if (isCall(value.op) || hasEffect(value.op, Effects::WritesMem | Effects::Keep))
        covered.clear();
      else if (hasEffect(value.op, Effects::MayFault))
        std::erase_if(covered, [&](const Range &c) { return !diesWithFrame(c.at); });
    }
  }

  // Whether only addresses of that local reach it.
  bool isPrivate(const Address &at) const { return at.local && isOwn(f_[at.local].kind) && !escaped_[at.local.raw]; }
  // Whether nobody looks at it once the function panics.
  bool diesWithFrame(const Address &at) const { return isPrivate(at) && !f_.flags.has_defer; }

  // Stores side by side cover what is written to both.
  static void cover(std::vector<Range> &covered, Range r) {
    std::erase_if(covered, [&](const Range &c) {
      if (!areComparable(c.at, r.at) || c.at.offset > r.at.offset + r.size || r.at.offset > c.at.offset + c.size)
        return false;
      const std::int64_t end = std::max(c.at.offset + c.size, r.at.offset + r.size);
      r.at.offset = std::min(c.at.offset, r.at.offset);
      r.size = end - r.at.offset;
      return true;
    });
    if (covered.size() < 32)
      covered.push_back(r);
  }

  static bool isCovered(const std::vector<Range> &covered, const Range &r) {
    return std::any_of(covered.begin(), covered.end(), [&](const Range &c) {
             return areComparable(c.at, r.at) && c.at.offset <= r.at.offset && r.at.offset + r.size <= c.at.offset + c.size;
           });
  }

  void uncover(std::vector<Range> &covered, const Range &read) {
    std::vector<Range> rest; // of those that are read in part
    std::erase_if(covered, [&](const Range &c) {
      if (!mayOverlap(f_, c.at, c.size, read.at, read.size) || (isPrivate(c.at) && read.at.local != c.at.local))
        return false;
      if (areComparable(c.at, read.at)) {
        const std::int64_t end = c.at.offset + c.size, read_end = read.at.offset + read.size;
        if (c.at.offset < read.at.offset)
          rest.push_back({c.at, read.at.offset - c.at.offset});
        if (read_end < end) {
          rest.push_back({c.at, end - read_end});
          rest.back().at.offset = read_end;
        }
      }
      return true;
    });
    covered.insert(covered.end(), rest.begin(), rest.end());
  }

  PassContext &ctx_;
  Func &f_;
  const std::vector<bool> escaped_; // by local
};

} // namespace

void eliminateDeadStores(PassContext &ctx, Func &f) { Eliminator(ctx, f).run(); }

} // namespace gannet::ssa
