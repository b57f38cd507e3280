#include "toolchain/command/cache.h"

#include "compiler/base/file.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"

#include <cstdlib>
#include <sstream>

namespace gannet::command {

std::string Cache::entry(const std::string &hash, const char *suffix) const {
  return dir_ + "/" + hash.substr(0, 2) + "/" + hash + suffix;
}

std::optional<std::map<std::string, Cache::Output>> Cache::find(const std::string &action) const {
  auto text = readFile(entry(action, "-a"));
  if (!text)
    return std::nullopt;
  std::map<std::string, Output> out;
  std::istringstream lines(*text);
  std::string name, hash;
  std::size_t size = 0;
  while (lines >> name >> hash >> size) {
    if (hash.size() != 64)
      return std::nullopt;
    std::string path = entry(hash, "-d");
    auto bytes = MappedFile::open(path);
    if (!bytes || (*bytes)->bytes().size() != size || hashOf((*bytes)->bytes()) != hash)
      return std::nullopt;
    out[name] = {path, hash};
  }
  if (out.empty())
    return std::nullopt;
  return out;
}

ErrorOr<std::map<std::string, Cache::Output>> Cache::store(const std::string &action,
                                                           const std::map<std::string, std::string> &files) const {
  std::map<std::string, Output> out;
  std::string index;
  for (const auto &[name, from] : files) {
    auto bytes = readFile(from);
    if (!bytes)
      return bytes.takeError();
    std::string hash = hashOf(*bytes);
    std::string path = entry(hash, "-d");
    if (!makeDirs(parentDir(path)))
      return Error{"mkdir " + parentDir(path) + ": cannot make the build cache"};
    if (auto written = writeFile(path, *bytes); !written)
      return written.takeError();
    index += name + " " + hash + " " + std::to_string(bytes->size()) + "\n";
    out[name] = {path, hash};
  }
  std::string path = entry(action, "-a");
  if (!makeDirs(parentDir(path)))
    return Error{"mkdir " + parentDir(path) + ": cannot make the build cache"};
  if (auto written = writeFile(path, index); !written)
    return written.takeError();
  return out;
}

ErrorOr<std::string> defaultCacheDir() {
  for (const char *name : {"GANNET_CACHE", "GOCACHE"}) {
    const char *value = std::getenv(name);
    if (!value || !*value)
      continue;
    if (value[0] != '/')
      return Error{std::string("build cache is disabled by ") + name + "=" + value + ", but required"};
    return std::string(value);
  }
  if (const char *xdg = std::getenv("XDG_CACHE_HOME"); xdg && xdg[0] == '/')
    return std::string(xdg) + "/gannet-build";
  if (const char *home = std::getenv("HOME"); home && *home)
    return std::string(home) + "/.cache/gannet-build";
  return Error{"build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME "
               "nor $HOME are defined"};
}

} // namespace gannet::command
