// Which control group limits a process's CPUs, and to how many.
#include "runtime/core/linux/cgroup_text.h"

#include <gtest/gtest.h>
#include <string>

namespace gannet::rt {
namespace {

std::string text(Str s) { return std::string(s.ptr, s.len); }

std::string folder(const char *mountinfo, CgroupVersion version, const char *path) {
  PathText out{};
  return findGroupFolder(mountinfo, {version, path}, &out) ? text(Str(out.text, out.len)) : "none";
}

TEST(CpuGroup, Version1GoesBeforeVersion2) {
  const CpuGroup both = findCpuGroup("5:memory:/m\n0::/two\n3:cpuacct,cpu:/one\n");
  EXPECT_EQ(both.version, CgroupVersion::V1);
  EXPECT_EQ(text(both.path), "/one");
  const CpuGroup second = findCpuGroup("5:cpuset:/m\n0::/two/deeper\n");
  EXPECT_EQ(second.version, CgroupVersion::V2);
  EXPECT_EQ(text(second.path), "/two/deeper");
}

TEST(CpuGroup, IsNoneInOtherTexts) {
  for (const char *file : {"", "5:cpuset:/m\n", "nothing\n", "3:cpu\n", "3:cpu:one\n"})
    EXPECT_EQ(findCpuGroup(file).version, CgroupVersion::None) << file;
}

constexpr const char *kMounts = "1 1 8:1 / / rw - ext4 /dev/root rw\n"
                                "2 1 0:30 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
                                "3 1 0:31 / /sys/fs/cgroup/c\\040pu rw shared:9 master:2 - cgroup cgroup rw,cpuacct,cpu\n"
                                "4 1 0:32 /box /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

TEST(GroupFolder, IsBelowItsMount) {
  EXPECT_EQ(folder(kMounts, CgroupVersion::V1, "/"), "/sys/fs/cgroup/c pu");
  EXPECT_EQ(folder(kMounts, CgroupVersion::V1, "/a/b"), "/sys/fs/cgroup/c pu/a/b");
  EXPECT_EQ(folder(kMounts, CgroupVersion::V2, "/box"), "/sys/fs/cgroup/unified");
  EXPECT_EQ(folder(kMounts, CgroupVersion::V2, "/box/inner"), "/sys/fs/cgroup/unified/inner");
}

TEST(GroupFolder, IsNotShownByEveryMount) {
  EXPECT_EQ(folder(kMounts, CgroupVersion::V2, "/boxes"), "none");
  EXPECT_EQ(folder(kMounts, CgroupVersion::V2, "/"), "none");
  EXPECT_EQ(folder(kMounts, CgroupVersion::V1, "/../other"), "none");
  EXPECT_EQ(folder("", CgroupVersion::V2, "/"), "none");
  EXPECT_EQ(folder("3 1 0:31 / /sys rw", CgroupVersion::V2, "/"), "none");
}

TEST(CpuLimit, IsRoundedUp) {
  EXPECT_EQ(cpuLimitV2("max 100000\n"), 0u);
  EXPECT_EQ(cpuLimitV2("200000 100000\n"), 2u);
  EXPECT_EQ(cpuLimitV2("250000 100000\n"), 3u);
  EXPECT_EQ(cpuLimitV2(""), 0u);
  EXPECT_EQ(cpuLimitV2("5 0\n"), 0u);
  EXPECT_EQ(cpuLimitV1("-1\n", "100000\n"), 0u);
  EXPECT_EQ(cpuLimitV1("1000\n", "100000\n"), 1u);
  EXPECT_EQ(cpuLimitV1("100001\n", "100000\n"), 2u);
}

}  // namespace
}  // namespace gannet::rt
