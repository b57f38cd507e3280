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
    rule.pattern = trimmed(text.substr(0, equals));
    text = text.substr(equals + 1);
    if (isLocal(rule.pattern)) {
      std::size_t dots = rule.pattern.find("...");
      std::string fixed = rule.pattern.substr(0, dots);
      rule.dir = absolutePath(fixed) + (dots == std::string::npos ? "" : fixed.back() == '/' ? "/..." : "...");
    }
  }
  rule.words = splitWords(text);
  rules_.push_back(std::move(rule));
  return "";
}

bool PackageFlags::matches(const Rule &rule, const Package &package, bool named) {
  if (rule.pattern.empty())
    return named;
  if (rule.pattern == "all")
    return true;
  if (rule.pattern == "std" || rule.pattern == "cmd")
    return package.standard && (package.import_path.rfind("cmd/", 0) == 0) == (rule.pattern == "cmd");
  if (!rule.dir.empty())
    return matchesPattern(rule.dir, package.dir);
  return matchesPattern(rule.pattern, package.import_path);
}

std::vector<std::string> PackageFlags::of(const Package &package, bool named) const {
  std::vector<std::string> words;
  for (const Rule &rule : rules_)
    if (matches(rule, package, named))
      words = rule.words;
  return words;
}

} // namespace gannet::command
