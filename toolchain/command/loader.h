// Finding packages: from import paths, patterns and file names to packages with their files and imports.
#ifndef GANNET_TOOLCHAIN_COMMAND_LOADER_H
#define GANNET_TOOLCHAIN_COMMAND_LOADER_H

#include "compiler/base/error.h"
#include "compiler/syntax/build_constraint.h"
#include "toolchain/command/module.h"
#include "toolchain/command/package.h"
#include "toolchain/command/sdk.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gannet::command {

class Loader {
public:
  // `tags` are those of -tags.
  Loader(const Sdk &sdk, Module main_module, std::vector<std::string> tags);

  // The packages that the command-line arguments name: import paths, ./relative paths, "..." patterns, "std", or a list
  // of .go files. Their dependencies are loaded too. Errors are collected in errors().
  std::vector<Package *> load(const std::vector<std::string> &arguments);

  // Messages as `go` prints them, one each; empty if all went well.
  const std::vector<std::string> &errors() const { return errors_; }

  // Every package loaded, dependencies first.
  std::vector<Package *> inDependencyOrder(const std::vector<Package *> &roots) const;
  const Module &mainModule() const { return main_module_; }
  const Sdk &sdk() const { return sdk_; }

private:
  struct Found {
    std::string dir;
    std::string import_path;
    bool standard = false;
  };
  std::vector<Package *> expand(const std::string &argument);
  Package *loadFiles(const std::vector<std::string> &files);
  Package *loadPackage(const std::string &import_path, const Package *importer, const std::string &written);
  bool locate(const std::string &written, const Package *importer, Found &found);
  bool readPackage(Package &package);
  // With `uses_c` given, a file that imports "C" is not taken in but reported there.
  bool readGoFile(Package &package, const std::string &file, bool *uses_c = nullptr);
  void loadImports(Package &package);
  void fail(std::string message) { errors_.push_back(std::move(message)); }
  std::string importStack() const;
  Package *implicitRuntime();

  const Sdk &sdk_;
  Module main_module_;
  syntax::BuildTarget target_;
  std::set<std::string> tags_;
  std::map<std::string, std::unique_ptr<Package>> packages_;
  std::vector<const Package *> stack_; // being loaded, for cycles
  std::set<const Package *> loading_;
  std::vector<std::string> errors_;
};

} // namespace gannet::command

#endif
