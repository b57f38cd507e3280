#include "toolchain/modules/module_set.h"

#include "compiler/base/file.h"
#include "toolchain/command/paths.h"
#include "toolchain/modules/import_path.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace gannet::modules {

using command::absolutePath;
using command::baseName;
using command::parentDir;
using command::within;

std::string Module::languageVersion() const {
  if (go.empty())
    return "1.16";
  // The series alone: 1.26.1 and 1.26rc1 are of language version 1.26.
  std::size_t dot = go.find('.');
  std::size_t end = dot + 1;
  while (end < go.size() && go[end] >= '0' && go[end] <= '9')
    ++end;
  return go.substr(0, end);
}

namespace {

bool isFile(const command::Files &files, const std::string &path) { return files.exists(path) && !files.isDirectory(path); }

// How a directory is written in a file of directory `base`.
std::string directoryPath(const std::string &dir, const std::string &base) {
  std::string path = std::filesystem::path(dir).lexically_relative(base);
  return path == "." || path.rfind("..", 0) == 0 ? path : "./" + path;
}

std::string findUpwards(const command::Files &files, const std::string &dir, const char *name) {
  for (std::string at = dir;; at = parentDir(at)) {
    std::string file = at + "/" + name;
    if (isFile(files, file))
      return file;
    if (at == "/" || at == ".")
      return "";
  }
}

} // namespace

ErrorOr<std::unique_ptr<ModuleSet>> ModuleSet::find(const std::string &dir, ModuleOptions options) {
  std::unique_ptr<ModuleSet> set(new ModuleSet(std::move(options)));
  const ModuleOptions &o = set->options_;
  std::string work = o.work;
  if (work.empty())
    work = findUpwards(o.files, dir, "go.work");
  if (!work.empty() && work != "off") {
    if (work[0] != '/')
      return Error{"go: invalid GOWORK: not an absolute path"};
    if (!o.mod_file.empty())
      return Error{"go: -modfile cannot be used in workspace mode"};
    if (auto opened = set->openWorkspace(work); !opened)
      return opened.takeError();
  } else {
    std::string file = findUpwards(o.files, dir, "go.mod");
    if (!file.empty() && parentDir(file) == command::temporaryRoot()) {
      std::fprintf(stderr, "go: warning: ignoring go.mod in system temp root %s\n", parentDir(file).c_str());
      file.clear();
    }
    if (file.empty()) {
      if (!o.mod_file.empty())
        return Error{"go: -modfile cannot be used with commands that ignore the current module"};
      return set;
    }
    if (parentDir(file) == o.no_module) {
      std::fprintf(stderr, "go: warning: ignoring go.mod in $GOPATH %s\n", o.no_module.c_str());
      return set;
    }
    auto main = set->openMain(parentDir(file));
    if (!main)
      return main.takeError();
    set->mains_.push_back(*main);
  }
  if (auto chosen = set->chooseMode(); !chosen)
    return chosen.takeError();
  for (const Module *main : set->mains_)
    for (const Requirement &r : set->mainFile(*main).requires_) {
      std::string &version = set->roots_[r.module.path];
      if (!set->isExcluded(r.module) && compareSemver(version, r.module.version) < 0)
        version = r.module.version;
    }
  for (const Module *main : set->mains_)
    set->roots_.erase(main->path);
  if (auto once = set->checkUsedOnce(); !once)
    return once.takeError();
  return set;
}

// One module may not stand for two: packages of it would be there twice.
ErrorOr<void> ModuleSet::checkUsedOnce() const {
  std::map<ModuleVersion, std::string> users;
  for (const auto &[path, version] : roots_) {
    const Module *by = nullptr;
    const Replacement *replacement = replacementOf({path, version}, &by);
    if (replacement && replacement->to.version.empty())
      continue; // a directory
    ModuleVersion actual = replacement ? replacement->to : ModuleVersion{path, version};
    auto [user, fresh] = users.emplace(actual, path);
    if (!fresh)
      return Error{"go: " + actual.str() + " used for two different module paths (" + user->second + " and " + path + ")"};
  }
  return {};
}

