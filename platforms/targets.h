// The targets that Gannet compiles for, as targets.bzl lists them.
#ifndef GANNET_PLATFORMS_TARGETS_H
#define GANNET_PLATFORMS_TARGETS_H

#include <string>
#include <string_view>

namespace gannet::platforms {

struct Target {
  std::string_view goos, goarch;
  unsigned levels;               // of the architecture: GOAMD64 is v1 to v<levels>
  std::string_view object_format;
  unsigned page_bytes;
  std::string_view system_calls; // of the runtime
};

// Null if there is no such target.
const Target *findTarget(std::string_view goos, std::string_view goarch);

// "linux/amd64", more of them divided by ", ".
std::string targetList();

// The number in "v3", or 0 if the target has no level of that name.
unsigned levelOf(const Target &target, std::string_view name);

// The build tag of a level: "amd64.v3". A build for level N has those of 1 to N.
std::string levelTag(const Target &target, unsigned level);

} // namespace gannet::platforms

#endif
