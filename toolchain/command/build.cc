#include "toolchain/command/build.h"

#include "compiler/base/file.h"
#include "compiler/base/parallel.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"
#include "toolchain/command/program_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>

namespace gannet::command {

namespace {

void printError(const std::string &text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string join(const std::vector<std::string> &items) {
  std::string out;
  for (const std::string &item : items)
    out += item + "\n";
  return out;
}

std::string commaList(const std::vector<std::string> &items) {
  std::string out;
  for (const std::string &item : items)
    out += (out.empty() ? "" : ",") + item;
  return out;
}

} // namespace

int usualThreads() {
  const char *asked = std::getenv("GOMAXPROCS");
  int n = asked ? std::atoi(asked) : 0;
  return n > 0 ? n : static_cast<int>(processorCount());
}

Builder::Builder(const Loader &loader, const Cache &cache, BuildOptions options)
    : loader_(loader), cache_(cache), options_(std::move(options)) {
  auto addHash = [this](const char *tool, const std::string &path) {
    auto bytes = MappedFile::open(path);
    tool_hashes_[tool] = bytes ? hashOf((*bytes)->bytes()) : "none";
  };
  for (const char *tool : {"compile", "asm", "link", "preprofile"})
    addHash(tool, loader_.sdk().tool(tool));
  if (options_.cover.enabled)
    addHash("cover", options_.cover.tool);
}

std::vector<const Package *> Builder::closure(const Package &package) const {
  std::vector<const Package *> out;
  std::set<const Package *> seen;
  std::vector<const Package *> pending(package.deps.begin(), package.deps.end());
  while (!pending.empty()) {
    const Package *p = pending.back();
    pending.pop_back();
    if (!seen.insert(p).second)
      continue;
    out.push_back(p);
    pending.insert(pending.end(), p->deps.begin(), p->deps.end());
  }
  std::sort(out.begin(), out.end(),
            [](const Package *a, const Package *b) { return a->import_path < b->import_path; });
  return out;
}

bool Builder::runTool(const Package &package, const std::vector<std::string> &tool_arguments, const std::string &dir,
                      std::string &messages) {
  std::vector<std::string> arguments = options_.toolexec;
  arguments.insert(arguments.end(), tool_arguments.begin(), tool_arguments.end());
  showCommand(dir, arguments);
  if (options_.dry_run)
    return true;
  std::vector<std::string> environment;
  if (!options_.toolexec.empty() && !package.import_path.empty())
    environment.push_back("TOOLEXEC_IMPORTPATH=" + package.shownPath());
  ProcessResult result = runCaptured(arguments, dir, environment);
  messages += result.output;
  if (result.signal)
    messages += baseName(arguments[0]) + ": signal: " + signalText(result.signal) + "\n";
  return result.started && result.exit_status == 0;
}

void Builder::showCommand(const std::string &dir, const std::vector<std::string> &arguments) {
  if (!showsCommands())
    return;
  std::lock_guard<std::mutex> hold(report_lock_);
  std::string script;
  if (dir != shown_dir_)
    script = shellQuoted({"cd", dir.empty() ? currentDir() : dir}, work_.path()) + "\n";
  shown_dir_ = dir;
  print(script + shellQuoted(arguments, work_.path()) + "\n");
}

void Builder::showFile(const std::string &path, const std::string &text) {
  if (!showsCommands())
    return;
  const std::string &work = work_.path();
  bool variable = !work.empty() && text.find(work) != std::string::npos;
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (variable && text.compare(i, work.size(), work) == 0) {
      lines += "$WORK";
      i += work.size() - 1;
      continue;
    }
    const bool escapes = text[i] == '\\' && i + 1 < text.size() && std::strchr("\\$`\n", text[i + 1]);
    if (variable && (escapes || text[i] == '$' || text[i] == '`'))
      lines += '\\';
    lines += text[i];
  }
  std::lock_guard<std::mutex> hold(report_lock_);
  print(shellQuoted({"mkdir", "-p", parentDir(path)}, work) + "\ncat >" + shellQuoted({path}, work) +
        (variable ? " << EOF\n" : " << 'EOF'\n") + lines + "EOF\n");
}

// GOSSAFUNC asks for a page about a function of this package: a compile has to make it.
bool Builder::showsSsa(const Package &package) const {
  const char *function = std::getenv("GOSSAFUNC");
  return function && *function && (isNamed(package) || std::string_view(function).starts_with(package.symbolPath() + "."));
}

bool Builder::isNamed(const Package &package) const {
  return std::find(named_.begin(), named_.end(), &package) != named_.end();
}

bool Builder::begin() {
  if (auto made = work_.make(Environment(loader_.sdk().root).getOr("GOTMPDIR", temporaryRoot()), options_.keep_work); !made) {
    printError(made.error() + "\n");
    return false;
  }
  if ((options_.keep_work || options_.print_commands) && !options_.dry_run)
    printError("WORK=" + work_.path() + "\n");
  return true;
}

bool Builder::compile(const std::vector<Package *> &roots) {
  if (!begin())
    return false;
  JobGraph graph;
  plan(graph, roots, roots);
  if (in_colour_) {
    progress_ = std::make_unique<Progress>();
    progress_->begin(compiled_.size());
  }
  bool good = graph.run(static_cast<unsigned>(options_.jobs));
  progress_.reset();
  return good;
}

void Builder::plan(JobGraph &graph, const std::vector<Package *> &roots, const std::vector<Package *> &named) {
  named_.insert(named_.end(), named.begin(), named.end());
  std::vector<Package *> fresh = loader_.inDependencyOrder(roots);
  std::erase_if(fresh, [this](Package *package) { return jobs_.count(package) != 0; });
  unsigned folder = work_.reserve(fresh.size()) + static_cast<unsigned>(fresh.size()); // what is named comes first
  for (Package *package : fresh) {
    const bool nothing = package->isUnsafe() || package->go_files.empty(); // the latter has tests alone
    if (!nothing)
      compiled_[package];
    folders_[package] = --folder;
    JobGraph::Id id = graph.add([this, package, nothing](bool good) { return good && (nothing || compileJob(*package)); });
    jobs_[package] = id;
    for (const Package *dep : package->deps)
      graph.addOrder(jobs_.at(dep), id);
    if (!package->profile.empty() && !nothing)
      graph.addOrder(profileJob(graph, package->profile), id);
  }
}

bool Builder::compileJob(const Package &package) {
  {
    std::lock_guard<std::mutex> hold(report_lock_);
    ++running_;
    if (options_.print_packages)
      print(package.shownPath() + "\n");
  }
  std::string messages;
  Compiled &result = compiled_.at(&package);
  result.failed = !compilePackage(package, result, messages);
  std::lock_guard<std::mutex> hold(report_lock_);
  --running_;
  if (!messages.empty())
    report(package, shortenNames(std::move(messages), package.dir), result.failed);
  if (progress_)
    progress_->done(package.shownPath(), result.cached, running_);
  return !result.failed;
}

const Package &Builder::failedAmong(const Package &package) const {
  for (const Package *p : loader_.inDependencyOrder({const_cast<Package *>(&package)}))
    if (auto found = compiled_.find(p); found != compiled_.end() && found->second.failed)
      return *p;
  return package;
}

// To standard error; under report_lock_.
void Builder::print(const std::string &text) {
  if (progress_)
    progress_->clear();
  printError(text);
}

// Under report_lock_.
void Builder::report(const Package &package, const std::string &messages, bool failed) {
  if (messages.empty())
    return;
  if (report_)
    return report_(package, messages, failed);
  auto read = [](const std::string &file) {
    auto text = readFile(file);
    return text ? *text : std::string();
  };
  print("# " + package.shownPath() + "\n" + (in_colour_ ? inColour(messages, read) : messages));
}

// What `go version -m` and debug.ReadBuildInfo show, in the form that the linker stores between its markers.
std::string Builder::buildInfo(const Package &main_package) const {
  const std::string none;
  const modules::GoSum &sums = loader_.modules().sums();
  auto line = [&](const char *word, const std::string &path, const std::string &version, const std::string &sum) {
    return std::string(word) + "\t" + path + "\t" + version + "\t" + sum + "\n";
  };
  auto moduleLines = [&](const char *word, const modules::Module &m) {
    std::string version = m.version.empty() ? "(devel)" : m.version;
    if (!m.replacement)
      return line(word, m.path, version, sums.sum(m.id(), false));
    const modules::ModuleVersion &by = *m.replacement;
    return std::string(word) + "\t" + m.path + "\t" + version + "\n" +
           line("=>", by.path, by.version.empty() ? "(devel)" : by.version, by.version.empty() ? none : sums.sum(by, false));
  };
  std::string text = "path\t" + main_package.import_path + "\n";
  // Files that are named one by one are of no module.
  const modules::Module *own = main_package.import_path == "command-line-arguments" ? nullptr : main_package.module;
  if (own)
    text += main_package.module_version.empty() ? moduleLines("mod", *own)
                                                : line("mod", own->path, main_package.module_version, none);
  std::map<std::string, const modules::Module *> others; // by path
  for (const Package *p : closure(main_package))
    if (p->module && p->module != own)
      others[p->module->path] = p->module;
  for (const auto &[path, module] : others)
    text += moduleLines("dep", *module);
  auto setting = [&text](const char *name, const std::string &value) {
    if (!value.empty())
      text += std::string("build\t") + name + "=" + value + "\n";
  };
  // Paths in flags would tell where the program was built.
  bool show_flags = !options_.trimpath;
  setting("-asmflags", show_flags ? options_.asmflags.written() : "");
  setting("-buildmode", options_.pie ? "pie" : "exe");
  setting("-compiler", "gc");
  setting("-gcflags", show_flags ? options_.gcflags.written() : "");
  setting("-ldflags", show_flags ? options_.ldflags.written() : "");
  setting("-cover", options_.cover.enabled ? "true" : "");
  if (const std::string &profile = main_package.profile; !profile.empty())
    setting("-pgo", options_.trimpath ? baseName(profile) : profile);
  setting("-tags", commaList(options_.tags));
  setting("-trimpath", options_.trimpath ? "true" : "");
  setting("DefaultGODEBUG", defaultGodebug(loader_, main_package));
  text += "build\tCGO_ENABLED=0\n";
  text += "build\tGOARCH=amd64\n";
  setting("GOEXPERIMENT", loader_.experiments());
  text += "build\tGOOS=linux\n";
  text += "build\tGOAMD64=" + loader_.levelName() + "\n";
  for (const std::string &vcs : main_package.vcs)
    text += "build\t" + vcs + "\n";
  return text;
}

std::vector<std::string> Builder::linkFlags(const Package &main_package) const {
  const std::string &experiments = loader_.experimentsChanged();
  const std::string version = loader_.sdk().fullVersion() + (experiments.empty() ? "" : " X:" + experiments);
  std::vector<std::string> flags = {"-goversion", version, "-X", "runtime.buildVersion=" + version,
                                    "-X", "runtime.defaultGOROOT=" + (options_.trimpath ? "" : loader_.sdk().root)};
  if (options_.pie)
    flags.push_back("-buildmode=pie");
  if (std::string settings = defaultGodebug(loader_, main_package); !settings.empty())
    flags.insert(flags.end(), {"-X", "runtime.godebugDefault=" + settings});
  flags.insert(flags.end(), main_package.link_flags.begin(), main_package.link_flags.end());
  std::vector<std::string> given = options_.ldflags.of(main_package, true);
  flags.insert(flags.end(), given.begin(), given.end());
  return flags;
}

std::string Builder::programHash(const Package &main_package) const {
  Hasher id;
  id.add(tool_hashes_.at("link"));
  for (const Package *p : loader_.inDependencyOrder({const_cast<Package *>(&main_package)}))
    id.add(compiled_.at(p).content);
  if (auto core = MappedFile::open(loader_.sdk().runtimeArchive()))
    id.add((*core)->bytes());
  id.add(buildInfo(main_package));
  id.add(join(linkFlags(main_package)));
  return id.finish();
}

bool Builder::link(const Package &main_package, const std::string &output) {
  const Sdk &sdk = loader_.sdk();
  const std::string build_id = programHash(main_package).substr(0, kBuildIdDigits);
  if (!options_.rebuild_all && !options_.dry_run && hasBuildId(output, build_id)) {
    utimensat(AT_FDCWD, output.c_str(), nullptr, 0); // as new as if it were made again, for make
    return true;
  }
  std::string config;
  for (const Package *p : loader_.inDependencyOrder({const_cast<Package *>(&main_package)})) {
    const Compiled &c = compiled_.at(p);
    for (const std::string &object : c.asm_objects)
      config += "packagefile " + p->symbolPath() + "=" + object + "\n";
    config += "packagefile " + p->import_path + "=" + c.object + "\n"; // the program's own is what -x shows it by
  }
  // Between marks of 16 bytes, by which tools find it in the program. Source: Go's debug/buildinfo.
  std::string quoted = "\"\\x30w\\xaf\\x0c\\x92t\\x08\\x02A\\xe1\\xc1\\x07\\xe6\\xd6\\x18\\xe6";
  for (char c : buildInfo(main_package)) {
    if (c == '\n')
      quoted += "\\n";
    else if (c == '\t')
      quoted += "\\t";
    else if (c == '"' || c == '\\')
      quoted += std::string("\\") + c;
    else
      quoted += c;
  }
  config += "modinfo " + quoted + "\\xf92C1\\x86\\x18 r\\x00\\x82B\\x10A\\x16\\xd8\\xf2\"\n";
  const std::string folder = workFolder(main_package), config_file = folder + "/importcfg.link";
  if (!makeDirs(folder) || !writeFile(config_file, config)) {
    printError("gannet: cannot write " + config_file + "\n");
    return false;
  }
  showFile(config_file, config);
  std::vector<std::string> arguments = {sdk.tool("link"), "-o", output, "-importcfg", config_file,
                                        "-runtime", sdk.runtimeArchive(), "-buildid", build_id};
  std::vector<std::string> flags = linkFlags(main_package);
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.push_back(compiled_.at(&main_package).object);
  std::string messages;
  bool good = runTool(main_package, arguments, "", messages);
  std::lock_guard<std::mutex> hold(report_lock_);
  report(main_package, messages, !good);
  return good;
}

} // namespace gannet::command
