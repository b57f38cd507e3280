// Finding packages: from import paths, patterns and file names to packages with their files and imports.
#ifndef GANNET_TOOLCHAIN_COMMAND_LOADER_H
#define GANNET_TOOLCHAIN_COMMAND_LOADER_H

#include "compiler/base/error.h"
#include "compiler/syntax/build_constraint.h"
#include "toolchain/command/package.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/patterns.h"
#include "toolchain/command/sdk.h"
#include "toolchain/modules/module_set.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gannet::command {

// Whether a word names a directory and not an import path: ".", "..", "./x", "../x", "/x".
bool isLocalPath(std::string_view path);

// Whether a word stands for a set of packages: "std", "all".
bool isMetaPackage(std::string_view path);

class Loader {
public:
  // `tags` are those of -tags; `level` is of the architecture (GOAMD64=vN).
  Loader(const Sdk &sdk, modules::ModuleSet &modules, std::vector<std::string> tags, unsigned level);

  // The packages that the command-line arguments name: import paths, ./relative paths, "..." patterns, "std", "cmd", "all",
  // "tool", "work", or a list of .go files. Their dependencies are loaded too. Errors are collected in errors().
  std::vector<Package *> load(const std::vector<std::string> &arguments);

  // The same for `go test`: packages with nothing but tests count too, and those that could not be loaded are there,
  // marked incomplete and holding their errors.
  std::vector<Package *> loadForTest(const std::vector<std::string> &arguments);

  // The test files of `package`, in the form of a package for each kind: `internal` belongs to the package itself,
  // `external` is the package beside it that is named with "_test". Their imports are loaded, dependencies too. False, with
  // errors(), if one could not be.
  bool loadTests(const Package &package, Package &internal, Package &external);
  // The same without their imports.
  bool readTests(const Package &package, Package &internal, Package &external);
  // A package of the library that a program needs though nothing of what was named imports it; null with errors().
  Package *libraryPackage(const std::string &import_path) { return loadPackage(import_path, nullptr, import_path); }
  // Package runtime, which every program holds.
  Package *runtimePackage() { return implicitRuntime(); }

  // The package as it is compiled with a profile, of a program's alone if `for_main` is not empty: then a copy, with copies of what it
  // depends on; always the same. (profiles.h)
  Package *profiled(Package &package, const std::string &profile, const std::string &for_main);

  // -x: folders that go.mod has ignored are told of.
  void showIgnored(bool show) { shows_ignored_ = show; }
  // Whether these name files, not packages.
  bool nameFiles(const std::vector<std::string> &arguments) const;
  // For those who do not ask which files are embedded: patterns that match none are no errors.
  void ignoreEmbeds() { checks_embeds_ = false; }

  // What went wrong, in order; empty if all went well.
  const std::vector<LoadError> &errors() const { return errors_; }
  // What went wrong since the last call; it is forgotten.
  std::vector<LoadError> takeErrors() { return std::exchange(errors_, {}); }

