#include "toolchain/command/test_cache.h"

#include "compiler/base/file.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/stat.h>

namespace gannet::command {

namespace {

constexpr std::string_view kLogHead = "# test log\n"; // as testing/internal/testdeps writes it
constexpr int kYoungS = 2;
// In the cache's directory: when all results were last forgotten.
constexpr const char *kExpiryFile = "testexpire.txt";

std::string statText(const struct stat &s) {
  return std::to_string(s.st_size) + " " + std::to_string(s.st_mode) + " " + std::to_string(s.st_mtim.tv_sec) + "." +
         std::to_string(s.st_mtim.tv_nsec);
}

std::string statOf(const std::string &path) {
  struct stat s;
  return stat(path.c_str(), &s) == 0 ? statText(s) : std::string("error ") + std::strerror(errno);
}

std::string linkStatOf(const std::string &path) {
  struct stat s;
  return lstat(path.c_str(), &s) == 0 ? statText(s) : std::string("error ") + std::strerror(errno);
}

// Size and time stand for a file's contents, and those of its entries for a directory's. Nothing if it is too young.
std::optional<std::string> contentsOf(const std::string &path) {
  struct stat s;
  if (stat(path.c_str(), &s) != 0)
    return std::string("error ") + std::strerror(errno);
  std::string out = statText(s);
  if (S_ISDIR(s.st_mode))
    for (const std::string &name : listDir(path))
      out += "\n" + name + " " + linkStatOf(path + "/" + name);
  else if (S_ISREG(s.st_mode) && std::time(nullptr) - s.st_mtim.tv_sec < kYoungS)
    return std::nullopt;
  return out;
}

void addVariable(Hasher &h, const std::string &name) {
  const char *value = std::getenv(name.c_str());
  h.add(name);
  h.add(value ? "set" : "unset");
  h.add(value ? value : "");
}

} // namespace

TestCache::TestCache(const Cache &cache, const std::string &program_hash, const std::vector<std::string> &arguments,
                     std::string dir, std::string root)
    : cache_(cache), dir_(std::move(dir)), root_(std::move(root)) {
  Hasher h;
  h.add("test 1");
  h.add(program_hash);
  if (auto forgotten = readFile(cache.dir() + "/" + kExpiryFile))
    h.add(*forgotten);
  h.add(dir_);
  for (const std::string &argument : arguments)
    if (argument.rfind("-test.outputdir=", 0) != 0)
      h.add(argument);
  id_ = h.finish();
}

bool TestCache::allows(const std::vector<std::string> &arguments) {
  static const char *const kAllowed[] = {"benchtime", "cpu",  "list",  "parallel", "run", "short",
                                         "skip",      "timeout", "failfast", "v", "fullpath", "outputdir"};
  return std::all_of(arguments.begin(), arguments.end(), [](const std::string &argument) {
    return std::any_of(std::begin(kAllowed), std::end(kAllowed), [&argument](const char *name) {
      return argument.rfind("-test." + std::string(name) + "=", 0) == 0;
    });
  });
}

std::optional<std::string> TestCache::inputsOf(const std::string &log) const {
  if (log.rfind(kLogHead, 0) != 0 || log.back() != '\n')
    return std::nullopt;
  Hasher h;
  h.add(id_);
  addVariable(h, "GODEBUG"); // the runtime reads it without a word in the list
  std::string dir = dir_;
  std::size_t at = kLogHead.size();
  while (at < log.size()) {
    std::size_t end = log.find('\n', at);
    std::string line = log.substr(at, end - at);
    at = end + 1;
    std::size_t space = line.find(' ');
    if (line.empty())
      continue;
    if (space == std::string::npos)
      return std::nullopt;
    std::string what = line.substr(0, space), name = line.substr(space + 1);
    h.add(line);
    if (what == "getenv") {
      addVariable(h, name);
      continue;
    }
    std::string path = name.empty() || name[0] != '/' ? cleanPath(dir + "/" + name) : name;
    if (what == "chdir") {
      dir = name;
      h.add(statOf(name));
    } else if (what == "stat" || what == "open") {
      if (within(root_, path).empty())
        continue;
      h.add(statOf(path));
      h.add(linkStatOf(path));
      if (what == "open") {
        auto contents = contentsOf(path);
        if (!contents)
          return std::nullopt;
        h.add(*contents);
      }
    } else {
      return std::nullopt;
    }
  }
  return h.finish();
}

std::optional<TestCache::Result> TestCache::find() const {
  auto list = cache_.find(id_);
  if (!list || !list->count("log"))
    return std::nullopt;
  auto log = readFile(list->at("log").path);
  auto inputs = log ? inputsOf(*log) : std::nullopt;
  auto result = inputs ? cache_.find(*inputs) : std::nullopt;
  if (!result || !result->count("output"))
    return std::nullopt;
  auto output = readFile(result->at("output").path);
  if (!output || output->empty() || output->back() != '\n')
    return std::nullopt;
  // The last line is "ok  \tPATH\tTIME...".
  std::size_t line = output->rfind('\n', output->size() - 2);
  line = line == std::string::npos ? 0 : line + 1;
  std::size_t time = output->compare(line, 5, "ok  \t") == 0 ? output->find('\t', line + 5) : std::string::npos;
  if (time == std::string::npos)
    return std::nullopt;
  ++time;
  std::size_t end = output->find_first_not_of("0123456789.s", time);
  return Result{output->substr(0, time) + "(cached)" + output->substr(end),
                result->count("profile") ? result->at("profile").path : std::string()};
}

void TestCache::store(const std::string &log_path, const std::string &output, const std::string &profile) const {
  auto log = readFile(log_path);
  auto inputs = log ? inputsOf(*log) : std::nullopt;
  if (!inputs)
    return;
  std::string output_path = log_path + ".output";
  if (!writeFile(output_path, output))
    return;
  // A result that cannot be kept is found again by running the test.
  std::map<std::string, std::string> files = {{"output", output_path}};
  if (pathExists(profile))
    files["profile"] = profile;
  if (auto stored = cache_.store(*inputs, files); stored)
    if (auto listed = cache_.store(id_, {{"log", log_path}}); !listed)
      return;
}

ErrorOr<void> forgetTestResults(const std::string &cache_dir) {
  if (!isDirectory(cache_dir))
    return {}; // which holds no results
  auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return writeFile(cache_dir + "/" + kExpiryFile, std::to_string(now) + "\n");
}

} // namespace gannet::command
