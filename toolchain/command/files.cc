#include "toolchain/command/files.h"

#include "compiler/base/file.h"
#include "compiler/base/json.h"
#include "toolchain/command/paths.h"

#include <algorithm>

namespace gannet::command {

ErrorOr<Files> Files::withOverlay(const std::string &file) {
  auto text = readFile(file);
  if (!text)
    return Error{"reading overlay: " + text.error()};
  Files out;
  Json json(*text);
  std::string problem;
  bool good = json.object([&](const std::string &section) {
    if (section != "Replace")
      return json.skip();
    return json.object([&](const std::string &from) {
      std::string to, path = from.empty() ? "" : absolutePath(from);
      if (!json.string(to))
        return false;
      if (from.empty())
        problem = "empty string key in overlay map";
      else if (!out.replaced_.emplace(path, to.empty() ? "" : absolutePath(to)).second)
        problem = "duplicate paths " + path + " in overlay map";
      return true;
    });
  });
  if (!good || !json.atEnd())
    return Error{"parsing overlay JSON: " + file + " is malformed"};
  if (!problem.empty())
    return Error{problem};
  for (const auto &[path, to] : out.replaced_)
    if (!to.empty())
      for (std::string at = path; at != "/"; at = parentDir(at))
        if (!out.children_[parentDir(at)].insert(baseName(at)).second)
          break;
  return out;
}

std::string Files::contentsOf(const std::string &path) const {
  auto found = replaced_.find(path);
  return found == replaced_.end() ? path : found->second;
}

// Also what lies below a removed folder.
bool Files::isRemoved(const std::string &path) const {
  if (replaced_.empty())
    return false;
  for (std::string at = path; at != "/" && at != "."; at = parentDir(at))
    if (auto found = replaced_.find(at); found != replaced_.end())
      return found->second.empty() || at != path;
  return false;
}

ErrorOr<std::string> Files::read(const std::string &path) const {
  if (isRemoved(path))
    return Error{"open " + path + ": no such file or directory"};
  return readFile(contentsOf(path));
}

bool Files::exists(const std::string &path) const {
  if (children_.count(path))
    return true;
  return !isRemoved(path) && pathExists(contentsOf(path));
}

bool Files::isDirectory(const std::string &path) const {
  if (children_.count(path))
    return true;
  return !isRemoved(path) && command::isDirectory(contentsOf(path));
}

std::vector<std::string> Files::list(const std::string &dir) const {
  std::vector<std::string> names;
  if (!isRemoved(dir))
    names = listDir(dir);
  if (replaced_.empty())
    return names;
  std::erase_if(names, [&](const std::string &name) { return isRemoved(dir + "/" + name); });
  if (auto added = children_.find(dir); added != children_.end())
    names.insert(names.end(), added->second.begin(), added->second.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> Files::listFiles(const std::string &dir) const {
  if (replaced_.empty())
    return command::listFiles(dir);
  std::vector<std::string> names = list(dir);
  std::erase_if(names, [&](const std::string &name) { return isDirectory(dir + "/" + name); });
  return names;
}

} // namespace gannet::command
