// Random functions, compiled and interpreted: both must agree. The seed is printed with each failure.
#include "compiler/ssa/func_builder.h"
#include "compiler/ssa/print.h"
#include "compiler/x86/backend.h"
#include "compiler/x86/jit_for_test.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <unordered_map>

// AX = AX*31 ^ BX; every other register that a call may change is changed.
extern "C" void gannetTestClobber();
// The same of nine arguments and the closure register.
extern "C" void gannetTestClobberNine();
asm(R"(
  .text
  .globl gannetTestClobberNine
gannetTestClobberNine:
  imulq $31, %rbx
  imulq $37, %rcx
  imulq $41, %rdi
  imulq $43, %rsi
  imulq $47, %r8
  imulq $53, %r9
  imulq $59, %r10
  imulq $61, %r11
  imulq $67, %rdx
  addq %rcx, %rbx
  addq %rdi, %rbx
  addq %rsi, %rbx
  addq %r8, %rbx
  addq %r9, %rbx
  addq %r10, %rbx
  addq %r11, %rbx
  addq %rdx, %rbx
  .globl gannetTestClobber
gannetTestClobber:
  imulq $31, %rax
  xorq %rbx, %rax
  movq $0x5a5a5a5a, %rbx
  movq %rbx, %rcx
  movq %rbx, %rdx
  movq %rbx, %rsi
  movq %rbx, %rdi
  movq %rbx, %r8
  movq %rbx, %r9
  movq %rbx, %r10
  movq %rbx, %r11
  movq %rbx, %r12
  movq %rbx, %r13
  movq %rbx, %r15
  movq %rbx, %xmm0
  movaps %xmm0, %xmm1
  movaps %xmm0, %xmm2
  movaps %xmm0, %xmm3
  movaps %xmm0, %xmm4
  movaps %xmm0, %xmm5
  movaps %xmm0, %xmm6
  movaps %xmm0, %xmm7
  movaps %xmm0, %xmm8
  movaps %xmm0, %xmm9
  movaps %xmm0, %xmm10
  movaps %xmm0, %xmm11
  movaps %xmm0, %xmm12
  movaps %xmm0, %xmm13
  movaps %xmm0, %xmm14
  ret
)");

namespace gannet::x86 {
namespace {

using namespace ssa;

constexpr Type kInts[] = {Type::I8, Type::I16, Type::I32, Type::I64};
constexpr std::size_t kBufferWords = 16;

std::uint64_t mask(Type t, std::uint64_t v) {
  switch (t) {
  case Type::Bool:
    return v & 1;
  case Type::I8:
    return v & 0xff;
  case Type::I16:
    return v & 0xffff;
  case Type::I32:
  case Type::F32:
    return v & 0xffffffff;
  default:
    return v;
  }
}
std::int64_t sext(Type t, std::uint64_t v) {
  switch (t) {
  case Type::I8:
    return static_cast<std::int8_t>(v);
  case Type::I16:
    return static_cast<std::int16_t>(v);
  case Type::I32:
    return static_cast<std::int32_t>(v);
  default:
    return static_cast<std::int64_t>(v);
  }
}

// ---- what a function computes, by its SSA form
class Interpreter {
public:
  Interpreter(const Func &f, std::span<const std::uint64_t> ints) : f_(f), ints_(ints) {}

  std::vector<std::uint64_t> run() {
    BlockId b = f_.entry();
    std::uint32_t from = 0;
    for (int steps = 0; steps != 100000; ++steps) {
      const Block &block = f_[b];
      std::vector<std::pair<ValueId, std::uint64_t>> phis;
      for (ValueId id : block.values) {
        const Value &v = f_[id];
        if (v.op == Op::Phi && v.type != Type::Mem)
          phis.emplace_back(id, get(v.arg(from)));
      }
      for (auto [id, x] : phis)
        env_[id.raw] = x;
      for (ValueId id : block.values)
        if (f_[id].op != Op::Phi)
          eval(id);
      if (block.kind == BlockKind::Ret) {
        std::vector<std::uint64_t> out;
        for (std::size_t i = 0; i + 1 < block.controls.size(); ++i)
          out.push_back(get(block.controls[i]));
        return out;
      }
      unsigned next = 0;
      if (block.kind == BlockKind::If)
        next = get(block.controls[0]) != 0 ? 0 : 1;
      else if (block.kind == BlockKind::JumpTable)
        next = static_cast<unsigned>(get(block.controls[0]));
      from = block.succs[next].index;
      b = block.succs[next].block;
    }
    return {};
  }

private:
  std::uint64_t get(ValueId id) { return env_[id.raw]; }
  double asF64(std::uint64_t v) { return std::bit_cast<double>(v); }

