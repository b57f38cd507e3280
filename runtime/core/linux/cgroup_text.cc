#include "runtime/core/linux/cgroup_text.h"

#include "runtime/core/settings_text.h"

namespace gannet::rt {

namespace {

Str slice(Str s, uptr from, uptr to) { return Str(s.ptr + from, to - from); }

uptr indexOf(Str s, char c) {
  uptr i = 0;
  while (i < s.len && s[i] != c) i++;
  return i;
}

// What stands before the next `end`, which is taken off as well. Without one: all.
Str take(Str &s, char end) {
  const uptr i = indexOf(s, end);
  const Str head = slice(s, 0, i);
  s = i < s.len ? slice(s, i + 1, s.len) : Str();
  return head;
}

bool hasWord(Str list, Str word) {
  while (list.len > 0)
    if (take(list, ',') == word) return true;
  return false;
}

// `prefix` is the path or one above it.
bool isWithin(Str path, Str prefix) {
  if (prefix == "/") return true;
  return path.startsWith(prefix) && (path.len == prefix.len || path[prefix.len] == '/');
}

bool isOctal(char c) { return c >= '0' && c <= '7'; }

// Spaces and the like are written as a backslash and three octal digits.
void addUnescaped(PathText *out, Str s) {
  for (uptr i = 0; i < s.len; i++) {
    char c = s[i];
    if (c == '\\' && i + 3 < s.len && isOctal(s[i + 1]) && isOctal(s[i + 2]) && isOctal(s[i + 3])) {
      c = static_cast<char>((s[i + 1] - '0') * 64 + (s[i + 2] - '0') * 8 + (s[i + 3] - '0'));
      i += 3;
    }
    out->add(Str(&c, 1));
  }
}

struct Mount {
  Str root, point, type, options;
};

// 36 35 98:0 /root /point rw,noatime master:1 - type source options
Mount parseMount(Str line) {
  Mount m;
  for (int i = 0; i < 3; i++) take(line, ' ');
  m.root = take(line, ' ');
  m.point = take(line, ' ');
  while (line.len > 0 && !(take(line, ' ') == "-")) {
  }
  m.type = take(line, ' ');
  take(line, ' ');
  m.options = line;
  return m;
}

bool holds(const Mount &m, CgroupVersion version) {
  return version == CgroupVersion::V1 ? m.type == "cgroup" && hasWord(m.options, "cpu") : m.type == "cgroup2";
}

u64 ceilDiv(i64 quota, i64 period) {
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<u64>(quota / period + (quota % period != 0 ? 1 : 0));
}

bool parseLine(Str s, i64 *out) { return parseInt64(take(s, '\n'), out); }

}  // namespace

void PathText::add(Str s) {
  for (uptr i = 0; i < s.len; i++) {
    full |= len + 1 >= kBytes;
    if (!full) text[len++] = s[i];
  }
  text[len] = 0;
}

CpuGroup findCpuGroup(Str file) {
  CpuGroup found{};
  while (file.len > 0) {
    Str line = take(file, '\n');
    const Str hierarchy = take(line, ':'), controllers = take(line, ':');
    if (line.len == 0 || line[0] != '/') return {};
    if (hierarchy == "0") found = {CgroupVersion::V2, line};
    else if (hasWord(controllers, "cpu")) return {CgroupVersion::V1, line};
  }
  return found;
}

bool findGroupFolder(Str file, const CpuGroup &group, PathText *out) {
  while (file.len > 0) {
    const Mount m = parseMount(take(file, '\n'));
    if (m.root.len == 0 || m.root[0] != '/' || !holds(m, group.version)) continue;
    out->len = 0;
    out->full = false;
    addUnescaped(out, m.root);
    const Str root(out->text, out->len);
    if (!isWithin(group.path, root)) continue;
    Str below = root == "/" ? group.path : slice(group.path, root.len, group.path.len);
    if (below == "/") below = Str();
    if (isWithin(below, "/..")) continue;  // outside of what this mount shows
    out->len = 0;
    addUnescaped(out, m.point);
    out->add(below);
    return !out->full;
  }
  return false;
}

u64 cpuLimitV2(Str file) {
  i64 quota = 0, period = 0;
  const Str first = take(file, ' ');
  return parseInt64(first, &quota) && parseLine(file, &period) ? ceilDiv(quota, period) : 0;
}

u64 cpuLimitV1(Str quota_file, Str period_file) {
  i64 quota = 0, period = 0;
  return parseLine(quota_file, &quota) && parseLine(period_file, &period) ? ceilDiv(quota, period) : 0;
}

}  // namespace gannet::rt
