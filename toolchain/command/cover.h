// -cover, -covermode, -coverpkg, -coverprofile: which packages have their statements counted. Go's own program cover puts the
// counters into the sources (build_cover.h); package runtime/coverage writes them to files when a program ends.
// Source: go help build, go help testflag, go.dev/doc/build-cover.
#ifndef GANNET_TOOLCHAIN_COMMAND_COVER_H
#define GANNET_TOOLCHAIN_COMMAND_COVER_H

#include "compiler/base/error.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/package.h"

#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

class Loader;

struct CoverOptions {
  bool enabled = false;
  std::string mode = "set";          // or "count", "atomic"
  std::vector<std::string> patterns; // -coverpkg; empty: not given
  std::string profile;               // -coverprofile, of tests
  std::string tool;                  // the program cover, once it is known
};

// Adds the flags but -coverprofile. Each of them means -cover, too.
void addCoverFlags(Flags &flags, CoverOptions &options);

// Marks those of `among` to be instrumented that a -coverpkg pattern matches; without patterns, those of the main modules
// and those in `named`. They come back, in the order of `among`. Patterns that match nothing are reported as not
// `done` ("built", "tested"). Fails if a package that counters need cannot be loaded.
ErrorOr<std::vector<Package *>> markCovered(Loader &loader, const CoverOptions &options, const std::vector<Package *> &among,
                                            const std::vector<Package *> &named, std::string_view done);

// Has `package` instrumented, and import what that needs.
ErrorOr<void> cover(Loader &loader, Package &package, const std::string &mode);

// Adds a package of the library to what `package` imports.
ErrorOr<Package *> addLibraryImport(Loader &loader, Package &package, const std::string &path);

// For a build of programs: marks what is to be covered among `roots` and what they import, and has the program cover built.
ErrorOr<void> coverBuild(Loader &loader, CoverOptions &options, const std::vector<Package *> &roots);

} // namespace gannet::command

#endif
