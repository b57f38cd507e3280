// The command line of gannet test: build flags, flags for the test program, packages, and the program's own arguments.
// Source: go help test, go help testflag.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_FLAGS_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_FLAGS_H

#include "toolchain/command/build.h"
#include "toolchain/command/test_vet.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gannet::command {

struct TestOptions {
  BuildOptions build;
  VetOptions vet;
  bool compile_only = false;              // -c
  bool json = false;                      // -json
  std::vector<std::string> exec;          // -exec
  std::vector<std::string> packages;      // as named; empty: the current directory, and output is not held back
  std::vector<std::string> test_arguments; // for the test program, "-test.run=..." and what follows
  // Of the flags for the test program, those that matter here too.
  bool verbose = false, fail_fast = false, benchmarks = false, lists = false, fuzzes = false, helps = false;
  std::string profile_flag;               // the first such flag
  int go_flags_status = 0;                // to exit with because of GOFLAGS, the message being printed
  bool keeps_program = false;             // a profile was asked for, which is read together with the program
  std::int64_t timeout_ns = 600'000'000'000;

  // Whether the output of a test that passes is shown.
  bool showsPasses() const { return verbose || lists || helps; }
};

// Whether a test program takes it as -test.NAME.
bool isTestProgramFlag(std::string_view name);

// Empty, or the message.
std::string parseTestFlags(const std::vector<std::string> &arguments, TestOptions &options);

// "1h2m3.5s" in nanoseconds, and back. Source: Go's time.ParseDuration, Duration.String.
std::optional<std::int64_t> parseDuration(std::string_view text);
std::string durationText(std::int64_t ns);

} // namespace gannet::command

#endif
