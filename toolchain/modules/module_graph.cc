// Of ModuleSet: reading the go.mod files of others, and choosing versions among them.
#include "compiler/base/file.h"
#include "toolchain/command/paths.h"
#include "toolchain/modules/module_set.h"

#include <deque>

namespace gannet::modules {

using command::parentDir;

// Whether the main modules' go.mod files list all that their packages need (go 1.17 on).
bool ModuleSet::mainPruned() const {
  for (const Module *m : mains_)
    if (compareGoVersion(m->go.empty() ? "1.16" : m->go, "1.17") < 0)
      return false;
  return true;
}

ErrorOr<Module *> ModuleSet::moduleOf(const ModuleVersion &id) {
  std::unique_ptr<Module> &slot = modules_[id];
  if (slot)
    return slot.get();
  slot = std::make_unique<Module>();
  Module *m = slot.get();
  m->path = id.path;
  m->version = id.version;
  for (const Module *main : mains_)
    for (const Requirement &r : mainFile(*main).requires_)
      if (r.module.path == id.path) {
        m->root = true;
        m->indirect = r.indirect;
      }
  if (!m->root)
    m->indirect = true;
  const Module *by = nullptr;
  if (const Replacement *r = replacementOf(id, &by))
    m->replacement = r->to;
  if (vendored()) {
    if (const VendorList::Entry *e = vendor_.find(id))
      m->go = e->go;
    return m;
  }
  ModuleVersion actual = m->replacement ? *m->replacement : id;
  if (actual.version.empty()) {
    std::string base = by ? by->dir : parentDir(work_file_);
    m->dir = command::cleanPath(actual.path[0] == '/' ? actual.path : base + "/" + actual.path);
    m->mod_file = m->dir + "/go.mod";
  } else {
    m->dir = cache_.sourceDir(actual);
    m->mod_file = cache_.modFile(actual);
  }
  return m;
}

ErrorOr<std::string> ModuleSet::sourceOf(const Module &module) {
  if (module.main || vendored())
    return module.dir;
  ModuleVersion actual = module.replacement ? *module.replacement : module.id();
  if (actual.version.empty()) {
    if (!options_.files.isDirectory(module.dir))
      return Error{module.id().str() + ": replacement directory " + actual.path + " does not exist"};
  } else {
    if (!options_.files.isDirectory(module.dir) && (!options_.download || !options_.download(actual, false) || !options_.files.isDirectory(module.dir)))
      return Error{module.id().str() + ": the module is not in the module cache " + cache_.dir()};
    auto hash = readFile(cache_.zipHashFile(actual));
    if (hash && check_sums_ && sums_.check(actual, false, *hash) == GoSum::Answer::Different)
      return Error{"verifying " + actual.str() + ": checksum mismatch\n\tdownloaded: " + *hash +
                   "\n\tgo.sum:     " + sums_.sum(actual, false) +
                   "\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.\nThe bits may "
                   "have been replaced on the origin server, or an attacker may\nhave intercepted the download "
                   "attempt.\n\nFor more information, see 'go help module-auth'."};
  }
  Module &known = *modules_.at(module.id());
  if (known.go.empty()) {
    auto summary = summaryOf(module.id());
    if (!summary)
      return summary.takeError();
    known.go = (*summary)->file.go;
    if (auto fits = checkGoVersion("module " + module.id().str(), known.go); !fits)
      return fits.takeError();
  }
  return module.dir;
}

// The text of the go.mod of a module that is not a main one, checked against go.sum.
ErrorOr<std::string> ModuleSet::readModFile(const ModuleVersion &id, std::string &shown) {
  auto m = moduleOf(id);
  if (!m)
    return m.takeError();
  ModuleVersion actual = (*m)->replacement ? *(*m)->replacement : id;
  shown = options_.shown((*m)->mod_file);
  std::string replaced = (*m)->replacement ? " (replaced by " + actual.str() + ")" : "";
  if (actual.version.empty()) {
    auto text = options_.files.read((*m)->mod_file);
    if (!text)
      return Error{"go: " + id.str() + replaced + ": reading " + shown + ": " + text.error()};
    return text;
  }
  if (mod_ == "readonly" && check_sums_ && !sums_.has(actual, true))
    return Error{"go: " + id.str() + replaced + ": missing go.sum entry for go.mod file; to add it:\n\tgo mod download " +
                 id.path};
  if (!options_.files.exists((*m)->mod_file) && options_.download)
    options_.download(actual, true);
  auto text = options_.files.read((*m)->mod_file);
  if (!text)
    return Error{"go: " + id.str() + replaced + ": the module is not in the module cache " + cache_.dir()};
  std::string hash = hashOfModFile(*text);
  if (check_sums_ && sums_.check(actual, true, hash) == GoSum::Answer::Different)
    return Error{"go: verifying " + actual.str() + "/go.mod: checksum mismatch\n\tdownloaded: " + hash +
                 "\n\tgo.sum:     " + sums_.sum(actual, true) +
                 "\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.\nThe bits may "
                 "have been replaced on the origin server, or an attacker may\nhave intercepted the download "
                 "attempt.\n\nFor more information, see 'go help module-auth'."};
  return text;
}

ErrorOr<const ModuleSet::Summary *> ModuleSet::summaryOf(const ModuleVersion &id) {
  std::unique_ptr<Summary> &slot = summaries_[id];
  if (slot)
    return slot.get();
  std::string shown;
  auto text = readModFile(id, shown);
  if (!text)
    return text.takeError();
  auto parsed = parseModFile(shown, *text, ModFileKind::Dependency);
  if (!parsed)
    return Error{"go: " + id.str() + ": parsing go.mod: " + parsed.error()};
  auto m = moduleOf(id);
  if (!m)
    return m.takeError();
  bool replaced = (*m)->replacement.has_value();
  if (!replaced && !parsed->module.empty() && parsed->module != id.path)
    return Error{"go: " + id.str() + ": parsing go.mod:\n\tmodule declares its path as: " + parsed->module +
                 "\n\t        but was required as: " + id.path};
  slot = std::make_unique<Summary>();
  slot->pruned = compareGoVersion(parsed->go.empty() ? "1.16" : parsed->go, "1.17") >= 0;
  slot->file = std::move(*parsed);
  (*m)->go = slot->file.go;
  return slot.get();
}

namespace {

constexpr const char kDirty[] = "go: updates to go.mod needed; to update it:\n\tgo mod tidy";

} // namespace

// Whether the main module's go.mod is up to date with what a module that packages are used of requires: that version of Go,
// and those of modules that it names, too.
ErrorOr<void> ModuleSet::checkRoots(const Module &used) {
  if (mod_ != "readonly" || !work_file_.empty())
    return {};
  auto summary = summaryOf(used.id());
  if (!summary)
    return summary.takeError();
  const ModFile &file = (*summary)->file;
  std::string go = mains_[0]->go.empty() ? "1.16" : mains_[0]->go;
  if (compareGoVersion(file.go, "1.21") >= 0 && compareGoVersion(go, file.go) < 0)
    return Error{kDirty};
  for (const Requirement &r : file.requires_) {
    auto root = roots_.find(r.module.path);
    if (root != roots_.end() && !root->second.empty() && !isExcluded(r.module) && compareSemver(root->second, r.module.version) < 0)
      return Error{kDirty};
  }
  return {};
}

// Breadth first from the main modules' requirements. Behind a module of go 1.17 or later, its requirements count but not
// what these require in turn; behind an older one, everything does.
ErrorOr<void> ModuleSet::loadGraph() {
  if (graph_loaded_)
    return {};
  struct Item {
    ModuleVersion module;
    bool pruned;
  };
  std::deque<Item> pending;
  std::set<std::pair<ModuleVersion, bool>> queued;
  auto select = [&](const ModuleVersion &m) {
    std::string &version = selected_[m.path];
    if (compareSemver(version, m.version) < 0)
      version = m.version;
  };
  auto isMain = [&](const std::string &path) {
    for (const Module *main : mains_)
      if (main->path == path)
        return true;
    return false;
  };
  auto enqueue = [&](const ModuleVersion &m, bool pruned) {
    if (queued.insert({m, pruned}).second)
      pending.push_back({m, pruned});
  };
  for (const Module *main : mains_)
    for (const Requirement &r : mainFile(*main).requires_)
      if (!isMain(r.module.path) && !isExcluded(r.module)) {
        select(r.module);
        enqueue(r.module, compareGoVersion(main->go.empty() ? "1.16" : main->go, "1.17") >= 0);
      }
  while (!pending.empty()) {
    Item item = pending.front();
    pending.pop_front();
    auto summary = summaryOf(item.module);
    if (!summary)
      return summary.takeError();
    bool next_pruned = item.pruned && (*summary)->pruned;
    for (const Requirement &r : (*summary)->file.requires_) {
      if (isMain(r.module.path) || isExcluded(r.module))
        continue;
      select(r.module);
      if (!item.pruned || !(*summary)->pruned)
        enqueue(r.module, next_pruned);
    }
  }
  graph_loaded_ = true;
  if (mod_ != "readonly" || !work_file_.empty())
    return {};
  for (const auto &[path, version] : roots_)
    if (!version.empty() && selected_[path] != version)
      return Error{kDirty};
  return {};
}

ErrorOr<std::vector<const Module *>> ModuleSet::all() {
  std::vector<const Module *> out(mains_.begin(), mains_.end());
  if (vendored()) {
    for (const VendorList::Entry &e : vendor_.entries) {
      if (!e.has_packages)
        continue;
      auto m = moduleOf(e.module);
      if (!m)
        return m.takeError();
      out.push_back(*m);
    }
    return out;
  }
  if (mains_.empty())
    return out;
  if (auto loaded = loadGraph(); !loaded)
    return loaded.takeError();
  for (const auto &[path, version] : selected_) {
    auto m = moduleOf({path, version});
    if (!m)
      return m.takeError();
    // What it says is known if it is at hand; the list does not depend on it.
    if ((*m)->go.empty() && options_.files.exists((*m)->mod_file))
      if (auto text = options_.files.read((*m)->mod_file))
        if (auto file = parseModFile((*m)->mod_file, *text, ModFileKind::Dependency))
          (*m)->go = file->go;
    out.push_back(*m);
  }
  return out;
}

} // namespace gannet::modules
