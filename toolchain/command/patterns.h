// Package patterns: names with "..." in them, and the folders of a tree that could match. Source: go help packages.
#ifndef GANNET_TOOLCHAIN_COMMAND_PATTERNS_H
#define GANNET_TOOLCHAIN_COMMAND_PATTERNS_H

#include "toolchain/command/files.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

inline bool isWildcard(std::string_view pattern) { return pattern.find("...") != std::string_view::npos; }

// Whether `name` matches `pattern`, in which "..." stands for any text. A trailing "/..." may also match nothing, and no
// "..." matches an element "vendor".
bool matchesPattern(std::string_view pattern, std::string_view name);

// Whether names below `prefix` could match.
bool couldMatchBelow(std::string_view pattern, std::string_view prefix);

struct PackageTree {
  std::string root;   // directory
  std::string prefix; // import path of the root; empty for the library's
  bool standard = false; // the library's: "vendor" is walked, "cmd" below an empty prefix is not
  std::vector<std::string> ignored; // of go.mod's ignore directives: "./path" from the root, or a path anywhere
};
// The import paths of the folders with .go files in them (test files alone will do), sorted. Hidden folders, testdata and
// nested modules are left out. So are, and `note` is told of them, folders that go.mod has ignored and links to folders.
enum class LeftOut : unsigned char { Ignored, Symlink };
std::vector<std::string> packagePaths(const Files &files, const PackageTree &tree,
                                      const std::function<void(const std::string &dir, LeftOut)> &note);

} // namespace gannet::command

#endif
