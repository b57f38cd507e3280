// Functions in SSA text, compiled and run.
#include "compiler/x86/backend.h"
#include "compiler/ssa/parse.h"
#include "compiler/x86/jit_for_test.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace gannet::x86 {
namespace {

#define LOAD(jit, text) ASSERT_TRUE(jit.load(text)) << jit.error()

TEST(Backend, Arithmetic) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(i64, i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: i64 = add v1, v2
  v4: i64 = const [3]
  v5: i64 = mul v3, v4
  v6: i64 = sub v5, v1
  ret v6, v0
}
)");
  EXPECT_EQ(jit.callInts("f", {10, 7}), (10u + 7) * 3 - 10);
}

// A number of three words plus another: carries stay in the flag. The middle one is wanted for itself too.
TEST(Backend, CarryChain) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(i64, i64, i64, i64) -> (i64, i64, i64, i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: i64 = arg [2]
  v4: i64 = arg [3]
  v5: i64 = const [0]
  v6: tuple = addcarry v1, v2, v5
  v7: i64 = select v6 [0]
  v8: i64 = select v6 [1]
  v9: tuple = addcarry v3, v4, v8
  v10: i64 = select v9 [0]
  v11: i64 = select v9 [1]
  v12: tuple = addcarry v1, v5, v11
  v13: i64 = select v12 [0]
  ret v7, v10, v13, v11, v0
}
func "once" internal(i64, i64, i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: i64 = arg [2]
  v5: i64 = const [0]
  v6: tuple = subborrow v1, v2, v5
  v7: i64 = select v6 [1]
  v8: tuple = subborrow v3, v5, v7
  v9: i64 = select v8 [0]
  ret v9, v0
}
)");
  const std::uint64_t ones = ~std::uint64_t{0};
  for (std::uint64_t x : {std::uint64_t{0}, std::uint64_t{1}, ones})
    for (std::uint64_t y : {std::uint64_t{0}, std::uint64_t{2}, ones})
      for (std::uint64_t z : {std::uint64_t{0}, ones - 1, ones}) {
        const unsigned __int128 low = static_cast<unsigned __int128>(x) + y;
        const unsigned __int128 middle = static_cast<unsigned __int128>(z) + 1 + (low >> 64);
        const std::uint64_t carry = static_cast<std::uint64_t>(middle >> 64);
        Registers in;
        in.ints[0] = x, in.ints[1] = y, in.ints[2] = z, in.ints[3] = 1;
        const Registers out = jit.call("f", in);
        EXPECT_EQ(out.ints[0], static_cast<std::uint64_t>(low));
        EXPECT_EQ(out.ints[1], static_cast<std::uint64_t>(middle));
        EXPECT_EQ(out.ints[2], x + carry);
        EXPECT_EQ(out.ints[3], carry);
        EXPECT_EQ(jit.callInts("once", {x, y, z}), z - (x < y ? 1 : 0));
      }
  const std::string text = listing(jit.unit(), jit.unit().find("once"));
  EXPECT_EQ(text.find("neg"), std::string::npos) << text;
}

// x / y and x % y are one division.
TEST(Backend, QuotientAndRestAreOneDivision) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(i64, i64) -> (i64, i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: i64 = div v1, v2
  v4: i64 = mod v1, v2
  ret v3, v4, v0
}
func "g" internal(i32, i32) -> (i32, i32) {
b0:
  v0: mem = initmem
  v1: i32 = arg [0]
  v2: i32 = arg [1]
  v3: i32 = modu v1, v2
  v4: i32 = divu v1, v2
  ret v3, v4, v0
}
)");
  for (auto [x, y] : {std::pair<std::int64_t, std::int64_t>{17, 5}, {-17, 5}, {17, -1}, {INT64_MIN, -1}}) {
    Registers in;
    in.ints[0] = static_cast<std::uint64_t>(x), in.ints[1] = static_cast<std::uint64_t>(y);
    const Registers out = jit.call("f", in);
    EXPECT_EQ(out.ints[0], y == -1 ? 0 - static_cast<std::uint64_t>(x) : static_cast<std::uint64_t>(x / y));
    EXPECT_EQ(out.ints[1], y == -1 ? 0 : static_cast<std::uint64_t>(x % y));
  }
  Registers in;
  in.ints[0] = 0xfffffff0, in.ints[1] = 7;
  const Registers out = jit.call("g", in);
  EXPECT_EQ(static_cast<std::uint32_t>(out.ints[0]), 0xfffffff0u % 7);
  EXPECT_EQ(static_cast<std::uint32_t>(out.ints[1]), 0xfffffff0u / 7);
  for (const char *name : {"f", "g"}) {
    const std::string text = listing(jit.unit(), jit.unit().find(name));
    EXPECT_EQ(text.find("div"), text.rfind("div")) << text;
  }
}

