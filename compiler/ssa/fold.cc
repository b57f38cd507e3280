// Constant folding and strength reduction: rewrites a value into a cheaper one that is equal for all operands.
//
// Rules stand in fold_*.cc by subject, each with its law. A rule never makes code longer but for divisions by constants, and
// never moves code. Constants are put on the right first, so that rules look for them there. Rounds go over all
// blocks until one changes nothing.
// Source of the division rules: Granlund and Montgomery, "Division by Invariant Integers using Multiplication" (1994).
#include "compiler/ssa/fold.h"

#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/dominators.h"
#include "compiler/ssa/folder.h"

#include <algorithm>
#include <bit>

namespace gannet::ssa {

bool Folder::isFloatConst(ValueId v, double &value) const {
  const Value &c = f_[v];
  if (c.op != Op::ConstF)
    return false;
  value = c.type == Type::F32 ? std::bit_cast<float>(static_cast<std::int32_t>(c.aux_int)) : std::bit_cast<double>(c.aux_int);
  return true;
}

unsigned Folder::knownBits(ValueId v, unsigned depth) const {
  const Value &value = f_[v];
  unsigned width = value.type == Type::Bool ? 1 : sizeBits(value.type);
  if (depth == 0)
    return width;
  std::int64_t c = 0;
  switch (value.op) {
  case Op::Const:
    return std::min<unsigned>(width, static_cast<unsigned>(std::bit_width(unsignedOf(value.type, value.aux_int))));
  case Op::ZeroExt:
    return knownBits(value.arg(0), depth - 1);
  case Op::And:
    return std::min(knownBits(value.arg(0), depth - 1), knownBits(value.arg(1), depth - 1));
  case Op::Or:
  case Op::Xor:
    return std::max(knownBits(value.arg(0), depth - 1), knownBits(value.arg(1), depth - 1));
  case Op::Shr:
    if (isConst(value.arg(1), c) && c >= 0 && c < static_cast<std::int64_t>(width)) {
      unsigned bits = knownBits(value.arg(0), depth - 1);
      return bits > static_cast<unsigned>(c) ? bits - static_cast<unsigned>(c) : 0;
    }
    return width;
  case Op::Trunc:
    return std::min(width, knownBits(value.arg(0), depth - 1));
  case Op::Ctz:
  case Op::BitLen:
  case Op::PopCount:
    return std::min(width, 7u);
  default:
    return width;
  }
}

bool Folder::toConst(ValueId v, std::int64_t value) {
  if (!ctx_.step())
    return false;
  ValueId c = f_.constInt(type(v), value);
  if (c == v)
    return false;
  f_.makeCopy(v, c);
  return true;
}

bool Folder::toFloat(ValueId v, double value) {
  if (!ctx_.step())
    return false;
  f_.makeCopy(v, f_.constFloat(type(v), value));
  return true;
}

bool Folder::toCopy(ValueId v, ValueId of) {
  if (v == of || !ctx_.step())
    return false;
  GANNET_CHECK(type(v) == type(of), "a rule changes a type");
  f_.makeCopy(v, of);
  return true;
}

bool Folder::to(ValueId v, Op op, std::initializer_list<ValueId> args, std::int64_t aux_int) {
  if (!ctx_.step())
    return false;
  f_.reset(v, op, type(v), args, {.aux_int = aux_int});
  return true;
}

bool Folder::foldValue(ValueId v) {
  switch (op(v)) {
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Neg:
  case Op::Not:
  case Op::And:
  case Op::Or:
  case Op::Xor:
  case Op::MulHi:
  case Op::MulHiU:
    return foldArith(v);
  case Op::Shl:
  case Op::Shr:
  case Op::Sar:
  case Op::RotL:
  case Op::Ctz:
  case Op::BitLen:
  case Op::PopCount:
  case Op::Bswap:
    return foldShift(v);
  case Op::Div:
  case Op::DivU:
  case Op::Mod:
  case Op::ModU:
    return foldDivision(v);
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
  case Op::BoolAnd:
  case Op::BoolOr:
  case Op::BoolNot:
  case Op::IsInBounds:
  case Op::IsSliceInBounds:
  case Op::IsNonNil:
  case Op::CondSelect:
    return foldCompare(v);
  case Op::SignExt:
  case Op::ZeroExt:
  case Op::Trunc:
  case Op::IntToF:
  case Op::FToInt:
  case Op::ConvF:
  case Op::Bitcast:
  case Op::AddF:
  case Op::SubF:
  case Op::MulF:
  case Op::DivF:
  case Op::NegF:
    return foldConversion(v);
  case Op::OffPtr:
  case Op::AddPtr:
  case Op::SubPtr:
    return foldAddress(v);
  case Op::InterCall:
    return foldInterCall(v);
  case Op::StaticCall:
    return foldStaticCall(v);
  case Op::Load:
    return foldLoad(v);
  default:
    return false;
  }
}

// if !x -> b, c   becomes   if x -> c, b
bool Folder::foldBlock(BlockId b) {
  if (f_[b].kind != BlockKind::If)
    return false;
  ValueId control = f_[b].controls[0];
  std::int64_t c = 0;
  if (op(control) == Op::BoolNot && ctx_.step()) {
    f_.setControl(b, arg(control, 0));
    f_.swapSuccs(b);
    return true;
  }
  // if x == false, if x != false: on bools
  if ((op(control) == Op::Eq || op(control) == Op::Ne) && type(arg(control, 0)) == Type::Bool &&
      isConst(arg(control, 1), c) && ctx_.step()) {
    bool inverted = (op(control) == Op::Eq) == (c == 0);
    f_.setControl(b, arg(control, 0));
    if (inverted)
      f_.swapSuccs(b);
    return true;
  }
  return false;
}

namespace {

ValueId copySource(const Func &f, ValueId v) {
  while (f[v].op == Op::Copy)
    v = f[v].arg(0);
  return v;
}

// Forwards copies in the operands, and puts a constant on the right.
void prepare(Func &f, ValueId v) {
  for (unsigned i = 0; i < f[v].argCount(); ++i)
    if (f[f[v].arg(i)].op == Op::Copy)
      f.setArg(v, i, copySource(f, f[v].arg(i)));
  if (!isCommutative(f[v].op))
    return;
  ValueId a = f[v].arg(0), b = f[v].arg(1);
  auto isConstant = [&](ValueId x) { return f[x].op == Op::Const || f[x].op == Op::ConstF; };
  if (isConstant(a) && !isConstant(b)) {
    ValueId args[] = {b, a};
    f.setArgs(v, args);
  }
}

void run(PassContext &ctx, Func &f, bool late) {
  constexpr int kMaxRounds = 12; // rules shrink; this guards against a pair that undoes one another
  Folder folder(ctx, f, late);
  for (int round = 0; round < kMaxRounds; ++round) {
    bool changed = false;
    std::vector<BlockId> order = postorder(f);
    for (std::size_t i = order.size(); i-- > 0;) {
      BlockId b = order[i];
      for (std::size_t at = 0; at < f[b].values.size(); ++at) { // grows while rules add values
        ValueId v = f[b].values[at];
        prepare(f, v);
        changed |= folder.foldValue(v);
      }
      for (unsigned c = 0; c < f[b].controls.size(); ++c)
        if (f[f[b].controls[c]].op == Op::Copy)
          f.replaceControl(b, c, copySource(f, f[b].controls[c]));
      changed |= folder.foldBlock(b);
    }
    if (!changed)
      break;
    eliminateCopies(ctx, f);
  }
}

} // namespace

void fold(PassContext &ctx, Func &f) { run(ctx, f, false); }
void foldLate(PassContext &ctx, Func &f) { run(ctx, f, true); }

} // namespace gannet::ssa
