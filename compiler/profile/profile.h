// What a CPU profile tells about calls: which function called which, on which line, how often.
//
// Profiles come as pprof files (pprof.h), or preprocessed, so that they are summed up once and not in each compile. The
// preprocessed form is that of Go's `preprofile` program: the line "GO PREPROFILE V1", then three lines for each edge, heaviest first:
//
//   caller's linker symbol
//   callee's linker symbol
//   LINE WEIGHT              of the call: lines from the caller's first one, and the samples
#ifndef GANNET_COMPILER_PROFILE_PROFILE_H
#define GANNET_COMPILER_PROFILE_PROFILE_H

#include "compiler/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::profile {

struct CallEdge {
  std::string caller, callee; // linker symbols
  std::int64_t line = 0;      // of the call, less that at which the caller starts; //line directives may make it negative
  std::int64_t weight = 0;
};

struct CallProfile {
  std::vector<CallEdge> edges; // no two of one caller, callee and line; by falling weight, then by caller, callee and line
  std::int64_t total = 0;      // of all weights; 0: nothing is known, and there are no edges
};

// Reads either form. Errors read as Go's compiler has them, without the file's name.
ErrorOr<CallProfile> readProfile(std::string_view bytes);

std::string preprocessed(const CallProfile &profile);

} // namespace gannet::profile

#endif
