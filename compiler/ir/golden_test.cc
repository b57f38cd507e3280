// Small packages without imports, and the IR that is made of them. GANNET_UPDATE=1 in the environment rewrites the
// expectations in the source tree (bazel run, not bazel test).
#include "compiler/base/file.h"
#include "compiler/ir/build.h"
#include "compiler/ir/finalize.h"
#include "compiler/ir/map_inits.h"
#include "compiler/ir/optimize.h"
#include "compiler/ir/print.h"
#include "compiler/ir/static_init.h"
#include "compiler/ir/verify.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace gannet::ir {
namespace {

// `calls`: of a profile, if not empty.
std::string irOf(const std::string &name, bool optimized, const std::vector<profile::CallEdge> &calls) {
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  auto text = readFile("compiler/ir/testdata/" + name + ".go");
  if (!text)
    return text.error();
  syntax::ParseContext parse{sources, diagnostics, arena, names};
  syntax::ParseOptions po;
  po.check_branches = true;
  std::uint16_t index = sources.addFile(name + ".go", *text);
  syntax::File *file = syntax::parseFile(parse, index, po);
  if (!file)
    return diagnostics.render(sources, 0);
  syntax::File *files[] = {file};
  types::Context context;
  types::Config config;
  config.diagnostics = &diagnostics;
  config.sources = &sources;
  config.node_count = parse.next_node_id;
  types::Info info;
  types::Package *pkg = types::check(context, config, "p", files, info);
  if (diagnostics.errorCount())
    return diagnostics.render(sources, 0);
  Options options;
  options.explain = 1;
  Package package(context, *pkg, sources, options);
  build(package, info, files, {}, diagnostics);
  if (diagnostics.errorCount())
    return diagnostics.render(sources, 0);
  finalizeAll(package);
  makeStaticInits(package);
  if (optimized) {
    profile::CallProfile profile{calls, 0};
    for (const profile::CallEdge &e : calls)
      profile.total += e.weight;
    HotCalls hot(std::move(profile), {}, sources);
    optimize(package, {.is_intrinsic = nullptr, .diagnostics = &diagnostics, .hot_calls = calls.empty() ? nullptr : &hot});
    foldInlinedInits(package);
    outlineMapInits(package);
  }
  EXPECT_EQ(verify(package), "");
  return diagnostics.render(sources, 0) + print(package);
}

void expectGolden(const std::string &name, bool optimized = false, const std::vector<profile::CallEdge> &calls = {}) {
  std::string got = irOf(name, optimized, calls);
  std::string path = "compiler/ir/testdata/" + name + ".ir";
  if (std::getenv("GANNET_UPDATE")) {
    const char *root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
    auto done = writeFile((root ? std::string(root) + "/" : "") + path, got);
    EXPECT_TRUE(bool(done));
    return;
  }
  auto want = readFile(path);
  ASSERT_TRUE(bool(want)) << want.error();
  EXPECT_EQ(got, *want);
}

TEST(IrGolden, Arithmetic) { expectGolden("arithmetic"); }
TEST(IrGolden, Closures) { expectGolden("closures"); }
TEST(IrGolden, GoDefer) { expectGolden("go_defer"); }
TEST(IrGolden, RangeFunc) { expectGolden("range_func"); }
TEST(IrGolden, Generics) { expectGolden("generics"); }
TEST(IrGolden, Statements) { expectGolden("statements"); }
TEST(IrGolden, TempConversions) { expectGolden("temp_conversions", true); }
TEST(IrGolden, Embedding) { expectGolden("embedding"); }
TEST(IrGolden, StaticInit) { expectGolden("static_init"); }
TEST(IrGolden, FoldedInits) { expectGolden("folded_inits", true); }
TEST(IrGolden, MapInits) { expectGolden("map_inits", true); }
TEST(IrGolden, Optimized) { expectGolden("optimized", true); }
TEST(IrGolden, InlinedResults) { expectGolden("inlined_results", true); }
TEST(IrGolden, CalledResults) { expectGolden("called_results", true); }
TEST(IrGolden, RangeFuncCopies) { expectGolden("range_func_copies", true); }
TEST(IrGolden, Mutations) { expectGolden("mutations", true); }
TEST(IrGolden, ClosureUses) { expectGolden("closure_uses", true); }
TEST(IrGolden, DynamicTypes) { expectGolden("dynamic_types", true); }
TEST(IrGolden, Recursion) { expectGolden("recursion", true); }
TEST(IrGolden, GrowingSlices) { expectGolden("growing_slices", true); }
TEST(IrGolden, HotDispatch) {
  expectGolden("hot_dispatch", true, {{"p.total", "p.(*square).Area", 2, 100}, {"p.apply", "p.double", 1, 90}});
}
TEST(IrGolden, HotCalls) { expectGolden("hot_calls", true, {{"p.sum", "p.mix", 2, 100}}); }

} // namespace
} // namespace gannet::ir
