#include "toolchain/command/vcs.h"

#include <gtest/gtest.h>

namespace gannet::command {
namespace {

using Tags = std::vector<std::string>;

std::string versionAt(const Tags &here, const Tags &before, const std::string &prefix = "", const std::string &major = "") {
  return moduleVersionAt(here, before, prefix, major, "20260102030405", "0123456789abcdef0123456789abcdef01234567");
}

TEST(ModuleVersion, IsTheHighestTagOfTheCommit) {
  EXPECT_EQ(versionAt({"v1.2.3", "v1.10.0", "v1.10.0-rc.1", "v2.0.0", "other", "v1.11"}, {}), "v1.10.0");
  EXPECT_EQ(versionAt({"v1.2.3", "v2.0.0", "v2.1.0"}, {}, "", "v2"), "v2.1.0");
  EXPECT_EQ(versionAt({"v1.2.3", "sub/v0.1.0", "sub/x/v0.9.0"}, {}, "sub/"), "v0.1.0");
}

TEST(ModuleVersion, FollowsTheHighestTagBefore) {
  EXPECT_EQ(versionAt({}, {}), "v0.0.0-20260102030405-0123456789ab");
  EXPECT_EQ(versionAt({}, {}, "", "v3"), "v3.0.0-20260102030405-0123456789ab");
  EXPECT_EQ(versionAt({}, {"v1.2.9", "v1.2.3"}), "v1.2.10-0.20260102030405-0123456789ab");
  EXPECT_EQ(versionAt({}, {"v1.3.0-rc.1", "v1.2.9"}), "v1.3.0-rc.1.0.20260102030405-0123456789ab");
  EXPECT_EQ(versionAt({"sub/v1.0.0"}, {"sub/v1.0.0"}), "v0.0.0-20260102030405-0123456789ab");
}

TEST(VcsMode, IsAutoOrABoolean) {
  VcsMode mode = VcsMode::Never;
  EXPECT_EQ(parseVcsMode("auto", mode), "");
  EXPECT_EQ(mode, VcsMode::IfThere);
  EXPECT_EQ(parseVcsMode("true", mode), "");
  EXPECT_EQ(mode, VcsMode::Always);
  EXPECT_EQ(parseVcsMode("0", mode), "");
  EXPECT_EQ(mode, VcsMode::Never);
  EXPECT_EQ(parseVcsMode("yes", mode), "invalid boolean value \"yes\" for -buildvcs: value is neither 'auto' nor a valid bool");
}

} // namespace
} // namespace gannet::command