  void eval(ValueId id) {
    const Value &v = f_[id];
    auto a = [&](unsigned i) { return get(v.arg(i)); };
    auto at = [&](unsigned i) { return f_[v.arg(i)].type; };
    auto set = [&](std::uint64_t x) { env_[id.raw] = mask(v.type, x); };
    auto f = [&](double x) { env_[id.raw] = std::bit_cast<std::uint64_t>(x); };
    const unsigned bits = sizeBits(v.type);
    switch (v.op) {
    case Op::Arg:
      set(ints_[static_cast<std::size_t>(v.aux_int)]);
      return;
    case Op::Const:
      set(static_cast<std::uint64_t>(v.aux_int));
      return;
    case Op::ConstF:
      env_[id.raw] = static_cast<std::uint64_t>(v.aux_int);
      return;
    case Op::Add:
      set(a(0) + a(1));
      return;
    case Op::Sub:
      set(a(0) - a(1));
      return;
    case Op::Mul:
      set(a(0) * a(1));
      return;
    case Op::And:
      set(a(0) & a(1));
      return;
    case Op::Or:
      set(a(0) | a(1));
      return;
    case Op::Xor:
      set(a(0) ^ a(1));
      return;
    case Op::Neg:
      set(-a(0));
      return;
    case Op::Not:
      set(~a(0));
      return;
    case Op::Div:
    case Op::Mod: {
      std::int64_t x = sext(v.type, a(0)), y = sext(v.type, a(1));
      if (y == -1)
        set(v.op == Op::Div ? -static_cast<std::uint64_t>(x) : 0);
      else
        set(static_cast<std::uint64_t>(v.op == Op::Div ? x / y : x % y));
      return;
    }
    case Op::DivU:
      set(a(0) / a(1));
      return;
    case Op::ModU:
      set(a(0) % a(1));
      return;
    case Op::MulHi:
      set(static_cast<std::uint64_t>((static_cast<__int128>(sext(v.type, a(0))) * sext(v.type, a(1))) >> bits));
      return;
    case Op::MulHiU:
      set(static_cast<std::uint64_t>((static_cast<unsigned __int128>(a(0)) * a(1)) >> bits));
      return;
    case Op::Shl:
      set(a(1) >= bits ? 0 : a(0) << a(1));
      return;
    case Op::Shr:
      set(a(1) >= bits ? 0 : a(0) >> a(1));
      return;
    case Op::Sar:
      set(static_cast<std::uint64_t>(sext(v.type, a(0)) >> std::min<std::uint64_t>(a(1), bits - 1)));
      return;
    case Op::RotL: {
      unsigned k = a(1) % bits;
      set(k == 0 ? a(0) : (a(0) << k) | (a(0) >> (bits - k)));
      return;
    }
    case Op::AvgU:
      set(static_cast<std::uint64_t>((static_cast<unsigned __int128>(a(0)) + a(1)) >> 1));
      return;
    case Op::Ctz:
      set(a(0) == 0 ? bits : std::countr_zero(a(0)));
      return;
    case Op::BitLen:
      set(std::bit_width(a(0)));
      return;
    case Op::Bswap:
      set(bits == 64   ? __builtin_bswap64(a(0))
          : bits == 32 ? __builtin_bswap32(static_cast<std::uint32_t>(a(0)))
                       : __builtin_bswap16(static_cast<std::uint16_t>(a(0))));
      return;
    case Op::Eq:
      set(a(0) == a(1));
      return;
    case Op::Ne:
      set(a(0) != a(1));
      return;
    case Op::Lt:
      set(sext(at(0), a(0)) < sext(at(0), a(1)));
      return;
    case Op::Le:
      set(sext(at(0), a(0)) <= sext(at(0), a(1)));
      return;
    case Op::LtU:
    case Op::IsInBounds:
      set(a(0) < a(1));
      return;
    case Op::LeU:
    case Op::IsSliceInBounds:
      set(a(0) <= a(1));
      return;
    case Op::EqF:
      set(asF64(a(0)) == asF64(a(1)));
      return;
    case Op::NeF:
      set(asF64(a(0)) != asF64(a(1)));
      return;
    case Op::LtF:
      set(asF64(a(0)) < asF64(a(1)));
      return;
    case Op::LeF:
      set(asF64(a(0)) <= asF64(a(1)));
      return;
    case Op::BoolAnd:
      set(a(0) & a(1));
      return;
    case Op::BoolOr:
      set(a(0) | a(1));
      return;
    case Op::BoolNot:
      set(a(0) ^ 1);
      return;
    case Op::CondSelect:
      env_[id.raw] = a(2) != 0 ? a(0) : a(1);
      return;
    case Op::SignExt:
      set(static_cast<std::uint64_t>(sext(at(0), a(0))));
      return;
    case Op::ZeroExt:
    case Op::Trunc:
      set(a(0));
      return;
    case Op::IntToF:
      f(static_cast<double>(sext(at(0), a(0))));
      return;
    case Op::UintToF:
      f(static_cast<double>(a(0)));
      return;
    case Op::Bitcast:
      env_[id.raw] = a(0);
      return;
    case Op::AddF:
      f(asF64(a(0)) + asF64(a(1)));
      return;
    case Op::SubF:
      f(asF64(a(0)) - asF64(a(1)));
      return;
    case Op::MulF:
      f(asF64(a(0)) * asF64(a(1)));
      return;
    case Op::NegF:
      env_[id.raw] = a(0) ^ (std::uint64_t{1} << 63);
      return;
    case Op::AddCarry:
    case Op::SubBorrow: {
      unsigned __int128 r = v.op == Op::AddCarry ? static_cast<unsigned __int128>(a(0)) + a(1) + a(2)
                                                 : static_cast<unsigned __int128>(a(0)) - a(1) - a(2);
      tuples_[id.raw] = {static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(r >> 64) & 1};
      return;
    }
    case Op::Mul128U: {
      unsigned __int128 r = static_cast<unsigned __int128>(a(0)) * a(1);
      tuples_[id.raw] = {static_cast<std::uint64_t>(r >> 64), static_cast<std::uint64_t>(r)};
      return;
    }
    case Op::ClosureCall: {
      static constexpr std::uint64_t kFactors[] = {31, 37, 41, 43, 47, 53, 59, 61};
      std::uint64_t sum = a(1) * 67;
      for (unsigned i = 0; i != 8; ++i)
        sum += a(3 + i) * kFactors[i];
      tuples_[id.raw] = {a(2) * 31 ^ sum};
      return;
    }
    case Op::StaticCall:
      tuples_[id.raw] = {a(0) * 31 ^ a(1)};
      return;
    case Op::Select:
      if (v.type != Type::Mem)
        env_[id.raw] = tuples_[v.arg(0).raw][static_cast<std::size_t>(v.aux_int)];
      return;
    case Op::Addr: // only loaded from, and what comes out only called
      set(reinterpret_cast<std::uint64_t>(locals_));
      return;
    case Op::PtrToInt:
    case Op::IntToPtr:
      set(a(0));
      return;
    case Op::OffPtr:
      set(a(0) + static_cast<std::uint64_t>(v.aux_int));
      return;
    case Op::AddPtr:
      set(a(0) + a(1));
      return;
    case Op::LocalAddr:
      set(reinterpret_cast<std::uint64_t>(locals_) + static_cast<std::uint64_t>(v.aux_int));
      return;
    case Op::NilCheck:
      set(a(0));
      return;
    case Op::Load: {
      std::uint64_t x = 0;
      std::memcpy(&x, reinterpret_cast<const void *>(a(0)), sizeBytes(v.type));
      set(x);
      return;
    }
    case Op::Store: {
      std::uint64_t x = a(1);
      std::memcpy(reinterpret_cast<void *>(a(0)), &x, sizeBytes(at(1)));
      return;
    }
    case Op::Zero:
      std::memset(reinterpret_cast<void *>(a(0)), 0, static_cast<std::size_t>(f_[v.layout()].size_bytes));
      return;
    case Op::Move:
      std::memmove(reinterpret_cast<void *>(a(0)), reinterpret_cast<void *>(a(1)),
                   static_cast<std::size_t>(f_[v.layout()].size_bytes));
      return;
    case Op::AtomicAdd:
    case Op::AtomicExchange:
    case Op::AtomicAnd:
    case Op::AtomicOr: {
      std::uint64_t old = 0;
      const unsigned n = sizeBytes(at(1));
      std::memcpy(&old, reinterpret_cast<const void *>(a(0)), n);
      std::uint64_t now = v.op == Op::AtomicAdd        ? old + a(1)
                          : v.op == Op::AtomicExchange ? a(1)
                          : v.op == Op::AtomicAnd      ? old & a(1)
                                                       : old | a(1);
      std::memcpy(reinterpret_cast<void *>(a(0)), &now, n);
      tuples_[id.raw] = {old};
      return;
    }
    case Op::AtomicCas: {
      std::uint64_t old = 0;
      const unsigned n = sizeBytes(at(1));
      std::memcpy(&old, reinterpret_cast<const void *>(a(0)), n);
      std::uint64_t now = a(2);
      if (old == a(1))
        std::memcpy(reinterpret_cast<void *>(a(0)), &now, n);
      tuples_[id.raw] = {old == a(1)};
      return;
    }
    default:
      return; // memory states
    }
  }

