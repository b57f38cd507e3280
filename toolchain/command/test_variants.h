// The packages of a test program: the package under test with its test files in it, the external test package, package
// main, and all that lies between them and must see the package with its test files.
//
//   main -> pkg_test -> q -> pkg           q imports pkg, so the tests' q is compiled anew against
//   main -> pkg                            pkg [pkg.test]: "q [pkg.test]"
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_VARIANTS_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_VARIANTS_H

#include "compiler/base/error.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/package.h"
#include "toolchain/command/test_cover.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gannet::command {

struct TestProgram {
  Package *under_test = nullptr; // as the loader has it
  Package *main = nullptr;       // null: there are no test files
  Package *internal = nullptr;   // under_test, or its copy with the test files
  Package *external = nullptr;   // null: none
  std::string main_source;       // of main's one file, to be written to main->dir
  std::vector<std::unique_ptr<Package>> owned;
};

// Builds the packages of the tests of `package`; main's file will be at `main_dir`/_testmain.go. Fails with an error that
// `go test` reports as a failed setup.
std::optional<TestProgram> makeTestProgram(Loader &loader, Package &package, const std::string &main_dir,
                                           const TestCoverage &coverage, LoadError &error);

} // namespace gannet::command

#endif
