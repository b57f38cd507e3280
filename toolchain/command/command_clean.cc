// gannet clean: remove what builds left behind.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/test_cache.h"

#include <cstdio>

namespace gannet::command {

namespace {

bool isCacheFolder(const std::string &name) {
  auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return (name.size() == 2 && hex(name[0]) && hex(name[1])) || name.rfind("goroot-", 0) == 0;
}

} // namespace

int commandClean(const Arguments &arguments) {
  bool cache = false, test_cache = false, module_cache = false, fuzz_cache = false, dry = false, print = false, ignored = false, recursive = false;
  Flags flags;
  flags.boolean("cache", cache);
  flags.boolean("testcache", test_cache);
  flags.boolean("modcache", module_cache);
  flags.boolean("fuzzcache", fuzz_cache);
  flags.boolean("n", dry);
  flags.boolean("x", print);
  flags.boolean("i", ignored);
  flags.boolean("r", recursive);
  Arguments rest;
  if (int status = parseFlags(flags, "clean [-i] [-r] [-cache] [-testcache] [-modcache] [-fuzzcache] [build flags] [packages]",
                              arguments, rest))
    return status;
  bool any_cache = cache || test_cache || module_cache || fuzz_cache;
  if (any_cache && !rest.empty()) {
    std::fprintf(stderr, "go: clean -%s cannot be used with package arguments\n",
                 cache ? "cache" : test_cache ? "testcache" : fuzz_cache ? "fuzzcache" : "modcache");
    return 1;
  }
  if (module_cache || !any_cache) { // what Go's own program knows to do
    auto sdk = findSdk();
    Arguments words = {"clean"};
    if (module_cache)
      words.push_back("-modcache");
    if (module_cache && recursive)
      words.push_back("-r");
    if (module_cache && dry)
      words.push_back("-n");
    if (!any_cache)
      words.insert(words.end(), arguments.begin(), arguments.end());
    int status = sdk ? runGo(*sdk, words) : 1;
    if (status || !any_cache)
      return status;
  }
  auto dir = defaultCacheDir();
  if (!dir) {
    std::fprintf(stderr, "%s\n", dir.error().c_str());
    return 1;
  }
  if (test_cache && !cache && !dry)
    if (auto done = forgetTestResults(*dir); !done) {
      std::fprintf(stderr, "go: %s\n", done.error().c_str());
      return 1;
    }
  if (!cache)
    return 0;
  // Only what a cache holds, in case the variable names a directory with other things in it.
  for (const std::string &name : listDir(*dir)) {
    if (!isCacheFolder(name))
      continue;
    if (dry || print)
      std::printf("rm -r %s/%s\n", dir->c_str(), name.c_str());
    if (!dry)
      removeAll(*dir + "/" + name);
  }
  return 0;
}

} // namespace gannet::command
