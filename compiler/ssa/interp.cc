// The interpreter of interp.h: one case an operation, straight from the rows of ops.def.
#include "compiler/ssa/interp.h"

#include "compiler/ssa/order.h"

#include <bit>
#include <cmath>
#include <unordered_map>

namespace gannet::ssa {
namespace {

constexpr std::uint64_t kLocals = 0x10000000, kSymbols = 0x200000000, kOutArgs = 0x40000000, kHeap = 0x50000000;

std::uint64_t mix(std::uint64_t h, std::uint64_t x) {
  h = (h ^ x) * 0x9e3779b97f4a7c15u;
  return h ^ (h >> 29);
}

std::uint64_t truncated(Type t, std::uint64_t bits) {
  unsigned w = t == Type::Bool ? 1 : sizeBits(t);
  return w >= 64 ? bits : bits & ((std::uint64_t(1) << w) - 1);
}
std::int64_t asSigned(Type t, std::uint64_t bits) {
  unsigned w = sizeBits(t);
  return w == 0 || w >= 64 ? static_cast<std::int64_t>(bits) : static_cast<std::int64_t>(bits << (64 - w)) >> (64 - w);
}

class Machine {
public:
  Machine(const Func &f, const std::vector<std::uint64_t> &args, std::uint64_t max_steps)
      : f_(f), args_(args), steps_(max_steps), values_(f.valueCount(), 0), seconds_(f.valueCount(), 0),
        orders_(f.blockCount()) {}

  InterpResult run() {
    BlockId b = f_.entry(), from;
    std::uint32_t from_index = 0;
    while (!stopped_) {
      enter(b, from_index);
      if (orders_[b.raw].empty())
        orders_[b.raw] = orderedValues(f_, b);
      for (ValueId v : orders_[b.raw]) {
        if (f_[v].op != Op::Phi)
          step(v);
        if (stopped_)
          return std::move(out_);
      }
      const Block &block = f_[b];
      unsigned succ = 0;
      switch (block.kind) {
      case BlockKind::Plain:
        break;
      case BlockKind::If:
        succ = get(block.controls[0]) != 0 ? 0 : 1;
        break;
      case BlockKind::JumpTable:
        succ = static_cast<unsigned>(get(block.controls[0]));
        if (succ >= block.succs.size())
          return unsupported("jump outside its table");
        break;
      case BlockKind::Ret:
        for (std::size_t i = 0; i + 1 < block.controls.size(); ++i)
          out_.results.push_back(get(block.controls[i]));
        return std::move(out_);
      case BlockKind::Exit:
        out_.end = InterpResult::End::Panicked;
        return std::move(out_);
      case BlockKind::CondJump:
        return unsupported("machine block");
      }
      from = b;
      from_index = block.succs[succ].index;
      b = block.succs[succ].block;
      if (steps_ == 0) {
        out_.end = InterpResult::End::OutOfSteps;
        return std::move(out_);
      }
      --steps_;
    }
    return std::move(out_);
  }

private:
  InterpResult unsupported(std::string_view what) {
    out_.end = InterpResult::End::Unsupported;
    out_.note = what;
    stopped_ = true;
    return std::move(out_);
  }

  std::uint64_t get(ValueId v) const { return values_[v.raw]; }
  void set(ValueId v, std::uint64_t bits) { values_[v.raw] = truncated(f_[v].type, bits); }
  double getF(ValueId v) const {
    return f_[v].type == Type::F32 ? std::bit_cast<float>(static_cast<std::uint32_t>(get(v))) : std::bit_cast<double>(get(v));
  }
  void setF(ValueId v, double x) {
    values_[v.raw] = f_[v].type == Type::F32 ? std::bit_cast<std::uint32_t>(static_cast<float>(x)) : std::bit_cast<std::uint64_t>(x);
  }

  void enter(BlockId b, std::uint32_t pred_index) {
    std::vector<std::pair<ValueId, std::uint64_t>> joined;
    for (ValueId v : f_[b].values)
      if (f_[v].op == Op::Phi && f_[v].type != Type::Mem)
        joined.push_back({v, get(f_[v].arg(pred_index))});
    for (auto [v, bits] : joined)
      values_[v.raw] = bits;
  }

  // ---- memory
  std::uint8_t byteAt(std::uint64_t addr) const {
    auto found = memory_.find(addr);
    return found != memory_.end() ? found->second : static_cast<std::uint8_t>(mix(addr, 7));
  }
  std::uint64_t read(std::uint64_t addr, unsigned size) const {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < size; ++i)
      bits |= static_cast<std::uint64_t>(byteAt(addr + i)) << (8 * i);
    return bits;
  }
  void writeByte(std::uint64_t addr, std::uint8_t byte) {
    memory_[addr] = byte;
    if (addr < kLocals || addr >= kHeap)
      out_.heap[addr] = byte;
  }
  void write(std::uint64_t addr, std::uint64_t bits, unsigned size) {
    for (unsigned i = 0; i < size; ++i)
      writeByte(addr + i, static_cast<std::uint8_t>(bits >> (8 * i)));
  }

