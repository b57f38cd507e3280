// Which systems, architectures and experiments go knows of, whether or not Gannet builds for them: `env` shows and sets them.
#ifndef GANNET_TOOLCHAIN_COMMAND_KNOWN_TARGETS_H
#define GANNET_TOOLCHAIN_COMMAND_KNOWN_TARGETS_H

#include <string>

namespace gannet::command {

// What is wrong with them, in go's words; empty if nothing is. `source` is the library's, which has lists of both.
std::string pairFault(const std::string &source, const std::string &goos, const std::string &goarch);
std::string experimentFault(const std::string &source, const std::string &experiments);

} // namespace gannet::command

#endif
