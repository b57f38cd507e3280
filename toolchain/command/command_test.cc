#include "toolchain/command/build_json.h"
#include "toolchain/command/cache.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/patterns.h"
#include "toolchain/command/terminal.h"
#include "toolchain/command/toolchain_choice.h"

#include "compiler/base/file.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>

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

TEST(ToolchainChoice, IsTheLargestThatIsAskedFor) {
  auto other = [](std::string_view setting, const char *go = nullptr, const char *toolchain = "") {
    modules::ModFile lines;
    lines.go = go ? go : "";
    lines.toolchain = toolchain;
    return asksForOther(parseToolchainSetting(setting), go ? &lines : nullptr, "1.26.10");
  };
  EXPECT_FALSE(other("local", "1.99"));
  EXPECT_FALSE(other("go1.26.10", "1.99"));
  EXPECT_FALSE(other("go1.26.10-gannet"));
  EXPECT_TRUE(other("go1.26.9"));
  EXPECT_TRUE(other("go1.99.1"));
  EXPECT_FALSE(other("auto"));
  EXPECT_FALSE(other("auto", "1.26", "default"));
  EXPECT_FALSE(other("path", "1.26.10", "go1.26.3"));
  EXPECT_TRUE(other("auto", "1.26.11"));
  EXPECT_TRUE(other("local+path", "1.20", "go1.27.0-vendor"));
  EXPECT_TRUE(other("go1.25.0+path"));
  EXPECT_TRUE(other("go1.25.0+auto", "1.26"));
  EXPECT_FALSE(other("go1.25.0+auto", "1.26.10"));
  for (const char *wrong : {"xyz", "auto+path", "local+bad", "go1.26.10+", "go"})
    EXPECT_TRUE(other(wrong)) << wrong;
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

TEST(Cache, ForgetsWhatIsLongUnusedAndThenTheOldest) {
  const std::string dir = std::string(std::getenv("TEST_TMPDIR")) + "/trimmed";
  const std::time_t now = 1000 * 24 * 60 * 60, hour = 60 * 60;
  auto file = [&](const std::string &name, std::time_t age) {
    const std::string path = dir + "/" + name;
    EXPECT_TRUE(makeDirs(parentDir(path)));
    EXPECT_TRUE(writeFile(path, "0123456789"));
    const timespec times[2] = {{now - age, 0}, {now - age, 0}};
    EXPECT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  };
  auto left = [&] {
    std::string out;
    for (const std::string &folder : listDir(dir))
      for (const std::string &name : listDir(dir + "/" + folder))
        out += name + " ";
    return out;
  };
  file("aa/old", 121 * hour);
  file("0f/older", 3 * hour);
  file("0f/newer", 2 * hour);
  file("ff/new", 0);
  file("goroot-1/other", 999 * hour);
  Cache cache(dir);
  cache.trim(now, 35);
  EXPECT_EQ(left(), "newer older new other ");
  cache.trim(now + 23 * hour, 5);
  EXPECT_EQ(left(), "newer older new other ") << "twice on one day";
  cache.trim(now + 24 * hour, 25);
  EXPECT_EQ(left(), "newer new other ");
}

TEST(Hash, IsOfTheWholeContents) {
  EXPECT_EQ(hashOf("abc"), "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
  EXPECT_EQ(sha256Of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
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

TEST(BuildEvents, AreALineOfOutputEach) {
  EXPECT_EQ(buildEvents("m/p", "# m/p\np.go:1:2: wrong\n", true),
            "{\"ImportPath\":\"m/p\",\"Action\":\"build-output\",\"Output\":\"# m/p\\n\"}\n"
            "{\"ImportPath\":\"m/p\",\"Action\":\"build-output\",\"Output\":\"p.go:1:2: wrong\\n\"}\n"
            "{\"ImportPath\":\"m/p\",\"Action\":\"build-fail\"}\n");
  EXPECT_EQ(buildEvents("m/p", "said", false), "{\"ImportPath\":\"m/p\",\"Action\":\"build-output\",\"Output\":\"said\"}\n");
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
