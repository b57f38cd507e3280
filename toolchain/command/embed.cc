#include "toolchain/command/embed.h"

#include "toolchain/command/paths.h"
#include "toolchain/modules/import_path.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fnmatch.h>

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

bool isBadName(const std::string &name) {
  return !modules::isModuleFileName(name) || name == ".bzr" || name == ".hg" || name == ".git" || name == ".svn";
}

// Finds what one pattern names.
class Finder {
public:
  Finder(const Files &files, const Package &package, bool all) : files_(files), dir_(package.dir), all_(all) {}

  // Takes in a file or folder that matches. Empty, or what is wrong with it.
  std::string add(const std::string &name) {
    bool folder = kindOf(name) == std::filesystem::file_type::directory;
    std::string what = std::string("cannot embed ") + (folder ? "directory " : "file ") + name;
    for (std::string at = name; at != "." && !at.empty(); at = at.find('/') == std::string::npos ? "" : parentDir(at)) {
      if (files_.exists(dir_ + "/" + at + "/go.mod"))
        return what + ": in different module";
      if (at != name && kindOf(at) != std::filesystem::file_type::directory)
        return what + ": in non-directory " + at;
      if (isBadName(baseName(at)))
        return at == name ? what + ": invalid name " + baseName(at) : what + ": in invalid directory " + baseName(at);
    }
    if (folder) {
      std::size_t before = names.size();
      if (std::string fault = addTree(name); !fault.empty())
        return fault;
      return names.size() > before ? "" : what + ": contains no embeddable files";
    }
    if (!isRegular(name) && !(follows_links_ && std::filesystem::is_regular_file(files_.contentsOf(dir_ + "/" + name))))
      return "cannot embed irregular file " + name;
    names.push_back(name);
    return "";
  }

  std::vector<std::string> names;

private:
  std::filesystem::file_type kindOf(const std::string &name) const {
    if (files_.isDirectory(dir_ + "/" + name) && files_.contentsOf(dir_ + "/" + name) != dir_ + "/" + name)
      return std::filesystem::file_type::directory; // in the overlay alone
    std::error_code error;
    return std::filesystem::symlink_status(files_.contentsOf(dir_ + "/" + name), error).type();
  }
  bool isRegular(const std::string &name) const { return kindOf(name) == std::filesystem::file_type::regular; }

  std::string addTree(const std::string &folder) {
    for (const std::string &child : files_.list(dir_ + "/" + folder)) {
      bool hidden = child[0] == '.' || child[0] == '_';
      std::string name = folder + "/" + child;
      bool is_folder = kindOf(name) == std::filesystem::file_type::directory;
      if (isBadName(child) || (hidden && !all_)) {
        if (is_folder || hidden)
          continue;
        return "cannot embed file " + name + ": invalid name " + child;
      }
      if (is_folder) {
        if (!files_.exists(dir_ + "/" + name + "/go.mod"))
          if (std::string fault = addTree(name); !fault.empty())
            return fault;
      } else if (isRegular(name)) {
        names.push_back(name);
      }
    }
    return "";
  }

  const Files &files_;
  const std::string &dir_;
  bool all_;
  bool follows_links_ = [] {
    const char *settings = std::getenv("GODEBUG");
    return settings && std::string_view(settings).find("embedfollowsymlinks=1") != std::string_view::npos;
  }();
};

} // namespace

ErrorOr<Embeds> findEmbeds(const Files &files, const Package &package, std::string *failed) {
  Embeds out;
  for (const std::string &written : package.embed_patterns) {
    if (failed)
      *failed = written;
    std::string pattern = written;
    bool all = pattern.rfind("all:", 0) == 0;
    if (all)
      pattern = pattern.substr(4);
    if (pattern.empty() || pattern == "." || cleanPath(pattern) != pattern || pattern[0] == '/' || pattern.rfind("..", 0) == 0)
      return Error{"pattern " + written + ": invalid pattern syntax"};
    std::vector<std::string> matches;
    match(files, package.dir, "", pattern, matches);
    Finder found(files, package, all);
    for (const std::string &m : matches)
      if (std::string fault = found.add(m); !fault.empty())
        return Error{"pattern " + written + ": " + fault};
    std::vector<std::string> &names = found.names;
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
