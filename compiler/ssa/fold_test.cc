// What the golden tests of fold cannot show: division by each of many constants gives what division gives, for the operands at which
// reciprocals go wrong; calls through itabs whose entries the compilation knows.
#include "compiler/ssa/func_builder.h"
#include "compiler/ssa/interp.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/print.h"

#include <gtest/gtest.h>

#include <memory>

namespace gannet::ssa {
namespace {

AbiType scalarType(Type t) {
  auto size = static_cast<std::int64_t>(sizeBytes(t));
  return {.size_bytes = size, .align_bytes = size, .in_memory = false, .components = {{t, 0}}, .layout = {}};
}

// Quotient and remainder, signed and unsigned, of a parameter by c.
std::unique_ptr<Func> divisions(Type t, std::int64_t c) {
  auto f = std::make_unique<Func>("div");
  AbiType word = scalarType(t);
  std::vector<AbiType> results(4, word);
  f->sig = assignAbi(Abi::Internal, std::span(&word, 1), results);
  FuncBuilder b(*f, f->addBlock());
  ValueId mem = b.emit(Op::InitMem, Type::Mem);
  ValueId x = b.emit(Op::Arg, t);
  ValueId d = b.constInt(t, c);
  b.ret(std::vector<ValueId>{b.binary(Op::Div, x, d), b.binary(Op::Mod, x, d), b.binary(Op::DivU, x, d), b.binary(Op::ModU, x, d), mem});
  return f;
}

void check(Type t, std::int64_t c, const std::vector<std::uint64_t> &operands) {
  std::unique_ptr<Func> plain = divisions(t, c), folded = divisions(t, c);
  if ((*plain)[plain->constInt(t, c)].aux_int == 0)
    return;
  PassContext ctx;
  passNamed("foldlate")->run(ctx, *folded);
  passNamed("deadcode")->run(ctx, *folded);
  for (BlockId b : folded->blocks())
    for (ValueId v : (*folded)[b].values) {
      Op op = (*folded)[v].op;
      ASSERT_FALSE(op == Op::Div || op == Op::DivU || op == Op::Mod || op == Op::ModU) << print(*folded);
    }
  for (std::uint64_t x : operands) {
    std::uint64_t bits = sizeBits(t) == 64 ? x : x & ((std::uint64_t(1) << sizeBits(t)) - 1);
    ASSERT_EQ(interpret(*plain, {bits}).results, interpret(*folded, {bits}).results)
        << bits << " by " << c << "\n" << print(*folded);
  }
}

std::vector<std::uint64_t> operandsFor(Type t, std::int64_t c) {
  std::vector<std::uint64_t> out;
  unsigned w = sizeBits(t);
  for (std::uint64_t base : {std::uint64_t(0), std::uint64_t(1) << (w - 1), ~std::uint64_t(0), std::uint64_t(1) << (w / 2)})
    for (int d = -2; d <= 2; ++d)
      out.push_back(base + static_cast<std::uint64_t>(d));
  auto u = static_cast<std::uint64_t>(c);
  std::uint64_t most = w == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << w) - 1;
  std::uint64_t mask = u & most;
  if (mask != 0)
    for (std::uint64_t k : {std::uint64_t(1), std::uint64_t(2), most / mask, most / mask / 2, most / mask / 3})
      for (int d = -1; d <= 1; ++d)
        out.push_back(k * mask + static_cast<std::uint64_t>(d));
  return out;
}

TEST(FoldDivision, AllOf8Bits) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t x = 0; x < 256; ++x)
    all.push_back(x);
  for (int c = -128; c < 128; ++c)
    check(Type::I8, c, all);
}

TEST(FoldDivision, EdgesOfWiderOnes) {
  std::vector<std::int64_t> divisors;
  for (std::int64_t c = -40; c <= 40; ++c)
    divisors.push_back(c);
  for (int bit = 5; bit < 64; ++bit)
    for (std::int64_t d : {-1, 0, 1, 3})
      divisors.push_back(static_cast<std::int64_t>((std::uint64_t(1) << bit) + static_cast<std::uint64_t>(d)));
  for (std::int64_t c : {std::int64_t(641), std::int64_t(1000), std::int64_t(10000), std::int64_t(1000000007), INT64_MAX, INT64_MIN,
                         std::int64_t(0x5555555555555555), std::int64_t(28), std::int64_t(1000000000000), std::int64_t(12345678910111213)})
    divisors.push_back(c);
  for (Type t : {Type::I16, Type::I32, Type::I64})
    for (std::int64_t c : divisors)
      check(t, c, operandsFor(t, c));
}

