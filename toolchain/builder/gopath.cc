// gopath: lays out the sources of packages as a GOPATH in a zip archive.
//
//   -o      the archive
//   -file   NAME<tab>FILE: what to put there, in order
#include "toolchain/builder/commands.h"
#include "toolchain/builder/zip.h"

#include "compiler/base/file.h"

namespace gannet::builder {

CommandResult goPathCommand(const Arguments &arguments) {
  ZipWriter zip;
  for (const std::string &value : arguments.all("file")) {
    const std::vector<std::string> parts = fields(value, 2);
    ErrorOr<std::string> contents = readFile(parts[1]);
    if (!contents)
      return {1, contents.error() + "\n"};
    if (ErrorOr<void> added = zip.add(parts[0], *contents); !added)
      return {1, added.error() + "\n"};
  }
  if (ErrorOr<void> done = writeFile(arguments.one("o"), zip.finish()); !done)
    return {1, done.error() + "\n"};
  return {};
}

} // namespace gannet::builder
