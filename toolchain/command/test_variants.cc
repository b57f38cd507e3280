#include "toolchain/command/test_variants.h"

#include "toolchain/command/paths.h"
#include "toolchain/command/test_main.h"

#include <algorithm>
#include <deque>
#include <map>

namespace gannet::command {

namespace {

void sortDeps(Package &package) {
  std::sort(package.deps.begin(), package.deps.end(),
            [](const Package *a, const Package *b) { return a->import_path < b->import_path; });
  package.deps.erase(std::unique(package.deps.begin(), package.deps.end()), package.deps.end());
}

// Adds the files and imports of `tests` to `package`.
void addTests(Package &package, const Package &tests) {
  package.go_files.insert(package.go_files.end(), tests.go_files.begin(), tests.go_files.end());
  package.imports.insert(tests.imports.begin(), tests.imports.end());
  package.import_positions.insert(tests.import_positions.begin(), tests.import_positions.end());
  package.embed_patterns.insert(package.embed_patterns.end(), tests.embed_patterns.begin(), tests.embed_patterns.end());
  std::sort(package.embed_patterns.begin(), package.embed_patterns.end());
  package.embed_patterns.erase(std::unique(package.embed_patterns.begin(), package.embed_patterns.end()),
                               package.embed_patterns.end());
  package.deps.insert(package.deps.end(), tests.deps.begin(), tests.deps.end());
  sortDeps(package);
}

// What only the tests of a program import has not got its profile yet.
Package *withProfile(Loader &loader, const Package &under_test, Package &package) {
  if (under_test.profile.empty() || &package == &under_test)
    return &package;
  std::string for_main; // if other programs are built, too
  for (const Package *dep : under_test.deps)
    if (!dep->for_main.empty())
      for_main = dep->for_main;
  return loader.profiled(package, under_test.profile, for_main);
}

// Copies of the packages that lie on a way to the package under test, each made when it is first asked for.
class Copies {
public:
  Copies(Loader &loader, TestProgram &program) : loader_(loader), program_(program) { known_[program.under_test] = program.internal; }

