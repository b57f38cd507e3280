// gannet install: build programs and put them where GOBIN says; compile other packages.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/program_file.h"
#include "toolchain/command/versioned.h"

#include <cstdio>

namespace gannet::command {

namespace {

int fail(const std::string &message) {
  if (!message.empty())
    std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}

} // namespace

int commandInstall(const Arguments &arguments) {
  BuildOptions options;
  Flags flags;
  addBuildFlags(flags, options);
  addJsonFlag(flags, options);
  Arguments named;
  if (int status = parseFlags(flags, "install [build flags] [packages]", arguments, named))
    return status;
  if (!options.output.empty())
    return usageError("install [build flags] [packages]", "flag provided but not defined: -o");
  auto versions = haveVersion(named);
  if (!versions)
    return fail(versions.error());
  TemporaryDir work("gannet-install");
  const CommandLine line{"install", arguments, currentDir()};
  if (*versions && (!options.mod_file.empty() || !enterModuleFor(work.path(), named, options.writable_modules)))
    return handOver(line);
  if (*versions)
    options.mod = "";
  int status = 0;
  auto session = openSessionFor(line, options, status);
  if (!session)
    return status;
  std::vector<Package *> roots = session->loader->load(named);
  if (!session->loader->errors().empty() || (*versions && !standsAlone(roots)))
    return handOver(line);
  if (auto chosen = selectForMode(options, roots); !chosen)
    return fail(chosen.error());
  std::string bin = session->environment->getOr("GOBIN", session->environment->goPath() + "/bin");
  if (bin.empty() || bin[0] != '/')
    return fail("go: cannot install, GOBIN must be an absolute path");
  if (!prepareBuild(*session, options, roots))
    return 1;
  Builder builder(*session->loader, *session->cache, options);
  reportAsAsked(builder, options);
  if (!builder.compile(roots))
    return 1;
  for (const Package *p : roots) {
    if (!p->isMain())
      continue;
    if (!options.dry_run && !makeDirs(bin))
      return fail("go: cannot create directory " + bin);
    if (auto free = checkOverwrite(bin + "/" + executableName(*p)); !free)
      return fail("go install " + p->import_path + ": " + free.error());
    if (!builder.link(*p, bin + "/" + executableName(*p)))
      return 1;
  }
  return 0;
}

} // namespace gannet::command
