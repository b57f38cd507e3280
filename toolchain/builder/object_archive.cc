#include "toolchain/builder/object_archive.h"

#include <cstdio>

namespace gannet::builder {

std::string makeArchive(const std::vector<ArchiveMember> &members) {
  std::string out = "!<arch>\n";
  for (const ArchiveMember &member : members) {
    char header[61];
    std::snprintf(header, sizeof header, "%-16s%-12s%-6s%-6s%-8s%-10zu`\n", (member.name + "/").c_str(), "0", "0", "0",
                  "644", member.bytes.size());
    out += header;
    out += member.bytes;
    if (out.size() % 2)
      out += '\n';
  }
  return out;
}

} // namespace gannet::builder
