// The operations of the SSA form, their types and what is known of each: generated from ops.def.
#ifndef GANNET_COMPILER_SSA_OP_H
#define GANNET_COMPILER_SSA_OP_H

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace gannet::ssa {

// What a value is, as far as a machine is concerned. Ptr is a word that the collector follows; a word that may hold
// an address but must not be followed (uintptr, code addresses) is I64.
enum class Type : std::uint8_t { None, Bool, I8, I16, I32, I64, F32, F64, Ptr, V128, Mem, Flags, Tuple };
inline constexpr unsigned kTypeCount = 13;

std::string_view typeText(Type t); // "i64"
std::optional<Type> typeNamed(std::string_view text);

// Size in memory, in bytes: 0 for what has no place there.
constexpr unsigned sizeBytes(Type t) {
  constexpr std::uint8_t kSizes[kTypeCount] = {0, 1, 1, 2, 4, 8, 4, 8, 8, 16, 0, 0, 0};
  return kSizes[static_cast<unsigned>(t)];
}
constexpr unsigned sizeBits(Type t) { return sizeBytes(t) * 8; }
constexpr bool isInt(Type t) { return t >= Type::I8 && t <= Type::I64; }
constexpr bool isFloat(Type t) { return t == Type::F32 || t == Type::F64; }
// Fits a register: what phis, loads, stores, arguments and results may be.
constexpr bool isScalar(Type t) { return t >= Type::Bool && t <= Type::V128; }
constexpr bool inFloatRegister(Type t) { return isFloat(t) || t == Type::V128; }
// The integer type of that many bytes (1, 2, 4, 8).
constexpr Type intType(unsigned size_bytes) {
  return size_bytes == 1 ? Type::I8 : size_bytes == 2 ? Type::I16 : size_bytes == 4 ? Type::I32 : Type::I64;
}

enum class Op : std::uint16_t {
#define GANNET_OP(name, text, operands, result, aux, effects) name,
#include "compiler/ssa/ops.def"
#undef GANNET_OP
  Count_,
};
inline constexpr unsigned kOpCount = static_cast<unsigned>(Op::Count_);

// What may stand as an operand or come out as a result.
enum class OperandClass : std::uint8_t {
  None,
  Bool, I8, I16, I32, I64, F32, F64, Ptr, V128, Mem, Flags, Tuple, // exactly that type, numbered as Type
  Int,        // i8 to i64
  IntBool,
  IntPtr,
  IntBoolPtr,
  IntFloat,
  Float,
  Word,       // i64 or ptr
  Scalar,     // anything that fits a register
  Any,        // anything but nothing
  Same,       // the type of operand 0
  Result,     // the type of the result
  Rest,       // last only: any number more
};

enum class AuxKind : std::uint8_t { None, Int, Float, Sym, Layout, Call, Local };

// Primary effects, a bit each.
struct Effects {
  enum : std::uint32_t {
    Pure = 0,
    Commutes = 1 << 0,     // operands 0 and 1 may change places
    ReadsMem = 1 << 1,     // the last operand is memory
    WritesMem = 1 << 2,    // makes a new memory state
    MayFault = 1 << 3,     // may raise a Go panic; stays even if unused
    Call = 1 << 4,         // leaves the function: a safepoint; writes memory
    Keep = 1 << 5,         // stays even if unused
    Cheap = 1 << 6,        // made again where needed rather than kept in a register
    Entry = 1 << 7,        // only in the entry block, ahead of the rest; stays
    NoSpeculate = 1 << 8,  // pure, but traps on some operands: not computed ahead of its test
  };
};

inline constexpr unsigned kMaxOperands = 6;
struct OpInfo {
  std::string_view text;
  OperandClass operands[kMaxOperands];
  std::uint8_t operand_count; // without Rest
  bool has_rest;
  OperandClass result;
  AuxKind aux;
  std::uint32_t effects;
};

const OpInfo &opInfo(Op op);
std::optional<Op> opNamed(std::string_view text);

inline bool hasEffect(Op op, std::uint32_t effects) { return (opInfo(op).effects & effects) != 0; }
// May go when nothing uses its result.
inline bool isRemovable(Op op) {
  return !hasEffect(op, Effects::WritesMem | Effects::MayFault | Effects::Call | Effects::Keep | Effects::Entry);
}
// Its result depends on its operands and aux alone, and on nothing else: equal ones are interchangeable.
inline bool isPure(Op op) {
  return isRemovable(op) && !hasEffect(op, Effects::ReadsMem) && op != Op::Phi && op != Op::Undef && op != Op::Invalid;
}
// May be computed where the program would not have.
inline bool isSpeculable(Op op) { return isPure(op) && !hasEffect(op, Effects::NoSpeculate); }
inline bool isCall(Op op) { return hasEffect(op, Effects::Call); }
inline bool writesMem(Op op) { return hasEffect(op, Effects::WritesMem | Effects::Call) || opInfo(op).result == OperandClass::Mem; }
inline bool isCommutative(Op op) { return hasEffect(op, Effects::Commutes); }

} // namespace gannet::ssa

#endif
