#include "toolchain/command/cache.h"

#include "compiler/base/file.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace gannet::command {

namespace {

constexpr std::time_t kHour = 60 * 60, kDay = 24 * kHour;
constexpr std::time_t kKeptUnused = 5 * kDay; // as go does
constexpr const char *kTrimFile = "/trim.txt";

// To the hour only: looking into the cache should not write to it each time.
void markUsed(const std::string &path) {
  struct stat s;
  if (stat(path.c_str(), &s) == 0 && std::time(nullptr) - s.st_mtime > kHour)
    utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

} // namespace

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
    markUsed(path);
    out[name] = {path, hash};
  }
  if (out.empty())
    return std::nullopt;
  markUsed(entry(action, "-a"));
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

void Cache::trim(std::time_t now, std::uint64_t max_bytes) const {
  if (auto last = readFile(dir_ + kTrimFile); last && now - std::atoll(last->c_str()) < kDay)
    return;
  if (!isDirectory(dir_) || !writeFile(dir_ + kTrimFile, std::to_string(now) + "\n"))
    return;
  struct Entry {
    std::time_t used;
    std::string path;
    std::uint64_t size;
  };
  std::vector<Entry> entries;
  std::uint64_t total = 0;
  for (unsigned i = 0; i < 256; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    const std::string folder = dir_ + "/" + kDigits[i >> 4] + kDigits[i & 15];
    for (const std::string &name : listDir(folder)) {
      struct stat s;
      if (std::string path = folder + "/" + name; stat(path.c_str(), &s) == 0 && S_ISREG(s.st_mode)) {
        entries.push_back({s.st_mtime, path, std::uint64_t(s.st_size)});
        total += entries.back().size;
      }
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.used < b.used; });
  for (const Entry &e : entries) {
    if (now - e.used < kKeptUnused && total <= max_bytes)
      return;
    if (unlink(e.path.c_str()) == 0)
      total -= e.size;
  }
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
