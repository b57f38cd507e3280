#include "toolchain/command/session.h"

#include "platforms/targets.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/known_targets.h"
#include "toolchain/command/paths.h"

#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace gannet::command {

namespace {

// Modules are downloaded by Go's own go program.
bool download(const Sdk &sdk, const modules::ModuleVersion &module, bool writable) {
  std::vector<std::string> words = {"mod", "download", module.str()};
  if (writable)
    words.insert(words.end() - 1, "-modcacherw");
  return runGo(sdk, words) == 0;
}

// Where the main module is looked for: not in the library's own, whose packages are known by their paths.
std::string moduleSearchDir(const Sdk &sdk) {
  std::string here = currentDir();
  return within(sdk.source(), here).empty() ? here : "/";
}

} // namespace

std::optional<unsigned> checkTarget(const Environment &environment) {
  if (environment.get("CGO_ENABLED") == "1") {
    std::fprintf(stderr, "gannet: CGO_ENABLED=1: cgo is not supported by Gannet\n");
    return std::nullopt;
  }
  std::string goos = environment.getOr("GOOS", "linux"), goarch = environment.getOr("GOARCH", "amd64");
  const platforms::Target *target = platforms::findTarget(goos, goarch);
  if (!target) {
    std::fprintf(stderr, "gannet: unsupported GOOS/GOARCH pair %s/%s (supported: %s)\n", goos.c_str(), goarch.c_str(),
                 platforms::targetList().c_str());
    return std::nullopt;
  }
  unsigned level = platforms::levelOf(*target, environment.getOr("GOAMD64", "v1"));
  if (!level) {
    std::fprintf(stderr, "gannet: invalid GOAMD64: must be v1 to v%u\n", target->levels);
    return std::nullopt;
  }
  return level;
}

ErrorOr<std::unique_ptr<modules::ModuleSet>> findModules(const Sdk &sdk, const Environment &environment,
                                                        const BuildOptions &options) {
  modules::ModuleOptions o;
  o.mod = options.mod;
  o.mod_file = options.mod_file.empty() ? "" : absolutePath(options.mod_file);
  o.work = environment.get("GOWORK");
  o.cache = environment.modCache();
  o.go_version = sdk.version.substr(2);
  o.shown = shortPath;
  if (!options.overlay.empty()) {
    auto files = Files::withOverlay(options.overlay);
    if (!files)
      return Error{"go: " + files.error()};
    o.files = std::move(*files);
  }
  o.no_module = environment.goPath().substr(0, environment.goPath().find(':'));
  o.download = [&sdk, writable = options.writable_modules](const modules::ModuleVersion &module, bool) {
    return download(sdk, module, writable);
  };
  return modules::ModuleSet::find(moduleSearchDir(sdk), std::move(o));
}

Session::~Session() {
  if (cache)
    cache->trim(std::time(nullptr));
}

int handOver(const CommandLine &line) {
  auto sdk = findSdk();
  if (!sdk || (!line.dir.empty() && chdir(line.dir.c_str()) < 0)) {
    std::fprintf(stderr, "%s\n", sdk ? ("go: chdir " + line.dir + ": no such directory").c_str() : sdk.error().c_str());
    return 1;
  }
  std::vector<std::string> words = {line.name};
  words.insert(words.end(), line.arguments.begin(), line.arguments.end());
  return runGo(*sdk, words, line.name == std::string_view("test") ? std::vector<std::string>{"vet"} : std::vector<std::string>{});
}

namespace {

// What `line` says is handed over if there is no telling which modules it is about; without a line, that is an error.
std::optional<Session> open(const BuildOptions &options, const CommandLine *line, int &status) {
  status = 1;
  Session session;
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return std::nullopt;
  }
  if (options.jobs < 1) {
    std::fprintf(stderr, "go: -p must be a positive integer: %d\n", options.jobs);
    return std::nullopt;
  }
  session.sdk = std::make_unique<Sdk>(std::move(*sdk));
  session.environment = std::make_unique<Environment>(session.sdk->root);
  if (std::string fault = experimentFault(session.sdk->source(), session.environment->get("GOEXPERIMENT")); !fault.empty()) {
    std::fprintf(stderr, "go: %s\n", fault.c_str());
    return std::nullopt;
  }
  std::optional<unsigned> level = checkTarget(*session.environment);
  if (!level)
    return std::nullopt;
  if (std::string fips = session.environment->getOr("GOFIPS140", "off"); fips != "off" && fips != "latest") {
    if (line) { // Go's own program unpacks a snapshot of the module, and has our tools build with it
      status = handOver(*line);
      return std::nullopt;
    }
    std::fprintf(stderr, "gannet: GOFIPS140=%s: only the library's own module (latest) is supported by Gannet\n", fips.c_str());
    return std::nullopt;
  }
  auto found = findModules(*session.sdk, *session.environment, options);
  if (!found) {
    if (line)
      status = handOver(*line);
    else
      std::fprintf(stderr, "%s\n", found.error().c_str());
    return std::nullopt;
  }
  session.modules = std::move(*found);
  session.loader = std::make_unique<Loader>(*session.sdk, *session.modules, options.tags, *level);
  session.loader->setFips(session.environment->getOr("GOFIPS140", "off") != "off");
  session.loader->setExperiments(session.environment->get("GOEXPERIMENT"));
  session.loader->showIgnored(options.print_commands);
  auto cache_dir = defaultCacheDir();
  if (!cache_dir) {
    std::fprintf(stderr, "%s\n", cache_dir.error().c_str());
    return std::nullopt;
  }
  session.cache = std::make_unique<Cache>(*cache_dir);
  return session;
}

} // namespace

std::optional<Session> openSession(const BuildOptions &options) {
  int status = 0;
  return open(options, nullptr, status);
}

std::optional<Session> openSessionFor(const CommandLine &line, const BuildOptions &options, int &status) {
  return open(options, &line, status);
}

} // namespace gannet::command
