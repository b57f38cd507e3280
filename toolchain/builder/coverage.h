// Coverage: before a package is compiled, Go's own program cover (cmd/cover) puts a counter at the start of each run of statements.
#ifndef GANNET_TOOLCHAIN_BUILDER_COVERAGE_H
#define GANNET_TOOLCHAIN_BUILDER_COVERAGE_H

#include "toolchain/builder/sources.h"

#include <string>

namespace gannet::builder {

// Has the files that -cover names rewritten by -covertool, below `folder`, and puts them in the place of the files of `sources`. Returns
// the text of a file that the package needs beside them: it registers their counters with package coverdata
// (toolchain/testing/coverdata) under the files' short paths. Empty if none is covered. What the program says is added to
// `messages`.
ErrorOr<std::string> countStatements(const Arguments &arguments, const std::string &folder, const std::string &package_name,
                                     Sources &sources, std::string &messages);

} // namespace gannet::builder

#endif
