// What the programs of an SDK (compile, asm, link) have in common: where they stand, what they answer to -V, how words
// of the command line may be kept in files.
#ifndef GANNET_COMPILER_BASE_TOOL_H
#define GANNET_COMPILER_BASE_TOOL_H

#include "compiler/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// The SDK that this program is a tool of: it stands in pkg/tool/OS_ARCH there. Empty if it is run from elsewhere.
std::string sdkRoot();

// "go1.26.N-gannet", N as the SDK's library has it; "go1.26-gannet" without an SDK.
std::string toolchainVersion();

// The line that answers -V ("NAME version go1.26.N-gannet"), and -V=full, with a hash of this program and the `inputs` that
// its output depends on besides what it is told: a build cache tells by that line whether the tool is another one.
std::string versionLine(std::string_view name, std::string_view flag_value, const std::vector<std::string> &inputs = {});

// The words, with "@FILE" replaced by the lines of FILE, in which "\\" stands for a backslash and "\n" for a new line. Words of files
// are not looked into again.
ErrorOr<std::vector<std::string>> expandArguments(const std::vector<std::string> &words);

} // namespace gannet

#endif
