// How one package is compiled: the actions of Builder that make its object and its interface.
#include "toolchain/command/build.h"

#include "compiler/base/file.h"
#include "compiler/object/archive.h"
#include "toolchain/command/build_cover.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/modules/version.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace gannet::command {

namespace {

std::string join(const std::vector<std::string> &items) {
  std::string out;
  for (const std::string &item : items)
    out += item + "\n";
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

// Names of files in the package's folder as they are to be read, shortened where that helps messages.
std::string shownFile(const std::string &path) {
  std::string shown = shortPath(path);
  return shown.find('/') == std::string::npos ? "./" + shown : shown;
}

} // namespace

// Compiling one package in a temporary folder. Each step is false if it failed, after having added to `messages` why.
class Builder::PackageBuild {
public:
  PackageBuild(Builder &builder, const Package &package, std::string work, std::string &messages)
      : b_(builder), package_(package), sdk_(builder.loader_.sdk()), work_(std::move(work)), messages_(messages),
        rewrite_(rewrites()) {}

  bool run(const std::string &action) {
    addBaseFlags(action);
    if (!listAssemblySymbols() || !configureImports() || !configureEmbeds() || !addSources() || !compile())
      return false;
    if (b_.givesArchive(package_))
      outputs_["archive"] = work_ + "/pkg.o";
    else
      outputs_.insert({{"object", work_ + "/pkg.o"}, {"export", work_ + "/pkg.x"}});
    return assemble();
  }
  // Of the cache's entry: name -> file.
  const std::map<std::string, std::string> &outputs() const { return outputs_; }

private:
  using Words = std::vector<std::string>;

  bool fail(const std::string &message) {
    messages_ += message + "\n";
    return false;
  }
  bool write(const std::string &name, const std::string &text) {
    b_.showFile(work_ + "/" + name, text);
    return writeFile(work_ + "/" + name, text) ? true : fail("gannet: cannot write " + work_ + "/" + name);
  }

  std::string pathOf(const std::string &name) const { return b_.loader_.files().contentsOf(package_.dir + "/" + name); }

  // For -trimpath: what stands in the object for where files are. Those of an overlay are where they seem to be.
  std::string rewrites() const {
    std::string shown = b_.shownDir(package_), out;
    for (const auto *names : {&package_.go_files, &package_.asm_files})
      for (const std::string &name : *names)
        if (b_.loader_.files().isReplaced(package_.dir + "/" + name))
          out += pathOf(name) + "=>" + shown + "/" + name + ";";
    return out + work_ + "=>;" + package_.dir + "=>" + shown;
  }

  // The assembler looks for headers in the folder of the file that includes them, and here.
  bool placeHeaders() {
    for (const std::string &name : package_.header_files)
      if (std::string path = package_.dir + "/" + name; b_.loader_.files().isReplaced(path)) {
        auto text = b_.loader_.files().read(path);
        if (!text || !write(name, *text))
          return fail(text ? "gannet: cannot write " + name : text.error());
      }
    return true;
  }

  Words assembler() const {
    Words words = {sdk_.tool("asm"), "-p", package_.symbolPath(), "-trimpath", rewrite_, "-I", work_, "-I", sdk_.includeDir(),
                   "-D", "GOOS_linux", "-D", "GOARCH_amd64", "-D", "GOAMD64_" + b_.loader_.levelName()};
    Words flags = b_.options_.asmflags.of(package_, b_.isNamed(package_));
    words.insert(words.end(), flags.begin(), flags.end());
    return words;
  }

  void addBaseFlags(const std::string &action) {
    compile_ = {sdk_.tool("compile"), "-o", work_ + "/pkg.o", "-trimpath", rewrite_, "-p", package_.symbolPath(),
                "-lang=" + package_.lang, "-goamd64=" + b_.loader_.levelName()};
    if (std::getenv("GOMAXPROCS"))
      compile_.push_back("-c=" + std::to_string(usualThreads()));
    if (b_.givesArchive(package_))
      compile_.insert(compile_.end(), {"-buildid", action.substr(0, kBuildIdDigits)});
    else
      compile_.insert(compile_.end(), {"-export", work_ + "/pkg.x"});
    if (package_.standard)
      compile_.push_back("-std");
    if (isComplete(package_))
      compile_.push_back("-complete");
    if (!package_.profile.empty())
      compile_.push_back("-pgoprofile=" + b_.profiles_.at(package_.profile).path);
  }

  bool listAssemblySymbols() {
    if (package_.asm_files.empty())
      return true;
    // The assembler reads go_asm.h only after the compiler wrote it; the list of symbols does not need it.
    if (!write("go_asm.h", "") || !placeHeaders())
      return false;
    Words list = assembler();
    list.insert(list.end(), {"-gensymabis", "-o", work_ + "/symabis"});
    for (const std::string &name : package_.asm_files)
      list.push_back(pathOf(name));
    compile_.insert(compile_.end(), {"-symabis", work_ + "/symabis", "-asmhdr", work_ + "/go_asm.h"});
    return b_.runTool(package_, list, package_.dir, messages_);
  }

