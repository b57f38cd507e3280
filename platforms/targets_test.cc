#include "platforms/targets.h"

#include "gtest/gtest.h"

namespace gannet::platforms {
namespace {

TEST(Targets, AreFoundByTheirNames) {
  const Target *target = findTarget("linux", "amd64");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->page_bytes, 4096u);
  EXPECT_FALSE(findTarget("windows", "amd64"));
  EXPECT_NE(targetList().find("linux/amd64"), std::string::npos);
}

TEST(Targets, HaveLevels) {
  const Target &target = *findTarget("linux", "amd64");
  EXPECT_EQ(levelOf(target, "v1"), 1u);
  EXPECT_EQ(levelOf(target, "v4"), 4u);
  for (const char *bad : {"", "v", "v0", "v5", "3", "v10"})
    EXPECT_EQ(levelOf(target, bad), 0u) << bad;
  EXPECT_EQ(levelTag(target, 3), "amd64.v3");
}

} // namespace
} // namespace gannet::platforms
