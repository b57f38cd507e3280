// The build cache: results of actions by the hash of all that went into them.
//
//   DIR/ab/abcd...-a   an action's outputs: lines "NAME CONTENT-HASH SIZE"
//   DIR/12/1234...-d   one output's bytes, named by their hash
//
// Files appear by rename alone, so that commands may share a cache. An entry whose bytes do not have the size and hash
// it is named by counts as absent and is made again. A file's time of change says when it was last used, to the hour.
#ifndef GANNET_TOOLCHAIN_COMMAND_CACHE_H
#define GANNET_TOOLCHAIN_COMMAND_CACHE_H

#include "compiler/base/error.h"

#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gannet::command {

class Cache {
public:
  // The directory is made on first use. "off" is not a place.
  explicit Cache(std::string dir) : dir_(std::move(dir)) {}

  struct Output {
    std::string path; // of the file in the cache; immutable
    std::string hash; // of its contents
  };
  // Thread-safe.
  std::optional<std::map<std::string, Output>> find(const std::string &action) const;
  // Stores files (name -> path of the file to take the bytes from).
  ErrorOr<std::map<std::string, Output>> store(const std::string &action,
                                               const std::map<std::string, std::string> &files) const;
  const std::string &dir() const { return dir_; }

  // Removes what was not used for five days, and of the rest the longest unused until there are less than `max_bytes`. Does
  // so once a day, at most: trim.txt in the directory says when it was done last. What cannot be removed stays.
  void trim(std::time_t now, std::uint64_t max_bytes = kMaxBytes) const;

private:
  static constexpr std::uint64_t kMaxBytes = std::uint64_t(16) << 30;

  std::string entry(const std::string &hash, const char *suffix) const;
  std::string dir_;
};

// GANNET_CACHE, GOCACHE, or the user's cache directory. Fails as `go` does if there is none.
ErrorOr<std::string> defaultCacheDir();

} // namespace gannet::command

#endif
