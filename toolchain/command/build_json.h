// Builds in the words of -json. Source: go help buildjson.
#ifndef GANNET_TOOLCHAIN_COMMAND_BUILD_JSON_H
#define GANNET_TOOLCHAIN_COMMAND_BUILD_JSON_H

#include <string>

namespace gannet::command {

// The events for what a build says of a package, a line each: its output, and that it failed, if it did.
std::string buildEvents(const std::string &import_path, const std::string &output, bool failed);

} // namespace gannet::command

#endif
