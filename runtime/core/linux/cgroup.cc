// The CPU limit of the process's control group, for the default of GOMAXPROCS.
//
// Version 2: cpu.max ("quota period" or "max period") of the group and of those above it; version 1: cpu.cfs_quota_us and
// cpu.cfs_period_us. The smallest limit on the way up counts (Linux, "Control Group v2", section "CPU Interface Files").
#include "runtime/core/linux/sys.h"

namespace gannet::rt {

namespace {

constexpr uptr kPathBytes = 1024;

// Reads a small file; the length, 0 if there is none.
uptr readFile(const char *path, char *buf, uptr n) {
  i64 fd = sys::open(path, 0x80000, 0);
  if (fd < 0) return 0;
  i64 got = sys::read(static_cast<i32>(fd), buf, n - 1);
  sys::close(static_cast<i32>(fd));
  if (got <= 0) return 0;
  buf[got] = 0;
  return static_cast<uptr>(got);
}

struct Path {
  char text[kPathBytes];
  uptr len = 0;
  bool ok = true;
  Path &add(Str s) {
    if (len + s.len + 1 > kPathBytes) {
      ok = false;
      return *this;
    }
    for (uptr i = 0; i < s.len; i++) text[len++] = s[i];
    text[len] = 0;
    return *this;
  }
};

bool readNumber(const char *&p, i64 *out) {
  while (*p == ' ') p++;
  if (*p < '0' || *p > '9') return false;
  i64 n = 0;
  for (; *p >= '0' && *p <= '9' && n < (i64{1} << 50); p++) n = n * 10 + (*p - '0');
  *out = n;
  return true;
}

u64 ceilDiv(i64 quota, i64 period) { return period <= 0 ? 0 : static_cast<u64>((quota + period - 1) / period); }

// CPUs of one folder; 0: no limit there.
u64 limitIn(Str root, Str group, bool v2) {
  char buf[128];
  i64 quota = 0, period = 0;
  Path path;
  path.add(root).add(group);
  if (v2) {
    path.add("/cpu.max");
    if (!path.ok || readFile(path.text, buf, sizeof buf) == 0) return 0;
    const char *p = buf;
    return readNumber(p, &quota) && readNumber(p, &period) ? ceilDiv(quota, period) : 0;
  }
  Path other;
  other.add(root).add(group).add("/cpu.cfs_period_us");
  path.add("/cpu.cfs_quota_us");
  if (!path.ok || !other.ok || readFile(path.text, buf, sizeof buf) == 0) return 0;
  const char *p = buf;
  if (!readNumber(p, &quota)) return 0;  // -1: none
  if (readFile(other.text, buf, sizeof buf) == 0) return 0;
  p = buf;
  return readNumber(p, &period) ? ceilDiv(quota, period) : 0;
}

u64 smallestUpwards(Str root, Str group, bool v2) {
  u64 best = 0;
  for (;;) {
    u64 n = limitIn(root, group, v2);
    if (n != 0 && (best == 0 || n < best)) best = n;
    if (group.len == 0) return best;
    while (group.len > 0 && group[group.len - 1] != '/') group.len--;
    if (group.len > 0) group.len--;
  }
}

bool listHas(Str list, Str word) {
  for (uptr i = 0; i + word.len <= list.len; i++)
    if (Str(list.ptr + i, word.len) == word && (i == 0 || list[i - 1] == ',') &&
        (i + word.len == list.len || list[i + word.len] == ','))
      return true;
  return false;
}

}  // namespace

// Lines of /proc/self/cgroup: "id:controllers:path"; version 2 has id 0 and no controllers.
u64 sys::cgroupCpuLimit() {
  char buf[4096];
  uptr n = readFile("/proc/self/cgroup", buf, sizeof buf);
  u64 best = 0;
  for (uptr at = 0; at < n;) {
    uptr end = at, c1 = 0, c2 = 0;
    for (; end < n && buf[end] != '\n'; end++) {
      if (buf[end] != ':') continue;
      if (c1 == 0) c1 = end;
      else if (c2 == 0) c2 = end;
    }
    if (c2 != 0) {
      Str controllers(buf + c1 + 1, c2 - c1 - 1), group(buf + c2 + 1, end - c2 - 1);
      if (group == "/") group.len = 0;
      u64 limit = 0;
      if (controllers.len == 0) limit = smallestUpwards("/sys/fs/cgroup", group, true);
      else if (listHas(controllers, "cpu")) limit = smallestUpwards("/sys/fs/cgroup/cpu", group, false);
      if (limit != 0 && (best == 0 || limit < best)) best = limit;
    }
    at = end + 1;
  }
  return best;
}

}  // namespace gannet::rt
