// What the environment and the program ask of the runtime: GODEBUG, and numbers in other variables.
#include "runtime/core/debug_settings.h"
#include "runtime/core/settings_text.h"

#include <gtest/gtest.h>

namespace gannet::rt {
namespace {

class Settings : public testing::Test {
protected:
  ~Settings() override {
    debug.~DebugSettings();
    new (&debug) DebugSettings{};
  }
};

TEST_F(Settings, HaveTheirDefaults) {
  readDebugSettings("", "");
  EXPECT_EQ(debug.gctrace, 0);
  EXPECT_EQ(debug.invalidptr, 1);
  EXPECT_EQ(debug.profstackdepth, 128);
  EXPECT_EQ(debug.panicnil.loadRelaxed(), 0);
  EXPECT_FALSE(debug.memprofilerate_given);
}

TEST_F(Settings, TheEnvironmentOverridesTheProgram) {
  readDebugSettings("updatemaxprocs=0,decoratemappings=0,panicnil=1", "decoratemappings=1,gctrace=2");
  EXPECT_EQ(debug.updatemaxprocs, 0);
  EXPECT_EQ(debug.decoratemappings, 1);
  EXPECT_EQ(debug.gctrace, 2);
  EXPECT_EQ(debug.panicnil.loadRelaxed(), 1);
}

TEST_F(Settings, TheLastNumberCounts) {
  readDebugSettings("", "gctrace=1,gctrace=3,gctrace=x,,=,gctrace,nosuch=1,gctrace=99999999999");
  EXPECT_EQ(debug.gctrace, 3);
}

TEST_F(Settings, DepthOfProfilesIsBounded) {
  readDebugSettings("", "profstackdepth=5000");
  EXPECT_EQ(debug.profstackdepth, kMostProfileDepth);
  readDebugSettings("", "profstackdepth=-1");
  EXPECT_EQ(debug.profstackdepth, 0);
}

TEST_F(Settings, RateOfTheHeapProfileIsAWholeNumberOfGo) {
  readDebugSettings("", "memprofilerate=4294967296");
  EXPECT_TRUE(debug.memprofilerate_given);
  EXPECT_EQ(debug.memprofilerate, i64{1} << 32);
}

TEST_F(Settings, OnlyLiveOnesChangeLater) {
  readDebugSettings("panicnil=1", "gctrace=1");
  rereadDebugSettings("panicnil=1", "gctrace=2,tracebacklabels=1,asynctimerchan=1");
  EXPECT_EQ(debug.gctrace, 1);
  EXPECT_EQ(debug.panicnil.loadRelaxed(), 1);
  EXPECT_EQ(debug.tracebacklabels.loadRelaxed(), 1);
  rereadDebugSettings("panicnil=1", "panicnil=0,asynctimerchan=x");
  EXPECT_EQ(debug.panicnil.loadRelaxed(), 0);
  EXPECT_EQ(debug.tracebacklabels.loadRelaxed(), 0);
  EXPECT_EQ(debug.asynctimerchan.loadRelaxed(), 1) << "given, but no number: as it was";
}

TEST(Numbers, AreThoseOfGosParser) {
  i64 n = 7;
  EXPECT_TRUE(parseInt64("-9223372036854775808", &n));
  EXPECT_EQ(n, INT64_MIN);
  EXPECT_TRUE(parseInt64("+12", &n));
  EXPECT_EQ(n, 12);
  for (const char *bad : {"", "-", "1x", " 1", "9223372036854775808", "1_000"}) EXPECT_FALSE(parseInt64(bad, &n)) << bad;
  EXPECT_EQ(n, 12);
  i32 small = 0;
  EXPECT_TRUE(parseInt32("-2147483648", &small));
  EXPECT_FALSE(parseInt32("2147483648", &small));
}

TEST(Numbers, OfBytesHaveUnits) {
  i64 n = 0;
  EXPECT_TRUE(parseByteCount("123", &n));
  EXPECT_EQ(n, 123);
  EXPECT_TRUE(parseByteCount("5B", &n));
  EXPECT_EQ(n, 5);
  EXPECT_TRUE(parseByteCount("3MiB", &n));
  EXPECT_EQ(n, i64{3} << 20);
  EXPECT_TRUE(parseByteCount("8388607TiB", &n));
  for (const char *bad : {"", "B", "MiB", "-1", "1.5GiB", "1 MiB", "1MB", "8388608TiB", "9223372036854775808"})
    EXPECT_FALSE(parseByteCount(bad, &n)) << bad;
}

}  // namespace
}  // namespace gannet::rt