ErrorOr<void> ModuleSet::checkGoVersion(const std::string &what, const std::string &go) const {
  if (go.empty() || compareGoVersion(go, options_.go_version) <= 0)
    return {};
  return Error{"go: " + what + " requires go >= " + go + " (running go " + options_.go_version + "; GOTOOLCHAIN=local)"};
}

ErrorOr<void> ModuleSet::openWorkspace(const std::string &file) {
  work_file_ = file;
  std::string shown = options_.shown(file);
  auto text = options_.files.read(file);
  if (!text)
    return Error{"go: reading go.work: " + text.error()};
  auto parsed = parseModFile(shown, *text, ModFileKind::Work);
  if (!parsed)
    return Error{"go: errors parsing " + shown + ":\n" + parsed.error()};
  work_ = std::move(*parsed);
  if (auto fits = checkGoVersion(baseName(file), work_.go); !fits)
    return fits.takeError();
  std::string dir = parentDir(file);
  for (const std::string &use : work_.uses) {
    std::string at = use[0] == '/' ? use : dir + "/" + use;
    if (!isFile(options_.files, command::cleanPath(at) + "/go.mod"))
      return Error{"go: cannot load module " + use + " listed in go.work file: open " + options_.shown(command::cleanPath(at)) +
                   "/go.mod: no such file or directory"};
    auto main = openMain(command::cleanPath(at));
    if (!main)
      return main.takeError();
    mains_.push_back(*main);
    if (compareGoVersion(work_.go.empty() ? "1.18" : work_.go, (*main)->go) < 0)
      return Error{"go: module " + options_.shown((*main)->dir) + " listed in go.work file requires go >= " + (*main)->go +
                   ", but go.work lists go " + (work_.go.empty() ? "1.18" : work_.go) + "; to update it:\n\tgo work use"};
  }
  if (auto agree = checkReplacements(); !agree)
    return agree.takeError();
  if (mains_.empty())
    return Error{"go: no modules were found in the current workspace; see 'go help work'"};
  sums_.addFile(file + ".sum");
  return {};
}

// What a module is replaced by in several modules of a workspace must be one thing, unless go.work itself says what.
ErrorOr<void> ModuleSet::checkReplacements() const {
  std::map<ModuleVersion, ModuleVersion> known;
  for (const Replacement &r : work_.replaces) {
    known[r.from] = {};
    for (const Module *main : mains_)
      if (r.from.version.empty() && main->path == r.from.path)
        return Error{"go: workspace module " + main->path + " is replaced at all versions in the go.work file."};
  }
  for (const Module *main : mains_)
    for (const Replacement &r : mainFile(*main).replaces) {
      ModuleVersion to = r.to;
      if (to.version.empty())
        to.path = command::cleanPath(to.path[0] == '/' ? to.path : main->dir + "/" + to.path);
      auto [at, fresh] = known.emplace(r.from, to);
      if (!fresh && !at->second.path.empty() && !(at->second == to))
        return Error{"go: conflicting replacements for " + r.from.str() + ":\n\t" + at->second.str() + "\n\t" + to.str()};
    }
  return {};
}

ErrorOr<const Module *> ModuleSet::openMain(const std::string &dir) {
  std::string file = options_.mod_file.empty() ? dir + "/go.mod" : options_.mod_file;
  std::string shown = options_.shown(file);
  auto text = options_.files.read(file);
  if (!text)
    return text.takeError();
  auto parsed = parseModFile(shown, *text, ModFileKind::Main);
  if (!parsed)
    return Error{"go: errors parsing " + shown + ":\n" + parsed.error()};
  if (parsed->module.empty())
    return Error{"go: error reading " + shown + ": missing module declaration. To specify the module path:\n\tgo mod edit "
                 "-module=example.com/mod"};
  if (std::string fault = importPathFault(parsed->module); !fault.empty())
    return Error{"go: error reading " + shown + ": malformed module path " + quotedText(parsed->module) + ": " + fault};
  for (const Requirement &r : parsed->requires_)
    for (const ModuleVersion &excluded : parsed->excludes)
      if (r.module == excluded && options_.mod != "mod")
        return Error{"go: ignoring requirement on excluded version " + excluded.path + " " + excluded.version +
                     "\ngo: updates to go.mod needed"};
  if (auto fits = checkGoVersion(shown, parsed->go); !fits)
    return fits.takeError();
  for (const std::string &tool : parsed->tools)
    if (std::string fault = importPathFault(tool); !fault.empty())
      return Error{"go: malformed tool path " + quotedText(tool) + ": " + fault};
  if (modules_.count({parsed->module, ""}))
    return Error{"go: module " + parsed->module + " appears multiple times in workspace"};
  auto owned = std::make_unique<Module>();
  Module *m = owned.get();
  m->path = parsed->module;
  m->dir = dir;
  m->mod_file = file;
  m->go = parsed->go;
  m->main = true;
  main_files_[m] = std::make_unique<ModFile>(std::move(*parsed));
  modules_[m->id()] = std::move(owned);
  sums_.addFile((options_.mod_file.empty() ? dir + "/go" : file.substr(0, file.rfind('.'))) + ".sum");
  return m;
}

