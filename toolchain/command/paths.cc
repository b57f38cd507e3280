#include "toolchain/command/paths.h"

#include <algorithm>
#include <cstdlib>
#include <dirent.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace gannet::command {

std::string currentDir() {
  // The name by which the user came here, if it is still this directory.
  if (const char *pwd = std::getenv("PWD"); pwd && pwd[0] == '/') {
    struct stat named, dot;
    if (stat(pwd, &named) == 0 && stat(".", &dot) == 0 && named.st_ino == dot.st_ino && named.st_dev == dot.st_dev)
      return cleanPath(pwd);
  }
  char buffer[4096];
  return getcwd(buffer, sizeof buffer) ? buffer : "/";
}

std::string cleanPath(std::string_view path) {
  bool rooted = !path.empty() && path[0] == '/';
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while (at < path.size()) {
    std::size_t end = std::min(path.find('/', at), path.size());
    std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".")
      continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
      continue;
    }
    if (part == ".." && rooted)
      continue;
    parts.push_back(part);
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i)
      out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

std::string absolutePath(std::string_view path) {
  if (!path.empty() && path[0] == '/')
    return cleanPath(path);
  return cleanPath(currentDir() + "/" + std::string(path));
}

std::string parentDir(std::string_view path) {
  std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos)
    return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string baseName(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string within(std::string_view dir, std::string_view path) {
  if (path == dir)
    return ".";
  std::string prefix(dir);
  if (prefix.empty() || prefix.back() != '/')
    prefix += '/';
  return path.substr(0, prefix.size()) == prefix ? std::string(path.substr(prefix.size())) : std::string();
}

std::string shortPath(const std::string &path) { return shortPathFrom(currentDir(), path); }

std::string shortPathFrom(std::string here, const std::string &path) {
  std::string up;
  for (int i = 0; i < 3; ++i) {
    std::string rel = within(here, path);
    if (!rel.empty()) {
      std::string shown = up + rel;
      return shown.size() < path.size() ? shown : path;
    }
    if (here == "/")
      break;
    here = parentDir(here);
    up += "../";
  }
  return path;
}

std::string shortenNames(std::string text, const std::string &dir) {
  std::string to = shortPath(dir + "/x"); // ends in "x"
  to.pop_back();
  to = to.find('/') == std::string::npos ? "./" + to : to;
  for (std::size_t at = 0; (at = text.find(dir + "/", at)) != std::string::npos; at += to.size())
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == ' ' || text[at - 1] == '\t')
      text.replace(at, dir.size() + 1, to);
  return text;
}

bool pathExists(const std::string &path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0;
}

std::string nearestFile(const std::string &dir, const std::string &name) {
  for (std::string at = dir;; at = parentDir(at)) {
    if (std::string file = (at == "/" ? "" : at) + "/" + name; pathExists(file))
      return file;
    if (at == "/")
      return "";
  }
}

bool isSymlink(const std::string &path) {
  std::error_code error;
  return std::filesystem::is_symlink(path, error);
}

bool isDirectory(const std::string &path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

namespace {

// The names in a directory of which `wanted` says so, sorted.
template <typename Wanted> std::vector<std::string> namesIn(const std::string &path, Wanted wanted) {
  std::vector<std::string> names;
  if (DIR *dir = opendir(path.c_str())) {
    while (dirent *entry = readdir(dir))
      if (std::string_view name = entry->d_name; name != "." && name != ".." && wanted(*entry))
        names.emplace_back(name);
    closedir(dir);
  }
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace

std::vector<std::string> listDir(const std::string &path) {
  return namesIn(path, [](const dirent &) { return true; });
}

std::vector<std::string> listFiles(const std::string &path) {
  return namesIn(path, [&](const dirent &entry) {
    // What the directory does not tell, or tells of a link alone, is asked of the file.
    return entry.d_type == DT_REG || (entry.d_type != DT_DIR && !isDirectory(path + "/" + entry.d_name));
  });
}

bool makeDirs(const std::string &path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return isDirectory(path);
}

void removeAll(const std::string &path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
}

std::string temporaryRoot() {
  const char *dir = std::getenv("TMPDIR");
  return dir && *dir ? dir : "/tmp";
}

TemporaryDir::TemporaryDir(std::string_view prefix, const std::string &parent) {
  std::string pattern = parent + "/" + std::string(prefix) + "XXXXXX";
  if (mkdtemp(pattern.data()))
    path_ = pattern;
}

TemporaryDir::~TemporaryDir() {
  if (!path_.empty() && !keep_)
    removeAll(path_);
}

} // namespace gannet::command
