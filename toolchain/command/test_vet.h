// The checks that go with testing: Go's vet, run on each package under test. It is built when it is first needed; its findings
// fail the test like errors of the compiler.
//
// What vet learns of a package (which functions wrap fmt.Printf) it is told again where the package is imported. Packages of the
// library are not asked for that: vet itself knows those that matter. Source: Go's unitchecker, for the form of its input.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_VET_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_VET_H

#include "toolchain/command/build.h"
#include "toolchain/command/job_graph.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gannet::command {

// -vet.
struct VetOptions {
  VetOptions();
  bool off = false;
  std::vector<std::string> flags; // "-printf": the checks to run; empty: all

  // Takes the flag's value. Empty, or the message.
  std::string set(const std::string &value);
};

// For one run of `gannet test`.
class TestVet {
public:
  // `report` is told what vet found, in the form in which go shows it; called by several threads. `work` is a folder for files.
  using Report = std::function<void(const Package &package, const std::string &text)>;
  TestVet(const Loader &loader, const Cache &cache, Builder &builder, const VetOptions &options, Report report);

  // Adds the job that checks a package, whose compilation the builder has planned. It never fails: see `complained`.
  JobGraph::Id plan(JobGraph &graph, const Package &package);
  // Whether vet found something in a package, once its job has ended.
  bool complained(const Package &package) const;

private:
  struct Vetted {
    JobGraph::Id job = 0;
    bool in_full = false; // not for what it tells importers alone
    bool complained = false;
    Cache::Output facts;  // none if vet failed
  };
  struct Types {
    JobGraph::Id job = 0;
    Cache::Output archive;
  };

  void planTool(JobGraph &graph);
  JobGraph::Id planTypes(JobGraph &graph, const Package &package);
  JobGraph::Id planVet(JobGraph &graph, const Package &package);
  bool makeTypes(const Package &package, Types &out);
  void vet(const Package &package, Vetted &out);
  std::string actionOf(const Package &package, const Vetted &vetted) const;
  std::string configOf(const Package &package, const Vetted &vetted, const std::string &facts) const;
  std::string folderOf(JobGraph::Id job) const { return builder_.work().path() + "/vet" + std::to_string(job); }
  static bool givesFacts(const Package &package) { return !package.standard; }

  const Loader &loader_;
  const Cache &cache_;
  Builder &builder_;
  const VetOptions &options_;
  Report report_;
  bool tool_planned_ = false;
  JobGraph::Id tool_job_ = 0;
  std::string tool_; // the program vet, which has a folder named after what it was built from
  // Each entry is written by its own job alone.
  std::map<const Package *, Vetted> vetted_;
  std::map<const Package *, Types> types_;
};

} // namespace gannet::command

#endif
