// The file system as a build sees it: with -overlay, some files are elsewhere, and some are not there. Source: go help build.
#ifndef GANNET_TOOLCHAIN_COMMAND_FILES_H
#define GANNET_TOOLCHAIN_COMMAND_FILES_H

#include "compiler/base/error.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace gannet::command {

class Files {
public:
  // Without an overlay.
  Files() = default;
  // With that of a JSON file: {"Replace": {"path": "path of the contents, or empty"}}. Paths are relative to the current
  // directory. Fails as go does.
  static ErrorOr<Files> withOverlay(const std::string &file);

  // Where the contents of the file `path` (absolute) are: `path` itself unless the overlay says otherwise.
  std::string contentsOf(const std::string &path) const;
  bool isReplaced(const std::string &path) const { return replaced_.count(path) != 0; }

  ErrorOr<std::string> read(const std::string &path) const;
  bool exists(const std::string &path) const;
  bool isDirectory(const std::string &path) const;
  // The names in a directory, sorted. Empty if it cannot be read.
  std::vector<std::string> list(const std::string &dir) const;
  // Those of what is no directory.
  std::vector<std::string> listFiles(const std::string &dir) const;

private:
  bool isRemoved(const std::string &path) const;

  std::map<std::string, std::string> replaced_;           // absolute, clean path -> where the contents are; empty: removed
  std::map<std::string, std::set<std::string>> children_; // of folders, the names that the overlay puts there
};

} // namespace gannet::command

#endif
