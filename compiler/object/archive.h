// Unix archives, in the plain form that Go's tools write and read: names of at most 16 bytes, padded with blanks.
#ifndef GANNET_COMPILER_OBJECT_ARCHIVE_H
#define GANNET_COMPILER_OBJECT_ARCHIVE_H

#include "compiler/base/error.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::object {

// What an archive starts with.
inline constexpr std::string_view kArchiveMagic = "!<arch>\n";

struct ArchiveMember {
  std::string name; // at most 16 bytes
  std::string bytes;
};

// Dates, owners and modes are constants: the bytes depend on the members alone.
std::string makeArchive(const std::vector<ArchiveMember> &members);

// Calls fn(name, bytes) for each member, in order, the symbol index and the table of long names of System V left out.
// The views are of `archive`. Returns what is wrong with it, or "".
std::string forEachMember(std::string_view archive, const std::function<void(std::string_view, std::string_view)> &fn);

// Adds files to the end of an archive, as members of their names. The archive is written anew, if there are any.
ErrorOr<void> addToArchive(const std::string &archive, const std::vector<std::string> &files);

} // namespace gannet::object

#endif