  // The packages and all that they depend on, package runtime included; dependencies first.
  std::vector<Package *> inDependencyOrder(const std::vector<Package *> &roots) const;
  // The same without the package runtime that nothing of it imports.
  std::vector<Package *> closureOf(const std::vector<Package *> &roots) const;
  // Whether programs are to use the FIPS 140 module (GOFIPS140=latest).
  void setFips(bool on) { fips_ = on; }
  bool fips() const { return fips_; }
  // What GOEXPERIMENT says: names of experiments, "no" before those that are to be off; "none" is all of them off.
  void setExperiments(const std::string &list);
  // The same as it was given, and how it differs from what is on by default: "fieldtrack,nodwarf5".
  const std::string &experiments() const { return experiments_; }
  const std::string &experimentsChanged() const { return experiments_changed_; }
  modules::ModuleSet &modules() const { return modules_; }
  // "v1": the level of the architecture that is built for.
  std::string levelName() const { return "v" + std::to_string(level_); }
  const Sdk &sdk() const { return sdk_; }
  // The file system, with its overlay.
  const Files &files() const { return modules_.files(); }

private:
  struct Found {
    std::string dir;
    std::string import_path;
    bool standard = false;
    const modules::Module *module = nullptr;
  };
  // Whether a package may import another: one below a folder "internal" is for what lies beside that folder alone.
  // Source: go help packages, "Internal Directories".
  bool mayUse(const Package &importer, const Found &found) const;
  // What a file says of itself before its first declaration.
  struct FileHead {
    std::string package_name;
    std::vector<std::pair<std::string, std::string>> imports; // path, where: "file:line:col"
    std::vector<std::pair<std::string, std::string>> embeds; // pattern, where
    std::vector<std::string> debug_lines;
    std::string doc; // first sentence of the package comment
    bool uses_c = false;
  };
  std::vector<Package *> expand(const std::string &argument);
  std::vector<Package *> expandPattern(const std::string &argument);
  // The trees in which matches of a pattern may lie, and the pattern in terms of import paths.
  std::vector<PackageTree> treesFor(const std::string &argument, std::string &pattern);
  // A package that a pattern matches; null if it is none to be built (or tested).
  Package *loadMatch(const std::string &import_path);
  void addDependencies(std::vector<Package *> &roots);
  ErrorOr<std::string> importPathOf(const std::string &dir, const std::string &argument) const;
  Package *brokenRoot(const std::string &path, std::vector<LoadError> errors);
  std::vector<Package *> failedRoot(const std::string &argument, std::string message);
  // A package that the command line names.
  Package *loadRoot(const std::string &import_path, const std::string &written);
  Package *loadFiles(const std::vector<std::string> &files);
  Package *loadPackage(const std::string &import_path, const Package *importer, const std::string &written);
  ErrorOr<bool> locate(const std::string &written, const Package *importer, Found &found);
  bool isLibraryPath(const std::string &path);
  std::string missingPackage(const std::string &path, const Package *importer) const;
  static std::string languageOf(const modules::Module *module);
  bool readPackage(Package &package);
  bool checkSettings(const Package &package);
  // The files of the package's directory with that suffix, tests or others, that the constraints let in; the rest goes to `ignored`. False
  // after an error.
  bool selectFiles(const Package &package, std::string_view suffix, bool tests, std::vector<std::string> &out,
                   std::vector<std::string> *ignored);
  const std::vector<std::string> &filesIn(const std::string &dir);
  ErrorOr<std::string> readText(const std::string &path);
  bool readTestOnly(Package &package, const std::vector<std::string> &tests);
  bool readHead(const Package &package, const std::string &file, FileHead &head);
  // Takes a file into the package. With `uses_c` given, one that imports "C" is not taken in but reported there.
  bool readGoFile(Package &package, const std::string &file, bool *uses_c = nullptr);
  bool addHead(Package &package, const std::string &file, const FileHead &head);
  void loadImports(Package &package);
  void fail(std::string package, std::string text) { errors_.push_back({std::move(package), std::move(text)}); }
  std::string importCycle(const Package &repeated) const;
  std::string importStack(const Package &package) const;
  // Names that build tools and file systems would trip over. False after an error.
  bool checkNames(const Package &package);
  bool checkEmbeds(const Package &package);
  Package *implicitRuntime();
  Package *runtimeOf(const std::vector<Package *> &roots) const;

  const Sdk &sdk_;
  modules::ModuleSet &modules_;
  syntax::BuildTarget target_;
  std::set<std::string> tags_;
  unsigned level_;
  std::map<std::string, std::unique_ptr<Package>> packages_;
  std::map<std::pair<const Package *, std::string>, std::unique_ptr<Package>> profiled_; // copies, by what they are of and program
  const std::string here_ = currentDir();
  std::map<std::string, std::vector<std::string>> file_names_; // by directory: most are asked for at each import
  std::map<std::string, bool> vendored_by_library_;            // by directory
  std::map<std::string, std::string> texts_;                   // by path: of files selected last, until they are read
  std::vector<const Package *> stack_; // being loaded, for cycles
  std::set<const Package *> loading_;
  std::vector<LoadError> errors_;
  bool fips_ = false;
  std::string experiments_, experiments_changed_;
  std::map<std::string, std::string> folded_; // paths of packages by the same in small letters
  std::set<std::string> tools_;               // that the main modules' go.mod files name
  bool shows_ignored_ = false, checks_embeds_ = true;
  bool for_test_ = false;               // loading for `go test`
  std::vector<std::string> named_tests_; // test files among the files named on the command line
};

} // namespace gannet::command

#endif