  const Func &f_;
  std::span<const std::uint64_t> ints_;
  std::uint8_t locals_[512] = {};
  std::unordered_map<std::uint32_t, std::uint64_t> env_;
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> tuples_;
};

// ---- a random function of (buffer pointer, eight integers) -> four integers
class Generator {
public:
  Generator(Func &f, std::uint64_t seed) : f_(f), b_(f), random_(seed) {}

  void make() {
    std::vector<AbiType> params, results;
    params.push_back(scalar(Type::Ptr));
    for (int i = 0; i != 8; ++i)
      params.push_back(scalar(Type::I64));
    for (int i = 0; i != 4; ++i)
      results.push_back(scalar(Type::I64));
    f_.sig = assignAbi(Abi::Internal, params, results);
    b_.setBlock(f_.addBlock());
    mem_ = b_.emit(Op::InitMem, Type::Mem);
    for (unsigned i = 0; i != 9; ++i) {
      ValueId v = b_.emit(Op::Arg, i == 0 ? Type::Ptr : Type::I64, {}, {.aux_int = i});
      if (i == 0)
        buffer_ = v;
      else
        put(v);
    }
    local_ = f_.addLocal({.name = "x",
                          .layout = f_.addLayout({.size_bytes = 64, .align_bytes = 8}),
                          .kind = LocalKind::Auto,
                          .address_taken = true});
    mem_ = b_.zero(b_.localAddr(local_), f_[local_].layout, mem_);
    std::vector<AbiType> two{scalar(Type::I64), scalar(Type::I64)}, one{scalar(Type::I64)};
    call_ = f_.addCall({.callee = f_.symbol("ext"), .sig = assignAbi(Abi::Internal, two, one)});
    std::vector<AbiType> nine(9, scalar(Type::I64));
    call9_ = f_.addCall({.callee = {}, .sig = assignAbi(Abi::Internal, nine, one)});
    body(3, static_cast<int>(pick(30) + 5));
    std::vector<ValueId> out;
    for (int i = 0; i != 4; ++i)
      out.push_back(get(Type::I64));
    out.push_back(mem_);
    b_.ret(out);
  }

private:
  static AbiType scalar(Type t) {
    AbiType a;
    a.size_bytes = sizeBytes(t), a.align_bytes = sizeBytes(t);
    a.components.push_back({t, 0});
    return a;
  }
  std::uint64_t pick(std::uint64_t n) { return random_() % n; }
  void put(ValueId v) { pool_[static_cast<unsigned>(f_[v].type)].push_back(v); }
  ValueId get(Type t) {
    auto &list = pool_[static_cast<unsigned>(t)];
    if (list.empty() || pick(8) == 0)
      return fresh(t);
    // Mostly recent ones, sometimes any: long live ranges.
    if (pick(3) != 0)
      return list[list.size() - 1 - pick(std::min<std::size_t>(list.size(), 6))];
    return list[pick(list.size())];
  }
  ValueId fresh(Type t) {
    if (isFloat(t))
      return f_.constFloat(t, static_cast<double>(pick(100)) * 0.25);
    static constexpr std::int64_t kSome[] = {0, 1, -1, 2, 7, 8, 63, 64, 127, 128, 255, 256, 65535, 1 << 20, INT32_MAX,
                                             INT32_MIN, INT64_MAX, INT64_MIN, 0xffffffff};
    if (t == Type::Bool)
      return f_.constBool(pick(2) != 0);
    return f_.constInt(t, pick(2) != 0 ? kSome[pick(std::size(kSome))] : static_cast<std::int64_t>(random_()));
  }
  Type anyInt() { return kInts[pick(4)]; }

