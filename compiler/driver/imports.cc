#include "compiler/driver/imports.h"

#include <filesystem>

namespace gannet::driver {

ErrorOr<void> ImportFiles::parse(const std::string &name, std::string_view text) {
  int line_number = 0;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
      line.remove_suffix(1);
    if (line.empty() || line[0] == '#')
      continue;
    std::size_t blank = line.find(' ');
    std::string_view verb = line.substr(0, blank);
    std::string_view rest = blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1);
    std::size_t equals = rest.find('=');
    bool file = verb == "packagefile", mapping = verb == "importmap";
    if (!file && !mapping)
      return Error{name + ":" + std::to_string(line_number) + ": unknown directive \"" + std::string(verb) + "\""};
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == rest.size())
      return Error{name + ":" + std::to_string(line_number) + ": invalid " + std::string(verb) + ": syntax is \"" +
                   std::string(verb) + (file ? " path=filename\"" : " old=new\"")};
    (file ? files_ : map_)[std::string(rest.substr(0, equals))] = std::string(rest.substr(equals + 1));
  }
  return {};
}

std::string ImportFiles::resolve(std::string_view path) {
  std::string full(path);
  if (!local_prefix_.empty() && (path.starts_with("./") || path.starts_with("../")))
    full = std::filesystem::path(local_prefix_ + "/" + full).lexically_normal().string();
  auto found = map_.find(full);
  return found == map_.end() ? full : found->second;
}

ErrorOr<std::string_view> ImportFiles::open(std::string_view path) {
  if (auto known = open_.find(path); known != open_.end())
    return known->second->bytes();
  auto file = files_.find(path);
  if (file == files_.end())
    return Error{"open : no such file or directory"};
  auto mapped = MappedFile::open(file->second);
  if (!mapped)
    return mapped.takeError();
  std::string_view bytes = (*mapped)->bytes();
  open_[std::string(path)] = std::move(*mapped);
  return bytes;
}

} // namespace gannet::driver
