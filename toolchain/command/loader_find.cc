// Of Loader: which packages the command line names, and where a package is.
#include "toolchain/command/loader.h"

#include "toolchain/command/paths.h"
#include "toolchain/command/patterns.h"
#include "toolchain/modules/import_path.h"

#include <algorithm>

namespace gannet::command {

using modules::Module;

namespace {

bool startsWith(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

bool holdsGoFiles(const std::vector<std::string> &file_names) {
  return std::any_of(file_names.begin(), file_names.end(), [](std::string_view name) { return name.size() > 3 && name.ends_with(".go"); });
}

// What a module's go.mod has ignored.
std::vector<std::string> ignoresOf(const Files &files, const std::string &path) {
  auto text = files.read(path);
  auto parsed = text ? modules::parseModFile(path, *text, modules::ModFileKind::Main) : ErrorOr<modules::ModFile>(text.takeError());
  return parsed ? parsed->ignores : std::vector<std::string>();
}

std::string firstElement(const std::string &path) { return path.substr(0, path.find('/')); }

} // namespace

bool isLocalPath(std::string_view path) {
  return path == "." || path == ".." || startsWith(path, "./") || startsWith(path, "../") || startsWith(path, "/");
}

bool isMetaPackage(std::string_view path) {
  return path == "std" || path == "cmd" || path == "all" || path == "work" || path == "tool";
}

std::vector<Package *> Loader::expand(const std::string &written) {
  // "m/x/" and "m//x" are m/x.
  const std::string argument = written.empty() || isLocalPath(written) ? written : cleanPath(written);
  if (isMetaPackage(argument) || isWildcard(argument)) {
    std::size_t before = errors_.size();
    std::vector<Package *> matches = expandPattern(argument);
    if (for_test_ && errors_.size() > before) // a test reports it as a package whose tests failed
      matches.push_back(brokenRoot(argument, {errors_.begin() + static_cast<std::ptrdiff_t>(before), errors_.end()}));
    errors_.resize(for_test_ ? before : errors_.size());
    return matches;
  }
  std::vector<Package *> out;
  std::string path = argument;
  if (std::size_t at = path.find('@'); at != std::string::npos && !isLocalPath(path)) {
    fail(path, "package " + path + ": can only use path@version syntax with 'go get' and 'go install pkg@version' in module-aware mode");
    return out;
  }
  if (isLocalPath(argument)) {
    std::string dir = absolutePath(argument);
    if (!files().isDirectory(dir))
      return failedRoot(argument, files().exists(dir) ? dir + " is not in std" : "stat " + dir + ": directory not found");
    auto named = importPathOf(dir, argument);
    if (!named) {
      fail(argument, named.error());
      return out;
    }
    if (!holdsGoFiles(filesIn(dir)))
      return failedRoot(argument, "no Go files in " + dir);
    path = *named;
  }
  if (Package *p = loadRoot(path, argument))
    out.push_back(p);
  return out;
}

// What the command line names is no package: a test reports it as one whose tests failed.
std::vector<Package *> Loader::failedRoot(const std::string &argument, std::string message) {
  if (for_test_)
    return {brokenRoot(argument, {{argument, std::move(message)}})};
  fail(argument, std::move(message));
  return {};
}

// The import path of the package in a directory that the command line names.
ErrorOr<std::string> Loader::importPathOf(const std::string &dir, const std::string &argument) const {
  if (std::string in_std = within(sdk_.source(), dir); in_std == "builtin")
    return Error{"\"builtin\" is a pseudo-package, not an importable package"};
  else if (!in_std.empty())
    return in_std;
  if (const Module *m = modules_.mainAt(dir)) {
    std::string rel = within(m->dir, dir);
    if (modules_.vendored())
      if (std::string vendored = within(modules_.vendorDir(), dir); !vendored.empty() && vendored != ".") {
        if (!modules_.vendorLists(vendored))
          return Error{"directory " + dir + " is not a package listed in vendor/modules.txt"};
        return vendored;
      }
    if (!modules_.vendored() && startsWith(rel, "vendor/"))
      return Error{"without -mod=vendor, directory " + dir + " has no package path"};
    if (rel.find('@') == std::string::npos) // that is how folders of the module cache are called
      return rel == "." ? m->path : m->path + "/" + rel;
  }
  if (modules_.empty())
    return Error{"go: go.mod file not found in current directory or any parent directory; see 'go help modules'"};
  for (const auto &[id, dir_of_module] : modules_.localDirs())
    if (std::string rel = within(dir_of_module, dir); !rel.empty())
      return rel == "." ? id : id + "/" + rel;
  if (!modules_.workFile().empty())
    for (std::string at = dir;; at = parentDir(at)) {
      if (files().exists(at + "/go.mod"))
        return Error{"current directory is contained in a module that is not one of the workspace modules listed in go.work. "
                     "You can add the module to the workspace using:\n\tgo work use " +
                     shortPath(at)};
      if (at == "/")
        break;
    }
  if (files().exists(dir + "/go.mod"))
    return Error{"main module (" + modules_.mains()[0]->path + ") does not contain package " + modules_.mains()[0]->path + "/" +
                 within(modules_.mains()[0]->dir, dir)};
  return Error{"directory " + argument + " outside main module or its selected dependencies"};
}

bool Loader::mayUse(const Package &importer, const Found &found) const {
  constexpr std::string_view kInternal = "/internal", kFiles = "command-line-arguments";
  const std::string path = "/" + found.import_path; // that the element may be the first, too
  std::size_t at = path.ends_with(kInternal) ? path.size() - kInternal.size() : path.rfind("/internal/");
  if (at == std::string::npos)
    return true;
  if (found.standard && !importer.standard)
    return false;
  std::string from = importer.import_path;
  if (from.starts_with(kFiles)) {
    from = within(importer.module ? importer.module->dir : sdk_.source(), importer.dir);
    if (importer.module)
      from = importer.module->path + (from.empty() || from == "." ? "" : "/" + from);
  } else if (!packages_.count(from) && from.ends_with("_test")) { // the external tests of a package
    from.resize(from.size() - 5);
  }
  const std::string parent = path.substr(0, at);
  return parent.empty() || modules::hasPathPrefix(from, parent.substr(1));
}

std::vector<PackageTree> Loader::treesFor(const std::string &argument, std::string &pattern) {
  std::vector<PackageTree> trees;
  PackageTree library{sdk_.source(), "", true, {}}, programs{sdk_.source() + "/cmd", "cmd", true, {}};
  if (argument == "std" || argument == "cmd") {
    pattern = "...";
    trees.push_back(argument == "std" ? library : programs);
    return trees;
  }
  auto addMain = [&](const Module &m) { trees.push_back({m.dir, m.path, false, modules_.mainFile(m).ignores}); };
  if (argument == "all" || argument == "work") {
    pattern = "...";
    for (const Module *m : modules_.mains())
      addMain(*m);
    return trees;
  }
  if (isLocalPath(argument)) {
    std::string fixed = argument.substr(0, argument.find("..."));
    // "./x..." matches names that begin with x: its folder is the one before.
    std::string folder = fixed.back() == '/' ? fixed : parentDir(fixed);
    std::string dir = absolutePath(folder), rest = absolutePath(fixed);
    std::string tail = fixed.back() == '/' ? "" : rest.substr(std::min(rest.size(), dir.size() + 1));
    if (!files().isDirectory(dir)) {
      fail(argument, "pattern " + argument + ": " + "lstat " + fixed.substr(0, fixed.rfind('/') + 1) + ": no such file or directory");
      return trees;
    }
    auto base = importPathOf(dir, argument);
    std::string in_std = within(sdk_.source(), dir);
    const Module *m = modules_.mainAt(dir);
    if (!base || (in_std.empty() && !m)) {
      if (modules_.empty())
        fail(argument, "pattern " + argument + ": directory prefix " + cleanPath(folder) + " does not contain main module or its selected dependencies");
      else
        fail(argument, "pattern " + argument + ": directory prefix " + shortPath(dir) + " does not contain " +
             (modules_.workFile().empty() ? "main module or its selected dependencies" : "modules listed in go.work or their selected dependencies"));
      return trees;
    }
    std::string prefix = *base == "." ? "" : *base;
    pattern = tail.empty() ? (prefix.empty() ? "..." : prefix + "/...") : (prefix.empty() ? "" : prefix + "/") + tail + "...";
    pattern += argument.substr(argument.find("...") + 3);
    if (m)
      addMain(*m);
    else if (*base == "cmd" || startsWith(*base, "cmd/"))
      trees.push_back(programs);
    else
      trees.push_back(library);
    return trees;
  }
  pattern = argument;
  if (couldMatchBelow(pattern, "cmd"))
    trees.push_back(programs);
  if (firstElement(argument.substr(0, argument.find("..."))).find('.') == std::string::npos)
    trees.push_back(library);
  for (const Module *m : modules_.mains())
    if (couldMatchBelow(pattern, m->path))
      addMain(*m);
  if (modules_.empty())
    return trees;
  auto all = modules_.all();
  if (!all) {
    fail(argument, all.error());
    return trees;
  }
  for (const Module *m : *all) {
    if (m->main || !couldMatchBelow(pattern, m->path))
      continue;
    if (modules_.vendored()) {
      trees.push_back({modules_.vendorDir() + "/" + m->path, m->path, false, {}}); // what is ignored is not there
      continue;
    }
    auto dir = modules_.sourceOf(*m);
    if (!dir)
      fail(argument, dir.error());
    else
      trees.push_back({*dir, m->path, false, ignoresOf(files(), m->mod_file)});
  }
  return trees;
}

std::vector<Package *> Loader::expandPattern(const std::string &argument) {
  std::vector<Package *> out;
  std::string pattern;
  if (argument == "tool") {
    for (const Module *m : modules_.mains())
      for (const std::string &path : modules_.mainFile(*m).tools)
        if (Package *p = loadRoot(path, path))
          out.push_back(p);
    return out;
  }
  std::vector<std::string> paths;
  auto note = [this](const std::string &dir, LeftOut why) {
    if (why == LeftOut::Symlink)
      std::fprintf(stderr, "warning: ignoring symlink %s\n", dir.c_str());
    else if (shows_ignored_)
      std::fprintf(stderr, "# ignoring directory %s\n", dir.c_str());
  };
  for (const PackageTree &tree : treesFor(argument, pattern))
    for (std::string &path : packagePaths(files(), tree, note))
      if (pattern == "..." || matchesPattern(pattern, path))
        paths.push_back(std::move(path));
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  if (isLocalPath(argument)) // as in any module, what is vendored is no match of folders above it
    std::erase_if(paths, [&pattern](const std::string &path) {
      return (startsWith(path, "vendor/") || startsWith(path, "cmd/vendor/")) && !startsWith(pattern, "vendor/") &&
             !startsWith(pattern, "cmd/vendor/");
    });
  for (const std::string &path : paths) {
    // A folder whose files are all left out by constraints is no match of a pattern; one that has but tests is one for
    // those who ask for tests.
    if (Package *p = loadMatch(path))
      out.push_back(p);
  }
  if (argument == "all") {
    for (const std::string &path : tools_)
      if (Package *p = loadRoot(path, path); p && std::find(out.begin(), out.end(), p) == out.end())
        out.push_back(p);
    addDependencies(out);
  }
  if (out.empty() && errors_.empty())
    std::fprintf(stderr, "go: warning: \"%s\" matched no packages\n", argument.c_str());
  return out;
}

// For "all": what the packages of the main modules and their tests need.
void Loader::addDependencies(std::vector<Package *> &roots) {
  std::vector<Package *> named = roots, needed = roots;
  for (Package *p : named) {
    Package internal, external;
    if (loadTests(*p, internal, external)) {
      needed.insert(needed.end(), internal.deps.begin(), internal.deps.end());
      needed.insert(needed.end(), external.deps.begin(), external.deps.end());
    }
  }
  for (Package *p : inDependencyOrder(needed))
    if (std::find(roots.begin(), roots.end(), p) == roots.end())
      roots.push_back(p);
  if (std::any_of(roots.begin(), roots.end(), [](const Package *p) { return p->imports.count("unsafe") != 0; }))
    roots.push_back(libraryPackage("unsafe"));
  std::sort(roots.begin(), roots.end(), [](const Package *a, const Package *b) { return a->import_path < b->import_path; });
}

bool Loader::isLibraryPath(const std::string &path) {
  return firstElement(path).find('.') == std::string::npos && holdsGoFiles(filesIn(sdk_.source() + "/" + path));
}

ErrorOr<bool> Loader::locate(const std::string &written, const Package *importer, Found &found) {
  found.import_path = written;
  // The library's own packages see its vendored modules first.
  if (importer && importer->standard) {
    std::string vendor = startsWith(importer->import_path, "cmd/") ? "cmd/vendor/" : "vendor/";
    std::string vendored = sdk_.source() + "/" + vendor + written;
    auto [known, fresh] = vendored_by_library_.try_emplace(vendored);
    if (fresh)
      known->second = files().isDirectory(vendored);
    if (known->second) {
      found = {vendored, vendor + written, true, nullptr};
      return true;
    }
  }
  if (isLibraryPath(written)) {
    if (modules_.hidesLibrary(written))
      return Error{"ambiguous import: found package " + written + " in the library and in a module"};
    found.dir = sdk_.source() + "/" + written;
    found.standard = true;
    return true;
  }
  auto place = modules_.locate(written, importer ? importer->import_path : "", importer ? importer->module : nullptr);
  if (!place)
    return place.takeError();
  found.dir = place->dir;
  found.module = place->module;
  return !found.dir.empty();
}

// Why there is no such package, in go's words.
std::string Loader::missingPackage(const std::string &path, const Package *importer) const {
  if (std::string fault = modules::importPathFault(path); !fault.empty() && !importer)
    return "malformed import path " + modules::quotedText(path) + ": " + fault;
  if (firstElement(path).find('.') == std::string::npos) {
    std::string message = "package " + path + " is not in std (" + sdk_.source() + "/" + path + ")";
    if (importer && importer->module && !importer->module->main && !importer->module->go.empty())
      message += "\nnote: imported by a module that requires go " + importer->module->go;
    return message;
  }
  if (modules_.vendored())
    return "cannot find module providing package " + path + ": import lookup disabled by -mod=vendor";
  if (modules_.empty())
    return "no required module provides package " + path +
           ": go.mod file not found in current directory or any parent directory; see 'go help modules'";
  if (modules_.mod() == "mod")
    return "cannot find module providing package " + path;
  return "no required module provides package " + path + "; to add it:\n\tgo get " + path;
}

} // namespace gannet::command
