// The checker: runs the allocated code on symbols. Each place (register, slot) holds the set of virtual registers whose value
// is known to be there; at a join the sets of the predecessors are intersected, operands of phis counting as the phi. Every
// operand must be read from a place that holds it.
#include "compiler/x86/liveness.h"
#include "compiler/x86/regalloc.h"

#include <algorithm>

namespace gannet::x86 {

namespace {

using Set = std::vector<VReg>; // sorted

bool holds(const Set &s, VReg v) { return std::binary_search(s.begin(), s.end(), v); }

class Checker {
public:
  Checker(MachFunc &mf, const Allocation &a)
      : mf_(mf), a_(a), scratch_(32 + a.slots.size()), state_(scratch_ + 1), in_(mf.blocks.size()),
        out_(mf.blocks.size()) {}

  std::string run() {
    Liveness live = computeLiveness(mf_);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t b : live.rpo) {
        join(b);
        transfer(b, false);
        if (!(out_[b] == state_))
          out_[b] = state_, changed = true;
      }
    }
    for (std::uint32_t b : live.rpo) {
      join(b);
      transfer(b, true);
    }
    return faults_;
  }

private:
  using State = std::vector<Set>;

  std::size_t place(const Loc &l) const {
    switch (l.kind) {
    case Loc::Kind::Register:
      return static_cast<std::size_t>(l.reg);
    case Loc::Kind::Slot:
      return 32 + static_cast<std::size_t>(a_.slot_of[l.vreg]);
    case Loc::Kind::Scratch:
    case Loc::Kind::None:
    case Loc::Kind::Remat:
      break;
    }
    return scratch_;
  }

  void join(std::uint32_t b) {
    const MBlock &block = mf_.blocks[b];
    bool first = true;
    for (auto &s : state_)
      s.clear();
    for (std::size_t i = 0; i != block.preds.size(); ++i) {
      if (out_[block.preds[i]].empty())
        continue; // not seen yet: anything
      State from = out_[block.preds[i]];
      for (Set &s : from) {
        Set phis;
        for (const MPhi &phi : block.phis)
          if (holds(s, phi.args[i]))
            phis.push_back(phi.def);
        for (VReg v : s) {
          bool redefined = false; // the phi's old value, round a loop
          for (const MPhi &phi : block.phis)
            redefined |= phi.def == v;
          if (!redefined)
            phis.push_back(v);
        }
        std::sort(phis.begin(), phis.end());
        s = phis;
      }
      if (first) {
        state_ = from, first = false;
        continue;
      }
      for (std::size_t p = 0; p != state_.size(); ++p) {
        Set both;
        std::set_intersection(state_[p].begin(), state_[p].end(), from[p].begin(), from[p].end(),
                              std::back_inserter(both));
        state_[p] = both;
      }
    }
  }

  void fault(std::uint32_t b, std::uint32_t at, const std::string &what) {
    faults_ += mf_.ssa.name() + " b" + std::to_string(b) + "#" + std::to_string(at) + ": " + what + "\n";
  }

  void apply(const Edit &e, std::uint32_t b, bool report) {
    if (e.exchange) {
      std::swap(state_[place(e.to)], state_[place(e.from)]);
      return;
    }
    if (e.from.kind == Loc::Kind::Remat) {
      state_[place(e.to)] = {e.from.vreg};
      std::uint32_t phi = e.value; // a constant that enters a phi
      if (phi != e.from.vreg)
        state_[place(e.to)] = {std::min(phi, e.from.vreg), std::max(phi, e.from.vreg)};
      return;
    }
    if (e.from.kind == Loc::Kind::Slot && a_.slot_of[e.from.vreg] < 0) {
      if (report)
        fault(b, e.at, "load of %" + std::to_string(e.from.vreg) + " that has no slot");
      return;
    }
    if (report && e.from.kind == Loc::Kind::Slot && !holds(state_[place(e.from)], e.from.vreg))
      fault(b, e.at, "slot does not hold %" + std::to_string(e.from.vreg));
    state_[place(e.to)] = state_[place(e.from)];
  }

  void store(VReg v, Reg r) {
    if (a_.spilled(v) && a_.stored_at_def[v])
      state_[place(Loc::inSlot(v))] = state_[static_cast<std::size_t>(r)];
  }

