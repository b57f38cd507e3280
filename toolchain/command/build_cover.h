// Instrumenting one package for coverage, before it is compiled. Source: Go's cmd/internal/cov/covcmd.
#ifndef GANNET_TOOLCHAIN_COMMAND_BUILD_COVER_H
#define GANNET_TOOLCHAIN_COMMAND_BUILD_COVER_H

#include "toolchain/command/package.h"

#include <string>
#include <utility>
#include <vector>

namespace gannet::command {

// One run of the program cover.
struct CoverStep {
  std::vector<std::pair<std::string, std::string>> files; // that it reads: name in the folder, text
  std::vector<std::string> command;
  std::vector<std::string> sources; // to be compiled instead of the package's Go files
  std::string config;               // for the compiler's -coveragecfg
  std::string meta;                 // the package's metadata, if that is asked for; empty file: it has no functions
};

// Plans the run in the folder `work`. `sources` are the package's Go files; tests among them stay as they are.
CoverStep planCover(const std::string &tool, const Package &package, const std::vector<std::string> &sources,
                    const std::string &work);

} // namespace gannet::command

#endif
