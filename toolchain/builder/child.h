// Running the toolchain's own tools.
#ifndef GANNET_TOOLCHAIN_BUILDER_CHILD_H
#define GANNET_TOOLCHAIN_BUILDER_CHILD_H

#include <string>
#include <vector>

namespace gannet::builder {

// Runs a program to its end with an empty environment and nothing to read. What it writes is added to `messages`. Returns its exit
// status; 128 + N if signal N ended it, 127 if it could not be started; both are reported there. It runs in `folder`, if one is named.
int runTool(const std::vector<std::string> &words, std::string &messages, const std::string &folder = "");

} // namespace gannet::builder

#endif
