// The walk of selection: values in order, what is needed, entry and terminators.
#include "compiler/x86/select.h"

#include "compiler/x86/selector.h"

#include <algorithm>

namespace gannet::x86 {

using ssa::BlockId;
using ssa::BlockKind;
using ssa::Op;
using ssa::Type;
using ssa::ValueId;

// ---- Ins

Ins::Ins(Selector &s, std::uint16_t op) : s_(s) {
  inst_.op = op;
  inst_.first = static_cast<std::uint32_t>(s.mf_.operands.size());
  inst_.pos = s.cur_pos_;
  inst_.no_preempt = s.cur_no_preempt_;
  if (op < op::kCount)
    inst_.writes_flags = writesFlags(static_cast<op::Id>(op)), inst_.reads_flags = readsFlags(static_cast<op::Id>(op));
}

Ins::~Ins() {
  inst_.count = static_cast<std::uint8_t>(s_.mf_.operands.size() - inst_.first);
  s_.group_.push_back(inst_);
}

MOperand &Ins::add(MOperand::Kind kind) {
  MOperand o;
  o.kind = kind;
  s_.mf_.operands.push_back(o);
  return s_.mf_.operands.back();
}

Ins &Ins::def(VReg v, Reg fixed) {
  MOperand &o = add(MOperand::Kind::Def);
  o.vreg = v, o.fixed = fixed;
  return *this;
}
Ins &Ins::defImplicit(VReg v, Reg fixed) {
  def(v, fixed);
  s_.mf_.operands.back().implicit = true;
  return *this;
}
Ins &Ins::defEarly(VReg v) {
  def(v);
  s_.mf_.operands.back().early = true;
  return *this;
}
Ins &Ins::use(VReg v, Reg fixed) {
  MOperand &o = add(MOperand::Kind::Use);
  o.vreg = v, o.fixed = fixed;
  return *this;
}
Ins &Ins::useImplicit(VReg v, Reg fixed) {
  use(v, fixed);
  s_.mf_.operands.back().implicit = true;
  return *this;
}
Ins &Ins::tied(VReg v, unsigned def_index) {
  Reg fixed = s_.mf_.operands[inst_.first + def_index].fixed;
  MOperand &o = add(MOperand::Kind::Use);
  o.vreg = v, o.fixed = fixed, o.tied = true, o.implicit = true, o.tied_to = static_cast<std::uint8_t>(def_index);
  return *this;
}
Ins &Ins::temp(Type type) {
  VReg t = s_.temporary(type);
  MOperand &o = add(MOperand::Kind::Temp);
  o.vreg = t, o.early = true;
  return *this;
}
Ins &Ins::phys(Reg r) {
  MOperand &o = add(MOperand::Kind::Use);
  o.reg = r;
  return *this;
}
Ins &Ins::imm(std::int64_t v) {
  add(MOperand::Kind::Imm).imm = v;
  return *this;
}
Ins &Ins::mem(const MMem &m) {
  s_.mf_.mems.push_back(m);
  add(MOperand::Kind::Mem).vreg = static_cast<VReg>(s_.mf_.mems.size() - 1);
  return *this;
}
Ins &Ins::symbol(ssa::SymId sym, std::int64_t addend) {
  MOperand &o = add(MOperand::Kind::Sym);
  o.sym = sym, o.imm = addend;
  return *this;
}
Ins &Ins::prefix(std::uint8_t p) {
  inst_.prefix = p;
  return *this;
}
Ins &Ins::clobber(RegSet regs) {
  inst_.clobbers |= regs;
  return *this;
}
Ins &Ins::flags(bool writes, bool reads) {
  inst_.writes_flags = writes, inst_.reads_flags = reads;
  return *this;
}
Ins &Ins::call(ssa::CallId c) {
  inst_.call = c.raw;
  return *this;
}

// ---- Selector

Selector::Selector(MachFunc &mf, unsigned level, std::vector<ssa::Remark> *nil_checks)
    : mf_(mf), level_(level), nil_checks_(nil_checks), f_(mf.ssa), vreg_of_(f_.valueCount(), kNoVReg), needed_(f_.valueCount(), 0),
      fused_uses_(f_.valueCount(), 0), selects_(f_.valueCount()), canonical_(f_.valueCount()),
      mem_before_(f_.valueCount()), mem_end_(f_.blockCount()) {}

void Selector::unsupported(const Value &v, const char *what) {
  if (error_.empty())
    error_ = std::string("the back end has no code for ") + std::string(ssa::opInfo(v.op).text) + " of " +
             std::string(ssa::typeText(v.type)) + (what[0] != 0 ? std::string(" (") + what + ")" : std::string());
}

// Puts a block's values into an order in which definitions come first and reads of a memory state precede its successor;
// among what is ready, the given order is kept.
void Selector::scheduleBlock(BlockId b) {
  std::vector<ValueId> &values = f_[b].values;
  std::unordered_map<std::uint32_t, std::uint32_t> index;
  index.reserve(values.size());
  for (std::uint32_t i = 0; i != values.size(); ++i)
    index.emplace(values[i].raw, i);
  auto memOut = [&](const Value &v) { // the state that v makes, whatever form it has
    return v.type == Type::Mem && v.op != Op::Phi;
  };
  // Readers of each memory state in this block: they go ahead of whatever makes the next state from it.
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> readers;
  auto memArg = [&](const Value &v) -> ValueId {
    if (v.op == Op::Phi || v.argCount() == 0)
      return {};
    ValueId last = v.arg(v.argCount() - 1);
    return f_[last].type == Type::Mem ? last : ValueId{};
  };
  auto makesState = [&](const Value &v) { return memOut(v) || (v.type == Type::Tuple && memArg(v).valid()); };
  bool in_order = true;
  for (std::uint32_t i = 0; i != values.size() && in_order; ++i) {
    const Value &v = f_[values[i]];
    if (v.op == Op::Phi)
      continue;
    for (ValueId a : v.args())
      if (auto it = index.find(a.raw); it != index.end() && it->second >= i)
        in_order = false;
  }
  for (std::uint32_t i = 0; i != values.size(); ++i) {
    const Value &v = f_[values[i]];
    if (ValueId m = memArg(v); m && !makesState(v))
      readers[m.raw].push_back(i);
  }
  if (in_order)
    for (std::uint32_t i = 0; i != values.size() && in_order; ++i) {
      const Value &v = f_[values[i]];
      if (ValueId m = memArg(v); m && makesState(v) && v.op != Op::Select)
        if (auto it = readers.find(m.raw); it != readers.end())
          for (std::uint32_t r : it->second)
            in_order &= r < i;
    }
  if (in_order)
    return;

  enum : std::uint8_t { kNew, kOpen, kDone };
  std::vector<std::uint8_t> state(values.size(), kNew);
  std::vector<ValueId> out;
  out.reserve(values.size());
  std::vector<std::pair<std::uint32_t, bool>> stack;
  for (std::uint32_t i = 0; i != values.size(); ++i)
    if (f_[values[i]].op == Op::Phi)
      out.push_back(values[i]), state[i] = kDone;
  for (std::uint32_t start = 0; start != values.size(); ++start) {
    stack.emplace_back(start, false);
    while (!stack.empty()) {
      auto [i, leaving] = stack.back();
      stack.pop_back();
      if (leaving) {
        if (state[i] != kDone)
          out.push_back(values[i]), state[i] = kDone;
        continue;
      }
      if (state[i] != kNew)
        continue;
      state[i] = kOpen;
      stack.emplace_back(i, true);
      const Value &v = f_[values[i]];
      if (ValueId m = memArg(v); m && makesState(v) && v.op != Op::Select)
        if (auto it = readers.find(m.raw); it != readers.end())
          for (auto r = it->second.rbegin(); r != it->second.rend(); ++r)
            if (state[*r] == kNew)
              stack.emplace_back(*r, false);
      for (unsigned k = v.argCount(); k-- != 0;)
        if (auto it = index.find(v.arg(k).raw); it != index.end() && state[it->second] == kNew)
          stack.emplace_back(it->second, false);
    }
  }
  values = std::move(out);
}

void Selector::prepare() {
  // Memory states: at a block's start the state of its memory phi, or the one that flows in.
  std::vector<ValueId> mem_in(f_.blockCount());
  for (BlockId b : f_.blocks()) {
    scheduleBlock(b);
    ssa::Block &block = f_[b];
    ValueId mem = mem_in[b.raw];
    for (ValueId id : block.values) {
      const Value &v = f_[id];
      if (v.op == Op::Phi) {
        if (v.type == Type::Mem)
          mem = id;
        continue;
      }
      // Where no state is known yet (a block seen before its predecessors), the operand tells.
      if (v.argCount() != 0 && f_[v.arg(v.argCount() - 1)].type == Type::Mem && !mem)
        mem = v.arg(v.argCount() - 1);
      mem_before_[id.raw] = mem;
      if (v.type == Type::Mem)
        mem = id;
      if (v.op == Op::Select) {
        std::vector<ValueId> &list = selects_[v.arg(0).raw];
        std::size_t k = static_cast<std::size_t>(v.aux_int);
        if (list.size() <= k)
          list.resize(k + 1);
        if (!list[k])
          list[k] = id;
        canonical_[id.raw] = list[k];
      }
      if (v.op == Op::CondSelect)
        ++fused_uses_[v.arg(2).raw];
    }
    mem_end_[b.raw] = mem;
    for (const ssa::Edge &e : block.succs)
      if (!mem_in[e.block.raw])
        mem_in[e.block.raw] = mem;
    if (block.kind == BlockKind::If && !block.controls.empty())
      ++fused_uses_[block.controls[0].raw];
  }
}

ValueId Selector::resolve(ValueId id) const {
  for (;;) {
    const Value &v = f_[id];
    switch (v.op) {
    case Op::Copy:
    case Op::NilCheck:
    case Op::Trunc:
    case Op::RoundF:
      id = v.arg(0);
      continue;
    case Op::ZeroExt:
      if (f_[v.arg(0)].type != Type::Bool && zeroExtends(v.arg(0))) {
        id = v.arg(0);
        continue;
      }
      return id;
    case Op::OffPtr:
      if (v.aux_int == 0) {
        id = v.arg(0);
        continue;
      }
      return id;
    case Op::Select:
      return canonical_[id.raw].valid() ? canonical_[id.raw] : id;
    default:
      return id;
    }
  }
}

bool Selector::zeroExtends(ValueId id) const {
  const Value &v = f_[id];
  if (std::int64_t mask; v.op == Op::And && fitsImm32(v.arg(1), mask) && mask >= 0)
    return true;
  if (v.op == Op::Load)
    return v.type == Type::I32 || v.type == Type::I16 || v.type == Type::I8 || v.type == Type::Bool;
  if (v.type != Type::I32)
    return false;
  switch (v.op) {
  case Op::Add:
  case Op::Sub:
  case Op::And:
  case Op::Or:
  case Op::Xor:
  case Op::Neg:
  case Op::Not:
  case Op::Mul:
  case Op::Shl:
  case Op::Shr:
  case Op::Sar:
  case Op::RotL:
  case Op::ZeroExt:
  case Op::SignExt:
    return true;
  case Op::Copy:
    return zeroExtends(v.arg(0));
  default:
    return false;
  }
}

bool Selector::isConst(ValueId id, std::int64_t &out) const {
  // Truncations of constants are cut to their width here.
  const Value &outer = f_[id];
  ValueId r = resolve(id);
  const Value &v = f_[r];
  if (v.op != Op::Const)
    return false;
  out = v.aux_int;
  switch (ssa::sizeBytes(outer.type)) {
  case 1:
    out = outer.type == Type::Bool ? (out & 1) : static_cast<std::int8_t>(out);
    break;
  case 2:
    out = static_cast<std::int16_t>(out);
    break;
  case 4:
    out = static_cast<std::int32_t>(out);
    break;
  default:
    break;
  }
  return true;
}

bool Selector::fitsImm32(ValueId id, std::int64_t &out) const {
  return isConst(id, out) && out == static_cast<std::int32_t>(out);
}

VReg Selector::constant(Type type, std::int64_t value) {
  VReg r = mf_.newVReg(type);
  mf_.vregs[r].remat = Remat::Imm, mf_.vregs[r].imm = value;
  return r;
}

VReg Selector::result(ValueId id) {
  VReg &r = vreg_of_[id.raw];
  if (r == kNoVReg)
    r = mf_.newVReg(f_[id].type);
  return r;
}

VReg Selector::use(ValueId id) {
  id = resolve(id);
  const Value &v = f_[id];
  VReg r = result(id);
  VRegInfo &info = mf_.vregs[r];
  switch (v.op) {
  case Op::Const:
    info.remat = Remat::Imm, info.imm = v.aux_int;
    return r;
  case Op::ConstF:
    info.remat = Remat::Float, info.imm = v.aux_int;
    if (v.aux_int != 0)
      info.sym = rodata(v.aux_int, ssa::sizeBytes(v.type), false);
    return r;
  case Op::Addr:
    info.remat = Remat::SymAddr, info.sym = v.sym, info.imm = v.aux_int;
    return r;
  case Op::LocalAddr:
    info.remat = Remat::LocalAddr, info.local = v.local().raw, info.imm = v.aux_int;
    return r;
  case Op::OutArgAddr:
    info.remat = Remat::OutArg, info.imm = v.aux_int;
    return r;
  case Op::Undef:
    info.remat = Remat::Undef;
    return r;
  default:
    needed_[id.raw] = 1;
    return r;
  }
}

VReg Selector::tupleResult(ValueId tuple, unsigned index) {
  const std::vector<ValueId> &list = selects_[tuple.raw];
  if (index >= list.size() || !list[index] || !needed_[list[index].raw])
    return kNoVReg;
  return result(list[index]);
}

VReg Selector::tupleDef(ValueId tuple, unsigned index, Type type) {
  VReg r = tupleResult(tuple, index);
  return r == kNoVReg ? mf_.newVReg(type) : r;
}

bool Selector::hasNeededResult(ValueId id) const {
  for (ValueId s : selects_[id.raw])
    if (s && needed_[s.raw])
      return true;
  return false;
}

bool Selector::isFused(ValueId id) const {
  const Value &v = f_[id];
  return isCompare(v.op) && v.uses == fused_uses_[id.raw];
}

void Selector::flushGroup() {
  reversed_.insert(reversed_.end(), group_.rbegin(), group_.rend());
  group_.clear();
}

void Selector::lower(ValueId id) {
  const Value &v = f_[id];
  switch (v.op) {
  case Op::Phi:
  case Op::Copy:
  case Op::Trunc:
  case Op::RoundF:
  case Op::Select:
  case Op::Const:
  case Op::ConstF:
  case Op::Addr:
  case Op::LocalAddr:
  case Op::OutArgAddr:
  case Op::Undef:
  case Op::InitMem:
  case Op::VarDef:
  case Op::VarLive:
  case Op::Invalid:
    return;
  case Op::Arg: {
    if (!needed_[id.raw])
      return;
    const ssa::AbiRegComponent &c = f_.sig.param_regs[static_cast<std::size_t>(v.aux_int)];
    entry_defs_.emplace_back(result(id), abiReg(c.reg));
    return;
  }
  case Op::GetClosurePtr:
    if (needed_[id.raw])
      entry_defs_.emplace_back(result(id), Reg::DX);
    return;
  default:
    break;
  }
  const bool tuple = v.type == Type::Tuple;
  if (ssa::isRemovable(v.op) && !(tuple ? hasNeededResult(id) : needed_[id.raw] != 0))
    return;
  if (lowerInt(id, v) || lowerFloat(id, v) || lowerMemory(id, v))
    return;
  switch (v.op) {
  case Op::StaticCall:
  case Op::ClosureCall:
  case Op::InterCall:
    lowerCall(id, v);
    return;
  case Op::PanicBounds:
    lowerBounds(v);
    return;
  case Op::CondSelect:
    lowerCondSelect(id, v);
    return;
  default:
    if (isCompare(v.op)) {
      VReg d = result(id);
      setFromFlags(d, compare(id));
      return;
    }
    unsupported(v);
  }
}

void Selector::lowerTerminator(BlockId b) {
  const ssa::Block &block = f_[b];
  MBlock &out = mf_.blocks[b.raw];
  out.likely = block.likely;
  mf_.positions.push_back(block.pos);
  cur_pos_ = out.pos = static_cast<std::uint32_t>(mf_.positions.size() - 1);
  cur_mem_ = mem_end_[b.raw];
  cur_no_preempt_ = false;
  switch (block.kind) {
  case BlockKind::Plain:
    out.term = TermKind::Jump;
    return;
  case BlockKind::If: {
    out.term = TermKind::Branch;
    ValueId control = block.controls[0];
    cur_no_preempt_ = (f_[control].flags & ssa::ValueFlags::InNoPreempt) != 0;
    FlagsTest t = test(control);
    out.cond = t.cond, out.form = t.form, out.no_preempt_term = cur_no_preempt_;
    break;
  }
  case BlockKind::JumpTable: {
    out.term = TermKind::Table;
    VReg base = mf_.newVReg(Type::I64);
    mf_.vregs[base].remat = Remat::SymAddr, mf_.vregs[base].imm = 0;
    mf_.vregs[base].sym = f_.symbol(f_.name() + "..jump" + std::to_string(b.raw));
    MMem m;
    m.base = base, m.index = use(block.controls[0]), m.scale = 8;
    Ins(*this, op::JMP64m).mem(m);
    break;
  }
  case BlockKind::Ret: {
    out.term = TermKind::Ret;
    std::vector<std::pair<VReg, Reg>> results;
    for (std::size_t i = 0; i + 1 < block.controls.size() && i < f_.sig.result_regs.size(); ++i) {
      const ssa::AbiReg &r = f_.sig.result_regs[i].reg;
      results.emplace_back(use(block.controls[i]), abiReg(r));
    }
    Ins ins(*this, PRet);
    for (auto [v, r] : results)
      ins.useImplicit(v, r);
    break;
  }
  case BlockKind::Exit:
    out.term = TermKind::Exit;
    Ins(*this, PUndefined);
    break;
  case BlockKind::CondJump:
    if (error_.empty())
      error_ = "the back end has no code for a block of kind condjump";
    break;
  }
  flushGroup();
}

void Selector::lowerBlock(BlockId b) {
  cur_block_ = b;
  covered_.clear();
  reversed_.clear();
  // Operands of the successors' phis are used at the end.
  for (const ssa::Edge &e : f_[b].succs)
    for (ValueId id : f_[e.block].values) {
      const Value &v = f_[id];
      if (v.op != Op::Phi)
        break;
      if (v.type != Type::Mem && v.uses != 0)
        use(v.arg(e.index));
    }
  lowerTerminator(b);
  const std::vector<ValueId> &values = f_[b].values;
  for (std::size_t i = values.size(); i-- != 0;) {
    const Value &v = f_[values[i]];
    if (v.op == Op::Phi)
      continue;
    mf_.positions.push_back(v.pos);
    cur_pos_ = static_cast<std::uint32_t>(mf_.positions.size() - 1);
    cur_mem_ = mem_before_[values[i].raw];
    cur_no_preempt_ = (v.flags & ssa::ValueFlags::InNoPreempt) != 0;
    std::size_t before = reversed_.size();
    lower(values[i]);
    flushGroup();
    if (reversed_.size() == before)
      mf_.positions.pop_back();
  }
  MBlock &out = mf_.blocks[b.raw];
  out.insts.assign(reversed_.rbegin(), reversed_.rend());
  for (ValueId id : values) {
    const Value &v = f_[id];
    if (v.op != Op::Phi || v.type == Type::Mem || v.uses == 0)
      continue;
    MPhi phi;
    phi.def = result(id);
    out.phis.push_back(std::move(phi));
  }
}

// Debuggers show arguments that nothing needs for as long as nothing else is in their registers.
void Selector::defineShownArgs() {
  for (const ssa::DebugBinding &b : f_.debug_bindings)
    if (const Value &v = f_[b.value]; v.op == Op::Arg && vreg_of_[b.value.raw] == kNoVReg)
      entry_defs_.emplace_back(result(b.value), abiReg(f_.sig.param_regs[static_cast<std::size_t>(v.aux_int)].reg));
}

void Selector::lowerEntry() {
  defineShownArgs();
  MBlock &entry = mf_.blocks[f_.entry().raw];
  mf_.positions.push_back(f_.pos);
  cur_pos_ = static_cast<std::uint32_t>(mf_.positions.size() - 1);
  cur_no_preempt_ = false;
  {
    Ins ins(*this, PEntry);
    for (auto [v, r] : entry_defs_)
      ins.defImplicit(v, r);
  }
  entry.insts.insert(entry.insts.begin(), group_.begin(), group_.end());
  group_.clear();
}

// For debuggers. What is made anew at each use has no place of its own.
void Selector::bindVariables() {
  for (const ssa::DebugBinding &b : f_.debug_bindings) {
    if (f_[b.value].op == Op::Invalid)
      continue;
    const VReg r = vreg_of_[resolve(b.value).raw];
    if (r != kNoVReg && mf_.vregs[r].remat == Remat::None)
      mf_.bindings.push_back({b.variable, b.offset, ssa::sizeBytes(f_[b.value].type), r});
  }
}

bool Selector::run(std::string &error) {
  mf_.blocks.resize(f_.blockCount());
  mf_.operands.reserve(f_.valueCount() * 4);
  mf_.vregs.reserve(f_.valueCount());
  for (BlockId b : f_.blocks()) {
    mf_.order.push_back(b.raw);
    MBlock &out = mf_.blocks[b.raw];
    for (const ssa::Edge &e : f_[b].succs)
      out.succs.push_back(e.block.raw);
    for (const ssa::Edge &e : f_[b].preds)
      out.preds.push_back(e.block.raw);
  }
  prepare();
  if (!f_[f_.entry()].preds.empty()) {
    error = "the entry block is a loop's header";
    return false;
  }

  // Postorder: uses in dominated blocks come before definitions.
  std::vector<std::uint8_t> seen(f_.blockCount(), 0);
  std::vector<std::pair<BlockId, std::size_t>> stack{{f_.entry(), 0}};
  std::vector<BlockId> postorder;
  seen[f_.entry().raw] = 1;
  while (!stack.empty()) {
    auto &[b, next] = stack.back();
    if (next == f_[b].succs.size()) {
      postorder.push_back(b);
      stack.pop_back();
      continue;
    }
    BlockId to = f_[b].succs[next++].block;
    if (!seen[to.raw])
      seen[to.raw] = 1, stack.emplace_back(to, 0);
  }
  if (postorder.size() != f_.blocks().size()) { // unreachable blocks: dropped
    std::erase_if(mf_.order, [&](std::uint32_t b) { return !seen[b]; });
    for (BlockId b : f_.blocks())
      if (!seen[b.raw]) {
        error = "unreachable block b" + std::to_string(b.raw) + " left for the back end";
        return false;
      }
  }
  for (BlockId b : postorder)
    lowerBlock(b);
  for (BlockId b : postorder) {
    MBlock &out = mf_.blocks[b.raw];
    std::size_t k = 0;
    for (ValueId id : f_[b].values) {
      const Value &v = f_[id];
      if (v.op != Op::Phi || v.type == Type::Mem || v.uses == 0)
        continue;
      for (ValueId a : v.args())
        out.phis[k].args.push_back(use(a));
      ++k;
    }
  }
  lowerEntry();
  bindVariables();
  error = error_;
  return error_.empty();
}

bool selectInstructions(MachFunc &mf, unsigned level, std::string &error, std::vector<ssa::Remark> *nil_checks) {
  return Selector(mf, level, nil_checks).run(error);
}

} // namespace gannet::x86
