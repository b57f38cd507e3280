// Small Go functions through the builder: the result verifies, and holds the operations that the construct stands for.
#include "compiler/ssa/build/builder.h"

#include "compiler/constant/value.h"
#include "compiler/data/package_data.h"
#include "compiler/data/type_descriptor.h"
#include "compiler/ir/build.h"
#include "compiler/ir/finalize.h"
#include "compiler/ir/optimize.h"
#include "compiler/ssa/print.h"
#include "compiler/ssa/verify.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"
#include "compiler/types/info.h"
#include "compiler/types/link_string.h"

#include <gtest/gtest.h>

#include <memory>

namespace gannet::ssa {
namespace {

// One package from source text, built and verified. `optimized`: after inlining and escape analysis.
class Built {
public:
  explicit Built(const std::string &text, bool optimized = false, bool count_edges = false) {
    syntax::ParseContext pc{sources_, diagnostics_, arena_, names_};
    syntax::ParseOptions options;
    options.check_branches = true;
    syntax::File *file = syntax::parseFile(pc, sources_.addFile("x.go", "package p\n" + text), options);
    if (!file) {
      fail();
      return;
    }
    types::Config config;
    config.go_version = {26};
    config.diagnostics = &diagnostics_;
    config.sources = &sources_;
    config.node_count = pc.next_node_id;
    types::Info info;
    syntax::File *files[] = {file};
    types::Package *pkg = types::check(context_, config, "p", files, info);
    if (diagnostics_.errorCount()) {
      fail();
      return;
    }
    ir::Options ir_options;
    ir_options.package_path = "p";
    package_ = std::make_unique<ir::Package>(context_, *pkg, sources_, ir_options);
    ir::build(*package_, info, files, {}, diagnostics_);
    if (diagnostics_.errorCount()) {
      fail();
      return;
    }
    ir::finalizeAll(*package_);
    if (optimized)
      ir::optimize(*package_, {.is_intrinsic = nullptr, .diagnostics = nullptr});
    layouts_ = std::make_unique<data::Layouts>(context_);
    data::emitGlobals(*package_, *layouts_, needed_, unit_, diagnostics_);
    data::TypeDescriptors descriptors(*package_, *layouts_, needed_, unit_);
    BuildContext context{*package_, *layouts_, needed_, diagnostics_};
    context.count_edges = count_edges;
    for (std::size_t i = 0; i < package_->funcs.size(); ++i) {
      if (!package_->funcs[i]->has_body || package_->funcs[i]->generic)
        continue;
      object::Unit unit;
      BuiltFunc built = build(context, *package_->funcs[i], unit);
      for (const std::string &fault : verify(*built.func))
        ADD_FAILURE() << built.func->name() << ": " << fault << "\n" << print(*built.func);
      text_ += print(*built.func);
      unit_.append(std::move(unit));
      descriptors.emitPending();
    }
  }

  bool has(std::string_view part) const { return text_.find(part) != std::string::npos; }
  const std::string &text() const { return text_; }
  const object::Symbol &symbol(std::string_view name) {
    object::SymbolId id = unit_.find(name);
    GANNET_CHECK(id.valid(), "no symbol " + std::string(name));
    return unit_[id];
  }
  std::uint64_t word(std::string_view name, std::size_t at, unsigned bytes) {
    const object::Symbol &s = symbol(name);
    std::uint64_t v = 0;
    for (unsigned i = 0; i < bytes; ++i)
      v |= std::uint64_t(s.bytes[at + i]) << (8 * i);
    return v;
  }
  std::string target(std::string_view name, std::uint32_t at) {
    for (const object::Reloc &r : symbol(name).relocs)
      if (r.offset == at && r.kind < object::RelocKind::Keep)
        return std::string(unit_[r.target].name);
    return "";
  }

private:
  void fail() { ADD_FAILURE() << diagnostics_.render(sources_, 10); }