  ValueId address(unsigned access_bytes) {
    std::int64_t off = static_cast<std::int64_t>(pick(kBufferWords * 8 / 2 - access_bytes));
    if (pick(4) == 0)
      return b_.localAddr(local_, static_cast<std::int64_t>(pick(64 - access_bytes)));
    ValueId base = pick(4) == 0 ? b_.nilCheck(buffer_, mem_) : buffer_;
    if (pick(2) == 0)
      return b_.offPtr(base, off);
    ValueId index = b_.binary(Op::And, get(Type::I64), f_.constInt(Type::I64, 7));
    ValueId scaled = b_.emit(Op::Shl, Type::I64, {index, f_.constInt(Type::I64, static_cast<std::int64_t>(pick(4)))});
    return b_.offPtr(b_.addPtr(base, scaled), static_cast<std::int64_t>(pick(8)));
  }

  void op() {
    static constexpr Op kBinary[] = {Op::Add, Op::Sub, Op::Mul, Op::And, Op::Or, Op::Xor, Op::MulHi, Op::MulHiU};
    static constexpr Op kCompare[] = {Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::LtU, Op::LeU};
    static constexpr Op kShift[] = {Op::Shl, Op::Shr, Op::Sar, Op::RotL};
    static constexpr Op kFloat[] = {Op::AddF, Op::SubF, Op::MulF};
    static constexpr Op kFloatCompare[] = {Op::EqF, Op::NeF, Op::LtF, Op::LeF};
    Type t = anyInt();
    switch (pick(25)) {
    case 24: {
      std::vector<ValueId> args{b_.addr(f_.symbol("ext9")), b_.emit(Op::IntToPtr, Type::Ptr, {get(Type::I64), mem_})};
      if (pick(2) == 0) // the code address comes from memory
        args[0] = b_.load(Type::I64, b_.addr(f_.symbol("ext9ptr")), mem_);
      for (int i = 0; i != 9; ++i)
        args.push_back(get(Type::I64));
      args.push_back(mem_);
      ValueId call = b_.call(Op::ClosureCall, call9_, args);
      put(b_.select(call, 0, Type::I64));
      mem_ = b_.callMem(call);
      return;
    }
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      put(b_.binary(kBinary[pick(std::size(kBinary))], get(t), get(t)));
      return;
    case 5:
      put(b_.compare(kCompare[pick(6)], get(t), get(t)));
      return;
    case 6:
      put(b_.emit(kShift[pick(4)], t, {get(t), get(anyInt())}));
      return;
    case 7: {
      ValueId divisor = b_.binary(Op::Or, get(t), f_.constInt(t, 1));
      if (pick(3) == 0)
        divisor = f_.constInt(t, std::int64_t{1} << pick(6));
      static constexpr Op kDivide[] = {Op::Div, Op::DivU, Op::Mod, Op::ModU};
      put(b_.binary(kDivide[pick(4)], get(t), divisor));
      return;
    }
    case 8: {
      Type to = anyInt();
      if (sizeBytes(to) > sizeBytes(t))
        put(b_.emit(pick(2) ? Op::SignExt : Op::ZeroExt, to, {get(t)}));
      else if (sizeBytes(to) < sizeBytes(t))
        put(b_.emit(Op::Trunc, to, {get(t)}));
      return;
    }
    case 9:
      put(b_.emit(Op::CondSelect, t, {get(t), get(t), get(Type::Bool)}));
      return;
    case 10:
      put(b_.emit(pick(2) ? Op::BoolAnd : Op::BoolOr, Type::Bool, {get(Type::Bool), get(Type::Bool)}));
      put(b_.unary(Op::BoolNot, get(Type::Bool)));
      return;
    case 11:
      put(b_.emit(Op::ZeroExt, t, {get(Type::Bool)}));
      return;
    case 12: {
      ValueId call = b_.call(Op::StaticCall, call_, std::initializer_list<ValueId>{get(Type::I64), get(Type::I64), mem_});
      put(b_.select(call, 0, Type::I64));
      mem_ = b_.callMem(call);
      return;
    }
    case 13:
    case 14:
      put(b_.load(t, address(sizeBytes(t)), mem_));
      return;
    case 15:
    case 16: {
      ValueId v = get(t), p = address(sizeBytes(t));
      if (pick(2) == 0)
        v = b_.binary(pick(2) ? Op::Add : Op::Xor, b_.load(t, p, mem_), v);
      mem_ = b_.store(p, v, mem_);
      return;
    }
    case 17:
      put(b_.emit(Op::IntToF, Type::F64, {get(pick(2) ? Type::I64 : Type::I32)}));
      put(b_.emit(Op::UintToF, Type::F64, {get(Type::I64)}));
      return;
    case 18:
      put(b_.binary(kFloat[pick(3)], get(Type::F64), get(Type::F64)));
      put(b_.compare(kFloatCompare[pick(4)], get(Type::F64), get(Type::F64)));
      put(b_.emit(Op::CondSelect, Type::F64, {get(Type::F64), get(Type::F64), get(Type::Bool)}));
      return;
    case 19: {
      put(b_.emit(Op::Bitcast, Type::I64, {get(Type::F64)}));
      if (pick(2) == 0)
        put(b_.unary(Op::NegF, get(Type::F64)));
      return;
    }
    case 20: {
      ValueId carry = b_.binary(Op::And, get(Type::I64), f_.constInt(Type::I64, 1));
      ValueId tuple = b_.emit(pick(2) ? Op::AddCarry : Op::SubBorrow, Type::Tuple, {get(Type::I64), get(Type::I64), carry});
      put(b_.select(tuple, 0, Type::I64));
      put(b_.select(tuple, 1, Type::I64));
      ValueId product = b_.emit(Op::Mul128U, Type::Tuple, {get(Type::I64), get(Type::I64)});
      put(b_.select(product, pick(2), Type::I64));
      return;
    }
    case 21: {
      static constexpr Op kBits[] = {Op::Ctz, Op::BitLen, Op::Neg, Op::Not};
      put(b_.unary(kBits[pick(4)], get(t)));
      if (t != Type::I8)
        put(b_.unary(Op::Bswap, get(t)));
      put(b_.binary(Op::AvgU, get(Type::I64), get(Type::I64)));
      return;
    }
    case 22: {
      std::int64_t n = static_cast<std::int64_t>(pick(48)) + 1;
      LayoutId layout = f_.addLayout({.size_bytes = n, .align_bytes = 1});
      if (pick(2) == 0)
        mem_ = b_.zero(b_.offPtr(buffer_, static_cast<std::int64_t>(pick(16))), layout, mem_);
      else
        mem_ = b_.move(b_.offPtr(buffer_, 64), b_.offPtr(buffer_, static_cast<std::int64_t>(pick(16))), layout, mem_);
      return;
    }
    default: {
      Type wide = pick(2) ? Type::I64 : Type::I32;
      ValueId p = b_.offPtr(buffer_, static_cast<std::int64_t>(pick(8)) * 8);
      static constexpr Op kAtomic[] = {Op::AtomicAdd, Op::AtomicExchange, Op::AtomicAnd, Op::AtomicOr, Op::AtomicCas};
      Op o = kAtomic[pick(5)];
      ValueId tuple = o == Op::AtomicCas ? b_.emit(o, Type::Tuple, {p, get(wide), get(wide), mem_})
                                         : b_.emit(o, Type::Tuple, {p, get(wide), mem_});
      if (pick(2) == 0)
        put(b_.select(tuple, 0, o == Op::AtomicCas ? Type::Bool : wide));
      mem_ = b_.select(tuple, 1, Type::Mem);
    }
    }
  }

