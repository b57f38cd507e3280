// Which files belong to a build: //go:build lines and file names.
#ifndef GANNET_COMPILER_SYNTAX_BUILD_CONSTRAINT_H
#define GANNET_COMPILER_SYNTAX_BUILD_CONSTRAINT_H

#include "compiler/base/error.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gannet::syntax {

// A parsed //go:build expression.
struct Constraint {
  enum class Kind : unsigned char { Tag, Not, And, Or };
  Kind kind;
  std::string tag;
  std::unique_ptr<Constraint> x, y;
};

// `line` starts with "//go:build ". The error has go/build/constraint's wording.
ErrorOr<std::unique_ptr<Constraint>> parseConstraint(std::string_view line);
bool evaluate(const Constraint &c, const std::function<bool(std::string_view)> &has_tag);
std::string toString(const Constraint &c);
// The least "go1.N" that the constraint implies, or empty.
std::string goVersion(const Constraint &c);

// The tags of a build target.
struct BuildTarget {
  std::string goos = "linux";
  std::string goarch = "amd64";
  bool cgo = false;
  int go_minor = 26;                             // release tags go1.1 to go1.N hold
  std::function<bool(std::string_view)> has_tag; // further tags (-tags, goexperiment.*, amd64.v1); may be empty
};
// Whether a tag holds: GOOS, GOARCH, "unix", "gc", "cgo", release tags, and the target's own.
bool tagHolds(const BuildTarget &target, std::string_view tag);

// Whether the file name's suffix (_GOOS, _GOARCH, _GOOS_GOARCH, each maybe before _test) fits the target.
// Names with a leading "_" or "." never do.
bool fileNameFits(const BuildTarget &target, std::string_view file_name);

// The "//go:build" line of a file's text, or empty: it must stand before the package clause, with only blank
// lines and comments before it. Fails if there are two.
ErrorOr<std::string_view> buildLine(std::string_view text);

// fileNameFits and the build line together; without such a line, the older "// +build" lines. Fails on a malformed line.
ErrorOr<bool> fileFits(const BuildTarget &target, std::string_view file_name, std::string_view text);

} // namespace gannet::syntax

#endif
