#include "toolchain/command/cache.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/patterns.h"
#include "toolchain/command/terminal.h"

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

TEST(Patterns, MatchAsGoDoes) {
  EXPECT_TRUE(matchesPattern("net/...", "net"));
  EXPECT_TRUE(matchesPattern("net/...", "net/http"));
  EXPECT_FALSE(matchesPattern("net/...", "netx"));
  EXPECT_TRUE(matchesPattern("...http", "net/http"));
  EXPECT_TRUE(matchesPattern("a...b...", "axbyz"));
  EXPECT_FALSE(matchesPattern("a/...", "a/vendor/b"));
  EXPECT_TRUE(matchesPattern("a/vendor/...", "a/vendor/b"));
}

TEST(Terminal, ShowsTheLineThatAnErrorIsAbout) {
  auto read = [](const std::string &file) { return std::string(file == "./a.go" ? "package a\n\tx := \u00e9 + y\n" : ""); };
  EXPECT_EQ(inColour("./a.go:2:13: undefined: y\n\tan explanation: 1:2: 3\n", read),
            "\x1b[1m./a.go:2:13:\x1b[1;31m undefined: y\x1b[0m\n    \tx := \u00e9 + y\n    \t          \x1b[1;32m^\x1b[0m\n"
            "\tan explanation: 1:2: 3\n");
  EXPECT_EQ(inColour("gone.go:1:1: no\ntoo many errors\n", read), "\x1b[1mgone.go:1:1:\x1b[1;31m no\x1b[0m\ntoo many errors\n");
}

TEST(Environment, FileIsUpdatedInPlace) {
  std::string file = std::string(std::getenv("TEST_TMPDIR")) + "/env";
  ASSERT_TRUE(writeFile(file, "# mine\nGOPROXY=a\nGOFLAGS=-v\nGOPROXY=b\n"));
  ASSERT_TRUE(updateEnvironmentFile(file, {{"GOPROXY", "off"}, {"GOBIN", "/x"}}, {"GOFLAGS"}));
  EXPECT_EQ(*readFile(file), "# mine\nGOBIN=/x\nGOPROXY=off\n");
}

TEST(Flags, OfGoFlagsAreTakenIfKnown) {
  bool v = false;
  std::string mod;
  Flags flags;
  flags.boolean("v", v);
  flags.choice("mod", mod, {"readonly", "vendor", "mod"});
  EXPECT_EQ(flags.parseGoFlags({"-v", "--unknown=x", "-mod=vendor"}), "");
  EXPECT_TRUE(v);
  EXPECT_EQ(mod, "vendor");
  EXPECT_EQ(flags.parseGoFlags({"-mod"}), "go: flag needs an argument: -mod (from $GOFLAGS)");
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
