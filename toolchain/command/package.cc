#include "toolchain/command/package.h"

#include "toolchain/command/paths.h"

#include <algorithm>

namespace gannet::command {

namespace {

bool startsWith(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\r'))
    s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

// The lines of the comment that stands right before the package clause, without its marks.
std::vector<std::string> packageComment(std::string_view text) {
  std::vector<std::string> comment;
  bool block = false;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (block || startsWith(line, "/*")) {
      if (!block) {
        comment.clear();
        line.remove_prefix(2);
      }
      std::size_t close = line.find("*/");
      block = close == std::string_view::npos;
      comment.emplace_back(trimmed(line.substr(0, close)));
    } else if (startsWith(line, "//")) {
      line.remove_prefix(2);
      bool directive = startsWith(line, "go:") || startsWith(line, "line ") || startsWith(line, "export ");
      if (!directive)
        comment.emplace_back(trimmed(line));
    } else if (line.empty()) {
      comment.clear();
    } else {
      return startsWith(line, "package") ? comment : std::vector<std::string>{};
    }
  }
  return {};
}

// Where the first sentence ends: behind a full stop that a blank follows and that is not an initial's.
std::size_t sentenceEnd(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '.' && (i + 1 == s.size() || s[i + 1] == ' ')) {
      bool capital = i > 0 && s[i - 1] >= 'A' && s[i - 1] <= 'Z';
      bool alone = i < 2 || !(s[i - 2] >= 'A' && s[i - 2] <= 'Z');
      if (!capital || !alone)
        return i + 1;
    }
    if (startsWith(s.substr(i), "\xe3\x80\x82")) // ideographic full stop
      return i + 3;
  }
  return s.size();
}

} // namespace

std::string importingFile(const Package &package, const std::string &path) {
  for (const auto &[written, resolved] : package.imports)
    if (resolved == path) {
      auto at = package.import_positions.find(written);
      if (at != package.import_positions.end())
        return " from " + baseName(at->second.substr(0, at->second.find(':')));
    }
  return "";
}

std::string docSynopsis(std::string_view text) {
  std::string joined;
  for (const std::string &line : packageComment(text)) {
    if (line.empty() && !joined.empty())
      break; // the first paragraph only
    if (line.empty())
      continue;
    if (!joined.empty())
      joined += ' ';
    bool blank = false;
    for (char c : line) {
      if (c == ' ' || c == '\t') {
        blank = true;
        continue;
      }
      if (blank)
        joined += ' ';
      blank = false;
      joined += c;
    }
  }
  std::string lower = joined;
  for (char &c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const char *notice : {"copyright", "all rights", "author"})
    if (startsWith(lower, notice))
      return "";
  return joined.substr(0, sentenceEnd(joined));
}


std::string executableName(const Package &package) {
  if (package.import_path == "command-line-arguments") {
    std::string file = package.go_files[0];
    return file.substr(0, file.size() - 3);
  }
  std::string name = baseName(package.import_path);
  bool version = name.size() > 1 && name[0] == 'v';
  for (std::size_t i = 1; version && i < name.size(); ++i)
    version = name[i] >= '0' && name[i] <= '9';
  if (version && package.import_path.find('/') != std::string::npos)
    name = baseName(parentDir(package.import_path));
  return name;
}

} // namespace gannet::command
