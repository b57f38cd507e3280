// The module cache and go.sum. Source: Go Modules Reference, "Module cache" and "go.sum files".
//
//   CACHE/cache/download/PATH/@v/VERSION.{info,mod,zip,ziphash}   as downloaded; capitals in PATH and VERSION are "!" and small
//   CACHE/PATH@VERSION/                                           unpacked
#ifndef GANNET_TOOLCHAIN_MODULES_MODULE_CACHE_H
#define GANNET_TOOLCHAIN_MODULES_MODULE_CACHE_H

#include "toolchain/modules/version.h"

#include <map>
#include <string>
#include <string_view>

namespace gannet::modules {

class ModuleCache {
public:
  explicit ModuleCache(std::string dir) : dir_(std::move(dir)) {}
  std::string sourceDir(const ModuleVersion &m) const;
  std::string modFile(const ModuleVersion &m) const;
  std::string zipHashFile(const ModuleVersion &m) const;
  const std::string &dir() const { return dir_; }

private:
  std::string download(const ModuleVersion &m, const char *suffix) const;
  std::string dir_;
};

// "h1:..." of a module that is a go.mod file alone: what go.sum's "/go.mod" lines hold.
std::string hashOfModFile(std::string_view text);

// The sums of one or more go.sum files.
class GoSum {
public:
  // Lines "PATH VERSION[/go.mod] HASH"; others are left alone.
  void add(std::string_view text);
  void addFile(const std::string &path);

  enum class Answer : unsigned char { Missing, Same, Different };
  // What is known of `hash` being that of the module (of its go.mod alone, if `mod_file`).
  Answer check(const ModuleVersion &m, bool mod_file, const std::string &hash) const;
  bool has(const ModuleVersion &m, bool mod_file) const;
  // The first "h1:" sum, or empty.
  std::string sum(const ModuleVersion &m, bool mod_file) const;

private:
  std::multimap<ModuleVersion, std::string> sums_; // of "PATH", "VERSION[/go.mod]"
};

} // namespace gannet::modules

#endif
