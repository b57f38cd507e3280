// Which files the //go:embed patterns of a package name.
#ifndef GANNET_TOOLCHAIN_COMMAND_EMBED_H
#define GANNET_TOOLCHAIN_COMMAND_EMBED_H

#include "compiler/base/error.h"
#include "toolchain/command/files.h"
#include "toolchain/command/package.h"

#include <map>
#include <string>
#include <vector>

namespace gannet::command {

// The text as a JSON string, quotes included.
std::string jsonString(const std::string &text);

struct Embeds {
  std::map<std::string, std::vector<std::string>> patterns; // pattern -> names it matches, sorted
  std::map<std::string, std::string> files;                 // name -> path
  // The compiler's -embedcfg file: {"Patterns": {...}, "Files": {...}}.
  std::string json() const;
};

// Fails as `go` does ("pattern X: no matching files found"); `failed` is the pattern then.
ErrorOr<Embeds> findEmbeds(const Files &files, const Package &package, std::string *failed = nullptr);

} // namespace gannet::command

#endif
