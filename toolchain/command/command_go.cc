// The subcommands that Go's own programs carry out: what edits go.mod or asks a proxy (mod, get, work), and what looks at
// sources or programs without building them (fmt, vet, doc, fix, generate, tool).
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <algorithm>
#include <cstdio>
#include <sys/stat.h>

namespace gannet::command {

namespace {

// What `go tool` offers. Ours are in the SDK, Go's are built when they are first used; cgo is not to be had.
constexpr const char *kTools[] = {"addr2line", "asm",  "buildid", "compile", "covdata",    "cover",     "fix",   "link",
                                  "nm",        "objdump", "pack", "pprof",   "preprofile", "test2json", "trace", "vet"};
// What it does not show, but runs: lists what could be built for, which Go's own tests ask for.
constexpr std::string_view kDist = "dist";

int delegate(const char *command, const Arguments &arguments, const std::vector<std::string> &tools = {}) {
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  Arguments words = {command};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return runGo(*sdk, words, tools);
}

int runTool(const std::string &path, const Arguments &arguments, bool dry) {
  Arguments words = {path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  if (dry) {
    std::printf("%s\n", shellQuoted(words).c_str());
    return 0;
  }
  ProcessResult result = runAttached(words);
  if (!result.started) {
    std::fprintf(stderr, "%s", result.output.c_str());
    return 1;
  }
  return result.exit_status;
}

// The same for a program of Go's, which is built if it is not there.
int runGoTool(const Sdk &sdk, const std::string &name, const Arguments &arguments, bool dry) {
  auto program = goProgram(sdk, name);
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().c_str());
    return 1;
  }
  return runTool(*program, arguments, dry);
}

Package packageOf(const std::string &path) {
  Package p;
  p.import_path = path;
  return p;
}

// A tool that a go.mod names: by its whole path, or by the name of its program if that is only one's.
int runModuleTool(const BuildOptions &options, const std::string &name, const Arguments &arguments, bool dry) {
  auto session = openSession(options);
  if (!session)
    return 1;
  std::vector<std::string> found;
  for (const modules::Module *m : session->modules->mains())
    for (const std::string &path : session->modules->mainFile(*m).tools)
      if (path == name || executableName(packageOf(path)) == name)
        found.push_back(path);
  if (found.empty()) {
    std::fprintf(stderr, "go: no such tool \"%s\"\n", name.c_str());
    return 2;
  }
  if (found.size() > 1) {
    std::string list;
    for (const std::string &path : found)
      list += "\n\t" + path;
    std::fprintf(stderr, "go: tool \"%s\" is ambiguous; choose one of:%s\n", name.c_str(), list.c_str());
    return 1;
  }
  std::vector<Package *> roots = session->loader->load({found[0]});
  if (reportErrors(*session->loader, options))
    return 1;
  Builder builder(*session->loader, *session->cache, options);
  TemporaryDir work("gannet-tool");
  std::string program = work.path() + "/" + executableName(*roots[0]);
  if (work.path().empty() || !builder.compile(roots) || !builder.link(*roots[0], program))
    return 1;
  if (!dry)
    return runTool(program, arguments, false);
  // What is shown is to be there when this command has ended: in the cache.
  Hasher action;
  action.add("tool");
  action.add(builder.programHash(*roots[0]));
  auto kept = session->cache->store(action.finish(), {{"program", program}});
  if (!kept || chmod(kept->at("program").path.c_str(), 0755) < 0) {
    std::fprintf(stderr, "gannet: %s cannot be put into the cache\n", found[0].c_str());
    return 1;
  }
  return runTool(kept->at("program").path, arguments, true);
}

} // namespace

int commandFmt(const Arguments &arguments) { return delegate("fmt", arguments, {"gofmt"}); }
int commandBug(const Arguments &arguments) { return delegate("bug", arguments); }
int commandTelemetry(const Arguments &arguments) { return delegate("telemetry", arguments); }
int commandDoc(const Arguments &arguments) { return delegate("doc", arguments); }
int commandMod(const Arguments &arguments) { return delegate("mod", arguments); }
int commandGet(const Arguments &arguments) { return delegate("get", arguments); }
int commandWork(const Arguments &arguments) { return delegate("work", arguments); }
int commandGenerate(const Arguments &arguments) { return delegate("generate", arguments); }

int commandGofmt(const Arguments &arguments) {
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  return runGoTool(*sdk, "gofmt", arguments, false);
}

int commandVet(const Arguments &arguments) { return delegate("vet", arguments, {"vet"}); }
int commandFix(const Arguments &arguments) { return delegate("fix", arguments, {"fix"}); }

int commandTool(const Arguments &arguments) {
  BuildOptions options;
  bool dry = false;
  Flags flags;
  flags.boolean("n", dry);
  flags.choice("mod", options.mod, {"readonly", "vendor", "mod"});
  flags.text("modfile", options.mod_file);
  flags.boolean("modcacherw", options.writable_modules);
  Arguments rest;
  if (int status = parseFlags(flags, "tool [-n] command [args...]", arguments, rest))
    return status;
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  if (rest.empty()) {
    for (const char *name : kTools)
      std::printf("%s\n", name);
    Environment environment(sdk->root);
    if (auto set = findModules(*sdk, environment, options))
      for (const modules::Module *m : (*set)->mains())
        for (const std::string &path : (*set)->mainFile(*m).tools)
          std::printf("%s\n", path.c_str());
    return 0;
  }
  std::string name = rest[0];
  Arguments words(rest.begin() + 1, rest.end());
  // Those of Go's that the SDK ships are to be told its GOROOT, as below.
  const bool of_go = name == "vet" || name == "fix" || name == "cover" || name == "covdata";
  if (name.find('/') == std::string::npos && !of_go && pathExists(sdk->tool(name)))
    return runTool(sdk->tool(name), words, dry);
  if (std::find(std::begin(kTools), std::end(kTools), name) == std::end(kTools) && name != kDist)
    return runModuleTool(options, name, words, dry);
  return dry ? runGoTool(*sdk, name, words, true) : runGoProgram(*sdk, name, words);
}

} // namespace gannet::command
