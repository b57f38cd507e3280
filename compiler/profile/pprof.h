// Reads CPU profiles as runtime/pprof writes them: profile.proto of github.com/google/pprof, mostly gzipped.
//
// Of each sample's stack the innermost two locations count, with the functions inlined there: further out, frames stand for long
// calls rather than for many. An edge is counted once a sample, and a location's call of itself not at all.
// Source: "profile.proto" in github.com/google/pprof; Go's documentation, "Profile-guided optimization".
#ifndef GANNET_COMPILER_PROFILE_PPROF_H
#define GANNET_COMPILER_PROFILE_PPROF_H

#include "compiler/profile/profile.h"

namespace gannet::profile {

// Takes any bytes: what is malformed, inconsistent, or unreasonably large when unpacked is refused. An empty file and one without
// samples give a profile without edges.
ErrorOr<CallProfile> readPprof(std::string_view bytes);

} // namespace gannet::profile

#endif
