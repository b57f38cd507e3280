// Go's own programs (go, gofmt, vet, doc, cover, ...), whose sources come with the library. An SDK may ship them, in pkg/bin
// and beside its tools. Others Gannet builds when they are first needed, and keeps beside the build cache in a
// GOROOT of their own, so that Go's `go` finds Go's tools:
//
//   CACHE/goroot-STAMP/{VERSION, go.env, src -> SDK/src, lib -> SDK/lib, pkg/include -> ..., pkg/bin/, pkg/tool/linux_amd64/,
//                  bin/go -> SDK/bin/gannet}
//
// STAMP changes with the SDK's tools and runtime.
#ifndef GANNET_TOOLCHAIN_COMMAND_GO_PROGRAM_H
#define GANNET_TOOLCHAIN_COMMAND_GO_PROGRAM_H

#include "compiler/base/error.h"
#include "toolchain/command/sdk.h"

#include <string>
#include <vector>

namespace gannet::command {

// The GOROOT for Go's programs: the SDK, if it ships them, else that folder, made if it is not there.
ErrorOr<std::string> goRoot(const Sdk &sdk);

// Whether Go has a program of that name that Gannet can offer: one whose package is cmd/NAME.
bool isGoProgram(const Sdk &sdk, const std::string &name);

// The path of program `name`, built if it is not there. The compiler's messages go to standard error.
ErrorOr<std::string> goProgram(const Sdk &sdk, const std::string &name);

// The same for a Go program of Gannet's own, whose source the SDK has in pkg/NAME.
ErrorOr<std::string> ownGoProgram(const Sdk &sdk, const std::string &name);

// Runs Go's `go` with these words on this process's streams, `tools` being at hand for it. Returns its exit status.
int runGo(const Sdk &sdk, const std::vector<std::string> &arguments, const std::vector<std::string> &tools = {});

// The same without the tools, for what looks at packages and builds none: CGO_ENABLED may be what the user says.
int askGo(const Sdk &sdk, const std::vector<std::string> &arguments);

// Has Go's `go` run another toolchain, which GOTOOLCHAIN or a go.mod asks for, with the user's environment as it is.
int switchToolchain(const Sdk &sdk, const std::vector<std::string> &arguments);

// Runs program `name` the same way as runGo does.
int runGoProgram(const Sdk &sdk, const std::string &name, const std::vector<std::string> &arguments);

} // namespace gannet::command

#endif
