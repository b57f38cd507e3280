// From a command line to what a subcommand works with: the toolchain, the modules, a loader and a cache; or to Go's own program,
// which carries out what cannot be loaded.
#ifndef GANNET_TOOLCHAIN_COMMAND_SESSION_H
#define GANNET_TOOLCHAIN_COMMAND_SESSION_H

#include "toolchain/command/build.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/loader.h"

#include <memory>
#include <optional>

namespace gannet::command {

// What a subcommand works with. Its end is when the cache is trimmed.
struct Session {
  Session() = default;
  Session(Session &&) = default;
  ~Session();

  std::unique_ptr<Sdk> sdk;
  std::unique_ptr<Environment> environment;
  std::unique_ptr<modules::ModuleSet> modules;
  std::unique_ptr<Loader> loader;
  std::unique_ptr<Cache> cache;
};

// The level of the architecture; none if the environment asks for what there is not, which is reported.
std::optional<unsigned> checkTarget(const Environment &environment);

// Finds the toolchain, the main module and the cache. Nothing, with the message printed, if one is not to be had.
std::optional<Session> openSession(const BuildOptions &options);

// A command line of this program's.
struct CommandLine {
  const char *name; // of the subcommand
  const std::vector<std::string> &arguments;
  std::string dir = ""; // where it is about, if that is not the current directory any more
};
// Has Go's own program carry it out, because this one could not load what it names: it says why not, in its own words, and does
// what it can do all the same (with the tools of this SDK). Returns its exit status.
int handOver(const CommandLine &line);
// Opens a session for such a command line. Without one `status` is that to exit with, all being said and done.
std::optional<Session> openSessionFor(const CommandLine &line, const BuildOptions &options, int &status);

// The modules that the current directory is of.
ErrorOr<std::unique_ptr<modules::ModuleSet>> findModules(const Sdk &sdk, const Environment &environment,
                                                        const BuildOptions &options);

} // namespace gannet::command

#endif
