// Functions that become operations instead of calls: see the table at the end of the file.
//
// All of them may also be called through func values; then the function's own body or assembly runs. The eight of
// internal/runtime/maps go together: here a set of slots has one bit a slot, in their Go bodies a byte.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"

#include <algorithm>
#include <iterator>

namespace gannet::ssa {

namespace {

enum class Intrinsic : std::uint8_t {
  AtomicLoad,     // (ptr) value
  AtomicStore,    // (ptr, value)
  AtomicStoreRel, // (ptr, value)
  AtomicExchange, // (ptr, value) old
  AtomicAdd,      // (ptr, delta) new
  AtomicCas,      // (ptr, old, new) bool
  AtomicAnd,      // (ptr, mask)
  AtomicOr,
  AtomicAndOld,   // (ptr, mask) old
  AtomicOrOld,
  Bswap,
  Len,            // of the argument's width
  TrailingZeros,
  OnesCount,
  RotateLeft,
  Add64,          // (x, y, carry) sum, carry
  Sub64,
  Mul64,          // (x, y) hi, lo
  Div64,          // (hi, lo, y) quo, rem
  MulUintptr,     // (x, y) product, overflow
  MulWW,
  GetCallerPC,
  GetCallerSP,
  GetClosurePtr,
  GetG,
  Prefetch,
  PrefetchStreamed,
  Sqrt,
  Floor,
  Ceil,
  Trunc,
  RoundToEven,
  Fma,
  Abs,
  Copysign,
  FloatBits,
  FloatFromBits,
  KeepAlive,
  BytesToStringTmp,
  ConstantTimeSelect,
  BoolToUint8,
  MatchH2,
  MatchEmpty,
  MatchEmptyOrDeleted,
  MatchFull,
  BitsetFirst,
  BitsetRemoveBelow,
  BitsetLowestSet,
  BitsetShiftOutLowest,
};

struct Entry {
  std::string_view name;
  Intrinsic what;
};

// Sorted by name.
constexpr Entry kIntrinsics[] = {
    {"crypto/internal/constanttime.Select", Intrinsic::ConstantTimeSelect},
    {"crypto/internal/constanttime.boolToUint8", Intrinsic::BoolToUint8},
    {"internal/runtime/atomic.And", Intrinsic::AtomicAnd},
    {"internal/runtime/atomic.And32", Intrinsic::AtomicAndOld},
    {"internal/runtime/atomic.And64", Intrinsic::AtomicAndOld},
    {"internal/runtime/atomic.And8", Intrinsic::AtomicAnd},
    {"internal/runtime/atomic.Cas", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.Cas64", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.CasRel", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.Casint32", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.Casint64", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.Casp1", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.Casuintptr", Intrinsic::AtomicCas},
    {"internal/runtime/atomic.Load", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Load64", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Load8", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.LoadAcq", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.LoadAcq64", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.LoadAcquintptr", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Loadint32", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Loadint64", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Loadp", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Loaduint", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Loaduintptr", Intrinsic::AtomicLoad},
    {"internal/runtime/atomic.Or", Intrinsic::AtomicOr},
    {"internal/runtime/atomic.Or32", Intrinsic::AtomicOrOld},
    {"internal/runtime/atomic.Or64", Intrinsic::AtomicOrOld},
    {"internal/runtime/atomic.Or8", Intrinsic::AtomicOr},
    {"internal/runtime/atomic.Store", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.Store64", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.Store8", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.StoreRel", Intrinsic::AtomicStoreRel},
    {"internal/runtime/atomic.StoreRel64", Intrinsic::AtomicStoreRel},
    {"internal/runtime/atomic.StoreReluintptr", Intrinsic::AtomicStoreRel},
    {"internal/runtime/atomic.Storeint32", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.Storeint64", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.StorepNoWB", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.Storeuintptr", Intrinsic::AtomicStore},
    {"internal/runtime/atomic.Xadd", Intrinsic::AtomicAdd},
    {"internal/runtime/atomic.Xadd64", Intrinsic::AtomicAdd},
    {"internal/runtime/atomic.Xaddint32", Intrinsic::AtomicAdd},
    {"internal/runtime/atomic.Xaddint64", Intrinsic::AtomicAdd},
    {"internal/runtime/atomic.Xadduintptr", Intrinsic::AtomicAdd},
    {"internal/runtime/atomic.Xchg", Intrinsic::AtomicExchange},
    {"internal/runtime/atomic.Xchg64", Intrinsic::AtomicExchange},
    {"internal/runtime/atomic.Xchg8", Intrinsic::AtomicExchange},
    {"internal/runtime/atomic.Xchgint32", Intrinsic::AtomicExchange},
    {"internal/runtime/atomic.Xchgint64", Intrinsic::AtomicExchange},
    {"internal/runtime/atomic.Xchguintptr", Intrinsic::AtomicExchange},
    {"internal/runtime/maps.bitsetFirst", Intrinsic::BitsetFirst},
    {"internal/runtime/maps.bitsetLowestSet", Intrinsic::BitsetLowestSet},
    {"internal/runtime/maps.bitsetRemoveBelow", Intrinsic::BitsetRemoveBelow},
    {"internal/runtime/maps.bitsetShiftOutLowest", Intrinsic::BitsetShiftOutLowest},
    {"internal/runtime/maps.ctrlGroupMatchEmpty", Intrinsic::MatchEmpty},
    {"internal/runtime/maps.ctrlGroupMatchEmptyOrDeleted", Intrinsic::MatchEmptyOrDeleted},
    {"internal/runtime/maps.ctrlGroupMatchFull", Intrinsic::MatchFull},
    {"internal/runtime/maps.ctrlGroupMatchH2", Intrinsic::MatchH2},
    {"internal/runtime/math.Add64", Intrinsic::Add64},
    {"internal/runtime/math.Mul64", Intrinsic::Mul64},
    {"internal/runtime/math.MulUintptr", Intrinsic::MulUintptr},
    {"internal/runtime/sys.Bswap32", Intrinsic::Bswap},
    {"internal/runtime/sys.Bswap64", Intrinsic::Bswap},
    {"internal/runtime/sys.GetCallerPC", Intrinsic::GetCallerPC},
    {"internal/runtime/sys.GetCallerSP", Intrinsic::GetCallerSP},
    {"internal/runtime/sys.GetClosurePtr", Intrinsic::GetClosurePtr},
    {"internal/runtime/sys.Len64", Intrinsic::Len},
    {"internal/runtime/sys.Len8", Intrinsic::Len},
    {"internal/runtime/sys.OnesCount64", Intrinsic::OnesCount},
    {"internal/runtime/sys.Prefetch", Intrinsic::Prefetch},
    {"internal/runtime/sys.PrefetchStreamed", Intrinsic::PrefetchStreamed},
    {"internal/runtime/sys.TrailingZeros32", Intrinsic::TrailingZeros},
    {"internal/runtime/sys.TrailingZeros64", Intrinsic::TrailingZeros},
    {"internal/runtime/sys.TrailingZeros8", Intrinsic::TrailingZeros},
    {"math.Abs", Intrinsic::Abs},
    {"math.Ceil", Intrinsic::Ceil},
    {"math.Copysign", Intrinsic::Copysign},
    {"math.FMA", Intrinsic::Fma},
    {"math.Float32bits", Intrinsic::FloatBits},
    {"math.Float32frombits", Intrinsic::FloatFromBits},
    {"math.Float64bits", Intrinsic::FloatBits},
    {"math.Float64frombits", Intrinsic::FloatFromBits},
    {"math.Floor", Intrinsic::Floor},
    {"math.RoundToEven", Intrinsic::RoundToEven},
    {"math.Sqrt", Intrinsic::Sqrt},
    {"math.Trunc", Intrinsic::Trunc},
    {"math.sqrt", Intrinsic::Sqrt},
    {"math/big.mulWW", Intrinsic::MulWW},
    {"math/bits.Add", Intrinsic::Add64},
    {"math/bits.Add64", Intrinsic::Add64},
    {"math/bits.Div", Intrinsic::Div64},
    {"math/bits.Div64", Intrinsic::Div64},
    {"math/bits.Len", Intrinsic::Len},
    {"math/bits.Len16", Intrinsic::Len},
    {"math/bits.Len32", Intrinsic::Len},
    {"math/bits.Len64", Intrinsic::Len},
    {"math/bits.Len8", Intrinsic::Len},
    {"math/bits.Mul", Intrinsic::Mul64},
    {"math/bits.Mul64", Intrinsic::Mul64},
    {"math/bits.OnesCount", Intrinsic::OnesCount},
    {"math/bits.OnesCount16", Intrinsic::OnesCount},
    {"math/bits.OnesCount32", Intrinsic::OnesCount},
    {"math/bits.OnesCount64", Intrinsic::OnesCount},
    {"math/bits.ReverseBytes32", Intrinsic::Bswap},
    {"math/bits.ReverseBytes64", Intrinsic::Bswap},
    {"math/bits.RotateLeft", Intrinsic::RotateLeft},
    {"math/bits.RotateLeft16", Intrinsic::RotateLeft},
    {"math/bits.RotateLeft32", Intrinsic::RotateLeft},
    {"math/bits.RotateLeft64", Intrinsic::RotateLeft},
    {"math/bits.RotateLeft8", Intrinsic::RotateLeft},
    {"math/bits.Sub", Intrinsic::Sub64},
    {"math/bits.Sub64", Intrinsic::Sub64},
    {"math/bits.TrailingZeros16", Intrinsic::TrailingZeros},
    {"math/bits.TrailingZeros32", Intrinsic::TrailingZeros},
    {"math/bits.TrailingZeros64", Intrinsic::TrailingZeros},
    {"math/bits.TrailingZeros8", Intrinsic::TrailingZeros},
    {"runtime.KeepAlive", Intrinsic::KeepAlive},
    {"runtime.getg", Intrinsic::GetG},
    {"runtime.slicebytetostringtmp", Intrinsic::BytesToStringTmp},
    {"sync.runtime_LoadAcquintptr", Intrinsic::AtomicLoad},
    {"sync.runtime_StoreReluintptr", Intrinsic::AtomicStoreRel},
    {"sync/atomic.AddInt32", Intrinsic::AtomicAdd},
    {"sync/atomic.AddInt64", Intrinsic::AtomicAdd},
    {"sync/atomic.AddUint32", Intrinsic::AtomicAdd},
    {"sync/atomic.AddUint64", Intrinsic::AtomicAdd},
    {"sync/atomic.AddUintptr", Intrinsic::AtomicAdd},
    {"sync/atomic.AndInt32", Intrinsic::AtomicAndOld},
    {"sync/atomic.AndInt64", Intrinsic::AtomicAndOld},
    {"sync/atomic.AndUint32", Intrinsic::AtomicAndOld},
    {"sync/atomic.AndUint64", Intrinsic::AtomicAndOld},
    {"sync/atomic.AndUintptr", Intrinsic::AtomicAndOld},
    {"sync/atomic.CompareAndSwapInt32", Intrinsic::AtomicCas},
    {"sync/atomic.CompareAndSwapInt64", Intrinsic::AtomicCas},
    {"sync/atomic.CompareAndSwapUint32", Intrinsic::AtomicCas},
    {"sync/atomic.CompareAndSwapUint64", Intrinsic::AtomicCas},
    {"sync/atomic.CompareAndSwapUintptr", Intrinsic::AtomicCas},
    {"sync/atomic.LoadInt32", Intrinsic::AtomicLoad},
    {"sync/atomic.LoadInt64", Intrinsic::AtomicLoad},
    {"sync/atomic.LoadPointer", Intrinsic::AtomicLoad},
    {"sync/atomic.LoadUint32", Intrinsic::AtomicLoad},
    {"sync/atomic.LoadUint64", Intrinsic::AtomicLoad},
    {"sync/atomic.LoadUintptr", Intrinsic::AtomicLoad},
    {"sync/atomic.OrInt32", Intrinsic::AtomicOrOld},
    {"sync/atomic.OrInt64", Intrinsic::AtomicOrOld},
    {"sync/atomic.OrUint32", Intrinsic::AtomicOrOld},
    {"sync/atomic.OrUint64", Intrinsic::AtomicOrOld},
    {"sync/atomic.OrUintptr", Intrinsic::AtomicOrOld},
    {"sync/atomic.StoreInt32", Intrinsic::AtomicStore},
    {"sync/atomic.StoreInt64", Intrinsic::AtomicStore},
    {"sync/atomic.StoreUint32", Intrinsic::AtomicStore},
    {"sync/atomic.StoreUint64", Intrinsic::AtomicStore},
    {"sync/atomic.StoreUintptr", Intrinsic::AtomicStore},
    {"sync/atomic.SwapInt32", Intrinsic::AtomicExchange},
    {"sync/atomic.SwapInt64", Intrinsic::AtomicExchange},
    {"sync/atomic.SwapUint32", Intrinsic::AtomicExchange},
    {"sync/atomic.SwapUint64", Intrinsic::AtomicExchange},
    {"sync/atomic.SwapUintptr", Intrinsic::AtomicExchange},
};

constexpr bool isSorted() {
  for (std::size_t i = 1; i < std::size(kIntrinsics); ++i)
    if (!(kIntrinsics[i - 1].name < kIntrinsics[i].name))
      return false;
  return true;
}
static_assert(isSorted(), "looked up by binary search");

const Entry *findIntrinsic(std::string_view name) {
  const Entry *found = std::lower_bound(std::begin(kIntrinsics), std::end(kIntrinsics), name,
                                        [](const Entry &e, std::string_view s) { return e.name < s; });
  return found == std::end(kIntrinsics) || found->name != name ? nullptr : found;
}

} // namespace

bool isIntrinsic(std::string_view symbol) { return findIntrinsic(symbol) != nullptr; }

bool FunctionBuilder::intrinsic(const Node &n, std::vector<Val> &results) {
  std::string_view name = n.func()->name;
  const Entry *found = findIntrinsic(name);
  if (!found)
    return false;
  // The body of such a function, as another name for itself, calls what it can.
  if (func_.name == name)
    return false;
  Intrinsic what = found->what;
  if ((what == Intrinsic::GetClosurePtr || what == Intrinsic::GetCallerPC || what == Intrinsic::GetCallerSP) &&
      n.inline_site != 0)
    GANNET_UNREACHABLE("an inlined function asks for its caller: " + func_.name);

  // A feature of the processor decides between the operation and the function, unless all of the level have it.
  auto gated = [&](std::string_view flag, unsigned level, Type t, const std::vector<Val> &args,
                   const std::function<ValueId()> &fast) {
    if (context_.level >= level)
      return fast();
    Variables::Id result = vars_.add(t);
    BlockId yes = newBlock(), no = newBlock(), join = newBlock();
    ValueId has = load(Type::Bool, symAddr(flag));
    branch(has, yes, no, 1);
    startSealed(yes);
    ValueId v = fast();
    vars_.write(b_.block(), result, v);
    jump(join);
    startSealed(no);
    std::vector<AbiType> params, abi_results;
    std::vector<Arg> call_args;
    for (std::size_t i = 0; i < args.size(); ++i) {
      params.push_back(abiType(n.list[i]->type));
      call_args.push_back({n.list[i]->type, args[i]});
    }
    abi_results.push_back(abiType(n.type));
    TypeP result_types[1] = {n.type};
    std::vector<Val> slow = call(Op::StaticCall, {}, f_.symbol(name), assignAbi(Abi::Internal, params, abi_results),
                                 call_args, result_types);
    vars_.write(b_.block(), result, slow[0].only());
    jump(join);
    startSealed(join);
    return vars_.read(b_.block(), result);
  };

  std::vector<Val> args;
  for (const Node *a : n.list)
    args.push_back(expr(*a));
  at(n);
  if (context_.remarks.intrinsics)
    context_.diagnostics.note(shownPos(n), "intrinsic substitution for " + std::string(name.substr(name.rfind('.') + 1)));
  auto arg = [&](std::size_t i) { return args[i].only(); };
  auto give = [&](std::initializer_list<ValueId> values) {
    for (ValueId v : values)
      results.push_back(Val::of({v}));
    return true;
  };
  auto widthOf = [&](std::size_t i) { return f_[arg(i)].type; };
  auto resultScalar = [&] { return shape(n.type).parts[0].type; };
  auto toInt = [&](ValueId v) { // a Go int, from any narrower count
    return f_[v].type == Type::I64 ? v : emit(Op::ZeroExt, Type::I64, {v});
  };

  switch (what) {
  case Intrinsic::AtomicLoad:
    return give({emitAtomic(Op::AtomicLoad, resultScalar(), {nilCheck(arg(0))})});
  case Intrinsic::AtomicStore:
  case Intrinsic::AtomicStoreRel: {
    Op op = what == Intrinsic::AtomicStore ? Op::AtomicStore : Op::AtomicStoreRel;
    ValueId m = emit(op, Type::Mem, {nilCheck(arg(0)), arg(1), mem()});
    f_[m].flags |= ValueFlags::NoWriteBarrier;
    setMem(m);
    return true;
  }
  case Intrinsic::AtomicExchange:
    return give({emitAtomic(Op::AtomicExchange, widthOf(1), {nilCheck(arg(0)), arg(1)})});
  case Intrinsic::AtomicAdd: {
    ValueId delta = arg(1);
    ValueId old = emitAtomic(Op::AtomicAdd, f_[delta].type, {nilCheck(arg(0)), delta});
    return give({b_.binary(Op::Add, old, delta)});
  }
  case Intrinsic::AtomicCas:
    return give({emitAtomic(Op::AtomicCas, Type::Bool, {nilCheck(arg(0)), arg(1), arg(2)})});
  case Intrinsic::AtomicAnd:
  case Intrinsic::AtomicOr:
    emitAtomic(what == Intrinsic::AtomicAnd ? Op::AtomicAnd : Op::AtomicOr, widthOf(1), {nilCheck(arg(0)), arg(1)});
    return true;
  case Intrinsic::AtomicAndOld:
  case Intrinsic::AtomicOrOld:
    return give({emitAtomic(what == Intrinsic::AtomicAndOld ? Op::AtomicAnd : Op::AtomicOr, widthOf(1),
                            {nilCheck(arg(0)), arg(1)})});
  case Intrinsic::Bswap:
    return give({b_.unary(Op::Bswap, arg(0))});
  case Intrinsic::Len:
    return give({toInt(emit(Op::BitLen, widthOf(0), {arg(0)}))});
  case Intrinsic::TrailingZeros:
    return give({toInt(emit(Op::Ctz, widthOf(0), {arg(0)}))});
  case Intrinsic::OnesCount: {
    Type t = widthOf(0);
    return give({gated("runtime.x86HasPOPCNT", 2, Type::I64, args, [&] {
      ValueId v = t == Type::I16 ? emit(Op::ZeroExt, Type::I32, {arg(0)}) : arg(0);
      return toInt(b_.unary(Op::PopCount, v));
    })});
  }
  case Intrinsic::RotateLeft:
    return give({emit(Op::RotL, widthOf(0), {arg(0), arg(1)})});
  case Intrinsic::Add64:
  case Intrinsic::Sub64: {
    Op op = what == Intrinsic::Add64 ? Op::AddCarry : Op::SubBorrow;
    ValueId t = emit(op, Type::Tuple, {arg(0), arg(1), arg(2)});
    return give({b_.select(t, 0, Type::I64), b_.select(t, 1, Type::I64)});
  }
  case Intrinsic::Mul64:
  case Intrinsic::MulWW: {
    ValueId t = emit(Op::Mul128U, Type::Tuple, {arg(0), arg(1)});
    return give({b_.select(t, 0, Type::I64), b_.select(t, 1, Type::I64)});
  }
  case Intrinsic::MulUintptr: {
    ValueId t = emit(Op::Mul128U, Type::Tuple, {arg(0), arg(1)});
    ValueId high = b_.select(t, 0, Type::I64), low = b_.select(t, 1, Type::I64);
    return give({low, emit(Op::Ne, Type::Bool, {high, int64(0)})});
  }
  case Intrinsic::Div64: {
    auto panicIf = [&](ValueId cond, RuntimeFn fn) {
      BlockId bad = newBlock(), good = newBlock();
      branch(cond, bad, good, -1);
      startSealed(bad);
      runtime(fn, {});
      b_.exit(mem());
      startSealed(good);
    };
    panicIf(emit(Op::Eq, Type::Bool, {arg(2), int64(0)}), RuntimeFn::panicdivide);
    panicIf(emit(Op::LeU, Type::Bool, {arg(2), arg(0)}), RuntimeFn::panicoverflow);
    ValueId t = emit(Op::Div128U, Type::Tuple, {arg(0), arg(1), arg(2)});
    return give({b_.select(t, 0, Type::I64), b_.select(t, 1, Type::I64)});
  }
  case Intrinsic::GetCallerPC:
    return give({emit(Op::GetCallerPC, Type::I64, {})});
  case Intrinsic::GetCallerSP:
    return give({emit(Op::GetCallerSP, Type::I64, {mem()})});
  case Intrinsic::GetClosurePtr: {
    if (!closure_ptr_) {
      closure_ptr_ = f_.add(f_.entry(), Op::GetClosurePtr, Type::Ptr, {}, b_.pos());
      f_.flags.needs_ctxt = true;
    }
    ValueId p = closure_ptr_;
    if (resultScalar() == Type::I64)
      p = emit(Op::PtrToInt, Type::I64, {p, mem()});
    return give({p});
  }
  case Intrinsic::GetG:
    return give({emit(Op::GetG, Type::Ptr, {mem()})});
  case Intrinsic::Prefetch:
  case Intrinsic::PrefetchStreamed: {
    ValueId p = arg(0);
    if (f_[p].type != Type::Ptr)
      p = emit(Op::IntToPtr, Type::Ptr, {p, mem()});
    setMem(emit(Op::Prefetch, Type::Mem, {p, mem()}, {.aux_int = what == Intrinsic::PrefetchStreamed}));
    return true;
  }
  case Intrinsic::Sqrt:
    return give({b_.unary(Op::SqrtF, arg(0))});
  case Intrinsic::Floor:
  case Intrinsic::Ceil:
  case Intrinsic::Trunc:
  case Intrinsic::RoundToEven: {
    Op op = what == Intrinsic::Floor  ? Op::FloorF
            : what == Intrinsic::Ceil ? Op::CeilF
            : what == Intrinsic::Trunc ? Op::TruncF
                                       : Op::RoundToEvenF;
    return give({gated("runtime.x86HasSSE41", 2, Type::F64, args, [&] { return b_.unary(op, arg(0)); })});
  }
  case Intrinsic::Fma:
    return give({gated("runtime.x86HasFMA", 3, Type::F64, args,
                       [&] { return emit(Op::FmaF, Type::F64, {arg(0), arg(1), arg(2)}); })});
  case Intrinsic::Abs:
    return give({b_.unary(Op::AbsF, arg(0))});
  case Intrinsic::Copysign:
    return give({emit(Op::CopysignF, Type::F64, {arg(0), arg(1)})});
  case Intrinsic::FloatBits:
  case Intrinsic::FloatFromBits:
    return give({emit(Op::Bitcast, resultScalar(), {arg(0)})});
  case Intrinsic::KeepAlive:
    // An interface: its data word keeps the object.
    setMem(emit(Op::KeepAlive, Type::Mem, {args[0][1], mem()}));
    return true;
  case Intrinsic::BytesToStringTmp:
    results.push_back(Val::of({arg(0), arg(1)}));
    return true;
  case Intrinsic::ConstantTimeSelect: {
    // (v, x, y): v == 1 ? x : y
    ValueId zero = emit(Op::Ne, Type::Bool, {arg(0), int64(0)});
    return give({emit(Op::CondSelect, Type::I64, {arg(1), arg(2), zero})});
  }
  case Intrinsic::BoolToUint8:
    return give({emit(Op::ZeroExt, Type::I8, {arg(0)})});
  case Intrinsic::MatchH2: {
    ValueId h = arg(1);
    return give({emit(Op::MatchByte, Type::I64, {arg(0), h})});
  }
  case Intrinsic::MatchEmpty:
    return give({emit(Op::MatchEmpty, Type::I64, {arg(0)})});
  case Intrinsic::MatchEmptyOrDeleted:
    return give({emit(Op::MatchEmptyOrDeleted, Type::I64, {arg(0)})});
  case Intrinsic::MatchFull:
    return give({emit(Op::MatchFull, Type::I64, {arg(0)})});
  case Intrinsic::BitsetFirst:
    return give({emit(Op::Ctz, Type::I64, {arg(0)}, {.aux_int = 1})});
  case Intrinsic::BitsetRemoveBelow: {
    // Bits i and up.
    ValueId ones = emit(Op::Shl, Type::I64, {int64(-1), arg(1)});
    return give({b_.binary(Op::And, arg(0), ones)});
  }
  case Intrinsic::BitsetLowestSet: {
    ValueId bit = b_.binary(Op::And, arg(0), int64(1));
    return give({emit(Op::Ne, Type::Bool, {bit, int64(0)})});
  }
  case Intrinsic::BitsetShiftOutLowest:
    return give({emit(Op::Shr, Type::I64, {arg(0), int64(1)}, {.aux_int = 1})});
  }
  return false;
}

} // namespace gannet::ssa
