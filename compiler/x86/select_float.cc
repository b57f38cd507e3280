// Floating point: SSE2 scalar instructions, and those of later levels where the program has tested for them.
#include "compiler/x86/selector.h"

#include <cstdio>

namespace gannet::x86 {

using ssa::Op;
using ssa::Type;
using ssa::ValueId;

namespace {

struct FloatForms {
  op::Id rr[2], rm[2]; // f32, f64
};

FloatForms formsOf(Op o) {
  switch (o) {
  case Op::AddF:
    return {{op::ADDSSrr, op::ADDSDrr}, {op::ADDSSrm, op::ADDSDrm}};
  case Op::SubF:
    return {{op::SUBSSrr, op::SUBSDrr}, {op::SUBSSrm, op::SUBSDrm}};
  case Op::MulF:
    return {{op::MULSSrr, op::MULSDrr}, {op::MULSSrm, op::MULSDrm}};
  default:
    return {{op::DIVSSrr, op::DIVSDrr}, {op::DIVSSrm, op::DIVSDrm}};
  }
}

} // namespace

// A constant in read-only data: `size_bytes` of `bits`, or those 8 bytes twice, aligned for a 16-byte operand.
ssa::SymId Selector::rodata(std::int64_t bits, unsigned size_bytes, bool twice) {
  char name[48];
  const auto u = static_cast<unsigned long long>(size_bytes == 4 ? bits & 0xffffffff : bits);
  std::snprintf(name, sizeof name, twice ? "$f128.%016llx" : size_bytes == 4 ? "$f32.%08llx" : "$f64.%016llx", u);
  ssa::SymId sym = f_.symbol(name);
  for (const RodataConst &c : mf_.rodata)
    if (c.sym == sym)
      return sym;
  RodataConst c;
  c.sym = sym, c.align = twice ? 16 : size_bytes;
  for (unsigned copy = 0; copy != (twice ? 16 / size_bytes : 1); ++copy)
    for (unsigned i = 0; i != size_bytes; ++i)
      c.bytes.push_back(static_cast<std::uint8_t>(u >> (8 * i)));
  mf_.rodata.push_back(std::move(c));
  return sym;
}

bool Selector::lowerFloat(ValueId id, const Value &v) {
  const unsigned w = v.type == Type::F64 ? 1 : 0;
  auto symbolMem = [](ssa::SymId sym) {
    MMem m;
    m.sym = sym;
    return m;
  };
  switch (v.op) {
  case Op::AddF:
  case Op::SubF:
  case Op::MulF:
  case Op::DivF: {
    FloatForms forms = formsOf(v.op);
    ValueId a = v.arg(0), b = v.arg(1);
    const Value &bv = f_[resolve(b)];
    if (bv.op == Op::ConstF && bv.aux_int != 0) {
      VReg x = use(a);
      Ins(*this, forms.rm[w]).def(result(id)).tied(x).mem(symbolMem(rodata(bv.aux_int, w ? 8 : 4, false)));
      return true;
    }
    if (ssa::isCommutative(v.op) && canFoldLoad(a, v.type) && !canFoldLoad(b, v.type))
      std::swap(a, b);
    if (canFoldLoad(b, v.type)) {
      MMem m = foldedLoad(b);
      VReg x = use(a);
      Ins(*this, forms.rm[w]).def(result(id)).tied(x).mem(m);
      return true;
    }
    VReg x = use(a), y = use(b);
    Ins(*this, forms.rr[w]).def(result(id)).tied(x).use(y);
    return true;
  }
  case Op::NegF:
  case Op::AbsF: {
    VReg x = use(v.arg(0));
    const bool neg = v.op == Op::NegF;
    const std::int64_t sign = w ? INT64_MIN : static_cast<std::int64_t>(0x8000000080000000u);
    Ins(*this, neg ? op::XORPSrm : op::ANDPSrm).def(result(id)).tied(x).mem(symbolMem(rodata(neg ? sign : ~sign, 8, true)));
    return true;
  }
  case Op::SqrtF: {
    VReg x = use(v.arg(0));
    Ins(*this, w ? op::SQRTSDr : op::SQRTSSr).def(result(id)).use(x);
    return true;
  }
  case Op::CopysignF: {
    VReg x = use(v.arg(0)), y = use(v.arg(1)), magnitude = temporary(v.type), sign = temporary(v.type);
    Ins(*this, op::ANDPSrm).def(magnitude).tied(x).mem(symbolMem(rodata(INT64_MAX, 8, true)));
    Ins(*this, op::ANDPSrm).def(sign).tied(y).mem(symbolMem(rodata(INT64_MIN, 8, true)));
    Ins(*this, op::ORPSrr).def(result(id)).tied(magnitude).use(sign);
    return true;
  }
  case Op::MinF:
  case Op::MaxF: {
    VReg x = use(v.arg(0)), y = use(v.arg(1));
    Ins(*this, PMinMaxF).def(result(id)).tied(x).use(y).imm(w * 2 + (v.op == Op::MaxF)).flags(true, false);
    MOperand &d = mf_.operands[group_.back().first];
    d.early = true;
    return true;
  }
  case Op::FloorF:
  case Op::CeilF:
  case Op::TruncF:
  case Op::RoundToEvenF: {
    const std::int64_t mode = v.op == Op::FloorF ? 1 : v.op == Op::CeilF ? 2 : v.op == Op::TruncF ? 3 : 0;
    VReg x = use(v.arg(0));
    Ins(*this, op::ROUNDSDri).def(result(id)).use(x).imm(mode | 8);
    return true;
  }
  case Op::FmaF: {
    VReg x = use(v.arg(0)), y = use(v.arg(1)), z = use(v.arg(2));
    Ins(*this, w ? op::VFMADD231SDr : op::VFMADD231SSr).def(result(id)).tied(z).use(x).use(y);
    return true;
  }
  case Op::IntToF: {
    const unsigned from = ssa::sizeBytes(f_[v.arg(0)].type);
    VReg x = extended(v.arg(0), true);
    const op::Id o = from == 8 ? (w ? op::CVTSI642SDrr : op::CVTSI642SSrr) : (w ? op::CVTSI2SDrr : op::CVTSI2SSrr);
    Ins(*this, PCvtIntF).def(result(id)).use(x).imm(o);
    return true;
  }
  case Op::UintToF: {
    VReg x = use(v.arg(0));
    Ins(*this, PUintToF).defEarly(result(id)).use(x).temp(Type::I64).temp(Type::I64).imm(w).flags(true, false);
    return true;
  }
  case Op::FToInt: {
    const bool from64 = f_[v.arg(0)].type == Type::F64, to64 = v.type == Type::I64;
    VReg x = use(v.arg(0));
    const op::Id o = from64 ? (to64 ? op::CVTTSD2SI64rr : op::CVTTSD2SIrr) : (to64 ? op::CVTTSS2SI64rr : op::CVTTSS2SIrr);
    Ins(*this, o).def(result(id)).use(x);
    return true;
  }
  case Op::FToUint: {
    const bool from64 = f_[v.arg(0)].type == Type::F64;
    MMem m; // 1<<63 as a float
    m.sym = rodata(from64 ? 0x43e0000000000000 : 0x5f000000, from64 ? 8 : 4, false);
    VReg x = use(v.arg(0));
    Ins(*this, PFToUint).defEarly(result(id)).use(x).mem(m).temp(f_[v.arg(0)].type).temp(Type::I64).imm(from64)
        .flags(true, false);
    return true;
  }
  case Op::ConvF: {
    VReg x = use(v.arg(0));
    if (v.type == f_[v.arg(0)].type)
      Ins(*this, PMove).def(result(id)).use(x);
    else
      Ins(*this, w ? op::CVTSS2SDrr : op::CVTSD2SSrr).def(result(id)).use(x);
    return true;
  }
  case Op::Bitcast: {
    const Type from = f_[v.arg(0)].type;
    VReg x = use(v.arg(0));
    const bool to_float = ssa::isFloat(v.type), from_float = ssa::isFloat(from);
    const bool wide = ssa::sizeBytes(v.type) == 8;
    if (to_float == from_float)
      Ins(*this, PMove).def(result(id)).use(x);
    else if (to_float)
      Ins(*this, wide ? op::MOV64toPQIrr : op::MOVDI2PDIrr).def(result(id)).use(x);
    else
      Ins(*this, wide ? op::MOVPQIto64rr : op::MOVPDI2DIrr).def(result(id)).use(x);
    return true;
  }
  default:
    return false;
  }
}

} // namespace gannet::x86