  SourceSet sources_;
  Diagnostics diagnostics_;
  Arena arena_;
  Interner names_;
  types::Context context_;
  std::unique_ptr<ir::Package> package_;
  std::unique_ptr<data::Layouts> layouts_;
  data::NeededTypes needed_;
  object::Unit unit_;
  std::string text_;
};

TEST(Build, LoopsMakePhis) {
  Built b("func f(a []int) (s int) { for _, v := range a { s += v }; return }");
  EXPECT_TRUE(b.has(" phi "));
  EXPECT_FALSE(b.has("panicbounds")) << "a range loop needs no check";
}

TEST(Build, IndexIsChecked) {
  Built b("func f(a []int, i int) int { return a[i] }");
  EXPECT_TRUE(b.has("isinbounds"));
  EXPECT_TRUE(b.has("panicbounds"));
}

TEST(Build, ConstantIndexOfArrayIsNotChecked) {
  Built b("func f(a *[4]int) int { return a[3] }");
  EXPECT_TRUE(b.has("nilcheck"));
  EXPECT_FALSE(b.has("panicbounds"));
}

TEST(Build, DivisionByConstantIsNotChecked) {
  EXPECT_FALSE(Built("func f(x int) int { return x / 3 }").has("panicdivide"));
  EXPECT_TRUE(Built("func f(x, y int) int { return x / y }").has("panicdivide"));
}

TEST(Build, UnsignedShiftCountIsNotChecked) {
  EXPECT_FALSE(Built("func f(x int, n uint) int { return x << n }").has("panicshift"));
  EXPECT_TRUE(Built("func f(x int, n int) int { return x << n }").has("panicshift"));
}

TEST(Build, AppendToItselfStoresTheLengthAlone) {
  // the capacity is stored where it grew, so the two ways join none
  EXPECT_FALSE(Built("func f(p *[]int, v int) { *p = append(*p, v) }").has("i64 = phi"));
  EXPECT_FALSE(Built("type T struct { a, b []string }; func f(t *T, v string) { t.b = append(t.b, v, v) }").has("i64 = phi"));
  EXPECT_TRUE(Built("func f(p, q *[]int, v int) { *p = append(*q, v) }").has("i64 = phi"));
  EXPECT_TRUE(Built("func f(p *[]int, g func() int) { *p = append(*p, g()) }").has("i64 = phi"));
}

// The function, both ways of the if, the right side of &&, the loop's body, both cases and what fits neither.
TEST(Build, EdgesAreCounted) {
  Built b("func f(x, y int) (n int) { if x > 0 && y > 0 { n = 1 }; for n < x { n++ }; switch y { case 1: n = 2; case 7: n = 3 }; return }",
          false, true);
  const object::Symbol &counters = b.symbol("p.f..fuzz");
  EXPECT_EQ(counters.size, 8u);
  EXPECT_TRUE(counters.has(object::kFuzzCounter));
}

TEST(Build, AppendOfNothingNamesNothingBehindTheSlice) {
  EXPECT_TRUE(Built("func f(a, b []*int) []*int { return append(a, b...) }").has("sar"));
  EXPECT_FALSE(Built("func f(a, b []int) []int { return append(a, b...) }").has("sar")) << "memmove is not looked at";
}

TEST(Build, MapsUseTheVariantOfTheirKey) {
  EXPECT_TRUE(Built("func f(m map[string]int) int { return m[\"x\"] }").has("runtime.mapaccess1_faststr"));
  EXPECT_TRUE(Built("func f(m map[int32]int) { m[1]++ }").has("runtime.mapassign_fast32"));
  EXPECT_TRUE(Built("func f(m map[*int]int, k *int) { m[k] = 1 }").has("runtime.mapassign_fast64ptr"));
  EXPECT_TRUE(Built("func f(m map[int][200]byte) byte { return m[1][0] }").has("\"runtime.mapaccess1\""));
}

TEST(Build, ConstantsInInterfacesAreReadOnlyData) {
  Built b("func f() any { return 12345 }");
  EXPECT_FALSE(b.has("runtime.convT64"));
  EXPECT_TRUE(b.has("go:const."));
}

TEST(Build, DeferredFunctionHasOneExit) {
  Built b("func g()\nfunc f() (err error) { defer g(); if err != nil { return err }; g(); return nil }");
  EXPECT_TRUE(b.has("runtime.deferreturn"));
  EXPECT_EQ(b.text().find(" ret "), b.text().rfind(" ret "));
}

TEST(Build, EndlessFunctionWithDeferKeepsItsExit) {
  Built b("func g()\nfunc f() { defer g(); for { g() } }");
  EXPECT_TRUE(b.has("runtime.deferreturn"));
}

TEST(Build, SelectOfTwoUsesSelectgo) {
  Built b("func f(a, b chan int) int { select { case v := <-a: return v; case b <- 1: }; return 0 }");
  EXPECT_TRUE(b.has("runtime.selectgo"));
}

TEST(Build, SelectWithDefaultDoesNotBlock) {
  Built b("func f(a chan int) int { select { case v := <-a: return v; default: }; return 0 }");
  EXPECT_TRUE(b.has("runtime.selectnbrecv"));
}

TEST(Build, GotoIntoUnreachableCode) {
  Built("func f(x int) int { goto end; x++; end: if x > 0 { x--; goto end }; return x }");
}

TEST(Build, RangeAssignsInParallel) {
  // The index on the left is the one from before the iteration: it is read ahead of the key's store.
  Built b("var i int; var a [10]int; func f(s []int) { for i, a[i] = range s {} }");
  EXPECT_TRUE(b.has("isinbounds"));
}

TEST(Build, BlankFieldsOfLiteralsStayZero) {
  Built b("func f() struct{ a, _ int } { return struct{ a, _ int }{1, 2} }");
  EXPECT_FALSE(b.has("const [2]"));
}

TEST(Build, ReflectionMarksItsCaller) {
  Built b("type Method struct{}; type T interface{ Method(int) Method }; func f(t T) Method { return t.Method(0) }");
  EXPECT_FALSE(b.has("reflectmethod")) << "only package reflect's result types count";
}

TEST(Build, AssertionLooksIntoItsCache) {
  Built b("type I interface{ M() }; func f(x any) bool { _, ok := x.(I); return ok }");
  EXPECT_TRUE(b.has("p.f..typeAssert.0"));
  EXPECT_TRUE(b.has(" and ")) << "the entry is chosen by the type's hash";
}

TEST(Build, DenseSwitchJumpsByTable) {
  const char *dense = "func f(x int) int { switch x { case 1: return 7; case 2: return 5; case 3: return 9; case 4: return 1\n"
                      "case 6: return 3; case 7: return 8; case 8: return 2; case 9: return 4 }; return 0 }";
  EXPECT_TRUE(Built(dense).has("  switch "));
  const char *sparse = "func f(x int) int { switch x { case 1: return 7; case 20: return 5; case 300: return 9; case 4000: return 1\n"
                       "case 60000: return 3; case 700000: return 8; case 8000000: return 2; case 90000000: return 4 }; return 0 }";
  EXPECT_FALSE(Built(sparse).has("  switch "));
  EXPECT_TRUE(Built(sparse).has(" lt "));
}

TEST(Build, StringSwitchLooksForTheLengthFirst) {
  Built b("func f(s string) int { switch s { case \"a\": return 1; case \"bb\": return 2; case \"cc\": return 3\n"
          "case \"ddd\": return 4; case \"eeee\": return 5; case \"\": return 6 }; return 0 }");
  EXPECT_TRUE(b.has(" lt "));
  EXPECT_FALSE(b.has("memequal"));
}

TEST(Build, SwitchOverManyTypesGoesByHash) {
  std::string seven = "case int: return 1; case string: return 2; case float64: return 3\n"
                      "case []byte, bool: return 5; case int8: return 6; case uint: return 7";
  auto body = [](const std::string &cases) { return "func f(x any) int { switch x.(type) { " + cases + " }; return 0 }"; };
  EXPECT_TRUE(Built(body(seven)).has(" lt "));
  EXPECT_TRUE(Built(body("case nil: return 4; case error: return 8;" + seven)).has(" lt "));
  EXPECT_FALSE(Built(body("case int: return 1; case string: return 2; case error: return 3; case bool, uint: return 4")).has(" lt "));
}

TEST(Build, RunesOfStringAreCountedWithoutMakingThem) {
  Built b("func f(s string) int { return len([]rune(s)) }");
  EXPECT_TRUE(b.has("runtime.countrunes"));
  EXPECT_FALSE(b.has("stringtoslicerune"));
}

TEST(Build, StringEqualsItself) {
  EXPECT_FALSE(Built("func f(s string) bool { return s != s }").has("memequal"));
}

TEST(Build, OperationOnMapElementAccessesItOnce) {
  EXPECT_FALSE(Built("func f(m map[string]int, k string) { m[k] += 2 }").has("mapaccess"));
  EXPECT_TRUE(Built("func f(m map[string]int, k string, d int) { m[k] /= d }").has("mapaccess")) << "it may panic first";
}

TEST(Build, DefersWithRecordsInTheFrameRunWithoutTheRuntime) {
  Built b("func g(); func f(c bool) { defer g(); if c { defer g() } }", true);
  EXPECT_TRUE(b.has("callclosure"));
  EXPECT_TRUE(b.has("runtime.deferreturn")) << "where a recovered panic goes on";
  EXPECT_FALSE(Built("func g(); func f(n int) { for range n { defer g() } }", true).has("callclosure"));
}

TEST(Build, SmallMapOfThisFunctionStandsInTheFrame) {
  const char *local = "func f(k string) int { m := map[string]int{\"a\": 1}; return m[k] }";
  EXPECT_TRUE(Built(local).has("runtime.makemap_small"));
  EXPECT_FALSE(Built(local, true).has("runtime.makemap_small"));
}

TEST(Build, MapOfThisFunctionThatMayBeSmallHasAGroupInTheFrame) {
  constexpr const char *kEmptyGroup = "-9187201950435737472"; // its control word
  const char *local = "func f(k string, n int) int { m := make(map[string]int, n); return m[k] }";
  EXPECT_FALSE(Built(local).has(kEmptyGroup));
  EXPECT_TRUE(Built(local, true).has(kEmptyGroup));
  EXPECT_TRUE(Built(local, true).has("runtime.makemap")) << "the seed, or a table for many";
  EXPECT_FALSE(Built("func f(k string) int { m := make(map[string]int, 99); return m[k] }", true).has(kEmptyGroup));
}

TEST(TypeDescriptor, StructHasFieldsAndMask) {
  Built b("type S struct { A int; p *int; B string `k:\"v\"` }; func f(s S) any { return s }");
  std::string_view s = "type:p.S";
  EXPECT_EQ(b.word(s, 0, 8), 32u);  // size
  EXPECT_EQ(b.word(s, 8, 8), 24u);  // pointer prefix
  EXPECT_EQ(b.word(s, 20, 1), 1u | 2u | 4u); // uncommon, extra star, named
  EXPECT_EQ(b.word(s, 23, 1), 25u); // kind
  EXPECT_EQ(b.target(s, 32), "runtime.gcbits.06");
  EXPECT_EQ(b.word(s, 64, 8), 3u);  // fields
  EXPECT_EQ(b.target(s, 80 + 16), "type:.namedata.A.");
  EXPECT_EQ(b.target(s, 80 + 16 + 8), "type:int");
  EXPECT_EQ(b.word(s, 80 + 16 + 24 + 16, 8), 8u); // offset of p
}

TEST(TypeDescriptor, MethodsOfPointerTypeAreListed) {
  Built b("type T struct{ x int }; func (t *T) Get() int { return t.x }; func f(t *T) any { return t }");
  std::string_view s = "type:*p.T";
  EXPECT_EQ(b.word(s, 20, 1) & (1u | 32u), 1u | 32u); // uncommon, direct
  EXPECT_EQ(b.word(s, 56 + 4, 2), 1u);                // methods
  EXPECT_EQ(b.word(s, 56 + 6, 2), 1u);                // exported ones
  EXPECT_EQ(b.target(s, 56 + 16 + 8), "p.(*T).Get");
}

TEST(TypeDescriptor, MapHasGroupLayout) {
  Built b("type M map[string]int; func f(m M) any { return m }");
  std::string_view s = "type:p.M";
  EXPECT_EQ(b.word(s, 80, 8), 8u + 8 * 24); // group
  EXPECT_EQ(b.word(s, 88, 8), 24u);         // slot
  EXPECT_EQ(b.word(s, 96, 8), 16u);         // element in slot
  EXPECT_EQ(b.word(s, 104, 4), 1u);         // the key is overwritten on update
  EXPECT_EQ(b.target(s, 72), "runtime.strhash\xc2\xb7"
                             "f");
}

TEST(Itab, ListsCodeInMethodOrder) {
  Built b("type T struct{ x int }; func (t *T) B() {}; func (t *T) A() {}\n"
          "type I interface { B(); A() }; func f(t *T) I { return t }");
  std::string_view s = "go:itab.*p.T,p.I";
  EXPECT_EQ(b.target(s, 0), "type:p.I");
  EXPECT_EQ(b.target(s, 8), "type:*p.T");
  EXPECT_EQ(b.target(s, 24), "p.(*T).A");
  EXPECT_EQ(b.target(s, 32), "p.(*T).B");
}

TEST(Build, ReadsVariablesAfterTheCallsOfTheirStatement) {
  Built b("func g(p *int) int\nfunc f() (int, int) { var x int; return x, g(&x) }");
  EXPECT_LT(b.text().rfind(" c0"), b.text().rfind(" load")) << b.text();
  // Nothing to be changed between: from left to right.
  Built c("func g() int\nfunc f(p *int) (int, int) { x := *p; return x, g() }");
  EXPECT_GT(c.text().rfind(" c0"), c.text().find(" load")) << c.text();
}

} // namespace
} // namespace gannet::ssa