  bool configureImports() {
    std::string config;
    for (const auto &[written, resolved] : package_.imports)
      if (written != resolved)
        config += "importmap " + written + "=" + resolved + "\n";
    for (const Package *dep : b_.closure(package_))
      config += "packagefile " + dep->import_path + "=" + b_.compiled_.at(dep).export_file + "\n";
    compile_.insert(compile_.end(), {"-importcfg", work_ + "/importcfg"});
    return write("importcfg", config);
  }

  bool configureEmbeds() {
    if (package_.embed_patterns.empty())
      return true;
    auto embeds = findEmbeds(b_.loader_.files(), package_);
    if (!embeds)
      return fail(embeds.error());
    compile_.insert(compile_.end(), {"-embedcfg", work_ + "/embedcfg"});
    return write("embedcfg", embeds->json());
  }

  bool addSources() {
    Words flags = b_.options_.gcflags.of(package_, b_.isNamed(package_));
    compile_.insert(compile_.end(), flags.begin(), flags.end());
    Words sources;
    for (const std::string &name : package_.go_files)
      sources.push_back(shownFile(pathOf(name)));
    if (package_.edge_counters)
      compile_.push_back("-d=libfuzzer");
    if (!package_.cover_mode.empty() && !instrument(sources))
      return false;
    compile_.insert(compile_.end(), sources.begin(), sources.end());
    return true;
  }

  bool instrument(Words &sources) {
    CoverStep step = planCover(b_.options_.cover.tool, package_, sources, work_);
    for (const auto &[name, text] : step.files)
      if (!write(name, text))
        return false;
    if (!b_.runTool(package_, step.command, "", messages_))
      return false;
    compile_.push_back("-coveragecfg=" + step.config);
    if (!step.meta.empty())
      outputs_["covmeta"] = step.meta;
    sources = std::move(step.sources);
    return true;
  }

  bool compile() {
    return b_.runTool(package_, compile_, "", messages_);
  }

  // Objects of assembly files go into the archive, if there is one.
  bool assemble() {
    Words assembled;
    for (std::size_t i = 0; i < package_.asm_files.size(); ++i) {
      std::string object = work_ + "/asm" + std::to_string(i) + ".o";
      Words words = assembler();
      words.insert(words.end(), {"-o", object, pathOf(package_.asm_files[i])});
      if (!b_.runTool(package_, words, package_.dir, messages_))
        return false;
      char name[16];
      std::snprintf(name, sizeof name, "asm%03zu", i);
      if (b_.givesArchive(package_))
        assembled.push_back(object);
      else
        outputs_[name] = object;
    }
    if (assembled.empty())
      return true;
    Words pack = {sdk_.root + "/bin/gannet", "tool", "pack", "r", work_ + "/pkg.o"};
    pack.insert(pack.end(), assembled.begin(), assembled.end());
    b_.showCommand("", pack);
    if (b_.options_.dry_run)
      return true;
    if (ErrorOr<void> packed = object::addToArchive(work_ + "/pkg.o", assembled); !packed)
      return fail("gannet: " + packed.error());
    return true;
  }