ErrorOr<void> ModuleSet::chooseMode() {
  bool workspace = !work_file_.empty();
  vendor_dir_ = (workspace ? parentDir(work_file_) : mains_[0]->dir) + "/vendor";
  mod_ = options_.mod;
  if (workspace && !mod_.empty() && mod_ != "readonly" && mod_ != "vendor")
    return Error{"go: -mod may only be set to readonly or vendor when in workspace mode, but it is set to \"" + mod_ +
                 "\"\n\tRemove the -mod flag to use the default readonly value, \n\tor set GOWORK=off to disable workspace "
                 "mode."};
  if (mod_.empty()) {
    const std::string &go = workspace ? work_.go : mains_[0]->go;
    mod_ = "readonly";
    if (options_.files.isDirectory(vendor_dir_) && !go.empty() && compareGoVersion(go, "1.14") >= 0) {
      auto text = options_.files.read(vendor_dir_ + "/modules.txt");
      if ((text && parseVendorList(*text).for_workspace) == workspace)
        mod_ = "vendor";
    }
  }
  return mod_ == "vendor" ? openVendor() : ErrorOr<void>{};
}

ErrorOr<void> ModuleSet::openVendor() {
  if (auto text = options_.files.read(vendor_dir_ + "/modules.txt"))
    vendor_ = parseVendorList(*text);
  for (const VendorList::Entry &e : vendor_.entries)
    if (auto fits = checkGoVersion(e.module.path + " in " + options_.shown(vendor_dir_ + "/modules.txt"), e.go); !fits)
      return fits.takeError();
  VendorClaims claims;
  std::vector<std::unique_ptr<ModFile>> as_seen; // from the workspace, which the list is of
  for (const Module *main : mains_) {
    as_seen.push_back(std::make_unique<ModFile>(mainFile(*main)));
    for (Replacement &r : as_seen.back()->replaces)
      if (!work_file_.empty() && r.to.version.empty() && r.to.path[0] != '/')
        r.to.path = directoryPath(command::cleanPath(main->dir + "/" + r.to.path), parentDir(work_file_));
    claims.mains.push_back({options_.shown(main->mod_file), as_seen.back().get()});
  }
  claims.work = work_file_.empty() ? nullptr : &work_;
  claims.before_1_14 = work_file_.empty() && compareGoVersion(mains_[0]->go, "1.14") < 0;
  std::string faults = vendorFaults(vendor_, claims);
  if (faults.empty())
    return {};
  return Error{"go: inconsistent vendoring in " + parentDir(vendor_dir_) + ":" + faults +
               "\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, "
               "run:\n\t\tgo " +
               (work_file_.empty() ? "mod" : "work") + " vendor"};
}

const Module *ModuleSet::mainAt(const std::string &dir) const {
  const Module *best = nullptr;
  for (const Module *m : mains_)
    if (!within(m->dir, dir).empty() && (!best || m->dir.size() > best->dir.size()))
      best = m;
  if (!best)
    return nullptr;
  for (std::string at = dir; at != best->dir; at = parentDir(at))
    if (isFile(options_.files, at + "/go.mod"))
      return nullptr; // a module of its own, and none of ours
  return best;
}