  using Pools = std::array<std::vector<ValueId>, kTypeCount>;

  void body(int depth, int count) {
    for (int i = 0; i != count; ++i) {
      std::uint64_t k = depth > 0 ? pick(24) : 24;
      if (k == 0)
        diamond(depth - 1, static_cast<int>(pick(12)) + 1);
      else if (k == 1)
        loop(depth - 1, static_cast<int>(pick(12)) + 1);
      else if (k == 2)
        table(depth - 1);
      else
        op();
    }
  }

  void join(BlockId at, const std::vector<std::pair<Pools, ValueId>> &ends, const Pools &before) {
    b_.setBlock(at);
    std::vector<ValueId> mems;
    for (const auto &[pool, mem] : ends)
      mems.push_back(mem);
    mem_ = f_.addPhi(at, Type::Mem, mems, {});
    pool_ = before;
    for (unsigned n = 0; n != 6; ++n) {
      Type t = n == 5 ? Type::F64 : kInts[pick(4)];
      std::vector<ValueId> args;
      for (const auto &[pool, mem] : ends) {
        const auto &list = pool[static_cast<unsigned>(t)];
        if (list.empty())
          break;
        args.push_back(list[list.size() - 1 - pick(std::min<std::size_t>(list.size(), 4))]);
      }
      if (args.size() == ends.size())
        put(f_.addPhi(at, t, args, {}));
    }
  }