// What lives across calls behind unlikely branches alone is stored there, and values of two such places share the room.
TEST(Backend, ColdCallsSpillInTheirOwnBlocks) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(i64, i64) -> (i64) {
  call c0 = "ext" internal(i64) -> (i64)
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: i64 = add v1, v2
  v4: bool = lt v3, v1
  if v4 unlikely -> b1, b2
b1:
  v5: tuple = call v1, v0 c0
  v6: mem = select v5 [1]
  -> b2
b2: <- b0.1, b1
  v7: mem = phi v0, v6
  v8: i64 = xor v3, v2
  v9: bool = lt v8, v2
  if v9 unlikely -> b3, b4
b3:
  v10: tuple = call v2, v7 c0
  v11: mem = select v10 [1]
  -> b4
b4: <- b2.1, b3
  v12: mem = phi v7, v11
  v13: i64 = add v8, v3
  ret v13, v12
}
)");
  const std::string text = listing(jit.unit(), jit.unit().find("f"));
  const std::size_t hot_end = text.find("retq");
  ASSERT_NE(hot_end, std::string::npos) << text;
  unsigned hot_stores = 0, cold_stores = 0;
  for (const char *in_frame : {"(%rsp)\n", "(%rbp)\n"})
    for (std::size_t at = text.find(in_frame); at != std::string::npos; at = text.find(in_frame, at + 1)) {
      const std::string line = text.substr(text.rfind('\n', at) + 1, at - text.rfind('\n', at));
      const bool store = line.find("mov") != std::string::npos && line.find('%') != std::string::npos;
      (at < hot_end ? hot_stores : cold_stores) += store;
    }
  EXPECT_EQ(hot_stores, 0u) << text;
  EXPECT_GE(cold_stores, 4u) << text;
}

TEST(Backend, OffsetsBeyond32Bits) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(ptr) -> (i64) {
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: ptr = offptr v1 [17179869184]
  v3: i64 = ptrtoint v2
  ret v3, v0
}
)");
  EXPECT_EQ(jit.callInts("f", {5}), 17179869189u);
}

TEST(Backend, Loop) {
  Jit jit;
  LOAD(jit, R"(
func "sum" internal(i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = const [0]
  v3: i64 = const [1]
  -> b1
b1: <- b0, b2
  v4: i64 = phi v2, v8
  v5: i64 = phi v2, v7
  v6: bool = lt v5, v1
  if v6 -> b2, b3
b2:
  v7: i64 = add v5, v3
  v8: i64 = add v4, v5
  -> b1
b3:
  ret v4, v0
}
)");
  EXPECT_EQ(jit.callInts("sum", {100}), 4950u) << listing(jit.unit(), jit.unit().find("sum"));
}

