// gannet run: build a program in a temporary place and run it.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <cstdio>
#include <cstdlib>

namespace gannet::command {

int commandRun(const Arguments &arguments) {
  BuildOptions options;
  Flags flags;
  addBuildFlags(flags, options);
  Arguments rest;
  if (std::string message = flags.parse(arguments, rest); !message.empty())
    return usageError("run [build flags] package [arguments...]", message);
  // The leading .go files, or one package; the rest belongs to the program.
  std::size_t count = 0;
  auto isGoFile = [](const std::string &a) { return a.size() > 3 && a.substr(a.size() - 3) == ".go"; };
  while (count < rest.size() && isGoFile(rest[count]))
    ++count;
  if (!count && !rest.empty())
    count = 1;
  if (!count) {
    std::fprintf(stderr, "gannet: no go files listed\n");
    return 1;
  }
  Arguments named(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
  auto session = openSession(options);
  if (!session)
    return 1;
  std::vector<Package *> roots = session->loader->load(named);
  if (reportErrors(*session->loader))
    return 1;
  if (roots.size() != 1 || !roots[0]->isMain()) {
    std::fprintf(stderr, "package %s is not a main package\n", roots.empty() ? "" : roots[0]->import_path.c_str());
    return 1;
  }
  Builder builder(*session->loader, *session->cache, options);
  if (!builder.compile(roots))
    return 1;
  TemporaryDir work("gannet-run");
  std::string program = work.path() + "/exe/" + (roots[0]->import_path == "command-line-arguments"
                                                      ? roots[0]->go_files[0].substr(0, roots[0]->go_files[0].size() - 3)
                                                      : baseName(roots[0]->import_path));
  if (work.path().empty() || !makeDirs(parentDir(program))) {
    std::fprintf(stderr, "gannet: cannot make a temporary directory\n");
    return 1;
  }
  if (!builder.link(*roots[0], program))
    return 1;
  Arguments run = {program};
  run.insert(run.end(), rest.begin() + static_cast<std::ptrdiff_t>(count), rest.end());
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
