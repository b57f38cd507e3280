// Load forwarding: a load of what was just stored is the stored value, and a load may read an older memory state if nothing
// in between writes there.
//
// From each load the chain of states is followed upward, inside and across blocks with one predecessor:
// (1) a Store to the same address of a value of the same type: its value; of the same size: its bits;
// (2) a Zero that covers the load: zero;
// (3) a Store, Zero or Move that cannot overlap: look past it;
// (4) a call, if the address is in a local that does not escape: look past it; a fresh allocation's own call: zero.
// The load itself keeps its state: memory states are not kept live across what replaces them.
#include "compiler/ssa/memory_forward.h"

#include "compiler/ssa/alias.h"
#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"
#include "compiler/ssa/order.h"

namespace gannet::ssa {
namespace {

constexpr int kMaxSteps = 64; // of a chain; keeps the pass linear

class Forwarder {
public:
  Forwarder(PassContext &ctx, Func &f) : ctx_(ctx), f_(f), escaped_(escapedLocals(f)) {}

  void run() {
    std::vector<BlockId> order = postorder(f_);
    for (std::size_t i = order.size(); i-- > 0;)
      for (std::size_t at = 0; at < f_[order[i]].values.size(); ++at) {
        ValueId v = f_[order[i]].values[at];
        if (f_[v].op == Op::Load)
          forward(v);
      }
    eliminateCopies(ctx_, f_);
  }

private:
  // The value whose bits the load gives, moved to the load's type; none if it cannot be.
  ValueId asType(ValueId load, ValueId value) {
    Type want = f_[load].type, have = f_[value].type;
    if (want == have)
      return value;
    if (sizeBytes(want) != sizeBytes(have))
      return {};
    if ((isInt(want) && isFloat(have)) || (isFloat(want) && isInt(have)))
      return f_.add(f_[load].block, Op::Bitcast, want, {value}, f_[load].pos);
    return {};
  }

  ValueId zeroOf(ValueId load) {
    Type t = f_[load].type;
    if (isFloat(t))
      return f_.constFloat(t, 0);
    return t == Type::V128 ? ValueId() : f_.constInt(t, 0);
  }

  void forward(ValueId load) {
    Address at = addressOf(f_, f_[load].arg(0));
    std::int64_t size = sizeBytes(f_[load].type);
    ValueId mem = f_[load].arg(1);
    for (int steps = 0; steps < kMaxSteps; ++steps) {
      const Value &m = f_[mem];
      Address written;
      std::int64_t written_bytes = 0;
      switch (m.op) {
      case Op::Copy:
        mem = m.arg(0);
        continue;
      case Op::Store:
        written = addressOf(f_, m.arg(0));
        written_bytes = accessBytes(f_, mem);
        if (mustEqual(written, at) || sameAddress(m.arg(0), f_[load].arg(0))) {
          ValueId value = asType(load, m.arg(1));
          if (value && ctx_.step())
            f_.makeCopy(load, value);
          return;
        }
        break;
      case Op::Zero:
        written = addressOf(f_, m.arg(0));
        written_bytes = accessBytes(f_, mem);
        if (areComparable(written, at) && written.offset <= at.offset && at.offset + size <= written.offset + written_bytes) {
          ValueId zero = zeroOf(load);
          if (zero && ctx_.step())
            f_.makeCopy(load, zero);
          return;
        }
        break;
      case Op::Move:
        written = addressOf(f_, m.arg(0));
        written_bytes = accessBytes(f_, mem);
        break;
      case Op::VarDef:
        if (at.local == m.local())
          return;
        mem = m.arg(0);
        continue;
      case Op::VarLive:
      case Op::KeepAlive:
      case Op::Prefetch:
        mem = memoryArg(f_, mem);
        continue;
      case Op::Select:
        if (!passesCall(load, at, m.arg(0)))
          return;
        mem = memoryArg(f_, m.arg(0));
        continue;
      default:
        return;
      }
      if (!arePrivate(written, at) && mayOverlap(f_, written, written_bytes, at, size))
        return;
      mem = memoryArg(f_, mem);
    }
  }

  // One is in a local that no pointer reaches, the other is found through a pointer.
  bool arePrivate(const Address &a, const Address &b) const {
    return (a.local && !escaped_[a.local.raw] && b.base) || (b.local && !escaped_[b.local.raw] && a.base);
  }

  bool sameAddress(ValueId a, ValueId b) const {
    while (f_[a].op == Op::Copy || f_[a].op == Op::NilCheck)
      a = f_[a].arg(0);
    while (f_[b].op == Op::Copy || f_[b].op == Op::NilCheck)
      b = f_[b].arg(0);
    return a == b;
  }

  bool passesCall(ValueId load, const Address &at, ValueId call) {
    if (!isCall(f_[call].op))
      return false; // atomics and the like order memory
    if (at.base && isFreshAllocation(f_, at.base) && f_[at.base].arg(0) == call) {
      std::string_view name = f_[f_[f_[call].call()].callee].name;
      ValueId zero = name == "runtime.newobject" ? zeroOf(load) : ValueId();
      if (zero && ctx_.step())
        f_.makeCopy(load, zero);
      return false;
    }
    return at.local && !escaped_[at.local.raw] && isOwn(f_[at.local].kind) && memoryArg(f_, call);
  }

  PassContext &ctx_;
  Func &f_;
  std::vector<bool> escaped_;
};

} // namespace

void forwardMemory(PassContext &ctx, Func &f) { Forwarder(ctx, f).run(); }

} // namespace gannet::ssa