  Builder &b_;
  const Package &package_;
  const Sdk &sdk_;
  const std::string work_;
  std::string &messages_;
  const std::string rewrite_; // for -trimpath
  Words compile_;
  std::map<std::string, std::string> outputs_;
};

// The name under which the cache knows the result: a hash of everything that can change it.
std::string Builder::actionOf(const Package &package) {
  Hasher h;
  h.add(givesArchive(package) ? "archive 1" : "compile 1");
  h.add(tool_hashes_.at("compile"));
  h.add(tool_hashes_.at("asm"));
  h.add(package.symbolPath());
  h.add(package.lang);
  h.add(loader_.levelName());
  h.add(package.standard ? "" : shownDir(package));
  h.add(package.generated ? "generated" : "");
  h.add(join(options_.gcflags.of(package, isNamed(package))));
  h.add(join(options_.asmflags.of(package, isNamed(package))));
  for (const std::vector<std::string> *files : {&package.go_files, &package.asm_files, &package.header_files})
    for (const std::string &name : *files) {
      auto bytes = loader_.files().read(package.dir + "/" + name);
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
  if (auto profile = profiles_.find(package.profile); profile != profiles_.end()) {
    h.add("profile");
    h.add(profile->second.hash);
  }
  h.add(package.edge_counters ? "edge counters" : "");
  h.add(package.cover_mode);
  if (!package.cover_mode.empty()) {
    h.add(package.cover_meta ? "meta" : "");
    h.add(tool_hashes_.at("cover"));
    h.add(package.module ? package.module->path : "");
  }
  if (!package.embed_patterns.empty()) {
    auto embeds = findEmbeds(loader_.files(), package);
    if (embeds)
      for (const auto &[name, path] : embeds->files) {
        auto bytes = readFile(path);
        h.add(name);
        h.add(bytes ? *bytes : std::string());
      }
  }
  return h.finish();
}

// How the object names the source files: by the package's path where the result may travel, else where they are.
std::string Builder::shownDir(const Package &package) const {
  if (package.generated)
    return "";
  if (package.standard)
    return "$GOROOT/src/" + within(loader_.sdk().source(), package.dir);
  if (!options_.trimpath)
    return package.dir;
  // The tests beside a package are of its path.
  const bool beside = !package.for_test.empty() && package.import_path == package.for_test + "_test";
  const std::string &path = beside ? package.for_test : package.import_path;
  const modules::Module *module = package.module;
  if (!module || module->version.empty() || !modules::hasPathPrefix(path, module->path))
    return path;
  return module->path + "@" + module->version + path.substr(module->path.size());
}

// Takes what the cache has of a package.
void Compiled::adopt(const std::map<std::string, Cache::Output> &files) {
  Hasher all;
  for (const auto &[name, file] : files) {
    if (name == "messages") {
      messages = file.path;
      continue;
    }
    all.add(name);
    all.add(file.hash);
    if (name == "archive") {
      object = export_file = file.path;
      export_hash = file.hash;
    } else if (name == "object") {
      object = file.path;
    } else if (name == "export") {
      export_file = file.path;
      export_hash = file.hash;
    } else if (name == "covmeta") {
      cover_meta = file.path;
    } else {
      asm_objects.push_back(file.path);
    }
  }
  content = all.finish();
}

void Builder::lookUp(const std::vector<Package *> &roots) {
  named_ = roots;
  std::map<std::string, bool> summed_up; // profiles: whether the cache has them summed up
  auto hasProfile = [&](const std::string &profile) {
    auto [known, fresh] = summed_up.try_emplace(profile, false);
    if (!fresh)
      return known->second;
    auto hit = cache_.find(profileAction(profile));
    if (hit)
      profiles_[profile] = hit->at("profile");
    return known->second = bool(hit);
  };
  for (Package *package : loader_.inDependencyOrder(roots)) {
    if (package->isUnsafe() || package->go_files.empty())
      continue;
    Compiled &out = compiled_[package];
    if (!package->profile.empty() && !hasProfile(package->profile))
      continue;
    // The name of its action says what its dependencies hold.
    if (!std::all_of(package->deps.begin(), package->deps.end(), [this](Package *dep) { return compiled_[dep].cached; }))
      continue;
    if (auto hit = cache_.find(actionOf(*package))) {
      out.adopt(*hit);
      out.cached = true;
    }
  }
}

bool Builder::compilePackage(const Package &package, Compiled &out, std::string &messages) {
  std::string action = actionOf(package);
  out.build_id = action.substr(0, kBuildIdDigits);
  if (!options_.rebuild_all && !showsSsa(package))
    if (auto hit = cache_.find(action)) {
      out.adopt(*hit);
      out.cached = true;
      if (auto said = out.messages.empty() ? ErrorOr<std::string>(std::string()) : readFile(out.messages))
        messages += *said;
      return true;
    }
  const std::string work = workFolder(package);
  if (!makeDirs(work)) {
    messages += "gannet: cannot make " + work + "\n";
    return false;
  }
  if (options_.dry_run) {
    std::lock_guard<std::mutex> hold(report_lock_);
    print("\n#\n# " + package.shownPath() + "\n#\n\n");
  }
  PackageBuild build(*this, package, work, messages);
  if (!build.run(action))
    return false;
  if (options_.dry_run) {
    std::map<std::string, Cache::Output> unmade;
    for (const auto &[name, file] : build.outputs())
      unmade[name].path = file;
    out.adopt(unmade);
    return true;
  }
  std::map<std::string, std::string> outputs = build.outputs();
  if (!messages.empty()) {
    outputs["messages"] = work + "/messages";
    if (auto written = writeFile(outputs["messages"], messages); !written) {
      messages += written.error() + "\n";
      return false;
    }
  }
  auto stored = cache_.store(action, outputs);
  if (!stored) {
    messages += "gannet: " + stored.error() + "\n";
    return false;
  }
  for (const auto &[name, file] : build.outputs())
    showCommand("", {"cp", file, stored->at(name).path});
  out.adopt(*stored);
  if (!options_.keep_work)
    removeAll(work);
  return true;
}

} // namespace gannet::command
