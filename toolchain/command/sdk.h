// The installed toolchain: where the library sources, the tools and the runtime lie.
//
//   ROOT/bin/gannet                      this program
//   ROOT/VERSION                         first line "go1.26.N"
//   ROOT/src/...                         the standard library, package runtime being Gannet's own
//   ROOT/pkg/include/*.h                 headers for Go assembly
//   ROOT/pkg/tool/linux_amd64/{compile,asm,link}
//   ROOT/pkg/runtime/core.a              the C++ runtime
#ifndef GANNET_TOOLCHAIN_COMMAND_SDK_H
#define GANNET_TOOLCHAIN_COMMAND_SDK_H

#include "compiler/base/error.h"

#include <string>

namespace gannet::command {

struct Sdk {
  std::string root;    // absolute, without a trailing slash
  std::string version; // "go1.26.N"
  std::string source() const { return root + "/src"; }
  std::string tool(const std::string &name) const { return root + "/pkg/tool/linux_amd64/" + name; }
  std::string includeDir() const { return root + "/pkg/include"; }
  std::string runtimeArchive() const { return root + "/pkg/runtime/core.a"; }
  // What runtime.Version() of a program says.
  std::string fullVersion() const { return version + "-gannet"; }
};

// The SDK that holds this program, or the one that the environment variable GANNET_ROOT names. Fails, naming what is
// missing, if a part of it is absent or the library is not Go 1.26.
ErrorOr<Sdk> findSdk();

} // namespace gannet::command

#endif
