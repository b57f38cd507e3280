// Results of tests that need not be run again: the same program, the same arguments, and the files and environment that the
// last run looked at unchanged.
//
// The lookup has two steps. The program and its arguments name the list of what the last run looked at (package testing
// writes it: -test.testlogfile); that list and what it names now, together, name the output.
// Source: go help test ("Test outputs are cached").
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_CACHE_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_CACHE_H

#include "toolchain/command/cache.h"

#include <optional>
#include <string>
#include <vector>

namespace gannet::command {

class TestCache {
public:
  // `dir` is where the test runs; files outside `root`, its module or the library, are taken to be unchanged.
  TestCache(const Cache &cache, const std::string &program_hash, const std::vector<std::string> &arguments,
            std::string dir, std::string root);

  // Whether these arguments of the test program let its result be kept.
  static bool allows(const std::vector<std::string> &arguments);

  struct Result {
    std::string output;  // of the run that was stored, its time replaced by "(cached)"
    std::string profile; // the file with its profile of coverage; empty: none was stored
  };
  std::optional<Result> find() const;
  // Keeps the output of a run that passed, and the file with its profile of coverage, if there is one. `log_path` is the file
  // that the run wrote its list to. Nothing is kept if the list names a file so young that it could still change without its
  // time changing.
  void store(const std::string &log_path, const std::string &output, const std::string &profile) const;

private:
  std::optional<std::string> inputsOf(const std::string &log) const;

  const Cache &cache_;
  std::string id_, dir_, root_;
};

// Makes the cache in directory `cache_dir` forget all results of tests, as `clean -testcache` does.
ErrorOr<void> forgetTestResults(const std::string &cache_dir);

} // namespace gannet::command

#endif
