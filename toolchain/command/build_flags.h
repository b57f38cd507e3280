// The flags that build, run, list and clean share, and what they ask for.
#ifndef GANNET_TOOLCHAIN_COMMAND_BUILD_FLAGS_H
#define GANNET_TOOLCHAIN_COMMAND_BUILD_FLAGS_H

#include "toolchain/command/build.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/session.h"

namespace gannet::command {

// Adds the build flags to `flags`, to be stored in `options`.
void addBuildFlags(Flags &flags, BuildOptions &options);

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

// Takes the flags of GOFLAGS that this subcommand has. Returns 0, or the exit status after having said what is wrong.
int parseGoFlags(const Flags &flags);
// Takes the flags of GOFLAGS and of `arguments`. Returns 0, or the exit status after having said what is wrong.
int parseFlags(const Flags &flags, const std::string &usage, const std::vector<std::string> &arguments,
               std::vector<std::string> &rest);

// Says on standard error "usage: ..." and the reason, as the flag package does; returns 2.
int usageError(const std::string &command, const std::string &message);

} // namespace gannet::command

#endif
