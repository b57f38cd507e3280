// The CPU limit of the process's control group, for the default of GOMAXPROCS. Only the group itself counts, as in Go, not those above.
//
// The group's folder is looked for once; whoever moves the process to another group later is not followed.
#include "runtime/core/linux/cgroup_text.h"
#include "runtime/core/linux/sys.h"

namespace gannet::rt {

namespace {

struct CpuFiles {
  Mutex lock;
  bool looked_for;
  CgroupVersion version;
  PathText first, second;  // cpu.max; or cpu.cfs_quota_us and cpu.cfs_period_us
};
constinit CpuFiles files{};

// As much of a file as fits; empty if there is none.
Str readFile(const char *path, char *buf, uptr n) {
  const i64 fd = sys::open(path, 0x80000, 0);
  if (fd < 0) return Str();
  uptr len = 0;
  while (len < n) {
    const i64 got = sys::read(static_cast<i32>(fd), buf + len, n - len);
    if (got <= 0) break;
    len += static_cast<uptr>(got);
  }
  sys::close(static_cast<i32>(fd));
  return Str(buf, len);
}

// Lock held.
void findFiles() {
  constexpr uptr kGroupBytes = 16 << 10, kMountBytes = 256 << 10;
  auto *memory = static_cast<char *>(sys::mmapAnon(kGroupBytes + kMountBytes));
  if (memory == nullptr) return;
  const CpuGroup group = findCpuGroup(readFile("/proc/self/cgroup", memory, kGroupBytes));
  if (group.version != CgroupVersion::None &&
      findGroupFolder(readFile("/proc/self/mountinfo", memory + kGroupBytes, kMountBytes), group, &files.first)) {
    files.second = files.first;
    files.version = group.version;
    files.first.add(group.version == CgroupVersion::V2 ? "/cpu.max" : "/cpu.cfs_quota_us");
    files.second.add("/cpu.cfs_period_us");
  }
  sys::munmap(memory, kGroupBytes + kMountBytes);
}

}  // namespace

u64 sys::cgroupCpuLimit() {
  MutexGuard guard(files.lock);
  if (!files.looked_for) findFiles();
  files.looked_for = true;
  char first[128], second[128];
  switch (files.version) {
  case CgroupVersion::None: return 0;
  case CgroupVersion::V1:
    return cpuLimitV1(readFile(files.first.text, first, sizeof first), readFile(files.second.text, second, sizeof second));
  case CgroupVersion::V2: return cpuLimitV2(readFile(files.first.text, first, sizeof first));
  }
  return 0;
}

}  // namespace gannet::rt
