// The allocator of regalloc.h.
#include "compiler/x86/regalloc.h"

#include "compiler/base/check.h"
#include "compiler/x86/liveness.h"
#include "compiler/x86/parallel_move.h"
#include "compiler/x86/slot_operand.h"
#include "compiler/x86/slots.h"

#include <algorithm>
#include <bit>

namespace gannet::x86 {

namespace {

constexpr std::uint32_t kNoUse = ~0u;

// Free registers are taken in this order: those that calls, shifts and divisions want come late.
constexpr Reg kIntOrder[] = {Reg::SI, Reg::DI, Reg::R8,  Reg::R9, Reg::BX,  Reg::R10, Reg::R11,
                             Reg::CX, Reg::DX, Reg::R12, Reg::R13, Reg::R15, Reg::AX};

Reg lowest(RegSet s) { return static_cast<Reg>(std::countr_zero(s)); }

void splitCriticalEdges(MachFunc &mf) {
  std::vector<std::uint32_t> order;
  order.reserve(mf.order.size());
  for (std::uint32_t b : mf.order) {
    order.push_back(b);
    if (mf.blocks[b].succs.size() < 2)
      continue;
    for (std::size_t i = 0; i != mf.blocks[b].succs.size(); ++i) {
      const std::uint32_t to = mf.blocks[b].succs[i];
      if (mf.blocks[to].preds.size() < 2)
        continue;
      const auto fresh = static_cast<std::uint32_t>(mf.blocks.size());
      mf.blocks.emplace_back();
      MBlock &mid = mf.blocks.back();
      mid.succs = {to}, mid.preds = {b};
      mid.pos = mf.blocks[b].pos;
      mf.blocks[b].succs[i] = fresh;
      // The i-th edge meets the matching place among equal predecessors: any of them will do once, in order.
      auto &preds = mf.blocks[to].preds;
      *std::find(preds.begin(), preds.end(), b) = fresh;
      order.push_back(fresh);
    }
  }
  mf.order = std::move(order);
}

class Allocator {
public:
  Allocator(MachFunc &mf, Allocation &out)
      : mf_(mf), out_(out), live_(computeLiveness(mf)), where_(mf.vregs.size(), 0), use_head_(mf.vregs.size(), kNoUse),
        hint_(mf.vregs.size(), Reg::None), must_spill_(mf.vregs.size(), 0), phi_of_(mf.vregs.size(), kNoVReg) {
    content_.fill(kNoVReg);
    out_.blocks.resize(mf.blocks.size());
    done_.assign(mf.blocks.size(), 0);
  }

  void run() {
    findParams();
    findHints();
    for (std::uint32_t b : live_.rpo)
      allocateBlock(b);
    for (std::uint32_t b : live_.rpo)
      connect(b);
    placeStores();
    giveSlots(mf_, live_, must_spill_, param_of_, out_);
    out_.needs_scratch = needs_scratch_;
  }

private:
  struct UseNode {
    std::uint32_t pos;
    std::uint32_t next;
  };

  bool isRemat(VReg v) const { return mf_.vregs[v].remat != Remat::None; }
  RegClass cls(VReg v) const { return mf_.vregs[v].cls; }
  bool liveAfter(VReg v) const { return use_head_[v] != kNoUse; }
  std::uint32_t nextUse(VReg v) const { return use_head_[v] == kNoUse ? ~0u : nodes_[use_head_[v]].pos; }
  void spill(VReg v) {
    if (!isRemat(v))
      must_spill_[v] = 1;
  }

  void setReg(Reg r, VReg v) {
    content_[static_cast<unsigned>(r)] = v;
    where_[v] |= regBit(r);
    occupied_ |= regBit(r);
  }
  void clearReg(Reg r) {
    VReg &v = content_[static_cast<unsigned>(r)];
    if (v == kNoVReg)
      return;
    where_[v] &= ~regBit(r);
    v = kNoVReg;
    occupied_ &= ~regBit(r);
  }
  void clearValue(VReg v) {
    for (RegSet s = where_[v]; s != 0; s &= s - 1)
      clearReg(lowest(s));
  }

  // ---- arguments that came in registers
  void findParams() {
    const std::vector<MInst> &insts = mf_.blocks[mf_.order.front()].insts;
    if (insts.empty() || insts[0].op != PEntry)
      return;
    const std::vector<std::uint8_t> kept = keptParams();
    const MOperand *ops = mf_.ops(insts[0]);
    for (unsigned i = 0; i != insts[0].count; ++i)
      if (const std::int32_t p = paramIn(mf_, ops[i].fixed);
          ops[i].kind == MOperand::Kind::Def && p >= 0 && !kept[mf_.ssa.sig.param_regs[static_cast<std::size_t>(p)].slot])
        param_of_.emplace_back(ops[i].vreg, p);
  }
  // By parameter: its spill slots are taken by a variable.
  std::vector<std::uint8_t> keptParams() const {
    const ssa::Func &f = mf_.ssa;
    std::vector<std::uint8_t> out(f.sig.params.size(), 0);
    const std::vector<std::uint8_t> named = namedLocals(mf_);
    for (std::uint32_t i = 0; i != f.localCount(); ++i) {
      const ssa::Local &local = f[ssa::LocalId(i)];
      if (local.kind == ssa::LocalKind::RegisterParam && named[i])
        for (std::size_t p = 0; p != out.size(); ++p)
          out[p] |= f.sig.params[p].in_registers && f.sig.params[p].spill_offset == local.frame_offset;
    }
    return out;
  }
  std::int32_t paramOf(VReg v) const {
    for (auto [param, index] : param_of_)
      if (param == v)
        return index;
    return -1;
  }

