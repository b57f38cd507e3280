#include "toolchain/command/build_flags.h"

#include "toolchain/command/paths.h"

#include <cstdio>
#include <cstdlib>

namespace gannet::command {

void addBuildFlags(Flags &flags, BuildOptions &options) {
  flags.boolean("a", options.rebuild_all);
  flags.boolean("n", options.dry_run);
  flags.boolean("x", options.print_commands);
  flags.boolean("v", options.print_packages);
  flags.boolean("work", options.keep_work);
  flags.boolean("trimpath", options.trimpath);
  flags.number("p", options.jobs);
  flags.list("gcflags", options.gcflags);
  flags.list("asmflags", options.asmflags);
  flags.list("ldflags", options.ldflags);
  flags.text("o", options.output);
  flags.commaList("tags", options.tags);
  for (const char *name : {"race", "msan", "asan", "cover"})
    flags.refused(name, false, "instrumented builds are not there");
  for (const char *name : {"buildmode", "mod", "modfile", "overlay", "pkgdir", "toolexec", "pgo", "compiler"})
    flags.refused(name, true, "the flag is not there");
}

std::optional<Session> openSession(const BuildOptions &options) {
  Session session;
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return std::nullopt;
  }
  session.sdk = std::make_unique<Sdk>(std::move(*sdk));
  if (const char *cgo = std::getenv("CGO_ENABLED"); cgo && std::string(cgo) == "1") {
    std::fprintf(stderr, "gannet: CGO_ENABLED=1: cgo is not supported by Gannet\n");
    return std::nullopt;
  }
  for (auto [name, only] : {std::pair{"GOOS", "linux"}, std::pair{"GOARCH", "amd64"}})
    if (const char *value = std::getenv(name); value && *value && std::string(value) != only) {
      std::fprintf(stderr, "gannet: unsupported %s %s (supported: linux/amd64)\n", name, value);
      return std::nullopt;
    }
  auto module = findModule(currentDir());
  if (!module) {
    std::fprintf(stderr, "%s\n", module.error().c_str());
    return std::nullopt;
  }
  session.loader = std::make_unique<Loader>(*session.sdk, std::move(*module), options.tags);
  auto cache_dir = defaultCacheDir();
  if (!cache_dir) {
    std::fprintf(stderr, "%s\n", cache_dir.error().c_str());
    return std::nullopt;
  }
  session.cache = std::make_unique<Cache>(*cache_dir);
  return session;
}

bool reportErrors(const Loader &loader) {
  for (const std::string &message : loader.errors())
    std::fprintf(stderr, "%s\n", message.c_str());
  return !loader.errors().empty();
}

int usageError(const std::string &command, const std::string &message) {
  std::fprintf(stderr, "%s\nusage: gannet %s\nRun 'gannet help %s' for details.\n", message.c_str(), command.c_str(),
               command.substr(0, command.find(' ')).c_str());
  return 2;
}

} // namespace gannet::command
