#include "platforms/targets.h"

namespace gannet::platforms {

namespace {

constexpr Target kTargets[] = {
#define GANNET_TARGET(goos, goarch, levels, object_format, page_bytes, system_calls)                                                  \
  {goos, goarch, levels, object_format, page_bytes, system_calls},
#include "platforms/targets.inc"
#undef GANNET_TARGET
};

} // namespace

const Target *findTarget(std::string_view goos, std::string_view goarch) {
  for (const Target &target : kTargets)
    if (target.goos == goos && target.goarch == goarch)
      return &target;
  return nullptr;
}

std::string targetList() {
  std::string out;
  for (const Target &target : kTargets)
    out += (out.empty() ? "" : ", ") + std::string(target.goos) + "/" + std::string(target.goarch);
  return out;
}

unsigned levelOf(const Target &target, std::string_view name) {
  if (name.size() != 2 || name[0] != 'v' || name[1] < '1')
    return 0;
  unsigned level = static_cast<unsigned>(name[1] - '0');
  return level <= target.levels ? level : 0;
}

std::string levelTag(const Target &target, unsigned level) { return std::string(target.goarch) + ".v" + std::to_string(level); }

} // namespace gannet::platforms
