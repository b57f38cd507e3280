#include "toolchain/builder/arguments.h"

#include "compiler/base/file.h"

namespace gannet::builder {

namespace {

void addLines(std::string_view text, std::vector<std::string> &out) {
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

} // namespace

ErrorOr<Arguments> Arguments::read(const std::vector<std::string> &words) {
  std::vector<std::string> lines;
  for (const std::string &word : words) {
    if (word.empty() || word[0] != '@') {
      lines.push_back(word);
      continue;
    }
    ErrorOr<std::string> text = readFile(word.substr(1));
    if (!text)
      return text.takeError();
    addLines(*text, lines);
  }
  Arguments out;
  for (const std::string &line : lines) {
    std::size_t equals = line.find('=');
    if (line[0] != '-' || equals == std::string::npos)
      return Error{"builder: expected -flag=value, got \"" + line + "\""};
    out.values_[line.substr(1, equals - 1)].push_back(line.substr(equals + 1));
  }
  return out;
}

const std::string &Arguments::one(std::string_view flag) const {
  static const std::string kNone;
  auto found = values_.find(flag);
  return found == values_.end() ? kNone : found->second.back();
}

const std::vector<std::string> &Arguments::all(std::string_view flag) const {
  static const std::vector<std::string> kNone;
  auto found = values_.find(flag);
  return found == values_.end() ? kNone : found->second;
}

std::vector<std::string> fields(std::string_view value, std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    std::size_t tab = value.find('\t');
    out.emplace_back(value.substr(0, tab));
    value.remove_prefix(tab == std::string_view::npos ? value.size() : tab + 1);
  }
  out.emplace_back(value);
  return out;
}

} // namespace gannet::builder
