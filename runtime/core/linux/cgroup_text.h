// The texts in which Linux tells a process's control group and its CPU limit (cgroups(7), proc_pid_mountinfo(5); "Control Group v2",
// section "CPU Interface Files"). Knows nothing of the machine.
#ifndef GANNET_RUNTIME_CORE_LINUX_CGROUP_TEXT_H_
#define GANNET_RUNTIME_CORE_LINUX_CGROUP_TEXT_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// A path that ends with a zero. What does not fit is noted and left out.
struct PathText {
  static constexpr uptr kBytes = 4096 + 64;
  char text[kBytes];
  uptr len;
  bool full;

  void add(Str s);
};

enum class CgroupVersion : u8 { None, V1, V2 };

struct CpuGroup {
  CgroupVersion version;
  Str path;  // in the file it was found in; begins with a slash
};

// The group that limits the CPUs, of /proc/self/cgroup: that of the version 1 controller "cpu" if there is one.
CpuGroup findCpuGroup(Str cgroup_file);
// The folder of its files, by /proc/self/mountinfo. False if it is mounted nowhere.
bool findGroupFolder(Str mountinfo_file, const CpuGroup &group, PathText *out);

// CPUs, rounded up; 0: no limit. cpu.max; cpu.cfs_quota_us and cpu.cfs_period_us.
u64 cpuLimitV2(Str max_file);
u64 cpuLimitV1(Str quota_file, Str period_file);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_LINUX_CGROUP_TEXT_H_
