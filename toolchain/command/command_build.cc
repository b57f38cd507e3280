// gannet build: compile packages, and link those that are programs.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/paths.h"

#include <cstdio>

namespace gannet::command {

int commandBuild(const Arguments &arguments) {
  BuildOptions options;
  Flags flags;
  addBuildFlags(flags, options);
  Arguments rest;
  if (int status = parseFlags(flags, "build [-o output] [build flags] [packages]", arguments, rest))
    return status;
  auto session = openSession(options);
  if (!session)
    return 1;
  std::vector<Package *> roots = session->loader->load(rest);
  if (reportErrors(*session->loader))
    return 1;
  std::vector<Package *> programs;
  for (Package *p : roots)
    if (p->isMain())
      programs.push_back(p);
  bool into_dir = !options.output.empty() && (options.output.back() == '/' || isDirectory(options.output));
  if (!options.output.empty() && !into_dir && roots.size() > 1) {
    std::fprintf(stderr, "gannet build: cannot write multiple packages to non-directory %s\n", options.output.c_str());
    return 1;
  }
  if (!coverPrograms(*session, options, roots))
    return 1;
  Builder builder(*session->loader, *session->cache, options);
  if (!builder.compile(roots))
    return 1;
  // As with go: one program is written to the current directory, several are only built, unless -o says where.
  if (options.output.empty() && programs.size() != 1)
    return 0;
  if (options.output.empty() && roots.size() > 1)
    return 0;
  if (!options.output.empty() && !into_dir && programs.empty())
    return 0;
  if (into_dir && !makeDirs(options.output)) {
    std::fprintf(stderr, "gannet build: cannot create directory %s\n", options.output.c_str());
    return 1;
  }
  for (Package *p : programs) {
    std::string output = options.output.empty() ? executableName(*p)
                         : into_dir             ? cleanPath(options.output) + "/" + executableName(*p)
                                                : options.output;
    if (isDirectory(output)) {
      std::fprintf(stderr, "gannet build: build output \"%s\" already exists and is a directory\n", output.c_str());
      return 1;
    }
    if (!builder.link(*p, output))
      return 1;
  }
  return 0;
}

} // namespace gannet::command