  void note(std::string text) { out_.trace += text + "\n"; }

  void call(ValueId v) {
    const Value &value = f_[v];
    const CallInfo &info = f_[value.call()];
    std::string name = info.callee ? std::string(f_[info.callee].name) : "indirect";
    std::string text = name;
    std::uint64_t h = 17;
    for (char c : name)
      h = mix(h, static_cast<unsigned char>(c));
    if (name == "runtime.wbMove" || name == "runtime.wbZero") { // what a barrier records is not compared
      return;
    }
    for (unsigned i = 0; i + 1 < value.argCount(); ++i) {
      text += ' ' + std::to_string(get(value.arg(i)));
      h = mix(h, get(value.arg(i)));
    }
    note(text);
    if (name == "runtime.newobject") {
      h = kHeap + (++allocations_ << 16);
      for (int i = 0; i < 256; ++i)
        memory_[h + static_cast<std::uint64_t>(i)] = 0;
    }
    call_results_[v.raw] = h;
  }

  void select(ValueId v) {
    const Value &value = f_[v];
    if (value.type == Type::Mem)
      return;
    const Value &tuple = f_[value.arg(0)];
    if (isCall(tuple.op)) {
      std::uint64_t h = call_results_[value.arg(0).raw];
      set(v, value.aux_int == 0 ? h : mix(h, static_cast<std::uint64_t>(value.aux_int)));
      return;
    }
    set(v, value.aux_int == 0 ? values_[value.arg(0).raw] : seconds_[value.arg(0).raw]);
  }

  void stop(InterpResult::End end, std::string text) {
    note(std::move(text));
    out_.end = end;
    stopped_ = true;
  }

