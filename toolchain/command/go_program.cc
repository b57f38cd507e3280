#include "toolchain/command/go_program.h"

#include "compiler/base/file.h"
#include "toolchain/command/build.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace gannet::command {

namespace {

// Changes when what programs are built from changes, as far as file sizes and times tell.
std::string stampOf(const Sdk &sdk) {
  Hasher h;
  auto add = [&h](const std::string &path) {
    struct stat st;
    if (stat(path.c_str(), &st) == 0)
      h.add(path + " " + std::to_string(st.st_size) + " " + std::to_string(st.st_mtim.tv_sec) + "." +
            std::to_string(st.st_mtim.tv_nsec));
  };
  h.add(sdk.version);
  h.add("3"); // layout of the folder
  for (const char *tool : {"compile", "asm", "link"})
    add(sdk.tool(tool));
  add(sdk.runtimeArchive());
  for (const std::string &name : listDir(sdk.source() + "/runtime"))
    add(sdk.source() + "/runtime/" + name);
  return h.finish().substr(0, 16);
}

bool linkTo(const std::string &target, const std::string &path) {
  return !pathExists(target) || symlink(target.c_str(), path.c_str()) == 0 || pathExists(path);
}

// Beside the tools are those that Go's `go` looks for there; its own bin has links to this command.
std::string placeOf(const std::string &root, const std::string &name) {
  bool is_tool = name != "go" && name != "gofmt" && name != "list_format";
  return root + (is_tool ? "/pkg/tool/linux_amd64/" : "/pkg/bin/") + name;
}

// Builds the program that these arguments name, and puts it at `place`.
ErrorOr<std::string> build(const Sdk &sdk, const std::vector<std::string> &named, const std::string &place) {
  auto cache_dir = defaultCacheDir();
  if (!cache_dir)
    return cache_dir.takeError();
  modules::ModuleOptions options;
  options.work = "off";
  options.go_version = sdk.version.substr(2);
  options.shown = shortPath;
  auto none = modules::ModuleSet::find("/", std::move(options));
  if (!none)
    return none.takeError();
  Loader loader(sdk, **none, {}, 1);
  std::vector<Package *> packages = loader.load(named);
  if (!loader.errors().empty())
    return Error{loader.errors()[0].text};
  if (packages.size() != 1 || !packages[0]->isMain())
    return Error{"go: " + named[0] + " is not a main package"};
  Cache cache(*cache_dir);
  BuildOptions build;
  build.trimpath = true;
  Builder builder(loader, cache, build);
  std::string fresh = place + ".new" + std::to_string(getpid());
  if (!builder.compile(packages) || !builder.link(*packages[0], fresh))
    return Error{"gannet: cannot build " + named[0]};
  std::error_code error;
  std::filesystem::rename(fresh, place, error);
  if (error)
    return Error{"gannet: cannot put " + place + " in place: " + error.message()};
  return place;
}

// Where programs that the SDK does not ship are kept.
ErrorOr<std::string> builtRoot(const Sdk &sdk) {
  auto cache = defaultCacheDir();
  if (!cache)
    return cache.takeError();
  std::string root = *cache + "/goroot-" + stampOf(sdk);
  if (pathExists(root + "/VERSION"))
    return root;
  if (!makeDirs(root + "/bin") || !makeDirs(root + "/pkg/bin") || !makeDirs(root + "/pkg/tool/linux_amd64") ||
      !linkTo(sdk.root + "/bin/gannet", root + "/bin/go") || !linkTo(sdk.source(), root + "/src") ||
      !linkTo(sdk.root + "/lib", root + "/lib") || !linkTo(sdk.root + "/misc", root + "/misc") ||
      !linkTo(sdk.root + "/test", root + "/test") || !linkTo(sdk.includeDir(), root + "/pkg/include"))
    return Error{"gannet: cannot make " + root};
  for (const char *tool : {"compile", "asm", "link"}) // Go's own go builds with ours
    if (!linkTo(sdk.tool(tool), root + "/pkg/tool/linux_amd64/" + tool))
      return Error{"gannet: cannot make " + root};
  if (auto env = readFile(sdk.root + "/go.env"))
    if (auto written = writeFile(root + "/go.env", *env); !written)
      return written.takeError();
  // Last: its presence says that the rest is there.
  if (auto written = writeFile(root + "/VERSION", sdk.version + "\n"); !written)
    return written.takeError();
  return root;
}

} // namespace

