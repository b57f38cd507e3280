#include "toolchain/modules/import_path.h"
#include "toolchain/modules/mod_file.h"
#include "toolchain/modules/module_set.h"
#include "toolchain/modules/vendor_list.h"

#include "compiler/base/file.h"
#include "toolchain/command/paths.h"

#include "gtest/gtest.h"

#include <cstdlib>

namespace gannet::modules {
namespace {

TEST(ImportPath, FaultsAreNamed) {
  EXPECT_EQ(importPathFault("example.com/a-b/v2"), "");
  const char *const kFaults[][2] = {{"", "empty string"},
                                    {"-a", "leading dash"},
                                    {"a//b", "double slash"},
                                    {"a/", "trailing slash"},
                                    {"a/../b", "invalid path element \"..\""},
                                    {"a/b.", "trailing dot in path element"},
                                    {"a/b@c", "invalid char '@'"},
                                    {"a/\xc3\xa9", "invalid char '\xc3\xa9'"},
                                    {"a/con.go", "\"con\" disallowed as path element component on Windows"},
                                    {"a/b~1", "trailing tilde and digits in path element"}};
  for (auto [path, fault] : kFaults)
    EXPECT_EQ(importPathFault(path), fault) << path;
  EXPECT_TRUE(isModuleFileName("b~1 (\xc3\xa9).txt"));
  EXPECT_FALSE(isModuleFileName("a*b"));
  EXPECT_FALSE(isModuleFileName("LPT1"));
}

TEST(Version, IsOrdered) {
  const char *const kRising[] = {"bad", "v0.0.0-20200101000000-abcdef", "v0.1.0", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-beta.2",
                                 "v1.0.0-beta.11", "v1.0.0", "v1.2.0", "v1.10.0"};
  for (std::size_t i = 1; i < std::size(kRising); ++i)
    EXPECT_LT(compareSemver(kRising[i - 1], kRising[i]), 0) << kRising[i];
  EXPECT_EQ(compareSemver("v1.0.0+incompatible", "v1.0.0"), 0);
  EXPECT_TRUE(isSemver("v1.2"));
  EXPECT_FALSE(isCanonicalSemver("v1.2"));
  EXPECT_FALSE(isSemver("v01.2.3"));
  EXPECT_TRUE(isCanonicalSemver("v2.0.0+incompatible"));
}

TEST(Version, OfGoIsOrdered) {
  const char *const kRising[] = {"1.9", "1.20", "1.20.1", "1.21", "1.21rc1", "1.21rc2", "1.21.0", "1.21.1", "1.22"};
  for (std::size_t i = 1; i < std::size(kRising); ++i)
    EXPECT_LT(compareGoVersion(kRising[i - 1], kRising[i]), 0) << kRising[i];
  EXPECT_EQ(compareGoVersion("1.20", "1.20.0"), 0);
  EXPECT_FALSE(isGoVersion("1"));
  EXPECT_FALSE(isGoVersion("1.02"));
}

TEST(ModFile, IsParsed) {
  auto f = parseModFile("go.mod",
                        "module example.com/m // comment\n\ngo 1.26\ntoolchain go1.26.1\nrequire (\n\ta.b/c v1.2.3\n\t\"d.e/f\" "
                        "v0.1.0 // indirect; x\n)\nreplace a.b/c => ../c\nreplace d.e/f v0.1.0 => g.h/i v1.0.0\n"
                        "exclude x.y/z v1.0.0\nretract [v1.0.0, v1.1.0]\ngodebug default=go1.21\nignore ./node_modules\n",
                        ModFileKind::Main);
  ASSERT_TRUE(f) << f.error();
  EXPECT_EQ(f->module, "example.com/m");
  ASSERT_EQ(f->requires_.size(), 2u);
  EXPECT_FALSE(f->requires_[0].indirect);
  EXPECT_TRUE(f->requires_[1].indirect);
  ASSERT_EQ(f->replaces.size(), 2u);
  EXPECT_EQ(f->replaces[0].to.path, "../c");
  EXPECT_EQ(f->replaces[1].from.version, "v0.1.0");
  EXPECT_EQ(f->excludes[0].str(), "x.y/z@v1.0.0");
  EXPECT_EQ(f->ignores[0], "./node_modules");
}

TEST(ModFile, SaysEveryFaultWithItsLine) {
  auto f = parseModFile("go.mod", "module m\nfrobnicate x\nrequire a.b/c latest\ngo (\n)\n", ModFileKind::Main);
  ASSERT_FALSE(f);
  EXPECT_EQ(f.error(), "go.mod:2: unknown directive: frobnicate\n"
                       "go.mod:3: require a.b/c: version \"latest\" invalid: must be of the form v1.2.3\n"
                       "go.mod:4: unknown block type: go");
}

TEST(ModFile, OfADependencyMayHoldWhatIsUnknown) {
  auto f = parseModFile("go.mod", "module m\nfrobnicate x\nreplace a => b\nfuture (\n\tx\n)\n", ModFileKind::Dependency);
  EXPECT_TRUE(f) << f.error();
}

TEST(VendorList, IsComparedWithGoMod) {
  auto file = parseModFile("go.mod", "module m\ngo 1.20\nrequire a.b/c v1.2.3\nreplace d.e/f => ./f\n", ModFileKind::Main);
  VendorClaims claims{.mains = {{"go.mod", &*file}}};
  EXPECT_EQ(vendorFaults(parseVendorList("# a.b/c v1.2.3\n## explicit; go 1.17\na.b/c\n# d.e/f => ./f\n"), claims), "");
  EXPECT_EQ(vendorFaults(parseVendorList("# a.b/c v1.2.4\n## explicit\na.b/c\n"), claims),
            "\n\ta.b/c@v1.2.3: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt"
            "\n\td.e/f: is replaced in go.mod, but not marked as replaced in vendor/modules.txt"
            "\n\ta.b/c@v1.2.4: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod");
}

// A main module and a module cache in a directory of the test's own.
class ModuleSetTest : public ::testing::Test {
protected:
  void SetUp() override {
    const auto *info = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::string(std::getenv("TEST_TMPDIR")) + "/" + info->name();
  }
  void put(const std::string &name, const std::string &text) {
    std::string path = root_ + "/" + name;
    ASSERT_TRUE(command::makeDirs(command::parentDir(path)));
    ASSERT_TRUE(writeFile(path, text));
  }
  // A module in the cache, with its sums.
  void cached(const std::string &path, const std::string &version, const std::string &mod) {
    put("cache/cache/download/" + path + "/@v/" + version + ".mod", mod);
    put("cache/cache/download/" + path + "/@v/" + version + ".ziphash", "h1:" + path);
    put("cache/" + path + "@" + version + "/p.go", "package p\n");
    sums_ += path + " " + version + " h1:" + path + "\n" + path + " " + version + "/go.mod " + hashOfModFile(mod) + "\n";
  }
  ErrorOr<std::unique_ptr<ModuleSet>> open(const std::string &work = "off") {
    put("m/go.sum", sums_);
    ModuleOptions o;
    o.cache = root_ + "/cache";
    o.go_version = "1.26.1";
    o.work = work;
    o.shown = [this](const std::string &p) { return p.substr(root_.size() + 1); };
    return ModuleSet::find(root_ + "/m", o);
  }
  std::string root_, sums_;
};

TEST_F(ModuleSetTest, OfAWorkspaceHasAModuleOnce) {
  put("m/go.mod", "module m\ngo 1.26\n");
  put("n/go.mod", "module m\ngo 1.26\n");
  put("o/go.mod", "module o\ngo 1.26\n");
  put("go.work", "go 1.26\nuse (\n\t./m\n\t./o\n)\n");
  EXPECT_TRUE(open(root_ + "/go.work"));
  put("go.work", "go 1.26\nuse (\n\t./m\n\t./o\n\t./n\n)\n");
  auto twice = open(root_ + "/go.work");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error(), "go: module m appears multiple times in workspace");
}

TEST_F(ModuleSetTest, TakesTheHighestVersionRequired) {
  put("m/go.mod", "module m\ngo 1.16\nrequire (\n\ta.b/x v1.0.0\n\ta.b/y v1.0.0\n)\n");
  cached("a.b/x", "v1.0.0", "module a.b/x\nrequire a.b/z v1.1.0\n");
  cached("a.b/y", "v1.0.0", "module a.b/y\nrequire a.b/z v1.3.0\n");
  cached("a.b/z", "v1.1.0", "module a.b/z\n");
  cached("a.b/z", "v1.3.0", "module a.b/z\n");
  auto set = open();
  ASSERT_TRUE(set) << set.error();
  auto x = (*set)->locate("a.b/x", "m", (*set)->mains()[0]);
  ASSERT_TRUE(x) << x.error();
  auto place = (*set)->locate("a.b/z", "a.b/x", x->module);
  ASSERT_TRUE(place) << place.error();
  ASSERT_NE(place->module, nullptr);
  EXPECT_EQ(place->module->version, "v1.3.0");
  // The main module's own packages may import it only if its go.mod requires it.
  EXPECT_FALSE((*set)->locate("a.b/z", "m", (*set)->mains()[0]));
  auto all = (*set)->all();
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->size(), 4u);
}

