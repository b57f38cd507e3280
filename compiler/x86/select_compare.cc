// Comparisons: made next to each branch, select or set that looks at them, since flags are not kept.
#include "compiler/x86/selector.h"

namespace gannet::x86 {

using ssa::Op;
using ssa::Type;
using ssa::ValueId;

namespace {

// By log2 of the size.
constexpr op::Id kCmpRr[] = {op::CMP8rr, op::CMP16rr, op::CMP32rr, op::CMP64rr};
constexpr op::Id kCmpRi[] = {op::CMP8ri, op::CMP16ri, op::CMP32ri, op::CMP64ri32};
constexpr op::Id kCmpRi8[] = {op::CMP8ri, op::CMP16ri8, op::CMP32ri8, op::CMP64ri8};
constexpr op::Id kCmpRm[] = {op::CMP8rm, op::CMP16rm, op::CMP32rm, op::CMP64rm};
constexpr op::Id kCmpMr[] = {op::CMP8mr, op::CMP16mr, op::CMP32mr, op::CMP64mr};
constexpr op::Id kCmpMi[] = {op::CMP8mi, op::CMP16mi, op::CMP32mi, op::CMP64mi32};
constexpr op::Id kCmpMi8[] = {op::CMP8mi, op::CMP16mi8, op::CMP32mi8, op::CMP64mi8};
constexpr op::Id kTestRr[] = {op::TEST8rr, op::TEST16rr, op::TEST32rr, op::TEST64rr};
constexpr op::Id kTestRi[] = {op::TEST8ri, op::TEST16ri, op::TEST32ri, op::TEST64ri32};

unsigned log2Size(Type t) {
  switch (ssa::sizeBytes(t)) {
  case 1:
    return 0;
  case 2:
    return 1;
  case 4:
    return 2;
  default:
    return 3;
  }
}

// The condition after the operands changed places.
Cond swapped(Cond c) {
  switch (c) {
  case Cond::L:
    return Cond::G;
  case Cond::LE:
    return Cond::GE;
  case Cond::G:
    return Cond::L;
  case Cond::GE:
    return Cond::LE;
  case Cond::B:
    return Cond::A;
  case Cond::BE:
    return Cond::AE;
  case Cond::A:
    return Cond::B;
  case Cond::AE:
    return Cond::BE;
  default: // equality
    return c;
  }
}

} // namespace

bool Selector::isCompare(Op op) {
  switch (op) {
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le:
  case Op::LtU:
  case Op::LeU:
  case Op::EqF:
  case Op::NeF:
  case Op::LtF:
  case Op::LeF:
  case Op::IsInBounds:
  case Op::IsSliceInBounds:
  case Op::IsNonNil:
    return true;
  default:
    return false;
  }
}

FlagsTest Selector::compareInt(const Value &v) {
  FlagsTest t;
  switch (v.op) {
  case Op::Eq:
    t.cond = Cond::E;
    break;
  case Op::Ne:
  case Op::IsNonNil:
    t.cond = Cond::NE;
    break;
  case Op::Lt:
    t.cond = Cond::L;
    break;
  case Op::Le:
    t.cond = Cond::LE;
    break;
  case Op::LtU:
  case Op::IsInBounds:
    t.cond = Cond::B;
    break;
  default: // LeU, IsSliceInBounds
    t.cond = Cond::BE;
  }
  ValueId a = v.arg(0);
  const Type type = f_[a].type;
  const unsigned w = log2Size(type);
  std::int64_t c = 0;
  if (v.op == Op::IsNonNil) {
    VReg r = use(a);
    Ins(*this, op::TEST64rr).use(r).use(r);
    return t;
  }
  ValueId b = v.arg(1);
  if (fitsImm32(a, c) && !isConst(b, c))
    std::swap(a, b), t.cond = swapped(t.cond);
  if (fitsImm32(b, c)) {
    const bool equality = t.cond == Cond::E || t.cond == Cond::NE;
    const Value &av = f_[resolve(a)];
    if (c == 0 && equality && av.op == Op::And && av.uses == 1 && ssa::sizeBytes(av.type) == ssa::sizeBytes(type)) {
      std::int64_t mask;
      if (fitsImm32(av.arg(1), mask)) {
        VReg r = use(av.arg(0));
        unsigned tw = w;
        if (mask >= 0 && mask <= 0x7f)
          tw = 0; // a byte test sees the same bits
        else if (w == 3 && mask >= 0)
          tw = 2;
        Ins(*this, kTestRi[tw]).use(r).imm(mask);
        return t;
      }
      VReg x = use(av.arg(0)), y = use(av.arg(1));
      Ins(*this, kTestRr[w]).use(x).use(y);
      return t;
    }
    if (canFoldLoad(resolve(a), type) && resolve(a) == a) {
      MMem m = foldedLoad(a);
      Ins(*this, c == static_cast<std::int8_t>(c) ? kCmpMi8[w] : kCmpMi[w]).mem(m).imm(c);
      return t;
    }
    VReg r = use(a);
    if (c == 0 && (equality || t.cond == Cond::L || t.cond == Cond::GE || t.cond == Cond::G || t.cond == Cond::LE)) {
      Ins(*this, kTestRr[w]).use(r).use(r);
      return t;
    }
    Ins(*this, c == static_cast<std::int8_t>(c) ? kCmpRi8[w] : kCmpRi[w]).use(r).imm(c);
    return t;
  }
  if (canFoldLoad(b, type)) {
    MMem m = foldedLoad(b);
    VReg r = use(a);
    Ins(*this, kCmpRm[w]).use(r).mem(m);
    return t;
  }
  if (canFoldLoad(a, type)) {
    MMem m = foldedLoad(a);
    VReg r = use(b);
    Ins(*this, kCmpMr[w]).mem(m).use(r);
    return t;
  }
  VReg x = use(a), y = use(b);
  Ins(*this, kCmpRr[w]).use(x).use(y);
  return t;
}

FlagsTest Selector::compareFloat(const Value &v) {
  FlagsTest t;
  ValueId a = v.arg(0), b = v.arg(1);
  const Type type = f_[a].type;
  switch (v.op) {
  case Op::EqF:
    t.cond = Cond::E, t.form = CondForm::AndNotParity;
    break;
  case Op::NeF:
    t.cond = Cond::NE, t.form = CondForm::OrParity;
    break;
  case Op::LtF: // a < b as b > a: false when unordered
    t.cond = Cond::A;
    std::swap(a, b);
    break;
  default: // LeF
    t.cond = Cond::AE;
    std::swap(a, b);
  }
  const bool is64 = type == Type::F64;
  if (canFoldLoad(b, type)) {
    MMem m = foldedLoad(b);
    VReg x = use(a);
    Ins(*this, is64 ? op::UCOMISDrm : op::UCOMISSrm).use(x).mem(m);
    return t;
  }
  VReg x = use(a), y = use(b);
  Ins(*this, is64 ? op::UCOMISDrr : op::UCOMISSrr).use(x).use(y);
  return t;
}

FlagsTest Selector::compare(ValueId id) {
  const Value &v = f_[id];
  const bool is_float = v.op == Op::EqF || v.op == Op::NeF || v.op == Op::LtF || v.op == Op::LeF;
  may_fold_loads_ = v.uses == 1;
  FlagsTest t = is_float ? compareFloat(v) : compareInt(v);
  may_fold_loads_ = true;
  return t;
}

FlagsTest Selector::test(ValueId id) {
  bool invert = false;
  id = resolve(id);
  while (f_[id].op == Op::BoolNot)
    invert = !invert, id = resolve(f_[id].arg(0));
  FlagsTest t;
  const Value &v = f_[id];
  // Through a negation the compare's single use is the negation's, which nobody else must want.
  if (isCompare(v.op) && (isFused(id) || v.uses == 1)) {
    t = compare(id);
  } else {
    VReg r = use(id);
    Ins(*this, op::TEST8rr).use(r).use(r);
    t.cond = Cond::NE;
  }
  if (invert) {
    t.cond = inverse(t.cond);
    if (t.form != CondForm::Single)
      t.form = t.form == CondForm::AndNotParity ? CondForm::OrParity : CondForm::AndNotParity;
  }
  return t;
}

void Selector::setFromFlags(VReg d, FlagsTest t) {
  if (t.form == CondForm::Single) {
    Ins(*this, op::SETCCr).def(d).cond(t.cond);
    return;
  }
  VReg x = temporary(Type::Bool), y = temporary(Type::Bool);
  Ins(*this, op::SETCCr).def(x).cond(t.cond);
  Ins(*this, op::SETCCr).def(y).cond(t.form == CondForm::AndNotParity ? Cond::NP : Cond::P);
  Ins(*this, t.form == CondForm::AndNotParity ? op::AND32rr : op::OR32rr).def(d).tied(x).use(y);
}

void Selector::lowerCondSelect(ValueId id, const Value &v) {
  VReg d = result(id);
  VReg yes = use(v.arg(0)), no = use(v.arg(1));
  FlagsTest t = test(v.arg(2));
  const bool is_float = ssa::inFloatRegister(v.type);
  const op::Id cmov = ssa::sizeBytes(v.type) == 8 ? op::CMOV64rr : op::CMOV32rr;
  auto one = [&](VReg to, VReg otherwise, VReg then, Cond c) {
    if (is_float)
      Ins(*this, PSelectF).def(to).tied(otherwise).use(then).cond(c).flags(false, true);
    else
      Ins(*this, cmov).def(to).tied(otherwise).use(then).cond(c);
  };
  switch (t.form) {
  case CondForm::Single:
    one(d, no, yes, t.cond);
    return;
  case CondForm::OrParity: { // yes if NE, or if P
    VReg x = temporary(v.type);
    one(x, no, yes, t.cond);
    one(d, x, yes, Cond::P);
    return;
  }
  case CondForm::AndNotParity: { // no if NE, or if P
    VReg x = temporary(v.type);
    one(x, yes, no, inverse(t.cond));
    one(d, x, no, Cond::P);
    return;
  }
  }
}

} // namespace gannet::x86