  void transfer(std::uint32_t b, bool report) {
    MBlock &block = mf_.blocks[b];
    const Allocation::Block &alloc = a_.blocks[b];
    for (const Edit &e : alloc.start)
      apply(e, b, report);
    // After a single predecessor's edge moves, operands of phis have become the phis.
    for (unsigned r = 0; r != 32; ++r) {
      VReg v = alloc.at_start[r];
      if (v == kNoVReg)
        continue;
      if (report && !holds(state_[r], v))
        fault(b, 0, std::string(regName(static_cast<Reg>(r))) + " does not hold %" + std::to_string(v) + " at the start");
      for (const MPhi &phi : block.phis)
        if (phi.def == v)
          store(v, static_cast<Reg>(r));
    }
    for (auto [v, r] : alloc.stores)
      state_[place(Loc::inSlot(v))] = state_[static_cast<std::size_t>(r)];
    std::size_t next = 0;
    for (std::uint32_t i = 0; i <= block.insts.size(); ++i) {
      while (next != alloc.edits.size() && alloc.edits[next].at == i)
        apply(alloc.edits[next++], b, report);
      if (i == block.insts.size())
        break;
      const MInst &inst = block.insts[i];
      for (auto [at, v] : alloc.slot_reads)
        if (report && at == i && (!a_.spilled(v) || !holds(state_[place(Loc::inSlot(v))], v)))
          fault(b, i, print(mf_, inst) + ": the slot does not hold %" + std::to_string(v));
      forEachUse(mf_, inst, [&](VReg v, Reg &r, MOperand *o) {
        if (!report || inst.op == PKeepAlive)
          return;
        if (r == Reg::None || !holds(state_[static_cast<std::size_t>(r)], v))
          fault(b, i, print(mf_, inst) + ": %" + std::to_string(v) + " is not in " + std::string(regName(r)));
        if (o != nullptr && o->fixed != Reg::None && o->fixed != r)
          fault(b, i, print(mf_, inst) + ": not in its fixed register");
        if (o != nullptr && o->tied && mf_.ops(inst)[o->tied_to].reg != r)
          fault(b, i, print(mf_, inst) + ": not in the definition's register");
      });
      for (RegSet s = inst.clobbers; s != 0; s &= s - 1)
        state_[static_cast<std::size_t>(__builtin_ctz(s))].clear();
      const MOperand *ops = mf_.ops(inst);
      for (unsigned k = 0; k != inst.count; ++k)
        if (ops[k].kind == MOperand::Kind::Temp)
          state_[static_cast<std::size_t>(ops[k].reg)].clear();
      for (unsigned k = 0; k != inst.count; ++k)
        if (ops[k].kind == MOperand::Kind::Def) {
          state_[static_cast<std::size_t>(ops[k].reg)] = {ops[k].vreg};
          for (unsigned j = 0; report && j != inst.count; ++j) // early ones share with nothing that is read
            if (ops[k].early && ops[j].kind == MOperand::Kind::Use && !ops[j].tied && ops[j].reg == ops[k].reg)
              fault(b, i, print(mf_, inst) + ": written before it is read");
        }
      for (unsigned k = 0; k != inst.count; ++k)
        if (ops[k].kind == MOperand::Kind::Def)
          store(ops[k].vreg, ops[k].reg);
      if (report && isCallInst(inst))
        checkMap(alloc, b, i);
    }
  }

  // Pointers that the map names must be in their slots.
  void checkMap(const Allocation::Block &alloc, std::uint32_t b, std::uint32_t i) {
    for (std::size_t k = 0; k != alloc.call_at.size(); ++k)
      if (alloc.call_at[k] == i)
        for (VReg v : alloc.call_live[k])
          if (!a_.spilled(v) || !holds(state_[place(Loc::inSlot(v))], v))
            fault(b, i, "the map's %" + std::to_string(v) + " is not in its slot");
  }

  MachFunc &mf_;
  const Allocation &a_;
  std::size_t scratch_;
  State state_;
  std::vector<State> in_, out_;
  std::string faults_;
};

} // namespace

std::string checkAllocation(const MachFunc &mf, const Allocation &allocation) {
  return Checker(const_cast<MachFunc &>(mf), allocation).run();
}

} // namespace gannet::x86