TEST_F(ModuleSetTest, DoesNotReadBehindPrunedModules) {
  put("m/go.mod", "module m\ngo 1.20\nrequire a.b/x v1.0.0\n");
  cached("a.b/x", "v1.0.0", "module a.b/x\ngo 1.17\nrequire a.b/y v1.0.0\n");
  // a.b/y is not at hand: its go.mod is not needed.
  auto set = open();
  ASSERT_TRUE(set) << set.error();
  auto all = (*set)->all();
  ASSERT_TRUE(all) << all.error();
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[2]->id().str(), "a.b/y@v1.0.0");
}

TEST_F(ModuleSetTest, LooksForSumsBeforeItUsesAModule) {
  put("m/go.mod", "module m\ngo 1.20\nrequire a.b/x v1.0.0\n");
  cached("a.b/x", "v1.0.0", "module a.b/x\n");
  sums_ = "";
  auto set = open();
  ASSERT_TRUE(set) << set.error();
  auto place = (*set)->locate("a.b/x", "m", (*set)->mains()[0]);
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error(), "missing go.sum entry for module providing package a.b/x (imported by m); to add:\n\tgo get m");
}

TEST_F(ModuleSetTest, RefusesAWrongSum) {
  put("m/go.mod", "module m\ngo 1.20\nrequire a.b/x v1.0.0\n");
  cached("a.b/x", "v1.0.0", "module a.b/x\n");
  put("cache/cache/download/a.b/x/@v/v1.0.0.ziphash", "h1:other");
  auto set = open();
  ASSERT_TRUE(set) << set.error();
  auto place = (*set)->locate("a.b/x", "m", (*set)->mains()[0]);
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().rfind("verifying a.b/x@v1.0.0: checksum mismatch\n\tdownloaded: h1:other\n", 0), 0u) << place.error();
}

