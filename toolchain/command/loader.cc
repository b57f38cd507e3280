#include "toolchain/command/loader.h"

#include "compiler/syntax/parser.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/paths.h"
#include "toolchain/modules/import_path.h"

#include <algorithm>
#include <functional>

namespace gannet::command {

namespace {

bool endsWith(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && s.substr(s.size() - suffix.size()) == suffix;
}

void sortUnique(std::vector<std::string> &items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

std::string unquote(std::string_view literal) {
  return literal.size() >= 2 ? std::string(literal.substr(1, literal.size() - 2)) : std::string();
}

// The patterns of the //go:embed lines of a file's text, and where they are.
void collectEmbeds(const std::string &shown, std::string_view text, std::vector<std::pair<std::string, std::string>> &out) {
  constexpr std::string_view kDirective = "//go:embed";
  std::size_t at = 0;
  auto add = [&](std::string_view pattern, std::string_view begin) {
    std::size_t offset = static_cast<std::size_t>(begin.data() - text.data());
    std::size_t line = static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n')) + 1;
    std::size_t column = offset - (offset ? text.rfind('\n', offset - 1) : std::string_view::npos);
    out.emplace_back(pattern, shown + ":" + std::to_string(line) + ":" + std::to_string(column));
  };
  while ((at = text.find(kDirective, at)) != std::string_view::npos) {
    std::size_t before = at == 0 ? std::string_view::npos : text.find_last_not_of(" \t", at - 1);
    bool at_line_start = before == std::string_view::npos || text[before] == '\n';
    std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view rest = text.substr(at + kDirective.size(), end - at - kDirective.size());
    at = end;
    if (!at_line_start || rest.empty() || (rest[0] != ' ' && rest[0] != '\t'))
      continue;
    std::size_t i = 0;
    while (i < rest.size()) {
      if (rest[i] == ' ' || rest[i] == '\t' || rest[i] == '\r') {
        ++i;
        continue;
      }
      if (rest[i] == '"' || rest[i] == '`') {
        std::size_t close = rest.find(rest[i], i + 1);
        if (close == std::string_view::npos)
          break;
        add(rest.substr(i + 1, close - i - 1), rest.substr(i));
        i = close + 1;
        continue;
      }
      std::size_t stop = i;
      while (stop < rest.size() && rest[stop] != ' ' && rest[stop] != '\t' && rest[stop] != '\r')
        ++stop;
      add(rest.substr(i, stop - i), rest.substr(i));
      i = stop;
    }
  }
}

// The "key=value" of the //go:debug lines before the package clause.
void collectDebugLines(std::string_view text, std::vector<std::string> &out) {
  constexpr std::string_view kDirective = "//go:debug ";
  while (!text.empty() && text.substr(0, 8) != "package ") {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.substr(0, kDirective.size()) != kDirective)
      continue;
    line.remove_prefix(kDirective.size());
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
      line.remove_suffix(1);
    out.emplace_back(line);
  }
}

std::string inSmallLetters(std::string text) {
  for (char &c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

} // namespace

Loader::Loader(const Sdk &sdk, modules::ModuleSet &modules, std::vector<std::string> tags, unsigned level)
    : sdk_(sdk), modules_(modules), tags_(tags.begin(), tags.end()), level_(level) {
  for (unsigned i = 1; i <= level; ++i)
    tags_.insert("amd64.v" + std::to_string(i));
  setExperiments("");
  for (const modules::Module *m : modules_.mains())
    tools_.insert(modules_.mainFile(*m).tools.begin(), modules_.mainFile(*m).tools.end());
  target_.has_tag = [this](std::string_view tag) { return tags_.count(std::string(tag)) != 0; };
}

std::vector<Package *> Loader::load(const std::vector<std::string> &arguments) {
  std::vector<std::string> named = arguments.empty() ? std::vector<std::string>{"."} : arguments;
  std::vector<Package *> roots;
  std::vector<std::string> settings;
  for (const auto &[key, value] : modules_.godebugs())
    settings.push_back(key + "=" + value);
  if (std::string bad = invalidGodebug(sdk_, settings); !bad.empty()) {
    fail("", "invalid godebug " + bad);
    return roots;
  }
  if (nameFiles(named)) {
    for (const std::string &file : named)
      if (!endsWith(file, ".go")) {
        fail("", "named files must all be .go files");
        return roots;
      }
    if (Package *p = loadFiles(named))
      roots.push_back(p);
  } else {
    for (const std::string &argument : named)
      for (Package *p : expand(argument))
        if (std::find(roots.begin(), roots.end(), p) == roots.end())
          roots.push_back(p);
  }
  // Every program holds package runtime, imported or not.
  if (!roots.empty() && errors_.empty())
    implicitRuntime();
  return roots;
}

// A folder may be called x.go, too.
bool Loader::nameFiles(const std::vector<std::string> &arguments) const {
  return std::any_of(arguments.begin(), arguments.end(), [this](const std::string &word) {
    std::string path = absolutePath(word);
    return endsWith(word, ".go") && files().exists(path) && !files().isDirectory(path);
  });
}

std::vector<Package *> Loader::loadForTest(const std::vector<std::string> &arguments) {
  for_test_ = true;
  std::vector<Package *> roots = load(arguments);
  for_test_ = false;
  return roots;
}

// The library is of this toolchain's version, as are files outside any module.
std::string Loader::languageOf(const modules::Module *module) { return "go" + (module ? module->languageVersion() : "1.26"); }

Package *Loader::implicitRuntime() { return loadPackage("runtime", nullptr, "runtime"); }

Package *Loader::loadMatch(const std::string &path) {
  std::size_t before = for_test_ ? 0 : errors_.size();
  Package *p = loadRoot(path, path);
  const std::vector<LoadError> &errors = for_test_ ? p->errors : errors_;
  if (errors.size() == before)
    return p;
  bool no_match = errors[before].text.find("build constraints exclude all Go files") != std::string::npos ||
                  errors[before].text.find("no non-test Go files in") != std::string::npos;
  if (!no_match)
    return p;
  errors_.resize(std::min(before, errors_.size()));
  return nullptr;
}

Package *Loader::loadRoot(const std::string &path, const std::string &written) {
  if (!for_test_)
    return loadPackage(path, nullptr, written);
  std::vector<LoadError> earlier = takeErrors();
  Package *p = loadPackage(path, nullptr, written);
  std::vector<LoadError> own = std::exchange(errors_, std::move(earlier));
  if (!p)
    return brokenRoot(path, std::move(own));
  p->errors.insert(p->errors.end(), own.begin(), own.end());
  return p;
}

// A package for testing that could not be loaded.
Package *Loader::brokenRoot(const std::string &path, std::vector<LoadError> errors) {
  std::unique_ptr<Package> &slot = packages_[path];
  if (!slot)
    slot = std::make_unique<Package>();
  slot->import_path = path;
  slot->incomplete = true;
  slot->errors.insert(slot->errors.end(), errors.begin(), errors.end());
  return slot.get();
}

Package *Loader::loadFiles(const std::vector<std::string> &files) {
  auto owned = std::make_unique<Package>();
  Package *p = owned.get();
  p->import_path = "command-line-arguments";
  p->dir = parentDir(absolutePath(files[0]));
  p->module = modules_.mainAt(p->dir);
  p->standard = !within(sdk_.source(), p->dir).empty();
  p->lang = languageOf(p->module);
  for (const std::string &file : files) {
    std::string full = absolutePath(file), fault;
    if (!endsWith(file, ".go"))
      fault = "named files must be .go files: " + file;
    else if (!this->files().exists(full))
      fault = "stat " + file + ": no such file or directory";
    else if (this->files().isDirectory(full))
      fault = file + " is a directory, should be a Go file";
    if (!fault.empty()) {
      fail(file, fault);
      return nullptr;
    }
    if (parentDir(full) != p->dir) {
      fail(p->import_path, "named files must all be in one directory; have " + shortPath(p->dir) + " and " + shortPath(parentDir(full)));
      return nullptr;
    }
    (for_test_ && endsWith(full, "_test.go") ? named_tests_ : p->go_files).push_back(baseName(full));
  }
  packages_[p->import_path] = std::move(owned);
  for (const std::string &file : p->go_files)
    if (!readGoFile(*p, file))
      return nullptr;
  if (p->go_files.empty() && !readTestOnly(*p, named_tests_))
    return nullptr;
  sortUnique(p->embed_patterns);
  if (!checkSettings(*p) || !checkNames(*p) || !checkEmbeds(*p))
    return nullptr;
  stack_.push_back(p);
  loadImports(*p);
  stack_.pop_back();
  return errors_.empty() ? p : nullptr;
}

// What go says of a package that is imported while it is loaded: how it came to that.
std::string Loader::importCycle(const Package &repeated) const {
  std::string out = "package " + stack_[0]->import_path;
  for (std::size_t i = 0; i < stack_.size(); ++i) {
    const Package &next = i + 1 < stack_.size() ? *stack_[i + 1] : repeated;
    out += "\n\timports " + next.import_path + importingFile(*stack_[i], next.import_path);
  }
  return out + ": import cycle not allowed";
}

// How go says which package an error is of: the one that the command line names, and what leads from it.
std::string Loader::importStack(const Package &package) const {
  std::string out = "package ";
  for (const Package *p : stack_) {
    auto known = packages_.find(p->import_path);
    bool tests = known != packages_.end() && known->second.get() != p;
    out += p->import_path + (tests ? " (test)" : "") + "\n\timports ";
  }
  return out + package.import_path + ": ";
}

bool Loader::checkNames(const Package &package) {
  std::map<std::string, std::string> names; // in small letters
  std::string fault;
  if (package.dir.find_first_of("\r\n") != std::string::npos)
    fault = "invalid package directory " + modules::quotedText(package.dir);
  for (const auto *files : {&package.go_files, &package.asm_files, &package.header_files, &package.ignored_files})
    for (const std::string &name : *files) {
      auto [known, fresh] = names.emplace(inSmallLetters(name), name);
      if (!fresh && fault.empty() && known->second != name)
        fault = "case-insensitive file name collision: " + modules::quotedText(std::min(known->second, name)) + " and " +
                modules::quotedText(std::max(known->second, name));
    }
  if (!fault.empty())
    fail(package.import_path, importStack(package) + fault);
  return fault.empty();
}

bool Loader::checkEmbeds(const Package &package) {
  if (!checks_embeds_ || package.embed_patterns.empty())
    return true;
  std::string pattern;
  auto found = findEmbeds(files(), package, &pattern);
  if (!found)
    fail(package.import_path, package.embed_positions.at(pattern) + ": " + found.error());
  return found.operator bool();
}

Package *Loader::loadPackage(const std::string &path, const Package *importer, const std::string &written) {
  std::string where;
  if (importer) {
    auto at = importer->import_positions.find(written);
    if (at != importer->import_positions.end())
      where = at->second + ": ";
  }
  if (path == "C") {
    fail(path, where + "import \"C\": cgo is not supported by Gannet (CGO_ENABLED=0)");
    return nullptr;
  }
  if (importer && isMetaPackage(path)) {
    fail(path, where + "\"" + path + "\" is not an importable package; see 'go help packages'");
    return nullptr;
  }
  if (isLocalPath(path)) {
    fail(path, where + "\"" + path + "\" is relative, but relative import paths are not supported in module mode");
    return nullptr;
  }
  Found found;
  auto located = locate(path, importer, found);
  auto folded = folded_.emplace(inSmallLetters(found.import_path), found.import_path).first;
  if (folded->second != found.import_path) {
    fail(found.import_path, where + "case-insensitive import collision: " + modules::quotedText(found.import_path) + " and " +
         modules::quotedText(folded->second));
    return nullptr;
  }
  if (!located || !*located) {
    std::string text = located ? missingPackage(path, importer) : located.error();
    fail(path, where + (where.empty() || text.rfind("go: ", 0) != 0 ? text : text.substr(4)));
    return nullptr;
  }
  if (found.standard && importer && !importer->standard && (path.rfind("vendor/", 0) == 0 || path.rfind("cmd/vendor/", 0) == 0)) {
    fail(path, where + "use of vendored package not allowed");
    return nullptr;
  }
  if (importer && !where.empty() && !mayUse(*importer, found)) {
    fail(path, where + "use of internal package " + found.import_path + " not allowed");
    return nullptr;
  }
  if (auto known = packages_.find(found.import_path); known != packages_.end()) {
    Package *p = known->second.get();
    if (loading_.count(p)) {
      fail(p->import_path, importCycle(*p));
      return nullptr;
    }
    return p;
  }
  auto owned = std::make_unique<Package>();
  Package *p = owned.get();
  p->import_path = found.import_path;
  p->dir = found.dir;
  p->standard = found.standard;
  p->module = found.module;
  p->lang = languageOf(found.module);
  p->module_tool = tools_.count(p->import_path) != 0;
  packages_[p->import_path] = std::move(owned);
  if (!readPackage(*p) || !checkNames(*p) || !checkEmbeds(*p)) {
    p->incomplete = true;
    return nullptr;
  }
  if (importer && p->isMain()) {
    fail(p->import_path, where + "import \"" + p->import_path + "\" is a program, not an importable package");
    return nullptr;
  }
  loading_.insert(p);
  stack_.push_back(p);
  loadImports(*p);
  stack_.pop_back();
  loading_.erase(p);
  return p;
}

const std::vector<std::string> &Loader::filesIn(const std::string &dir) {
  auto [known, fresh] = file_names_.try_emplace(dir);
  if (fresh)
    known->second = files().listFiles(dir);
  return known->second;
}

ErrorOr<std::string> Loader::readText(const std::string &path) {
  if (auto known = texts_.extract(path))
    return std::move(known.mapped());
  return files().read(path);
}

bool Loader::selectFiles(const Package &package, std::string_view suffix, bool tests, std::vector<std::string> &out,
                         std::vector<std::string> *ignored) {
  const std::string &dir = package.dir;
  const bool go = suffix == ".go";
  if (go)
    texts_.clear();
  for (const std::string &name : filesIn(dir)) {
    if (!endsWith(name, suffix) || name[0] == '_' || name[0] == '.' || endsWith(name, "_test.go") != tests)
      continue;
    bool fits = syntax::fileNameFits(target_, name);
    if (fits) {
      auto text = files().read(dir + "/" + name);
      if (!text) {
        fail(package.import_path, text.error());
        return false;
      }
      auto found = syntax::fileFits(target_, name, *text);
      if (!found) {
        fail(package.import_path, shortPath(dir + "/" + name) + ": " + found.error());
        return false;
      }
      fits = *found;
      if (go && fits)
        texts_.emplace(dir + "/" + name, std::move(*text));
    }
    if (fits)
      out.push_back(name);
    else if (ignored)
      ignored->push_back(name);
  }
  return true;
}

bool Loader::readPackage(Package &package) {
  std::vector<std::string> candidates;
  if (!selectFiles(package, ".go", false, candidates, &package.ignored_files) ||
      !selectFiles(package, ".s", false, package.asm_files, nullptr))
    return false;
  for (const std::string &name : filesIn(package.dir))
    if (endsWith(name, ".h") && name[0] != '_' && name[0] != '.')
      package.header_files.push_back(name);
  if (candidates.empty()) {
    std::vector<std::string> tests;
    return selectFiles(package, ".go", true, tests, &package.ignored_files) && readTestOnly(package, tests);
  }
  bool good = true;
  for (const std::string &file : candidates) {
    bool uses_c = false;
    good &= readGoFile(package, file, &uses_c);
    (uses_c ? package.ignored_files : package.go_files).push_back(file);
  }
  if (good && package.go_files.empty()) {
    fail(package.import_path, importStack(package) + "build constraints exclude all Go files in " + package.dir +
         " (they import \"C\", and cgo is not supported by Gannet)");
    return false;
  }
  sortUnique(package.embed_patterns);
  return good && checkSettings(package);
}

// What go would not take of the package's //go:debug lines.
bool Loader::checkSettings(const Package &package) {
  if (package.isMain()) {
    if (std::string bad = invalidGodebug(sdk_, package.debug_lines); !bad.empty()) {
      fail(package.import_path, "invalid //go:debug: " + bad);
      return false;
    }
    std::set<std::string> keys;
    for (const std::string &line : package.debug_lines)
      if (std::string key = line.substr(0, line.find('=')); !keys.insert(key).second) {
        fail(package.import_path, "repeated //go:debug for " + key);
        return false;
      }
  }
  return true;
}

// A folder without Go files but tests: nothing to build, but something to test.
bool Loader::readTestOnly(Package &package, const std::vector<std::string> &tests) {
  if (tests.empty() && package.ignored_files.empty()) {
    fail(package.import_path, "no Go files in " + package.dir);
    return false;
  }
  if (tests.empty()) {
    fail(package.import_path, importStack(package) + "build constraints exclude all Go files in " + package.dir);
    return false;
  }
  if (!for_test_) {
    fail(package.import_path, importStack(package) + "no non-test Go files in " + package.dir);
    return false;
  }
  FileHead head;
  if (!readHead(package, tests[0], head))
    return false;
  package.only_tests = true;
  package.name = endsWith(head.package_name, "_test") ? head.package_name.substr(0, head.package_name.size() - 5)
                                                      : head.package_name;
  return true;
}

bool Loader::readHead(const Package &package, const std::string &file, FileHead &head) {
  auto text = readText(package.dir + "/" + file);
  if (!text) {
    fail(package.import_path, text.error());
    return false;
  }
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  std::string shown = shortPathFrom(here_, package.dir + "/" + file);
  std::uint16_t index = sources.addFile(shown, *text);
  syntax::ParseContext context{sources, diagnostics, arena, names};
  syntax::ParseOptions options;
  options.imports_only = true;
  options.standard_library = package.standard;
  options.runtime_package = package.standard;
  syntax::File *tree = syntax::parseFile(context, index, options);
  if (!tree || diagnostics.errorCount()) {
    std::string rendered = diagnostics.render(sources, 10);
    if (!rendered.empty() && rendered.back() == '\n')
      rendered.pop_back();
    fail(package.import_path, rendered);
    return false;
  }
  head.package_name = tree->package_name->value;
  bool embeds = false;
  for (syntax::Decl *decl : tree->decls) {
    auto *import = decl->as<syntax::ImportDecl>();
    if (!import || !import->path || import->path->bad)
      continue;
    std::string path = unquote(import->path->value);
    if (!modules::isImportable(path)) {
      // Go names the file by its whole path here.
      std::string where = sources.str(import->local_name ? import->local_name->pos : import->path->pos);
      fail(package.import_path, package.dir + "/" + file + where.substr(shown.size()) + ": invalid import path: " + path);
      return false;
    }
    embeds |= path == "embed";
    head.uses_c |= path == "C";
    head.imports.emplace_back(path, sources.str(import->local_name ? import->local_name->pos : import->path->pos));
  }
  if (embeds)
    collectEmbeds(shown, *text, head.embeds);
  head.doc = docSynopsis(*text);
  collectDebugLines(*text, head.debug_lines);
  return true;
}

bool Loader::readGoFile(Package &package, const std::string &file, bool *uses_c) {
  FileHead head;
  if (!readHead(package, file, head))
    return false;
  // Without cgo a file that imports "C" is no part of its package.
  if (uses_c && head.uses_c) {
    *uses_c = true;
    return true;
  }
  return addHead(package, file, head);
}

bool Loader::addHead(Package &package, const std::string &file, const FileHead &head) {
  if (package.name.empty()) {
    package.name = head.package_name;
  } else if (package.name != head.package_name) {
    fail(package.import_path, "found packages " + package.name + " (" + (package.go_files.empty() ? file : package.go_files[0]) + ") and " +
         head.package_name + " (" + file + ") in " + package.dir);
    return false;
  }
  if (package.doc.empty())
    package.doc = head.doc;
  package.debug_lines.insert(package.debug_lines.end(), head.debug_lines.begin(), head.debug_lines.end());
  for (const auto &[path, where] : head.imports)
    if (package.imports.emplace(path, path).second)
      package.import_positions[path] = where;
  for (const auto &[pattern, where] : head.embeds) {
    package.embed_patterns.push_back(pattern);
    package.embed_positions.emplace(pattern, where);
  }
  return true;
}

bool Loader::readTests(const Package &package, Package &internal, Package &external) {
  std::vector<std::string> files;
  if (package.import_path == "command-line-arguments")
    files = named_tests_;
  else if (!selectFiles(package, ".go", true, files, &internal.ignored_files))
    return false;
  for (Package *tests : {&internal, &external}) {
    tests->dir = package.dir;
    tests->standard = package.standard;
    tests->module = package.module;
    tests->lang = package.lang;
  }
  internal.name = package.name;
  internal.import_path = package.import_path;
  external.name = package.name + "_test";
  external.import_path = package.import_path + "_test";
  bool good = true;
  for (const std::string &file : files) {
    FileHead head;
    if (!readHead(package, file, head)) {
      good = false;
      continue;
    }
    if (head.uses_c)
      continue;
    Package &tests = head.package_name == external.name ? external : internal;
    if (tests.go_files.empty() && !package.go_files.empty() && head.package_name != tests.name) {
      fail(package.import_path, "found packages " + package.name + " (" + package.go_files[0] + ") and " + head.package_name + " (" + file +
           ") in " + package.dir);
      return false;
    }
    good &= addHead(tests, file, head);
    tests.go_files.push_back(file);
  }
  sortUnique(internal.embed_patterns);
  sortUnique(external.embed_patterns);
  return good;
}

bool Loader::loadTests(const Package &package, Package &internal, Package &external) {
  bool good = readTests(package, internal, external);
  for (Package *tests : {&internal, &external}) {
    stack_.push_back(tests);
    loadImports(*tests);
    stack_.pop_back();
    good &= !tests->incomplete;
  }
  return good;
}

void Loader::loadImports(Package &package) {
  for (auto &[written, resolved] : package.imports) {
    if (written == "unsafe")
      continue;
    Package *dep = loadPackage(written, &package, written);
    package.incomplete |= !dep || dep->incomplete;
    if (!dep)
      continue;
    resolved = dep->import_path;
    if (std::find(package.deps.begin(), package.deps.end(), dep) == package.deps.end())
      package.deps.push_back(dep);
  }
  std::sort(package.deps.begin(), package.deps.end(),
            [](const Package *a, const Package *b) { return a->import_path < b->import_path; });
}

// The package runtime that a program of these packages holds: the one they import, which may be compiled anew for tests.
Package *Loader::runtimeOf(const std::vector<Package *> &roots) const {
  std::set<const Package *> seen;
  std::vector<Package *> pending(roots);
  while (!pending.empty()) {
    Package *p = pending.back();
    pending.pop_back();
    if (!seen.insert(p).second)
      continue;
    if (p->standard && p->import_path == "runtime")
      return p;
    pending.insert(pending.end(), p->deps.begin(), p->deps.end());
  }
  auto known = packages_.find("runtime");
  return known == packages_.end() ? nullptr : known->second.get();
}

std::vector<Package *> Loader::closureOf(const std::vector<Package *> &roots) const {
  std::vector<Package *> order;
  std::set<const Package *> done;
  // Imports nest no deeper than the longest chain of packages: recursion is bounded by their number.
  std::function<void(Package *)> visit = [&](Package *p) {
    if (!done.insert(p).second)
      return;
    for (Package *dep : p->deps)
      visit(dep);
    order.push_back(p);
  };
  for (Package *p : roots)
    visit(p);
  return order;
}

// Imports nest no deeper than the longest chain of packages.
Package *Loader::profiled(Package &package, const std::string &profile, const std::string &for_main) {
  if (package.profile == profile && package.for_main == for_main)
    return &package;
  Package *out = &package;
  if (!for_main.empty()) {
    std::unique_ptr<Package> &copy = profiled_[{&package, for_main}];
    if (copy)
      return copy.get();
    copy = std::make_unique<Package>(package);
    out = copy.get();
  }
  out->profile = profile;
  out->for_main = for_main;
  for (Package *&dep : out->deps)
    dep = profiled(*dep, profile, for_main);
  return out;
}

std::vector<Package *> Loader::inDependencyOrder(const std::vector<Package *> &roots) const {
  std::vector<Package *> from;
  // Programs have the same one, unless they have profiles of their own.
  for (std::size_t i = 0; i < (profiled_.empty() ? 0 : roots.size()); i++)
    if (Package *runtime = runtimeOf({roots[i]}))
      from.push_back(runtime);
  if (Package *runtime = from.empty() ? runtimeOf(roots) : nullptr)
    from.push_back(runtime);
  from.insert(from.end(), roots.begin(), roots.end());
  return closureOf(from);
}

} // namespace gannet::command
