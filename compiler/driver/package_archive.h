// The archive that a compile writes, as Go's tools know it: a member that says what it is and of which build, with what
// importers read (export/unified.h); then the object. The assembler's objects may be added.
#ifndef GANNET_COMPILER_DRIVER_PACKAGE_ARCHIVE_H
#define GANNET_COMPILER_DRIVER_PACKAGE_ARCHIVE_H

#include "compiler/base/error.h"
#include "compiler/object/archive.h"

#include <string>
#include <string_view>

namespace gannet::driver {

inline constexpr std::string_view kObjectMember = "_go_.o";

// The member that comes before the object. `build_id` is where a build tool will look for it, and may put another in; `level`
// is that of the architecture.
object::ArchiveMember interfaceMember(const std::string &build_id, unsigned level, bool is_main, std::string_view export_data);

// The export data in an archive, as a view of it. Fails if it is malformed, or not written by a compiler.
ErrorOr<std::string_view> exportDataIn(std::string_view archive);

} // namespace gannet::driver

#endif
