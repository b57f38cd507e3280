// Several object files as one: a Unix archive, which the linker takes wherever it takes an object.
#ifndef GANNET_TOOLCHAIN_BUILDER_OBJECT_ARCHIVE_H
#define GANNET_TOOLCHAIN_BUILDER_OBJECT_ARCHIVE_H

#include <string>
#include <vector>

namespace gannet::builder {

struct ArchiveMember {
  std::string name; // at most 15 bytes
  std::string bytes;
};

// Dates, owners and modes are constants: the bytes depend on the members alone.
std::string makeArchive(const std::vector<ArchiveMember> &members);

} // namespace gannet::builder

#endif
