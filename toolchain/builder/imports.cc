#include "toolchain/builder/imports.h"

#include <algorithm>
#include <set>

namespace gannet::builder {

namespace {

KnownPackage knownPackage(const std::string &value) {
  std::vector<std::string> parts = fields(value, 4);
  return {parts[0], parts[1], parts[2], parts[3]};
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    std::size_t end = text.find(separator);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return out;
    text.remove_prefix(end + 1);
  }
}

bool isInternal(const std::string &path) {
  std::vector<std::string> elements = split(path, '/');
  return std::find(elements.begin(), elements.end(), "internal") != elements.end() || elements[0] == "vendor";
}

bool hasDot(const std::string &path) { return path.substr(0, path.find('/')).find('.') != std::string::npos; }

// Gazelle's name for the repository of a module: its path's host backwards, then the rest, joined by "_".
std::string repositoryName(const std::vector<std::string> &module) {
  std::vector<std::string> host = split(module[0], '.');
  std::string out;
  for (std::size_t i = host.size(); i-- > 0;)
    out += (out.empty() ? "" : "_") + host[i];
  for (std::size_t i = 1; i < module.size(); ++i)
    out += "_" + module[i];
  for (char &c : out)
    if (c == '-' || c == '.')
      c = '_';
    else if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + 0x20);
  return out;
}

} // namespace

Imports::Imports(const Arguments &arguments) : arguments_(arguments) {
  const std::vector<std::string> &named = arguments.all("direct");
  std::set<std::string> direct(named.begin(), named.end()), seen;
  auto add = [&](const KnownPackage &package) {
    if (seen.insert(package.path).second)
      packages_.push_back(package);
  };
  for (const std::string &value : arguments.all("pkg")) {
    KnownPackage package = knownPackage(value);
    add(package);
    known_labels_.emplace(package.import_path, package.label);
    if (direct.count(package.path))
      direct_.emplace(package.import_path, package);
  }
  for (const std::string &value : arguments.all("alias")) {
    std::vector<std::string> parts = fields(value, 2);
    for (const KnownPackage &package : packages_)
      if (package.path == parts[1])
        direct_.emplace(parts[0], package);
  }
  for (const std::string &value : arguments.all("std")) {
    KnownPackage package = knownPackage(value);
    add(package);
    library_.emplace(package.import_path, package);
  }
  std::sort(packages_.begin(), packages_.end(),
            [](const KnownPackage &a, const KnownPackage &b) { return a.path < b.path; });
}

ErrorOr<std::string> Imports::config(const Sources &sources) const {
  std::string errors, out;
  std::set<std::string> mapped;
  for (const GoFile &file : sources.go)
    for (const Import &import : file.imports) {
      if (std::string why = complaint(import); !why.empty())
        errors += import.where + ": " + why + "\n";
      auto found = direct_.find(import.path);
      if (found != direct_.end() && found->second.path != import.path && mapped.insert(import.path).second)
        out += "importmap " + import.path + "=" + found->second.path + "\n";
    }
  if (!errors.empty()) {
    errors.pop_back();
    return Error{errors};
  }
  for (const KnownPackage &package : packages_)
    out += "packagefile " + package.path + "=" + package.file + "\n";
  return out;
}

std::string Imports::complaint(const Import &import) const {
  if (import.path == "unsafe" || direct_.count(import.path))
    return "";
  // No dep can provide it; a cycle of several packages is a cycle of targets, which Bazel refuses.
  if (import.path == arguments_.one("importpath"))
    return "import \"" + import.path + "\" while compiling that package (import cycle)";
  if (library_.count(import.path))
    return isInternal(import.path) ? "use of internal package " + import.path + " not allowed" : "";
  if (!library_.empty() && !hasDot(import.path) && !known_labels_.count(import.path) && labelFor(import.path).empty())
    return "package " + import.path + " is not in std, and no dependency of " + arguments_.one("label") + " provides it";
  std::string label = labelFor(import.path);
  return "import \"" + import.path + "\": no dependency of " + arguments_.one("label") + " provides it; " +
         (label.empty() ? "add the target that does to its deps" : "add \"" + label + "\" to its deps");
}

std::string Imports::labelFor(const std::string &path) const {
  if (auto known = known_labels_.find(path); known != known_labels_.end())
    return known->second;
  std::vector<std::string> elements = split(path, '/');
  // In the repository of the target itself: import paths begin alike there.
  const std::string &own = arguments_.one("importpath"), &package = arguments_.one("package");
  std::string prefix;
  if (package.empty())
    prefix = own;
  else if (own.size() > package.size() && own.ends_with("/" + package))
    prefix = own.substr(0, own.size() - package.size() - 1);
  if (!prefix.empty() && path.starts_with(prefix + "/"))
    return "//" + path.substr(prefix.size() + 1);
  if (!hasDot(path))
    return library_.empty() ? "@go_std//:" + path : "";
  // Of the big hosts it is known how many elements make a module.
  static const std::pair<const char *, std::size_t> kHosts[] = {
      {"github.com", 3}, {"golang.org", 3}, {"gitlab.com", 3}, {"bitbucket.org", 3}, {"google.golang.org", 2}, {"gopkg.in", 2}};
  for (const auto &[host, count] : kHosts) {
    if (elements[0] != host || elements.size() < count)
      continue;
    std::string folder, name = elements.back();
    for (std::size_t i = count; i < elements.size(); ++i)
      folder += (folder.empty() ? "" : "/") + elements[i];
    elements.resize(count);
    return "@" + repositoryName(elements) + "//" + folder + ":" + name;
  }
  return "";
}

} // namespace gannet::builder