TEST(Backend, RecursionSpillsAcrossCalls) {
  Jit jit;
  LOAD(jit, R"(
func "fib" internal(i64) -> (i64) {
  call c0 = "fib" internal(i64) -> (i64)
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = const [2]
  v3: bool = lt v1, v2
  if v3 -> b1, b2
b1:
  ret v1, v0
b2:
  v4: i64 = const [1]
  v5: i64 = sub v1, v4
  v6: tuple = call v5, v0 c0
  v7: i64 = select v6 [0]
  v8: mem = select v6 [1]
  v9: i64 = sub v1, v2
  v10: tuple = call v9, v8 c0
  v11: i64 = select v10 [0]
  v12: mem = select v10 [1]
  v13: i64 = add v7, v11
  ret v13, v12
}
)");
  EXPECT_EQ(jit.callInts("fib", {20}), 6765u) << listing(jit.unit(), jit.unit().find("fib"));
}


// One float operation of a double (and a second one).
double callFloat(Jit &jit, std::string_view name, double x, double y = 0) {
  Registers r;
  r.floats[0] = x, r.floats[1] = y;
  return jit.call(name, r).floats[0];
}

TEST(Backend, FloatMinMaxFollowGo) {
  Jit jit;
  LOAD(jit, R"(
func "min" internal(f64, f64) -> (f64) {
b0:
  v0: mem = initmem
  v1: f64 = arg [0]
  v2: f64 = arg [1]
  v3: f64 = minf v1, v2
  ret v3, v0
}
func "max" internal(f64, f64) -> (f64) {
b0:
  v0: mem = initmem
  v1: f64 = arg [0]
  v2: f64 = arg [1]
  v3: f64 = maxf v1, v2
  ret v3, v0
}
)");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(callFloat(jit, "min", 1, 2), 1);
  EXPECT_EQ(callFloat(jit, "min", 2, 1), 1);
  EXPECT_EQ(callFloat(jit, "max", 1, 2), 2);
  EXPECT_TRUE(std::isnan(callFloat(jit, "min", nan, 1)));
  EXPECT_TRUE(std::isnan(callFloat(jit, "min", 1, nan)));
  EXPECT_TRUE(std::isnan(callFloat(jit, "max", 1, nan)));
  EXPECT_TRUE(std::signbit(callFloat(jit, "min", 0.0, -0.0)));
  EXPECT_TRUE(std::signbit(callFloat(jit, "min", -0.0, 0.0)));
  EXPECT_FALSE(std::signbit(callFloat(jit, "max", -0.0, 0.0)));
}

TEST(Backend, FloatConversions) {
  Jit jit;
  LOAD(jit, R"(
func "toint" internal(f64) -> (i64) {
b0:
  v0: mem = initmem
  v1: f64 = arg [0]
  v2: i64 = ftoint v1
  ret v2, v0
}
func "touint" internal(f64) -> (i64) {
b0:
  v0: mem = initmem
  v1: f64 = arg [0]
  v2: i64 = ftouint v1
  ret v2, v0
}
func "fromuint" internal(i64) -> (f64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: f64 = uinttof v1
  ret v2, v0
}
func "abscopy" internal(f64, f64) -> (f64) {
b0:
  v0: mem = initmem
  v1: f64 = arg [0]
  v2: f64 = arg [1]
  v3: f64 = absf v1
  v4: f64 = sqrtf v3
  v5: f64 = copysignf v4, v2
  ret v5, v0
}
)");
  auto toInt = [&](const char *name, double x) {
    Registers r;
    r.floats[0] = x;
    return jit.call(name, r).ints[0];
  };
  EXPECT_EQ(toInt("toint", -3.9), static_cast<std::uint64_t>(-3));
  EXPECT_EQ(toInt("toint", 1e300), std::uint64_t{1} << 63);
  EXPECT_EQ(toInt("touint", 3.9), 3u);
  EXPECT_EQ(toInt("touint", 1.8e19), 18000000000000000000u);
  EXPECT_EQ(toInt("touint", 9223372036854775808.0), 9223372036854775808u);
  for (std::uint64_t v : {std::uint64_t{0}, std::uint64_t{5}, ~std::uint64_t{0}, (std::uint64_t{1} << 63) + 1025}) {
    Registers r;
    r.ints[0] = v;
    EXPECT_EQ(jit.call("fromuint", r).floats[0], static_cast<double>(v));
  }
  EXPECT_EQ(callFloat(jit, "abscopy", -9, -1), -3);
}