  void diamond(int depth, int count) {
    BlockId yes = f_.addBlock(), no = f_.addBlock(), after = f_.addBlock();
    b_.branch(get(Type::Bool), yes, pick(3) == 0 ? after : no);
    const bool has_else = f_[no].preds.size() == 1;
    Pools before = pool_;
    ValueId mem = mem_;
    std::vector<std::pair<Pools, ValueId>> ends;
    if (!has_else)
      ends.emplace_back(before, mem);
    b_.setBlock(yes);
    body(depth, count);
    ends.emplace_back(pool_, mem_);
    b_.jump(after);
    if (has_else) {
      pool_ = before, mem_ = mem;
      b_.setBlock(no);
      body(depth, count);
      ends.emplace_back(pool_, mem_);
      b_.jump(after);
    } else {
      f_.removeBlock(no);
    }
    join(after, ends, before);
  }

  void table(int depth) {
    const unsigned n = 4;
    ValueId index = b_.binary(Op::And, get(Type::I64), f_.constInt(Type::I64, n - 1));
    BlockId from = b_.block(), after = f_.addBlock();
    f_[from].kind = BlockKind::JumpTable;
    f_.setControl(from, index);
    Pools before = pool_;
    ValueId mem = mem_;
    std::vector<BlockId> arms;
    for (unsigned i = 0; i != n; ++i)
      arms.push_back(f_.addBlock()), f_.addEdge(from, arms.back());
    std::vector<std::pair<Pools, ValueId>> ends;
    for (BlockId arm : arms) {
      pool_ = before, mem_ = mem;
      b_.setBlock(arm);
      body(depth, 2);
      ends.emplace_back(pool_, mem_);
      b_.jump(after);
    }
    join(after, ends, before);
  }

