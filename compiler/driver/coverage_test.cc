#include "compiler/driver/coverage.h"

#include <gtest/gtest.h>

namespace gannet::driver {
namespace {

constexpr const char *kConfig = R"({"MetaVar":"cov_M","MetaLen":129,"MetaHash":"9877cecd854f868dad0b8167b198ac33","Strategy":"normal",
"CounterPrefix":"cov_","PkgIdVar":"cov_P","CounterMode":"atomic","CounterGranularity":"perblock"})";

CoverageConfig config() {
  auto read = parseCoverageConfig(kConfig, "cfg");
  EXPECT_TRUE(read) << (read ? "" : read.error());
  return read ? *read : CoverageConfig();
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Coverage, ReadsTheConfiguration) {
  CoverageConfig c = config();
  EXPECT_EQ(c.meta_var, "cov_M");
  EXPECT_EQ(c.meta_len, 129u);
  EXPECT_EQ(c.counter_mode, "atomic");
}

TEST(Coverage, RefusesMalformedConfigurations) {
  auto error = [](const std::string &text) { return parseCoverageConfig(text, "cfg").error(); };
  EXPECT_EQ(error("{"), "cfg: malformed coverage configuration");
  EXPECT_EQ(error(replaced(kConfig, "129", "4294967296")), "cfg: malformed coverage configuration");
  EXPECT_EQ(error(replaced(kConfig, "atomic", "often")), "cfg: bad setting \"often\" for covermode");
  EXPECT_EQ(error(replaced(kConfig, "perblock", "perline")), "cfg: bad setting \"perline\" for covergranularity");
  EXPECT_EQ(error(replaced(kConfig, "9877", "98")), "cfg: incomplete coverage configuration");
  EXPECT_EQ(error(replaced(kConfig, "\"cov_P\"", "\"\"")), "cfg: incomplete coverage configuration");
}

TEST(Coverage, RegistersAPackage) {
  std::string text = registrationSource(config(), "p", "m/p");
  EXPECT_NE(text.find("package p\n"), std::string::npos);
  EXPECT_NE(text.find("\tcov_P = cov_addMeta(unsafe.Pointer(&cov_M), 129, [16]byte{0x98, 0x77, "), std::string::npos) << text;
  EXPECT_NE(text.find("\"m/p\", -1, 3, 1)"), std::string::npos) << text;
  EXPECT_EQ(text.find("initHook"), std::string::npos);
}

TEST(Coverage, PackagesOfTheRuntimeHaveFixedNumbers) {
  std::string text = registrationSource(config(), "cpu", "internal/cpu");
  EXPECT_NE(text.find("{\n\tcov_addMeta("), std::string::npos) << text;
  EXPECT_NE(text.find("\"internal/cpu\", -5, 3, 1)"), std::string::npos) << text;
}

TEST(Coverage, ProgramsStartTheirReport) {
  EXPECT_NE(registrationSource(config(), "main", "main").find("cov_hook(false)"), std::string::npos);
  CoverageConfig test = config();
  test.counter_mode = "testmain";
  std::string text = registrationSource(test, "main", "main");
  EXPECT_NE(text.find("cov_hook(true)"), std::string::npos);
  EXPECT_EQ(text.find("addCovMeta"), std::string::npos);
}

TEST(Coverage, MarksCountersAlone) {
  object::Unit unit;
  for (const char *name : {"m/p.cov__0", "m/p.cov_P", "m/p.other"})
    unit.defineZero(unit.symbol(name), object::SymbolKind::NoPtrBss, 0, 4, 16);
  markCounters(config(), "m/p", unit);
  EXPECT_TRUE(unit[unit.find("m/p.cov__0")].has(object::kCoverageCounter));
  EXPECT_FALSE(unit[unit.find("m/p.cov_P")].has(object::kCoverageCounter));
  EXPECT_FALSE(unit[unit.find("m/p.other")].has(object::kCoverageCounter));
}

} // namespace
} // namespace gannet::driver
