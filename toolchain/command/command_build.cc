// gannet build: compile packages, and link those that are programs.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/job_graph.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/program_file.h"

#include "compiler/base/file.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace gannet::command {

namespace {

// A package whose program or archive is written to a file.
struct Placed {
  Package *package;
  std::string output;
};

int fail(const std::string &message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}

bool writeOutput(Builder &builder, const Placed &place) {
  if (auto free = checkOverwrite(place.output); !free) {
    std::fprintf(stderr, "go build %s: %s\n", place.package->import_path.c_str(), free.error().c_str());
    return false;
  }
  std::string folder = parentDir(absolutePath(place.output));
  if (!isDirectory(folder)) {
    builder.showCommand("", {"mkdir", "-p", folder + "/"});
    if (!builder.isDryRun() && !makeDirs(folder)) {
      std::fprintf(stderr, "go: cannot create directory %s\n", folder.c_str());
      return false;
    }
  }
  if (!place.package->archive)
    return builder.link(*place.package, place.output);
  const Compiled *compiled = builder.compiled(*place.package);
  auto bytes = compiled ? readFile(compiled->object) : ErrorOr<std::string>(std::string());
  auto written = bytes ? writeFile(place.output, *bytes) : ErrorOr<void>(bytes.takeError());
  if (!written)
    std::fprintf(stderr, "%s\n", written.error().c_str());
  return written.operator bool();
}

// Links a program that nobody asked to keep, to see that it can be: the cache knows of those that could.
bool tryLink(Builder &builder, const Cache &cache, const BuildOptions &options, const Package &program) {
  Hasher name;
  if (!options.dry_run) {
    name.add("can be linked");
    name.add(builder.programHash(program));
  }
  const std::string action = options.dry_run ? "" : name.finish();
  if (!options.dry_run && !options.rebuild_all && !options.print_commands && cache.find(action))
    return true;
  const std::string output = builder.workFolder(program) + "/exe/a.out";
  bool good = makeDirs(parentDir(output)) && builder.link(program, output);
  if (!options.keep_work)
    removeAll(output);
  return good && (options.dry_run || cache.store(action, {{"importcfg", builder.workFolder(program) + "/importcfg.link"}}));
}

bool tryLinks(Builder &builder, const Cache &cache, const BuildOptions &options, const std::vector<Package *> &programs) {
  JobGraph graph;
  for (const Package *program : programs)
    graph.add([&, program](bool) { return tryLink(builder, cache, options, *program); });
  return graph.run(static_cast<unsigned>(options.jobs));
}

} // namespace

int commandBuild(const Arguments &arguments) {
  BuildOptions options;
  Flags flags;
  addBuildFlags(flags, options);
  addJsonFlag(flags, options);
  Arguments rest;
  if (int status = parseFlags(flags, "build [-o output] [build flags] [packages]", arguments, rest))
    return status;
  const CommandLine line{"build", arguments};
  int status = 0;
  auto session = openSessionFor(line, options, status);
  if (!session)
    return status;
  std::vector<Package *> roots = session->loader->load(rest);
  if (!session->loader->errors().empty())
    return handOver(line);
  if (auto chosen = selectForMode(options, roots); !chosen)
    return fail(chosen.error());
  if (options.output == "/dev/null" && roots.size() > 1)
    options.output.clear();
  bool into_dir = !options.output.empty() && (options.output.back() == '/' || isDirectory(options.output));
  if (!options.output.empty() && !into_dir && roots.size() > 1)
    return fail("go: cannot write multiple packages to non-directory " + options.output);
  std::vector<Package *> programs;
  std::copy_if(roots.begin(), roots.end(), std::back_inserter(programs), [](const Package *p) { return p->isMain(); });
  if (roots.empty())
    return options.output.empty() ? 0 : fail("no packages to build");
  if (into_dir && programs.empty())
    return fail("go: no main packages to build");
  // As with go: one program is written to the current directory, several are linked and forgotten, unless -o says where.
  std::vector<Placed> placed;
  if (!options.output.empty() && !into_dir)
    placed.push_back({roots[0], options.output});
  else if (into_dir || (roots.size() == 1 && !programs.empty()))
    for (Package *p : programs)
      placed.push_back({p, (into_dir ? cleanPath(options.output) + "/" : "") + executableName(*p)});
  for (const Placed &place : placed)
    if (isDirectory(place.output))
      return fail("go: build output \"" + place.output + "\" already exists and is a directory");
  for (const Placed &place : placed)
    place.package->archive = !place.package->isMain();
  if (!prepareBuild(*session, options, roots))
    return 1;
  Builder builder(*session->loader, *session->cache, options);
  reportAsAsked(builder, options);
  if (!builder.compile(roots))
    return 1;
  if (options.dry_run)
    std::erase_if(placed, [](const Placed &place) { return place.package->archive; });
  if (into_dir && !makeDirs(options.output))
    return fail("go: cannot create directory " + options.output);
  for (const Placed &place : placed)
    if (!writeOutput(builder, place))
      return 1;
  return !placed.empty() || tryLinks(builder, *session->cache, options, programs) ? 0 : 1;
}

} // namespace gannet::command
