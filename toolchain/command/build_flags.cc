#include "toolchain/command/build_flags.h"

#include "toolchain/command/build_json.h"
#include "toolchain/command/profiles.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/test_flags.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>

namespace gannet::command {

namespace {

// Flags of the go command that not every subcommand of this program has.
const std::set<std::string> kElsewhere = {
    "c",      "changed",   "cmd",     "compat",  "compiled", "coverprofile", "deps",  "diff",     "diffs",      "e",       "exec",
    "export", "f",         "find",    "fixtool", "fuzzcache", "go",          "graph", "http",     "i",          "json",    "m",
    "cache",  "testcache", "modcache", "print",  "r",        "retracted",    "reuse", "run",      "skip",       "src",     "short",
    "t",      "test",      "tool",    "u",       "use",      "vet",          "versions", "vettool", "w",        "module",  "require",
    "replace", "exclude",  "toolchain", "debug-actiongraph", "debug-trace", "linkshared", "race", "msan", "asan", "fmt", "o",
    "args",   "all",       "h",       "ex",      "n",        "x",            "v",     "p",        "a"};

bool isKnownElsewhere(std::string name) {
  if (name.starts_with("test."))
    name = name.substr(5);
  BuildOptions unused;
  Flags build;
  addBuildFlags(build, unused);
  return kElsewhere.count(name) || build.knows(name) || isTestProgramFlag(name);
}

bool isCgoMode(const std::string &mode) { return mode == "c-archive" || mode == "c-shared" || mode == "plugin" || mode == "shared"; }

std::string setBuildMode(const std::string &mode, BuildOptions &options) {
  options.build_mode = mode;
  options.only_archives = mode == "archive";
  options.pie = mode == "pie";
  bool known = options.pie || mode == "default" || mode == "exe" || mode == "archive" || isCgoMode(mode);
  return known ? "" : "buildmode=" + mode + " not supported";
}

} // namespace

void addBuildFlags(Flags &flags, BuildOptions &options) {
  flags.function("C", [](const std::string &dir) { // where it may stand, main.cc takes it
    return "invalid value \"" + dir + "\" for flag -C: -C flag must be first flag on command line";
  });
  flags.boolean("a", options.rebuild_all);
  flags.boolean("n", options.dry_run);
  flags.boolean("x", options.print_commands);
  flags.boolean("v", options.print_packages);
  flags.boolean("work", options.keep_work);
  flags.boolean("trimpath", options.trimpath);
  flags.number("p", options.jobs);
  flags.function("gcflags", [&options](const std::string &v) { return options.gcflags.add(v); });
  flags.function("asmflags", [&options](const std::string &v) { return options.asmflags.add(v); });
  flags.function("ldflags", [&options](const std::string &v) { return options.ldflags.add(v); });
  flags.text("o", options.output);
  flags.commaList("tags", options.tags);
  flags.choice("mod", options.mod, {"readonly", "vendor", "mod"});
  flags.text("modfile", options.mod_file);
  flags.text("overlay", options.overlay);
  flags.boolean("modcacherw", options.writable_modules);
  flags.list("toolexec", options.toolexec);
  flags.function("buildmode", [&options](const std::string &mode) { return setBuildMode(mode, options); });
  flags.function("compiler", [](const std::string &name) {
    return name == "gc" ? "" : "invalid value \"" + name + "\" for flag -compiler: unknown compiler \"" + name + "\"";
  });
  flags.text("pgo", options.profile);
  flags.text("installsuffix", options.install_suffix);
  flags.optional("buildvcs", [&options](const std::string &when) { return parseVcsMode(when, options.vcs); });
  addCoverFlags(flags, options.cover);
  for (const char *name : {"race", "msan", "asan", "linkshared"})
    flags.refused(name, false, "instrumented builds are not there");
  flags.function("gccgoflags", [](const std::string &) { return std::string(); }); // for another compiler
  flags.refused("pkgdir", true, "the flag is not there");
}

ErrorOr<void> selectForMode(const BuildOptions &options, std::vector<Package *> &roots) {
  const std::string &mode = options.build_mode;
  if (mode == "shared" && !options.output.empty())
    return Error{"-buildmode=shared and -o not supported together"};
  bool one_program = (isCgoMode(mode) && mode != "shared") || (mode == "exe" && !options.output.empty());
  if (one_program && (roots.size() != 1 || !roots[0]->isMain()))
    return Error{"-buildmode=" + mode + " requires exactly one main package"};
  if (mode == "exe" || mode == "archive")
    std::erase_if(roots, [&](const Package *p) { return p->isMain() != (mode == "exe"); });
  return {};
}

ErrorOr<void> checkMode(const BuildOptions &options) {
  if (isCgoMode(options.build_mode))
    return Error{"-buildmode=" + options.build_mode + " requires external (cgo) linking, but cgo is not enabled"};
  return {};
}

bool prepareBuild(Session &session, BuildOptions &options, const std::vector<Package *> &roots) {
  auto good = checkMode(options);
  attachProfiles(*session.loader, roots, options.profile);
  if (good)
    good = coverBuild(*session.loader, options.cover, roots);
  if (good)
    good = stampVcs(roots, options.vcs);
  if (!good)
    std::fprintf(stderr, "%s\n", good.error().c_str());
  return good.operator bool();
}

void addJsonFlag(Flags &flags, BuildOptions &options) { flags.boolean("json", options.json); }

void reportAsAsked(Builder &builder, const BuildOptions &options) {
  if (!options.json)
    return;
  builder.setReport([](const Package &package, const std::string &messages, bool failed) {
    std::string events = buildEvents(package.shownPath(), "# " + package.shownPath() + "\n" + messages, failed);
    std::fwrite(events.data(), 1, events.size(), stdout);
  });
}

void reportError(const LoadError &error, const BuildOptions &options) {
  if (options.json && !error.package.empty()) {
    std::string events = buildEvents(error.package, error.text + "\n", true);
    std::fwrite(events.data(), 1, events.size(), stdout);
  } else {
    std::fprintf(stderr, "%s\n", error.text.c_str());
  }
}

bool reportErrors(const Loader &loader, const BuildOptions &options) {
  for (const LoadError &error : loader.errors())
    reportError(error, options);
  return !loader.errors().empty();
}

int parseGoFlags(const Flags &flags) {
  std::string root;
  if (auto sdk = findSdk())
    root = sdk->root;
  auto words = Environment(root).goFlags();
  if (!words) {
    std::fprintf(stderr, "%s\n", words.error().c_str());
    return 1;
  }
  for (const std::string &word : *words) {
    std::string name = word.substr(word.rfind("--", 0) == 0 ? 2 : 1);
    name = name.substr(0, name.find('='));
    if (flags.knows(name) || isKnownElsewhere(name))
      continue;
    std::fprintf(stderr, "go: parsing $GOFLAGS: unknown flag -%s\n", name.c_str());
    return 1;
  }
  if (std::string message = flags.parseGoFlags(*words); !message.empty()) {
    std::fprintf(stderr, "%s\n", message.c_str());
    return 2;
  }
  return 0;
}

int parseFlags(const Flags &flags, const std::string &usage, const std::vector<std::string> &arguments,
               std::vector<std::string> &rest) {
  if (int status = parseGoFlags(flags))
    return status;
  if (std::string message = flags.parse(arguments, rest); message.rfind("go: ", 0) == 0) {
    std::fprintf(stderr, "%s\n", message.c_str());
    return 2;
  } else if (!message.empty()) {
    return usageError(usage, message);
  }
  return 0;
}

int usageError(const std::string &command, const std::string &message) {
  const char *own = invokedAs();
  std::fprintf(stderr, "%s\nusage: %s %s\nRun '%s help %s' for details.\n", message.c_str(), own, command.c_str(), own,
               command.substr(0, command.find(' ')).c_str());
  return 2;
}

const char *invokedAs() { return std::strcmp(program_invocation_short_name, "go") == 0 ? "go" : "gannet"; }

} // namespace gannet::command