  // ---- hints: the fixed register that the value's nearest user or definer wants.
  void findHints() {
    for (std::uint32_t b : live_.rpo)
      for (const MPhi &phi : mf_.blocks[b].phis)
        for (VReg a : phi.args)
          phi_of_[a] = phi.def;
    for (std::size_t k = live_.rpo.size(); k-- != 0;) {
      MBlock &block = mf_.blocks[live_.rpo[k]];
      for (std::uint32_t s : block.succs)
        hintPhis(live_.rpo[k], s);
      for (std::size_t i = block.insts.size(); i-- != 0;) {
        const MInst &inst = block.insts[i];
        MOperand *ops = mf_.ops(inst);
        for (unsigned j = 0; j != inst.count; ++j) {
          MOperand &o = ops[j];
          if (o.kind == MOperand::Kind::Use && o.vreg != kNoVReg) {
            if (o.fixed != Reg::None)
              hint_[o.vreg] = o.fixed;
            else if (o.tied && hint_[ops[o.tied_to].vreg] != Reg::None)
              hint_[o.vreg] = hint_[ops[o.tied_to].vreg];
            else if ((inst.op == PMove || inst.op == PAdd64 || inst.op == PAdd32) && j == 1 &&
                     hint_[ops[0].vreg] != Reg::None)
              hint_[o.vreg] = hint_[ops[0].vreg];
          }
        }
      }
    }
  }
  // What a value's own users want, else what the phi that it enters has.
  Reg hintOf(VReg v) const {
    if (hint_[v] != Reg::None || phi_of_[v] == kNoVReg)
      return hint_[v];
    return hint_[phi_of_[v]];
  }
  void hintPhis(std::uint32_t from, std::uint32_t to) {
    const MBlock &block = mf_.blocks[to];
    for (std::size_t i = 0; i != block.preds.size(); ++i)
      if (block.preds[i] == from)
        for (const MPhi &phi : block.phis)
          if (hint_[phi.def] != Reg::None)
            hint_[phi.args[i]] = hint_[phi.def];
  }

  // ---- registers
  // A register of `allowed`, free or freed by eviction. Never one that is locked.
  Reg take(RegClass c, RegSet allowed, Reg hint) {
    allowed &= regsOf(c) & ~locked_;
    // The wanted register may hold what the next call pushes out of it anyway.
    if (hint != Reg::None && (allowed & occupied_ & ~soft_ & regBit(hint)) != 0)
      if (VReg w = content_[static_cast<unsigned>(hint)]; nextUse(w) > nextCall()) {
        clearReg(hint);
        if (where_[w] == 0 && liveAfter(w))
          spill(w);
      }
    RegSet free = allowed & ~occupied_;
    if (free == 0) {
      evict(allowed);
      free = allowed & ~occupied_;
    }
    return pick(c, free, hint);
  }
  Reg pick(RegClass c, RegSet free, Reg hint) {
    if (hint != Reg::None && (free & regBit(hint)))
      return hint;
    if (c == RegClass::Float)
      return lowest(free);
    for (Reg r : kIntOrder)
      if (free & regBit(r))
        return r;
    GANNET_UNREACHABLE("no register to pick");
  }
  // The position of the first call at or behind the present instruction, kNoUse if there is none in the block.
  std::uint32_t nextCall() {
    while (call_cursor_ != calls_.size() && calls_[call_cursor_] < at_)
      ++call_cursor_;
    return call_cursor_ == calls_.size() ? kNoUse : calls_[call_cursor_];
  }
  void evict(RegSet from) {
    Reg best = Reg::None;
    std::uint64_t best_score = 0;
    if ((from & occupied_ & ~soft_) != 0)
      from &= ~soft_;
    for (RegSet s = from & occupied_; s != 0; s &= s - 1) {
      Reg r = lowest(s);
      VReg v = content_[static_cast<unsigned>(r)];
      std::uint64_t score = 1 + static_cast<std::uint64_t>(nextUse(v));
      if (std::popcount(where_[v]) > 1)
        score += std::uint64_t{1} << 40; // costs nothing
      else if (isRemat(v))
        score = score * 4;
      else if (must_spill_[v])
        score = score * 2;
      if (score > best_score)
        best_score = score, best = r;
    }
    GANNET_CHECK(best != Reg::None, "register allocation of " + mf_.ssa.name() + ": no register left");
    VReg v = content_[static_cast<unsigned>(best)];
    clearReg(best);
    if (where_[v] == 0 && liveAfter(v))
      spill(v);
  }

  Loc source(VReg v) {
    if (where_[v] != 0)
      return Loc::inReg(lowest(where_[v]));
    if (isRemat(v))
      return Loc::remat(v);
    must_spill_[v] = 1;
    return Loc::inSlot(v);
  }
  void edit(VReg v, Loc to, Loc from) { edits_->push_back({at_, v, to, from, false}); }

