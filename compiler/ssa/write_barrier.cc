// Write-barrier insertion: before pointers in memory are overwritten while the collector marks, the old and the new
// ones are recorded.
//
//     if runtime.writeBarrier != 0 {            unlikely
//         buf = wbbuffer [n]; buf[0] = new; buf[1] = *p; ...      (Store)
//         runtime.wbMove(type, to, from) / runtime.wbZero(type, to) (Move, Zero)
//     }
//     the stores themselves
//
// A store needs one if (1) what it writes has pointers, (2) it does not write to the stack, and (3) the program did not
// promise otherwise. Nor does a pointer that is not into the heap where a fresh object is still as it was cleared. Of a Store, the new value is recorded unless it cannot point into the heap, and always the old one.
// The nil check of the pointer that a group's first store goes through is made in both ways, where its accesses stand for it.
// Stores that follow one another in a block share one test, if the operands of all are known before the first; at most
// kMaxEntries words a group, since the runtime has entries for so many.
// From the load of the flag to the last store of a group the code is not interruptible (NoPreempt).
// Source: Go's runtime documentation of the hybrid barrier (runtime/mbarrier.go), on what has to be shaded.
#include "compiler/ssa/write_barrier.h"

#include "compiler/ssa/alias.h"
#include "compiler/ssa/func_builder.h"
#include "compiler/ssa/order.h"

#include <algorithm>
#include <unordered_set>

namespace gannet::ssa {
namespace {

constexpr int kMaxEntries = 8; // runtime.gcWriteBarrier1 to 8

bool isStackAddr(const Func &f, ValueId ptr) {
  Op op = f[baseOf(f, ptr)].op;
  return op == Op::LocalAddr || op == Op::OutArgAddr;
}

bool mayBeHeapPointer(const Func &f, ValueId v) {
  switch (f[baseOf(f, v)].op) {
  case Op::Const:
  case Op::Addr:
  case Op::LocalAddr:
  case Op::GetG:
  case Op::Undef:
    return false;
  default:
    return true;
  }
}

// Does the store write to a part of a fresh object that nothing has been written to since it was made cleared? The memory
// before it is followed up to the allocation, past stores that do not overlap.
bool fillsCleared(const Func &f, ValueId store) {
  constexpr int kMaxSteps = 64;
  const Address to = addressOf(f, f[store].arg(0));
  if (!to.base || to.index || !to.exact || !isFreshAllocation(f, to.base) ||
      f[f[f[f[to.base].arg(0)].call()].callee].name == "runtime.mallocgc") // which may leave it as it is
    return false;
  const std::int64_t size = accessBytes(f, store);
  ValueId m = f[store].arg(2);
  for (int step = 0; step < kMaxSteps; ++step) {
    const Value &before = f[m];
    if (before.op == Op::Select)
      return before.arg(0) == f[to.base].arg(0);
    if (before.op != Op::Store || mayOverlap(f, addressOf(f, before.arg(0)), accessBytes(f, m), to, size))
      return false;
    m = before.arg(2);
  }
  return false;
}

bool needsBarrier(const Func &f, ValueId v) {
  const Value &value = f[v];
  if ((value.flags & ValueFlags::NoWriteBarrier) != 0)
    return false;
  switch (value.op) {
  case Op::Store:
    return f[value.arg(1)].type == Type::Ptr && !isStackAddr(f, value.arg(0)) &&
           (mayBeHeapPointer(f, value.arg(1)) || !fillsCleared(f, v));
  case Op::Zero:
  case Op::Move:
    return f[value.layout()].hasPointers() && !isStackAddr(f, value.arg(0));
  default:
    return false;
  }
}

int entryCount(const Func &f, ValueId store) { return 1 + (mayBeHeapPointer(f, f[store].arg(1)) ? 1 : 0); }

// One group, of the values of an ordered block.
struct Group {
  std::vector<ValueId> before; // what the stores need, and what else need not wait for them
  std::vector<ValueId> stores; // in order, those without a barrier included
  std::vector<ValueId> after;
  std::size_t end = 0; // the values from here on are not looked at
};

class Inserter {
public:
  Inserter(PassContext &ctx, Func &f) : ctx_(ctx), f_(f) {}

