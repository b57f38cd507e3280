// What the rules of fold_*.cc share: looking at operands and making replacements. Only fold*.cc include this.
#ifndef GANNET_COMPILER_SSA_FOLDER_H
#define GANNET_COMPILER_SSA_FOLDER_H

#include "compiler/ssa/pass_context.h"

#include <initializer_list>

namespace gannet::ssa {

// Each rule function looks at one value and says whether it changed it. A rule is a line `a -> b` in a comment over its
// code; c, d are constants, w is the width in bits.
class Folder {
public:
  Folder(PassContext &ctx, Func &f, bool late) : ctx_(ctx), f_(f), late_(late) {}

  // Tries the rules of the value's operation once.
  bool foldValue(ValueId v);
  bool foldBlock(BlockId b);

private:
  // ---- by subject, one file each
  bool foldArith(ValueId v);      // fold_arith.cc: add, sub, mul, neg, bit operations
  bool foldShift(ValueId v);      // fold_shift.cc: shifts, rotates, bit counts
  bool foldDivision(ValueId v);   // fold_division.cc
  bool foldCompare(ValueId v);    // fold_compare.cc: comparisons, bools, selects
  bool foldConversion(ValueId v); // fold_conversion.cc: extensions, floats
  bool foldAddress(ValueId v);    // fold_address.cc
  bool foldInterCall(ValueId v);  // fold_call.cc
  bool foldStaticCall(ValueId v);
  bool foldLoad(ValueId v);       // fold_address.cc

  bool foldBinaryConstants(ValueId v);
  bool foldAdd(ValueId v);
  bool foldSub(ValueId v);
  bool foldMul(ValueId v);
  bool foldAnd(ValueId v);
  bool foldOr(ValueId v);
  bool foldXor(ValueId v);
  bool foldEquality(ValueId v);
  bool foldOrdering(ValueId v);
  bool foldBool(ValueId v);
  bool foldRange(ValueId v);
  bool foldSelect(ValueId v);
  bool foldDivU(ValueId v, std::int64_t c);
  bool foldDiv(ValueId v, std::int64_t c);
  bool foldFloat(ValueId v);
  bool replaceCall(ValueId v, ValueId result, ValueId mem);
  bool copyBytes(ValueId v, std::int64_t bytes);
  bool compareBytes(ValueId v, std::int64_t bytes);

  // ---- looking
  const Value &at(ValueId v) const { return f_[v]; }
  Op op(ValueId v) const { return f_[v].op; }
  Type type(ValueId v) const { return f_[v].type; }
  ValueId arg(ValueId v, unsigned i) const { return f_[v].arg(i); }
  // An integer, bool or pointer constant, sign-extended.
  bool isConst(ValueId v, std::int64_t &value) const {
    if (f_[v].op != Op::Const)
      return false;
    value = f_[v].aux_int;
    return true;
  }
  bool isConstValue(ValueId v, std::int64_t value) const { return f_[v].op == Op::Const && f_[v].aux_int == value; }
  bool isFloatConst(ValueId v, double &value) const;
  // The constant's bits without sign extension.
  static std::uint64_t unsignedOf(Type t, std::int64_t value) {
    unsigned bits = t == Type::Bool ? 1 : sizeBits(t);
    return bits == 64 ? static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value) & ((std::uint64_t(1) << bits) - 1);
  }
  static bool isPowerOf2(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }
  // No more than so many bits of the value may be set, counted from the lowest.
  unsigned knownBits(ValueId v, unsigned depth = 4) const;

  // ---- replacing: false once the step limit is reached
  bool toConst(ValueId v, std::int64_t value);
  bool toFloat(ValueId v, double value);
  bool toCopy(ValueId v, ValueId of);
  bool to(ValueId v, Op op, std::initializer_list<ValueId> args, std::int64_t aux_int = 0);
  ValueId emit(ValueId beside, Op op, Type type, std::initializer_list<ValueId> args, std::int64_t aux_int = 0) {
    return f_.add(f_[beside].block, op, type, args, f_[beside].pos, {.aux_int = aux_int});
  }
  ValueId constant(Type t, std::int64_t value) { return f_.constInt(t, value); }

  PassContext &ctx_;
  Func &f_;
  bool late_;
};

} // namespace gannet::ssa

#endif
