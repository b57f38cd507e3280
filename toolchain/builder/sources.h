// The files of a package: which of those that a target lists belong to the build, and what they say of themselves.
#ifndef GANNET_TOOLCHAIN_BUILDER_SOURCES_H
#define GANNET_TOOLCHAIN_BUILDER_SOURCES_H

#include "compiler/base/error.h"
#include "compiler/syntax/build_constraint.h"
#include "toolchain/builder/arguments.h"

#include <set>
#include <string>
#include <vector>

namespace gannet::builder {

struct Import {
  std::string path;
  std::string where; // "file:line:col"
};

struct EmbedPattern {
  std::string pattern; // as written
  std::string where;
};

struct GoFile {
  std::string path;         // from the folder that the action runs in
  std::string short_path;   // the same for a source and a generated file of one package
  std::string package_name; // of the package clause
  std::string text;
  std::vector<Import> imports;
  std::vector<EmbedPattern> embeds;

  // In the external test package, which stands beside the package.
  bool isExternalTest() const;
  bool isTest() const;
};

struct OtherFile {
  std::string path, short_path; // as in GoFile
};

struct Sources {
  std::vector<GoFile> go;
  std::vector<OtherFile> assembly;
  std::vector<OtherFile> headers;
};

// Which files count of a package that has tests (the values of -testfilter).
enum class TestFilter : unsigned char {
  Off,     // all
  Exclude, // all but the external test package
  Only,    // the external test package
};

// Reads the files of -src that fit -goos, -goarch, -goamd64 and -tag; files that import "C" are left out, for cgo is off.
// With -cgo=off so are C sources.
// The error has a line for each file that could not be read or parsed, as the compiler words it, and refuses C sources.
ErrorOr<Sources> readSources(const Arguments &arguments, TestFilter filter);

// The folder of a path, "." if it has none.
std::string folderOf(const std::string &path);

} // namespace gannet::builder

#endif
