// Loads, stores, block moves, atomics, nil checks, and what looks at the frame.
#include "compiler/x86/selector.h"

#include <bit>

namespace gannet::x86 {

using ssa::Op;
using ssa::Type;
using ssa::ValueId;

namespace {

constexpr std::int64_t kInlineBytes = 192; // larger blocks go by string instructions

unsigned log2Size(Type t) { return static_cast<unsigned>(std::countr_zero(ssa::sizeBytes(t))); }

// Read-modify-write forms by log2 of the size.
struct MemForms {
  op::Id mr[4], mi[4], mi8[4];
};
constexpr MemForms kAddMem = {{op::ADD8mr, op::ADD16mr, op::ADD32mr, op::ADD64mr},
                              {op::ADD8mi, op::ADD16mi, op::ADD32mi, op::ADD64mi32},
                              {op::ADD8mi, op::ADD16mi8, op::ADD32mi8, op::ADD64mi8}};
constexpr MemForms kSubMem = {{op::SUB8mr, op::SUB16mr, op::SUB32mr, op::SUB64mr},
                              {op::SUB8mi, op::SUB16mi, op::SUB32mi, op::SUB64mi32},
                              {op::SUB8mi, op::SUB16mi8, op::SUB32mi8, op::SUB64mi8}};
constexpr MemForms kAndMem = {{op::AND8mr, op::AND16mr, op::AND32mr, op::AND64mr},
                              {op::AND8mi, op::AND16mi, op::AND32mi, op::AND64mi32},
                              {op::AND8mi, op::AND16mi8, op::AND32mi8, op::AND64mi8}};
constexpr MemForms kOrMem = {{op::OR8mr, op::OR16mr, op::OR32mr, op::OR64mr},
                             {op::OR8mi, op::OR16mi, op::OR32mi, op::OR64mi32},
                             {op::OR8mi, op::OR16mi8, op::OR32mi8, op::OR64mi8}};
constexpr MemForms kXorMem = {{op::XOR8mr, op::XOR16mr, op::XOR32mr, op::XOR64mr},
                              {op::XOR8mi, op::XOR16mi, op::XOR32mi, op::XOR64mi32},
                              {op::XOR8mi, op::XOR16mi8, op::XOR32mi8, op::XOR64mi8}};

const MemForms *memForms(Op o) {
  switch (o) {
  case Op::Add:
    return &kAddMem;
  case Op::Sub:
    return &kSubMem;
  case Op::And:
    return &kAndMem;
  case Op::Or:
    return &kOrMem;
  case Op::Xor:
    return &kXorMem;
  default:
    return nullptr;
  }
}

constexpr op::Id kStore[] = {op::MOV8mr, op::MOV16mr, op::MOV32mr, op::MOV64mr};
constexpr op::Id kStoreImm[] = {op::MOV8mi, op::MOV16mi, op::MOV32mi, op::MOV64mi32};

op::Id storeOp(Type t) {
  switch (t) {
  case Type::F32:
    return op::MOVSSmr;
  case Type::F64:
    return op::MOVSDmr;
  case Type::V128:
    return op::MOVUPSmr;
  default:
    return kStore[log2Size(t)];
  }
}

op::Id loadOp(Type t) {
  switch (t) {
  case Type::Bool:
  case Type::I8:
    return op::MOVZX32rm8;
  case Type::I16:
    return op::MOVZX32rm16;
  case Type::I32:
    return op::MOV32rm;
  case Type::F32:
    return op::MOVSSrm;
  case Type::F64:
    return op::MOVSDrm;
  case Type::V128:
    return op::MOVUPSrm;
  default:
    return op::MOV64rm;
  }
}

} // namespace

void Selector::loadTo(VReg d, Type type, const MMem &m) { Ins(*this, loadOp(type)).def(d).mem(m); }

// *p = *p op x, without a register for the value.
bool Selector::lowerReadModifyWrite(const Value &v) {
  ValueId value = v.arg(1);
  const Value &b = f_[value];
  const MemForms *forms = memForms(b.op);
  if (forms == nullptr || b.uses != 1 || b.block != cur_block_)
    return false;
  for (unsigned side = 0; side != (b.op == Op::Sub ? 1u : 2u); ++side) {
    const Value &l = f_[b.arg(side)];
    if (l.op != Op::Load || l.uses != 1 || l.block != cur_block_ || l.arg(1) != v.arg(2) ||
        resolve(l.arg(0)) != resolve(v.arg(0)) || l.type != b.type)
      continue;
    const unsigned k = log2Size(b.type);
    ValueId other = b.arg(1 - side);
    MMem m = address(v.arg(0));
    noteAccess(l.arg(0), 0);
    std::int64_t c;
    if (fitsImm32(other, c)) {
      Ins(*this, c == static_cast<std::int8_t>(c) ? forms->mi8[k] : forms->mi[k]).mem(m).imm(c);
      return true;
    }
    VReg x = use(other);
    Ins(*this, forms->mr[k]).mem(m).use(x);
    return true;
  }
  return false;
}

void Selector::lowerStore(const Value &v) {
  ValueId value = v.arg(1);
  const Type type = f_[value].type;
  if (lowerReadModifyWrite(v))
    return;
  std::int64_t c;
  if (!ssa::inFloatRegister(type) && fitsImm32(value, c)) {
    Ins(*this, kStoreImm[log2Size(type)]).mem(address(v.arg(0))).imm(c);
    return;
  }
  const Value &compared = f_[value];
  if (isCompare(compared.op) && compared.uses == 1) {
    MMem m = address(v.arg(0));
    FlagsTest t = compare(value);
    if (t.form == CondForm::Single) {
      Ins(*this, op::SETCCm).mem(m).cond(t.cond);
      return;
    }
    VReg d = temporary(Type::Bool);
    setFromFlags(d, t);
    Ins(*this, op::MOV8mr).mem(m).use(d);
    return;
  }
  MMem m = address(v.arg(0));
  VReg x = use(value);
  Ins(*this, storeOp(type)).mem(m).use(x);
}

void Selector::lowerZero(const Value &v) {
  const std::int64_t n = f_[v.layout()].size_bytes;
  ValueId p = v.arg(0);
  auto at = [&](std::int64_t off) { return address(p, off); };
  auto wide = [&](std::int64_t off) { Ins(*this, op::MOVUPSmr).mem(at(off)).phys(Reg::X15); };
  auto store = [&](unsigned k, std::int64_t off) { Ins(*this, kStoreImm[k]).mem(at(off)).imm(0); };
  if (n == 0)
    return;
  if (n > kInlineBytes) {
    if (n % 8 != 0)
      store(3, n - 8);
    VReg to = use(p);
    Ins(*this, op::STOSQ)
        .useImplicit(to, Reg::DI)
        .useImplicit(constant(Type::I64, n / 8), Reg::CX)
        .useImplicit(constant(Type::I64, 0), Reg::AX)
        .clobber(regBit(Reg::DI) | regBit(Reg::CX))
        .prefix(kRep);
    return;
  }
  if (n >= 16) {
    for (std::int64_t off = 0; off + 16 <= n; off += 16)
      wide(off);
    if (n % 16 == 8)
      store(3, n - 8);
    else if (n % 16 != 0)
      wide(n - 16);
    return;
  }
  for (unsigned k = 3; k-- != 0;) { // two stores, overlapping
    const std::int64_t size = std::int64_t{2} << k;
    if (n < size)
      continue;
    store(k + 1, 0);
    if (n > size)
      n - size == 1 ? store(0, n - 1) : store(k + 1, n - size);
    return;
  }
  store(0, 0);
}

void Selector::lowerMove(const Value &v) {
  const std::int64_t n = f_[v.layout()].size_bytes;
  ValueId to = v.arg(0), from = v.arg(1);
  auto copy = [&](Type t, std::int64_t off) {
    VReg x = temporary(t);
    MMem source = address(from, off), target = address(to, off);
    loadTo(x, t, source);
    Ins(*this, storeOp(t)).mem(target).use(x);
  };
  if (n == 0)
    return;
  if (n > kInlineBytes) {
    if (n % 8 != 0)
      copy(Type::I64, n - 8);
    VReg d = use(to), s = use(from);
    Ins(*this, op::MOVSQ)
        .useImplicit(d, Reg::DI)
        .useImplicit(s, Reg::SI)
        .useImplicit(constant(Type::I64, n / 8), Reg::CX)
        .clobber(regBit(Reg::DI) | regBit(Reg::SI) | regBit(Reg::CX))
        .prefix(kRep);
    return;
  }
  if (n >= 16) {
    for (std::int64_t off = 0; off + 16 <= n; off += 16)
      copy(Type::V128, off);
    if (n % 16 == 8)
      copy(Type::I64, n - 8);
    else if (n % 16 != 0)
      copy(Type::V128, n - 16);
    return;
  }
  if (n >= 8) {
    copy(Type::I64, 0);
    if (n > 8)
      copy(n == 12 ? Type::I32 : Type::I64, n == 12 ? 8 : n - 8);
    return;
  }
  if (n >= 4) {
    copy(Type::I32, 0);
    if (n > 4)
      copy(n == 5 ? Type::I8 : n == 6 ? Type::I16 : Type::I32, n == 5 || n == 6 ? 4 : n - 4);
    return;
  }
  if (n >= 2)
    copy(Type::I16, 0);
  if (n != 2)
    copy(Type::I8, n - 1);
}

bool Selector::lowerAtomic(ValueId id, const Value &v) {
  const Type type = v.argCount() > 2 ? f_[v.arg(1)].type : Type::I64;
  const unsigned size = ssa::sizeBytes(type);
  switch (v.op) {
  case Op::AtomicLoad: {
    // The element's own type says the width; a load that nobody looks at still faults on nil.
    Type t = Type::I8;
    const std::vector<ValueId> &list = selects_[id.raw];
    if (!list.empty() && list[0])
      t = f_[list[0]].type;
    VReg d = tupleDef(id, 0, t);
    loadTo(d, t, address(v.arg(0)));
    return true;
  }
  case Op::AtomicStoreRel: {
    MMem m = address(v.arg(0));
    VReg x = use(v.arg(1));
    Ins(*this, storeOp(type)).mem(m).use(x);
    return true;
  }
  case Op::AtomicStore:
  case Op::AtomicExchange: {
    VReg old = v.op == Op::AtomicExchange ? tupleDef(id, 0, type) : temporary(type);
    MMem m = address(v.arg(0));
    VReg x = use(v.arg(1));
    Ins(*this, size == 8 ? op::XCHG64rm : size == 4 ? op::XCHG32rm : op::XCHG8rm).def(old).tied(x).mem(m);
    return true;
  }
  case Op::AtomicAdd: {
    VReg old = tupleResult(id, 0);
    MMem m = address(v.arg(0));
    VReg x = use(v.arg(1));
    if (old == kNoVReg)
      Ins(*this, size == 8 ? op::ADD64mr : op::ADD32mr).mem(m).use(x).prefix(kLock);
    else
      Ins(*this, size == 8 ? op::XADD64rm : op::XADD32rm).def(old).tied(x).mem(m).prefix(kLock);
    return true;
  }
  case Op::AtomicCas: {
    VReg swapped = tupleResult(id, 0);
    MMem m = address(v.arg(0));
    VReg expected = use(v.arg(1)), x = use(v.arg(2)), found = temporary(type);
    op::Id o = size == 8 ? op::CMPXCHG64rm : size == 4 ? op::CMPXCHG32rm : op::CMPXCHG8rm;
    Ins(*this, o).mem(m).use(x).defImplicit(found, Reg::AX).tied(expected, 2).prefix(kLock);
    if (swapped != kNoVReg)
      Ins(*this, op::SETCCr).def(swapped).cond(Cond::E);
    return true;
  }
  case Op::AtomicAnd:
  case Op::AtomicOr: {
    VReg old = tupleResult(id, 0);
    const bool is_and = v.op == Op::AtomicAnd;
    MMem m = address(v.arg(0));
    std::int64_t c;
    if (old == kNoVReg) {
      const MemForms &forms = is_and ? kAndMem : kOrMem;
      const unsigned k = log2Size(type);
      if (fitsImm32(v.arg(1), c)) {
        Ins(*this, c == static_cast<std::int8_t>(c) ? forms.mi8[k] : forms.mi[k]).mem(m).imm(c).prefix(kLock);
      } else {
        VReg x = use(v.arg(1));
        Ins(*this, forms.mr[k]).mem(m).use(x).prefix(kLock);
      }
      return true;
    }
    VReg x = use(v.arg(1));
    Ins ins(*this, PAtomicLoop);
    ins.defImplicit(old, Reg::AX).mem(m).use(x).temp(Type::I64).imm(size * 2 + (is_and ? 0 : 1)).flags(true, false);
    mf_.operands[mf_.operands.size() - 5].early = true;
    return true;
  }
  default:
    return false;
  }
}

bool Selector::lowerMemory(ValueId id, const Value &v) {
  switch (v.op) {
  case Op::Load:
    loadTo(result(id), v.type, address(v.arg(0)));
    return true;
  case Op::Store:
    lowerStore(v);
    return true;
  case Op::Zero:
    lowerZero(v);
    return true;
  case Op::Move:
    lowerMove(v);
    return true;
  case Op::NilCheck: {
    const Value &root = f_[resolve(v.arg(0))];
    bool needless = isCovered(v, id) || root.op == Op::LocalAddr || root.op == Op::Addr ||
                    (root.flags & ssa::ValueFlags::NonNil) != 0;
    if (nil_checks_)
      nil_checks_->push_back({v.pos, needless ? "removed nil check" : "generated nil check"});
    if (needless)
      return true;
    MMem m;
    m.base = use(v.arg(0));
    Ins(*this, op::TEST8mr).mem(m).phys(Reg::AX);
    noteAccess(id, 0);
    noteAccess(resolve(id), 0);
    return true;
  }
  case Op::KeepAlive: {
    std::int64_t c;
    if (isConst(v.arg(0), c))
      return true;
    VReg x = use(v.arg(0));
    Ins(*this, PKeepAlive).use(x);
    return true;
  }
  case Op::InlineMark:
    Ins(*this, PInlineMark).imm(v.aux_int);
    return true;
  case Op::Prefetch:
    Ins(*this, v.aux_int == 0 ? op::PREFETCHT0 : op::PREFETCHNTA).mem(address(v.arg(0), 0, false));
    return true;
  case Op::GetG: {
    MMem m;
    m.base_reg = Reg::R14;
    lea(result(id), m);
    return true;
  }
  case Op::GetCallerPC: {
    MMem m;
    m.frame = FrameBase::Caller, m.disp = -8;
    loadTo(result(id), Type::I64, m);
    return true;
  }
  case Op::GetCallerSP:
  case Op::GetSP: {
    MMem m;
    m.frame = v.op == Op::GetSP ? FrameBase::OutArg : FrameBase::Caller;
    lea(result(id), m);
    return true;
  }
  case Op::WriteBarrierBuffer: {
    mf_.makes_calls = mf_.calls_return = true;
    VReg buffer = tupleDef(id, 0, Type::I64);
    Ins(*this, PWriteBarrier).defImplicit(buffer, Reg::R11).imm(v.aux_int).flags(true, false);
    return true;
  }
  default:
    return lowerAtomic(id, v);
  }
}

} // namespace gannet::x86
