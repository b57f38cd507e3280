#include "compiler/x86/emit.h"

#include "compiler/base/check.h"
#include "compiler/x86/emitter.h"
#include "compiler/x86/liveness.h"

namespace gannet::x86 {

using object::Reloc;
using object::RelocKind;
using object::SymbolId;
using object::SymbolKind;

namespace {

constexpr std::uint32_t kNone = ~0u;
constexpr std::uint32_t kFuncAlign = 32;

RelocKind relocKind(FixupKind k) {
  switch (k) {
  case FixupKind::PcRel32:
    return RelocKind::PcRel32;
  case FixupKind::Call32:
    return RelocKind::Call32;
  case FixupKind::Abs32:
    return RelocKind::Abs32;
  case FixupKind::Abs32S:
    return RelocKind::Abs32S;
  case FixupKind::Abs64:
    return RelocKind::Abs64;
  case FixupKind::TpOff32:
    return RelocKind::TlsLe32;
  }
  GANNET_UNREACHABLE("fixup kind");
}

op::Id loadOf(ssa::Type t) {
  switch (t) {
  case ssa::Type::F32:
    return op::MOVSSrm;
  case ssa::Type::F64:
    return op::MOVSDrm;
  case ssa::Type::V128:
    return op::MOVUPSrm;
  default:
    return op::MOV64rm;
  }
}

op::Id storeOf(ssa::Type t) {
  switch (t) {
  case ssa::Type::F32:
    return op::MOVSSmr;
  case ssa::Type::F64:
    return op::MOVSDmr;
  case ssa::Type::V128:
    return op::MOVUPSmr;
  default:
    return op::MOV64mr;
  }
}

} // namespace

Emitter::Emitter(const MachFunc &mf, const Allocation &allocation, const SourceSet *sources, Encoder &encoder,
                 object::Unit &unit)
    : mf_(mf), f_(mf.ssa), allocation_(allocation), sources_(sources), unit_(unit),
      frame_(layOutFrame(mf, allocation)), maps_(mf, allocation, frame_), code_(encoder),
      symbol_ids_(f_.symbolCount(), kNone), mark_pc_(f_.inlineSiteCount(), kNone) {}

SymId Emitter::symbol(ssa::SymId sym) {
  std::uint32_t &id = symbol_ids_[sym.raw];
  if (id == kNone) {
    std::string_view name = f_[sym].name;
    bool is_table = name.starts_with(f_.name()) && name.substr(f_.name().size()).starts_with("..jump");
    id = (is_table ? unit_.localSymbol(name) : unit_.symbol(name)).raw;
  }
  return id;
}

Mem Emitter::spAt(std::int64_t offset) const { return Mem{.base = Reg::SP, .disp = offset}; }

Mem Emitter::mem(const MMem &m) const {
  Mem out;
  out.base = m.base_reg, out.index = m.index_reg, out.scale = m.scale, out.disp = m.disp;
  switch (m.frame) {
  case FrameBase::None:
    break;
  case FrameBase::Local:
    out.base = Reg::SP, out.disp += frame_.local_at[m.local];
    break;
  case FrameBase::OutArg:
    out.base = Reg::SP;
    break;
  case FrameBase::Caller:
    out.base = Reg::SP, out.disp += frame_.callerSp();
    break;
  case FrameBase::Slot:
    return slot(Loc::inSlot(m.local));
  }
  if (m.sym)
    out.sym = const_cast<Emitter *>(this)->symbol(m.sym);
  return out;
}

Mem Emitter::slot(const Loc &l) const {
  if (l.kind == Loc::Kind::Scratch)
    return spAt(frame_.scratch_at);
  GANNET_CHECK(allocation_.spilled(l.vreg), "no slot for %" + std::to_string(l.vreg) + " of " + f_.name());
  return spAt(frame_.slot_at[static_cast<std::size_t>(allocation_.slot_of[l.vreg])]);
}

void Emitter::setPos(const ssa::SrcPos &pos) {
  if (sources_ == nullptr || !pos.pos.known() || (have_pos_ && pos == last_pos_))
    return;
  have_pos_ = true, last_pos_ = pos;
  ShownPos shown = sources_->shown(pos.pos);
  step(pcfile_, static_cast<std::int32_t>(unit_.file(shown.file)));
  step(pcline_, static_cast<std::int32_t>(shown.line));
  step(pcinline_, pos.site ? static_cast<std::int32_t>(pos.site.raw) : -1);
}

void Emitter::setUnsafe(bool unsafe) {
  std::int32_t value = unsafe ? object::kUnsafePointUnsafe : object::kUnsafePointSafe;
  if (pcunsafe_.empty() ? unsafe : pcunsafe_.back().value != value)
    pcunsafe_.push_back({code_.here(), value});
}

// ---- blocks

void Emitter::planBlocks() {
  empty_.assign(mf_.blocks.size(), 0);
  for (std::uint32_t b : mf_.order) {
    const MBlock &block = mf_.blocks[b];
    const Allocation::Block &alloc = allocation_.blocks[b];
    bool empty = b != mf_.order.front() && block.term == TermKind::Jump && block.insts.empty() &&
                 alloc.edits.empty() && alloc.start.empty() && alloc.stores.empty() && block.succs.size() == 1 && block.succs[0] != b;
    for (const MPhi &phi : block.phis)
      empty &= !allocation_.spilled(phi.def);
    empty_[b] = empty;
  }
  // A cycle of empty blocks keeps one.
  for (std::uint32_t b : mf_.order) {
    std::uint32_t at = b;
    for (std::size_t steps = 0; empty_[at] && steps <= mf_.order.size(); ++steps)
      at = mf_.blocks[at].succs[0];
    if (empty_[at])
      empty_[at] = 0;
  }
  for (std::uint32_t b : mf_.order)
    if (!empty_[b])
      order_.push_back(b);
  labels_.resize(mf_.blocks.size());
  for (std::uint32_t b : order_)
    labels_[b] = code_.newLabel();
}

std::uint32_t Emitter::threaded(std::uint32_t b) const {
  while (empty_[b])
    b = mf_.blocks[b].succs[0];
  return b;
}

// A short block that only compares and branches, and that stands before: code for it may stand twice.
bool Emitter::isLoopTest(std::uint32_t b) const {
  constexpr std::size_t kMostInsts = 3;
  const MBlock &block = mf_.blocks[b];
  const Allocation::Block &alloc = allocation_.blocks[b];
  if (!code_.bound(labels_[b]) || block.term != TermKind::Branch || block.insts.size() > kMostInsts ||
      block.no_preempt_term || !alloc.start.empty() || !alloc.stores.empty() || !alloc.edits.empty())
    return false;
  for (const MPhi &phi : block.phis)
    if (allocation_.spilled(phi.def))
      return false;
  for (const MInst &inst : block.insts) {
    if (inst.op >= kFirstPseudo || inst.no_preempt)
      return false;
    const MOperand *ops = mf_.ops(inst);
    for (unsigned i = 0; i != inst.count; ++i)
      if (ops[i].kind == MOperand::Kind::Def && allocation_.spilled(ops[i].vreg))
        return false;
  }
  return true;
}

void Emitter::emitTerminator(const MBlock &block, std::uint32_t next) {
  if (block.term == TermKind::Jump) {
    std::uint32_t to = threaded(block.succs[0]);
    if (to == next)
      return;
    // Back to a loop's test: the test again, so that an iteration has one jump.
    if (isLoopTest(to)) {
      const MBlock &test = mf_.blocks[to];
      for (const MInst &inst : test.insts) {
        setPos(mf_.positions[inst.pos]);
        emitInst(inst);
      }
      emitTerminator(test, next);
      return;
    }
    code_.jump(labels_[to]);
    return;
  }
  if (block.term != TermKind::Branch)
    return;
  setPos(mf_.positions[block.pos]);
  std::uint32_t yes = threaded(block.succs[0]), no = threaded(block.succs[1]);
  Cond cond = block.cond;
  switch (block.form) {
  case CondForm::Single:
    if (yes == next) {
      code_.jump(inverse(cond), labels_[no]);
    } else {
      code_.jump(cond, labels_[yes]);
      if (no != next)
        code_.jump(labels_[no]);
    }
    return;
  case CondForm::AndNotParity: // yes if cond and not parity
    code_.jump(inverse(cond), labels_[no]);
    if (no == next) {
      code_.jump(Cond::NP, labels_[yes]);
    } else {
      code_.jump(Cond::P, labels_[no]);
      if (yes != next)
        code_.jump(labels_[yes]);
    }
    return;
  case CondForm::OrParity: // yes if cond or parity
    code_.jump(cond, labels_[yes]);
    if (yes == next) {
      code_.jump(Cond::NP, labels_[no]);
    } else {
      code_.jump(Cond::P, labels_[yes]);
      if (no != next)
        code_.jump(labels_[no]);
    }
  }
}

void Emitter::emitBlock(std::size_t index) {
  const std::uint32_t b = order_[index];
  const MBlock &block = mf_.blocks[b];
  const Allocation::Block &alloc = allocation_.blocks[b];
  block_ = &block, alloc_ = &alloc, call_index_ = 0;
  code_.bind(labels_[b]);
  const std::size_t n = block.insts.size();
  flags_live_.assign(n + 1, false);
  flags_live_[n] = block.term == TermKind::Branch;
  for (std::size_t i = n; i-- != 0;)
    flags_live_[i] = block.insts[i].reads_flags || (!block.insts[i].writes_flags && flags_live_[i + 1]);

  if (n != 0) {
    setUnsafe(block.insts[0].no_preempt);
    if (block.insts[0].op != PEntry)
      setPos(mf_.positions[block.insts[0].pos]);
  }
  for (const Edit &e : alloc.start)
    emitEdit(e, flags_live_[0]);
  for (const MPhi &phi : block.phis) {
    if (!allocation_.spilled(phi.def) || !allocation_.stored_at_def[phi.def])
      continue;
    for (unsigned r = 0; r != 32; ++r)
      if (alloc.at_start[r] == phi.def) {
        code_.emit(storeOf(mf_.vregs[phi.def].type), {slot(Loc::inSlot(phi.def)), static_cast<Reg>(r)});
        break;
      }
  }
  for (auto [v, r] : alloc.stores)
    code_.emit(storeOf(mf_.vregs[v].type), {slot(Loc::inSlot(v)), r});
  std::size_t next = 0;
  for (std::size_t i = 0; i <= n; ++i) {
    if (i != n) {
      const MInst &inst = block.insts[i];
      setUnsafe(inst.no_preempt);
      if (inst.op != PEntry)
        setPos(mf_.positions[inst.pos]);
    }
    while (next != alloc.edits.size() && alloc.edits[next].at == i)
      emitEdit(alloc.edits[next++], flags_live_[i]);
    if (i == n)
      break;
    const MInst &inst = block.insts[i];
    emitInst(inst);
    const MOperand *ops = mf_.ops(inst);
    for (unsigned k = 0; k != inst.count; ++k)
      if (ops[k].kind == MOperand::Kind::Def && allocation_.spilled(ops[k].vreg) &&
          allocation_.stored_at_def[ops[k].vreg])
        code_.emit(storeOf(mf_.vregs[ops[k].vreg].type), {slot(Loc::inSlot(ops[k].vreg)), ops[k].reg});
  }
  if (block.term == TermKind::Branch)
    setUnsafe(block.no_preempt_term);
  emitTerminator(block, index + 1 == order_.size() ? kNone : order_[index + 1]);
}

void Emitter::emitInst(const MInst &inst) {
  if (inst.op >= kFirstPseudo) {
    emitPseudo(inst);
    return;
  }
  std::vector<Operand> operands;
  operands.reserve(inst.count);
  const MOperand *ops = mf_.ops(inst);
  for (unsigned i = 0; i != inst.count; ++i) {
    const MOperand &o = ops[i];
    if (o.implicit)
      continue;
    switch (o.kind) {
    case MOperand::Kind::Def:
    case MOperand::Kind::Use:
      operands.emplace_back(o.reg);
      break;
    case MOperand::Kind::Imm:
      operands.push_back(imm(o.imm));
      break;
    case MOperand::Kind::Mem:
      operands.emplace_back(mem(mf_.mems[o.vreg]));
      break;
    case MOperand::Kind::Sym:
      operands.push_back(Operand::symbol(symbol(o.sym), o.imm));
      break;
    case MOperand::Kind::Temp:
      break;
    }
  }
  auto id = static_cast<op::Id>(inst.op);
  if (id == op::LEA64r && operands[1].mem.index == Reg::None && operands[1].mem.disp == 0 &&
      operands[1].mem.sym == kNoSym && operands[1].mem.base != Reg::None) {
    move(operands[0].reg, operands[1].mem.base);
    return;
  }
  code_.emit(opcode(id), operands, inst.prefix);
}

void Emitter::emitRemat(VReg v, Reg r, bool flags_live) {
  const VRegInfo &info = mf_.vregs[v];
  switch (info.remat) {
  case Remat::Imm:
    if (info.imm == 0 && !flags_live)
      code_.emit(op::XOR32rr, {r, r});
    else if (ssa::sizeBytes(info.type) <= 4) // nobody looks above
      code_.emit(op::MOV32ri, {r, imm(info.imm & 0xffffffff)});
    else if (info.imm >= 0 && info.imm <= 0xffffffff)
      code_.emit(op::MOV32ri, {r, imm(info.imm)});
    else if (info.imm == static_cast<std::int32_t>(info.imm))
      code_.emit(op::MOV64ri32, {r, imm(info.imm)});
    else
      code_.emit(op::MOV64ri, {r, imm(info.imm)});
    return;
  case Remat::SymAddr:
    code_.emit(op::LEA64r, {r, Mem{.disp = info.imm, .sym = symbol(info.sym)}});
    return;
  case Remat::LocalAddr:
    code_.emit(op::LEA64r, {r, spAt(frame_.local_at[info.local] + info.imm)});
    return;
  case Remat::OutArg:
    code_.emit(op::LEA64r, {r, spAt(info.imm)});
    return;
  case Remat::Float:
    if (info.imm == 0)
      code_.emit(op::XORPSrr, {r, r});
    else
      code_.emit(loadOf(info.type), {r, Mem{.sym = symbol(info.sym)}});
    return;
  case Remat::Undef:
    if (info.isPtr()) // may come to stand in a slot that a map calls a pointer
      code_.emit(op::MOV32ri, {r, imm(0)});
    return;
  case Remat::None:
    break;
  }
  GANNET_UNREACHABLE("value cannot be made again");
}

void Emitter::emitEdit(const Edit &e, bool flags_live) {
  const ssa::Type type = mf_.vregs[e.value].type;
  if (e.exchange) {
    code_.emit(op::XCHG64rr, {e.to.reg, e.from.reg});
    return;
  }
  const bool to_reg = e.to.kind == Loc::Kind::Register, from_reg = e.from.kind == Loc::Kind::Register;
  if (e.from.kind == Loc::Kind::Remat) {
    const VRegInfo &info = mf_.vregs[e.from.vreg];
    if (to_reg) {
      emitRemat(e.from.vreg, e.to.reg, flags_live);
      return;
    }
    if (info.remat == Remat::Undef && !info.isPtr())
      return;
    const bool zero = info.remat == Remat::Undef || (info.remat == Remat::Float && info.imm == 0);
    if (zero || (info.remat == Remat::Imm && info.imm == static_cast<std::int32_t>(info.imm))) {
      code_.emit(op::MOV64mi32, {slot(e.to), imm(zero ? 0 : info.imm)});
      return;
    }
    if (info.remat == Remat::Float) {
      emitRemat(e.from.vreg, Reg::X15, flags_live);
      code_.emit(storeOf(type), {slot(e.to), Reg::X15});
    } else { // through AX, kept in X15
      code_.emit(op::MOV64toPQIrr, {Reg::X15, Reg::AX});
      emitRemat(e.from.vreg, Reg::AX, true);
      code_.emit(op::MOV64mr, {slot(e.to), Reg::AX});
      code_.emit(op::MOVPQIto64rr, {Reg::AX, Reg::X15});
    }
    code_.emit(op::XORPSrr, {Reg::X15, Reg::X15});
    return;
  }
  if (to_reg && from_reg) {
    move(e.to.reg, e.from.reg);
  } else if (to_reg) {
    code_.emit(loadOf(type), {e.to.reg, slot(e.from)});
  } else if (from_reg) {
    code_.emit(storeOf(type), {slot(e.to), e.from.reg});
  } else {
    const bool wide = type == ssa::Type::V128;
    code_.emit(wide ? op::MOVUPSrm : op::MOVSDrm, {Reg::X15, slot(e.from)});
    code_.emit(wide ? op::MOVUPSmr : op::MOVSDmr, {slot(e.to), Reg::X15});
    code_.emit(op::XORPSrr, {Reg::X15, Reg::X15});
  }
}

// ---- tables

std::vector<std::uint8_t> Emitter::table(const Steps &steps) const {
  object::PcTable t;
  for (const Step &s : steps)
    t.set(code_.finalOffset(s.at), s.value);
  return t.finish(static_cast<std::uint32_t>(code_.finalBytes().size()));
}

void Emitter::defineRodata() {
  for (const RodataConst &c : mf_.rodata)
    unit_.define(SymbolId(symbol(c.sym)), SymbolKind::Rodata, object::kDupOk, c.align, c.bytes);
  const SymbolId self(symbol(f_.name()));
  for (std::uint32_t b : order_) {
    const MBlock &block = mf_.blocks[b];
    if (block.term != TermKind::Table)
      continue;
    const MOperand &o = mf_.ops(block.insts.back())[0];
    SymbolId table_sym(symbol(mf_.vregs[mf_.mems[o.vreg].base].sym));
    unit_.define(table_sym, SymbolKind::Rodata, object::kLocal, 8,
                 std::vector<std::uint8_t>(block.succs.size() * 8, 0));
    for (std::size_t i = 0; i != block.succs.size(); ++i)
      unit_.addReloc(table_sym, Reloc{static_cast<std::uint32_t>(i * 8), RelocKind::Abs64, self,
                                      static_cast<std::int64_t>(code_.offset(labels_[threaded(block.succs[i])]))});
  }
}

void Emitter::finish() {
  GANNET_CHECK(code_.finish(), "short jump out of reach in " + f_.name());
  const auto &flags = f_.flags;
  std::uint32_t symbol_flags = 0;
  auto flag = [&](bool on, std::uint32_t bit) { symbol_flags |= on ? bit : 0; };
  flag(flags.dup_ok, object::kDupOk);
  flag(!checks_stack_, object::kNoSplit);
  flag(flags.wrapper, object::kWrapper);
  flag(flags.needs_ctxt, object::kNeedCtxt);
  flag(flags.top_frame, object::kTopFrame);
  flag(flags.abi_wrapper, object::kAbiWrapper);
  flag(flags.reflect_method, object::kReflectMethod);
  flag(!mf_.makes_calls, object::kLeaf);

  std::span<const std::uint8_t> bytes = code_.finalBytes();
  const SymbolId self(symbol(f_.name()));
  if (!unit_.define(self, SymbolKind::Text, symbol_flags, std::max(kFuncAlign, code_.alignment()),
                    std::vector<std::uint8_t>(bytes.begin(), bytes.end())))
    return; // a dup-ok one that is there already
  for (const Fixup &fixup : code_.fixups())
    unit_.addReloc(self, Reloc{fixup.offset, relocKind(fixup.kind), SymbolId(fixup.sym), fixup.addend});

  auto record = std::make_unique<object::FuncRecord>();
  record->args_bytes = static_cast<std::uint32_t>(f_.sig.total_bytes);
  record->frame_bytes = static_cast<std::uint32_t>(frame_.size == 0 ? 0 : frame_.size - 8);
  std::string_view bare = f_.name();
  if (bare.ends_with(".abi0"))
    bare.remove_suffix(5);
  record->func_id = object::funcIdOf(bare, flags.wrapper || flags.abi_wrapper);
  record->func_flags = flags.top_frame ? object::kFuncTopFrame : 0;
  if (sources_ != nullptr && f_.pos.pos.known())
    record->start_line = static_cast<std::int32_t>(sources_->shown(f_.pos.pos).line);
  if (deferreturn_ != kNone)
    record->deferreturn = code_.finalOffset(deferreturn_);
  record->pcsp = table(pcsp_);
  record->pcfile = table(pcfile_);
  record->pcline = table(pcline_);
  record->pcinline = table(pcinline_);
  record->pcdata.resize(object::kPcdataPanicBounds + 1);
  record->pcdata[object::kPcdataUnsafePoint] = table(pcunsafe_);
  record->pcdata[object::kPcdataStackMapIndex] = table(pcmap_);
  record->pcdata[object::kPcdataPanicBounds] = table(pcbounds_);
  record->funcdata.resize(2);
  record->funcdata[object::kFuncdataArgsPointerMaps] = unit_.contentSymbol(
      "gclocals.", SymbolKind::FuncData, 4, object::encodeStackMap(maps_.argBits(), maps_.argRows()));
  record->funcdata[object::kFuncdataLocalsPointerMaps] = unit_.contentSymbol(
      "gclocals.", SymbolKind::FuncData, 4, object::encodeStackMap(maps_.localBits(), maps_.localRows()));
  for (std::uint32_t i = 0; i != f_.inlineSiteCount(); ++i) {
    const ssa::InlineSite &site = f_[ssa::InlineSiteId(i)];
    object::InlinedCall call;
    call.parent = site.call.site ? static_cast<std::int32_t>(site.call.site.raw) : -1;
    call.name = unit_.intern(f_[site.function].name);
    if (sources_ != nullptr && site.call.pos.known()) {
      ShownPos shown = sources_->shown(site.call.pos);
      call.file = unit_.file(shown.file), call.line = static_cast<std::int32_t>(shown.line);
    }
    if (mark_pc_[i] != kNone)
      call.parent_pc = code_.finalOffset(mark_pc_[i]);
    call.start_line = static_cast<std::int32_t>(site.start_line);
    call.func_id = static_cast<object::FuncId>(site.func_id);
    record->inline_tree.push_back(call);
  }
  unit_[self].func = std::move(record);
  defineRodata();
}

void Emitter::run() {
  planBlocks();
  setPos(f_.pos);
  emitPrologue();
  for (std::size_t i = 0; i != order_.size(); ++i)
    emitBlock(i);
  emitMorestack();
  finish();
}

void emitFunction(const MachFunc &mf, const Allocation &allocation, const SourceSet *sources, Encoder &encoder,
                  object::Unit &unit) {
  Emitter(mf, allocation, sources, encoder, unit).run();
}

} // namespace gannet::x86