  // ---- one block
  void buildUses(std::uint32_t b) {
    MBlock &block = mf_.blocks[b];
    nodes_.clear();
    touched_.clear();
    const auto n = static_cast<std::uint32_t>(block.insts.size());
    auto add = [&](VReg v, std::uint32_t pos) {
      nodes_.push_back({pos, use_head_[v]});
      use_head_[v] = static_cast<std::uint32_t>(nodes_.size() - 1);
      touched_.push_back(v);
    };
    for (const LiveValue &v : live_.out[b])
      add(v.vreg, n + v.distance);
    for (std::uint32_t i = n; i-- != 0;)
      forEachUse(mf_, block.insts[i], [&](VReg v, Reg &, MOperand *) { add(v, i); });
    calls_.clear(), call_cursor_ = 0, at_ = 0;
    for (std::uint32_t i = 0; i != n; ++i)
      if (isCallInst(block.insts[i]))
        calls_.push_back(i);
  }

  void startState(std::uint32_t b) {
    MBlock &block = mf_.blocks[b];
    for (unsigned r = 0; r != 32; ++r)
      clearReg(static_cast<Reg>(r));
    Allocation::Block &out = out_.blocks[b];
    // The predecessor whose registers serve best.
    int best = -1;
    int best_score = -1;
    for (std::size_t i = 0; i != block.preds.size(); ++i) {
      if (!done_[block.preds[i]])
        continue;
      int score = 0;
      for (VReg v : out_.blocks[block.preds[i]].at_end)
        score += v != kNoVReg && liveAfter(v);
      if (score > best_score)
        best_score = score, best = static_cast<int>(i);
    }
    const std::int32_t loop_index = live_.loop_of_header[b];
    // A loop without calls that has a register for each of its values keeps them all.
    auto roomInLoop = [&](RegClass c) {
      if (loop_index < 0)
        return false;
      const Liveness::Loop &loop = live_.loops[static_cast<std::size_t>(loop_index)];
      return !loop.has_call && loop.pressure[static_cast<unsigned>(c)] <= (c == RegClass::Int ? 11u : 13u);
    };
    auto wanted = [&](VReg v) {
      return liveAfter(v) && (loop_index < 0 || roomInLoop(cls(v)) || distanceIn(b, v) < kFarDistance);
    };
    if (best >= 0) {
      const RegState &from = out_.blocks[block.preds[static_cast<std::size_t>(best)]].at_end;
      for (unsigned r = 0; r != 32; ++r) {
        VReg v = from[r];
        if (v != kNoVReg && !isRemat(v) && where_[v] == 0 && isLiveIn(b, v) && wanted(v))
          setReg(static_cast<Reg>(r), v);
      }
      // A phi takes the register of an operand that ends here.
      for (const MPhi &phi : block.phis) {
        VReg a = phi.args[static_cast<std::size_t>(best)];
        if (!liveAfter(phi.def))
          continue;
        for (unsigned r = 0; r != 32; ++r)
          if (from[r] == a && content_[r] == kNoVReg && !isRemat(a) && cls(a) == cls(phi.def)) {
            setReg(static_cast<Reg>(r), phi.def);
            break;
          }
      }
    }
    locked_ = 0;
    for (const MPhi &phi : block.phis) {
      if (!liveAfter(phi.def) || where_[phi.def] != 0)
        continue;
      RegSet free = regsOf(cls(phi.def)) & ~occupied_;
      if (free == 0 || (nextUse(phi.def) >= block.insts.size() + kFarDistance && !roomInLoop(cls(phi.def)))) {
        spill(phi.def);
        continue;
      }
      setReg(pick(cls(phi.def), free, hintOf(phi.def)), phi.def);
    }
    for (const MPhi &phi : block.phis) // operands that are still to come go there
      if (where_[phi.def] != 0)
        hint_[phi.def] = lowest(where_[phi.def]);
    if (loop_index >= 0 && goesRoundWithoutCall(live_.loops[static_cast<std::size_t>(loop_index)]))
      loadAheadOfLoop(b);
    for (const LiveValue &v : live_.in[b])
      if (where_[v.vreg] == 0)
        spill(v.vreg);
    out.at_start = content_;
  }
  // Whether there is a way round the loop on which registers keep their values.
  bool goesRoundWithoutCall(const Liveness::Loop &loop) const {
    if (!loop.has_call)
      return true;
    std::vector<std::uint32_t> pending = {loop.header};
    std::vector<std::uint32_t> seen = {loop.header};
    while (!pending.empty()) {
      const MBlock &block = mf_.blocks[pending.back()];
      pending.pop_back();
      if (std::any_of(block.insts.begin(), block.insts.end(), isCallInst))
        continue;
      for (std::uint32_t next : block.succs) {
        if (next == loop.header)
          return true;
        const bool inside = live_.loop_depth[next] >= live_.loop_depth[loop.header];
        if (inside && std::find(seen.begin(), seen.end(), next) == seen.end()) {
          seen.push_back(next);
          pending.push_back(next);
        }
      }
    }
    return false;
  }
  // What a loop will read soon, and its entry has in no register, is better loaded once on the way in than each time round.
  void loadAheadOfLoop(std::uint32_t header) {
    constexpr int kLeftFree = 3; // for what the loop's own instructions make
    std::vector<LiveValue> soon;
    for (const LiveValue &v : live_.in[header])
      if (where_[v.vreg] == 0 && v.distance < kFarDistance && !isRemat(v.vreg))
        soon.push_back(v);
    std::sort(soon.begin(), soon.end(), [](const LiveValue &a, const LiveValue &b) {
      return a.distance != b.distance ? a.distance < b.distance : a.vreg < b.vreg;
    });
    for (const LiveValue &v : soon) {
      RegSet free = regsOf(cls(v.vreg)) & ~occupied_;
      if (std::popcount(free) > kLeftFree)
        setReg(pick(cls(v.vreg), free, hintOf(v.vreg)), v.vreg);
    }
  }
  bool isLiveIn(std::uint32_t b, VReg v) const { return distanceIn(b, v) != ~0u; }
  std::uint32_t distanceIn(std::uint32_t b, VReg v) const {
    const auto &in = live_.in[b];
    auto it = std::lower_bound(in.begin(), in.end(), v, [](const LiveValue &x, VReg y) { return x.vreg < y; });
    return it != in.end() && it->vreg == v ? it->distance : ~0u;
  }

