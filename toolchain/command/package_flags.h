// -gcflags, -asmflags and -ldflags: words for the tool, for the packages of the command line or for those that a pattern
// names ("pattern=words"). Source: go help build.
#ifndef GANNET_TOOLCHAIN_COMMAND_PACKAGE_FLAGS_H
#define GANNET_TOOLCHAIN_COMMAND_PACKAGE_FLAGS_H

#include "toolchain/command/package.h"

#include <optional>
#include <string>
#include <vector>

namespace gannet::command {

// A pattern of packages in a flag: an import path or a folder, "..." in either; "all", "std", "cmd", "work", "tool".
class PackagePattern {
public:
  explicit PackagePattern(std::string pattern);
  bool matches(const Package &package) const;

private:
  std::string pattern_;
  std::string dir_; // of a local pattern: where its fixed part leads
};

class PackageFlags {
public:
  // Takes one occurrence of the flag. An empty result is success, otherwise the message.
  std::string add(const std::string &value);
  // The words for a package: those of the last occurrence that matches it. `named`: the command line names it.
  std::vector<std::string> of(const Package &package, bool named) const;
  // The last value as it was written.
  const std::string &written() const { return written_; }

private:
  struct Rule {
    std::optional<PackagePattern> pattern; // none: the packages of the command line
    std::vector<std::string> words;
  };
  std::vector<Rule> rules_;
  std::string written_;
};

} // namespace gannet::command

#endif
