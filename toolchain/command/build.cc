#include "toolchain/command/build.h"

#include "compiler/base/file.h"
#include "compiler/base/parallel.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <set>
#include <thread>

namespace gannet::command {

namespace {

void printError(const std::string &text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string join(const std::vector<std::string> &items) {
  std::string out;
  for (const std::string &item : items)
    out += item + "\n";
  return out;
}

// Packages that are compiled in the mode of the runtime: no stack-growing surprises, their own directives.
bool isRuntimePackage(const Package &package) {
  static const char *const kPaths[] = {"runtime", "internal/abi", "internal/bytealg", "internal/byteorder",
                                       "internal/chacha8rand", "internal/coverage/rtcov", "internal/cpu",
                                       "internal/goarch", "internal/godebugs", "internal/goexperiment",
                                       "internal/goos", "internal/profilerecord", "internal/strconv",
                                       "internal/stringslite"};
  if (!package.standard)
    return false;
  if (package.import_path.rfind("internal/runtime/", 0) == 0)
    return true;
  return std::find(std::begin(kPaths), std::end(kPaths), package.import_path) != std::end(kPaths);
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
  h.add("compile 1");
  h.add(tool_hashes_["compile"]);
  h.add(tool_hashes_["asm"]);
  h.add(package.symbolPath());
  h.add(package.lang);
  h.add(package.standard || options_.trimpath ? "" : package.dir);
  h.add(isNamed(package) ? join(options_.gcflags) : "");
  h.add(isNamed(package) ? join(options_.asmflags) : "");
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
    h.add(compiled_[dep].export_hash);
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

bool Builder::runTool(const std::vector<std::string> &arguments, const std::string &dir, std::string &messages) {
  if (options_.print_commands)
    printError(shellQuoted(arguments) + "\n");
  ProcessResult result = runCaptured(arguments, dir);
  messages += result.output;
  if (result.signal)
    messages += baseName(arguments[0]) + ": signal: " + signalText(result.signal) + "\n";
  return result.started && result.exit_status == 0;
}

bool Builder::compilePackage(const Package &package, Compiled &out, std::string &messages) {
  std::string action = actionOf(package);
  auto adopt = [&](const std::map<std::string, Cache::Output> &files) {
    Hasher content;
    for (const auto &[name, file] : files) {
      content.add(name);
      content.add(file.hash);
      if (name == "object") {
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
  if (!options_.rebuild_all)
    if (auto hit = cache_.find(action)) {
      adopt(*hit);
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
  // How the object names the source files: by the package's path where the result may travel, else where they are.
  std::string shown_dir = package.dir;
  if (package.standard)
    shown_dir = "$GOROOT/src/" + package.import_path;
  else if (options_.trimpath)
    shown_dir = package.import_path == "command-line-arguments" ? "command-line-arguments" : package.import_path;
  std::string rewrite = w + "=>;" + package.dir + "=>" + shown_dir;

  std::vector<std::string> asm_base = {sdk.tool("asm"), "-p", package.symbolPath(), "-trimpath", rewrite,
                                       "-I", w, "-I", sdk.includeDir(), "-D", "GOOS_linux", "-D", "GOARCH_amd64",
                                       "-D", "GOAMD64_v1"};
  if (isNamed(package))
    asm_base.insert(asm_base.end(), options_.asmflags.begin(), options_.asmflags.end());
  std::vector<std::string> compile = {sdk.tool("compile"), "-o", w + "/pkg.o", "-export", w + "/pkg.x", "-trimpath",
                                      rewrite, "-p", package.symbolPath(), "-lang=" + package.lang};
  if (package.standard)
    compile.push_back("-std");
  if (isRuntimePackage(package))
    compile.push_back("-+");
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
    config += "packagefile " + dep->import_path + "=" + compiled_[dep].export_file + "\n";
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
  if (isNamed(package))
    compile.insert(compile.end(), options_.gcflags.begin(), options_.gcflags.end());
  for (const std::string &name : package.go_files)
    compile.push_back(shortPath(package.dir + "/" + name));
  if (!runTool(compile, "", messages))
    return false;
  std::map<std::string, std::string> files = {{"object", w + "/pkg.o"}, {"export", w + "/pkg.x"}};
  for (std::size_t i = 0; i < package.asm_files.size(); ++i) {
    std::string object = w + "/asm" + std::to_string(i) + ".o";
    std::vector<std::string> assemble = asm_base;
    assemble.insert(assemble.end(), {"-o", object, package.dir + "/" + package.asm_files[i]});
    if (!runTool(assemble, package.dir, messages))
      return false;
    char name[16];
    std::snprintf(name, sizeof name, "asm%03zu", i);
    files[name] = object;
  }
  auto stored = cache_.store(action, files);
  if (!stored) {
    messages += "gannet: " + stored.error() + "\n";
    return false;
  }
  adopt(*stored);
  return true;
}

bool Builder::isNamed(const Package &package) const {
  return std::find(named_.begin(), named_.end(), &package) != named_.end();
}

bool Builder::compile(const std::vector<Package *> &roots) {
  named_ = roots;
  std::vector<Package *> order = loader_.inDependencyOrder(roots);
  struct State {
    std::size_t waiting = 0;
    std::vector<std::size_t> users;
    bool failed = false;
    std::string messages;
  };
  std::vector<State> states(order.size());
  std::map<const Package *, std::size_t> index;
  for (std::size_t i = 0; i < order.size(); ++i)
    index[order[i]] = i;
  for (std::size_t i = 0; i < order.size(); ++i) {
    compiled_[order[i]];
    for (const Package *dep : order[i]->deps) {
      ++states[i].waiting;
      states[index[dep]].users.push_back(i);
    }
  }
  std::mutex lock;
  std::condition_variable changed;
  std::set<std::size_t> ready; // lowest first: dependencies come early in the order
  std::size_t left = order.size();
  bool all_good = true;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (!states[i].waiting)
      ready.insert(i);
  auto worker = [&] {
    std::unique_lock<std::mutex> hold(lock);
    for (;;) {
      changed.wait(hold, [&] { return !ready.empty() || !left; });
      if (!left)
        return;
      std::size_t i = *ready.begin();
      ready.erase(ready.begin());
      bool good = !states[i].failed;
      bool skipped = states[i].failed;
      if (good) {
        Compiled result;
        std::string messages;
        if (options_.print_packages)
          printError(order[i]->import_path + "\n");
        hold.unlock();
        good = compilePackage(*order[i], result, messages);
        hold.lock();
        compiled_[order[i]] = std::move(result);
        if (!messages.empty())
          printError("# " + order[i]->import_path + "\n" + messages);
      }
      if (!good && !skipped)
        all_good = false;
      for (std::size_t user : states[i].users) {
        states[user].failed |= !good;
        if (!--states[user].waiting)
          ready.insert(user);
      }
      --left;
      changed.notify_all();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned t = 1; t < options_.jobs; ++t)
    threads.emplace_back(worker);
  worker();
  for (std::thread &t : threads)
    t.join();
  return all_good;
}

// What `go version -m` and debug.ReadBuildInfo show, in the form that the linker stores between its markers.
std::string Builder::buildInfo(const Package &main_package) const {
  const Module &module = loader_.mainModule();
  std::string text = "path\t" + main_package.import_path + "\n";
  if (!module.path.empty() && main_package.import_path != "command-line-arguments")
    text += "mod\t" + module.path + "\t(devel)\t\n";
  text += "build\t-buildmode=exe\n";
  text += "build\t-compiler=gc\n";
  if (options_.trimpath)
    text += "build\t-trimpath=true\n";
  text += "build\tCGO_ENABLED=0\n";
  text += "build\tGOARCH=amd64\n";
  text += "build\tGOOS=linux\n";
  text += "build\tGOAMD64=v1\n";
  return text;
}

bool Builder::link(const Package &main_package, const std::string &output) {
  const Sdk &sdk = loader_.sdk();
  TemporaryDir work("gannet-link");
  if (work.path().empty()) {
    printError("gannet: cannot make a temporary directory\n");
    return false;
  }
  if (options_.keep_work)
    work.keep();
  std::string config;
  Hasher id;
  id.add(tool_hashes_["link"]);
  std::vector<Package *> roots = {const_cast<Package *>(&main_package)};
  for (const Package *p : loader_.inDependencyOrder(roots)) {
    const Compiled &c = compiled_[p];
    id.add(c.content);
    for (const std::string &object : c.asm_objects)
      config += "packagefile " + p->symbolPath() + "=" + object + "\n";
    if (p != &main_package)
      config += "packagefile " + p->symbolPath() + "=" + c.object + "\n";
  }
  // Between marks of 16 bytes, by which tools find it in the program. Source: Go's debug/buildinfo.
  std::string info = buildInfo(main_package), quoted = "\"\\x30w\\xaf\\x0c\\x92t\\x08\\x02A\\xe1\\xc1\\x07\\xe6\\xd6\\x18\\xe6";
  for (char c : info) {
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
  id.add(info);
  id.add(join(options_.ldflags));
  std::vector<std::string> arguments = {sdk.tool("link"), "-o", output, "-importcfg", work.path() + "/importcfg.link",
                                        "-runtime", sdk.runtimeArchive(), "-buildid", id.finish().substr(0, 40),
                                        "-X", "runtime.buildVersion=" + sdk.fullVersion(),
                                        "-X", "runtime.defaultGOROOT=" + (options_.trimpath ? "" : sdk.root)};
  arguments.insert(arguments.end(), options_.ldflags.begin(), options_.ldflags.end());
  arguments.push_back(compiled_[&main_package].object);
  std::string messages;
  bool good = runTool(arguments, "", messages);
  if (!messages.empty())
    printError("# " + main_package.import_path + "\n" + messages);
  return good;
}

} // namespace gannet::command
