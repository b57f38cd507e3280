#include "toolchain/command/cover.h"

#include "toolchain/command/go_program.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/package_flags.h"

#include <algorithm>
#include <cstdio>

namespace gannet::command {

void addCoverFlags(Flags &flags, CoverOptions &options) {
  flags.boolean("cover", options.enabled);
  flags.function("covermode", [&options](const std::string &mode) -> std::string {
    if (!mode.empty() && mode != "set" && mode != "count" && mode != "atomic")
      return "invalid value \"" + mode + "\" for flag -covermode: valid modes are \"set\", \"count\", or \"atomic\"";
    options.enabled = true;
    options.mode = mode.empty() ? "set" : mode;
    return "";
  });
  flags.function("coverpkg", [&options](const std::string &text) {
    options.enabled = true;
    options.patterns.clear();
    for (std::size_t at = 0; !text.empty() && at <= text.size();) {
      std::size_t end = std::min(text.find(',', at), text.size());
      options.patterns.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return std::string();
  });
}

ErrorOr<Package *> addLibraryImport(Loader &loader, Package &package, const std::string &path) {
  Package *found = loader.libraryPackage(path);
  if (!found) {
    std::vector<LoadError> errors = loader.takeErrors();
    return Error{errors.empty() ? "package " + path + " cannot be loaded" : errors[0].text};
  }
  package.imports.emplace(path, path);
  auto at = std::lower_bound(package.deps.begin(), package.deps.end(), found,
                             [](const Package *a, const Package *b) { return a->import_path < b->import_path; });
  if (at == package.deps.end() || (*at)->import_path != path)
    package.deps.insert(at, found);
  return found;
}

ErrorOr<void> cover(Loader &loader, Package &package, const std::string &mode) {
  package.cover_mode = mode;
  if (mode == "atomic" && package.import_path != "sync/atomic")
    if (auto added = addLibraryImport(loader, package, "sync/atomic"); !added)
      return added.takeError();
  if (package.name == "main")
    if (auto added = addLibraryImport(loader, package, "runtime/coverage"); !added)
      return added.takeError();
  return {};
}

namespace {

// What cannot be instrumented: counters are made of it, or it runs before they can be registered.
bool cannotBeCovered(const Package &package, const std::string &mode) {
  if (package.isUnsafe() || package.go_files.empty())
    return true;
  if (!package.standard)
    return false;
  return package.import_path == "runtime" ||
         (mode == "atomic" && (package.import_path == "sync/atomic" || package.import_path == "internal/runtime/atomic"));
}

} // namespace

ErrorOr<std::vector<Package *>> markCovered(Loader &loader, const CoverOptions &options, const std::vector<Package *> &among,
                                            const std::vector<Package *> &named, std::string_view done) {
  std::vector<Package *> covered;
  std::vector<bool> matched(options.patterns.size());
  for (Package *p : among) {
    bool chosen = options.patterns.empty() && ((p->module && p->module->main) ||
                                               std::find(named.begin(), named.end(), p) != named.end());
    for (std::size_t i = 0; i < options.patterns.size(); ++i)
      if (PackagePattern(options.patterns[i]).matches(*p))
        chosen = matched[i] = true;
    if (!chosen || cannotBeCovered(*p, options.mode))
      continue;
    if (auto good = cover(loader, *p, options.mode); !good)
      return good.takeError();
    covered.push_back(p);
  }
  for (std::size_t i = 0; i < options.patterns.size(); ++i)
    if (!matched[i])
      std::fprintf(stderr, "warning: no packages being %.*s depend on matches for pattern %s\n", static_cast<int>(done.size()),
                   done.data(), options.patterns[i].c_str());
  return covered;
}

ErrorOr<void> coverBuild(Loader &loader, CoverOptions &options, const std::vector<Package *> &roots) {
  if (!options.enabled)
    return {};
  for (Package *root : roots) // the linker needs it, whether the program is instrumented or not
    if (root->isMain())
      if (auto added = addLibraryImport(loader, *root, "runtime/coverage"); !added)
        return added.takeError();
  if (auto marked = markCovered(loader, options, loader.closureOf(roots), roots, "built"); !marked)
    return marked.takeError();
  auto tool = goProgram(loader.sdk(), "cover");
  if (!tool)
    return tool.takeError();
  options.tool = *tool;
  return {};
}

} // namespace gannet::command
