// The modules that take part in a build: the main ones, those they require, and which of them holds a package.
//
// Versions are chosen by minimal version selection over the pruned graph, which is read only if the main module's own
// requirements do not say where a package is. Source: Go Modules Reference, "Minimal version selection", "Module graph
// pruning", "Lazy module loading", "Build commands" (-mod). Nothing here changes go.mod or talks to a proxy.
#ifndef GANNET_TOOLCHAIN_MODULES_MODULE_SET_H
#define GANNET_TOOLCHAIN_MODULES_MODULE_SET_H

#include "compiler/base/error.h"
#include "toolchain/command/files.h"
#include "toolchain/modules/mod_file.h"
#include "toolchain/modules/module_cache.h"
#include "toolchain/modules/vendor_list.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gannet::modules {

struct Module {
  std::string path;
  std::string version; // empty for a main module
  std::string dir;     // where its files lie; empty if they are not at hand (vendored, not downloaded)
  std::string mod_file; // its go.mod
  std::string go;      // language version of its go.mod; empty if it does not say
  bool main = false;
  bool indirect = false;
  bool root = false;   // a main module requires it by name
  std::optional<ModuleVersion> replacement;
  ModuleVersion id() const { return {path, version}; }
  // The language version its packages are compiled for: "1.16" if go.mod does not say.
  std::string languageVersion() const;
};

struct ModuleOptions {
  std::string mod;        // -mod: "readonly", "vendor", "mod", or empty for the default
  std::string mod_file;   // -modfile, absolute, or empty
  std::string work;       // GOWORK: empty to search, "off", or a path
  std::string cache;      // GOMODCACHE
  std::string no_module;  // a directory (that of GOPATH) whose go.mod is none, or empty
  std::string go_version; // of this toolchain: "1.26.1"
  // Downloads a module (its go.mod alone, if `mod_file`) into the cache; its own messages go to standard error. Empty:
  // nothing is downloaded.
  std::function<bool(const ModuleVersion &, bool mod_file)> download;
  command::Files files; // the file system, with its overlay
  // How messages show a path.
  std::function<std::string(const std::string &)> shown;
};

class ModuleSet {
public:
  // The modules of directory `dir`: those of the go.work at or above it, or that of the nearest go.mod. None is no error.
  static ErrorOr<std::unique_ptr<ModuleSet>> find(const std::string &dir, ModuleOptions options);

  bool empty() const { return mains_.empty(); }
  const std::vector<const Module *> &mains() const { return mains_; }
  // The main module whose tree holds the directory (none of another module in between); null if there is none.
  const Module *mainAt(const std::string &dir) const;
  bool vendored() const { return mod_ == "vendor"; }
  const std::string &mod() const { return mod_; } // "readonly", "vendor" or "mod"
  const std::string &vendorDir() const { return vendor_dir_; }
  const std::string &workFile() const { return work_file_; } // empty without a workspace
  const ModFile &mainFile(const Module &main) const { return *main_files_.at(&main); }
  std::vector<std::pair<std::string, std::string>> godebugs() const;
  // The Go version that the main module (the workspace) names, "1.16" if it does not; empty without one.
  std::string goVersion() const;

  struct Place {
    std::string dir; // empty: no module has the package
    const Module *module = nullptr;
  };
  // Where the package is. `importer` and `importer_module` are of the package that imports it, for messages; empty and
  // null on the command line.
  ErrorOr<Place> locate(const std::string &path, const std::string &importer, const Module *importer_module);

  // Whether vendor/modules.txt names the package.
  bool vendorLists(const std::string &path) const { return vendor_.package_module.count(path) != 0; }
  // Whether a package of the library is in a main module or in vendor/, too.
  bool hidesLibrary(const std::string &path) const;

  // All modules of the build: main ones, then the selected ones by path. Those of packages in vendor/ if that is used.
  ErrorOr<std::vector<const Module *>> all();
  // The modules that directories stand in for, as far as the main modules say: path, directory.
  std::vector<std::pair<std::string, std::string>> localDirs() const;
  const command::Files &files() const { return options_.files; }
  const GoSum &sums() const { return sums_; }
  // Makes the files of a module of the build available; its `dir`.
  ErrorOr<std::string> sourceOf(const Module &module);

private:
  struct Summary {
    ModFile file;
    bool pruned = false;
  };
  explicit ModuleSet(ModuleOptions options) : options_(std::move(options)), cache_(options_.cache) {}

  ErrorOr<void> openWorkspace(const std::string &file);
  ErrorOr<const Module *> openMain(const std::string &dir);
  ErrorOr<void> checkReplacements() const;
  ErrorOr<void> checkUsedOnce() const;
  ErrorOr<void> chooseMode();
  ErrorOr<void> openVendor();
  ErrorOr<void> checkGoVersion(const std::string &what, const std::string &go) const;
  const Replacement *replacementOf(const ModuleVersion &m, const Module **by) const;
  ErrorOr<const Summary *> summaryOf(const ModuleVersion &m);
  ErrorOr<std::string> readModFile(const ModuleVersion &m, std::string &shown);
  ErrorOr<void> loadGraph();
  ErrorOr<void> checkRoots(const Module &used);
  bool mainPruned() const;
  bool isExcluded(const ModuleVersion &m) const;
  ErrorOr<Module *> moduleOf(const ModuleVersion &m);
  std::string selected(const std::string &path) const;
  std::string mainPathOf(const std::string &dir) const;
  ErrorOr<Place> locateVendored(const std::string &path);
  ErrorOr<Place> locateSelected(const std::string &path, const std::string &importer, const Module *importer_module);
  bool holds(const Module &m, const std::string &path, std::string &dir) const;
  Error missingSum(const std::string &path, const std::vector<ModuleVersion> &missing, bool found,
                   const std::string &importer, const Module *importer_module) const;

  ModuleOptions options_;
  ModuleCache cache_;
  std::string mod_; // as chosen
  std::string work_file_, vendor_dir_;
  ModFile work_;
  std::vector<const Module *> mains_;
  std::map<const Module *, std::unique_ptr<ModFile>> main_files_;
  std::map<ModuleVersion, std::unique_ptr<Module>> modules_;
  std::map<ModuleVersion, std::unique_ptr<Summary>> summaries_;
  std::map<std::string, std::string> roots_;    // path -> version, of the main modules' requirements
  std::map<std::string, std::string> selected_; // path -> version, once the graph is loaded
  bool graph_loaded_ = false;
  VendorList vendor_;
  GoSum sums_;
  bool check_sums_ = true;
};

} // namespace gannet::modules

#endif
