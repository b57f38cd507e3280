// Addresses: pointer arithmetic folded into memory operands, loads folded into their user, nil checks made by accesses.
#include "compiler/x86/selector.h"

namespace gannet::x86 {

using ssa::Op;
using ssa::Type;
using ssa::ValueId;

namespace {

constexpr std::int64_t kNilPageBytes = 4096; // an access below this faults if the base is nil

bool fits32(std::int64_t v) { return v == static_cast<std::int32_t>(v); }

} // namespace

void Selector::noteAccess(ValueId pointer, std::int64_t disp) {
  if (disp >= 0 && disp < kNilPageBytes && cur_mem_)
    covered_[pointer.raw] = {cur_mem_.raw, cur_pos_};
}

// A check is not needed if a faulting access of its pointer follows in the same memory state and block. The access then stands
// for the check: it faults where the check stands in the source.
bool Selector::isCovered(const Value &check, ValueId id) {
  ValueId mem = check.arg(1);
  auto covers = [&](ValueId key) {
    auto it = covered_.find(key.raw);
    if (it == covered_.end() || it->second.mem != mem.raw)
      return false;
    mf_.positions[it->second.pos] = check.pos;
    return true;
  };
  return covers(id) || covers(check.arg(0)) || covers(resolve(check.arg(0)));
}

MMem Selector::address(ValueId ptr, std::int64_t disp, bool faulting) {
  MMem m;
  if (!fits32(disp)) { // into an object of more than 2 GB
    m.base = use(ptr);
    m.index = constant(Type::I64, disp);
    return m;
  }
  m.disp = disp;
  ValueId index;
  for (;;) {
    const Value &v = f_[ptr];
    if (v.op == Op::NilCheck || v.op == Op::Copy) {
      if (faulting && !index && v.op == Op::NilCheck)
        noteAccess(ptr, m.disp);
      ptr = v.arg(0);
      continue;
    }
    if (v.op == Op::OffPtr && fits32(m.disp + v.aux_int)) {
      if (faulting && !index)
        noteAccess(ptr, m.disp);
      m.disp += v.aux_int;
      ptr = v.arg(0);
      continue;
    }
    if (v.op == Op::AddPtr) {
      std::int64_t c;
      if (fitsImm32(v.arg(1), c) && fits32(m.disp + c)) {
        m.disp += c, ptr = v.arg(0);
        continue;
      }
      if (!index && (v.uses == 1 || v.block == cur_block_)) {
        if (faulting)
          noteAccess(ptr, m.disp);
        index = resolve(v.arg(1));
        for (bool again = true; again;) {
          again = false;
          const Value &i = f_[index];
          std::int64_t k;
          if (i.op == Op::Shl && m.scale == 1 && isConst(i.arg(1), k) && k >= 1 && k <= 3 && i.type == Type::I64)
            m.scale = static_cast<std::uint8_t>(1 << k), index = resolve(i.arg(0)), again = true;
          else if (i.op == Op::Mul && m.scale == 1 && isConst(i.arg(1), k) && (k == 2 || k == 4 || k == 8) &&
                   i.type == Type::I64)
            m.scale = static_cast<std::uint8_t>(k), index = resolve(i.arg(0)), again = true;
          else if (i.op == Op::Add && i.type == Type::I64 && fitsImm32(i.arg(1), k) &&
                   fits32(m.disp + k * m.scale) && (i.uses == 1 || i.block == cur_block_))
            m.disp += k * m.scale, index = resolve(i.arg(0)), again = true;
        }
        ptr = v.arg(0);
        continue;
      }
    }
    break;
  }
  const Value &root = f_[ptr];
  if (faulting && !index)
    noteAccess(ptr, m.disp);
  switch (root.op) {
  case Op::LocalAddr:
    m.frame = FrameBase::Local, m.local = root.local().raw, m.disp += root.aux_int;
    break;
  case Op::OutArgAddr:
    m.frame = FrameBase::OutArg, m.disp += root.aux_int;
    break;
  case Op::Addr:
    if (!index && fits32(m.disp + root.aux_int)) {
      m.sym = root.sym, m.disp += root.aux_int;
      break;
    }
    m.base = use(ptr);
    break;
  case Op::GetG:
    m.base_reg = Reg::R14;
    break;
  default:
    m.base = use(ptr);
  }
  if (index) {
    m.index = use(index);
    if (m.frame == FrameBase::None && m.base == kNoVReg && m.base_reg == Reg::None && !m.sym)
      m.base = use(ptr);
  }
  return m;
}

bool Selector::canFoldLoad(ValueId id, Type type) const {
  const Value &v = f_[id];
  return may_fold_loads_ && v.op == Op::Load && v.type == type && v.uses == 1 && v.block == cur_block_ && cur_mem_ &&
         v.arg(1) == cur_mem_;
}

// What comes of it faults where the load stands.
MMem Selector::foldedLoad(ValueId id) {
  mf_.positions.push_back(f_[id].pos);
  cur_pos_ = static_cast<std::uint32_t>(mf_.positions.size() - 1);
  return address(f_[id].arg(0));
}

void Selector::lea(VReg d, const MMem &m) { Ins(*this, op::LEA64r).def(d).mem(m); }

} // namespace gannet::x86