std::vector<std::pair<std::string, std::string>> ModuleSet::godebugs() const {
  if (!work_file_.empty())
    return work_.godebugs;
  return mains_.empty() ? std::vector<std::pair<std::string, std::string>>{} : mainFile(*mains_[0]).godebugs;
}

std::string ModuleSet::goVersion() const {
  if (mains_.empty())
    return "";
  const std::string &said = work_file_.empty() ? mains_[0]->go : work_.go;
  return said.empty() ? "1.16" : said;
}

std::vector<std::pair<std::string, std::string>> ModuleSet::localDirs() const {
  std::vector<std::pair<std::string, std::string>> out;
  auto add = [&](const ModFile &file, const std::string &base) {
    for (const Replacement &r : file.replaces)
      if (r.to.version.empty())
        out.emplace_back(r.from.path, command::cleanPath(r.to.path[0] == '/' ? r.to.path : base + "/" + r.to.path));
  };
  if (!work_file_.empty())
    add(work_, parentDir(work_file_));
  for (const Module *main : mains_)
    add(mainFile(*main), main->dir);
  return out;
}

const Replacement *ModuleSet::replacementOf(const ModuleVersion &m, const Module **by) const {
  const Replacement *any = nullptr;
  *by = nullptr;
  auto search = [&](const ModFile &file, const Module *owner) -> const Replacement * {
    for (const Replacement &r : file.replaces) {
      if (r.from.path != m.path)
        continue;
      if (r.from.version == m.version) {
        *by = owner;
        return &r;
      }
      if (r.from.version.empty() && !any) {
        any = &r;
        *by = owner;
      }
    }
    return nullptr;
  };
  if (!work_file_.empty())
    if (const Replacement *r = search(work_, nullptr))
      return r;
  if (any)
    return any; // go.work overrides what the modules say
  for (const Module *main : mains_)
    if (const Replacement *r = search(mainFile(*main), main))
      return r;
  return any;
}

bool ModuleSet::isExcluded(const ModuleVersion &m) const {
  for (const Module *main : mains_)
    for (const ModuleVersion &e : mainFile(*main).excludes)
      if (e == m)
        return true;
  return false;
}

bool ModuleSet::holds(const Module &m, const std::string &path, std::string &dir) const {
  dir = m.dir;
  if (path.size() > m.path.size())
    dir += "/" + path.substr(m.path.size() + 1);
  if (!options_.files.isDirectory(dir))
    return false;
  // A directory with a go.mod of its own is another module's. What is unpacked in the cache holds none such.
  if (m.main || (m.replacement && m.replacement->version.empty()))
    for (std::string at = dir; at != m.dir && at.size() > m.dir.size(); at = parentDir(at))
      if (isFile(options_.files, at + "/go.mod"))
        return false;
  for (const std::string &name : options_.files.list(dir))
    if (name.size() > 3 && name.compare(name.size() - 3, 3, ".go") == 0 && isFile(options_.files, dir + "/" + name))
      return true;
  return false;
}

bool ModuleSet::hidesLibrary(const std::string &path) const {
  std::string dir;
  for (const Module *m : mains_)
    if (hasPathPrefix(path, m->path) && holds(*m, path, dir))
      return true;
  Module in_vendor;
  in_vendor.dir = vendor_dir_;
  return vendored() && holds(in_vendor, "/" + path, dir);
}

ErrorOr<ModuleSet::Place> ModuleSet::locate(const std::string &path, const std::string &importer,
                                            const Module *importer_module) {
  if (mains_.empty())
    return Place{};
  return vendored() ? locateVendored(path) : locateSelected(path, importer, importer_module);
}

