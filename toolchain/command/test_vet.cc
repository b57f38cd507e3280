#include "toolchain/command/test_vet.h"

#include "compiler/base/file.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/list_json.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace gannet::command {

namespace {

// Checks that are hardly ever wrong. Source: go help test.
constexpr const char *kUsualChecks[] = {"atomic",  "bool",   "buildtags", "directive", "errorsas",
                                        "ifaceassert", "nilfunc", "printf",    "slog",      "stringintconv", "tests"};
// Source: go doc cmd/vet; the last two names of old.
constexpr const char *kChecks[] = {
    "appends",      "asmdecl",    "assign",  "atomic",     "bools",       "buildtag",    "cgocall",    "composites",
    "copylocks",    "defers",     "directive", "errorsas", "framepointer", "hostport",   "httpresponse", "ifaceassert",
    "loopclosure",  "lostcancel", "methods", "nilfunc",    "printf",      "rangeloops",  "shift",      "sigchanyzer",
    "slog",         "stdmethods", "stdversion", "stringintconv", "structtag", "testinggoroutine", "tests", "timeformat",
    "unmarshal",    "unreachable", "unsafeptr", "unusedresult", "waitgroup", "bool",      "buildtags"};

bool isCheck(const std::string &name) { return std::find(std::begin(kChecks), std::end(kChecks), name) != std::end(kChecks); }

using Pairs = std::vector<std::pair<std::string, std::string>>;

} // namespace

VetOptions::VetOptions() {
  for (const char *check : kUsualChecks)
    flags.push_back(std::string("-") + check);
}

std::string VetOptions::set(const std::string &value) {
  *this = VetOptions();
  if (value.empty())
    return "";
  if (value.find('=') != std::string::npos)
    return "-vet argument cannot contain equal signs";
  if (value.find(' ') != std::string::npos)
    return "-vet argument is comma-separated list, cannot contain spaces";
  flags.clear();
  std::string distinguished;
  for (std::size_t at = 0; at <= value.size();) {
    std::size_t end = std::min(value.find(',', at), value.size());
    std::string word = value.substr(at, end - at);
    at = end + 1;
    if (word.empty())
      return "-vet argument contains empty list element";
    if (word == "all" || word == "off")
      distinguished = word;
    else if (!isCheck(word))
      return "-vet argument must be a supported analyzer or a distinguished value; found " + word;
    else
      flags.push_back("-" + word);
  }
  if (!distinguished.empty() && !flags.empty())
    return "-vet does not accept \"" + distinguished + "\" in a list with other analyzers";
  off = distinguished == "off";
  return "";
}

TestVet::TestVet(const Loader &loader, const Cache &cache, Builder &builder, const VetOptions &options, Report report)
    : loader_(loader), cache_(cache), builder_(builder), options_(options), report_(std::move(report)) {}

JobGraph::Id TestVet::plan(JobGraph &graph, const Package &package) {
  JobGraph::Id job = planVet(graph, package);
  vetted_.at(&package).in_full = true;
  return job;
}

bool TestVet::complained(const Package &package) const {
  auto found = vetted_.find(&package);
  return found != vetted_.end() && found->second.complained;
}

void TestVet::planTool(JobGraph &graph) {
  if (std::exchange(tool_planned_, true))
    return;
  tool_job_ = graph.add([this](bool) {
    auto program = goProgram(loader_.sdk(), "vet");
    if (!program) {
      std::fprintf(stderr, "%s\n", program.error().c_str());
      return false;
    }
    tool_ = *program;
    return true;
  });
}

JobGraph::Id TestVet::planVet(JobGraph &graph, const Package &package) {
  auto [it, fresh] = vetted_.try_emplace(&package);
  Vetted &vetted = it->second;
  if (!fresh)
    return vetted.job;
  planTool(graph);
  std::vector<JobGraph::Id> earlier = {tool_job_, builder_.job(package)};
  for (const Package *dep : package.deps) {
    earlier.push_back(planTypes(graph, *dep));
    if (givesFacts(*dep))
      earlier.push_back(planVet(graph, *dep));
  }
  vetted.job = graph.add([this, &package, &vetted](bool good) {
    if (good)
      vet(package, vetted);
    return true;
  });
  for (JobGraph::Id job : earlier)
    graph.addOrder(job, vetted.job);
  return vetted.job;
}

JobGraph::Id TestVet::planTypes(JobGraph &graph, const Package &package) {
  auto [it, fresh] = types_.try_emplace(&package);
  Types &types = it->second;
  if (fresh) {
    types.job = graph.add([this, &package, &types](bool good) { return good && makeTypes(package, types); });
    graph.addOrder(builder_.job(package), types.job);
  }
  return types.job;
}

