// go.mod and go.work: what they say. Source: Go Modules Reference, "go.mod files" and "Workspaces".
#ifndef GANNET_TOOLCHAIN_MODULES_MOD_FILE_H
#define GANNET_TOOLCHAIN_MODULES_MOD_FILE_H

#include "compiler/base/error.h"
#include "toolchain/modules/version.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::modules {

struct Requirement {
  ModuleVersion module;
  bool indirect = false; // marked "// indirect"
};

struct Replacement {
  ModuleVersion from; // without a version: all of them
  ModuleVersion to;   // without a version: `path` is a directory
};

struct ModFile {
  std::string module;     // its path; empty in go.work
  std::string go;         // "1.26", empty if not said
  std::string toolchain;  // "go1.26.1", "default", or empty
  std::vector<Requirement> requires_; // in the file's order, as the rest
  std::vector<Replacement> replaces;
  std::vector<ModuleVersion> excludes;
  std::vector<std::string> tools, ignores;
  std::vector<std::pair<std::string, std::string>> godebugs;
  std::vector<std::string> uses; // of go.work: directories as written
};

enum class ModFileKind : unsigned char {
  Main,       // of a main module: everything counts
  Dependency, // of another: replace, exclude and what is unknown have no effect
  Work,       // go.work
};

// Parses the text of such a file; `name` is how messages call it. The error holds all faults, a line each:
// "NAME:LINE: message".
ErrorOr<ModFile> parseModFile(const std::string &name, std::string_view text, ModFileKind kind);

} // namespace gannet::modules

#endif
