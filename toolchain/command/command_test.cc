#include "toolchain/command/cache.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/module.h"
#include "toolchain/command/paths.h"

#include "compiler/base/file.h"

#include "gtest/gtest.h"

#include <cstdlib>

namespace gannet::command {
namespace {

TEST(Paths, AreCleaned) {
  EXPECT_EQ(cleanPath("a//b/./c/../d/"), "a/b/d");
  EXPECT_EQ(cleanPath("/../a"), "/a");
  EXPECT_EQ(cleanPath("../a/.."), "..");
  EXPECT_EQ(cleanPath(""), ".");
  EXPECT_EQ(within("/a/b", "/a/b/c"), "c");
  EXPECT_EQ(within("/a/b", "/a/bc"), "");
}

TEST(Module, IsParsed) {
  auto m = parseGoMod("go.mod", "module example.com/m // comment\n\ngo 1.26\n\nrequire (\n\ta.b/c v1.2.3\n)\n");
  ASSERT_TRUE(m) << m.error();
  EXPECT_EQ(m->path, "example.com/m");
  EXPECT_EQ(m->go_version, "1.26");
  ASSERT_EQ(m->requires_.size(), 1u);
  EXPECT_EQ(m->requires_[0].first, "a.b/c");
}

TEST(Module, ErrorsHavePositions) {
  auto m = parseGoMod("go.mod", "module m\nfrobnicate x\n");
  ASSERT_FALSE(m);
  EXPECT_EQ(m.error(), "go: errors parsing go.mod:\ngo.mod:2: unknown directive: frobnicate");
}

TEST(Flags, AreTakenAsGoDoes) {
  bool v = false;
  std::string o;
  std::vector<std::string> gc, rest;
  Flags flags;
  flags.boolean("v", v);
  flags.text("o", o);
  flags.list("gcflags", gc);
  EXPECT_EQ(flags.parse({"-v", "--o=x", "-gcflags", "-N -l", "./a", "-v"}, rest), "");
  EXPECT_TRUE(v);
  EXPECT_EQ(o, "x");
  EXPECT_EQ(gc, (std::vector<std::string>{"-N", "-l"}));
  EXPECT_EQ(rest, (std::vector<std::string>{"./a", "-v"}));
  EXPECT_EQ(flags.parse({"-z"}, rest), "flag provided but not defined: -z");
  EXPECT_EQ(flags.parse({"-o"}, rest), "flag needs an argument: -o");
}

TEST(Cache, RejectsADamagedEntry) {
  std::string dir = std::string(std::getenv("TEST_TMPDIR")) + "/cache";
  std::string source = std::string(std::getenv("TEST_TMPDIR")) + "/output";
  ASSERT_TRUE(writeFile(source, "bytes"));
  Cache cache(dir);
  std::string action(64, 'a');
  auto stored = cache.store(action, {{"object", source}});
  ASSERT_TRUE(stored) << stored.error();
  auto hit = cache.find(action);
  ASSERT_TRUE(hit);
  ASSERT_TRUE(writeFile(hit->at("object").path, "byteX"));
  EXPECT_FALSE(cache.find(action));
}

} // namespace
} // namespace gannet::command
