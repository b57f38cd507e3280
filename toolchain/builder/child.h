// Running the toolchain's own tools.
#ifndef GANNET_TOOLCHAIN_BUILDER_CHILD_H
#define GANNET_TOOLCHAIN_BUILDER_CHILD_H

#include <string>
#include <vector>

namespace gannet::builder {

// Runs a program to its end with this process's streams and an empty environment. Returns its exit status; 128 + N if signal
// N ended it, 127 if it could not be started, which is reported.
int runTool(const std::vector<std::string> &words);

} // namespace gannet::builder

#endif