  void step(ValueId v) {
    const Value &value = f_[v];
    auto a = [&](unsigned i) { return get(value.arg(i)); };
    auto sa = [&](unsigned i) { return asSigned(f_[value.arg(i)].type, get(value.arg(i))); };
    auto fa = [&](unsigned i) { return getF(value.arg(i)); };
    Type t = value.type;
    unsigned w = sizeBits(t);
    using Wide = unsigned __int128;
    switch (value.op) {
    case Op::Invalid:
    case Op::Phi:
    case Op::InitMem:
    case Op::KeepAlive:
    case Op::VarDef:
    case Op::VarLive:
    case Op::InlineMark:
    case Op::Prefetch:
      return;
    case Op::Copy:
      return set(v, a(0));
    case Op::Select:
      return select(v);
    case Op::Arg:
      return set(v, args_[static_cast<std::size_t>(value.aux_int)]);
    case Op::Undef:
      return set(v, 0);
    case Op::Const:
    case Op::ConstF:
      return set(v, static_cast<std::uint64_t>(value.aux_int));
    case Op::Addr:
      return set(v, kSymbols + (static_cast<std::uint64_t>(value.sym.raw) << 20) + static_cast<std::uint64_t>(value.aux_int));
    case Op::LocalAddr:
      return set(v, kLocals + (static_cast<std::uint64_t>(value.aux_id) << 16) + static_cast<std::uint64_t>(value.aux_int));
    case Op::OutArgAddr:
      return set(v, kOutArgs + static_cast<std::uint64_t>(value.aux_int));
    case Op::OffPtr:
      return set(v, a(0) + static_cast<std::uint64_t>(value.aux_int));
    case Op::AddPtr:
      return set(v, a(0) + a(1));
    case Op::SubPtr:
      return set(v, a(0) - a(1));
    case Op::PtrToInt:
    case Op::IntToPtr:
      return set(v, a(0));
    case Op::GetG:
    case Op::GetClosurePtr:
    case Op::GetCallerPC:
    case Op::GetCallerSP:
    case Op::GetSP:
      return set(v, 0x70000000 + static_cast<std::uint64_t>(value.op));
    case Op::Add:
      return set(v, a(0) + a(1));
    case Op::Sub:
      return set(v, a(0) - a(1));
    case Op::Mul:
      return set(v, a(0) * a(1));
    case Op::Div:
    case Op::Mod: {
      std::int64_t x = sa(0), y = sa(1);
      if (y == 0)
        return stop(InterpResult::End::Unsupported, "division by zero");
      if (y == -1)
        return set(v, value.op == Op::Div ? 0 - static_cast<std::uint64_t>(x) : 0);
      return set(v, static_cast<std::uint64_t>(value.op == Op::Div ? x / y : x % y));
    }
    case Op::DivU:
    case Op::ModU:
      if (a(1) == 0)
        return stop(InterpResult::End::Unsupported, "division by zero");
      return set(v, value.op == Op::DivU ? a(0) / a(1) : a(0) % a(1));
    case Op::Neg:
      return set(v, 0 - a(0));
    case Op::Not:
      return set(v, ~a(0));
    case Op::And:
      return set(v, a(0) & a(1));
    case Op::Or:
      return set(v, a(0) | a(1));
    case Op::Xor:
      return set(v, a(0) ^ a(1));
    case Op::Shl:
    case Op::Shr:
    case Op::Sar:
      if (value.aux_int != 0 && a(1) >= w)
        return stop(InterpResult::End::Unsupported, "a bounded shift is not");
      if (value.op == Op::Sar)
        return set(v, static_cast<std::uint64_t>(sa(0) >> std::min<std::uint64_t>(a(1), 63)));
      return set(v, a(1) >= w ? 0 : value.op == Op::Shl ? a(0) << a(1) : a(0) >> a(1));
    case Op::RotL: {
      unsigned n = static_cast<unsigned>(a(1)) & (w - 1);
      return set(v, n == 0 ? a(0) : a(0) << n | a(0) >> (w - n));
    }
    case Op::MulHi:
      return set(v, static_cast<std::uint64_t>((static_cast<__int128>(sa(0)) * sa(1)) >> w));
    case Op::MulHiU:
      return set(v, static_cast<std::uint64_t>((Wide(a(0)) * a(1)) >> w));
    case Op::Mul128U:
      values_[v.raw] = static_cast<std::uint64_t>((Wide(a(0)) * a(1)) >> 64);
      seconds_[v.raw] = a(0) * a(1);
      return;
    case Op::Div128U: {
      if (a(2) <= a(0))
        return stop(InterpResult::End::Unsupported, "division overflows");
      Wide n = Wide(a(0)) << 64 | a(1);
      values_[v.raw] = static_cast<std::uint64_t>(n / a(2));
      seconds_[v.raw] = static_cast<std::uint64_t>(n % a(2));
      return;
    }
    case Op::AddCarry: {
      Wide sum = Wide(a(0)) + a(1) + a(2);
      values_[v.raw] = static_cast<std::uint64_t>(sum);
      seconds_[v.raw] = static_cast<std::uint64_t>(sum >> 64);
      return;
    }
    case Op::SubBorrow:
      values_[v.raw] = a(0) - a(1) - a(2);
      seconds_[v.raw] = Wide(a(0)) < Wide(a(1)) + a(2);
      return;
    case Op::AvgU:
      return set(v, static_cast<std::uint64_t>((Wide(a(0)) + a(1)) >> 1));
    case Op::Ctz:
      return set(v, a(0) == 0 ? w : static_cast<std::uint64_t>(std::countr_zero(a(0))));
    case Op::BitLen:
      return set(v, static_cast<std::uint64_t>(std::bit_width(a(0))));
    case Op::PopCount:
      return set(v, static_cast<std::uint64_t>(std::popcount(a(0))));
    case Op::Bswap:
      return set(v, __builtin_bswap64(a(0)) >> (64 - w));
    case Op::Eq:
      return set(v, a(0) == a(1));
    case Op::Ne:
      return set(v, a(0) != a(1));
    case Op::Lt:
      return set(v, sa(0) < sa(1));
    case Op::Le:
      return set(v, sa(0) <= sa(1));
    case Op::LtU:
    case Op::IsInBounds:
      return set(v, a(0) < a(1));
    case Op::LeU:
    case Op::IsSliceInBounds:
      return set(v, a(0) <= a(1));
    case Op::EqF:
      return set(v, fa(0) == fa(1));
    case Op::NeF:
      return set(v, fa(0) != fa(1));
    case Op::LtF:
      return set(v, fa(0) < fa(1));
    case Op::LeF:
      return set(v, fa(0) <= fa(1));
    case Op::BoolAnd:
      return set(v, a(0) & a(1));
    case Op::BoolOr:
      return set(v, a(0) | a(1));
    case Op::BoolNot:
      return set(v, a(0) ^ 1);
    case Op::IsNonNil:
      return set(v, a(0) != 0);
    case Op::CondSelect:
      return set(v, a(2) != 0 ? a(0) : a(1));
    case Op::SignExt:
      return set(v, static_cast<std::uint64_t>(sa(0)));
    case Op::ZeroExt:
    case Op::Trunc:
    case Op::Bitcast:
      return set(v, a(0));
    case Op::IntToF:
      return t == Type::F32 ? setF(v, static_cast<double>(static_cast<float>(sa(0)))) : setF(v, static_cast<double>(sa(0)));
    case Op::UintToF:
      return t == Type::F32 ? setF(v, static_cast<double>(static_cast<float>(a(0)))) : setF(v, static_cast<double>(a(0)));
    case Op::FToInt: {
      double limit = w == 32 ? 2147483648.0 : 9223372036854775808.0, x = fa(0);
      return set(v, x > -limit - 1 && x < limit && x == x ? static_cast<std::uint64_t>(static_cast<std::int64_t>(x))
                                                         : std::uint64_t(1) << (w - 1));
    }
    case Op::FToUint: {
      double x = fa(0);
      return set(v, x >= 0 && x < 18446744073709551616.0 ? static_cast<std::uint64_t>(x) : std::uint64_t(1) << 63);
    }
    case Op::ConvF:
    case Op::RoundF:
      return setF(v, fa(0));
    case Op::AddF:
      return setF(v, fa(0) + fa(1));
    case Op::SubF:
      return setF(v, fa(0) - fa(1));
    case Op::MulF:
      return setF(v, fa(0) * fa(1));
    case Op::DivF:
      return setF(v, fa(0) / fa(1));
    case Op::NegF:
      return set(v, a(0) ^ (std::uint64_t(1) << (w - 1)));
    case Op::AbsF:
      return set(v, a(0) & ~(std::uint64_t(1) << (w - 1)));
    case Op::SqrtF:
      return setF(v, std::sqrt(fa(0)));
    case Op::CopysignF:
      return setF(v, std::copysign(fa(0), fa(1)));
    case Op::FloorF:
      return setF(v, std::floor(fa(0)));
    case Op::CeilF:
      return setF(v, std::ceil(fa(0)));
    case Op::TruncF:
      return setF(v, std::trunc(fa(0)));
    case Op::RoundToEvenF:
      return setF(v, std::nearbyint(fa(0)));
    case Op::Load:
      return set(v, read(a(0), sizeBytes(t)));
    case Op::Store:
    case Op::AtomicStore:
    case Op::AtomicStoreRel:
      return write(a(0), a(1), sizeBytes(f_[value.arg(1)].type));
    case Op::Zero:
      for (std::int64_t i = 0; i < f_[value.layout()].size_bytes; ++i)
        writeByte(a(0) + static_cast<std::uint64_t>(i), 0);
      return;
    case Op::Move: {
      std::vector<std::uint8_t> bytes;
      for (std::int64_t i = 0; i < f_[value.layout()].size_bytes; ++i)
        bytes.push_back(byteAt(a(1) + static_cast<std::uint64_t>(i)));
      for (std::size_t i = 0; i < bytes.size(); ++i)
        writeByte(a(0) + i, bytes[i]);
      return;
    }
    case Op::NilCheck:
      if (a(0) == 0)
        return stop(InterpResult::End::Panicked, "nil dereference");
      return set(v, a(0));
    case Op::StaticCall:
    case Op::ClosureCall:
    case Op::InterCall:
      return call(v);
    case Op::PanicBounds:
      return stop(InterpResult::End::Panicked,
                  "bounds " + std::to_string(a(0)) + " " + std::to_string(a(1)) + " kind " + std::to_string(value.aux_int));
    case Op::WriteBarrierBuffer:
      values_[v.raw] = kOutArgs + 0x8000000;
      return;
    case Op::MinF:
    case Op::MaxF:
    case Op::FmaF:
    case Op::AtomicLoad:
    case Op::AtomicExchange:
    case Op::AtomicAdd:
    case Op::AtomicCas:
    case Op::AtomicAnd:
    case Op::AtomicOr:
    case Op::MatchByte:
    case Op::MatchEmpty:
    case Op::MatchEmptyOrDeleted:
    case Op::MatchFull:
    case Op::Count_:
      break;
    }
    stop(InterpResult::End::Unsupported, std::string(opInfo(value.op).text));
  }

  const Func &f_;
  const std::vector<std::uint64_t> &args_;
  std::uint64_t steps_;
  std::vector<std::uint64_t> values_;
  std::vector<std::uint64_t> seconds_; // second elements of tuples
  std::vector<std::vector<ValueId>> orders_;
  std::unordered_map<std::uint64_t, std::uint8_t> memory_;
  std::unordered_map<std::uint32_t, std::uint64_t> call_results_;
  std::uint64_t allocations_ = 0;
  bool stopped_ = false;
  InterpResult out_;
};

} // namespace

InterpResult interpret(const Func &f, const std::vector<std::uint64_t> &args, std::uint64_t max_steps) {
  return Machine(f, args, max_steps).run();
}

} // namespace gannet::ssa