  // What a package of the test program imports in the place of `package`. Depth: the longest chain of imports.
  Package *of(Package *package) {
    auto found = known_.find(package);
    if (found != known_.end())
      return found->second;
    if (Package *same = withProfile(loader_, *program_.under_test, *package); same != package)
      return known_[package] = of(same);
    std::vector<Package *> deps;
    for (Package *dep : package->deps)
      deps.push_back(of(dep));
    Package *copy = package;
    if (deps != package->deps) {
      program_.owned.push_back(std::make_unique<Package>(*package));
      copy = program_.owned.back().get();
      copy->for_test = program_.under_test->import_path;
      copy->library = true;
      copy->deps = std::move(deps);
    }
    return known_[package] = copy;
  }

private:
  Loader &loader_;
  TestProgram &program_;
  std::map<Package *, Package *> known_;
};

// The shortest way from the test files back to the package they are part of, in go's words; empty if there is none.
std::string importCycle(const Package &internal, const Package &under_test) {
  std::map<const Package *, const Package *> importer;
  std::deque<const Package *> queue;
  auto reach = [&](const Package *p, const Package *from) {
    if (importer.emplace(p, from).second)
      queue.push_back(p);
  };
  for (const Package *dep : internal.deps)
    reach(dep, nullptr);
  while (!queue.empty()) {
    const Package *p = queue.front();
    queue.pop_front();
    if (p == &under_test) {
      std::string out;
      for (; p; p = importer[p]) {
        const Package &from = importer[p] ? *importer[p] : internal;
        out = "\n\timports " + p->import_path + importingFile(from, p->import_path) + out;
      }
      return "package " + internal.import_path + out + ": import cycle not allowed in test";
    }
    for (const Package *dep : p->deps)
      reach(dep, p);
  }
  return "";
}

ErrorOr<TestFunctions> findFunctions(const Files &files, const Package &internal, const Package &external) {
  TestFunctions functions;
  for (const Package *tests : {&internal, &external})
    for (const std::string &name : tests->go_files) {
      std::string path = tests->dir + "/" + name;
      auto text = files.read(path);
      if (!text)
        return text.takeError();
      if (auto good = collectTests(shortPath(path), *text, tests == &external, functions); !good)
        return good.takeError();
    }
  return functions;
}

} // namespace

std::optional<TestProgram> makeTestProgram(Loader &loader, Package &package, const std::string &main_dir,
                                           const TestCoverage &coverage, LoadError &error) {
  auto failed = [&](std::string text) {
    error = {package.import_path, std::move(text)};
    return std::nullopt;
  };
  auto notLoaded = [&] { // of several errors in its files and imports go tells the first
    error = loader.takeErrors().front();
    return std::nullopt;
  };
  TestProgram program;
  program.under_test = program.internal = &package;
  auto own = [&program](Package value) {
    program.owned.push_back(std::make_unique<Package>(std::move(value)));
    return program.owned.back().get();
  };
  Package internal_tests, external_tests;
  if (!loader.loadTests(package, internal_tests, external_tests))
    return notLoaded();
  bool has_internal = !internal_tests.go_files.empty(), has_external = !external_tests.go_files.empty();
  bool counts_own = coverage.enabled() && coverage.isLocal() && !package.go_files.empty();
  if (!has_internal && !has_external) {
    package.cover_meta |= counts_own;
    if (auto good = counts_own ? cover(loader, package, coverage.options().mode) : ErrorOr<void>(); !good)
      return failed(good.error());
    return program;
  }
  auto functions = findFunctions(loader.files(), internal_tests, external_tests);
  if (!functions)
    return failed(functions.error());

  if (has_internal || package.isMain() || counts_own) {
    program.internal = own(package);
    program.internal->for_test = package.import_path;
    program.internal->library = true;
    for (Package *&dep : internal_tests.deps)
      dep = withProfile(loader, package, *dep);
    addTests(*program.internal, internal_tests);
    if (auto good = counts_own ? cover(loader, *program.internal, coverage.options().mode) : ErrorOr<void>(); !good)
      return failed(good.error());
    if (std::string cycle = importCycle(*program.internal, package); !cycle.empty())
      return failed(std::move(cycle));
  }
  Copies copies(loader, program);
  if (has_external) {
    program.external = own(external_tests);
    program.external->for_test = package.import_path;
    program.external->profile = package.profile;
    for (Package *&dep : program.external->deps)
      dep = copies.of(dep);
  }
  program.main = own({});
  Package &main = *program.main;
  main.import_path = package.import_path + ".test";
  main.name = "main";
  main.dir = main_dir;
  main.lang = package.lang;
  main.go_files = {"_testmain.go"};
  main.generated = true;
  main.profile = package.profile;
  main.for_test = package.import_path;
  main.link_flags = {"-X", "testing.testBinary=1"};
  if (package.import_path != "command-line-arguments")
    main.module = package.module;
  for (const Package *p : {&package, &internal_tests, &external_tests})
    main.debug_lines.insert(main.debug_lines.end(), p->debug_lines.begin(), p->debug_lines.end());
  std::vector<std::string> imports = {"os", "reflect", "testing", "testing/internal/testdeps"};
  if (coverage.enabled()) {
    imports.insert(imports.end(), {"internal/coverage/cfile", "runtime/coverage"});
    main.cover_mode = "testmain";
  }
  for (const std::string &path : imports) {
    main.imports[path] = path;
    Package *found = loader.libraryPackage(path);
    if (!found)
      return notLoaded();
    main.deps.push_back(copies.of(found));
  }
  main.deps.push_back(copies.of(loader.runtimePackage()));
  if (!program.internal->go_files.empty()) {
    main.imports[package.import_path] = package.import_path;
    main.deps.push_back(program.internal);
  }
  if (has_external) {
    main.imports[external_tests.import_path] = external_tests.import_path;
    main.deps.push_back(program.external);
  }
  sortDeps(main);
  TestMainInput input = {package.import_path, package.module ? package.module->path : "", !program.internal->go_files.empty(),
                         has_external};
  if (coverage.enabled())
    coverage.describe(package, input);
  program.main_source = testMainSource(*functions, input);
  return program;
}

} // namespace gannet::command