// What vet reads of a package that is imported: its types, in the form of Go's own tools.
bool TestVet::makeTypes(const Package &package, Types &out) {
  Hasher h;
  h.add("types 1");
  h.add(builder_.toolHash("compile"));
  std::vector<const Package *> all = builder_.closure(package);
  all.push_back(&package);
  std::string config;
  for (const Package *p : all) {
    const Compiled &compiled = *builder_.compiled(*p);
    h.add(p->import_path);
    h.add(compiled.export_hash);
    config += "packagefile " + p->import_path + "=" + compiled.export_file + "\n";
  }
  std::string action = h.finish();
  auto known = cache_.find(action);
  if (!known) {
    std::string folder = folderOf(out.job), messages;
    builder_.showFile(folder + "/importcfg", config);
    if (!makeDirs(folder) || !writeFile(folder + "/importcfg", config) ||
        !builder_.runTool(package, {loader_.sdk().tool("compile"), "-importcfg", folder + "/importcfg", "-o", folder + "/types.a",
                           "-goamd64=" + loader_.levelName(), "-typesof", package.import_path},
                          "", messages)) {
      report_(package, messages);
      return false;
    }
    if (builder_.isDryRun())
      return true;
    auto stored = cache_.store(action, {{"types", folder + "/types.a"}});
    removeAll(folder);
    if (!stored) {
      report_(package, "gannet: " + stored.error() + "\n");
      return false;
    }
    known = std::move(*stored);
  }
  out.archive = known->at("types");
  return true;
}

std::string TestVet::actionOf(const Package &package, const Vetted &vetted) const {
  Hasher h;
  h.add("vet 1");
  h.add(tool_);
  for (const std::string &flag : options_.flags)
    h.add(flag);
  h.add(vetted.in_full ? "" : "facts");
  h.add(package.import_path);
  h.add(package.dir);
  h.add(package.lang);
  h.add(package.module ? package.module->path + "@" + package.module->version : "");
  for (const std::vector<std::string> *files :
       {&package.go_files, &package.asm_files, &package.header_files, &package.ignored_files})
    for (const std::string &name : *files) {
      auto bytes = loader_.files().read(package.dir + "/" + name);
      h.add(name);
      h.add(bytes ? *bytes : std::string());
    }
  for (const auto &[written, resolved] : package.imports) {
    h.add(written);
    h.add(resolved);
  }
  for (const Package *dep : package.deps) {
    h.add(types_.at(dep).archive.hash);
    h.add(givesFacts(*dep) ? vetted_.at(dep).facts.hash : std::string());
  }
  return h.finish();
}

std::string TestVet::configOf(const Package &package, const Vetted &vetted, const std::string &facts) const {
  auto paths = [&](std::initializer_list<const std::vector<std::string> *> lists) {
    std::vector<std::string> out;
    for (const std::vector<std::string> *names : lists)
      for (const std::string &name : *names)
        out.push_back(loader_.files().contentsOf(package.dir + "/" + name));
    return out;
  };
  Pairs archives, known_facts;
  JsonObject standard(1);
  for (const Package *dep : package.deps) {
    archives.emplace_back(dep->import_path, types_.at(dep).archive.path);
    standard.flag(dep->import_path.c_str(), dep->standard);
    if (givesFacts(*dep) && !vetted_.at(dep).facts.path.empty())
      known_facts.emplace_back(dep->import_path, vetted_.at(dep).facts.path);
  }
  JsonObject o;
  o.text("ID", package.import_path);
  o.text("Compiler", "gc");
  o.text("Dir", package.dir);
  o.text("ImportPath", package.import_path);
  o.list("GoFiles", paths({&package.go_files}));
  o.list("NonGoFiles", paths({&package.asm_files, &package.header_files}));
  o.list("IgnoredFiles", paths({&package.ignored_files}));
  if (package.module) {
    o.text("ModulePath", package.module->path);
    o.text("ModuleVersion", package.module->version);
  }
  o.map("ImportMap", Pairs(package.imports.begin(), package.imports.end()));
  o.map("PackageFile", archives);
  o.raw("Standard", standard.finish());
  o.map("PackageVetx", known_facts);
  o.flag("VetxOnly", !vetted.in_full);
  o.text("VetxOutput", facts);
  o.text("GoVersion", package.lang);
  return o.finish() + "\n";
}

void TestVet::vet(const Package &package, Vetted &out) {
  std::string action = actionOf(package, out);
  if (auto known = cache_.find(action)) {
    out.facts = known->at("facts");
    return;
  }
  std::string folder = folderOf(out.job), facts = folder + "/facts", config = folder + "/vet.cfg", messages;
  const std::string text = configOf(package, out, facts);
  builder_.showFile(config, text);
  if (!makeDirs(folder) || !writeFile(config, text)) {
    std::fprintf(stderr, "gannet: cannot write %s\n", config.c_str());
    out.complained = true;
    return;
  }
  std::vector<std::string> words = {tool_};
  words.insert(words.end(), options_.flags.begin(), options_.flags.end());
  words.push_back(config);
  bool good = builder_.runTool(package, words, package.dir, messages);
  if (builder_.isDryRun())
    return;
  if (good)
    if (auto stored = cache_.store(action, {{"facts", facts}}))
      out.facts = stored->at("facts");
  removeAll(folder);
  if (good || !out.in_full) // what is wrong with a package that is imported is said where it is tested
    return;
  out.complained = true;
  std::string heading = "# " + package.import_path + "\n";
  if (!package.for_test.empty())
    heading += "# [" + package.import_path + "]\n";
  report_(package, heading + shortenNames(std::move(messages), package.dir));
}

} // namespace gannet::command
