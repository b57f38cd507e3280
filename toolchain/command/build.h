// Building: from loaded packages to objects and programs, through the cache, several at a time.
#ifndef GANNET_TOOLCHAIN_COMMAND_BUILD_H
#define GANNET_TOOLCHAIN_COMMAND_BUILD_H

#include "compiler/base/error.h"
#include "toolchain/command/cache.h"
#include "toolchain/command/cover.h"
#include "toolchain/command/job_graph.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/package.h"
#include "toolchain/command/package_flags.h"
#include "toolchain/command/terminal.h"
#include "toolchain/command/vcs.h"
#include "toolchain/command/work_dir.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace gannet::command {

// Of the hash that a build is known by, so many digits are its build ID.
inline constexpr std::size_t kBuildIdDigits = 40;

// As many as there are processors, or fewer if GOMAXPROCS says so.
int usualThreads();

struct BuildOptions {
  bool rebuild_all = false;   // -a
  bool print_commands = false; // -x
  bool print_packages = false; // -v
  bool dry_run = false;        // -n
  bool keep_work = false;      // -work
  bool trimpath = false;
  bool archives = false;       // for list -export: one file a package, which Go's tools and both of ours read
  std::string build_mode;      // -buildmode, as it was given
  bool only_archives = false;  // -buildmode=archive
  bool pie = false;            // -buildmode=pie: another link of the same objects
  bool json = false;           // -json
  VcsMode vcs = VcsMode::IfThere; // -buildvcs
  int jobs = usualThreads();   // -p
  PackageFlags gcflags, asmflags, ldflags;
  std::string profile = "auto"; // -pgo
  std::vector<std::string> tags;
  std::string mod, mod_file;         // -mod, -modfile
  std::string overlay;               // -overlay
  std::string install_suffix;        // -installsuffix: of folders that nothing is installed in any more; templates of list see it
  bool writable_modules = false;     // -modcacherw
  std::vector<std::string> toolexec; // words before those of each tool
  std::string output; // -o
  CoverOptions cover; // -cover and its kin
};

// What compiling one package gave.
struct Compiled {
  std::string object; // paths in the cache
  std::string export_file;
  std::string export_hash;
  std::vector<std::string> asm_objects;
  std::string content; // hash of all of it
  std::string build_id; // as archives tell it
  std::string cover_meta; // metadata of coverage, if it was asked for
  std::string messages;   // what the tools said, if anything: a hit in the cache says it again
  bool cached = false; // nothing had to be done
  bool failed = false; // the compiler refused it

  void adopt(const std::map<std::string, Cache::Output> &files);
};

class Builder {
public:
  Builder(const Loader &loader, const Cache &cache, BuildOptions options);

  // Makes the folder $WORK, which -x and -work tell of; false, with a message on standard error, if that fails. `compile` does
  // so by itself.
  bool begin();
  // Compiles the packages and all they depend on. Prints the compiler's messages as `go` does ("# pkg" and the lines);
  // false if one failed.
  bool compile(const std::vector<Package *> &roots);
  // Takes what the cache has of the packages and all they depend on, and compiles nothing: what is missing, or depends on
  // what is, stays without `cached`. A builder is for this or for compiling.
  void lookUp(const std::vector<Package *> &roots);
  // The same as jobs of `graph`: one for each of the packages and of what they depend on that has none yet. A job fails if
  // the compiler refuses. `named`: what the command line names, for -gcflags.
  void plan(JobGraph &graph, const std::vector<Package *> &roots, const std::vector<Package *> &named);
  // The job that compiles a planned package.
  JobGraph::Id job(const Package &package) const { return jobs_.at(&package); }
  // The first of a package and what it depends on that the compiler refused; the package itself if none was.
  const Package &failedAmong(const Package &package) const;

  // Links the program of a main package, compiled before, to `output`, unless that is what this link wrote before. False if
  // the linker refused; its messages are printed. Thread-safe.
  bool link(const Package &main_package, const std::string &output);
  // A hash of all that the program of a main package, compiled before, is made of.
  std::string programHash(const Package &main_package) const;

  // Where the tools' messages go instead of standard error; called by one thread at a time.
  void setReport(std::function<void(const Package &, const std::string &messages, bool failed)> report) {
    report_ = std::move(report);
  }

  // What a compiled package gave; null if it was not compiled.
  const Compiled *compiled(const Package &package) const {
    auto found = compiled_.find(&package);
    return found == compiled_.end() ? nullptr : &found->second;
  }
  // All that a package depends on, sorted by import path.
  std::vector<const Package *> closure(const Package &package) const;
  // -n: tools are shown, not run.
  bool isDryRun() const { return options_.dry_run; }
  // Of the tool's bytes: "compile", "asm", "link".
  const std::string &toolHash(const std::string &name) const { return tool_hashes_.at(name); }
  // Runs a tool in directory `dir` ("" for the current one) as the flags ask for it (-x, -toolexec), and adds what it says to
  // `messages`. `package` is whose it works on; one without a path: no one's. False if it failed. Thread-safe.
  bool runTool(const Package &package, const std::vector<std::string> &arguments, const std::string &dir, std::string &messages);
  // -x and -n: shows a command as a line of a shell script, and a file as what writes it. Thread-safe.
  void showCommand(const std::string &dir, const std::vector<std::string> &arguments);
  void showFile(const std::string &path, const std::string &text);
  WorkDir &work() { return work_; } // made by begin
  const WorkDir &work() const { return work_; }
  // Of a planned package.
  std::string workFolder(const Package &package) const { return work_.folder(folders_.at(&package)); }

private:
  class PackageBuild;
  bool compilePackage(const Package &package, Compiled &out, std::string &messages);
  std::string actionOf(const Package &package);
  bool isNamed(const Package &package) const;
  bool givesArchive(const Package &package) const { return options_.archives || package.archive; }
  bool showsSsa(const Package &package) const;
  bool compileJob(const Package &package);
  // The job that sums up a profile, planned on first use.
  JobGraph::Id profileJob(JobGraph &graph, const std::string &profile);
  bool preprocess(const std::string &profile, const std::string &folder);
  std::string profileAction(const std::string &profile) const;
  void report(const Package &package, const std::string &messages, bool failed);
  void print(const std::string &text);
  bool showsCommands() const { return options_.print_commands || options_.dry_run; }
  std::vector<std::string> linkFlags(const Package &main_package) const;
  std::string shownDir(const Package &package) const;
  std::string buildInfo(const Package &main_package) const;

  const Loader &loader_;
  const Cache &cache_;
  BuildOptions options_;
  std::map<const Package *, Compiled> compiled_; // each entry is written by its package's job alone
  std::map<const Package *, JobGraph::Id> jobs_;
  std::map<const Package *, unsigned> folders_; // in work_
  std::map<std::string, JobGraph::Id> profile_jobs_; // by profile
  std::map<std::string, Cache::Output> profiles_;    // by profile: summed up. Each entry is written by its job alone
  WorkDir work_;
  std::function<void(const Package &, const std::string &, bool)> report_;
  std::mutex report_lock_; // of report_, progress_, running_ and shown_dir_
  std::unique_ptr<Progress> progress_; // of `compile`, on a terminal
  std::size_t running_ = 0;
  std::string shown_dir_; // in which the script that -x shows is; "" where this command was started
  const bool in_colour_ = isRichTerminal();
  std::vector<Package *> named_; // on the command line
  std::map<std::string, std::string> tool_hashes_;
};

} // namespace gannet::command

#endif