TEST_F(ModuleSetTest, SaysThatAnImportIsAmbiguous) {
  put("m/go.mod", "module m\ngo 1.20\nrequire (\n\ta.b/x v1.0.0\n\ta.b v1.0.0\n)\n");
  cached("a.b/x", "v1.0.0", "module a.b/x\n");
  cached("a.b", "v1.0.0", "module a.b\n");
  put("cache/a.b@v1.0.0/x/p.go", "package p\n");
  auto set = open();
  ASSERT_TRUE(set) << set.error();
  auto place = (*set)->locate("a.b/x", "m", (*set)->mains()[0]);
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error(), "ambiguous import: found package a.b/x in multiple modules:\n\ta.b v1.0.0 (" + root_ +
                               "/cache/a.b@v1.0.0/x)\n\ta.b/x v1.0.0 (" + root_ + "/cache/a.b/x@v1.0.0)");
}

TEST_F(ModuleSetTest, ReplacesByADirectory) {
  put("m/go.mod", "module m\ngo 1.20\nrequire a.b/x v1.0.0\nreplace a.b/x => ../x\n");
  put("x/go.mod", "module other\ngo 1.19\n");
  put("x/sub/p.go", "package sub\n");
  auto set = open();
  ASSERT_TRUE(set) << set.error();
  auto place = (*set)->locate("a.b/x/sub", "m", (*set)->mains()[0]);
  ASSERT_TRUE(place) << place.error();
  EXPECT_EQ(place->dir, root_ + "/x/sub");
  EXPECT_EQ(place->module->languageVersion(), "1.19");
}

} // namespace
} // namespace gannet::modules
