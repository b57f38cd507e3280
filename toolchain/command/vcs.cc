#include "toolchain/command/vcs.h"

#include "compiler/base/file.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"
#include "toolchain/modules/mod_file.h"
#include "toolchain/modules/version.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <utility>

namespace gannet::command {

namespace {

using Lines = std::vector<std::string>;

Lines linesOf(const std::string &text) {
  Lines out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

struct Repository {
  std::string root;   // empty: there is none
  std::string system; // "git"
};

// The repository that holds the directory. Two systems at once could each be made to run what the other holds: an error.
ErrorOr<Repository> repositoryOf(const std::string &dir) {
  static constexpr struct {
    const char *system, *name;
    bool is_directory;
  } kMarks[] = {{"hg", ".hg", true},   {"git", ".git", true},           {"svn", ".svn", true},
                {"bzr", ".bzr", true}, {"fossil", ".fslckout", false}, {"fossil", "_FOSSIL_", false}};
  const bool may_be_several = hasSetting("allowmultiplevcs=1");
  Repository found;
  for (std::string at = dir; at != "/" && at != "."; at = parentDir(at))
    for (const auto &mark : kMarks) {
      std::string path = at + "/" + mark.name;
      if (!pathExists(path) || isDirectory(path) != mark.is_directory)
        continue;
      if (found.root.empty())
        found = {at, mark.system};
      else if (may_be_several)
        return found;
      else if (found.system != "git" || std::string_view(mark.system) != "git") // git's own may be nested
        return Error{"multiple VCS detected: " + found.system + " in \"" + found.root + "\", and " + mark.system + " in \"" + at + "\""};
    }
  return found;
}

bool isInPath(const std::string &program) {
  const char *path = std::getenv("PATH");
  std::string text = path ? path : "";
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = std::min(text.find(':', at), text.size());
    if (end > at && pathExists(text.substr(at, end - at) + "/" + program))
      return true;
    at = end + 1;
  }
  return false;
}

std::optional<std::string> git(const std::string &root, std::vector<std::string> words, int &status) {
  words.insert(words.begin(), "git");
  ProcessResult result = runForOutput(words, root);
  status = result.exit_status;
  return result.started && status == 0 ? std::optional(result.output) : std::nullopt;
}

std::string timeText(std::time_t seconds, const char *format) {
  std::tm utc{};
  char buffer[64] = "";
  if (gmtime_r(&seconds, &utc))
    std::strftime(buffer, sizeof buffer, format, &utc);
  return buffer;
}

// "example.com/m/v2" -> "example.com/m", "v2"; "gopkg.in/x.v3" -> "gopkg.in/x", "v3"; the second is empty for v0 and v1.
std::pair<std::string, std::string> splitMajor(const std::string &path) {
  std::size_t digits = path.find_last_not_of("0123456789");
  if (digits == std::string::npos || digits < 2 || digits + 1 == path.size() || path[digits] != 'v' ||
      (path[digits - 1] != '/' && !(path[digits - 1] == '.' && path.starts_with("gopkg.in/"))) || path[digits + 1] == '0' ||
      path.substr(digits) == "v1")
    return {path, ""};
  return {path.substr(0, digits - 1), path.substr(digits)};
}

// The versions that tags give a module: its prefix taken off.
Lines versionsOf(const Lines &tags, const std::string &prefix, const std::string &major) {
  Lines out;
  for (const std::string &tag : tags) {
    if (!tag.starts_with(prefix))
      continue;
    std::string version = tag.substr(prefix.size());
    if (!modules::isCanonicalSemver(version) || version.find('+') != std::string::npos)
      continue;
    std::string number = version.substr(0, version.find('.'));
    if (major.empty() ? number == "v0" || number == "v1" : number == major)
      out.push_back(version);
  }
  std::sort(out.begin(), out.end(), [](const std::string &a, const std::string &b) { return modules::compareSemver(a, b) < 0; });
  return out;
}

// What is told of one repository; made once.
struct Status {
  std::string revision, time; // empty: nothing was committed yet
  std::string stamp;          // the time as pseudo-versions have it
  bool modified = false;
  Lines tags_here, tags_before;
};

ErrorOr<Status> statusOf(const std::string &root) {
  Status out;
  int status = 0;
  auto changes = git(root, {"status", "--porcelain"}, status);
  if (!changes)
    return Error{"exit status " + std::to_string(status)};
  out.modified = !changes->empty();
  auto commit = git(root, {"-c", "log.showsignature=false", "log", "-1", "--format=%H:%ct"}, status);
  if (!commit)
    return out.modified ? ErrorOr<Status>(out) : Error{"exit status " + std::to_string(status)};
  std::size_t colon = commit->find(':');
  if (colon == std::string::npos)
    return Error{"unrecognized VCS tool output"};
  out.revision = commit->substr(0, colon);
  auto seconds = static_cast<std::time_t>(std::strtoll(commit->c_str() + colon + 1, nullptr, 10));
  out.time = timeText(seconds, "%Y-%m-%dT%H:%M:%SZ");
  out.stamp = timeText(seconds, "%Y%m%d%H%M%S");
  if (auto tags = git(root, {"tag", "--points-at", "HEAD"}, status))
    out.tags_here = linesOf(*tags);
  if (auto tags = git(root, {"tag", "--merged", "HEAD"}, status))
    out.tags_before = linesOf(*tags);
  return out;
}

// The version of the module, if the repository's root has a module whose path tells which tags are meant.
std::string versionOf(const Status &status, const std::string &root, const modules::Module &module) {
  auto text = readFile(root + "/go.mod");
  auto parsed = text ? modules::parseModFile("go.mod", *text, modules::ModFileKind::Main) : Error{text.error()};
  if (!parsed || parsed->module.empty() || status.revision.empty())
    return "";
  auto [code_root, root_major] = splitMajor(parsed->module);
  auto [path, major] = splitMajor(module.path);
  if (!modules::hasPathPrefix(path, code_root))
    return "";
  std::string prefix = path.size() > code_root.size() ? path.substr(code_root.size() + 1) + "/" : "";
  std::string version = moduleVersionAt(status.tags_here, status.tags_before, prefix, major, status.stamp, status.revision);
  return version + (status.modified ? "+dirty" : "");
}

} // namespace

std::string moduleVersionAt(const Lines &tags_here, const Lines &tags_before, const std::string &prefix, const std::string &major,
                            const std::string &time, const std::string &revision) {
  if (Lines here = versionsOf(tags_here, prefix, major); !here.empty())
    return here.back();
  std::string tail = time + "-" + revision.substr(0, 12);
  Lines before = versionsOf(tags_before, prefix, major);
  if (before.empty())
    return (major.empty() ? "v0" : major) + ".0.0-" + tail;
  const std::string &base = before.back();
  if (base.find('-') != std::string::npos)
    return base + ".0." + tail;
  std::size_t dot = base.rfind('.');
  return base.substr(0, dot + 1) + std::to_string(std::strtoull(base.c_str() + dot + 1, nullptr, 10) + 1) + "-0." + tail;
}

std::string parseVcsMode(const std::string &text, VcsMode &mode) {
  static constexpr struct {
    const char *text;
    VcsMode mode;
  } kModes[] = {{"auto", VcsMode::IfThere}, {"1", VcsMode::Always},    {"t", VcsMode::Always},    {"T", VcsMode::Always},
                {"true", VcsMode::Always},  {"TRUE", VcsMode::Always}, {"True", VcsMode::Always}, {"0", VcsMode::Never},
                {"f", VcsMode::Never},      {"F", VcsMode::Never},     {"false", VcsMode::Never}, {"FALSE", VcsMode::Never},
                {"False", VcsMode::Never}};
  for (const auto &row : kModes)
    if (text == row.text) {
      mode = row.mode;
      return "";
    }
  return "invalid boolean value \"" + text + "\" for -buildvcs: value is neither 'auto' nor a valid bool";
}

namespace {

constexpr char kNoGit[] = "exec: \"git\": executable file not found in $PATH";

// Whether the program is to be stamped with what the repository of the current directory says: they belong together.
ErrorOr<bool> belongsTo(const Repository &here, const Package &package, VcsMode mode) {
  const std::string &module_dir = package.module->dir;
  if (here.root.empty() || (within(here.root, module_dir).empty() && within(module_dir, here.root).empty()))
    return false;
  if (here.system != "git")
    return false;
  if (!isInPath("git"))
    return mode == VcsMode::IfThere ? ErrorOr<bool>(false) : Error{kNoGit};
  const std::pair<const char *, const std::string &> places[] = {{"main package", package.dir}, {"main module", module_dir}};
  for (const auto &[what, dir] : places) {
    auto there = repositoryOf(dir);
    if (!there)
      return there.takeError();
    if (there->root == here.root)
      continue;
    if (mode == VcsMode::IfThere)
      return false;
    return Error{std::string(what) + " is in repository \"" + there->root + "\" but current directory is in repository \"" + here.root + "\""};
  }
  return true;
}

ErrorOr<void> stamp(const std::vector<Package *> &packages, VcsMode mode) {
  std::optional<Repository> here;
  std::map<std::string, Status> known; // by repository
  for (Package *p : packages) {
    bool may_be = p->isMain() && p->module && p->module->main && !p->standard && p->import_path != "command-line-arguments";
    if (!may_be)
      continue;
    if (!here) {
      auto found = repositoryOf(currentDir());
      if (!found)
        return found.takeError();
      here = *found;
    }
    auto belongs = belongsTo(*here, *p, mode);
    if (!belongs)
      return belongs.takeError();
    if (!*belongs)
      continue;
    if (!known.count(here->root)) {
      auto status = statusOf(here->root);
      if (!status)
        return status.takeError();
      known[here->root] = std::move(*status);
    }
    const Status &status = known[here->root];
    p->vcs = {"vcs=" + here->system};
    if (!status.revision.empty())
      p->vcs.insert(p->vcs.end(), {"vcs.revision=" + status.revision, "vcs.time=" + status.time});
    p->vcs.push_back(std::string("vcs.modified=") + (status.modified ? "true" : "false"));
    p->module_version = versionOf(status, here->root, *p->module);
  }
  return {};
}

} // namespace

ErrorOr<void> stampVcs(const std::vector<Package *> &packages, VcsMode mode) {
  if (mode == VcsMode::Never)
    return {};
  if (auto good = stamp(packages, mode); !good)
    return Error{std::string(good.error() == kNoGit ? "go: missing Git command. See https://golang.org/s/gogetcmd\n" : "") +
                 "error obtaining VCS status: " + good.error() + "\n\tUse -buildvcs=false to disable VCS stamping."};
  return {};
}

} // namespace gannet::command
