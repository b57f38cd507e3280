#include "toolchain/command/patterns.h"

#include "toolchain/command/paths.h"

#include <algorithm>

namespace gannet::command {

namespace {

bool endsWith(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && s.substr(s.size() - suffix.size()) == suffix;
}

// Whether it lies below a folder vendor; that folder itself may be a package like others.
bool hasVendorElement(std::string_view path) {
  return path.substr(0, 7) == "vendor/" || path.find("/vendor/") != std::string_view::npos;
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t dots = pattern.find("...");
  if (dots == std::string_view::npos)
    return pattern == name;
  std::string_view before = pattern.substr(0, dots), after = pattern.substr(dots + 3);
  if (after.empty() && endsWith(before, "/") && name == before.substr(0, before.size() - 1))
    return true;
  if (name.substr(0, before.size()) != before)
    return false;
  for (std::size_t i = before.size(); i <= name.size(); ++i)
    if (matches(after, name.substr(i)))
      return true;
  return false;
}

bool isIgnored(const PackageTree &tree, const std::string &relative) {
  for (const std::string &entry : tree.ignored) {
    if (entry.substr(0, 2) == "./") {
      if (!within(entry.substr(2), relative).empty())
        return true;
      continue;
    }
    std::size_t begin = entry[0] == '/' ? 1 : 0, end = entry.size() - (entry.size() > 1 && entry.back() == '/');
    const std::string path = entry.substr(begin, end - begin);
    if (relative == path || endsWith(relative, "/" + path))
      return true;
  }
  return false;
}

} // namespace

bool matchesPattern(std::string_view pattern, std::string_view name) {
  if (!isWildcard(pattern))
    return pattern == name;
  if (hasVendorElement(name) && !hasVendorElement(pattern))
    return false;
  return matches(pattern, name);
}

bool couldMatchBelow(std::string_view pattern, std::string_view prefix) {
  std::string_view fixed = pattern.substr(0, pattern.find("..."));
  std::size_t common = std::min(fixed.size(), prefix.size());
  return fixed.substr(0, common) == prefix.substr(0, common);
}

std::vector<std::string> packagePaths(const Files &files, const PackageTree &tree,
                                      const std::function<void(const std::string &, LeftOut)> &note) {
  std::vector<std::string> out;
  struct Folder {
    std::string dir, path;
  };
  std::vector<Folder> pending = {{tree.root, tree.prefix}};
  while (!pending.empty()) {
    Folder at = std::move(pending.back());
    pending.pop_back();
    bool has_go = false;
    for (const std::string &name : files.list(at.dir)) {
      std::string child = at.dir + "/" + name;
      if (!files.isDirectory(child)) {
        has_go |= endsWith(name, ".go") && name[0] != '_' && name[0] != '.';
        continue;
      }
      if (name[0] == '.' || name[0] == '_' || name == "testdata")
        continue;
      if (tree.standard ? at.path.empty() && (name == "cmd" || name == "builtin")
                        : baseName(at.dir) == "vendor" || files.exists(child + "/go.mod"))
        continue;
      if (!tree.ignored.empty() && isIgnored(tree, within(tree.root, child))) {
        note(child, LeftOut::Ignored);
        continue;
      }
      if (!tree.standard && isSymlink(child)) {
        note(child, LeftOut::Symlink);
        continue;
      }
      pending.push_back({child, at.path.empty() ? name : at.path + "/" + name});
    }
    // Without cgo package runtime/cgo is no package of the library.
    if (has_go && !at.path.empty() && !(tree.standard && at.path == "runtime/cgo"))
      out.push_back(at.path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace gannet::command
