#include "toolchain/command/build.h"

#include "compiler/base/file.h"
#include "compiler/base/parallel.h"
#include "compiler/object/archive.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"
#include "toolchain/command/program_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>

namespace gannet::command {

namespace {

constexpr std::size_t kBuildIdDigits = 40;

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


// Whether every function must have a body: not where assembly or the runtime supplies some.
bool isComplete(const Package &package) {
  static const char *const kExceptions[] = {"bytes", "internal/poll", "net", "os", "runtime/metrics", "runtime/pprof",
                                            "runtime/trace", "sync", "syscall", "time"};
  if (!package.asm_files.empty())
    return false;
  return !(package.standard &&
           std::find(std::begin(kExceptions), std::end(kExceptions), package.import_path) != std::end(kExceptions));
}

} // namespace

Builder::Builder(const Loader &loader, const Cache &cache, BuildOptions options)
    : loader_(loader), cache_(cache), options_(std::move(options)) {
  if (!options_.jobs)
    options_.jobs = processorCount();
  for (const char *tool : {"compile", "asm", "link"})
    toolHash(tool);
}

std::string Builder::toolHash(const std::string &tool) {
  auto known = tool_hashes_.find(tool);
  if (known != tool_hashes_.end())
    return known->second;
  auto bytes = MappedFile::open(loader_.sdk().tool(tool));
  return tool_hashes_[tool] = bytes ? hashOf((*bytes)->bytes()) : "none";
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

// The name under which the cache knows the result: a hash of everything that can change it.
std::string Builder::actionOf(const Package &package) {
  Hasher h;
  h.add(options_.archives ? "archive 1" : "compile 1");
  h.add(tool_hashes_["compile"]);
  h.add(tool_hashes_["asm"]);
  h.add(package.symbolPath());
  h.add(package.lang);
  h.add(loader_.levelName());
  h.add(package.standard || package.generated || options_.trimpath ? "" : package.dir);
  h.add(package.generated ? "generated" : "");
  h.add(join(options_.gcflags.of(package, isNamed(package))));
  h.add(join(options_.asmflags.of(package, isNamed(package))));
  for (const std::vector<std::string> *files : {&package.go_files, &package.asm_files, &package.header_files})
    for (const std::string &name : *files) {
      auto bytes = readFile(package.dir + "/" + name);
      h.add(name);
      h.add(bytes ? *bytes : std::string());
    }
  if (!package.asm_files.empty())
    for (const std::string &name : listDir(loader_.sdk().includeDir())) {
      auto bytes = readFile(loader_.sdk().includeDir() + "/" + name);
      h.add(bytes ? *bytes : std::string());
    }
  for (const Package *dep : closure(package)) {
    h.add(dep->import_path);
    h.add(compiled_.at(dep).export_hash);
  }
  if (!package.embed_patterns.empty()) {
    auto embeds = findEmbeds(package);
    if (embeds)
      for (const auto &[name, path] : embeds->files) {
        auto bytes = readFile(path);
        h.add(name);
        h.add(bytes ? *bytes : std::string());
      }
  }
  return h.finish();
}

bool Builder::runTool(const std::vector<std::string> &tool_arguments, const std::string &dir, std::string &messages) {
  std::vector<std::string> arguments = options_.toolexec;
  arguments.insert(arguments.end(), tool_arguments.begin(), tool_arguments.end());
  if (options_.print_commands || options_.dry_run) {
    std::lock_guard<std::mutex> hold(report_lock_);
    print((dir.empty() ? "" : "cd " + dir + "\n") + shellQuoted(arguments) + "\n");
  }
  if (options_.dry_run)
    return true;
  ProcessResult result = runCaptured(arguments, dir);
  messages += result.output;
  if (result.signal)
    messages += baseName(arguments[0]) + ": signal: " + signalText(result.signal) + "\n";
  return result.started && result.exit_status == 0;
}

// How the object names the source files: by the package's path where the result may travel, else where they are.
std::string Builder::shownDir(const Package &package) const {
  if (package.generated)
    return "";
  if (package.standard)
    return "$GOROOT/src/" + within(loader_.sdk().source(), package.dir);
  if (options_.trimpath) // of the tests beside a package too
    return package.for_test.empty() ? package.import_path : package.for_test;
  return package.dir;
}

bool Builder::compilePackage(const Package &package, Compiled &out, std::string &messages) {
  std::string action = actionOf(package);
  auto adopt = [&](const std::map<std::string, Cache::Output> &files) {
    Hasher content;
    for (const auto &[name, file] : files) {
      content.add(name);
      content.add(file.hash);
      if (name == "archive") {
        out.object = out.export_file = file.path;
        out.export_hash = file.hash;
      } else if (name == "object") {
        out.object = file.path;
      } else if (name == "export") {
        out.export_file = file.path;
        out.export_hash = file.hash;
      } else {
        out.asm_objects.push_back(file.path);
      }
    }
    out.content = content.finish();
  };
  if (!options_.rebuild_all && !showsSsa(package))
    if (auto hit = cache_.find(action)) {
      adopt(*hit);
      out.cached = true;
      return true;
    }
  TemporaryDir work("gannet-build");
  if (work.path().empty()) {
    messages += "gannet: cannot make a temporary directory\n";
    return false;
  }
  if (options_.keep_work)
    work.keep();
  const Sdk &sdk = loader_.sdk();
  const std::string &w = work.path();
  std::string rewrite = w + "=>;" + package.dir + "=>" + shownDir(package);

  std::vector<std::string> asm_base = {sdk.tool("asm"), "-p", package.symbolPath(), "-trimpath", rewrite,
                                       "-I", w, "-I", sdk.includeDir(), "-D", "GOOS_linux", "-D", "GOARCH_amd64",
                                       "-D", "GOAMD64_" + loader_.levelName()};
  std::vector<std::string> asm_flags = options_.asmflags.of(package, isNamed(package));
  asm_base.insert(asm_base.end(), asm_flags.begin(), asm_flags.end());
  std::vector<std::string> compile = {sdk.tool("compile"), "-o", w + "/pkg.o", "-trimpath", rewrite, "-p", package.symbolPath(),
                                      "-lang=" + package.lang, "-goamd64=" + loader_.levelName()};
  if (options_.archives)
    compile.insert(compile.end(), {"-buildid", action.substr(0, kBuildIdDigits)});
  else
    compile.insert(compile.end(), {"-export", w + "/pkg.x"});
  if (package.standard)
    compile.push_back("-std");
  if (isComplete(package))
    compile.push_back("-complete");
  if (!package.asm_files.empty()) {
    // The assembler reads go_asm.h only after the compiler wrote it; the list of symbols does not need it.
    if (!writeFile(w + "/go_asm.h", "")) {
      messages += "gannet: cannot write " + w + "/go_asm.h\n";
      return false;
    }
    std::vector<std::string> list = asm_base;
    list.insert(list.end(), {"-gensymabis", "-o", w + "/symabis"});
    for (const std::string &name : package.asm_files)
      list.push_back(package.dir + "/" + name);
    if (!runTool(list, package.dir, messages))
      return false;
    compile.insert(compile.end(), {"-symabis", w + "/symabis", "-asmhdr", w + "/go_asm.h"});
  }
  std::string config;
  for (const auto &[written, resolved] : package.imports)
    if (written != resolved)
      config += "importmap " + written + "=" + resolved + "\n";
  for (const Package *dep : closure(package))
    config += "packagefile " + dep->import_path + "=" + compiled_.at(dep).export_file + "\n";
  if (!writeFile(w + "/importcfg", config)) {
    messages += "gannet: cannot write " + w + "/importcfg\n";
    return false;
  }
  compile.insert(compile.end(), {"-importcfg", w + "/importcfg"});
  if (!package.embed_patterns.empty()) {
    auto embeds = findEmbeds(package);
    if (!embeds) {
      messages += embeds.error() + "\n";
      return false;
    }
    if (!writeFile(w + "/embedcfg", embeds->json())) {
      messages += "gannet: cannot write " + w + "/embedcfg\n";
      return false;
    }
    compile.insert(compile.end(), {"-embedcfg", w + "/embedcfg"});
  }
  std::vector<std::string> gc_flags = options_.gcflags.of(package, isNamed(package));
  compile.insert(compile.end(), gc_flags.begin(), gc_flags.end());
  for (const std::string &name : package.go_files) {
    std::string shown = shortPath(package.dir + "/" + name);
    compile.push_back(shown.find('/') == std::string::npos ? "./" + shown : shown);
  }
  if (!runTool(compile, "", messages))
    return false;
  std::map<std::string, std::string> files;
  if (options_.archives)
    files["archive"] = w + "/pkg.o";
  else
    files = {{"object", w + "/pkg.o"}, {"export", w + "/pkg.x"}};
  std::vector<std::string> assembled;
  for (std::size_t i = 0; i < package.asm_files.size(); ++i) {
    std::string object = w + "/asm" + std::to_string(i) + ".o";
    std::vector<std::string> assemble = asm_base;
    assemble.insert(assemble.end(), {"-o", object, package.dir + "/" + package.asm_files[i]});
    if (!runTool(assemble, package.dir, messages))
      return false;
    char name[16];
    std::snprintf(name, sizeof name, "asm%03zu", i);
    if (options_.archives)
      assembled.push_back(object);
    else
      files[name] = object;
  }
  if (options_.dry_run) {
    out.object = w + "/pkg.o";
    out.export_file = options_.archives ? out.object : w + "/pkg.x";
    return true;
  }
  if (ErrorOr<void> packed = object::addToArchive(w + "/pkg.o", assembled); !packed) {
    messages += "gannet: " + packed.error() + "\n";
    return false;
  }
  auto stored = cache_.store(action, files);
  if (!stored) {
    messages += "gannet: " + stored.error() + "\n";
    return false;
  }
  adopt(*stored);
  return true;
}

// GOSSAFUNC asks for a page about a function of this package: a compile has to make it.
bool Builder::showsSsa(const Package &package) const {
  const char *function = std::getenv("GOSSAFUNC");
  return function && *function && (isNamed(package) || std::string_view(function).starts_with(package.symbolPath() + "."));
}

bool Builder::isNamed(const Package &package) const {
  return std::find(named_.begin(), named_.end(), &package) != named_.end();
}

bool Builder::compile(const std::vector<Package *> &roots) {
  JobGraph graph;
  plan(graph, roots, roots);
  if (in_colour_) {
    progress_ = std::make_unique<Progress>();
    progress_->begin(compiled_.size());
  }
  bool good = graph.run(options_.jobs);
  progress_.reset();
  return good;
}

void Builder::plan(JobGraph &graph, const std::vector<Package *> &roots, const std::vector<Package *> &named) {
  named_.insert(named_.end(), named.begin(), named.end());
  for (Package *package : loader_.inDependencyOrder(roots)) {
    if (jobs_.count(package))
      continue;
    const bool nothing = package->isUnsafe() || package->go_files.empty(); // the latter has tests alone
    if (!nothing)
      compiled_[package];
    JobGraph::Id id = graph.add([this, package, nothing](bool good) { return good && (nothing || compileJob(*package)); });
    jobs_[package] = id;
    for (const Package *dep : package->deps)
      graph.addOrder(jobs_.at(dep), id);
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
  report(package, messages);
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
void Builder::report(const Package &package, const std::string &messages) {
  if (messages.empty())
    return;
  if (report_)
    return report_(package, messages);
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
  if (main_package.module)
    text += moduleLines("mod", *main_package.module);
  std::map<std::string, const modules::Module *> others; // by path
  for (const Package *p : closure(main_package))
    if (p->module && p->module != main_package.module)
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
  setting("-buildmode", "exe");
  setting("-compiler", "gc");
  setting("-gcflags", show_flags ? options_.gcflags.written() : "");
  setting("-ldflags", show_flags ? options_.ldflags.written() : "");
  setting("-tags", commaList(options_.tags));
  setting("-trimpath", options_.trimpath ? "true" : "");
  setting("DefaultGODEBUG", defaultGodebug(loader_, main_package));
  text += "build\tCGO_ENABLED=0\n";
  text += "build\tGOARCH=amd64\n";
  text += "build\tGOOS=linux\n";
  text += "build\tGOAMD64=" + loader_.levelName() + "\n";
  return text;
}

std::vector<std::string> Builder::linkFlags(const Package &main_package) const {
  std::vector<std::string> flags = {"-X", "runtime.buildVersion=" + loader_.sdk().fullVersion(),
                                    "-X", "runtime.defaultGOROOT=" + (options_.trimpath ? "" : loader_.sdk().root)};
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
  TemporaryDir work("gannet-link");
  if (work.path().empty()) {
    printError("gannet: cannot make a temporary directory\n");
    return false;
  }
  if (options_.keep_work)
    work.keep();
  std::string config;
  for (const Package *p : loader_.inDependencyOrder({const_cast<Package *>(&main_package)})) {
    const Compiled &c = compiled_.at(p);
    for (const std::string &object : c.asm_objects)
      config += "packagefile " + p->symbolPath() + "=" + object + "\n";
    if (p != &main_package)
      config += "packagefile " + p->symbolPath() + "=" + c.object + "\n";
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
  if (!writeFile(work.path() + "/importcfg.link", config)) {
    printError("gannet: cannot write " + work.path() + "/importcfg.link\n");
    return false;
  }
  std::vector<std::string> arguments = {sdk.tool("link"), "-o", output, "-importcfg", work.path() + "/importcfg.link",
                                        "-runtime", sdk.runtimeArchive(), "-buildid", build_id};
  std::vector<std::string> flags = linkFlags(main_package);
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.push_back(compiled_.at(&main_package).object);
  std::string messages;
  bool good = runTool(arguments, "", messages);
  std::lock_guard<std::mutex> hold(report_lock_);
  report(main_package, messages);
  return good;
}

} // namespace gannet::command