  void allocateBlock(std::uint32_t b) {
    buildUses(b);
    startState(b);
    MBlock &block = mf_.blocks[b];
    Allocation::Block &out = out_.blocks[b];
    edits_ = &out.edits;
    live_list_.clear();
    for (const LiveValue &v : live_.in[b])
      live_list_.push_back(v.vreg);
    for (const MPhi &phi : block.phis)
      live_list_.push_back(phi.def);
    for (std::uint32_t i = 0; i != block.insts.size(); ++i) {
      at_ = i;
      allocateInst(block.insts[i], out);
    }
    out.at_end = content_;
    for (VReg &v : out.at_end)
      if (v != kNoVReg && !liveAfter(v))
        v = kNoVReg;
    for (VReg v : touched_)
      use_head_[v] = kNoUse;
    done_[b] = 1;
  }

  struct Use {
    VReg v;
    Reg *assigned;
    Reg fixed;
    bool tied;
    std::uint8_t tied_to;
  };

  // A spilled operand whose last use this is: read from its slot.
  void foldSlotOperand(MInst &inst, Allocation::Block &out) {
    MOperand *ops = mf_.ops(inst);
    auto isFoldable = [&](unsigned i) {
      const MOperand &o = ops[i];
      if (i >= inst.count || o.kind != MOperand::Kind::Use || o.vreg == kNoVReg || o.tied || o.fixed != Reg::None ||
          isRemat(o.vreg) || where_[o.vreg] != 0 || mf_.vregs[o.vreg].type == ssa::Type::V128)
        return false;
      if (ssa::sizeBytes(mf_.vregs[o.vreg].type) < 4 && paramOf(o.vreg) >= 0)
        return false; // its slot is no larger than itself
      unsigned uses = 0;
      forEachUse(mf_, inst, [&](VReg v, Reg &, MOperand *) { uses += v == o.vreg; });
      return uses == 1 && nodes_[use_head_[o.vreg]].next == kNoUse;
    };
    if (inst.count > 3)
      return;
    if ((inst.op == PAdd64 || inst.op == PAdd32) && ops[2].kind == MOperand::Kind::Use) {
      // As ADD with a tied operand, if the other one may be overwritten.
      if (!isFoldable(2) && isFoldable(1))
        std::swap(ops[1].vreg, ops[2].vreg);
      if (!isFoldable(2) || isFoldable(1) || ops[1].vreg == ops[2].vreg)
        return;
      if (const std::uint32_t next = nodes_[use_head_[ops[1].vreg]].next; next != kNoUse && !isRemat(ops[1].vreg))
        return;
      inst.op = inst.op == PAdd64 ? op::ADD64rm : op::ADD32rm;
      ops[1].tied = true, ops[1].tied_to = 0, ops[1].implicit = true;
      readSlot(inst, 2, out);
      return;
    }
    for (unsigned i = 0; i != inst.count; ++i) {
      const op::Id form = inst.op < kFirstPseudo ? memoryForm(inst, i) : op::kCount;
      if (form == op::kCount || !isFoldable(i))
        continue;
      inst.op = form;
      readSlot(inst, i, out);
      return;
    }
  }
  void readSlot(MInst &inst, unsigned i, Allocation::Block &out) {
    MOperand &o = mf_.ops(inst)[i];
    const VReg v = o.vreg;
    use_head_[v] = nodes_[use_head_[v]].next;
    must_spill_[v] = 1;
    out.slot_reads.emplace_back(at_, v);
    MMem m;
    m.frame = FrameBase::Slot, m.local = v;
    mf_.mems.push_back(m);
    o.kind = MOperand::Kind::Mem, o.vreg = static_cast<VReg>(mf_.mems.size() - 1);
  }
  // Which source of a commutative instruction is overwritten: one that ends here, best in the result's register.
  void chooseTied(const MInst &inst) {
    if (!isCommutativeInst(inst))
      return;
    MOperand *ops = mf_.ops(inst);
    MOperand &tied = ops[1], &other = ops[2];
    if (inst.count != 3 || !tied.tied || other.kind != MOperand::Kind::Use || tied.fixed != Reg::None ||
        other.vreg == kNoVReg || tied.vreg == other.vreg)
      return;
    auto endsHere = [&](VReg v) { return isRemat(v) || nodes_[use_head_[v]].next == kNoUse; };
    const Reg hint = hintOf(ops[0].vreg);
    const bool better = hint != Reg::None && (where_[other.vreg] & regBit(hint)) != 0 &&
                        (where_[tied.vreg] & regBit(hint)) == 0;
    if (endsHere(other.vreg) && (!endsHere(tied.vreg) || better))
      std::swap(tied.vreg, other.vreg);
  }