  void loop(int depth, int count) {
    BlockId header = f_.addBlock(), inside = f_.addBlock(), after = f_.addBlock();
    Pools before = pool_;
    ValueId zero = f_.constInt(Type::I64, 0), first_mem = mem_;
    std::vector<ValueId> starts;
    std::vector<Type> types;
    for (unsigned n = 0; n != 4; ++n) {
      Type t = n == 3 ? Type::F64 : kInts[pick(4)];
      types.push_back(t);
      starts.push_back(get(t));
    }
    b_.jump(header);
    b_.setBlock(header);
    ValueId mem = f_.addPhi(header, Type::Mem, std::initializer_list<ValueId>{first_mem}, {});
    ValueId i = f_.addPhi(header, Type::I64, std::initializer_list<ValueId>{zero}, {});
    std::vector<ValueId> phis;
    for (std::size_t n = 0; n != starts.size(); ++n)
      phis.push_back(f_.addPhi(header, types[n], std::initializer_list<ValueId>{starts[n]}, {}));
    mem_ = mem;
    put(i);
    for (ValueId p : phis)
      put(p);
    Pools at_header = pool_;
    b_.branch(b_.compare(Op::Lt, i, f_.constInt(Type::I64, static_cast<std::int64_t>(pick(5)))), inside, after);
    b_.setBlock(inside);
    body(depth, count);
    ValueId next = b_.binary(Op::Add, i, f_.constInt(Type::I64, 1));
    std::vector<ValueId> ends;
    for (std::size_t n = 0; n != phis.size(); ++n) {
      ValueId v = get(types[n]);
      // Exchange phis now and then: cycles in the moves of the back edge.
      if (n + 1 < phis.size() && types[n] == types[n + 1] && pick(2) == 0)
        v = phis[n + 1];
      ends.push_back(v);
    }
    ValueId end_mem = mem_;
    b_.jump(header);
    f_.addArg(mem, end_mem);
    f_.addArg(i, next);
    for (std::size_t n = 0; n != phis.size(); ++n)
      f_.addArg(phis[n], ends[n]);
    b_.setBlock(after);
    pool_ = at_header, mem_ = mem;
  }

