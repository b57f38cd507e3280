#include "toolchain/command/environment.h"

#include "compiler/base/file.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/paths.h"

#include <algorithm>
#include <cstdlib>

namespace gannet::command {

namespace {

// Source: Go's internal/cfg, "KnownEnv".
constexpr std::string_view kKnown[] = {
    "AR",           "CC",           "CGO_CFLAGS",  "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_ENABLED", "CGO_FFLAGS",
    "CGO_LDFLAGS",  "CXX",          "FC",          "GCCGO",        "GO111MODULE",  "GO386",       "GOAMD64",
    "GOARCH",       "GOARM",        "GOARM64",     "GOAUTH",       "GOBIN",        "GOCACHE",     "GOCACHEPROG",
    "GOENV",        "GOEXE",        "GOEXPERIMENT", "GOFIPS140",   "GOFLAGS",      "GOGCCFLAGS",  "GOHOSTARCH",
    "GOHOSTOS",     "GOINSECURE",   "GOMIPS",      "GOMIPS64",     "GOMODCACHE",   "GONOPROXY",   "GONOSUMDB",
    "GOOS",         "GOPATH",       "GOPPC64",     "GOPRIVATE",    "GOPROXY",      "GORISCV64",   "GOROOT",
    "GOSUMDB",      "GOTMPDIR",     "GOTOOLCHAIN", "GOTOOLDIR",    "GOVCS",        "GOWASM",      "GOWORK",
    "GO_EXTLINK_ENABLED", "PKG_CONFIG"};

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// The name that a line "NAME=value" sets; empty for comments and what else there may be.
std::string keyOf(const std::string &line) {
  std::size_t equals = line.find('=');
  if (equals == std::string::npos || line.substr(0, equals).find('#') != std::string::npos)
    return "";
  return line.substr(0, equals);
}

std::string homeDir() {
  const char *home = std::getenv("HOME");
  return home ? home : "";
}

} // namespace

bool isKnownVariable(std::string_view name) {
  return std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
}

Environment::Environment(const std::string &goroot) {
  const char *named = std::getenv("GOENV");
  if (named && *named) {
    file_ = std::string(named) == "off" ? "" : named;
  } else if (const char *config = std::getenv("XDG_CONFIG_HOME"); config && *config) {
    file_ = std::string(config) + "/go/env";
  } else if (!homeDir().empty()) {
    file_ = homeDir() + "/.config/go/env";
  }
  for (const std::string &path : {file_, goroot + "/go.env"})
    if (auto text = path.empty() ? ErrorOr<std::string>(std::string()) : readFile(path))
      for (const std::string &line : linesOf(*text))
        if (std::string key = keyOf(line); !key.empty() && key[0] >= 'A' && key[0] <= 'Z')
          from_files_.emplace(key, line.substr(key.size() + 1));
}

std::string Environment::get(const std::string &name) const {
  if (const char *value = std::getenv(name.c_str()); value && *value)
    return value;
  auto found = from_files_.find(name);
  return found == from_files_.end() ? "" : found->second;
}

std::string Environment::shown(const std::string &name) const {
  if (isKnownVariable(name))
    return get(name);
  auto found = from_files_.find(name);
  return found == from_files_.end() ? "" : found->second;
}

bool Environment::isInFile(const std::string &name) const { return !isKnownVariable(name) && from_files_.count(name) != 0; }

std::string Environment::getOr(const std::string &name, const std::string &otherwise) const {
  std::string value = get(name);
  return value.empty() ? otherwise : value;
}

std::string Environment::goPath() const {
  std::string home = homeDir();
  return getOr("GOPATH", home.empty() ? "" : home + "/go");
}

std::string Environment::modCache() const {
  const std::string path = goPath(), first = path.substr(0, path.find(':'));
  return getOr("GOMODCACHE", first.empty() ? "" : first + "/pkg/mod");
}

ErrorOr<std::vector<std::string>> Environment::goFlags() const {
  std::vector<std::string> words = splitWords(get("GOFLAGS"));
  for (const std::string &word : words)
    if (word[0] != '-' || word == "-" || word == "--" || word.rfind("---", 0) == 0 || word.rfind("-=", 0) == 0 ||
        word.rfind("--=", 0) == 0)
      return Error{"go: parsing $GOFLAGS: non-flag \"" + word + "\""};
  return words;
}

ErrorOr<void> updateEnvironmentFile(const std::string &file, std::map<std::string, std::string> set,
                                    const std::vector<std::string> &unset) {
  if (file.empty())
    return Error{"go: cannot find go env config: GOENV=off"};
  std::vector<std::string> lines;
  if (auto text = readFile(file))
    lines = linesOf(*text);
  // The last line of a name is the one that counts.
  std::map<std::string, std::size_t> last;
  std::vector<bool> keep(lines.size(), true);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (std::string key = keyOf(lines[i]); !key.empty()) {
      if (auto [at, fresh] = last.emplace(key, i); !fresh) {
        keep[at->second] = false;
        at->second = i;
      }
    }
  for (const auto &[key, value] : set) {
    if (auto at = last.find(key); at != last.end())
      lines[at->second] = key + "=" + value;
    else {
      lines.push_back(key + "=" + value);
      keep.push_back(true);
    }
  }
  for (const std::string &key : unset)
    if (auto at = last.find(key); at != last.end())
      keep[at->second] = false;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (keep[i])
      kept.push_back(lines[i]);
  // Runs of settings are sorted by name; comments and blank lines stay where they are.
  for (std::size_t start = 0, i = 0; i <= kept.size(); ++i)
    if (i == kept.size() || keyOf(kept[i]).empty()) {
      std::sort(kept.begin() + static_cast<std::ptrdiff_t>(start), kept.begin() + static_cast<std::ptrdiff_t>(i),
                [](const std::string &a, const std::string &b) { return keyOf(a) < keyOf(b); });
      start = i + 1;
    }
  std::string text;
  for (const std::string &line : kept)
    text += line + "\n";
  if (!makeDirs(parentDir(file)))
    return Error{"go: writing go env config: mkdir " + parentDir(file) + ": cannot make the directory"};
  if (auto written = writeFile(file, text); !written)
    return Error{"go: writing go env config: " + written.error()};
  return {};
}

} // namespace gannet::command
