#include "toolchain/command/package_flags.h"

#include "toolchain/command/flags.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/patterns.h"

namespace gannet::command {

namespace {

std::string trimmed(std::string s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t'))
    s.pop_back();
  std::size_t start = s.find_first_not_of(" \t");
  return start == std::string::npos ? "" : s.substr(start);
}

bool isLocal(const std::string &pattern) {
  return pattern[0] == '/' || pattern == "." || pattern == ".." || pattern.rfind("./", 0) == 0 || pattern.rfind("../", 0) == 0;
}

} // namespace

PackagePattern::PackagePattern(std::string pattern) : pattern_(std::move(pattern)) {
  if (pattern_.empty() || !isLocal(pattern_))
    return;
  std::size_t dots = pattern_.find("...");
  std::string fixed = pattern_.substr(0, dots);
  dir_ = absolutePath(fixed) + (dots == std::string::npos ? "" : fixed.back() == '/' ? "/..." : "...");
}

bool PackagePattern::matches(const Package &package) const {
  if (pattern_ == "all")
    return true;
  if (pattern_ == "work")
    return package.module && package.module->main;
  if (pattern_ == "tool")
    return package.module_tool;
  if (pattern_ == "std" || pattern_ == "cmd")
    return package.standard && (package.import_path.rfind("cmd/", 0) == 0) == (pattern_ == "cmd");
  return dir_.empty() ? matchesPattern(pattern_, package.import_path) : matchesPattern(dir_, package.dir);
}

std::string PackageFlags::add(const std::string &value) {
  written_ = value;
  Rule rule;
  std::string text = trimmed(value);
  if (!text.empty() && text[0] != '-') {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      return "missing =<value> in <pattern>=<value>";
    if (equals == 0)
      return "missing <pattern> in <pattern>=<value>";
    rule.pattern.emplace(trimmed(text.substr(0, equals)));
    text = text.substr(equals + 1);
  }
  rule.words = splitWords(text);
  rules_.push_back(std::move(rule));
  return "";
}

std::vector<std::string> PackageFlags::of(const Package &package, bool named) const {
  std::vector<std::string> words;
  for (const Rule &rule : rules_)
    if (rule.pattern ? rule.pattern->matches(package) : named)
      words = rule.words;
  return words;
}

} // namespace gannet::command
