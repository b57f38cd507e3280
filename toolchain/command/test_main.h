// The program that runs a package's tests: which functions of the test files are tests, and package main that hands them
// to package testing.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_MAIN_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_MAIN_H

#include "compiler/base/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

// A function to be run, of the package under test or of the external test package.
struct TestFunction {
  std::string name;
  bool external = false;
  std::string output;     // of examples: what they must print
  bool unordered = false; // of examples: in any order of lines
};

struct TestFunctions {
  std::vector<TestFunction> tests, benchmarks, fuzz_targets, examples; // in the order of files and of lines
  std::optional<TestFunction> main;                                    // TestMain

  bool refersTo(bool external) const;
};

// Adds the functions of one test file. `shown` is the file's name in messages. Fails as `go vet` does of a wrong signature,
// and with the parser's messages.
// Source: package testing's documentation; go help testfunc.
ErrorOr<void> collectTests(const std::string &shown, const std::string &text, bool external, TestFunctions &out);

// What package main must know beside the functions.
struct TestMainInput {
  std::string import_path; // of the package under test
  std::string module_path;
  bool has_internal = false; // there is a package under test to import
  bool has_external = false; // there is an external test package
  // Import path of a package that is asked first (Start) and deals out the functions (NewSharder, Pick); none if empty.
  std::string harness{};
  // For coverage: the mode (empty: none), what is counted as messages name it (" in ./..."; empty: the package under test), and
  // the import paths of what is counted.
  std::string cover_mode{}, cover_note{};
  std::vector<std::string> covered{};
};
std::string testMainSource(const TestFunctions &functions, const TestMainInput &input);

} // namespace gannet::command

#endif