  void allocateInst(MInst &inst, Allocation::Block &out) {
    if (inst.op == PKeepAlive) { // anywhere will do
      forEachUse(mf_, inst, [&](VReg v, Reg &, MOperand *) {
        use_head_[v] = nodes_[use_head_[v]].next;
        if (!liveAfter(v))
          clearValue(v);
      });
      return;
    }
    chooseTied(inst);
    foldSlotOperand(inst, out);
    const bool is_call = (inst.clobbers & kFloatRegs) == kFloatRegs;
    MOperand *ops = mf_.ops(inst);
    uses_.clear();
    RegSet fixed_uses = 0, fixed_defs = 0;
    forEachUse(mf_, inst, [&](VReg v, Reg &assigned, MOperand *o) {
      use_head_[v] = nodes_[use_head_[v]].next;
      uses_.push_back({v, &assigned, o != nullptr ? o->fixed : Reg::None, o != nullptr && o->tied,
                       o != nullptr ? o->tied_to : std::uint8_t{0}});
      if (o != nullptr && o->fixed != Reg::None)
        fixed_uses |= regBit(o->fixed);
    });
    for (unsigned i = 0; i != inst.count; ++i)
      if (ops[i].kind == MOperand::Kind::Def && ops[i].fixed != Reg::None)
        fixed_defs |= regBit(ops[i].fixed);
    const RegSet forbidden = fixed_uses | (is_call ? 0 : fixed_defs | inst.clobbers);
    // Not evicted for each other: one place of each plain operand, and if possible what fixed ones are copied from.
    locked_ = soft_ = 0;
    for (const Use &u : uses_) {
      if (where_[u.v] == 0)
        continue;
      if (u.fixed != Reg::None)
        soft_ |= where_[u.v];
      else
        locked_ |= regBit(lowest((where_[u.v] & ~forbidden) != 0 ? where_[u.v] & ~forbidden : where_[u.v]));
    }

    // Plain uses.
    for (Use &u : uses_)
      if (u.fixed == Reg::None && !u.tied)
        *u.assigned = placeUse(u, forbidden);
    RegSet plain = 0;
    for (const Use &u : uses_)
      if (u.fixed == Reg::None && !u.tied)
        plain |= regBit(*u.assigned);
    locked_ |= plain;

    // Tied uses: the register will be the definition's.
    RegSet tied_regs = 0;
    for (Use &u : uses_)
      if (u.fixed == Reg::None && u.tied) {
        *u.assigned = placeTied(u, forbidden, plain | tied_regs, hintOf(ops[u.tied_to].vreg));
        tied_regs |= regBit(*u.assigned);
        locked_ |= tied_regs;
        ops[u.tied_to].reg = *u.assigned;
      }

    if (fixed_uses != 0 || fixed_defs != 0 || inst.clobbers != 0)
      placeFixed(inst, is_call, fixed_uses, fixed_defs, tied_regs | plain);

    soft_ = 0;
    // Written before the uses are read, and temporaries.
    RegSet results = 0;
    for (unsigned i = 0; i != inst.count; ++i) {
      MOperand &o = ops[i];
      const bool early = (o.kind == MOperand::Kind::Def && o.early && o.fixed == Reg::None && o.reg == Reg::None);
      if (!early && o.kind != MOperand::Kind::Temp)
        continue;
      locked_ |= tied_regs | plain | fixed_uses;
      o.reg = take(cls(o.vreg), ~(forbidden | results), hint_[o.vreg]);
      clearReg(o.reg);
      results |= regBit(o.reg);
      locked_ |= results;
    }

    // What ends here, and what the instruction destroys.
    for (const Use &u : uses_)
      if (!liveAfter(u.v))
        clearValue(u.v);
    for (RegSet s = inst.clobbers | fixed_defs | tied_regs; s != 0; s &= s - 1) {
      Reg r = lowest(s);
      VReg v = content_[static_cast<unsigned>(r)];
      if (v == kNoVReg)
        continue;
      clearReg(r);
      if (where_[v] == 0 && liveAfter(v))
        spill(v);
    }
    if (isCallInst(inst))
      recordCall(out);

    // Results.
    locked_ = results | tied_regs | fixed_defs;
    Reg reuse = Reg::None; // a two-address form is shorter
    for (const Use &u : uses_)
      if (reuse == Reg::None && !u.tied && u.fixed == Reg::None && *u.assigned != Reg::None &&
          content_[static_cast<unsigned>(*u.assigned)] == kNoVReg)
        reuse = *u.assigned;
    for (unsigned i = 0; i != inst.count; ++i) {
      MOperand &o = ops[i];
      if (o.kind != MOperand::Kind::Def)
        continue;
      if (o.fixed != Reg::None) {
        o.reg = o.fixed;
      } else if (o.reg == Reg::None) {
        Reg hint = hintOf(o.vreg);
        if (hint == Reg::None || (regBit(hint) & (occupied_ | locked_)) != 0)
          hint = reuse;
        o.reg = take(cls(o.vreg), ~RegSet{0}, hint);
      }
      clearReg(o.reg);
      locked_ |= regBit(o.reg);
      setReg(o.reg, o.vreg);
      live_list_.push_back(o.vreg);
      if (VReg phi = phi_of_[o.vreg]; phi != kNoVReg && hint_[phi] == Reg::None)
        hint_[phi] = o.reg;
    }
    for (unsigned i = 0; i != inst.count; ++i)
      if (ops[i].kind == MOperand::Kind::Def && !liveAfter(ops[i].vreg))
        clearValue(ops[i].vreg);
  }

