// One compile: the files of one package in, an object and an interface file out.
//
// The flags are `go tool compile`'s, as far as they make sense here (options.cc). The output is an archive of both, or with
// -export two files. -importcfg names archives or interface files; of the latter, those of all packages that the package imports,
// directly or not: interface files name types of other packages, they do not copy them.
#ifndef GANNET_COMPILER_DRIVER_COMPILE_H
#define GANNET_COMPILER_DRIVER_COMPILE_H

#include "compiler/driver/options.h"

#include <string>

namespace gannet::driver {

struct CompileResult {
  int status = 0;       // 0: done; 2: errors in the package or its inputs
  std::string messages; // for standard error: diagnostics
  std::string output;   // for standard output: -m, -S, -W
};
CompileResult compile(const Options &options);

} // namespace gannet::driver

#endif