// A call through the word at `offset` of "go:itab.T,I".
std::unique_ptr<Func> callThroughItab(std::int64_t offset) {
  auto f = std::make_unique<Func>("caller");
  AbiType word = scalarType(Type::Ptr);
  f->sig = assignAbi(Abi::Internal, std::span(&word, 1), {});
  FuncBuilder b(*f, f->addBlock());
  ValueId mem = b.emit(Op::InitMem, Type::Mem);
  ValueId receiver = b.emit(Op::Arg, Type::Ptr);
  ValueId code = b.load(Type::I64, b.addr(f->symbol("go:itab.T,I"), offset), mem);
  CallInfo info;
  info.sig = assignAbi(Abi::Internal, std::span(&word, 1), {});
  ValueId call = b.emit(Op::InterCall, Type::Tuple, {code, receiver, mem}, {.aux_id = f->addCall(std::move(info)).raw});
  b.ret(std::vector<ValueId>{b.select(call, 0, Type::Mem)});
  return f;
}

TEST(Fold, CallsTheMethodThatAnItabHas) {
  const StaticAddress known = [](std::string_view symbol, std::int64_t offset) {
    return symbol == "go:itab.T,I" && offset == 32 ? std::string("(*T).M") : std::string();
  };
  PassContext ctx;
  ctx.static_address = &known;
  std::unique_ptr<Func> method = callThroughItab(32), other = callThroughItab(24), unknown = callThroughItab(32);
  passNamed("fold")->run(ctx, *method);
  EXPECT_NE(print(*method).find("(*T).M"), std::string::npos) << print(*method);
  EXPECT_EQ(print(*method).find("callinter"), std::string::npos) << print(*method);
  passNamed("fold")->run(ctx, *other);
  EXPECT_NE(print(*other).find("callinter"), std::string::npos) << print(*other);
  ctx.static_address = nullptr;
  passNamed("fold")->run(ctx, *unknown);
  EXPECT_NE(print(*unknown).find("callinter"), std::string::npos) << print(*unknown);
}

// What stands in read-only data is a constant; what is not known, and pointers, are loaded.
TEST(Fold, LoadsConstantsFromReadOnlyData) {
  const StaticBytes known = [](std::string_view symbol, std::int64_t offset, unsigned bytes) -> std::optional<std::uint64_t> {
    if (symbol != "go:string.\"ab\"" || offset != 1 || bytes != 1)
      return std::nullopt;
    return 'b';
  };
  auto load = [](Type type, std::int64_t offset) {
    auto f = std::make_unique<Func>("reader");
    AbiType result = scalarType(type);
    f->sig = assignAbi(Abi::Internal, {}, std::span(&result, 1));
    FuncBuilder b(*f, f->addBlock());
    ValueId mem = b.emit(Op::InitMem, Type::Mem);
    ValueId v = b.load(type, b.addr(f->symbol("go:string.\"ab\""), offset), mem);
    b.ret(std::vector<ValueId>{v, mem});
    return f;
  };
  PassContext ctx;
  ctx.static_bytes = &known;
  std::unique_ptr<Func> byte = load(Type::I8, 1), beyond = load(Type::I8, 2), wide = load(Type::I16, 1);
  for (Func *f : {byte.get(), beyond.get(), wide.get()})
    passNamed("fold")->run(ctx, *f);
  EXPECT_NE(print(*byte).find("const [98]"), std::string::npos) << print(*byte);
  EXPECT_NE(print(*beyond).find("load"), std::string::npos) << print(*beyond);
  EXPECT_NE(print(*wide).find("load"), std::string::npos) << print(*wide);
}

} // namespace
} // namespace gannet::ssa