  void run() {
    std::vector<BlockId> blocks = f_.blocks();
    for (BlockId b : blocks)
      insert(b);
  }

private:
  // Splits `b` at each group of its values, all of which are looked at once: a block may have many thousands of groups.
  void insert(BlockId b) {
    bool any = false;
    for (ValueId v : f_[b].values)
      any |= needsBarrier(f_, v);
    if (!any)
      return;
    const std::vector<ValueId> order = constantsFirst(orderedValues(f_, b));
    std::vector<ValueId> here; // what belongs to `b`
    std::size_t next = 0;
    for (;; ++next) {
      if (next == order.size())
        break;
      if (!needsBarrier(f_, order[next])) {
        here.push_back(order[next]);
        continue;
      }
      Group group = takeGroup(order, next);
      here.insert(here.end(), group.before.begin(), group.before.end());
      std::vector<ValueId> guarded;
      for (ValueId v : group.stores)
        if (needsBarrier(f_, v))
          guarded.push_back(v);
      report(guarded);
      b = split(b, here, group, guarded);
      here = f_[b].values;
      here.insert(here.end(), group.stores.begin(), group.stores.end());
      here.insert(here.end(), group.after.begin(), group.after.end());
      next = group.end - 1;
    }
    setValues(b, here);
  }

  // The function's constants are in its entry block, ahead of all that may want them.
  std::vector<ValueId> constantsFirst(std::vector<ValueId> order) const {
    auto begin = std::find_if(order.begin(), order.end(),
                              [&](ValueId v) { return f_[v].op != Op::Phi && !hasEffect(f_[v].op, Effects::Entry); });
    std::stable_partition(begin, order.end(), [&](ValueId v) { return f_[v].op == Op::Const; });
    return order;
  }

  void report(const std::vector<ValueId> &guarded) {
    if (ctx_.subjects.write_barriers)
      for (ValueId v : guarded)
        ctx_.remark(f_[v].pos, "write barrier");
    if (f_.flags.no_write_barriers)
      ctx_.error(f_[guarded[0]].pos, "write barrier prohibited");
  }

  void setValues(BlockId b, const std::vector<ValueId> &values) {
    f_[b].values = values;
    for (ValueId v : values)
      f_[v].block = b;
  }

  // The group that begins with the store at `first`, and ends before the next change of memory that does not join it.
  Group takeGroup(const std::vector<ValueId> &order, std::size_t first) const {
    Group group;
    group.stores.push_back(order[first]);
    std::unordered_set<std::uint32_t> late{order[first].raw}; // depends on a store of the group
    bool bulk = f_[order[first]].op != Op::Store;
    int entries = bulk ? 0 : entryCount(f_, order[first]);
    std::size_t last_guarded = 1; // stores up to the last one with a barrier
    std::vector<ValueId> rest;
    std::size_t i = first + 1;
    for (; i < order.size() && !bulk; ++i) { // a bulk one stands alone: its barrier is a call
      ValueId v = order[i];
      if (joins(v, late, group.stores.back(), entries)) {
        group.stores.push_back(v);
        late.insert(v.raw);
        if (needsBarrier(f_, v)) {
          last_guarded = group.stores.size();
          entries += entryCount(f_, v);
        }
        continue;
      }
      if (makesMemory(f_, v))
        break;
      bool depends = false;
      for (ValueId a : f_[v].args())
        depends |= late.count(a.raw) != 0;
      if (depends) {
        late.insert(v.raw);
        rest.push_back(v);
      } else {
        group.before.push_back(v);
      }
    }
    group.end = i;
    // stores behind the last guarded one need not be in the group
    group.after.assign(group.stores.begin() + static_cast<std::ptrdiff_t>(last_guarded), group.stores.end());
    group.stores.resize(last_guarded);
    group.after.insert(group.after.end(), rest.begin(), rest.end());
    return group;
  }

