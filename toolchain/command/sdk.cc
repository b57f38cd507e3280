#include "toolchain/command/sdk.h"

#include "compiler/base/file.h"
#include "toolchain/command/paths.h"

#include <cstdlib>
#include <unistd.h>

namespace gannet::command {

namespace {

std::string ownFolder() {
  char buffer[4096];
  ssize_t n = readlink("/proc/self/exe", buffer, sizeof buffer);
  return n > 0 ? parentDir(std::string(buffer, static_cast<std::size_t>(n))) : std::string();
}

} // namespace

ErrorOr<Sdk> findSdk() {
  Sdk sdk;
  if (const char *named = std::getenv("GANNET_ROOT"); named && *named)
    sdk.root = absolutePath(named);
  else
    sdk.root = parentDir(ownFolder());
  auto version = readFile(sdk.root + "/VERSION");
  if (!version)
    return Error{"gannet: no toolchain at " + sdk.root + " (" + version.error() + "); install it with tools/install.sh"};
  sdk.version = version->substr(0, version->find('\n'));
  if (sdk.version != "go1.26" && sdk.version.rfind("go1.26.", 0) != 0 && sdk.version.rfind("go1.26rc", 0) != 0)
    return Error{"gannet: " + sdk.root + " holds the library of " + sdk.version + "; Gannet needs Go 1.26"};
  for (const std::string &part : {sdk.source() + "/fmt", sdk.source() + "/runtime", sdk.tool("compile"),
                                  sdk.tool("asm"), sdk.tool("link"), sdk.runtimeArchive(), sdk.includeDir()})
    if (!pathExists(part))
      return Error{"gannet: the toolchain at " + sdk.root + " is incomplete: " + part + " is missing"};
  return sdk;
}

} // namespace gannet::command
