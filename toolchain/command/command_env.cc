// gannet env: what steers the command, and changing it.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/gopath_mode.h"
#include "toolchain/command/known_targets.h"
#include "toolchain/command/paths.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace gannet::command {

namespace {

struct Variable {
  std::string name, value;
  bool changed = false; // from the default
};

std::vector<Variable> variables(const Sdk &sdk, const Environment &e) {
  std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
  std::vector<Variable> out;
  auto add = [&](const std::string &name, const std::string &value, const std::string &otherwise) {
    out.push_back({name, value, value != otherwise});
  };
  auto fixed = [&](const std::string &name, const std::string &value) { add(name, value, value); };
  auto known = [&](const std::string &name, const std::string &otherwise) {
    add(name, e.getOr(name, otherwise), otherwise);
  };
  std::string go_path = e.goPath(), private_modules = e.get("GOPRIVATE");
  known("AR", "ar");
  known("CC", "gcc");
  for (const char *name : {"CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS"})
    known(name, "-O2 -g");
  known("CGO_CPPFLAGS", "");
  known("CGO_ENABLED", "0");
  known("CXX", "g++");
  known("GCCGO", "gccgo");
  known("GO111MODULE", "");
  known("GOAMD64", "v1");
  known("GOARCH", "amd64");
  known("GOAUTH", "netrc");
  known("GOBIN", "");
  auto cache = defaultCacheDir();
  std::string usual_cache = home + "/.cache/gannet-build";
  add("GOCACHE", cache ? *cache : "off", usual_cache);
  known("GOCACHEPROG", "");
  add("GODEBUG", std::getenv("GODEBUG") ? std::getenv("GODEBUG") : "", "");
  add("GOENV", e.file().empty() ? "off" : e.file(), home + "/.config/go/env");
  fixed("GOEXE", "");
  known("GOEXPERIMENT", "");
  known("GOFIPS140", "off");
  known("GOFLAGS", "");
  fixed("GOGCCFLAGS", "");
  fixed("GOHOSTARCH", "amd64");
  fixed("GOHOSTOS", "linux");
  known("GOINSECURE", "");
  bool without_modules = isGopathMode(e);
  auto modules = findModules(sdk, e, {});
  std::string mod_file = "/dev/null";
  if (modules && !(*modules)->empty())
    if (const modules::Module *main = (*modules)->mainAt(currentDir()))
      mod_file = main->mod_file;
  if (!within(sdk.source(), currentDir()).empty()) // the library's modules are none of a build's
    mod_file = nearestFile(currentDir(), "go.mod");
  std::string work_file = e.get("GOWORK");
  if (modules && work_file != "off")
    work_file = (*modules)->workFile();
  if (!modules) { // a faulty go.mod or go.work is one all the same
    if (std::string faulty = nearestFile(currentDir(), "go.mod"); !faulty.empty())
      mod_file = faulty;
    if (work_file.empty())
      work_file = nearestFile(currentDir(), "go.work");
  }
  fixed("GOMOD", without_modules ? "" : mod_file);
  add("GOMODCACHE", e.modCache(), go_path + "/pkg/mod");
  add("GONOPROXY", e.getOr("GONOPROXY", private_modules), "");
  add("GONOSUMDB", e.getOr("GONOSUMDB", private_modules), "");
  known("GOOS", "linux");
  add("GOPATH", go_path, home + "/go");
  known("GOPRIVATE", "");
  known("GOPROXY", "https://proxy.golang.org,direct");
  fixed("GOROOT", sdk.root);
  known("GOSUMDB", "sum.golang.org");
  fixed("GOTELEMETRY", "off");
  fixed("GOTELEMETRYDIR", "");
  known("GOTMPDIR", "");
  known("GOTOOLCHAIN", "local");
  fixed("GOTOOLDIR", parentDir(sdk.tool("compile")));
  known("GOVCS", "");
  fixed("GOVERSION", sdk.fullVersion());
  fixed("GOWORK", without_modules ? "" : work_file);
  known("PKG_CONFIG", "pkg-config");
  std::sort(out.begin(), out.end(), [](const Variable &a, const Variable &b) { return a.name < b.name; });
  return out;
}

std::string checkWrite(const std::string &name, const std::string &value) {
  for (const char *own : {"GOEXE", "GOGCCFLAGS", "GOHOSTARCH", "GOHOSTOS", "GOMOD", "GOWORK", "GOTOOLDIR", "GOVERSION",
                          "GOTELEMETRY", "GOTELEMETRYDIR"})
    if (name == own)
      return name + " cannot be modified";
  if (name == "GOENV" || name == "GODEBUG")
    return name + " can only be set using the OS environment";
  if (!isKnownVariable(name))
    return "unknown go command variable " + name;
  bool absolute = value.empty() || value[0] == '/';
  if (name == "GO111MODULE" && !value.empty() && value != "auto" && value != "on" && value != "off")
    return "invalid GO111MODULE value \"" + value + "\"";
  if (name == "GOPATH" && value[0] == '~')
    return "GOPATH entry cannot start with shell metacharacter '~': \"" + value + "\"";
  if ((name == "GOPATH" || name == "GOMODCACHE") && !absolute)
    return name + " entry is relative; must be absolute path: \"" + value + "\"";
  if ((name == "CC" || name == "CXX") && !absolute && value.substr(0, value.find(' ')).find('/') != std::string::npos)
    return name + " entry is relative; must be absolute path: \"" + value.substr(0, value.find(' ')) + "\"";
  if (name == "GOTMPDIR" && !absolute)
    return "GOTMPDIR must be an absolute path";
  if (value.find_first_of("\v\r\n") != std::string::npos)
    return "invalid newline in " + name + "=... value";
  return "";
}

int fail(const std::string &message) {
  std::fprintf(stderr, "go: %s\n", message.c_str());
  return 1;
}

// What would be wrong with what is built for once these are changed; what is not touched is not looked at.
std::string targetFault(const Sdk &sdk, const Environment &environment, const std::map<std::string, std::string> &changes) {
  auto valueOf = [&](const std::string &name, const std::string &otherwise) {
    auto changed = changes.find(name);
    if (changed == changes.end())
      return environment.getOr(name, otherwise);
    const char *set = std::getenv(name.c_str()); // for what is unset
    return !changed->second.empty() ? changed->second : set && *set ? set : otherwise;
  };
  std::string fault;
  if (changes.count("GOOS") || changes.count("GOARCH"))
    fault = pairFault(sdk.source(), valueOf("GOOS", "linux"), valueOf("GOARCH", "amd64"));
  if (fault.empty() && changes.count("GOEXPERIMENT"))
    fault = experimentFault(sdk.source(), valueOf("GOEXPERIMENT", ""));
  return fault;
}

int write(const Sdk &sdk, const Environment &environment, const Arguments &settings) {
  if (settings.empty())
    return fail("no KEY=VALUE arguments given");
  std::map<std::string, std::string> set;
  for (const std::string &setting : settings) {
    std::size_t equals = setting.find('=');
    if (equals == std::string::npos)
      return fail("arguments must be KEY=VALUE: invalid argument: " + setting);
    std::string name = setting.substr(0, equals), value = setting.substr(equals + 1);
    if (std::string why = checkWrite(name, value); !why.empty() && !environment.isInFile(name))
      return fail(why);
    if (!set.emplace(name, value).second)
      return fail("multiple values for key: " + name);
    if (const char *now = std::getenv(name.c_str()); now && *now && value != now)
      std::fprintf(stderr, "warning: go env -w %s=... does not override conflicting OS environment variable\n", name.c_str());
  }
  if (std::string fault = targetFault(sdk, environment, set); !fault.empty())
    return fail(fault);
  if (auto done = updateEnvironmentFile(environment.file(), std::move(set), {}); !done) {
    std::fprintf(stderr, "%s\n", done.error().c_str());
    return 1;
  }
  return 0;
}

int unset(const Sdk &sdk, const Environment &environment, const Arguments &names) {
  if (names.empty())
    return fail("'go env -u' requires an argument");
  for (const std::string &name : names)
    if (std::string why = checkWrite(name, ""); !why.empty() && !environment.isInFile(name))
      return fail(why);
  std::map<std::string, std::string> none;
  for (const std::string &name : names)
    none[name];
  if (std::string fault = targetFault(sdk, environment, none); !fault.empty())
    return fail(fault);
  if (auto done = updateEnvironmentFile(environment.file(), {}, names); !done) {
    std::fprintf(stderr, "%s\n", done.error().c_str());
    return 1;
  }
  return 0;
}

// As a shell takes it back. Source: go env's output.
std::string quoted(const std::string &value) {
  std::string out = "'";
  for (char c : value)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

} // namespace

int commandEnv(const Arguments &arguments) {
  bool json = false, remove = false, set = false, changed = false, show = false;
  Flags flags;
  flags.boolean("json", json);
  flags.boolean("u", remove);
  flags.boolean("w", set);
  flags.boolean("changed", changed);
  flags.boolean("n", show); // no commands are run that could be shown
  flags.boolean("x", show);
  Arguments names;
  if (std::string message = flags.parse(arguments, names); !message.empty())
    return usageError("env [-json] [-changed] [-u] [-w] [var ...]", message);
  if (json && remove)
    return fail("cannot use -json with -u");
  if (json && set)
    return fail("cannot use -json with -w");
  if (remove && set)
    return fail("cannot use -u with -w");
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  Environment environment(sdk->root);
  if (set)
    return write(*sdk, environment, names);
  if (remove)
    return unset(*sdk, environment, names);
  for (const std::string &name : names)
    if (name.find('=') != std::string::npos)
      return fail("invalid variable name \"" + name + "\" (use -w to set variable)");
  std::string fault = experimentFault(sdk->source(), environment.get("GOEXPERIMENT"));
  if (fault.empty())
    fault = pairFault(sdk->source(), environment.getOr("GOOS", "linux"), environment.getOr("GOARCH", "amd64"));
  if (!fault.empty()) {
    fail(fault);
    return 2;
  }
  std::vector<Variable> all = variables(*sdk, environment), shown;
  auto valueOf = [&](const std::string &name) {
    for (const Variable &v : all)
      if (v.name == name)
        return v;
    return Variable{name, environment.shown(name), false};
  };
  if (!names.empty() && !changed && !json) {
    for (const std::string &name : names)
      std::printf("%s\n", valueOf(name).value.c_str());
    return 0;
  }
  if (names.empty())
    shown = all;
  else
    for (const std::string &name : names)
      shown.push_back(valueOf(name));
  std::erase_if(shown, [&](const Variable &v) { return changed && !v.changed; });
  std::sort(shown.begin(), shown.end(), [](const Variable &a, const Variable &b) { return a.name < b.name; });
  if (!json) {
    for (const Variable &v : shown)
      std::printf("%s=%s\n", v.name.c_str(), quoted(v.value).c_str());
    return 0;
  }
  std::string text;
  for (const Variable &v : shown)
    text += (text.empty() ? "\n\t" : ",\n\t") + jsonString(v.name) + ": " + jsonString(v.value);
  std::printf("{%s%s}\n", text.c_str(), text.empty() ? "" : "\n");
  return 0;
}

} // namespace gannet::command
