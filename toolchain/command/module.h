// The main module: its go.mod.
#ifndef GANNET_TOOLCHAIN_COMMAND_MODULE_H
#define GANNET_TOOLCHAIN_COMMAND_MODULE_H

#include "compiler/base/error.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::command {

struct Module {
  std::string dir;        // absolute
  std::string path;       // import path prefix
  std::string go_version; // "1.26"; "1.16" if go.mod does not say
  std::vector<std::pair<std::string, std::string>> requires_; // module path, version
};

// Parses the text of a go.mod; `file` is how messages name it. Fails as `go` does: "FILE:LINE: message".
// Source: Go Modules Reference, "go.mod files".
ErrorOr<Module> parseGoMod(const std::string &file, std::string_view text);

// The module of `dir` or of the nearest directory above it that has a go.mod. An empty path: there is none.
ErrorOr<Module> findModule(const std::string &dir);

} // namespace gannet::command

#endif
