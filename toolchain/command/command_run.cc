// gannet run: build a program in a temporary place and run it.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"
#include "toolchain/command/versioned.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace gannet::command {

int commandRun(const Arguments &arguments) {
  BuildOptions options;
  Flags flags;
  addBuildFlags(flags, options);
  addJsonFlag(flags, options);
  std::vector<std::string> exec; // words before the program's own
  flags.list("exec", exec);
  Arguments rest;
  if (int status = parseFlags(flags, "run [build flags] [-exec xprog] package [arguments...]", arguments, rest))
    return status;
  // The leading .go files, or one package; the rest belongs to the program.
  std::size_t count = 0;
  auto isGoFile = [](const std::string &a) { return a.size() > 3 && a.substr(a.size() - 3) == ".go"; };
  while (count < rest.size() && isGoFile(rest[count]))
    ++count;
  if (!count && !rest.empty())
    count = 1;
  if (!count) {
    std::fprintf(stderr, "go: no go files listed\n");
    return 1;
  }
  Arguments named(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
  auto versions = haveVersion(named);
  if (!versions) {
    std::fprintf(stderr, "%s\n", versions.error().c_str());
    return 1;
  }
  TemporaryDir module("gannet-run");
  std::string here = currentDir();
  const CommandLine line{"run", arguments, here};
  if (*versions && (!options.mod_file.empty() || !enterModuleFor(module.path(), named, options.writable_modules)))
    return handOver(line);
  if (*versions)
    options.mod = "";
  int status = 0;
  auto session = openSessionFor(line, options, status);
  if (!session)
    return status;
  std::vector<Package *> roots = session->loader->load(named);
  if (!session->loader->errors().empty() || roots.size() != 1 || !roots[0]->isMain() || (*versions && !standsAlone(roots)))
    return handOver(line);
  if (options.vcs == VcsMode::IfThere) // nobody will ask a program that is gone when it ends
    options.vcs = VcsMode::Never;
  if (!prepareBuild(*session, options, roots))
    return 1;
  Builder builder(*session->loader, *session->cache, options);
  reportAsAsked(builder, options);
  if (!builder.compile(roots))
    return 1;
  std::string program = builder.workFolder(*roots[0]) + "/exe/" + executableName(*roots[0]);
  if (!makeDirs(parentDir(program))) {
    std::fprintf(stderr, "gannet: cannot make %s\n", parentDir(program).c_str());
    return 1;
  }
  if (!builder.link(*roots[0], program))
    return 1;
  Arguments run = exec;
  run.push_back(program);
  run.insert(run.end(), rest.begin() + static_cast<std::ptrdiff_t>(count), rest.end());
  builder.showCommand("", run);
  if (options.dry_run)
    return 0;
  if (chdir(here.c_str()) < 0) {
    std::fprintf(stderr, "go: chdir %s: no such directory\n", here.c_str());
    return 1;
  }
  const char *path = std::getenv("PATH"); // where the program is to find the go that runs it
  setenv("PATH", (session->sdk->root + "/bin" + (path && *path ? std::string(":") + path : "")).c_str(), 1);
  ProcessResult result = runAttached(run);
  if (!result.started) {
    std::fprintf(stderr, "%s", result.output.c_str());
    return 1;
  }
  if (result.signal)
    std::fprintf(stderr, "signal: %s\n", signalText(result.signal).c_str());
  else if (result.exit_status)
    std::fprintf(stderr, "exit status %d\n", result.exit_status);
  return result.exit_status ? 1 : 0;
}

} // namespace gannet::command