// Ten integers: the last is passed on the stack, and the second result (an array) comes back there.
TEST(Backend, StackArgumentsAndResults) {
  Jit jit;
  LOAD(jit, R"(
func "callee" internal(i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) -> (i64, {:16/8}) {
  layout t0 = 8/8
  layout t1 = 16/8
  local l0 = param "p" t0 [0]
  local l1 = result "r" t1 [8]
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [8]
  v3: ptr = localaddr l0
  v4: i64 = load v3, v0
  v5: i64 = sub v4, v2
  v6: ptr = localaddr l1
  v7: mem = store v6, v1, v0
  v8: ptr = localaddr [8] l1
  v9: mem = store v8, v4, v7
  ret v5, v9
}
func "caller" internal(i64, i64) -> (i64) {
  call c0 = "callee" internal(i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) -> (i64, {:16/8})
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: ptr = outargaddr
  v4: mem = store v3, v2, v0
  v5: tuple = call v1, v1, v1, v1, v1, v1, v1, v1, v1, v4 c0
  v6: i64 = select v5 [0]
  v7: mem = select v5 [1]
  v8: ptr = outargaddr [8]
  v9: i64 = load v8, v7
  v10: ptr = outargaddr [16]
  v11: i64 = load v10, v7
  v12: i64 = mul v9, v11
  v13: i64 = add v12, v6
  ret v13, v7
}
)");
  EXPECT_EQ(jit.callInts("caller", {6, 50}), 6u * 50 + 44) << listing(jit.unit(), jit.unit().find("caller"))
                                                          << listing(jit.unit(), jit.unit().find("callee"));
}

TEST(Backend, NilCheckBecomesTheAccess) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(ptr) -> (i64) {
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: ptr = nilcheck v1, v0
  v3: ptr = offptr v2 [16]
  v4: i64 = load v3, v0
  ret v4, v0
}
func "g" internal(ptr) -> (ptr) {
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: ptr = nilcheck v1, v0
  v3: ptr = offptr v2 [8192]
  v4: i64 = load v3, v0
  ret v2, v0
}
)");
  std::string f = listing(jit.unit(), jit.unit().find("f")), g = listing(jit.unit(), jit.unit().find("g"));
  EXPECT_EQ(f.find("test"), std::string::npos) << f;
  EXPECT_NE(g.find("testb"), std::string::npos) << g;
}

TEST(Backend, BoundsPanicTellsItsOperands) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(ptr, i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: i64 = arg [1]
  v3: i64 = const [10]
  v4: bool = isinbounds v2, v3
  if v4 -> b1, b2
b1:
  v5: i64 = const [3]
  v6: i64 = shl v2, v5 [1]
  v7: ptr = addptr v1, v6
  v8: i64 = load v7, v0
  ret v8, v0
b2:
  v9: mem = panicbounds v2, v3, v0 [1]
  exit v9
}
)");
  std::uint64_t data[10] = {};
  data[4] = 99;
  EXPECT_EQ(jit.callInts("f", {reinterpret_cast<std::uint64_t>(data), 4}), 99u);
  const object::Symbol &sym = jit.unit()[jit.unit().find("f")];
  std::uint32_t call_at = 0;
  for (const object::Reloc &r : sym.relocs)
    if (jit.unit()[r.target].name == "runtime.panicBounds")
      call_at = r.offset;
  const std::int32_t v = object::pcValue(sym.func->pcdata[object::kPcdataPanicBounds], call_at);
  EXPECT_EQ(v % 9, 0);
  const int c = v / 9;
  EXPECT_EQ(c & 7, 1 | 4);                // the index in a register, signed; the length a constant
  EXPECT_EQ(c >> 3 & 15, 3);              // BX
  EXPECT_EQ(c >> 7 & 31, 10);
  EXPECT_EQ(object::pcValue(sym.func->pcdata[object::kPcdataPanicBounds], call_at - 2), -1);
}

