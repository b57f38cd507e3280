// A linked program's file: whether it is what a link would write again.
#ifndef GANNET_TOOLCHAIN_COMMAND_PROGRAM_FILE_H
#define GANNET_TOOLCHAIN_COMMAND_PROGRAM_FILE_H

#include "compiler/base/error.h"

#include <string>
#include <string_view>

namespace gannet::command {

// Whether the file is a whole ELF program whose Go build ID note says `build_id`. As with go, what somebody else changed in
// it since the linker wrote it (stripping it, say) is not looked for.
bool hasBuildId(const std::string &path, std::string_view build_id);

// Fails if a file stands at `path` that is neither empty nor what compilers and linkers make: it may be somebody's source.
ErrorOr<void> checkOverwrite(const std::string &path);

} // namespace gannet::command

#endif