  // A plain store right behind the group whose operands are known before it.
  bool joins(ValueId v, const std::unordered_set<std::uint32_t> &late, ValueId mem, int entries) const {
    const Value &value = f_[v];
    if (value.op != Op::Store || value.arg(2) != mem || late.count(value.arg(0).raw) != 0 || late.count(value.arg(1).raw) != 0)
      return false;
    return !needsBarrier(f_, v) || entries + entryCount(f_, v) <= kMaxEntries;
  }

  // Ends `b` behind its values `here` with the barrier of the group. Gives the block that the stores go to, which as yet holds
  // their memory alone.
  BlockId split(BlockId b, std::vector<ValueId> &here, const Group &group, const std::vector<ValueId> &guarded) {
    ValueId first = group.stores.front();
    SrcPos pos = f_[first].pos;
    ValueId mem = memoryArg(f_, first);
    keepVolatileSource(b, here, guarded, mem);
    const ValueId check = f_[first].op == Op::Store ? checkMadeByStore(here, first, mem) : ValueId();
    const ValueId checked = check ? f_[check].arg(0) : ValueId();
    const SrcPos check_pos = check ? f_[check].pos : pos;

    // phis of the rest's successors keep their operands: splitBlock takes the edges along
    setValues(b, here);
    BlockId end = f_.splitBlock(b, here.size());
    f_.removeEdge(b, 0);
    BlockId barrier = f_.addBlock(BlockKind::Plain, pos);

    FuncBuilder start(f_, b, pos);
    ValueId flag = start.load(Type::I32, start.addr(f_.symbol("runtime.writeBarrier")), mem);
    f_[flag].flags |= ValueFlags::InNoPreempt;
    ValueId on = start.compare(Op::Ne, flag, f_.constInt(Type::I32, 0));
    start.branch(on, barrier, end, -1);
    f_[b].no_preempt |= NoPreempt::Tail;

    FuncBuilder then(f_, barrier, pos);
    if (check) // ahead of the call that gives room in the buffer, which is to be filled
      f_.add(barrier, Op::NilCheck, Type::Ptr, {checked, mem}, check_pos);
    ValueId mem_out = f_[first].op == Op::Store ? fillBuffer(then, guarded, mem) : callBulk(then, first, mem);
    then.jump(end);
    f_[barrier].no_preempt = NoPreempt::Whole;

    ValueId phi_args[] = {mem, mem_out};
    ValueId phi = f_.addPhi(end, Type::Mem, phi_args, pos);
    if (check) {
      f_.add(end, Op::NilCheck, Type::Ptr, {checked, phi}, check_pos);
      f_.makeCopy(check, checked);
    }
    f_.setArg(first, f_[first].argCount() - 1, phi);
    for (ValueId v : group.stores) {
      f_[v].flags |= ValueFlags::InNoPreempt;
      f_[v].flags |= ValueFlags::NoWriteBarrier;
    }
    f_[end].no_preempt |= NoPreempt::Head;
    return end;
  }

  // The check, among the values of a block that ends before the store, of the pointer that the store goes through, if the store
  // can stand for it: it faults if the pointer is nil, nothing else uses the pointer before it, and no other check is between.
  ValueId checkMadeByStore(const std::vector<ValueId> &here, ValueId store, ValueId mem) const {
    constexpr std::int64_t kNilPageBytes = 4096;
    std::int64_t offset = 0;
    ValueId p = f_[store].arg(0);
    while (f_[p].op == Op::OffPtr || f_[p].op == Op::Copy) {
      if (f_[p].op == Op::OffPtr)
        offset += f_[p].aux_int;
      p = f_[p].arg(0);
    }
    if (f_[p].op != Op::NilCheck || memoryArg(f_, p) != mem || offset < 0 || offset >= kNilPageBytes)
      return {};
    auto at = std::find(here.begin(), here.end(), p);
    if (at == here.end())
      return {};
    std::unordered_set<std::uint32_t> parts{p.raw};
    for (++at; at != here.end(); ++at) {
      const Value &v = f_[*at];
      if (hasEffect(v.op, Effects::WritesMem | Effects::MayFault | Effects::Call | Effects::Keep))
        return {};
      for (ValueId a : v.args())
        if (parts.count(a.raw) != 0) {
          if (v.op != Op::OffPtr && v.op != Op::Copy)
            return {};
          parts.insert(at->raw);
        }
    }
    return p;
  }