TEST(Backend, MapsShowPointersAcrossCalls) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(ptr, i64) -> (ptr, i64) {
  call c0 = "ext" internal(i64) -> (i64)
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: i64 = arg [1]
  v3: tuple = call v2, v0 c0
  v4: i64 = select v3 [0]
  v5: mem = select v3 [1]
  v6: i64 = add v4, v2
  ret v1, v6, v5
}
)");
  const object::Symbol &sym = jit.unit()[jit.unit().find("f")];
  const auto &args = jit.unit()[sym.func->funcdata[0]].bytes, &locals = jit.unit()[sym.func->funcdata[1]].bytes;
  // Two rows: entry, the call. The pointer is in its spill slot at both.
  EXPECT_EQ(args, (std::vector<std::uint8_t>{2, 0, 0, 0, 2, 0, 0, 0, 1, 1}));
  EXPECT_EQ(locals, (std::vector<std::uint8_t>{2, 0, 0, 0, 0, 0, 0, 0}));
  std::uint32_t call_at = 0;
  for (const object::Reloc &r : sym.relocs)
    if (jit.unit()[r.target].name == "ext")
      call_at = r.offset;
  EXPECT_EQ(object::pcValue(sym.func->pcdata[object::kPcdataStackMapIndex], call_at), 1);
  EXPECT_EQ(object::pcValue(sym.func->pcdata[object::kPcdataStackMapIndex], 0), -1);
  EXPECT_EQ(object::pcValue(sym.func->pcsp, call_at), static_cast<std::int32_t>(sym.func->frame_bytes + 8));
}

// A parameter is in its register up to the call, and in its slot from there to its last use; what the sum is, in a register.
TEST(Backend, VariablesAreFollowedThroughRegistersAndSlots) {
  auto funcs = ssa::parse(R"(
func "f" internal(i64) -> (i64) {
  call c0 = "ext" internal(i64) -> (i64)
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: tuple = call v1, v0 c0
  v3: i64 = select v2 [0]
  v4: mem = select v2 [1]
  v5: i64 = add v3, v1
  ret v5, v4
}
)");
  ASSERT_TRUE(funcs);
  ssa::Func &f = *funcs->front();
  f.debug_variables = {{.name = "n", .line = 1, .size_bytes = 8}, {.name = "sum", .line = 2, .size_bytes = 8}};
  f.debug_bindings = {{0, 0, ssa::ValueId(1)}, {1, 0, ssa::ValueId(3)}, {1, 0, ssa::ValueId(5)}};
  Jit jit;
  ASSERT_TRUE(jit.compile(f)) << jit.error();
  const object::FuncRecord &record = *jit.unit()[jit.unit().find("f")].func;
  const auto &n = record.variables[0], &sum = record.variables[1];
  ASSERT_EQ(n.place, object::DebugVariable::Place::Moves);
  ASSERT_EQ(n.locations.size(), 2u);
  EXPECT_EQ(n.locations[0].from, 0u);
  EXPECT_EQ(n.locations[0].kind, object::DebugLocation::Kind::Register);
  EXPECT_EQ(n.locations[0].place, 0); // RAX
  EXPECT_EQ(n.locations[1].kind, object::DebugLocation::Kind::Frame);
  EXPECT_EQ(n.locations[1].place, 0); // its spill slot, from the canonical frame address
  EXPECT_EQ(n.locations[1].from, n.locations[0].to);
  ASSERT_FALSE(sum.locations.empty());
  EXPECT_EQ(sum.locations[0].kind, object::DebugLocation::Kind::Register);
  EXPECT_GT(sum.locations[0].from, n.locations[0].to);
}

