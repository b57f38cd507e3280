// The flags that build, run, list and clean share, and the way from them to a loader and a cache.
#ifndef GANNET_TOOLCHAIN_COMMAND_BUILD_FLAGS_H
#define GANNET_TOOLCHAIN_COMMAND_BUILD_FLAGS_H

#include "toolchain/command/build.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/loader.h"

#include <memory>
#include <optional>

namespace gannet::command {

// Adds the build flags to `flags`, to be stored in `options`.
void addBuildFlags(Flags &flags, BuildOptions &options);

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

// Leaves those of the packages that -buildmode builds. Fails if they are not what it can build.
ErrorOr<void> selectForMode(const BuildOptions &options, std::vector<Package *> &roots);
// Fails if -buildmode asks for what there is not.
ErrorOr<void> checkMode(const BuildOptions &options);

// Does what -cover and -buildvcs ask of a build of these packages. False, with the message printed, if it cannot be done.
bool prepareBuild(Session &session, BuildOptions &options, const std::vector<Package *> &roots);

// Adds -json, for a build that says with it what it has to say; then has the builder say it so.
void addJsonFlag(Flags &flags, BuildOptions &options);
void reportAsAsked(Builder &builder, const BuildOptions &options);

// Prints an error, or, with -json, the events that tell of it.
void reportError(const LoadError &error, const BuildOptions &options);
// The same of all that the loader found wrong; true if there was anything.
bool reportErrors(const Loader &loader, const BuildOptions &options);

// Takes the flags of GOFLAGS and of `arguments`. Returns 0, or the exit status after having said what is wrong.
int parseFlags(const Flags &flags, const std::string &usage, const std::vector<std::string> &arguments,
               std::vector<std::string> &rest);

// Says on standard error "usage: ..." and the reason, as the flag package does; returns 2.
int usageError(const std::string &command, const std::string &message);

} // namespace gannet::command

#endif