// The SDK itself, if it has all that Go's `go` runs.
ErrorOr<std::string> goRoot(const Sdk &sdk) {
  if (pathExists(placeOf(sdk.root, "go")) && pathExists(placeOf(sdk.root, "vet")) && pathExists(placeOf(sdk.root, "cover")))
    return sdk.root;
  return builtRoot(sdk);
}

bool isGoProgram(const Sdk &sdk, const std::string &name) {
  return name.find('/') == std::string::npos && name != "internal" && name != "vendor" &&
         isDirectory(sdk.source() + "/cmd/" + name);
}

ErrorOr<std::string> goProgram(const Sdk &sdk, const std::string &name) {
  if (std::string shipped = placeOf(sdk.root, name); pathExists(shipped))
    return shipped;
  auto root = builtRoot(sdk);
  if (!root)
    return root.takeError();
  std::string place = placeOf(*root, name);
  if (pathExists(place))
    return place;
  if (!isGoProgram(sdk, name))
    return Error{"go: no such tool \"" + name + "\""};
  return build(sdk, {"cmd/" + name}, place);
}

ErrorOr<std::string> ownGoProgram(const Sdk &sdk, const std::string &name) {
  if (std::string shipped = placeOf(sdk.root, name); pathExists(shipped))
    return shipped;
  auto root = builtRoot(sdk);
  if (!root)
    return root.takeError();
  std::string place = placeOf(*root, name), source = sdk.root + "/pkg/" + name;
  if (pathExists(place))
    return place;
  std::vector<std::string> files;
  for (const std::string &file : listDir(source))
    files.push_back(source + "/" + file);
  if (files.empty())
    return Error{"gannet: the toolchain at " + sdk.root + " is incomplete: " + source + " is missing"};
  return build(sdk, files, place);
}

namespace {

int runAttachedTo(const std::string &program, const std::vector<std::string> &arguments) {
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  ProcessResult result = runAttached(words);
  if (!result.started) {
    std::fprintf(stderr, "%s", result.output.c_str());
    return 1;
  }
  return result.exit_status;
}

int runProgram(const Sdk &sdk, const std::string &name, const std::vector<std::string> &arguments, bool may_use_cgo) {
  auto root = goRoot(sdk);
  auto program = root ? goProgram(sdk, name) : root;
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().c_str());
    return 1;
  }
  auto go = name == "go" ? program : goProgram(sdk, "go"); // which programs like doc ask things of
  if (!go) {
    std::fprintf(stderr, "%s\n", go.error().c_str());
    return 1;
  }
  setenv("GOROOT", root->c_str(), 1);
  const Environment environment(sdk.root);
  if (const std::string toolchain = environment.get("GOTOOLCHAIN"); toolchain == sdk.version || toolchain == sdk.fullVersion())
    setenv("GOTOOLCHAIN", "local", 1); // this one, by its name
  if (!may_use_cgo || environment.get("CGO_ENABLED").empty())
    setenv("CGO_ENABLED", "0", 1);
  // What these programs run as `go` is this command.
  const char *path = std::getenv("PATH");
  setenv("PATH", (*root + "/bin" + (path && *path ? std::string(":") + path : "")).c_str(), 1);
  if (auto cache = defaultCacheDir())
    setenv("GOCACHE", cache->c_str(), 1);
  return runAttachedTo(*program, arguments);
}

} // namespace

int runGoProgram(const Sdk &sdk, const std::string &name, const std::vector<std::string> &arguments) {
  return runProgram(sdk, name, arguments, false);
}

int askGo(const Sdk &sdk, const std::vector<std::string> &arguments) { return runProgram(sdk, "go", arguments, true); }

int switchToolchain(const Sdk &sdk, const std::vector<std::string> &arguments) {
  auto root = goRoot(sdk);
  auto go = root ? goProgram(sdk, "go") : root;
  if (!go) {
    std::fprintf(stderr, "%s\n", go.error().c_str());
    return 1;
  }
  setenv("GOROOT", root->c_str(), 1); // it sets that of the other toolchain
  return runAttachedTo(*go, arguments);
}

int runGo(const Sdk &sdk, const std::vector<std::string> &arguments, const std::vector<std::string> &tools) {
  for (const std::string &tool : tools)
    if (auto built = goProgram(sdk, tool); !built) {
      std::fprintf(stderr, "%s\n", built.error().c_str());
      return 1;
    }
  return runGoProgram(sdk, "go", arguments);
}

} // namespace gannet::command