  Reg placeUse(const Use &u, RegSet forbidden) {
    // The same value in a fixed register of this instruction will do.
    for (const Use &other : uses_)
      if (other.v == u.v && other.fixed != Reg::None)
        return other.fixed;
    if (RegSet good = where_[u.v] & ~forbidden; good != 0)
      return lowest(good);
    Loc from = source(u.v);
    Reg r = take(cls(u.v), ~forbidden, hint_[u.v]);
    edit(u.v, Loc::inReg(r), from);
    setReg(r, u.v);
    locked_ |= regBit(r);
    return r;
  }

  Reg placeTied(const Use &u, RegSet forbidden, RegSet taken, Reg hint) {
    const RegSet good = where_[u.v] & ~forbidden & ~taken;
    const bool needed_later = liveAfter(u.v);
    // A copy may be consumed if the value is not needed, or is elsewhere too.
    if (good != 0 && (!needed_later || std::popcount(where_[u.v]) > 1)) {
      if (hint != Reg::None && (good & regBit(hint)))
        return hint;
      return lowest(good);
    }
    Loc from = source(u.v);
    Reg r = take(cls(u.v), ~forbidden, hint);
    edit(u.v, Loc::inReg(r), from);
    return r; // not recorded as holding the value: the instruction overwrites it
  }

  // Brings values into their fixed registers, and what would be lost and is needed later out of the way.
  void placeFixed(const MInst &inst, bool is_call, RegSet fixed_uses, RegSet fixed_defs, RegSet busy) {
    moves_.clear();
    const RegSet lost = fixed_uses | fixed_defs | inst.clobbers;
    RegSet rescued = 0;
    if (!is_call) {
      for (RegSet s = lost & occupied_; s != 0; s &= s - 1) {
        Reg r = lowest(s);
        VReg w = content_[static_cast<unsigned>(r)];
        if (!liveAfter(w) || (where_[w] & ~lost) != 0 || isRemat(w))
          continue;
        // It stays if its own fixed use puts it where nothing overwrites it.
        bool stays = false;
        for (const Use &u : uses_)
          stays |= u.v == w && u.fixed != Reg::None && !((fixed_defs | inst.clobbers) & regBit(u.fixed));
        if (stays || rescuedAlready(w))
          continue;
        RegSet free = regsOf(cls(w)) & ~(occupied_ | lost | busy | locked_ | rescued);
        if (free == 0)
          continue; // lost below: spilled
        Reg to = pick(cls(w), free, Reg::None);
        rescued |= regBit(to);
        moves_.push_back({w, Loc::inReg(to), Loc::inReg(r)});
      }
    }
    for (Use &u : uses_) {
      if (u.fixed == Reg::None)
        continue;
      *u.assigned = u.fixed;
      if (where_[u.v] & regBit(u.fixed))
        continue;
      bool already = false; // two operands, one value, one register
      for (const Move &m : moves_)
        already |= m.to == Loc::inReg(u.fixed);
      if (!already)
        moves_.push_back({u.v, Loc::inReg(u.fixed), source(u.v)});
    }
    needs_scratch_ |= sequentialize(mf_, moves_, at_, *edits_);
    // New contents: first what leaves, then what comes.
    displaced_.clear();
    for (const Move &m : moves_) {
      VReg old = content_[static_cast<unsigned>(m.to.reg)];
      if (old == kNoVReg)
        continue;
      clearReg(m.to.reg);
      displaced_.push_back(old);
    }
    for (const Move &m : moves_)
      setReg(m.to.reg, m.value);
    for (VReg v : displaced_)
      if (where_[v] == 0 && liveAfter(v))
        spill(v);
  }
  bool rescuedAlready(VReg v) const {
    for (const Move &m : moves_)
      if (m.value == v)
        return true;
    return false;
  }

  void recordCall(Allocation::Block &out) {
    std::erase_if(live_list_, [&](VReg v) { return !liveAfter(v); });
    out.call_at.push_back(at_);
    out.call_live.emplace_back();
    for (VReg v : live_list_)
      if (!isRemat(v)) {
        must_spill_[v] = 1; // nothing else keeps it across the call
        if (mf_.vregs[v].isPtr())
          out.call_live.back().push_back(v);
      }
  }

