// Versions: of modules (semantic versioning with a leading v) and of Go.
#ifndef GANNET_TOOLCHAIN_MODULES_VERSION_H
#define GANNET_TOOLCHAIN_MODULES_VERSION_H

#include <string>
#include <string_view>

namespace gannet::modules {

// A module at a version. An empty version: the main module, or, in a replacement, any version or a directory.
struct ModuleVersion {
  std::string path, version;
  bool operator==(const ModuleVersion &o) const { return path == o.path && version == o.version; }
  bool operator<(const ModuleVersion &o) const { return path != o.path ? path < o.path : version < o.version; }
  // "path@version", or the path alone.
  std::string str() const { return version.empty() ? path : path + "@" + version; }
};

// Whether `v` is "vMAJOR[.MINOR[.PATCH[-PRERELEASE][+BUILD]]]". Source: semver.org 2.0.0; Go Modules Reference, "Versions".
bool isSemver(std::string_view v);
// Whether it names all three numbers, and no build metadata but "+incompatible".
bool isCanonicalSemver(std::string_view v);
// Negative, zero or positive as `a` comes before, with or after `b`. What is no version comes before all that is.
int compareSemver(std::string_view a, std::string_view b);

// Whether `v` is a Go version as go.mod has it: "1.21", "1.21.3", "1.22rc1".
bool isGoVersion(std::string_view v);
// The same order for Go versions: 1.21rc1 < 1.21 < 1.21.0 < 1.21.1.
int compareGoVersion(std::string_view a, std::string_view b);

// Whether `path` is `prefix` or lies below it.
bool hasPathPrefix(std::string_view path, std::string_view prefix);

} // namespace gannet::modules

#endif