ErrorOr<ModuleSet::Place> ModuleSet::locateVendored(const std::string &path) {
  std::vector<Place> found;
  std::string dir;
  for (const Module *m : mains_)
    if (hasPathPrefix(path, m->path) && holds(*m, path, dir))
      found.push_back({dir, m});
  Module in_vendor;
  in_vendor.dir = vendor_dir_;
  if (holds(in_vendor, "/" + path, dir)) {
    dir = vendor_dir_ + "/" + path;
    auto known = vendor_.package_module.find(path);
    const std::string &go = work_file_.empty() ? mains_[0]->go : work_.go;
    if (known != vendor_.package_module.end()) {
      auto m = moduleOf(known->second);
      if (!m)
        return m.takeError();
      found.push_back({dir, *m});
    } else if (compareGoVersion(go, "1.23") < 0) {
      found.push_back({dir, nullptr});
    } else {
      std::fprintf(stderr,
                   "go: ignoring package %s which exists in the vendor directory but is missing from vendor/modules.txt. To "
                   "sync the vendor directory run go %s vendor.\n",
                   path.c_str(), work_file_.empty() ? "mod" : "work");
    }
  }
  if (found.size() > 1) {
    std::string message = "ambiguous import: found package " + path + " in multiple directories:";
    for (const Place &p : found)
      message += "\n\t" + p.dir;
    return Error{message};
  }
  return found.empty() ? Place{} : found[0];
}

Error ModuleSet::missingSum(const std::string &path, const std::vector<ModuleVersion> &missing, bool found,
                            const std::string &importer, const Module *importer_module) const {
  std::string by = importer.empty() ? "" : " (imported by " + importer + ")";
  std::string message = found ? "missing go.sum entry needed to verify package " + path + by +
                                    " is provided by exactly one module"
                              : "missing go.sum entry for module providing package " + path + by;
  if (importer.empty()) {
    message += "; to add:\n\tgo mod download";
    for (const ModuleVersion &m : missing)
      message += " " + m.path;
  } else {
    message += "; to add:\n\tgo get " + importer;
    if (importer_module && !importer_module->version.empty())
      message += "@" + importer_module->version;
  }
  return Error{message};
}

ErrorOr<ModuleSet::Place> ModuleSet::locateSelected(const std::string &path, const std::string &importer,
                                                    const Module *importer_module) {
  if (!mainPruned())
    if (auto loaded = loadGraph(); !loaded)
      return loaded.takeError();
  for (;;) {
    std::vector<Place> found;
    std::vector<ModuleVersion> without_sum;
    for (std::string prefix = path;; prefix = parentDir(prefix)) {
      Module *m = nullptr;
      for (const Module *main : mains_)
        if (main->path == prefix)
          m = modules_.at(main->id()).get();
      std::string version = m ? "" : selected(prefix);
      if (!m && !version.empty()) {
        auto got = moduleOf({prefix, version});
        if (!got)
          return got.takeError();
        m = *got;
        bool local = m->replacement && m->replacement->version.empty();
        ModuleVersion actual = m->replacement ? *m->replacement : m->id();
        if (!local && check_sums_ && mod_ == "readonly" && !sums_.has(actual, false)) {
          without_sum.insert(without_sum.begin(), m->id());
          m = nullptr;
        } else if (auto dir = sourceOf(*m); !dir) {
          return dir.takeError();
        }
      }
      std::string dir;
      if (m && holds(*m, path, dir))
        found.insert(found.begin(), {dir, m});
      if (prefix.find('/') == std::string::npos)
        break;
    }
    if (found.size() > 1) {
      std::string message = "ambiguous import: found package " + path + " in multiple modules:";
      for (const Place &p : found)
        message += "\n\t" + p.module->path + (p.module->version.empty() ? "" : " " + p.module->version) + " (" + p.dir + ")";
      return Error{message};
    }
    if (!without_sum.empty())
      return missingSum(path, without_sum, !found.empty(), importer, importer_module);
    if (found.size() == 1) {
      const Module *m = found[0].module;
      if (importer_module && importer_module->main && !m->main && !m->root && work_file_.empty())
        return Error{"package " + importer + " imports " + path +
                     " from implicitly required module; to add missing requirements, run:\n\tgo get " + m->id().str()};
      if (!m->main)
        if (auto good = checkRoots(*m); !good)
          return good.takeError();
      return found[0];
    }
    if (graph_loaded_)
      return Place{};
    if (auto loaded = loadGraph(); !loaded)
      return loaded.takeError();
  }
}

std::string ModuleSet::selected(const std::string &path) const {
  const std::map<std::string, std::string> &from = graph_loaded_ ? selected_ : roots_;
  auto at = from.find(path);
  return at == from.end() ? "" : at->second;
}

} // namespace gannet::modules
