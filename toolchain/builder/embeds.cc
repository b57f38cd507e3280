#include "toolchain/builder/embeds.h"

#include <algorithm>
#include <cstdio>
#include <fnmatch.h>
#include <map>

namespace gannet::builder {

namespace {

std::vector<std::string> elements(std::string_view path) {
  std::vector<std::string> out;
  for (;;) {
    std::size_t slash = path.find('/');
    out.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos)
      return out;
    path.remove_prefix(slash + 1);
  }
}

bool isHidden(const std::string &element) { return element.starts_with(".") || element.starts_with("_"); }

bool isValid(std::string_view pattern) {
  if (pattern == ".")
    return true;
  if (pattern.empty() || pattern.starts_with("/") || pattern.ends_with("/"))
    return false;
  for (const std::string &element : elements(pattern))
    if (element.empty() || element == "." || element == "..")
      return false;
  return true;
}

// Whether the pattern matches the name itself or a folder above it; of a folder hidden names do not count unless `all`.
bool matches(const std::vector<std::string> &pattern, const std::vector<std::string> &name, bool all) {
  if (name.size() < pattern.size())
    return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (fnmatch(pattern[i].c_str(), name[i].c_str(), FNM_PATHNAME) != 0)
      return false;
  for (std::size_t i = pattern.size(); i < name.size(); ++i)
    if (!all && isHidden(name[i]))
      return false;
  return true;
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
      out += buffer;
      continue;
    }
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "\"";
}

} // namespace

ErrorOr<std::vector<std::string>> matchEmbed(std::string_view pattern, std::string_view folder,
                                             const std::vector<EmbedFile> &files) {
  std::string written(pattern);
  bool all = pattern.starts_with("all:");
  if (all)
    pattern.remove_prefix(4);
  if (!isValid(pattern))
    return Error{"pattern " + written + ": invalid pattern syntax"};
  std::vector<std::string> parts;
  if (pattern != ".")
    parts = elements(pattern);
  std::string below = folder == "." ? "" : std::string(folder) + "/";
  std::vector<std::string> out;
  for (const EmbedFile &file : files) {
    if (!file.short_path.starts_with(below))
      continue;
    std::string name = file.short_path.substr(below.size());
    if (matches(parts, elements(name), all))
      out.push_back(name);
  }
  if (out.empty())
    return Error{"pattern " + written + ": no matching files found; files to embed are listed in embedsrcs"};
  std::sort(out.begin(), out.end());
  return out;
}

ErrorOr<std::string> embedConfig(const Sources &sources, const std::vector<EmbedFile> &files) {
  std::map<std::string, std::vector<std::string>> patterns;
  std::map<std::string, std::string> paths;
  for (const GoFile &file : sources.go)
    for (const EmbedPattern &embed : file.embeds) {
      std::string folder = folderOf(file.short_path);
      ErrorOr<std::vector<std::string>> names = matchEmbed(embed.pattern, folder, files);
      if (!names)
        return Error{embed.where + ": " + names.error()};
      for (const std::string &name : *names)
        for (const EmbedFile &candidate : files)
          if (candidate.short_path == (folder == "." ? name : folder + "/" + name))
            paths[name] = candidate.path;
      patterns[embed.pattern] = std::move(*names);
    }
  if (patterns.empty())
    return std::string();
  std::string out = "{\"Patterns\":{";
  const char *comma = "";
  for (const auto &[pattern, names] : patterns) {
    out += comma + quoted(pattern) + ":[";
    for (std::size_t i = 0; i < names.size(); ++i)
      out += (i ? "," : "") + quoted(names[i]);
    out += "]";
    comma = ",";
  }
  out += "},\"Files\":{";
  comma = "";
  for (const auto &[name, path] : paths) {
    out += comma + quoted(name) + ":" + quoted(path);
    comma = ",";
  }
  return out + "}}\n";
}

} // namespace gannet::builder