// What the locals' or the arguments' map shows at the call of `callee`, as bits from the lowest word.
std::vector<std::uint8_t> mapAt(const Jit &jit, std::string_view callee, object::FuncdataNumber map) {
  const object::Symbol &sym = jit.unit()[jit.unit().find("f")];
  const auto &locals = jit.unit()[sym.func->funcdata[map]].bytes;
  const std::size_t row_bytes = (std::size_t(locals[4]) + 7) / 8;
  for (const object::Reloc &r : sym.relocs)
    if (jit.unit()[r.target].name == callee) {
      const std::int32_t row = object::pcValue(sym.func->pcdata[object::kPcdataStackMapIndex], r.offset);
      auto from = locals.begin() + 8 + static_cast<std::ptrdiff_t>(std::size_t(row) * row_bytes);
      return {from, from + static_cast<std::ptrdiff_t>(row_bytes)};
    }
  return {};
}
std::vector<std::uint8_t> localsAt(const Jit &jit, std::string_view callee) {
  return mapAt(jit, callee, object::kFuncdataLocalsPointerMaps);
}
std::vector<std::uint8_t> argsAt(const Jit &jit, std::string_view callee) {
  return mapAt(jit, callee, object::kFuncdataArgsPointerMaps);
}

// A small argument's slot has its neighbour's right behind it.
TEST(Backend, SmallArgumentsKeepToTheirSlots) {
  Jit jit;
  LOAD(jit, R"(
func "small" internal(i8, i8, i16, i32, f32, f32) -> (i8, i8, i16, i32, f32, f32) {
  call c0 = "nothing" internal() -> ()
b0:
  v0: mem = initmem
  v1: i8 = arg [0]
  v2: i8 = arg [1]
  v3: i16 = arg [2]
  v4: i32 = arg [3]
  v5: f32 = arg [4]
  v6: f32 = arg [5]
  v7: tuple = call v0 c0
  v8: mem = select v7 [0]
  v9: i8 = add v1, v2
  ret v9, v2, v3, v4, v5, v6, v8
}
func "nothing" internal() -> () {
b0:
  v0: mem = initmem
  ret v0
}
)");
  Registers in;
  in.ints[0] = 0x1101, in.ints[1] = 0x2202, in.ints[2] = 0x330304, in.ints[3] = 0x44'05060708;
  in.floats[0] = std::bit_cast<double>(std::uint64_t{0x3f800000}), in.floats[1] = std::bit_cast<double>(std::uint64_t{0x40000000});
  const Registers out = jit.call("small", in);
  EXPECT_EQ(out.ints[0] & 0xff, 3u);
  EXPECT_EQ(out.ints[1] & 0xff, 2u);
  EXPECT_EQ(out.ints[2] & 0xffff, 0x0304u);
  EXPECT_EQ(out.ints[3] & 0xffffffff, 0x05060708u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(out.floats[0]) & 0xffffffff, 0x3f800000u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(out.floats[1]) & 0xffffffff, 0x40000000u);
}

// The variable is filled before "use" gets its address; its second word is read after that call.
TEST(Backend, VariableIsShownByWordAndIsAnObject) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(ptr) -> (ptr) {
  layout t0 = 16/8 ptrs 16 mask 3
  local l0 = auto "x" t0 addrtaken
  call c0 = "before" internal(ptr) -> ()
  call c1 = "use" internal(ptr) -> ()
  call c2 = "after" internal() -> ()
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: tuple = call v1, v0 c0
  v3: mem = select v2 [0]
  v4: ptr = localaddr l0
  v5: ptr = offptr v4 [8]
  v6: mem = store v4, v1, v3
  v7: mem = store v5, v1, v6
  v8: tuple = call v4, v7 c1
  v9: mem = select v8 [0]
  v10: ptr = load v5, v9
  v11: tuple = call v9 c2
  v12: mem = select v11 [0]
  ret v10, v12
}
)");
  const object::Symbol &sym = jit.unit()[jit.unit().find("f")];
  // From the top down: the loaded word's slot, then x. The parameter's is the caller's.
  EXPECT_EQ(localsAt(jit, "before"), (std::vector<std::uint8_t>{0b000}));
  EXPECT_EQ(argsAt(jit, "before"), (std::vector<std::uint8_t>{1}));
  EXPECT_EQ(localsAt(jit, "use"), (std::vector<std::uint8_t>{0b010}));
  EXPECT_EQ(argsAt(jit, "use"), (std::vector<std::uint8_t>{0}));
  EXPECT_EQ(localsAt(jit, "after"), (std::vector<std::uint8_t>{0b100}));
  ASSERT_EQ(sym.func->funcdata.size(), 3u);
  object::StackObject x{-24, 16, {0b11}};
  EXPECT_EQ(jit.unit()[sym.func->funcdata[object::kFuncdataStackObjects]].bytes, object::encodeStackObjects({&x, 1}));
}

