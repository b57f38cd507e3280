// The subcommands that tell: version, env, list, help; and clean.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <cstdio>
#include <cstdlib>

namespace gannet::command {

namespace {

// One package as `go list -json` shows it, as far as Gannet knows the fields. Of a compiled one also Export, as with go,
// and Objects: the files to link.
std::string packageJson(const Package &p, const Compiled *compiled) {
  std::string out = "{";
  auto field = [&](const char *name, const std::string &value) {
    out += (out.size() > 1 ? ",\n\t\"" : "\n\t\"") + std::string(name) + "\": " + value;
  };
  auto strings = [](const std::vector<std::string> &items) {
    std::string list = "[";
    for (std::size_t i = 0; i < items.size(); ++i)
      list += (i ? ",\n\t\t" : "\n\t\t") + jsonString(items[i]);
    return list + "\n\t]";
  };
  field("Dir", jsonString(p.dir));
  field("ImportPath", jsonString(p.import_path));
  field("Name", jsonString(p.name));
  if (compiled)
    field("Export", jsonString(compiled->export_file));
  if (p.standard)
    field("Standard", "true");
  field("GoFiles", strings(p.go_files));
  if (!p.ignored_files.empty())
    field("IgnoredGoFiles", strings(p.ignored_files));
  if (!p.header_files.empty())
    field("HFiles", strings(p.header_files));
  if (!p.asm_files.empty())
    field("SFiles", strings(p.asm_files));
  if (!p.embed_patterns.empty())
    field("EmbedPatterns", strings(p.embed_patterns));
  std::vector<std::string> imports;
  for (const auto &[written, resolved] : p.imports)
    imports.push_back(resolved);
  if (!imports.empty())
    field("Imports", strings(imports));
  if (compiled) {
    std::vector<std::string> objects = compiled->asm_objects;
    objects.push_back(compiled->object);
    field("Objects", strings(objects));
  }
  return out + "\n}";
}

} // namespace

int commandList(const Arguments &arguments) {
  BuildOptions options;
  Flags flags;
  addBuildFlags(flags, options);
  bool deps = false;
  flags.boolean("deps", deps);
  bool json = false, exported = false;
  flags.boolean("json", json);
  flags.boolean("export", exported);
  flags.refused("f", true, "only import paths are listed");
  Arguments rest;
  if (std::string message = flags.parse(arguments, rest); !message.empty())
    return usageError("list [-deps] [build flags] [packages]", message);
  auto session = openSession(options);
  if (!session)
    return 1;
  std::vector<Package *> roots = session->loader->load(rest);
  if (reportErrors(*session->loader))
    return 1;
  Builder builder(*session->loader, *session->cache, options);
  if (exported && !builder.compile(roots))
    return 1;
  for (const Package *p : deps ? session->loader->inDependencyOrder(roots) : roots)
    if (json)
      std::printf("%s\n", packageJson(*p, exported ? builder.compiled(*p) : nullptr).c_str());
    else
      std::printf("%s\n", p->import_path.c_str());
  return 0;
}

int commandTool(const Arguments &arguments) {
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  if (arguments.empty()) {
    for (const std::string &name : listDir(parentDir(sdk->tool("compile"))))
      std::printf("%s\n", name.c_str());
    return 0;
  }
  std::string path = sdk->tool(arguments[0]);
  if (arguments[0].find('/') != std::string::npos || !pathExists(path)) {
    std::fprintf(stderr, "gannet: no such tool \"%s\"\n", arguments[0].c_str());
    return 2;
  }
  Arguments run = arguments;
  run[0] = path;
  ProcessResult result = runAttached(run);
  if (!result.started) {
    std::fprintf(stderr, "%s", result.output.c_str());
    return 1;
  }
  return result.exit_status;
}

int commandClean(const Arguments &arguments) {
  bool cache = false;
  Flags flags;
  flags.boolean("cache", cache);
  Arguments rest;
  if (std::string message = flags.parse(arguments, rest); !message.empty())
    return usageError("clean [-cache]", message);
  if (!cache || !rest.empty())
    return usageError("clean [-cache]", "only gannet clean -cache is supported yet");
  auto dir = defaultCacheDir();
  if (!dir) {
    std::fprintf(stderr, "%s\n", dir.error().c_str());
    return 1;
  }
  // Only what a cache holds, in case the variable names a directory with other things in it.
  const char digits[] = "0123456789abcdef";
  for (char a : std::string(digits))
    for (char b : std::string(digits))
      removeAll(*dir + "/" + a + b);
  return 0;
}

int commandHelp(const Arguments &) {
  std::printf("Gannet is a toolchain for Go source code.\n\n"
              "Usage:\n\n\tgannet <command> [arguments]\n\n"
              "The commands are:\n\n"
              "\tbuild       compile packages and dependencies\n"
              "\tclean       remove the build cache\n"
              "\tenv         print Go environment information\n"
              "\tlist        list packages\n"
              "\trun         compile and run Go program\n"
              "\ttest        test packages\n"
              "\ttool        run specified go tool\n"
              "\tversion     print Go version\n\n");
  return 0;
}

} // namespace gannet::command