  // ---- edges
  void connect(std::uint32_t p) {
    const MBlock &from = mf_.blocks[p];
    for (std::uint32_t b : from.succs) {
      const MBlock &to = mf_.blocks[b];
      const bool at_pred = from.succs.size() == 1;
      GANNET_CHECK(at_pred || to.preds.size() == 1, "critical edge in register allocation");
      std::size_t pred_index = 0;
      while (to.preds[pred_index] != p)
        ++pred_index;
      const RegState &end = out_.blocks[p].at_end;
      moves_.clear();
      auto sourceAt = [&](VReg v, unsigned preferred) {
        if (preferred < 32 && end[preferred] == v)
          return Loc::inReg(static_cast<Reg>(preferred));
        for (unsigned r = 0; r != 32; ++r)
          if (end[r] == v)
            return Loc::inReg(static_cast<Reg>(r));
        if (isRemat(v))
          return Loc::remat(v);
        must_spill_[v] = 1;
        return Loc::inSlot(v);
      };
      auto argOf = [&](VReg v) {
        for (const MPhi &phi : to.phis)
          if (phi.def == v)
            return phi.args[pred_index];
        return v;
      };
      for (unsigned r = 0; r != 32; ++r) {
        VReg v = out_.blocks[b].at_start[r];
        if (v == kNoVReg)
          continue;
        Loc src = sourceAt(argOf(v), r);
        if (src != Loc::inReg(static_cast<Reg>(r)))
          moves_.push_back({v, Loc::inReg(static_cast<Reg>(r)), src});
      }
      for (const MPhi &phi : to.phis) {
        bool in_reg = false;
        for (VReg v : out_.blocks[b].at_start)
          in_reg |= v == phi.def;
        if (!in_reg && must_spill_[phi.def])
          moves_.push_back({phi.def, Loc::inSlot(phi.def), sourceAt(phi.args[pred_index], 99)});
      }
      if (moves_.empty())
        continue;
      Allocation::Block &where = out_.blocks[at_pred ? p : b];
      needs_scratch_ |= sequentialize(mf_, moves_, static_cast<std::uint32_t>(at_pred ? from.insts.size() : 0),
                                      at_pred ? where.edits : where.start);
    }
  }

  // ---- stores of spilled values: as late as every reader allows, but in no deeper loop; in several places if all are cold
  void findDominators() {
    const auto n = live_.rpo.size();
    idom_.assign(mf_.blocks.size(), ~0u);
    idom_[live_.rpo[0]] = live_.rpo[0];
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 1; i != n; ++i) {
        const std::uint32_t b = live_.rpo[i];
        std::uint32_t best = ~0u;
        for (std::uint32_t p : mf_.blocks[b].preds)
          if (idom_[p] != ~0u)
            best = best == ~0u ? p : commonDominator(best, p);
        if (best != idom_[b])
          idom_[b] = best, changed = true;
      }
    }
  }

  std::uint32_t commonDominator(std::uint32_t a, std::uint32_t b) const {
    while (a != b) {
      while (live_.rpo_index[a] > live_.rpo_index[b])
        a = idom_[a];
      while (live_.rpo_index[b] > live_.rpo_index[a])
        b = idom_[b];
    }
    return a;
  }

  // Blocks that run seldom: behind unlikely branches, and those that end in a panic.
  void findCold() {
    cold_.assign(mf_.blocks.size(), 0);
    for (std::uint32_t b : live_.rpo) {
      const MBlock &block = mf_.blocks[b];
      bool cold = block.term == TermKind::Exit;
      bool all = false; // ways in are cold
      for (std::size_t i = 0; i != block.preds.size() && !cold; ++i) {
        const std::uint32_t p = block.preds[i];
        if (live_.rpo_index[p] >= live_.rpo_index[b])
          continue;
        const MBlock &from = mf_.blocks[p];
        const bool unlikely = from.term == TermKind::Branch && from.likely != 0 && from.succs[from.likely > 0 ? 1 : 0] == b &&
                              from.succs[0] != from.succs[1];
        all = cold_[p] != 0 || unlikely;
        if (!all)
          break;
      }
      cold_[b] = cold || all;
    }
  }