// A variable whose address is at large before it is filled is cleared at the entry, so that it may be scanned.
TEST(Backend, VariableIsClearedAtEntryIfItsAddressIsTakenFirst) {
  for (const bool filled : {false, true}) {
    Jit jit;
    LOAD(jit, std::string(R"(
func "f" internal() -> () {
  layout t0 = 8/8 ptrs 8 mask 1
  local l0 = auto "x" t0 addrtaken
  call c0 = "use" internal(ptr) -> ()
b0:
  v0: mem = initmem
  v1: ptr = localaddr l0
  v2: ptr = addr "global"
)") + (filled ? "  v3: mem = store v1, v2, v0\n  v4: tuple = call v1, v3 c0\n" : "  v4: tuple = call v1, v0 c0\n") + R"(
  v5: mem = select v4 [0]
  ret v5
}
)");
    const std::string text = listing(jit.unit(), jit.unit().find("f"));
    EXPECT_EQ(text.find("movlps\t%xmm15, -0x8(%rbp)") == std::string::npos, filled) << text;
  }
}

// Zeros are stored from X15, two words side by side at once.
TEST(Backend, StoresZerosTogether) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(ptr) -> () {
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: i64 = const [0]
  v3: mem = store v1, v2, v0
  v4: ptr = offptr v1 [8]
  v5: mem = store v4, v2, v3
  v6: ptr = offptr v1 [24]
  v7: mem = store v6, v2, v5
  ret v7
}
)");
  const std::string text = listing(jit.unit(), jit.unit().find("f"));
  EXPECT_NE(text.find("movups\t%xmm15, (%rax)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("movlps\t%xmm15, 0x18(%rax)\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("$0x0"), std::string::npos) << text;
}

// What a call of assembly did to BP is undone, as variables are named from it.
TEST(Backend, MakesBpAgainAfterAbi0Code) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(i64) -> (i64) {
  call c0 = "spoil" abi0() -> ()
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: tuple = call v0 c0
  v3: mem = select v2 [0]
  ret v1, v3
}
)");
  const std::string text = listing(jit.unit(), jit.unit().find("f"));
  EXPECT_NE(text.find("(%rsp), %rbp"), std::string::npos) << text;
}

TEST(Backend, CountsZerosAtEachLevel) {
  for (unsigned level : {1u, 3u}) {
    if (level == 3 && !(__builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt")))
      continue;
    Jit jit;
    jit.level = level;
    LOAD(jit, R"(
func "trailing" internal(i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = ctz v1
  ret v2, v0
}
func "length" internal(i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = bitlen v1
  ret v2, v0
}
)");
    EXPECT_EQ(jit.callInts("trailing", {0}), 64u);
    EXPECT_EQ(jit.callInts("trailing", {40}), 3u);
    EXPECT_EQ(jit.callInts("length", {0}), 0u);
    EXPECT_EQ(jit.callInts("length", {40}), 6u);
    EXPECT_EQ(jit.callInts("length", {~std::uint64_t{0}}), 64u);
    bool has_tzcnt = listing(jit.unit(), jit.unit().find("trailing")).find("tzcnt") != std::string::npos;
    EXPECT_EQ(has_tzcnt, level == 3);
  }
}

} // namespace
} // namespace gannet::x86
