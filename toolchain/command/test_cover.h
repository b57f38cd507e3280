// Coverage of tests: what their programs are told, and what becomes of the profiles and metadata they leave.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_COVER_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_COVER_H

#include "compiler/base/error.h"
#include "toolchain/command/build.h"
#include "toolchain/command/cover.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/test_main.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

// For one run of `gannet test`. Does nothing if coverage was not asked for.
class TestCoverage {
public:
  explicit TestCoverage(CoverOptions &options) : options_(options) {}

  bool enabled() const { return options_.enabled; }
  // Every test counts its own package alone: there is no -coverpkg.
  bool isLocal() const { return options_.patterns.empty(); }
  const CoverOptions &options() const { return options_; }

  // Before anything is planned: has the programs built, and marks what -coverpkg names among the packages, their tests
  // and what these import.
  ErrorOr<void> begin(Loader &loader, const std::vector<Package *> &packages);
  // The packages that -coverpkg chose.
  const std::vector<Package *> &chosen() const { return chosen_; }

  // Adds to what the main package of the tests of `package` must know.
  void describe(const Package &package, TestMainInput &input) const;
  // Makes the folder in which a test program leaves its counters, with what it must know of packages that it does not hold.
  bool makeFolder(const Builder &builder, const std::string &folder) const;
  // Takes what the test program of package `index` wrote to `file`, if it wrote it, for the profile. False after a message.
  bool addProfile(std::size_t index, const std::string &file);
  // Writes the profile, in the order of the packages. False after a message.
  bool writeProfile() const;

  // What is to be said of a package without tests, as "go test" does; empty if it has no functions. Its part of the profile
  // is taken. `work` is a folder for what is needed on the way.
  ErrorOr<std::string> ofUntested(std::size_t index, const Compiled &compiled, const Package &package, const std::string &work);

private:
  CoverOptions &options_;
  std::vector<Package *> chosen_;
  std::string covdata_; // the program
  std::mutex lock_;     // of parts_
  std::map<std::size_t, std::string> parts_; // of the profile, by package
};

// "\tcoverage: 50.0% of statements" if the output of a test program says that, else empty.
std::string coverageNote(std::string_view output);

} // namespace gannet::command

#endif
