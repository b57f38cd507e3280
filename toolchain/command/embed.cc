#include "toolchain/command/embed.h"

#include "toolchain/command/paths.h"

#include <algorithm>
#include <fnmatch.h>
#include <functional>

namespace gannet::command {

std::string jsonString(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

namespace {

// Expands the elements of a pattern one by one below `dir`.
void match(const Files &files, const std::string &dir, const std::string &name, const std::string &pattern, std::vector<std::string> &out) {
  std::size_t slash = pattern.find('/');
  std::string element = pattern.substr(0, slash);
  bool wild = element.find_first_of("*?[\\") != std::string::npos;
  std::vector<std::string> candidates;
  if (wild)
    candidates = files.list(dir);
  else if (files.exists(dir + "/" + element))
    candidates.push_back(element);
  for (const std::string &c : candidates) {
    if (wild && fnmatch(element.c_str(), c.c_str(), FNM_PATHNAME) != 0)
      continue;
    std::string child = name.empty() ? c : name + "/" + c;
    if (slash == std::string::npos)
      out.push_back(child);
    else if (files.isDirectory(dir + "/" + c))
      match(files, dir + "/" + c, child, pattern.substr(slash + 1), out);
  }
}

} // namespace

ErrorOr<Embeds> findEmbeds(const Files &files, const Package &package) {
  Embeds out;
  for (const std::string &written : package.embed_patterns) {
    std::string pattern = written;
    bool all = pattern.rfind("all:", 0) == 0;
    if (all)
      pattern = pattern.substr(4);
    std::string clean = cleanPath(pattern);
    if (pattern.empty() || clean != pattern || pattern[0] == '/' || pattern.rfind("..", 0) == 0)
      return Error{"pattern " + written + ": invalid pattern syntax"};
    std::vector<std::string> matches, names;
    if (pattern == ".")
      matches.push_back(".");
    else
      match(files, package.dir, "", pattern, matches);
    std::function<void(const std::string &)> addTree = [&](const std::string &dir) {
      for (const std::string &child : files.list(package.dir + "/" + dir)) {
        if (!all && (child[0] == '.' || child[0] == '_'))
          continue;
        if (child == ".git" || child == ".hg" || child == ".svn" || child == ".bzr")
          continue;
        std::string name = dir == "." ? child : dir + "/" + child;
        std::string path = package.dir + "/" + name;
        if (files.isDirectory(path)) {
          if (!files.exists(path + "/go.mod"))
            addTree(name);
        } else {
          names.push_back(name);
        }
      }
    };
    for (const std::string &m : matches) {
      if (files.isDirectory(package.dir + "/" + m)) {
        std::size_t before = names.size();
        addTree(m);
        if (names.size() == before)
          return Error{"pattern " + written + ": cannot embed directory " + m + ": contains no embeddable files"};
      } else {
        names.push_back(m);
      }
    }
    if (names.empty())
      return Error{"pattern " + written + ": no matching files found"};
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string &name : names)
      out.files[name] = files.contentsOf(package.dir + "/" + name);
    out.patterns[written] = std::move(names);
  }
  return out;
}

std::string Embeds::json() const {
  std::string out = "{\"Patterns\":{";
  bool first = true;
  for (const auto &[pattern, names] : patterns) {
    out += (first ? "" : ",") + jsonString(pattern) + ":[";
    first = false;
    for (std::size_t i = 0; i < names.size(); ++i)
      out += (i ? "," : "") + jsonString(names[i]);
    out += "]";
  }
  out += "},\"Files\":{";
  first = true;
  for (const auto &[name, path] : files) {
    out += (first ? "" : ",") + jsonString(name) + ":" + jsonString(path);
    first = false;
  }
  return out + "}}\n";
}

} // namespace gannet::command
