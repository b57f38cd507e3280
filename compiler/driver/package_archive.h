// The archive that a compile writes, as Go's tools know it: a member that says what it is, for whose package and of which
// build; then what importers read; then the object.
#ifndef GANNET_COMPILER_DRIVER_PACKAGE_ARCHIVE_H
#define GANNET_COMPILER_DRIVER_PACKAGE_ARCHIVE_H

#include "compiler/object/archive.h"

#include <string>
#include <vector>

namespace gannet::driver {

inline constexpr std::string_view kObjectMember = "_go_.o";

// The members that come before the object. `build_id` is where a build tool will look for it, and may put another in.
std::vector<object::ArchiveMember> interfaceMembers(const std::string &build_id, bool is_main, std::string bundle);

} // namespace gannet::driver

#endif