  Func &f_;
  FuncBuilder b_;
  std::mt19937_64 random_;
  Pools pool_;
  ValueId mem_, buffer_;
  LocalId local_;
  CallId call_, call9_;
};

void check(std::uint64_t seed) {
  Func f("f");
  Generator(f, seed).make();
  std::string text = ssa::print(f);
  std::mt19937_64 random(seed * 77);
  std::uint64_t buffers[2][kBufferWords];
  std::uint64_t ints[9];
  for (unsigned i = 0; i != 9; ++i)
    ints[i] = random() >> (random() % 60);
  for (std::uint64_t &w : buffers[0])
    w = random();
  std::memcpy(buffers[1], buffers[0], sizeof buffers[0]);

  ints[0] = reinterpret_cast<std::uint64_t>(buffers[0]);
  std::vector<std::uint64_t> want = Interpreter(f, ints).run();
  Jit jit;
  if (seed % 2 && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt"))
    jit.level = 3;
  jit.provide("ext", reinterpret_cast<void *>(gannetTestClobber));
  jit.provide("ext9", reinterpret_cast<void *>(gannetTestClobberNine));
  void *nine = reinterpret_cast<void *>(gannetTestClobberNine);
  jit.data("ext9ptr", std::span(reinterpret_cast<const std::uint8_t *>(&nine), 8));
  ASSERT_TRUE(jit.compile(f) && jit.link()) << jit.error() << "\nseed " << seed << "\n" << text;
  Registers regs;
  std::memcpy(regs.ints, ints, sizeof ints);
  regs.ints[0] = reinterpret_cast<std::uint64_t>(buffers[1]);
  Registers got = jit.call("f", regs);
  auto context = [&] {
    return "seed " + std::to_string(seed) + "\n" + text + jit.trace + listing(jit.unit(), jit.unit().find("f"));
  };
  // Addresses differ between the two runs only in what depends on the buffer's place; nothing returned does.
  for (std::size_t i = 0; i != want.size(); ++i)
    ASSERT_EQ(got.ints[i], want[i]) << "result " << i << " " << context();
  ASSERT_EQ(std::memcmp(buffers[0], buffers[1], sizeof buffers[0]), 0) << context();
  ASSERT_EQ(got.closure, 0u) << "X15 is not zero " << context();
}

TEST(Random, AgreesWithTheInterpreter) {
  std::uint64_t first = 1, count = 1500;
  if (const char *seed = std::getenv("GANNET_SEED"))
    first = std::strtoull(seed, nullptr, 10), count = 1;
  if (const char *n = std::getenv("GANNET_COUNT"))
    count = std::strtoull(n, nullptr, 10);
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    check(seed);
    if (testing::Test::HasFatalFailure())
      return;
  }
}

} // namespace
} // namespace gannet::x86
