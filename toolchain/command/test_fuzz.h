// What -fuzz asks for beside what other tests do: a package that inputs may be written to, and code that counts which ways
// through it an input takes.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_FUZZ_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_FUZZ_H

#include "toolchain/command/package.h"
#include "toolchain/modules/module_set.h"

#include <vector>

namespace gannet::command {

// Whether inputs that fail may be written beside the package: it belongs to a main module (or to none).
bool mayFuzz(const Package &package, const modules::ModuleSet &modules);

// Marks those of a test program's packages that are to count: what is tested and all that it uses, but neither the tests outside
// of the package nor what the engine itself runs on, which would count beside what the input does.
void countEdges(const std::vector<Package *> &packages);

} // namespace gannet::command

#endif
