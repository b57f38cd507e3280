// Integer arithmetic. Types below 32 bits are computed in 32-bit registers with anything above; what looks at the upper
// bits (division, right shifts, conversions) extends first.
#include "compiler/x86/selector.h"

#include <bit>

namespace gannet::x86 {

using ssa::Op;
using ssa::Type;
using ssa::ValueId;

namespace {

struct BinaryForms {
  op::Id rr[2], ri[2], ri8[2], rm[2]; // 32 and 64 bits
};
constexpr BinaryForms kSub = {{op::SUB32rr, op::SUB64rr}, {op::SUB32ri, op::SUB64ri32},
                              {op::SUB32ri8, op::SUB64ri8}, {op::SUB32rm, op::SUB64rm}};
constexpr BinaryForms kAdd = {{op::ADD32rr, op::ADD64rr}, {op::ADD32ri, op::ADD64ri32},
                              {op::ADD32ri8, op::ADD64ri8}, {op::ADD32rm, op::ADD64rm}};
constexpr BinaryForms kAnd = {{op::AND32rr, op::AND64rr}, {op::AND32ri, op::AND64ri32},
                              {op::AND32ri8, op::AND64ri8}, {op::AND32rm, op::AND64rm}};
constexpr BinaryForms kOr = {{op::OR32rr, op::OR64rr}, {op::OR32ri, op::OR64ri32},
                             {op::OR32ri8, op::OR64ri8}, {op::OR32rm, op::OR64rm}};
constexpr BinaryForms kXor = {{op::XOR32rr, op::XOR64rr}, {op::XOR32ri, op::XOR64ri32},
                              {op::XOR32ri8, op::XOR64ri8}, {op::XOR32rm, op::XOR64rm}};

// A word plus or minus another, without and with a carry that comes in.
struct CarryForms {
  op::Id rr[2], ri[2], ri8[2];
};
constexpr CarryForms kAddCarry = {
    {op::ADD64rr, op::ADC64rr}, {op::ADD64ri32, op::ADC64ri32}, {op::ADD64ri8, op::ADC64ri8}};
constexpr CarryForms kSubBorrow = {
    {op::SUB64rr, op::SBB64rr}, {op::SUB64ri32, op::SBB64ri32}, {op::SUB64ri8, op::SBB64ri8}};

const BinaryForms &formsOf(Op o) {
  switch (o) {
  case Op::Sub:
  case Op::SubPtr:
    return kSub;
  case Op::And:
  case Op::BoolAnd:
    return kAnd;
  case Op::Or:
  case Op::BoolOr:
    return kOr;
  case Op::Xor:
    return kXor;
  default:
    return kAdd;
  }
}

bool fitsByte(std::int64_t v) { return v == static_cast<std::int8_t>(v); }
bool isWide(Type t) { return ssa::sizeBytes(t) == 8; }

} // namespace

VReg Selector::extended(ValueId id, bool is_signed) {
  const Value &v = f_[id];
  const unsigned size = ssa::sizeBytes(v.type);
  VReg r = use(id);
  if (size >= 4)
    return r;
  std::int64_t c;
  if (isConst(id, c))
    return constant(Type::I32, is_signed ? c : (size == 1 ? c & 0xff : c & 0xffff));
  if (!is_signed && resolve(id) == id && zeroExtends(id))
    return r;
  VReg d = temporary(Type::I32);
  op::Id o = size == 1 ? (is_signed ? op::MOVSX32rr8 : op::MOVZX32rr8) : (is_signed ? op::MOVSX32rr16 : op::MOVZX32rr16);
  Ins(*this, o).def(d).use(r);
  return d;
}

void Selector::lowerBinary(ValueId id, const Value &v) {
  VReg d = result(id);
  const unsigned w = isWide(v.type) ? 1 : 0;
  ValueId a = v.arg(0), b = v.arg(1);
  const bool commutes = ssa::isCommutative(v.op) || v.op == Op::Add;
  std::int64_t c;
  if (commutes && isConst(a, c) && !isConst(b, c))
    std::swap(a, b);
  const BinaryForms &forms = formsOf(v.op);
  if (fitsImm32(b, c)) {
    VReg x = use(a);
    if (v.op == Op::Add || (v.op == Op::Sub && c != INT32_MIN)) {
      Ins(*this, w ? PAdd64 : PAdd32).def(d).use(x).imm(v.op == Op::Add ? c : -c).flags(true, false);
      return;
    }
    if (v.op == Op::And && c == 0xff && v.type != Type::I8) {
      Ins(*this, op::MOVZX32rr8).def(d).use(x);
      return;
    }
    if (v.op == Op::And && c == 0xffff && v.type != Type::I16 && v.type != Type::I8) {
      Ins(*this, op::MOVZX32rr16).def(d).use(x);
      return;
    }
    if (v.op == Op::Xor && c == -1) {
      Ins(*this, w ? op::NOT64r : op::NOT32r).def(d).tied(x);
      return;
    }
    // A 64-bit AND with a non-negative mask is a 32-bit one.
    const unsigned iw = v.op == Op::And && c >= 0 ? 0 : w;
    Ins(*this, fitsByte(c) ? forms.ri8[iw] : forms.ri[iw]).def(d).tied(x).imm(c);
    return;
  }
  if (v.op == Op::And && w == 1 && isConst(b, c) && c == 0xffffffff) {
    VReg x = use(a);
    Ins(*this, op::MOV32rr).def(d).use(x);
    return;
  }
  const bool full = ssa::sizeBytes(v.type) >= 4;
  if (commutes && full && canFoldLoad(a, v.type) && !canFoldLoad(b, v.type))
    std::swap(a, b);
  if (full && canFoldLoad(b, v.type)) {
    MMem m = foldedLoad(b);
    VReg x = use(a);
    Ins(*this, forms.rm[w]).def(d).tied(x).mem(m);
    return;
  }
  if (v.op == Op::Add && w == 1) { // x + y<<k
    for (unsigned side = 0; side != 2; ++side) {
      ValueId shifted = side == 0 ? b : a;
      const Value &s = f_[shifted];
      std::int64_t k;
      if (s.op == Op::Shl && s.uses == 1 && isConst(s.arg(1), k) && k >= 1 && k <= 3) {
        MMem m;
        m.base = use(side == 0 ? a : b), m.index = use(s.arg(0)), m.scale = static_cast<std::uint8_t>(1 << k);
        lea(d, m);
        return;
      }
    }
  }
  VReg x = use(a), y = use(b);
  if (v.op == Op::Add) {
    Ins(*this, w ? PAdd64 : PAdd32).def(d).use(x).use(y).flags(true, false);
    return;
  }
  Ins(*this, forms.rr[w]).def(d).tied(x).use(y);
}

void Selector::lowerMul(ValueId id, const Value &v) {
  VReg d = result(id);
  const bool wide = isWide(v.type);
  ValueId a = v.arg(0), b = v.arg(1);
  std::int64_t c;
  if (isConst(a, c) && !isConst(b, c))
    std::swap(a, b);
  if (fitsImm32(b, c)) {
    VReg x = use(a);
    if (c == 3 || c == 5 || c == 9) {
      MMem m;
      m.base = x, m.index = x, m.scale = static_cast<std::uint8_t>(c - 1);
      Ins(*this, wide ? op::LEA64r : op::LEA64_32r).def(d).mem(m);
    } else if (c == 1) {
      Ins(*this, wide ? static_cast<std::uint16_t>(PMove) : static_cast<std::uint16_t>(op::MOV32rr)).def(d).use(x);
    } else if (c > 0 && std::has_single_bit(static_cast<std::uint64_t>(c))) {
      Ins(*this, wide ? op::SHL64ri : op::SHL32ri).def(d).tied(x).imm(std::countr_zero(static_cast<std::uint64_t>(c)));
    } else if (fitsByte(c)) {
      Ins(*this, wide ? op::IMUL64rri8 : op::IMUL32rri8).def(d).use(x).imm(c);
    } else {
      Ins(*this, wide ? op::IMUL64rri32 : op::IMUL32rri).def(d).use(x).imm(c);
    }
    return;
  }
  if (ssa::sizeBytes(v.type) >= 4 && canFoldLoad(b, v.type)) {
    MMem m = foldedLoad(b);
    VReg x = use(a);
    Ins(*this, wide ? op::IMUL64rm : op::IMUL32rm).def(d).tied(x).mem(m);
    return;
  }
  VReg x = use(a), y = use(b);
  Ins(*this, wide ? op::IMUL64rr : op::IMUL32rr).def(d).tied(x).use(y);
}

void Selector::lowerMulHi(ValueId id, const Value &v) {
  const bool is_signed = v.op == Op::MulHi;
  VReg d = result(id);
  const unsigned size = ssa::sizeBytes(v.type);
  if (size < 4) {
    VReg x = extended(v.arg(0), is_signed), y = extended(v.arg(1), is_signed);
    VReg product = temporary(Type::I32);
    Ins(*this, op::IMUL32rr).def(product).tied(x).use(y);
    Ins(*this, op::SHR32ri).def(d).tied(product).imm(size * 8);
    return;
  }
  VReg x = use(v.arg(0)), y = use(v.arg(1));
  VReg low = temporary(Type::I64);
  op::Id o = size == 8 ? (is_signed ? op::IMUL64r : op::MUL64r) : (is_signed ? op::IMUL32r : op::MUL32r);
  Ins(*this, o).use(y).defImplicit(d, Reg::DX).defImplicit(low, Reg::AX).tied(x, 2);
}

// The other one of x / y and x % y, ahead in the same block: one instruction makes both.
ValueId Selector::divisionAhead(ValueId id, const Value &v) const {
  static constexpr std::pair<Op, Op> kPairs[] = {{Op::Div, Op::Mod}, {Op::DivU, Op::ModU}};
  Op other = Op::Invalid;
  for (auto [a, b] : kPairs)
    other = v.op == a ? b : v.op == b ? a : other;
  for (ValueId ahead : f_[cur_block_].values) {
    if (ahead == id)
      break;
    const Value &w = f_[ahead];
    if (w.op == other && w.type == v.type && resolve(w.arg(0)) == resolve(v.arg(0)) && resolve(w.arg(1)) == resolve(v.arg(1)))
      return ahead;
  }
  return {};
}

void Selector::lowerDivide(ValueId id, const Value &v) {
  const bool is_signed = v.op == Op::Div || v.op == Op::Mod;
  const bool remainder = v.op == Op::Mod || v.op == Op::ModU;
  const unsigned size = ssa::sizeBytes(v.type);
  std::int64_t c;
  if (!is_signed && isConst(v.arg(1), c)) { // by a power of two
    std::uint64_t u = static_cast<std::uint64_t>(c);
    if (size < 8)
      u &= (std::uint64_t{1} << (size * 8)) - 1;
    if (std::has_single_bit(u)) {
      VReg d = result(id), x = extended(v.arg(0), false);
      if (remainder && u - 1 <= 0x7fffffff)
        Ins(*this, op::AND32ri).def(d).tied(x).imm(static_cast<std::int64_t>(u - 1));
      else if (remainder)
        Ins(*this, op::AND64rr).def(d).tied(x).use(constant(Type::I64, static_cast<std::int64_t>(u - 1)));
      else
        Ins(*this, size == 8 ? op::SHR64ri : op::SHR32ri).def(d).tied(x).imm(std::countr_zero(u));
      return;
    }
  }
  if (ValueId ahead = divisionAhead(id, v)) {
    division_of_[ahead.raw] = result(id);
    needed_[ahead.raw] = 1;
    return;
  }
  const bool wide = size == 8;
  VReg quotient = temporary(v.type), rest = temporary(v.type);
  (remainder ? rest : quotient) = result(id);
  if (auto both = division_of_.find(id.raw); both != division_of_.end())
    (remainder ? quotient : rest) = both->second;
  VReg x = extended(v.arg(0), is_signed), y = extended(v.arg(1), is_signed);
  const bool constant_divisor = isConst(v.arg(1), c) && c != -1;
  if (is_signed && !constant_divisor && size >= 4) {
    Ins(*this, PDiv).defImplicit(quotient, Reg::AX).defImplicit(rest, Reg::DX).use(y).tied(x, 0).imm(size * 8)
        .flags(true, false);
    return;
  }
  VReg high = temporary(Type::I64);
  if (is_signed) {
    // CDQ and CQO want the dividend in AX and leave it there.
    VReg low = temporary(Type::I64);
    Ins(*this, wide ? op::CQO : op::CDQ).defImplicit(low, Reg::AX).defImplicit(high, Reg::DX).tied(x, 0);
    x = low;
  } else {
    high = constant(Type::I32, 0);
  }
  op::Id o = wide ? (is_signed ? op::IDIV64r : op::DIV64r) : (is_signed ? op::IDIV32r : op::DIV32r);
  Ins(*this, o).use(y).defImplicit(quotient, Reg::AX).defImplicit(rest, Reg::DX).tied(x, 1).tied(high, 2);
}

void Selector::lowerShift(ValueId id, const Value &v) {
  static constexpr op::Id kImm[3][2] = {
      {op::SHL32ri, op::SHL64ri}, {op::SHR32ri, op::SHR64ri}, {op::SAR32ri, op::SAR64ri}};
  static constexpr op::Id kByCl[3][2] = {
      {op::SHL32rCL, op::SHL64rCL}, {op::SHR32rCL, op::SHR64rCL}, {op::SAR32rCL, op::SAR64rCL}};
  const unsigned kind = v.op == Op::Shl ? 0 : v.op == Op::Shr ? 1 : 2;
  const unsigned size = ssa::sizeBytes(v.type), bits = size * 8, w = size == 8 ? 1 : 0;
  const unsigned machine_bits = w ? 64 : 32;
  VReg d = result(id);
  std::int64_t c;
  auto value = [&] { return kind == 0 ? use(v.arg(0)) : extended(v.arg(0), kind == 2); };
  if (isConst(v.arg(1), c)) {
    std::uint64_t n = static_cast<std::uint64_t>(c);
    if (unsigned count_bits = ssa::sizeBits(f_[v.arg(1)].type); count_bits < 64)
      n &= (std::uint64_t{1} << count_bits) - 1;
    if (n >= bits) {
      if (kind != 2) {
        Ins(*this, PMove).def(d).use(constant(v.type, 0));
        return;
      }
      n = bits - 1;
    }
    VReg x = value();
    if (n == 0 && size == 4)
      Ins(*this, op::MOV32rr).def(d).use(x);
    else if (n == 0)
      Ins(*this, PMove).def(d).use(x);
    else if (kind == 0 && n == 1)
      Ins(*this, w ? PAdd64 : PAdd32).def(d).use(x).use(x).flags(true, false);
    else
      Ins(*this, kImm[kind][w]).def(d).tied(x).imm(static_cast<std::int64_t>(n));
    return;
  }
  if (v.aux_int == 1) {
    VReg x = value(), n = use(v.arg(1));
    Ins(*this, kByCl[kind][w]).def(d).tied(x).useImplicit(n, Reg::CX);
    return;
  }
  // The machine takes the count modulo its width; Go does not.
  const Type count_type = f_[v.arg(1)].type;
  const unsigned count_size = ssa::sizeBytes(count_type);
  static constexpr op::Id kCmp[] = {op::CMP8ri, op::CMP16ri8, op::CMP32ri8, op::CMP64ri8};
  const op::Id cmp = kCmp[std::countr_zero(count_size)];
  VReg x = value(), n = use(v.arg(1));
  if (kind == 2) {
    VReg limited = temporary(Type::I32);
    Ins(*this, cmp).use(n).imm(machine_bits);
    Ins(*this, op::CMOV32rr).def(limited).tied(n).use(constant(Type::I32, machine_bits - 1)).cond(Cond::AE);
    Ins(*this, kByCl[kind][w]).def(d).tied(x).useImplicit(limited, Reg::CX);
    return;
  }
  VReg shifted = temporary(v.type), mask = temporary(v.type);
  Ins(*this, kByCl[kind][w]).def(shifted).tied(x).useImplicit(n, Reg::CX);
  Ins(*this, cmp).use(n).imm(machine_bits);
  Ins(*this, PCarryMask).def(mask).flags(true, true);
  Ins(*this, w ? op::AND64rr : op::AND32rr).def(d).tied(shifted).use(mask);
}

void Selector::lowerRotate(ValueId id, const Value &v) {
  static constexpr op::Id kImm[] = {op::ROL8ri, op::ROL16ri, op::ROL32ri, op::ROL64ri};
  static constexpr op::Id kByCl[] = {op::ROL8rCL, op::ROL16rCL, op::ROL32rCL, op::ROL64rCL};
  const unsigned size = ssa::sizeBytes(v.type), k = static_cast<unsigned>(std::countr_zero(size));
  VReg d = result(id), x = use(v.arg(0));
  std::int64_t c;
  if (isConst(v.arg(1), c)) {
    Ins(*this, kImm[k]).def(d).tied(x).imm(c & (size * 8 - 1));
    return;
  }
  VReg n = use(v.arg(1));
  Ins(*this, kByCl[k]).def(d).tied(x).useImplicit(n, Reg::CX);
}

void Selector::lowerCarry(ValueId id, const Value &v) {
  const bool add = v.op == Op::AddCarry;
  VReg sum = tupleDef(id, 0, Type::I64), carry = tupleResult(id, 1);
  ValueId a = v.arg(0), b = v.arg(1);
  std::int64_t c;
  if (add && isConst(a, c) && !isConst(b, c))
    std::swap(a, b);
  const unsigned with_carry = isConst(v.arg(2), c) && c == 0 ? 0 : 1;
  const CarryForms &forms = add ? kAddCarry : kSubBorrow;
  const bool is_imm = fitsImm32(b, c);
  VReg x = use(a), y = is_imm ? kNoVReg : use(b);
  if (with_carry != 0) {
    VReg in = use(v.arg(2)), t = temporary(Type::I64);
    Ins(*this, op::NEG64r).def(t).tied(in); // CF is in != 0
    mf_.takes_carries = true;
  }
  if (is_imm)
    Ins(*this, fitsByte(c) ? forms.ri8[with_carry] : forms.ri[with_carry]).def(sum).tied(x).imm(c);
  else
    Ins(*this, forms.rr[with_carry]).def(sum).tied(x).use(y);
  if (carry != kNoVReg) {
    VReg mask = temporary(Type::I64);
    Ins(*this, PCarryMask).def(mask).flags(true, true);
    Ins(*this, op::NEG64r).def(carry).tied(mask);
  }
}

// The level from which on every processor has BMI1, BMI2 and LZCNT.
static constexpr unsigned kBmiLevel = 3;

void Selector::lowerBits(ValueId id, const Value &v) {
  VReg d = result(id);
  const unsigned size = ssa::sizeBytes(v.type);
  switch (v.op) {
  case Op::Ctz: {
    if (level_ >= kBmiLevel && size >= 4) { // of zero it gives the width
      VReg x = use(v.arg(0));
      Ins(*this, size == 8 ? op::TZCNT64rr : op::TZCNT32rr).def(d).use(x);
      return;
    }
    if (v.aux_int == 1) {
      VReg x = use(v.arg(0));
      Ins(*this, size == 8 ? op::BSF64rr : op::BSF32rr).def(d).use(x);
      return;
    }
    if (size == 8) {
      VReg x = use(v.arg(0)), t = temporary(Type::I64);
      Ins(*this, op::BSF64rr).def(t).use(x);
      Ins(*this, op::CMOV64rr).def(d).tied(t).use(constant(Type::I64, 64)).cond(Cond::E);
      return;
    }
    VReg x = use(v.arg(0));
    if (size == 4) {
      VReg wide = temporary(Type::I64), stop = temporary(Type::I64);
      Ins(*this, op::MOV32rr).def(wide).use(x);
      Ins(*this, op::BTS64ri8).def(stop).tied(wide).imm(32);
      Ins(*this, op::BSF64rr).def(d).use(stop);
      return;
    }
    VReg stop = temporary(Type::I32);
    Ins(*this, op::OR32ri).def(stop).tied(x).imm(1 << (size * 8));
    Ins(*this, op::BSF32rr).def(d).use(stop);
    return;
  }
  case Op::BitLen: {
    if (level_ >= kBmiLevel && size == 8) { // the width less the count of leading zeros
      VReg x = use(v.arg(0)), zeros = temporary(Type::I64), minus = temporary(Type::I64);
      Ins(*this, op::LZCNT64rr).def(zeros).use(x);
      Ins(*this, op::NEG64r).def(minus).tied(zeros);
      Ins(*this, PAdd64).def(d).use(minus).imm(64).flags(true, false);
      return;
    }
    if (size == 8) {
      VReg x = use(v.arg(0)), t = temporary(Type::I64), u = temporary(Type::I64);
      Ins(*this, op::BSR64rr).def(t).use(x);
      Ins(*this, op::CMOV64rr).def(u).tied(t).use(constant(Type::I64, -1)).cond(Cond::E);
      Ins(*this, PAdd64).def(d).use(u).imm(1).flags(true, false);
      return;
    }
    VReg x = extended(v.arg(0), false), wide = temporary(Type::I64), t = temporary(Type::I64);
    Ins(*this, op::MOV32rr).def(wide).use(x);
    MMem m; // twice the operand plus one: its highest bit is the length
    m.base = wide, m.index = wide, m.disp = 1;
    lea(t, m);
    Ins(*this, op::BSR64rr).def(d).use(t);
    return;
  }
  case Op::PopCount: {
    VReg x = extended(v.arg(0), false);
    Ins(*this, size == 8 ? op::POPCNT64rr : op::POPCNT32rr).def(d).use(x);
    return;
  }
  default: { // Bswap
    VReg x = use(v.arg(0));
    if (size == 8)
      Ins(*this, op::BSWAP64r).def(d).tied(x);
    else if (size == 4)
      Ins(*this, op::BSWAP32r).def(d).tied(x);
    else
      Ins(*this, op::ROL16ri).def(d).tied(x).imm(8);
  }
  }
}

void Selector::lowerExtend(ValueId id, const Value &v) {
  const bool is_signed = v.op == Op::SignExt;
  const Type from = f_[v.arg(0)].type;
  const unsigned size = ssa::sizeBytes(from);
  const bool wide = ssa::sizeBytes(v.type) == 8;
  VReg d = result(id);
  if (canFoldLoad(v.arg(0), from)) {
    MMem m = foldedLoad(v.arg(0));
    op::Id o = op::MOV32rm;
    if (size == 1)
      o = !is_signed ? op::MOVZX32rm8 : wide ? op::MOVSX64rm8 : op::MOVSX32rm8;
    else if (size == 2)
      o = !is_signed ? op::MOVZX32rm16 : wide ? op::MOVSX64rm16 : op::MOVSX32rm16;
    else if (is_signed)
      o = op::MOVSX64rm32;
    Ins(*this, o).def(d).mem(m);
    return;
  }
  VReg x = use(v.arg(0));
  op::Id o = op::MOV32rr;
  if (size == 1)
    o = !is_signed ? op::MOVZX32rr8 : wide ? op::MOVSX64rr8 : op::MOVSX32rr8;
  else if (size == 2)
    o = !is_signed ? op::MOVZX32rr16 : wide ? op::MOVSX64rr16 : op::MOVSX32rr16;
  else if (is_signed)
    o = op::MOVSX64rr32;
  Ins(*this, o).def(d).use(x);
}

// Bytes in groups of eight, in vector registers: the upper eight bytes are anything, cut off at the end.
void Selector::lowerMatch(ValueId id, const Value &v) {
  VReg d = result(id), word = use(v.arg(0));
  VReg bytes = temporary(Type::V128);
  auto finish = [&](VReg lanes) {
    VReg mask = temporary(Type::I32);
    Ins(*this, op::PMOVMSKBrr).def(mask).use(lanes);
    if (v.op == Op::MatchFull) {
      VReg inverted = temporary(Type::I32);
      Ins(*this, op::NOT32r).def(inverted).tied(mask);
      mask = inverted;
    }
    Ins(*this, op::MOVZX32rr8).def(d).use(mask);
  };
  Ins(*this, op::MOV64toPQIrr).def(bytes).use(word);
  if (v.op == Op::MatchEmptyOrDeleted || v.op == Op::MatchFull) {
    finish(bytes);
    return;
  }
  VReg pattern = temporary(Type::V128);
  if (v.op == Op::MatchEmpty) {
    MMem m;
    m.sym = rodata(static_cast<std::int64_t>(0x8080808080808080u), 8, true);
    Ins(*this, op::MOVUPSrm).def(pattern).mem(m);
  } else {
    VReg x = use(v.arg(1));
    VReg low = temporary(Type::V128), pairs = temporary(Type::V128);
    Ins(*this, op::MOVDI2PDIrr).def(low).use(x);
    Ins(*this, op::PUNPCKLBWrr).def(pairs).tied(low).use(low);
    Ins(*this, op::PSHUFLWri).def(pattern).use(pairs).imm(0);
  }
  VReg equal = temporary(Type::V128);
  Ins(*this, op::PCMPEQBrr).def(equal).tied(bytes).use(pattern);
  finish(equal);
}

bool Selector::lowerInt(ValueId id, const Value &v) {
  switch (v.op) {
  case Op::Add:
  case Op::Sub:
  case Op::And:
  case Op::Or:
  case Op::Xor:
  case Op::BoolAnd:
  case Op::BoolOr:
  case Op::SubPtr:
    lowerBinary(id, v);
    return true;
  case Op::BoolNot: {
    VReg x = use(v.arg(0));
    Ins(*this, op::XOR32ri8).def(result(id)).tied(x).imm(1);
    return true;
  }
  case Op::Neg:
  case Op::Not: {
    VReg x = use(v.arg(0));
    op::Id o = v.op == Op::Neg ? (isWide(v.type) ? op::NEG64r : op::NEG32r) : (isWide(v.type) ? op::NOT64r : op::NOT32r);
    Ins(*this, o).def(result(id)).tied(x);
    return true;
  }
  case Op::Mul:
    lowerMul(id, v);
    return true;
  case Op::MulHi:
  case Op::MulHiU:
    lowerMulHi(id, v);
    return true;
  case Op::Div:
  case Op::DivU:
  case Op::Mod:
  case Op::ModU:
    lowerDivide(id, v);
    return true;
  case Op::Mul128U: {
    VReg x = use(v.arg(0)), y = use(v.arg(1));
    VReg hi = tupleDef(id, 0, Type::I64), lo = tupleDef(id, 1, Type::I64);
    Ins(*this, op::MUL64r).use(y).defImplicit(hi, Reg::DX).defImplicit(lo, Reg::AX).tied(x, 2);
    return true;
  }
  case Op::Div128U: {
    VReg hi = use(v.arg(0)), lo = use(v.arg(1)), y = use(v.arg(2));
    VReg q = tupleDef(id, 0, Type::I64), r = tupleDef(id, 1, Type::I64);
    Ins(*this, op::DIV64r).use(y).defImplicit(q, Reg::AX).defImplicit(r, Reg::DX).tied(lo, 1).tied(hi, 2);
    return true;
  }
  case Op::AddCarry:
  case Op::SubBorrow:
    lowerCarry(id, v);
    return true;
  case Op::AvgU: {
    VReg d = result(id);
    if (v.type == Type::I64) {
      VReg x = use(v.arg(0)), y = use(v.arg(1)), t = temporary(Type::I64);
      Ins(*this, op::ADD64rr).def(t).tied(x).use(y);
      Ins(*this, op::RCR64r1).def(d).tied(t);
      return true;
    }
    VReg x = extended(v.arg(0), false), y = extended(v.arg(1), false);
    VReg a = temporary(Type::I64), b = temporary(Type::I64), s = temporary(Type::I64);
    Ins(*this, op::MOV32rr).def(a).use(x);
    Ins(*this, op::MOV32rr).def(b).use(y);
    Ins(*this, PAdd64).def(s).use(a).use(b).flags(true, false);
    Ins(*this, op::SHR64ri).def(d).tied(s).imm(1);
    return true;
  }
  case Op::Shl:
  case Op::Shr:
  case Op::Sar:
    lowerShift(id, v);
    return true;
  case Op::RotL:
    lowerRotate(id, v);
    return true;
  case Op::Ctz:
  case Op::BitLen:
  case Op::PopCount:
  case Op::Bswap:
    lowerBits(id, v);
    return true;
  case Op::SignExt:
  case Op::ZeroExt:
    if (resolve(id) != id)
      return true;
    lowerExtend(id, v);
    return true;
  case Op::OffPtr:
  case Op::AddPtr: {
    if (resolve(id) != id)
      return true;
    VReg d = result(id);
    if (v.op == Op::OffPtr && v.aux_int != static_cast<std::int32_t>(v.aux_int)) {
      VReg base = use(v.arg(0));
      Ins(*this, PAdd64).def(d).use(base).use(constant(Type::I64, v.aux_int)).flags(true, false);
      return true;
    }
    MMem m = address(id, 0, false);
    if (m.frame == FrameBase::None && !m.sym && m.base != kNoVReg && m.index == kNoVReg)
      Ins(*this, PAdd64).def(d).use(m.base).imm(m.disp).flags(true, false);
    else if (m.frame == FrameBase::None && !m.sym && m.base != kNoVReg && m.scale == 1 && m.disp == 0)
      Ins(*this, PAdd64).def(d).use(m.base).use(m.index).flags(true, false);
    else
      lea(d, m);
    return true;
  }
  case Op::PtrToInt:
  case Op::IntToPtr: {
    VReg x = use(v.arg(0));
    Ins(*this, PMove).def(result(id)).use(x);
    return true;
  }
  case Op::MatchByte:
  case Op::MatchEmpty:
  case Op::MatchEmptyOrDeleted:
  case Op::MatchFull:
    lowerMatch(id, v);
    return true;
  default:
    return false;
  }
}

} // namespace gannet::x86