  // Who reads the slots, or has them in a map: (value, block), by value.
  std::vector<std::pair<VReg, std::uint32_t>> slotNeeds() {
    std::vector<std::pair<VReg, std::uint32_t>> out;
    for (std::uint32_t b : live_.rpo) {
      const Allocation::Block &block = out_.blocks[b];
      for (const Edit &e : block.start)
        if (e.from.kind == Loc::Kind::Slot)
          out.emplace_back(e.from.vreg, mf_.blocks[b].preds[0]); // ahead of the block's own stores
      for (const Edit &e : block.edits)
        if (e.from.kind == Loc::Kind::Slot)
          out.emplace_back(e.from.vreg, b);
      for (auto [at, v] : block.slot_reads)
        out.emplace_back(v, b);
      for (const auto &live : block.call_live)
        for (VReg v : live)
          out.emplace_back(v, b);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  void placeStores() {
    findDominators();
    findCold();
    constexpr std::uint32_t kNowhere = ~0u;
    std::vector<std::uint32_t> def_block(mf_.vregs.size(), kNowhere);
    for (std::uint32_t b : live_.rpo) {
      for (const MPhi &phi : mf_.blocks[b].phis)
        def_block[phi.def] = b;
      for (const MInst &inst : mf_.blocks[b].insts) {
        const MOperand *ops = mf_.ops(inst);
        for (unsigned i = 0; i != inst.count; ++i)
          if (ops[i].kind == MOperand::Kind::Def)
            def_block[ops[i].vreg] = b;
      }
    }
    out_.stored_at_def.assign(mf_.vregs.size(), 0);
    const std::vector<std::pair<VReg, std::uint32_t>> needs = slotNeeds();
    auto need = needs.begin();
    for (VReg v = 0; v != mf_.vregs.size(); ++v) {
      needed_in_.clear();
      for (; need != needs.end() && need->first <= v; ++need)
        if (need->first == v)
          needed_in_.push_back(need->second);
      if (!must_spill_[v] || def_block[v] == kNowhere)
        continue;
      if (needed_in_.empty())
        must_spill_[v] = isStackPhi(def_block[v], v); // nobody reads the slot
      else
        placeStore(v, def_block[v]);
    }
  }
  void placeStore(VReg v, std::uint32_t home) {
    if (isStackPhi(home, v)) { // the edges store it
      out_.stored_at_def[v] = 1;
      return;
    }
    std::uint32_t b = needed_in_.front();
    for (std::uint32_t n : needed_in_)
      b = commonDominator(b, n);
    while (b != home && (live_.loop_depth[b] > live_.loop_depth[home] || regAtStart(b, v) == Reg::None))
      b = idom_[b];
    if (!cold_[b] && findColdStores(v, b)) {
      for (std::uint32_t c : cold_stores_)
        out_.blocks[c].stores.emplace_back(v, regAtStart(c, v));
    } else if (b == home) {
      out_.stored_at_def[v] = 1;
    } else {
      out_.blocks[b].stores.emplace_back(v, regAtStart(b, v));
    }
  }
  // Cold blocks that together dominate all who need the slot, in place of `b`, which dominates them all. False if there are none,
  // or too many.
  bool findColdStores(VReg v, std::uint32_t b) {
    constexpr std::size_t kMost = 8;
    cold_stores_.clear();
    for (std::uint32_t n : needed_in_) {
      std::uint32_t found = ~0u;
      for (std::uint32_t c = n; c != b && cold_[c]; c = idom_[c])
        if (regAtStart(c, v) != Reg::None)
          found = c;
      if (found == ~0u)
        return false;
      if (std::find(cold_stores_.begin(), cold_stores_.end(), found) == cold_stores_.end())
        cold_stores_.push_back(found);
      if (cold_stores_.size() > kMost)
        return false;
    }
    return true;
  }
  bool isStackPhi(std::uint32_t b, VReg v) const {
    for (const MPhi &phi : mf_.blocks[b].phis)
      if (phi.def == v)
        return regAtStart(b, v) == Reg::None;
    return false;
  }
  Reg regAtStart(std::uint32_t b, VReg v) const {
    for (unsigned r = 0; r != 32; ++r)
      if (out_.blocks[b].at_start[r] == v)
        return static_cast<Reg>(r);
    return Reg::None;
  }

  MachFunc &mf_;
  Allocation &out_;
  Liveness live_;
  RegState content_;
  RegSet occupied_ = 0, locked_ = 0;
  RegSet soft_ = 0; // evicted only if nothing else is left
  std::vector<RegSet> where_;            // by vreg
  std::vector<std::uint32_t> use_head_;  // by vreg, within the block
  std::vector<UseNode> nodes_;
  std::vector<VReg> touched_;
  std::vector<Reg> hint_;
  std::vector<std::uint8_t> must_spill_;
  std::vector<VReg> phi_of_;             // a phi that the value is an operand of
  std::vector<std::pair<VReg, std::int32_t>> param_of_; // those that stand in registers at entry
  std::vector<std::uint8_t> done_;
  std::vector<std::uint32_t> idom_; // by block
  std::vector<std::uint8_t> cold_;  // by block
  std::vector<std::uint32_t> needed_in_, cold_stores_; // blocks
  std::vector<VReg> live_list_;
  std::vector<Use> uses_;
  std::vector<Move> moves_;
  std::vector<VReg> displaced_;
  std::vector<Edit> *edits_ = nullptr;
  std::uint32_t at_ = 0;
  std::vector<std::uint32_t> calls_; // positions in the block
  std::size_t call_cursor_ = 0;
  bool needs_scratch_ = false;
};

} // namespace

std::int32_t paramIn(const MachFunc &mf, Reg r) {
  const std::vector<ssa::AbiRegComponent> &regs = mf.ssa.sig.param_regs;
  for (std::size_t i = 0; i != regs.size(); ++i)
    if (r == abiReg(regs[i].reg))
      return static_cast<std::int32_t>(i);
  return -1;
}

std::vector<std::uint32_t> positionsOf(const MachFunc &mf) {
  std::vector<std::uint32_t> out(mf.blocks.size(), 0);
  std::uint32_t next = 0;
  for (std::uint32_t b : mf.order) {
    out[b] = next;
    next += static_cast<std::uint32_t>(mf.blocks[b].insts.size()) + 3;
  }
  return out;
}

void allocateRegisters(MachFunc &mf, Allocation &out) {
  splitCriticalEdges(mf);
  Allocator(mf, out).run();
}

} // namespace gannet::x86