  // Old values are loaded first: that faults if a check was left to it.
  ValueId fillBuffer(FuncBuilder &then, const std::vector<ValueId> &guarded, ValueId mem) {
    std::vector<ValueId> entries;
    for (ValueId v : guarded) {
      if (mayBeHeapPointer(f_, f_[v].arg(1)))
        entries.push_back(f_[v].arg(1));
      entries.push_back(then.load(Type::Ptr, f_[v].arg(0), mem));
    }
    ValueId buffer = then.emit(Op::WriteBarrierBuffer, Type::Tuple, {mem}, {.aux_int = static_cast<std::int64_t>(entries.size())});
    ValueId at = then.select(buffer, 0, Type::Ptr);
    mem = then.select(buffer, 1, Type::Mem);
    std::size_t next = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ValueId entry = entries[i];
      if (!entry)
        entry = then.load(Type::Ptr, f_[guarded[next++]].arg(0), mem);
      mem = then.store(then.offPtr(at, static_cast<std::int64_t>(i) * 8), entry, mem);
      f_[mem].flags |= ValueFlags::NoWriteBarrier;
    }
    return mem;
  }

  ValueId callBulk(FuncBuilder &then, ValueId v, ValueId mem) {
    bool is_move = f_[v].op == Op::Move;
    const Layout &layout = f_[f_[v].layout()];
    GANNET_CHECK(layout.type_sym.valid(), "a move or clear of pointers without a type in " + f_.name());
    AbiType word{.size_bytes = 8, .align_bytes = 8, .in_memory = false, .components = {{Type::Ptr, 0}}, .layout = {}};
    std::vector<AbiType> params(is_move ? 3 : 2, word);
    CallInfo info;
    info.callee = f_.symbol(is_move ? "runtime.wbMove" : "runtime.wbZero");
    info.sig = assignAbi(Abi::Internal, params, {});
    CallId call = f_.addCall(std::move(info));
    std::vector<ValueId> args{then.addr(layout.type_sym), f_[v].arg(0)};
    if (is_move)
      args.push_back(f_[v].arg(1));
    args.push_back(mem);
    return then.callMem(then.call(Op::StaticCall, call, args));
  }

  // A Move from the results of a call on the stack: the call of the barrier would overwrite them, so they are
  // copied to a local first.
  void keepVolatileSource(BlockId b, std::vector<ValueId> &here, const std::vector<ValueId> &guarded, ValueId &mem) {
    ValueId v = guarded[0];
    if (f_[v].op != Op::Move || f_[baseOf(f_, f_[v].arg(1))].op != Op::OutArgAddr)
      return;
    Local local;
    local.name = ".wb";
    local.layout = f_[v].layout();
    local.pos = f_[v].pos;
    FuncBuilder at(f_, b, f_[v].pos);
    ValueId addr = at.localAddr(f_.addLocal(local));
    ValueId copy = at.move(addr, f_[v].arg(1), f_[v].layout(), mem);
    f_[copy].flags |= ValueFlags::NoWriteBarrier;
    here.push_back(addr);
    here.push_back(copy);
    f_.setArg(v, 1, addr);
    f_.setArg(v, 2, copy);
    mem = copy;
  }

  PassContext &ctx_;
  Func &f_;
};

} // namespace

void insertWriteBarriers(PassContext &ctx, Func &f) { Inserter(ctx, f).run(); }

} // namespace gannet::ssa
