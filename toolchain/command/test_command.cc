// gannet test: build the tests of packages, run them, and tell how they went.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/build_json.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"
#include "toolchain/command/profiles.h"
#include "toolchain/command/test_cache.h"
#include "toolchain/command/test_cover.h"
#include "toolchain/command/test_flags.h"
#include "toolchain/command/test_fuzz.h"
#include "toolchain/command/test_json.h"
#include "toolchain/command/test_process.h"
#include "toolchain/command/test_variants.h"
#include "toolchain/command/test_vet.h"

#include "compiler/base/file.h"
#include "compiler/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <unistd.h>

namespace gannet::command {

namespace {

constexpr const char *kUsage = "test [build/test flags] [packages] [build/test flags & test binary flags]";
constexpr std::int64_t kSecond = 1'000'000'000;

void writeAll(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// Standard output, on which several tests report: each in one piece and in the order of the packages.
class Results {
public:
  explicit Results(std::size_t count) : texts_(count), posted_(count) {}

  // The text of test `index` is whole. It appears when those before it have.
  void post(std::size_t index, std::string text) {
    std::lock_guard<std::mutex> hold(lock_);
    texts_[index] = std::move(text);
    posted_[index] = true;
    for (; next_ < posted_.size() && posted_[next_]; ++next_)
      writeAll(std::exchange(texts_[next_], {}));
  }
  // Appears at once.
  void writeNow(std::string_view text) {
    std::lock_guard<std::mutex> hold(lock_);
    writeAll(text);
  }

private:
  std::mutex lock_;
  std::vector<std::string> texts_;
  std::vector<bool> posted_;
  std::size_t next_ = 0;
};

// The name of a package's test program.
std::string programName(const Package &package) {
  return (package.import_path == "command-line-arguments" ? package.name : executableName(package)) + ".test";
}

// Whether the output has the line that package testing prints when no test matched.
bool saysNothingRan(const std::string &output, const std::string &line) {
  return output.rfind(line + "\n", 0) == 0 || output.find("\n" + line + "\n") != std::string::npos;
}

class TestCommand {
public:
  TestCommand(TestOptions options, TestCoverage &coverage, Session &session, std::vector<Package *> packages)
      : options_(std::move(options)), tells_builds_(options_.json && !hasSetting("gotestjsonbuildtext=1")), coverage_(coverage),
        session_(session),
        builder_(*session.loader, *session.cache, options_.build),
        vet_(*session.loader, *session.cache, builder_, options_.vet,
             [this](const Package &p, const std::string &text) { reportText(p.shownPath(), text, true); }),
        packages_(std::move(packages)), first_folder_(builder_.work().reserve(packages_.size())), programs_(packages_.size()),
        results_(packages_.size()) {}

  int run();

private:
  bool checkOutput() const;
  bool setUp(std::size_t index);
  void reportSetup(std::size_t index);
  void plan(std::size_t index, JobGraph &graph, bool imported);
  void orderBenchmarks(JobGraph &graph);
  void orderStarts(JobGraph &graph);
  bool stampPrograms();
  void reportBuild(const Package &package, const std::string &messages, bool failed);
  void reportText(const std::string &package, const std::string &text, bool failed);

  void runTest(std::size_t index, bool built);
  std::string resultOf(std::size_t index, bool built, TestJson *json, bool &success);
  std::string execute(std::size_t index, const std::string &program, TestJson *json, bool &success);
  std::string runProgram(std::size_t index, const std::vector<std::string> &arguments, TestJson *json, std::string &shown,
                         bool &success);
  Package *rootPackage(std::size_t index) const {
    return programs_[index].main ? programs_[index].main : packages_[index];
  }
  std::string resultOfUntested(std::size_t index, bool &success);
  std::string programHash(const TestProgram &program) const;
  std::string profileOf(std::size_t index) const { return dirOf(index) + "/_cover_.out"; }
  std::string placeOf(std::size_t index) const;
  std::string dirOf(std::size_t index) const { return builder_.work().folder(first_folder_ + static_cast<unsigned>(index)); }
  bool streams() const { return options_.packages.empty() || options_.benchmarks || options_.fuzzes; }
  // Output that is shown as it comes, but kept too.
  bool echoes() const {
    return options_.showsPasses() && (packages_.size() == 1 || options_.build.jobs == 1);
  }
  std::string rootOf(const Package &package) const {
    return package.standard ? session_.sdk->root : package.module ? package.module->dir : package.dir;
  }

  TestOptions options_;
  const bool tells_builds_; // as events, not as text
  TestCoverage &coverage_;
  Session &session_;
  Builder builder_;
  TestVet vet_;
  std::vector<Package *> packages_;
  const unsigned first_folder_; // of theirs in $WORK
  std::vector<TestProgram> programs_; // by package
  std::vector<std::unique_ptr<TestJson>> json_; // by package, once its test has started
  std::vector<JobGraph::Id> build_jobs_, run_jobs_;
  std::vector<bool> good_setup_;
  std::vector<std::string> failed_setup_; // by package: what of it could not be loaded
  Results results_;
  std::atomic<bool> failed_ = false, stop_ = false;
};

int TestCommand::run() {
  if (!checkOutput() || !builder_.begin())
    return 1;
  builder_.setReport(
      [this](const Package &p, const std::string &messages, bool failed) { reportBuild(p, messages, failed); });
  JobGraph graph;
  json_.resize(packages_.size());
  build_jobs_.resize(packages_.size());
  run_jobs_.resize(packages_.size());
  good_setup_.resize(packages_.size());
  failed_setup_.resize(packages_.size());
  std::vector<Package *> roots;
  for (std::size_t i = 0; i < packages_.size(); ++i)
    if (setUp(i))
      roots.push_back(rootPackage(i));
  if (!stampPrograms())
    return 1;
  std::vector<Package *> all = session_.loader->inDependencyOrder(roots);
  std::set<const Package *> needed(all.begin(), all.end());
  if (options_.fuzzes)
    countEdges(all);
  for (std::size_t i = 0; i < packages_.size(); ++i)
    if (good_setup_[i])
      plan(i, graph, needed.count(packages_[i]) != 0);
    else
      reportSetup(i);
  // The programs are told of the statements of all packages that -coverpkg names, whether they hold them or not.
  builder_.plan(graph, coverage_.chosen(), {});
  for (const Package *p : coverage_.chosen())
    for (std::size_t i = 0; i < packages_.size(); ++i)
      if (good_setup_[i])
        graph.addOrder(builder_.job(*p), run_jobs_[i]);
  if (options_.json && !options_.compile_only)
    orderStarts(graph);
  if (options_.benchmarks)
    orderBenchmarks(graph);
  // The interrupt key is for the tests, which are in the same process group; they end, and this command after them.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGQUIT, SIG_IGN);
  graph.run(static_cast<unsigned>(options_.build.jobs));
  if (!options_.compile_only && !options_.build.dry_run && !coverage_.writeProfile())
    failed_ = true;
  if (failed_ && !options_.json && !options_.fuzzes && !options_.packages.empty())
    results_.writeNow("FAIL\n");
  return failed_ ? 1 : 0;
}

// Whether -o fits what is tested.
bool TestCommand::checkOutput() const {
  const std::string &output = options_.build.output;
  if (packages_.size() < 2 || (!options_.compile_only && output.empty()) || output == "/dev/null")
    return true;
  if (!output.empty() && output.back() != '/' && !isDirectory(output)) {
    std::fprintf(stderr, "with multiple packages, -o must refer to a directory or /dev/null\n");
    return false;
  }
  std::map<std::string, std::vector<std::string>> users;
  for (const Package *p : packages_)
    users[programName(*p)].push_back(p->import_path);
  bool good = true;
  for (const auto &[name, paths] : users) {
    if (paths.size() == 1)
      continue;
    std::fprintf(stderr, "cannot write test binary %s for multiple packages:\n", name.c_str());
    for (const std::string &path : paths)
      std::fprintf(stderr, "%s\n", path.c_str());
    good = false;
  }
  return good;
}

void TestCommand::reportSetup(std::size_t index) {
  failed_ = true;
  std::string line = "FAIL\t" + packages_[index]->import_path + " [setup failed]\n";
  if (options_.json) {
    TestJson json(packages_[index]->import_path, [this](const std::string &s) { results_.writeNow(s); },
                  std::chrono::system_clock::now);
    json.start();
    if (tells_builds_)
      json.setFailedBuild(failed_setup_[index]);
    json.write(line);
    json.finish(false);
  } else {
    results_.writeNow(line); // as go does: before any result
  }
  results_.post(index, "");
}

// Plans the jobs of one package. If something imports it as it is without its tests, that is compiled before the copy with
// the tests, so that what is wrong with it is said once.
void TestCommand::plan(std::size_t index, JobGraph &graph, bool imported) {
  TestProgram &program = programs_[index];
  Package *root = rootPackage(index), *package = packages_[index];
  bool compiled_twice = imported && program.internal != package;
  if (compiled_twice)
    builder_.plan(graph, {package}, {package});
  std::vector<Package *> named = {program.internal};
  if (program.external)
    named.push_back(program.external);
  builder_.plan(graph, {root}, named);
  if (compiled_twice)
    graph.addOrder(builder_.job(*package), builder_.job(*program.internal));
  build_jobs_[index] = builder_.job(*root);
  run_jobs_[index] = graph.add([this, index](bool built) {
    runTest(index, built);
    return true; // others do not depend on it
  });
  graph.addOrder(build_jobs_[index], run_jobs_[index]);
  if (options_.vet.off)
    return;
  std::vector<Package *> checked = named;
  std::erase_if(checked, [](const Package *p) { return p->go_files.empty(); });
  builder_.plan(graph, checked, named); // the program does without a package that its external tests do not import
  for (const Package *p : checked)
    graph.addOrder(vet_.plan(graph, *p), run_jobs_[index]);
}

bool TestCommand::setUp(std::size_t index) {
  Package &package = *packages_[index];
  std::vector<LoadError> errors = package.errors;
  if (!package.incomplete && errors.empty()) {
    LoadError error;
    auto program = makeTestProgram(*session_.loader, package, dirOf(index), coverage_, error);
    if (program) {
      TestProgram &made = programs_[index] = std::move(*program);
      const std::string main_file = dirOf(index) + "/_testmain.go";
      good_setup_[index] = !made.main || (makeDirs(dirOf(index)) && writeFile(main_file, made.main_source));
      if (made.main)
        builder_.showFile(main_file, made.main_source);
      if (good_setup_[index])
        return true;
      error = {package.import_path, "gannet: cannot write " + main_file};
    }
    errors.push_back(std::move(error));
  }
  for (const LoadError &error : errors)
    reportText(error.package, "# " + package.import_path + "\n" + error.text + "\n", true);
  failed_setup_[index] = errors.empty() ? package.import_path : errors[0].package;
  return false;
}

// With -json, tests are said to start in the order of the packages; none runs before that is said.
void TestCommand::orderStarts(JobGraph &graph) {
  std::optional<JobGraph::Id> previous;
  for (std::size_t i = 0; i < packages_.size(); ++i) {
    if (!good_setup_[i])
      continue;
    JobGraph::Id started = graph.add([this, i](bool) {
      if (stop_)
        return true;
      json_[i] = std::make_unique<TestJson>(packages_[i]->import_path, [this](const std::string &s) { results_.writeNow(s); },
                                            std::chrono::system_clock::now);
      json_[i]->start();
      return true;
    });
    graph.addOrder(build_jobs_[i], started);
    if (previous)
      graph.addOrder(*previous, started);
    graph.addOrder(started, run_jobs_[i]);
    previous = started;
  }
}

// What -buildvcs=true asks for: it is about where the package under test lies, not where its program is made.
bool TestCommand::stampPrograms() {
  if (options_.build.vcs != VcsMode::Always)
    return true;
  for (std::size_t i = 0; i < packages_.size(); ++i) {
    Package *main = programs_[i].main ? programs_[i].main : packages_[i];
    Package asked = *main;
    asked.dir = packages_[i]->dir;
    if (auto stamped = stampVcs({&asked}, options_.build.vcs); !stamped) {
      std::fprintf(stderr, "%s\n", stamped.error().c_str());
      return false;
    }
    main->vcs = asked.vcs;
    main->module_version = asked.module_version;
  }
  return true;
}

// Benchmarks have the machine for themselves: after all builds, one after another.
void TestCommand::orderBenchmarks(JobGraph &graph) {
  JobGraph::Id previous = graph.add([](bool) { return true; });
  for (std::size_t i = 0; i < packages_.size(); ++i)
    if (good_setup_[i])
      graph.addOrder(build_jobs_[i], previous);
  for (std::size_t i = 0; i < packages_.size(); ++i)
    if (good_setup_[i]) {
      graph.addOrder(previous, run_jobs_[i]);
      previous = run_jobs_[i];
    }
}

void TestCommand::reportBuild(const Package &package, const std::string &messages, bool failed) {
  reportText(package.shownPath(), "# " + package.shownPath() + "\n" + messages, failed);
}

void TestCommand::reportText(const std::string &package, const std::string &text, bool failed) {
  if (tells_builds_)
    results_.writeNow(buildEvents(package, text, failed));
  else
    std::fprintf(stderr, "%s", text.c_str());
}

// ---------------------------------------------------------------------------------------------------------------------
// One test

void TestCommand::runTest(std::size_t index, bool built) {
  if (stop_ && !json_[index]) {
    results_.post(index, "");
    return;
  }
  bool success = true;
  std::string text;
  if (TestJson *json = json_[index].get()) {
    json->write(resultOf(index, built, json, success));
    json->finish(success);
  } else {
    text = resultOf(index, built, nullptr, success);
  }
  results_.post(index, text);
  if (success)
    return;
  failed_ = true;
  stop_ = stop_ || options_.fail_fast;
}

// Links and runs; what is still to be shown comes back.
std::string TestCommand::resultOf(std::size_t index, bool built, TestJson *json, bool &success) {
  const Package &package = *packages_[index];
  const TestProgram &program = programs_[index];
  auto buildFailed = [&](const Package &culprit) {
    success = false;
    if (json && tells_builds_)
      json->setFailedBuild(culprit.shownPath());
    return "FAIL\t" + package.import_path + " [build failed]\n";
  };
  if (!built)
    return buildFailed(builder_.failedAmong(program.main ? *program.main : package));
  for (const Package *p : {program.external, program.internal})
    if (p && vet_.complained(*p))
      return buildFailed(*p);
  if (!program.main)
    return resultOfUntested(index, success);

  bool keeps = options_.compile_only || options_.keeps_program || !options_.build.output.empty();
  bool cacheable = !options_.build.dry_run && !options_.compile_only && !keeps && !options_.packages.empty() && options_.exec.empty() &&
                   package.import_path != "command-line-arguments" &&
                   TestCache::allows(options_.test_arguments) && !rootOf(package).empty();
  std::optional<TestCache> cache;
  if (cacheable) {
    cache.emplace(*session_.cache, programHash(program), options_.test_arguments, package.dir, rootOf(package));
    if (auto known = cache->find(); known && (options_.build.cover.profile.empty() || !known->profile.empty())) {
      success = coverage_.addProfile(index, known->profile);
      return known->output;
    }
  }
  std::string path = dirOf(index) + "/" + programName(package);
  if (keeps)
    path = placeOf(index);
  if (keeps && !options_.build.dry_run && !makeDirs(parentDir(path))) {
    success = false;
    std::fprintf(stderr, "gannet test: cannot create directory %s\n", parentDir(path).c_str());
    return "";
  }
  if (!builder_.link(*program.main, path))
    return buildFailed(*program.main);
  if (options_.compile_only)
    return "";
  std::vector<std::string> arguments = options_.exec;
  arguments.push_back(path);
  std::string log = dirOf(index) + "/testlog.txt";
  if (cache)
    arguments.push_back("-test.testlogfile=" + log);
  arguments.push_back("-test.paniconexit0");
  if (options_.fuzzes)
    arguments.push_back("-test.fuzzcachedir=" + session_.cache->dir() + "/fuzz/" + package.import_path);
  if (coverage_.enabled()) {
    std::string folder = dirOf(index) + "/gocoverdir";
    if (!coverage_.makeFolder(builder_, folder)) {
      success = false;
      return "gannet: cannot make " + folder + "\n";
    }
    arguments.push_back("-test.gocoverdir=" + folder);
    if (!options_.build.cover.profile.empty())
      arguments.push_back("-test.coverprofile=" + profileOf(index));
  }
  arguments.insert(arguments.end(), options_.test_arguments.begin(), options_.test_arguments.end());
  if (options_.build.dry_run) {
    builder_.showCommand(package.dir, arguments);
    return "";
  }
  std::string shown;
  std::string output = runProgram(index, arguments, json, shown, success);
  success = coverage_.addProfile(index, profileOf(index)) && success;
  if (cache && success)
    cache->store(log, output, profileOf(index));
  if (!keeps && !options_.build.keep_work)
    removeAll(dirOf(index));
  return shown;
}

// A package without tests: with coverage, none of its statements ran.
std::string TestCommand::resultOfUntested(std::size_t index, bool &success) {
  const Package &package = *packages_[index];
  const Compiled *compiled = builder_.compiled(package);
  if (coverage_.enabled() && package.cover_meta && compiled) {
    builder_.showCommand("", {session_.sdk->root + "/bin/go", "tool", "covdata", "percent", "-i", dirOf(index) + "/covdata"});
    auto text = coverage_.ofUntested(index, *compiled, package, dirOf(index));
    success = text.operator bool();
    if (!text || !text->empty())
      return text ? *text : text.error();
  }
  return "?   \t" + package.import_path + "\t[no test files]\n";
}

// What a run of the program depends on beside its arguments and what it reads.
std::string TestCommand::programHash(const TestProgram &program) const {
  std::string hash = builder_.programHash(*program.main);
  for (const Package *p : coverage_.chosen())
    if (const Compiled *compiled = builder_.compiled(*p))
      hash += compiled->content;
  return hash;
}

// Where the test program is kept: -o, or the current directory.
std::string TestCommand::placeOf(std::size_t index) const {
  const std::string &output = options_.build.output;
  std::string name = programName(*packages_[index]);
  if (output.empty())
    return currentDir() + "/" + name;
  if (output.back() == '/' || isDirectory(output))
    return absolutePath(output) + "/" + name;
  return output == "/dev/null" ? dirOf(index) + "/" + name : absolutePath(output);
}

// The output as it is to be kept comes back; `shown` is what of it was not shown yet.
std::string TestCommand::runProgram(std::size_t index, const std::vector<std::string> &arguments, TestJson *json,
                                    std::string &shown, bool &success) {
  const Package &package = *packages_[index];
  builder_.showCommand(package.dir, arguments);
  bool direct = streams() && !json, live = json || direct || echoes();
  std::string output; // stays empty where it streams, as with go: nothing is made of it then
  auto write = [&](std::string_view text) {
    if (!streams())
      output += text;
    if (json)
      json->write(text);
    else if (live)
      results_.writeNow(text);
  };
  const char *path = std::getenv("PATH");
  TestRun run;
  run.arguments = arguments;
  run.dir = package.dir;
  run.environment = {{"PWD", package.dir}, {"PATH", session_.sdk->root + "/bin" + (path ? ":" + std::string(path) : "")}};
  if (coverage_.enabled()) // also for programs that the test builds
    run.environment.emplace_back("GOCOVERDIR", dirOf(index) + "/gocoverdir");
  if (!direct)
    run.output = write;
  std::int64_t timeout = options_.timeout_ns;
  if (timeout > 0 && !options_.fuzzes && !options_.benchmarks) {
    run.wait_delay_ns = std::max(timeout / 10, 5 * kSecond);
    run.kill_after_ns = timeout + std::max(run.wait_delay_ns, 60 * kSecond);
  }
  TestExit exit = runTestProcess(run);
  success = exit.error.empty();
  char elapsed[32];
  std::snprintf(elapsed, sizeof elapsed, "%.3fs", static_cast<double>(exit.elapsed_ns) / 1e9);
  bool ends_line = output.empty() || output.back() == '\n';
  if (success) {
    std::string note, coverage = coverage_.enabled() ? coverageNote(output) : "";
    if (saysNothingRan(output, "testing: warning: no tests to run"))
      note = " [no tests to run]";
    if (saysNothingRan(output, "testing: warning: no fuzz tests to fuzz"))
      note = " [no fuzz tests to fuzz]";
    if (!live && !options_.showsPasses())
      output.clear();
    else if (!ends_line)
      write("\n");
    write("ok  \t" + package.import_path + "\t" + elapsed + coverage + note + "\n");
  } else {
    if (exit.timed_out)
      write("*** Test killed with quit: ran too long (" + durationText(run.kill_after_ns) + ").\n");
    else if (exit.output_cut)
      write("*** Test I/O incomplete " + durationText(run.wait_delay_ns) + " after exiting.\nexec: WaitDelay expired before I/O complete\n");
    if (!exit.exited || output.empty())
      write(exit.error + "\n");
    else if (!ends_line)
      write("\n");
    write((options_.json ? "\x16" : "") + std::string("FAIL\t") + package.import_path + "\t" + elapsed + "\n");
  }
  shown = live ? "" : output;
  return output;
}

} // namespace

int commandTest(const Arguments &arguments) {
  TestOptions options;
  if (std::string message = parseTestFlags(arguments, options); !message.empty()) {
    const char *own = invokedAs();
    std::fprintf(stderr, "%s\nusage: %s %s\nRun '%s help test' and '%s help testflag' for details.\n", message.c_str(), own,
                 kUsage, own, own);
    return 2;
  }
  if (options.go_flags_status)
    return options.go_flags_status;
  const CommandLine line{"test", arguments};
  int status = 0;
  auto session = openSessionFor(line, options.build, status);
  if (!session)
    return status;
  std::vector<Package *> packages = session->loader->loadForTest(options.packages);
  if (!session->loader->errors().empty())
    return handOver(line);
  if (auto good = checkMode(options.build); !good) {
    std::fprintf(stderr, "%s\n", good.error().c_str());
    return 1;
  }
  std::string single = options.fuzzes ? "-fuzz" : options.profile_flag;
  if (packages.empty() || (packages.size() > 1 && !single.empty())) {
    std::fprintf(stderr, "%s\n", packages.empty() ? "no packages to test"
                                                  : ("cannot use " + single + " flag with multiple packages").c_str());
    return 1;
  }
  if (options.fuzzes && !mayFuzz(*packages[0], session->loader->modules())) {
    std::fprintf(stderr, "cannot use -fuzz flag on package outside the main module\n");
    return 1;
  }
  attachProfiles(*session->loader, packages, options.build.profile);
  TestCoverage coverage(options.build.cover);
  if (auto begun = coverage.begin(*session->loader, packages); !begun) {
    std::fprintf(stderr, "%s\n", begun.error().c_str());
    return 1;
  }
  if (!options.compile_only && !options.build.dry_run && !coverage.writeProfile()) // that of an earlier run is of no use, whatever comes
    return 1;
  return TestCommand(options, coverage, *session, packages).run();
}

} // namespace gannet::command
